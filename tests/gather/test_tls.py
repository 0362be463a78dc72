"""The TLS gatherer against real servers: every fault told apart in one run, its look-alikes left alone."""

import asyncio
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from launchready.audit import audit
from launchready.checks import TOPICS
from launchready.checks.registry import judge, registered
from launchready.gather import tls
from launchready.model.facts import Fact, TlsFacts, Trust
from launchready.model.finding import Severity
from launchready.model.launch import ConnectTo, Host, Launch, Network, Role
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from launchready.wire.tls import Tls
from tests.box import hostile
from tests.box.certificates import Authority, Pair
from tests.box.internet import Internet
from tests.box.raw_server import RawServer, unanswered

ZONE = "parley.example"
# address-not-answering is judged with what DNS says of the host: see the test of dead addresses.
CHECKS = [one for one in registered(TOPICS).values() if one.topic == "tls" and one.id != "address-not-answering"]


def launch(names: tuple[str, ...]) -> Launch:
    return Launch(domain=ZONE, name="Parley", hosts=tuple(Host(name=name, role=Role.APP) for name in names))


def looked(names: tuple[str, ...], network: Network) -> tuple[Fact, ...]:
    async def look() -> tuple[Fact, ...]:
        deadline = Deadline(network.deadline_s)
        async with (
            Dns(network, deadline) as dns,
            Http(network, deadline, dns) as http,
            Tls(network, deadline) as wire,
        ):
            return await tls.look(launch(names), dns, wire, http, datetime.now(UTC))

    return asyncio.run(look())


def found(names: tuple[str, ...], facts: tuple[Fact, ...]) -> dict[str, list[str]]:
    """The checks that found something, by host; "?" when something about it is unknown."""
    judged = judge(CHECKS, facts, launch(names), datetime.now(UTC))
    said: dict[str, list[str]] = {name: [] for name in names}
    for finding in judged.findings:
        said[finding.subject].append(finding.check)
    for name in {one.subject for one in judged.unknown}:
        said[name].append("?")
    return said


def evidence(names: tuple[str, ...], facts: tuple[Fact, ...]) -> dict[str, str]:
    judged = judge(CHECKS, facts, launch(names), datetime.now(UTC))
    return {finding.subject: finding.evidence for finding in judged.findings}


class Box:
    """Hosts of parley.example, each at an address of its own, served by one nginx."""

    def __init__(self, internet: Internet) -> None:
        self.internet = internet
        self.records = ""
        self.servers = ""
        self.names: list[str] = []

    def at(self, label: str, *addresses: str) -> str:
        """Publish `label`; its full name."""
        for address in addresses:
            self.records += f"{label} 5 {'AAAA' if ':' in address else 'A'} {address}\n"
        self.names.append(ZONE if label == "@" else f"{label}.{ZONE}")
        return addresses[0]

    def serve(self, label: str, pair: Pair, more: str = "", address: str | None = None) -> str:
        """Serve `label` over TLS with a certificate and key."""
        address = address or self.at(label, self.internet.ipv4())
        self.servers += (
            f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate};"
            f" ssl_certificate_key {pair.key}; {more} return 200 ok; }}\n"
        )
        return address

    def open(self) -> tuple[tuple[str, ...], Network]:
        self.internet.zone(ZONE, self.records)
        if self.servers:
            self.internet.nginx(self.servers)
        return tuple(self.names), self.internet.serve_dns()


@pytest.fixture
def box(internet: Internet) -> Box:
    return Box(internet)


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    return Authority.new("Stranger", tmp_path / "stranger")


@dataclass(frozen=True, kw_only=True)
class Server:
    """One host of the great run: how its certificate is made and what nginx says beside it, and what is to be found."""

    checks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    issue: dict[str, Any] = field(default_factory=dict)
    authority: str = "known"
    more: str = ""
    says: str = ""


SERVERS = {
    "ecdsa": Server(),
    "rsa": Server(issue={"key": "rsa"}),
    "twenty": Server(issue={"days_left": 20, "days_old": 70}),
    "modern": Server(more="ssl_protocols TLSv1.2;"),
    "newest": Server(more="ssl_protocols TLSv1.3;"),
    "cbc": Server(issue={"key": "rsa"}, more="ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-SHA;"),
    "wild": Server(names=(f"*.{ZONE}",)),
    "expired": Server(checks=("certificate-expired",), issue={"days_left": -4}, says="(4 days ago)"),
    "wrong": Server(checks=("certificate-wrong-host",), names=("other.example",), says="it is for other.example, not"),
    "deep.wild": Server(checks=("certificate-wrong-host",), names=(f"*.{ZONE}",)),
    "unknown": Server(checks=("certificate-untrusted",), authority="stranger", says="CN=Stranger Root"),
    "leaf": Server(checks=("certificate-chain-incomplete",), issue={"chain": "leaf"}, says="CN=Let's Encrypt E1"),
    "self": Server(checks=("certificate-untrusted",), authority="itself", says="self-signed"),
    "five": Server(checks=("certificate-expires-soon",), issue={"days_left": 5, "days_old": 85}, says="(in 4 days)"),
    "old": Server(
        checks=("tls-outdated",),
        more="ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;",
        says="it speaks only TLS 1.0,",
    ),
    "both": Server(
        checks=("certificate-expired", "certificate-wrong-host"), names=("other.example",), issue={"days_left": -1}
    ),
    "ended": Server(
        checks=("certificate-expired", "certificate-untrusted"), authority="itself", issue={"days_left": -2}
    ),
}
# Hosts that show no certificate, and what is said of them; the other checks of such a host are unknown.
WITHOUT = {
    "garbage": (hostile.garbage, "is not TLS"),
    "mail": (hostile.banner, "is not TLS"),
    "closed": (hostile.closes, "(connection closed)"),
    "alert": (hostile.tls_alert, "handshake failure)"),
    "plain": (None, "is not TLS"),
    "refused": (None, "(connection refused)"),
}
SILENT = {"silent": hostile.silent, "drip": hostile.endless_tls_record}


def serve_all(box: Box, stranger: Authority) -> None:
    """Every server of the table, one that needs SNI, and one at Caddy."""
    ca = box.internet.ca
    for label, server in SERVERS.items():
        names = server.names or (f"{label}.{ZONE}",)
        makers = {"known": ca.issue, "stranger": stranger.issue, "itself": ca.self_signed}
        box.serve(label, makers[server.authority](*names, **server.issue), server.more)
    shared = box.serve("sni", ca.issue("default.example"))
    box.serve("sni", ca.issue(f"sni.{ZONE}"), f"server_name sni.{ZONE};", shared)
    caddy, pair = box.at("caddy", box.internet.ipv6()), ca.issue(f"caddy.{ZONE}")
    box.internet.caddy(
        f"https://caddy.{ZONE} {{\n bind {caddy}\n tls {pair.certificate} {pair.key}\n respond ok\n}}", (caddy, 443)
    )


def test_every_fault_is_told_apart_in_one_run(box: Box, stranger: Authority) -> None:
    serve_all(box, stranger)
    at = {label: box.at(label, box.internet.ipv4()) for label in (*WITHOUT, *SILENT)}
    box.servers += f"server {{ listen {at['plain']}:443; return 200 plain; }}\n"
    names, network = box.open()
    talks = SILENT | {label: talk for label, (talk, _) in WITHOUT.items() if talk}
    with ExitStack() as servers:
        for label, talk in talks.items():
            servers.enter_context(RawServer(at[label], 443, talk))
        facts = looked(names, replace(network, deadline_s=8))
    wanted = {f"{label}.{ZONE}": sorted(server.checks) for label, server in SERVERS.items()}
    wanted |= {f"{label}.{ZONE}": [] for label in ("sni", "caddy")}
    wanted |= {f"{label}.{ZONE}": ["?", "https-not-answering"] for label in WITHOUT}
    wanted |= {f"{label}.{ZONE}": ["?"] for label in SILENT}
    assert {name: sorted(said) for name, said in found(names, facts).items()} == wanted
    says = evidence(names, facts)
    words = {label: server.says for label, server in SERVERS.items()} | {
        label: said for label, (_, said) in WITHOUT.items()
    }
    for label, said in words.items():
        assert said in says.get(f"{label}.{ZONE}", "")


def test_the_missing_intermediate_is_fetched_from_where_the_certificate_says(box: Box, tmp_path: Path) -> None:
    aia, served = box.internet.ipv4(), tmp_path / "served"
    served.mkdir()
    for file, encoding in (("e1.der", Encoding.DER), ("e1.pem", Encoding.PEM)):
        (served / file).write_bytes(box.internet.ca.intermediate.public_bytes(encoding))
    box.servers += f"server {{ listen {aia}:80; root {served}; }}\n"
    for label, url in {
        "der": f"http://{aia}/e1.der",
        "pem": f"http://ca.{ZONE}/e1.pem",
        "gone": f"http://{aia}/none",
        "inside": "http://127.0.0.1/e1.der",
        "ours": f"http://localhost.{ZONE}/e1.der",
        "file": f"file://{served}/e1.der",
        "secure": f"https://{aia}/e1.der",
    }.items():
        box.serve(label, box.internet.ca.issue(f"{label}.{ZONE}", chain="leaf", aia_url=url))
    box.records += f"ca 5 A {aia}\nlocalhost 5 A 127.0.0.1\n"
    box.servers += f"server {{ listen 127.0.0.1:80; root {served}; }}\n"
    names, network = box.open()
    facts = looked(names, network)
    incomplete = {f"der.{ZONE}", f"pem.{ZONE}"}
    assert found(names, facts) == {
        name: ["certificate-chain-incomplete" if name in incomplete else "certificate-untrusted"] for name in names
    }
    assert "Let's Encrypt E1" in evidence(names, facts)[f"der.{ZONE}"]


def test_a_wrong_intermediate_is_a_missing_one_and_an_expired_one_is_named(box: Box, tmp_path: Path) -> None:
    ca = box.internet.ca
    other = Authority.new("Other", tmp_path / "other")
    right = ca.issue(f"right.{ZONE}")
    wrong = ca.issue(f"wrong.{ZONE}", chain="leaf")
    wrong.certificate.write_bytes(wrong.certificate.read_bytes() + other.intermediate.public_bytes(Encoding.PEM))
    more = ca.issue(f"more.{ZONE}")
    more.certificate.write_bytes(more.certificate.read_bytes() + other.intermediate.public_bytes(Encoding.PEM))
    box.serve("right", right)
    box.serve("wrong", wrong)
    box.serve("more", more)
    names, network = box.open()
    facts = looked(names, network)
    assert found(names, facts) == {
        names[0]: [],
        names[1]: ["certificate-chain-incomplete"],
        names[2]: [],
    }
    assert "Let's Encrypt E1" in evidence(names, facts)[names[1]]


def test_an_expired_intermediate_is_told_from_an_expired_certificate(tmp_path: Path, internet: Internet) -> None:
    ending = Authority.new("Ending", tmp_path / "ending", intermediate_days_left=-3)
    box = Box(internet)
    box.serve("app", ending.issue(f"app.{ZONE}"))
    names, network = box.open()
    facts = looked(names, replace(network, ca=str(ending.root_file)))
    assert found(names, facts) == {names[0]: ["certificate-expired"]}
    assert "Ending E1" in evidence(names, facts)[names[0]]


def test_the_worst_of_several_addresses_counts_and_a_dead_one_is_named(box: Box) -> None:
    issue, internet = box.internet.ca.issue, box.internet
    here, there, dead, other = internet.ipv4(), internet.ipv4(), internet.ipv4(), internet.ipv6()
    box.at("app", here, there)
    box.at("half", dead, other)
    box.serve("app", issue(f"app.{ZONE}"), address=here)
    box.serve("app", issue(f"app.{ZONE}", days_left=-2), address=there)
    box.serve("half", issue(f"half.{ZONE}"), address=f"[{other}]")
    names, network = box.open()
    assert found(names, looked(names, network)) == {
        f"app.{ZONE}": ["certificate-expired"],
        f"half.{ZONE}": [],
    }


def test_a_name_without_address_and_a_way_we_do_not_have_are_unknown(box: Box) -> None:
    box.records += "text 5 TXT x\n"
    box.at("far", "2001:db8::1")
    names, network = box.open()
    names = (*names, f"text.{ZONE}", f"none.{ZONE}")
    facts = looked(names, network)
    assert found(names, facts) == {name: ["?"] for name in names}


def test_connect_to_leads_past_dns(box: Box) -> None:
    address = box.serve("app", box.internet.ca.issue(f"app.{ZONE}", "198.51.100.7"))
    names, network = box.open()
    roads = tuple(
        ConnectTo(host=host, port=443, to_host=address, to_port=None) for host in ("app.other.example", "198.51.100.7")
    )
    names = ("app.other.example", "198.51.100.7")
    facts = looked(names, replace(network, connect_to=roads))
    assert found(names, facts) == {"app.other.example": ["certificate-wrong-host"], "198.51.100.7": []}


def test_old_versions_beside_new_ones_are_a_lesser_matter(box: Box) -> None:
    pair = box.internet.ca.issue(f"*.{ZONE}")
    box.serve("mixed", pair, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;")
    box.serve("old", pair, "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;")
    names, network = box.open()
    facts = looked(names, network)
    judged = judge(CHECKS, facts, launch(names), datetime.now(UTC))
    assert [(one.subject, one.severity) for one in judged.findings] == [
        (f"mixed.{ZONE}", Severity.MINOR),
        (f"old.{ZONE}", Severity.BLOCKER),
    ]
    assert [fact.versions for fact in facts if isinstance(fact, TlsFacts)] == [
        ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
        ("TLSv1", "TLSv1.1"),
    ]
    assert all(fact.trust is Trust.TRUSTED for fact in facts if isinstance(fact, TlsFacts))


@pytest.mark.parametrize("dead", ["closed", "silent"])
def test_a_dead_address_beside_one_that_answers_is_named(box: Box, dead: str) -> None:
    answering, other = box.internet.ipv4(), box.internet.ipv4()
    box.at("app", answering, other)
    box.serve("app", box.internet.ca.issue(f"app.{ZONE}"), "ssl_protocols TLSv1.2 TLSv1.3;", answering)
    names, network = box.open()
    with unanswered(other, 443) if dead == "silent" else nullcontext():
        facts = looked(names, network)
    assert [fact.dead for fact in facts if isinstance(fact, TlsFacts)] == [(other,)]


def test_a_dead_address_is_a_finding_and_one_that_was_hardly_waited_for_is_unknown(box: Box) -> None:
    answering, silent = box.internet.ipv4(), box.internet.ipv4()
    box.at("@", answering, silent)
    box.serve("@", box.internet.ca.issue(ZONE), "ssl_protocols TLSv1.2 TLSv1.3;", answering)
    _, network = box.open()
    wanted = Launch(domain=ZONE, name="Parley", network=network)
    with unanswered(silent, 443):
        _, patient = asyncio.run(audit(wanted, datetime.now(UTC)))
        _, hasty = asyncio.run(audit(replace(wanted, network=replace(network, deadline_s=6)), datetime.now(UTC)))
    assert "address-not-answering" in {one.check for one in patient.findings}
    assert "address-not-answering" in {one.check for one in hasty.unknown}
