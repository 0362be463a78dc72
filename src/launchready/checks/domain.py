"""Does the name lead to the site for everyone, today and next month?"""

from collections.abc import Iterator
from datetime import datetime

from launchready.checks.registry import DoesNotApply, check
from launchready.formats.addresses import is_private
from launchready.formats.records import line
from launchready.model.facts import (
    DomainFacts,
    Existence,
    HostFacts,
    Reach,
    RecordFacts,
)
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen
from launchready.model.launch import Launch

EXPIRES_SOON_DAYS = 30
EXPIRES_NOW_DAYS = 7

_DNS = "whoever manages DNS"
_REGISTRAR = "whoever can log in at the registrar"
_LOST = ("redemption period", "pending delete")
_LOCKED = ("client transfer prohibited", "server transfer prohibited")  # EPP statuses, RFC 8056
# Generic registries must offer the lock (ICANN Transfer Policy, section I.A.5). Of the countries', these are known to:
# the ones on the EPP platforms of Identity Digital, GoDaddy Registry and Verisign, and DNS Belgium's
# (docs.dnsbelgium.be/be/general/domainnamelocking.html). As of 2026-11-24.
_WITH_LOCKS = ("ac", "ai", "be", "cc", "co", "in", "io", "me", "sh", "tv", "us")


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.BLOCKER,
    title="The domain leads nowhere",
    why="Whoever types your domain gets “server not found”, and mail and payment services cannot verify it either.",
    fix="Add the address that your host gives you at the domain itself; if it is new, check that the registration went "
    "through and that the nameservers at the registrar are the ones of your DNS provider.",
    source="RFC 1034, section 3.6",
)
def domain_does_not_resolve(domain: DomainFacts) -> Iterator[Evidence]:
    """The resolver is asked for the IPv4 and IPv6 addresses of the domain itself."""
    if domain.apex is Existence.NXDOMAIN:
        yield Evidence(f"{domain.subject} does not exist in DNS", remedy=_address_record(domain.subject))
    elif domain.apex is Existence.NODATA:
        yield Evidence(f"{domain.subject} has no address in DNS", remedy=_address_record(domain.subject))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.BLOCKER,
    title="A host of the launch is not in DNS",
    why="Every link, login and API call that goes to this name fails with “server not found”.",
    fix="Add the record that your host asks for, or take the name out of launch.toml.",
    source="RFC 1034, section 3.6",
)
def host_missing(host: HostFacts, launch: Launch) -> Iterator[Evidence]:
    """Each declared host other than the domain itself must have an address; a CNAME to nothing is told apart."""
    declared = launch.host(host.subject)
    if declared is None or not declared.declared or host.subject == launch.domain:
        raise DoesNotApply
    if host.existence is not Existence.FOUND and not host.dangling:
        what = "does not exist in DNS" if host.existence is Existence.NXDOMAIN else "has no address in DNS"
        yield Evidence(f"{host.subject} {what}", remedy=_address_record(host.subject))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A DNS record is not what you declared",
    why="Something that you rely on (mail, a verification, an address) works differently from what the team believes.",
    fix="Set the record as launch.toml declares it, or correct launch.toml.",
    source="RFC 1035, section 3.2",
)
def record_differs(record: RecordFacts, launch: Launch) -> Iterator[Evidence]:
    """Each [[records]] entry must be among the records of its name and type; letter case, final dots, quotes and the
    splitting of long texts do not count. Addresses that nobody declared beside declared ones count as different."""
    name, rdtype = record.subject.split()[:2]
    remedy = _record(line(name, rdtype, record.wanted))
    if not record.found:
        yield Evidence(f"wanted {record.wanted}, found none", remedy=remedy)
    elif record.wanted not in record.found:
        yield Evidence(f"wanted {record.wanted}, found {', '.join(record.found)}", remedy=remedy)
    elif rdtype in ("A", "AAAA") and (more := _undeclared(name, rdtype, record.found, launch)):
        yield Evidence(f"also leads to {', '.join(more)}, which launch.toml does not declare", remedy=remedy)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.BLOCKER,
    title="A name points to something that is gone",
    why="The name does not work, and whoever claims the target can serve their own page under your name and read the "
    "cookies of your visitors.",
    fix="Delete the record, or claim the target again at the platform it belongs to.",
    source="OWASP Web Security Testing Guide, WSTG-CONF-10",
)
def dangling_cname(host: HostFacts) -> Iterator[Evidence]:
    """The CNAME records of each host are followed: the last target must exist, and a hosting platform must not answer
    that nobody has added this name there."""
    if host.dangling is not None:
        way = (host.subject, *host.cname_chain)
        owner = way[-2] if len(way) > 1 else host.subject
        yield Evidence(
            f"{' → '.join(way)}, which {_fate(host)}",
            remedy=Remedy(
                kind=RemedyKind.DNS_RECORD,
                text=f"delete: {owner}. CNAME {host.dangling}.",
                who=_DNS,
                minutes=5,
            ),
        )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The domain itself is a CNAME",
    why="A CNAME may not stand beside other records, so mail, nameserver and verification records of the domain are "
    "ignored by some of the world: mail bounces at random.",
    fix="Use your DNS provider's ALIAS, ANAME or flattening for the domain itself, or the plain addresses of the host.",
    source="RFC 1034, section 3.6.2; RFC 1912, section 2.4",
)
def cname_at_apex(domain: DomainFacts) -> Iterator[Evidence]:
    """The domain, where it is a zone of its own, must not be answered with a CNAME."""
    if domain.apex_cname is not None:
        yield Evidence(
            f"{domain.subject} CNAME {domain.apex_cname}",
            remedy=_record(f"{domain.subject}. 300 IN ALIAS {domain.apex_cname}."),
        )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.BLOCKER,
    title="A private address is published",
    why="The address only works inside one network: everyone else's browser waits and gives up.",
    fix="Publish the public address of the server or its load balancer, and delete the private one.",
    source="RFC 1918, section 3",
)
def private_address_published(host: HostFacts) -> Iterator[Evidence]:
    """Every address of each host is compared with the ranges that no stranger can reach."""
    for rdtype, addresses in (("A", host.ipv4), ("AAAA", host.ipv6)):
        for address in filter(is_private, addresses):
            text = f"delete: {host.subject}. {rdtype} {address}"
            yield Evidence(
                f"{host.subject} {rdtype} {address}",
                remedy=Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_DNS, minutes=5),
            )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="The site does not answer over IPv6",
    why="Phones and many home connections try IPv6 first: they wait, and API clients and webhooks may fail outright.",
    fix="Make the server listen on IPv6 and open its firewall, or delete the AAAA record.",
    source="RFC 8305, section 1",
)
def ipv6_unreachable(host: HostFacts) -> Iterator[Evidence]:
    """Port 443 of each IPv6 address is connected to from this machine, when it has IPv6 itself."""
    what = {Reach.REFUSED: "is refused", Reach.SILENT: "gets no answer"}
    if host.ipv6_reach in what:
        yield Evidence(
            f"a connection to port 443 of {' or '.join(host.ipv6)} {what[host.ipv6_reach]}, tried from here",
            remedy=Remedy(
                kind=RemedyKind.DNS_RECORD,
                text="\n".join(f"delete: {host.subject}. AAAA {address}" for address in host.ipv6),
                who=_DNS,
                minutes=5,
            ),
        )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="The domain's registration ends soon",
    why="When it ends, the site and mail stop at once, and somebody else can buy the name.",
    fix="Renew the domain today, switch on automatic renewal and check that the card on file is valid.",
    source="ICANN, Expired Registration Recovery Policy",
)
def domain_expires_soon(domain: DomainFacts, now: datetime) -> Iterator[Evidence]:
    """The registry's RDAP service is asked for the end of the registration, which must be thirty days away or more."""
    registration = domain.registration
    remedy = Remedy(
        kind=RemedyKind.SETTING,
        text=f"renew {domain.subject} at {registration.registrar or 'the registrar'}; automatic renewal: on",
        who=_REGISTRAR,
        minutes=10,
    )
    lost = next((status for status in registration.statuses if status in _LOST), None)
    if lost is not None:
        yield Evidence(f"the registry says “{lost}”", remedy=remedy, severity=Severity.BLOCKER)
        return
    if registration.expires is None:
        raise Unseen(Gap(f"the registry does not say when {domain.subject} ends"))
    left = registration.expires - now
    if left.days < EXPIRES_SOON_DAYS:
        when = "ended" if left.days < 0 else "ends"
        yield Evidence(
            f"{when} {registration.expires:%Y-%m-%d} ({_days(left.days)})",
            remedy=remedy,
            severity=Severity.BLOCKER if left.days < EXPIRES_NOW_DAYS else None,
        )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MINOR,
    title="The domain can be transferred away",
    why="Without the registrar's lock, somebody who tricks the registrar or gets one code by mail takes the domain.",
    fix="Switch on the transfer lock (registrar lock) at your registrar; it costs nothing.",
    source="RFC 8056, section 2; ICANN Transfer Policy, section I.A.5",
)
def domain_lock_missing(domain: DomainFacts) -> Iterator[Evidence]:
    """The registry's RDAP service must list “client transfer prohibited” or “server transfer prohibited”."""
    registration = domain.registration
    if any(status in _LOCKED for status in registration.statuses):
        return
    if not registration.statuses:
        raise Unseen(Gap(f"the registry does not say how {domain.subject} is locked"))
    if not _can_be_locked(domain.subject, registration.statuses):
        raise Unseen(Gap(f"it is not known whether the .{domain.subject.rpartition('.')[2]} registry offers a lock"))
    yield Evidence(
        f"the registry says only “{', '.join(registration.statuses)}”",
        remedy=Remedy(
            kind=RemedyKind.SETTING, text=f"transfer lock of {domain.subject}: on", who=_REGISTRAR, minutes=5
        ),
    )


def _can_be_locked(name: str, statuses: tuple[str, ...]) -> bool:
    """Whether the registry offers a lock: it must, it is known to, or it shows others of the same kind."""
    tld = name.rpartition(".")[2]
    return len(tld) > 2 or tld in _WITH_LOCKS or any(status.startswith(("client ", "server ")) for status in statuses)


def _record(text: str) -> Remedy:
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_DNS, minutes=5)


def _fate(host: HostFacts) -> str:
    if host.existence is Existence.FOUND:
        return "answers that nobody has added this name there"
    return "does not exist"


def _address_record(name: str) -> Remedy:
    return _record(f"{name}. 300 IN A <the IPv4 address that your host gives you>")


def _undeclared(name: str, rdtype: str, found: tuple[str, ...], launch: Launch) -> list[str]:
    declared = {line(one.name, one.type, one.value) for one in launch.records}
    return [address for address in found if line(name, rdtype, address) not in declared]


def _days(days: int) -> str:
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} ago"
    return f"in {days} {'day' if days == 1 else 'days'}"
