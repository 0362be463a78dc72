"""What the checks of the domain accuse, and what they must leave alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from launchready.model.facts import (
    Caa,
    Certificate,
    Dnssec,
    DomainFacts,
    Existence,
    HostFacts,
    NameserverFacts,
    Reach,
    RecordFacts,
    Registration,
    TlsFacts,
    Trust,
)
from launchready.model.launch import DnsRecord, Host, Role
from tests.checks.cases import LAUNCH, NOW, Cases

NAME = LAUNCH.domain
APP = f"app.{NAME}"
LOCKED = ("client transfer prohibited", "client delete prohibited")


def domain(**changed: Any) -> tuple[DomainFacts]:
    known: dict[str, Any] = {
        "subject": NAME,
        "source": "probe",
        "at": NOW,
        "apex": Existence.FOUND,
        "apex_cname": None,
        "nameservers": ("ns1.dns.example", "ns2.dns.example"),
        "nameserver_addresses": ("192.0.2.1", "192.0.2.2"),
        "dnssec": Dnssec(signed=True, problem=None),
        "registration": Registration(expires=NOW + timedelta(days=200), statuses=LOCKED),
    }
    return (DomainFacts(**{**known, **changed}),)


def registered(days_left: float | None, *statuses: str) -> tuple[DomainFacts]:
    expires: datetime | None = None if days_left is None else NOW + timedelta(days=days_left)
    return domain(registration=Registration(expires=expires, statuses=statuses or LOCKED))


def host(**changed: Any) -> tuple[HostFacts]:
    known: dict[str, Any] = {
        "subject": APP,
        "source": "probe",
        "at": NOW,
        "existence": Existence.FOUND,
        "ipv4": ("192.0.2.1",),
        "ipv6": (),
        "cname_chain": (),
        "dangling": None,
        "ipv6_reach": None,
        "caa": (),
    }
    return (HostFacts(**{**known, **changed}),)


def nameserver(problem: str | None, **changed: Any) -> tuple[NameserverFacts]:
    known: dict[str, Any] = {
        "subject": "ns1.dns.example",
        "source": "probe",
        "at": NOW,
        "domain": NAME,
        "addresses": ("192.0.2.1",),
        "problem": problem,
    }
    return (NameserverFacts(**{**known, **changed}),)


def record(rdtype: str, wanted: str, *found: str) -> tuple[RecordFacts]:
    return (RecordFacts(subject=f"{NAME} {rdtype}", source="probe", at=NOW, wanted=wanted, found=found),)


def caa(tag: str, value: str, owner: str = NAME, *, critical: bool = False) -> Caa:
    return Caa(owner=owner, critical=critical, tag=tag, value=value)


def issued(organisation: str, *caa: Caa, names: tuple[str, ...] = (APP,)) -> tuple[TlsFacts, HostFacts]:
    leaf = Certificate(
        subject=f"CN={APP}",
        issuer=f"O={organisation}",
        issuer_organisation=organisation,
        names=names,
        not_before=NOW - timedelta(days=10),
        not_after=NOW + timedelta(days=80),
        serial="1",
        key="ECDSA P-256",
        sha256="00",
    )
    tls = TlsFacts(
        subject=APP,
        source="probe",
        at=NOW,
        problem=None,
        chain=(leaf,),
        trust=Trust.TRUSTED,
        matches_host=True,
        versions=("TLSv1.3",),
        dead=(),
    )
    return (tls, *host(caa=caa))


_DECLARED = replace(
    LAUNCH,
    hosts=(
        Host(name=NAME, role=Role.SITE),
        Host(name=APP, role=Role.APP),
        Host(name="x", role=Role.API, declared=False),
    ),
    records=(DnsRecord(name=NAME, type="A", value="192.0.2.1"), DnsRecord(name=NAME, type="A", value="192.0.2.2")),
)

CASES = {
    "domain-does-not-resolve": Cases(
        bad=(domain(apex=Existence.NXDOMAIN), domain(apex=Existence.NODATA)),
        good=(domain(),),
        near_misses=(domain(apex_cname="lb.example"), domain(nameservers=())),
    ),
    "host-missing": Cases(
        bad=(host(existence=Existence.NXDOMAIN, ipv4=()), host(existence=Existence.NODATA, ipv4=())),
        good=(host(),),
        near_misses=(
            host(existence=Existence.NODATA, ipv4=(), cname_chain=("gone.example",), dangling="gone.example"),
            host(subject=NAME, existence=Existence.NXDOMAIN, ipv4=()),
            host(subject="x", existence=Existence.NXDOMAIN, ipv4=()),
            host(ipv4=(), ipv6=("2001:db8::1",)),
        ),
        launch=_DECLARED,
    ),
    "record-differs": Cases(
        bad=(
            record("TXT", "v=spf1 -all"),
            record("MX", "10 mx.example", "20 mx.example"),
            record("A", "192.0.2.1", "192.0.2.1", "192.0.2.3"),
        ),
        good=(record("CNAME", "parley.fly.dev", "parley.fly.dev"),),
        near_misses=(
            record("TXT", "v=spf1 -all", "google-site-verification=x", "v=spf1 -all"),
            record("A", "192.0.2.1", "192.0.2.1", "192.0.2.2"),
            record("MX", "10 mx.example", "10 mx.example", "20 mx2.example"),
        ),
        launch=_DECLARED,
    ),
    "nameserver-lame": Cases(
        bad=(nameserver("192.0.2.1 answers REFUSED"), nameserver("has no address", addresses=())),
        good=(nameserver(None),),
        near_misses=(nameserver(None, subject="ns1.other.example"), nameserver(None, addresses=("2001:db8::1",))),
    ),
    "nameserver-single": Cases(
        bad=(
            domain(nameservers=("ns1.dns.example",)),
            domain(nameserver_addresses=("192.0.2.1",)),
            domain(nameservers=("ns1.dns.example",), nameserver_addresses=("192.0.2.1", "2001:db8::1")),
        ),
        good=(domain(),),
        near_misses=(
            domain(nameserver_addresses=("192.0.2.1", "192.0.2.2", "192.0.2.3")),
            domain(nameservers=(), nameserver_addresses=()),
        ),
    ),
    "dangling-cname": Cases(
        bad=(
            host(existence=Existence.NODATA, ipv4=(), cname_chain=("gone.fly.dev",), dangling="gone.fly.dev"),
            host(cname_chain=("parley.github.io",), dangling="parley.github.io"),
        ),
        good=(host(),),
        near_misses=(
            host(cname_chain=("parley.fly.dev", "lb.fly.dev")),
            host(existence=Existence.NODATA, ipv4=(), cname_chain=("mail.example",)),
        ),
    ),
    "cname-at-apex": Cases(
        bad=(domain(apex_cname="parley.fly.dev"),),
        good=(domain(),),
        near_misses=(domain(subject=APP), domain(nameservers=("parley.fly.dev",))),
    ),
    "private-address-published": Cases(
        bad=(host(ipv4=("10.0.0.1",)), host(ipv4=("192.0.2.1", "192.168.1.1")), host(ipv6=("fd00::1",))),
        good=(host(),),
        near_misses=(host(ipv4=("172.32.0.1",)), host(ipv4=("100.128.0.1",)), host(ipv6=("2001:db8::10",))),
    ),
    "ipv6-unreachable": Cases(
        bad=(
            host(ipv6=("2001:db8::1",), ipv6_reach=Reach.REFUSED),
            host(ipv6=("2001:db8::1",), ipv6_reach=Reach.SILENT),
        ),
        good=(host(ipv6=("2001:db8::1",), ipv6_reach=Reach.OPEN),),
        near_misses=(host(), host(existence=Existence.NXDOMAIN, ipv4=())),
    ),
    "dnssec-broken": Cases(
        bad=(domain(dnssec=Dnssec(signed=True, problem="the signature of its SOA records ended 2026-11-01")),),
        good=(domain(),),
        near_misses=(domain(dnssec=Dnssec(signed=False, problem=None)), domain(apex=Existence.NODATA)),
    ),
    "caa-forbids-issuer": Cases(
        bad=(
            issued("Let's Encrypt", caa("issue", "pki.goog")),
            issued("Let's Encrypt", caa("issue", "")),
            issued("Let's Encrypt", caa("issue", "letsencrypt.org"), caa("tbs", "x", critical=True)),
            issued("Let's Encrypt", caa("issue", "letsencrypt.org"), caa("issuewild", ""), names=(f"*.{NAME}",)),
            issued("An Unknown CA", caa("issue", "")),
        ),
        good=(issued("Let's Encrypt"), issued("Google Trust Services", caa("issue", "pki.goog"))),
        near_misses=(
            issued("Let's Encrypt", caa("iodef", "mailto:a@b.example")),
            issued("Let's Encrypt", caa("issue", "pki.goog"), caa("issue", "letsencrypt.org")),
            issued("Let's Encrypt", caa("issue", "letsencrypt.org"), caa("issuewild", "")),
            issued("Let's Encrypt", caa("issue", "letsencrypt.org"), names=(f"*.{NAME}",)),
            issued("ZeroSSL", caa("issue", "sectigo.com")),
            issued("Let's Encrypt", caa("issue", "letsencrypt.org"), caa("tbs", "x")),
        ),
    ),
    "domain-expires-soon": Cases(
        bad=(registered(29), registered(6), registered(-1), registered(300, "redemption period")),
        good=(registered(200),),
        near_misses=(registered(30), registered(31, "auto renew period")),
    ),
    "domain-lock-missing": Cases(
        bad=(registered(200, "active"), registered(200, "client delete prohibited")),
        good=(registered(200),),
        near_misses=(
            registered(200, "server transfer prohibited"),
            domain(subject="parley.co.uk", registration=Registration(expires=None, statuses=("active",))),
        ),
    ),
}
