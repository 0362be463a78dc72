"""The internet in a box: DNS from the root down, a validating resolver, and web servers on public addresses."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from itertools import count
from pathlib import Path
from typing import Self

import dns.exception
import dns.message
import dns.query

from launchready.model.launch import ConnectTo, Network
from launchready.wire.reach import has_route
from tests.box import namespace
from tests.box.certificates import Authority
from tests.box.zones import Zone, anchor, root_and_tlds

_numbers = count(1)
_PATIENCE_S = 20


class Internet:
    """One test's internet; everything it started is stopped when it is left."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.ca = authority
        self.zones: dict[str, Zone] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._sockets: list[socket.socket] = []
        self._addresses: list[str] = []
        self._root = self.ipv4()
        self.ns1, self.ns2, self.refusing = self.ipv4(), self.ipv4(), self.ipv4()
        self.resolver = (self.ipv4(), 53)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop(self._processes)
        for opened in self._sockets:
            opened.close()
        namespace.drop_addresses(self._addresses)

    @contextmanager
    def stopping_again(self) -> Iterator[None]:
        """Whatever is started inside the block is stopped at its end, so that its ports are free again."""
        before = len(self._processes)
        yield
        self._stop(self._processes[before:])

    def ipv4(self, above: str = "9.0.0.0") -> str:
        """A public IPv4 address that nobody else in this box has, `above` one such as the first of an edge's range."""
        return self._own(str(IPv4Address(above) + next(_numbers)))

    def ipv6(self, above: str = "2a01:4f8::") -> str:
        """A public IPv6 address that nobody else in this box has; the kernel makes its route a moment later."""
        address = self._own(str(IPv6Address(above) + next(_numbers)))
        self.wait_for(lambda: has_route(address), address)
        return address

    def silent(self) -> str:
        """The address of a name server that takes questions and never answers."""
        address = self.ipv4()
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            opened = socket.socket(socket.AF_INET, kind)
            opened.bind((address, 53))
            if kind == socket.SOCK_STREAM:
                opened.listen()
            self._sockets.append(opened)
        return address

    def zone(
        self,
        name: str,
        records: str,
        *,
        signed: bool = False,
        nameservers: Mapping[str, str] | None = None,
        broken: str | None = None,
    ) -> None:
        """Publish a zone: `records` are zone file lines relative to it; SOA, NS and glue are added.

        `nameservers` are host name → address, in the zone or elsewhere; by default ns1 and ns2 in the zone.
        `broken` is "expired" (signatures), "wrong-ds" or "tampered" (data changed after it was signed).
        """
        servers = nameservers or {f"ns1.{name}": self.ns1, f"ns2.{name}": self.ns2}
        self.zones[name] = Zone(
            name=name, records=records, nameservers=dict(servers), signed=signed or bool(broken), broken=broken
        )

    def serve_dns(self) -> Network:
        """Start root, TLDs, zones and the resolver; the network options that lead there."""
        upper = root_and_tlds(self._root, tuple(self.zones.values()))
        self._nsd("upper", (self._root,), upper)
        self._nsd("zones", (self.ns1, self.ns2), {name: zone.text() for name, zone in self.zones.items()})
        self._nsd("refusing", (self.refusing,), {})
        self._unbound()
        return self.network()

    def lagging(self, address: str, name: str) -> None:
        """Serve a zone at another address too, by a name server that has missed the last signing."""
        self._nsd("lagging", (address,), {name: replace(self.zones[name], broken="expired").text()})

    def network(self, *, deadline_s: float = 30, connect_to: tuple[ConnectTo, ...] = ()) -> Network:
        """How a client in this box gets around: the box's resolver and its certificate authority."""
        return Network(resolver=self.resolver, ca=str(self.ca.root_file), connect_to=connect_to, deadline_s=deadline_s)

    def nginx(self, http: str) -> None:
        """Start nginx with what stands inside its http block."""
        folder = self._folder("nginx")
        config = folder / "nginx.conf"
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config.write_text(
            f"user root; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;"
            f"events {{}} http {{ access_log off; server_tokens off; default_type text/html; {paths} {http} }}"
        )
        self.start("nginx", "-p", str(folder), "-c", str(config), "-e", f"{folder}/error.log", "-g", "daemon off;")
        self.wait_for(lambda: (folder / "pid").exists(), "nginx")

    def caddy(self, caddyfile: str, *ready: tuple[str, int]) -> None:
        """Start Caddy with a Caddyfile; `ready` are the addresses that it will listen on."""
        folder = self._folder("caddy")
        config = folder / "Caddyfile"
        config.write_text("{\n admin off\n auto_https off\n}\n" + caddyfile)
        environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.start("caddy", "run", "--config", str(config), "--adapter", "caddyfile", env=environment)
        for address in ready:
            self.wait_for(lambda address=address: listens(address), "Caddy")  # type: ignore[misc]

    def start(self, program: str, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A child process that ends with this internet; its output is kept in the folder."""
        path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        assert path, f"{program} is not installed; run tools/install-test-servers"
        with (self.folder / f"{program}-{len(self._processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [path, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
            )
        self._processes.append(process)
        return process

    def wait_for(self, ready: Callable[[], bool], what: str) -> None:
        """Return once `ready()`; fail with what the servers said when it takes too long or one of them died."""
        ends = time.monotonic() + _PATIENCE_S
        while not ready():
            dead = any(process.poll() not in (None, 0) for process in self._processes)
            if dead or time.monotonic() > ends:
                logs = "\n".join(f"{path.name}: {path.read_text()}" for path in self.folder.rglob("*.log"))
                raise AssertionError(f"{what} did not start\n{logs}")
            time.sleep(0.005)

    def _stop(self, processes: list[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)

    def _own(self, address: str) -> str:
        namespace.add_address(address)
        self._addresses.append(address)
        return address

    def _folder(self, name: str) -> Path:
        folder = self.folder / f"{name}-{len(self._processes)}"
        folder.mkdir()
        return folder

    def _nsd(self, name: str, addresses: tuple[str, ...], zones: Mapping[str, str]) -> None:
        folder = self._folder(name)
        config = [
            f'server:\n username: ""\n chroot: ""\n zonesdir: "{folder}"\n pidfile: ""\n xfrdfile: ""\n database: ""\n'
            f' zonelistfile: "{folder}/zone.list"\n logfile: "{folder}/nsd.log"\n server-count: 1\n rrl-ratelimit: 0\n',
            *(f" ip-address: {address}@53\n" for address in addresses),
            "remote-control:\n control-enable: no\n",
        ]
        for index, (zone, text) in enumerate(zones.items()):
            (folder / str(index)).write_text(text)
            config.append(f'zone:\n name: "{zone}"\n zonefile: "{index}"\n')
        (folder / "nsd.conf").write_text("".join(config))
        self.start("nsd", "-d", "-c", str(folder / "nsd.conf"))
        for address in addresses:
            self.wait_for(lambda address=address: _answers(address), "nsd")  # type: ignore[misc]

    def _unbound(self) -> None:
        folder = self._folder("unbound")
        address, port = self.resolver
        (folder / "root.hints").write_text(f". 3600 NS a.root.\na.root. 3600 A {self._root}\n")
        (folder / "unbound.conf").write_text(
            f'server:\n interface: {address}\n port: {port}\n username: ""\n chroot: ""\n directory: "{folder}"\n'
            f' pidfile: ""\n logfile: "{folder}/unbound.log"\n use-syslog: no\n access-control: 0.0.0.0/0 allow\n'
            f' root-hints: "{folder}/root.hints"\n trust-anchor: "{anchor()}"\n num-threads: 1\n'
            ' module-config: "validator iterator"\n val-log-level: 2\n harden-below-nxdomain: no\n'
            "remote-control:\n control-enable: no\n"
        )
        self.start("unbound", "-d", "-c", str(folder / "unbound.conf"))
        self.wait_for(lambda: _answers(address), "unbound")


def _answers(address: str) -> bool:
    """Whether a name server says anything at all."""
    try:
        dns.query.udp(dns.message.make_query("version.bind", "TXT", "CH"), address, timeout=0.2)
    except (OSError, dns.exception.DNSException):
        return False
    return True


def listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True
