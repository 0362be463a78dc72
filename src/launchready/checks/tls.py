"""Will a browser show the site, or a warning?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from launchready.checks.registry import check
from launchready.model.facts import Certificate, HostFacts, Reach, TlsFacts, Trust
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage

EXPIRES_SOON = timedelta(days=14)
EXPIRES_NOW = timedelta(days=3)
# Certificates that live for days are renewed all the time, most at half or two thirds of their life.
SHORT_LIVED = timedelta(days=10)

OUTDATED = ("TLSv1", "TLSv1.1")
NAMES_SHOWN = 3

_SERVER = "whoever runs the server"


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="The site does not answer over HTTPS",
    why="Browsers try https:// first and show an error page; nobody can log in or pay there.",
    fix="Make the server listen on port 443 with a certificate, and open that port in its firewall.",
    source="RFC 9110, section 4.2.2",
)
def https_not_answering(tls: TlsFacts) -> Iterator[Evidence]:
    """A TLS connection is made to port 443 of the host's addresses; a refused one, or an answer that is not TLS, is
    a finding, and silence is unknown."""
    if tls.problem is not None:
        remedy = Remedy(
            kind=RemedyKind.SETTING,
            text=f"{tls.subject} {{\n    reverse_proxy localhost:8000  # where the app listens\n}}",
            who=f"{_SERVER} (Caddy; it gets the certificate by itself)",
            minutes=20,
        )
        yield Evidence(tls.problem, remedy=remedy)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="The certificate has expired",
    why="Every browser shows a full-page warning instead of your site, and API clients and webhooks refuse to connect.",
    fix="Renew the certificate and make the renewal automatic.",
    source="RFC 5280, section 4.1.2.5",
)
def certificate_expired(tls: TlsFacts, now: datetime) -> Iterator[Evidence]:
    """The dates of the certificate that the host sends are compared with the clock; so are those of the intermediate
    certificates, unless the chain holds without the expired one."""
    leaf, *above = tls.chain
    if leaf.not_after < now:
        text = f"expired {leaf.not_after:%Y-%m-%d} ({_days(now - leaf.not_after)} ago)"
        yield Evidence(text, remedy=_renewal(tls.subject))
    elif leaf.not_before > now:
        text = f"not valid before {leaf.not_before:%Y-%m-%d} (in {_days(leaf.not_before - now)})"
        yield Evidence(text, remedy=_renewal(tls.subject))
    elif tls.trust is Trust.EXPIRED_ISSUER:
        over = [one for one in above if one.not_after < now]
        named = " and ".join(f"{_name(one)}, expired {one.not_after:%Y-%m-%d}" for one in over[:2])
        yield Evidence(f"an intermediate certificate is over: {named}", remedy=_renewal(tls.subject))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.MAJOR,
    title="The certificate expires soon",
    why="A certificate that renews by itself is replaced weeks before its end, so this renewal has probably failed; "
    "on the day it ends, browsers warn everybody off.",
    fix="Renew the certificate now and find out why that did not happen by itself.",
    source="RFC 5280, section 4.1.2.5",
)
def certificate_expires_soon(tls: TlsFacts, now: datetime) -> Iterator[Evidence]:
    """The certificate must be valid for fourteen more days; one that lives ten days or less and has a third of its life
    left is only minor, since something renews it all the time."""
    leaf = tls.chain[0]
    left, lifetime = leaf.not_after - now, leaf.not_after - leaf.not_before
    if not timedelta(0) <= left < EXPIRES_SOON:
        return
    short = lifetime <= SHORT_LIVED
    severity = Severity.BLOCKER if left < (lifetime / 10 if short else EXPIRES_NOW) else None
    if short and left >= lifetime / 3:
        severity = Severity.MINOR
    yield Evidence(
        f"ends {leaf.not_after:%Y-%m-%d} (in {_days(left)})", remedy=_renewal(tls.subject), severity=severity
    )


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="The certificate is for another name",
    why="Browsers show a full-page warning that the site may be an impostor, and API clients refuse to connect.",
    fix="Get a certificate that names this host, or stop sending visitors to this name.",
    source="RFC 9525, section 6",
)
def certificate_wrong_host(tls: TlsFacts) -> Iterator[Evidence]:
    """The host is compared with the names in the certificate that it sends; *.example.com stands for one label, and
    the common name does not count."""
    if not tls.matches_host:
        names = tls.chain[0].names
        text = f"it is for {_listed(names)}, not for {tls.subject}" if names else "it names no host at all"
        yield Evidence(text, remedy=_command(f"certbot certonly --nginx -d {tls.subject}"))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="Browsers do not trust the certificate",
    why="Visitors get a full-page warning that somebody may be stealing their data, and API clients and webhooks "
    "refuse to connect.",
    fix="Use a certificate from an authority that browsers know; Let's Encrypt gives them for nothing.",
    source="RFC 5280, section 6.1",
)
def certificate_untrusted(tls: TlsFacts) -> Iterator[Evidence]:
    """The chain of certificates that the host sends is verified against the known roots; what is only expired, or
    only lacks its intermediate certificate, is told apart."""
    remedy = _command(f"certbot certonly --nginx -d {tls.subject}")
    if tls.trust is Trust.SELF_SIGNED:
        yield Evidence("it is self-signed: nobody but the server itself vouches for it", remedy=remedy)
    elif tls.trust is Trust.UNTRUSTED:
        issuer = _unsent_issuer(tls.chain)
        yield Evidence(f"it leads to {issuer}, which is no authority that browsers know", remedy=remedy)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.BLOCKER,
    title="The server leaves out the intermediate certificate",
    why="Chrome finds the missing part by itself, so it looks fine to you; but curl, payment webhooks, mobile apps and "
    "other servers refuse to connect.",
    fix="Configure the full chain (often called fullchain.pem) instead of the certificate alone.",
    source="RFC 8446, section 4.4.2",
)
def certificate_chain_incomplete(tls: TlsFacts) -> Iterator[Evidence]:
    """The chain that the host sends does not reach a known root, but does once the certificate is added that it
    points to as its issuer, or that another host of the launch sends."""
    if tls.trust is Trust.INCOMPLETE:
        text = f"the certificate of its issuer, {_unsent_issuer(tls.chain)}, is not sent"
        setting = f"ssl_certificate /etc/letsencrypt/live/{tls.subject}/fullchain.pem;"
        yield Evidence(text, remedy=_setting(setting))


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.MISSING_TLS,
    severity=Severity.MINOR,
    title="Outdated versions of TLS are accepted",
    why="TLS 1.0 and 1.1 can be broken into; security reviews and card companies ask for them to be off, and no "
    "browser of today speaks them.",
    fix="Allow only TLS 1.2 and 1.3.",
    source="RFC 8996, sections 4 and 5",
)
def tls_outdated(tls: TlsFacts) -> Iterator[Evidence]:
    """Each version from TLS 1.0 to 1.3 is offered by itself; accepting only the old ones shuts every browser out."""
    old = [_shown(version) for version in tls.versions if version in OUTDATED]
    remedy = _setting("ssl_protocols TLSv1.2 TLSv1.3;")
    if old and len(old) == len(tls.versions):
        text = f"it speaks only {' and '.join(old)}, so browsers cannot connect"
        yield Evidence(text, remedy=remedy, severity=Severity.BLOCKER)
    elif old:
        yield Evidence(f"it still accepts {' and '.join(old)}", remedy=remedy)


def _command(text: str) -> Remedy:
    return Remedy(kind=RemedyKind.COMMAND, text=text, who=_SERVER, minutes=15)


@check(
    stage=Stage.STABLE_INFRASTRUCTURE,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="One of the site's addresses does not answer",
    why="DNS hands out all of them in turn: some visitors wait for a dead one first, and API clients and webhooks that "
    "try only one fail.",
    fix="Start the server at that address again, or take the address out of DNS.",
    source="RFC 1794, section 3; RFC 8305, section 1",
)
def address_not_answering(tls: TlsFacts, host: HostFacts) -> Iterator[Evidence]:
    """Port 443 of every address of a host is asked; when one answers, the others must too. An IPv6 address that cannot
    even be connected to has a check of its own."""
    if not tls.dead:
        return
    ipv6_too = host.ipv6_reach is Reach.OPEN
    dead = [address for address in tls.dead if ipv6_too or ":" not in address]
    if dead:
        yield Evidence(
            f"nothing answers HTTPS at {' and '.join(dead)}, tried from here; another address does",
            remedy=Remedy(
                kind=RemedyKind.DNS_RECORD,
                text="\n".join(
                    f"delete: {tls.subject}. {'AAAA' if ':' in address else 'A'} {address}" for address in dead
                ),
                who="whoever manages DNS",
                minutes=5,
            ),
        )


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def _renewal(host: str) -> Remedy:
    return Remedy(kind=RemedyKind.COMMAND, text=f"certbot renew --cert-name {host}", who=_SERVER, minutes=10)


def _setting(text: str) -> Remedy:
    return Remedy(kind=RemedyKind.SETTING, text=text, who=f"{_SERVER} (nginx)", minutes=10)


def _days(span: timedelta) -> str:
    return f"{span.days} {'day' if span.days == 1 else 'days'}"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _unsent_issuer(chain: tuple[Certificate, ...]) -> str:
    """Who issued the last certificate on the way up from the leaf; servers send strays, and in any order."""
    at, above = chain[0], list(chain[1:])
    while issuer := next((one for one in above if one.subject == at.issuer), None):
        above.remove(issuer)
        at = issuer
    return at.issuer or "an authority without a name"


def _name(certificate: Certificate) -> str:
    return certificate.subject or "one without a name"


def _shown(version: str) -> str:
    """ "TLSv1" as people write it: TLS 1.0."""
    return "TLS 1.0" if version == "TLSv1" else version.replace("v", " ")
