"""Will a browser show the site, or a warning?"""

from collections.abc import Iterator
from datetime import datetime

from launchready.checks.registry import check
from launchready.model.facts import TlsFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage


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
    """The end date of the certificate that the host sends is compared with the clock."""
    leaf = tls.chain[0]
    if leaf.not_after < now:
        days = (now - leaf.not_after).days
        yield Evidence(
            f"expired {leaf.not_after:%Y-%m-%d} ({days} {'day' if days == 1 else 'days'} ago)",
            remedy=Remedy(
                kind=RemedyKind.COMMAND,
                text=f"certbot renew --cert-name {tls.subject}",
                who="whoever runs the server",
                minutes=10,
            ),
        )
