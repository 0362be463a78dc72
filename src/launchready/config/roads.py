"""The roads the probes take: resolver, certificate authorities, connect-to and deadline, as written by people."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import isfinite
from pathlib import Path

from launchready.config.domain_name import host_name
from launchready.config.wrong import Wrong, quoted
from launchready.errors import UsageError
from launchready.model.launch import ConnectTo, Launch

DNS_PORT = 53
LONGEST_DEADLINE_S = 86_400.0
_LARGEST_CA_BYTES = 10 * 1024 * 1024
_RESOLVER = re.compile(
    r"\[(?P<v6>[^\[\]]+)\](?::(?P<port6>.*))?|(?P<v4>[^:\[\]]*):(?P<port4>[^:]*)|(?P<alone>[^\[\]]*)"
)
_CONNECT_PART = r"(\[[^\[\]]*\]|[^:\[\]]*):([^:\[\]]*)"
_CONNECT_TO = re.compile(f"{_CONNECT_PART}:{_CONNECT_PART}")


def with_network(
    launch: Launch,
    *,
    resolver: str | None = None,
    ca: str | None = None,
    connect_to: tuple[str, ...] = (),
    deadline: float | None = None,
) -> Launch:
    """The launch seen by the roads that the command line names; what it leaves out stays as launch.toml has it.

    `connect_to` comes before the entries of launch.toml, so that it wins. Raises `UsageError` naming every bad option.
    """
    problems: list[str] = []
    network = launch.network
    with _collected(problems, "--resolver"):
        network = replace(network, resolver=resolver_address(resolver)) if resolver is not None else network
    with _collected(problems, "--ca"):
        network = replace(network, ca=ca_file(Path(ca))) if ca is not None else network
    network = replace(network, connect_to=(*_connections(connect_to, problems), *network.connect_to))
    with _collected(problems, "--deadline"):
        network = replace(network, deadline_s=deadline_s(deadline)) if deadline is not None else network
    if problems:
        raise UsageError("\n".join(problems))
    return replace(launch, network=network)


def resolver_address(text: str) -> tuple[str, int]:
    """The address and port of a DNS server: `1.1.1.1`, `1.1.1.1:5353`, `::1`, `[::1]:53`."""
    match = _RESOLVER.fullmatch(text)
    address = _ip(match["v6"] or match["v4"] or match["alone"] or "") if match else None
    unusable = address is None or address.is_unspecified or address.is_multicast
    if match is None or unusable or (match["v6"] and address and address.version == 4):
        raise Wrong(f"{quoted(text)} is not the IP address of a DNS server", "1.1.1.1")
    port = match["port6"] if match["v6"] else match["port4"]
    return str(address), DNS_PORT if port is None else _port(port, text)


def connection(text: str) -> ConnectTo:
    """One `HOST:PORT:HOST2:PORT2` (curl(1), --connect-to): any part may be empty, IPv6 stands in brackets."""
    match = _CONNECT_TO.fullmatch(text)
    if not match:
        raise Wrong(f"{quoted(text)} is not HOST:PORT:HOST2:PORT2", "app.parley.example:443:127.0.0.1:8443")
    host, port, to_host, to_port = match.groups()
    return ConnectTo(
        host=_endpoint(host, text),
        port=_port(port, text) if port else None,
        to_host=_endpoint(to_host, text),
        to_port=_port(to_port, text) if to_port else None,
    )


def ca_file(path: Path) -> str:
    """The path of a file that holds at least one certificate in PEM (RFC 7468)."""
    shown = quoted(str(path))
    content = _content(path)
    if len(content) > _LARGEST_CA_BYTES:
        raise Wrong(f"{shown} is larger than 10 MB; name a file of certificates in PEM")
    if b"-----BEGIN CERTIFICATE-----" not in content or b"-----END CERTIFICATE-----" not in content:
        convert = "openssl x509 -inform der -in FILE -out FILE.pem"
        raise Wrong(f"{shown} holds no certificate in PEM (`{convert}` turns a binary one into PEM)")
    return str(path)


def _content(path: Path) -> bytes:
    """At most one byte more than a file of certificates may have."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(_LARGEST_CA_BYTES + 1)
        problem = "is a folder" if path.is_dir() else "is not a file that is there"
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    raise Wrong(f"{quoted(str(path))} {problem}; name a file of certificates in PEM")


def deadline_s(seconds: float) -> float:
    """Seconds that a run may take."""
    if not isfinite(seconds) or not 0 < seconds <= LONGEST_DEADLINE_S:
        raise Wrong(f"{seconds:g} is not a deadline in seconds; give a number above 0, a day ({86_400}) at most")
    return seconds


@contextmanager
def _collected(problems: list[str], option: str) -> Iterator[None]:
    """What is wrong with an option becomes one more problem, and the next option is read."""
    try:
        yield
    except Wrong as wrong:
        hint = f"; write {option} {wrong.instead}" if wrong.instead else ""
        problems.append(f"{option} {wrong.problem}{hint}")


def _connections(texts: tuple[str, ...], problems: list[str]) -> list[ConnectTo]:
    entries: list[ConnectTo] = []
    for text in texts:
        with _collected(problems, "--connect-to"):
            entries.append(connection(text))
    return entries


def _endpoint(text: str, whole: str) -> str:
    """A host of `connect_to` as the probes name it: an address in its short form, or a name in lower case."""
    address = _ip(text.removeprefix("[").removesuffix("]"))
    if address is not None and (address.version == 6) == text.startswith("["):
        return str(address)
    if not text or re.fullmatch(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.?", text, re.IGNORECASE):
        return text.lower().removesuffix(".")
    try:
        return host_name(text)
    except Wrong as wrong:
        raise Wrong(f"{quoted(whole)} cannot be used: {wrong.problem}") from None


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address; a zone (RFC 4007) only where it looks like an interface's name."""
    if re.fullmatch(r"[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]{1,32})?", text):
        with suppress(ValueError):
            return ip_address(text)
    return None


def _port(text: str, whole: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65_536:
        raise Wrong(f"{quoted(whole)} names the port {quoted(text)}; ports are 1 to 65535")
    return int(text)
