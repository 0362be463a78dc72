"""Do the nameservers answer, and may what they say be believed?"""

from collections.abc import Iterator

from launchready.checks.registry import check
from launchready.formats.host_match import matches
from launchready.formats.records import line
from launchready.known.issuers import CAA_NAMES, CAA_TAGS
from launchready.model.facts import Caa, DomainFacts, HostFacts, NameserverFacts, TlsFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, Unseen


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A nameserver does not answer for the domain",
    why="Some visitors are sent to this nameserver, and for them the site is slow to appear or cannot be found at all.",
    fix="Make the nameservers at the registrar exactly those that your DNS provider names, and remove the others.",
    source="RFC 1912, section 2.8",
)
def nameserver_lame(nameserver: NameserverFacts) -> Iterator[Evidence]:
    """Every nameserver in the delegation and in the zone is asked directly for the zone's SOA record, at each address
    that this machine has a way to; it must answer with authority."""
    if nameserver.problem is not None:
        yield Evidence(f"{nameserver.subject} for {nameserver.domain}: {nameserver.problem}")


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="All of DNS hangs on one nameserver",
    why="When that one machine is down, the site, the app and mail cannot be found by anyone.",
    fix="Add a second nameserver at another address, or move DNS to a provider that has several.",
    source="RFC 1034, section 4.1; RFC 2182, section 3.1",
)
def nameserver_single(domain: DomainFacts) -> Iterator[Evidence]:
    """The nameservers in the delegation and in the zone are counted, and so are the addresses that they have."""
    if len(domain.nameservers) == 1:
        yield Evidence(f"{domain.nameservers[0]} is the only nameserver")
    elif domain.nameservers and len(domain.nameserver_addresses) == 1:
        names = " and ".join(domain.nameservers)
        yield Evidence(f"{names} are the same machine, {domain.nameserver_addresses[0]}")


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.BLOCKER,
    title="DNSSEC is broken",
    why="Every resolver that checks signatures (those of Google, Cloudflare and many providers do) says that your "
    "domain does not work: no site, no mail.",
    fix="Ask your DNS provider to sign the zone again, or delete the DS record at the registrar until it does.",
    source="RFC 4035, section 5",
)
def dnssec_broken(domain: DomainFacts) -> Iterator[Evidence]:
    """The DS record at the registry must match a key of the zone, and the signatures of its keys, SOA and addresses
    must hold today; a validating resolver must not reject what an unchecking one answers."""
    dnssec = domain.dnssec
    if dnssec.problem is not None:
        yield Evidence(
            f"{domain.subject} is signed, but {dnssec.problem}",
            remedy=Remedy(
                kind=RemedyKind.SETTING,
                text=f"delete the DS record of {domain.subject} (DNSSEC: off) until the zone is signed correctly",
                who="whoever can log in at the registrar",
                minutes=10,
            ),
        )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.MAJOR,
    title="DNS forbids renewing the certificate",
    why="The CAA records do not name the authority that issued the certificate, so its renewal will be refused and "
    "browsers will warn once it ends.",
    fix="Add a CAA record for the authority that you use.",
    source="RFC 8659, section 4",
)
def caa_forbids_issuer(tls: TlsFacts, host: HostFacts) -> Iterator[Evidence]:
    """The CAA records of the nearest name at or above each host are compared with the authority that issued its
    certificate."""
    if not host.caa:
        return
    strange = next((caa for caa in host.caa if caa.critical and caa.tag not in CAA_TAGS), None)
    if strange is not None:
        yield Evidence(f"a critical CAA property that no authority knows, {strange.tag}, at {strange.owner}")
        return
    rules = _rules(host.subject, tls.chain[0].names, host.caa)
    organisation = tls.chain[0].issuer_organisation or tls.chain[0].issuer
    if not rules:
        return
    ours = CAA_NAMES.get(organisation)
    allowed = sorted({caa.value for caa in rules} - {""})
    if allowed and ours is None:
        raise Unseen(Gap(f"the CAA name of {organisation} is not known"))
    if ours is None or not set(ours) & set(allowed):
        only = f"allow only {', '.join(allowed)}" if allowed else "allow no authority"
        yield Evidence(
            f"issued by {organisation}, but the CAA records of {rules[0].owner} {only}",
            remedy=Remedy(
                kind=RemedyKind.DNS_RECORD,
                who="whoever manages DNS",
                minutes=5,
                text=line(rules[0].owner, "CAA", f'0 {rules[0].tag} "{ours[0]}"'),
            )
            if ours
            else None,
        )


def _rules(host: str, names: tuple[str, ...], caa: tuple[Caa, ...]) -> tuple[Caa, ...]:
    """The properties that decide over such a certificate (RFC 8659, sections 4.2 and 4.3).

    For a wildcard the issuewild properties decide when there are any, and the search starts at the name it hangs below.
    """
    wildcard = not matches(host, [name for name in names if not name.startswith("*.")]) and matches(host, names)
    if wildcard and caa[0].owner == host:
        raise Unseen(Gap(f"the CAA records above {host} were not looked at"))
    wild = tuple(one for one in caa if one.tag == "issuewild") if wildcard else ()
    return wild or tuple(one for one in caa if one.tag == "issue")
