"""A whole audit of a launch with five hosts beside checkdmarc and sslyze, one after the other; and a dead resolver."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from tests.box.internet import Internet

from bench.measure import Comparison

ROOT = Path(__file__).parents[1]
DOMAIN = "five.example"
HOSTS = (DOMAIN, *(f"{label}.{DOMAIN}" for label in ("www", "app", "api", "status")))
ROUNDS = 3

Times = dict[str, float]


def compare(internet: Internet) -> list[Comparison]:
    """Whole audit beside both peers, wall and CPU time; then one with a resolver that never answers."""
    address, resolver, ca = _published(internet), internet.resolver[0], str(internet.ca.root_file)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_ours(resolver, ca))
        checkdmarc = _peer("checkdmarc", resolver, DOMAIN)
        sslyze = _peer("sslyze", address, ca, *HOSTS)
        theirs.append({kind: checkdmarc[kind] + sslyze[kind] for kind in checkdmarc})
    dead = internet.silent()
    unanswered = _ours(dead, ca), _peer("checkdmarc", dead, DOMAIN)
    return [
        _compared("audit of five hosts, wall", "wall_ms", ours, "checkdmarc + sslyze", theirs, 1 / 4),
        _compared("audit of five hosts, CPU", "cpu_ms", ours, "checkdmarc + sslyze", theirs, 1 / 2),
        _compared("dead resolver, wall", "wall_ms", [unanswered[0]], "checkdmarc", [unanswered[1]], 1),
    ]


def _published(internet: Internet) -> str:
    """A domain with its hosts and mail, as a small SaaS has them, all at one address."""
    address, pair = internet.ipv4(), internet.ca.issue(*HOSTS)
    internet.zone(
        DOMAIN,
        f"@ 5 A {address}\nmail 5 A {address}\n"
        + "".join(f"{host.partition('.')[0]} 5 A {address}\n" for host in HOSTS[1:])
        + f'@ 5 MX 10 mail\n@ 5 TXT "v=spf1 mx include:_spf.{DOMAIN} -all"\n_spf 5 TXT "v=spf1 ip4:{address} -all"\n'
        f'_dmarc 5 TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"\n',
        signed=True,
    )
    internet.serve_dns()
    internet.nginx(
        f"server {{ listen {address}:80; return 301 https://$host$request_uri; }}"
        f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        " ssl_protocols TLSv1.2 TLSv1.3; default_type text/html; return 200 '<title>Five</title>hello'; }"
    )
    return address


def _ours(resolver: str, ca: str) -> Times:
    return _run(Path(sys.executable), "launchready", resolver, ca, DOMAIN, *HOSTS)


def _peer(name: str, *arguments: str) -> Times:
    """A peer in its own environment, which `tools/install-bench-peers` makes."""
    return _run(ROOT / f".venv-{name}" / "bin" / "python", name, *arguments)


def _run(python: Path, name: str, *arguments: str) -> Times:
    command = [str(python), "-m", f"bench.peers.run_{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    times: Times = json.loads(done.stdout.splitlines()[-1])
    return times


def _compared(what: str, kind: str, ours: list[Times], peer: str, theirs: list[Times], limit: float) -> Comparison:
    return Comparison(
        what=what,
        ours_ms=median(one[kind] for one in ours),
        peer=peer,
        peer_ms=median(one[kind] for one in theirs),
        limit=limit,
    )
