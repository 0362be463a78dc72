"""What a host's TLS can look like: bad, good, and good though it looks bad."""

from datetime import timedelta
from typing import Any

from launchready.model.facts import Certificate, HostFacts, Reach, TlsFacts, Trust
from launchready.model.gap import Gap, with_gaps
from tests.checks.cases import LAUNCH, NOW, Cases
from tests.checks.cases_domain import host

HOST = f"app.{LAUNCH.domain}"


def certificate(days_left: float = 60, days_old: float = 30, **changed: Any) -> Certificate:
    known: dict[str, Any] = {
        "subject": f"CN={HOST}",
        "issuer": "CN=E1,O=Let's Encrypt",
        "issuer_organisation": "Let's Encrypt",
        "names": (HOST,),
        "not_before": NOW - timedelta(days=days_old),
        "not_after": NOW + timedelta(days=days_left),
        "serial": "1",
        "key": "ECDSA secp256r1",
        "sha256": "00",
    }
    return Certificate(**{**known, **changed})


def tls(**changed: Any) -> tuple[TlsFacts]:
    known: dict[str, Any] = {
        "subject": HOST,
        "source": "probe",
        "at": NOW,
        "problem": None,
        "chain": (certificate(), certificate(1000, 400)),
        "trust": Trust.TRUSTED,
        "matches_host": True,
        "versions": ("TLSv1.2", "TLSv1.3"),
        "dead": (),
    }
    return (TlsFacts(**{**known, **changed}),)


def with_host(facts: tuple[TlsFacts], reach: Reach | None = None) -> tuple[TlsFacts, HostFacts]:
    """The facts of TLS with those of the host in DNS."""
    (known,) = host(subject=HOST, ipv6_reach=reach)
    return (*facts, known)


def lasting(days_left: float, days_old: float = 30) -> tuple[TlsFacts]:
    return tls(chain=(certificate(days_left, days_old),))


def not_answering(problem: str) -> tuple[TlsFacts]:
    missing = Gap(f"nothing answers HTTPS on {HOST}")
    return (with_gaps(TlsFacts, missing, subject=HOST, source="probe", at=NOW, problem=problem),)


CASES = {
    "https-not-answering": Cases(
        bad=(not_answering("192.0.2.1 refuses the connection"), not_answering("what answers is not TLS")),
        good=(tls(),),
        near_misses=(tls(trust=Trust.SELF_SIGNED, matches_host=False), tls(versions=("TLSv1",))),
    ),
    "certificate-expired": Cases(
        bad=(
            lasting(-4, 90),
            lasting(-0.001),
            lasting(60, -1),
            tls(trust=Trust.EXPIRED_ISSUER, chain=(certificate(), certificate(-1, 400))),
            tls(trust=Trust.UNTRUSTED, chain=(certificate(-1),)),
        ),
        good=(tls(),),
        near_misses=(
            lasting(0.001),
            lasting(60, 0),
            tls(chain=(certificate(), certificate(-1, 400))),
            tls(trust=Trust.UNTRUSTED),
        ),
    ),
    "certificate-expires-soon": Cases(
        bad=(
            lasting(13.9),
            lasting(5),
            lasting(2),
            lasting(1.9, 4.1),
            lasting(13.9, 0),
            lasting(6.5, 0.1),
            lasting(5, 5),
        ),
        good=(tls(),),
        near_misses=(lasting(20), lasting(14), lasting(-1), lasting(14.1, 0)),
    ),
    "certificate-wrong-host": Cases(
        bad=(
            tls(matches_host=False, chain=(certificate(names=(f"www.{LAUNCH.domain}",)),)),
            tls(matches_host=False, chain=(certificate(names=()),)),
        ),
        good=(tls(),),
        near_misses=(
            tls(chain=(certificate(names=(f"*.{LAUNCH.domain}",)),)),
            tls(chain=(certificate(names=("other.example", HOST)),)),
        ),
    ),
    "certificate-untrusted": Cases(
        bad=(tls(trust=Trust.SELF_SIGNED), tls(trust=Trust.UNTRUSTED)),
        good=(tls(),),
        near_misses=(tls(trust=Trust.INCOMPLETE), tls(trust=Trust.EXPIRED_ISSUER), lasting(-1)),
    ),
    "certificate-chain-incomplete": Cases(
        bad=(tls(trust=Trust.INCOMPLETE), tls(trust=Trust.INCOMPLETE, chain=(certificate(),))),
        good=(tls(),),
        near_misses=(
            tls(chain=(certificate(),)),
            tls(trust=Trust.UNTRUSTED, chain=(certificate(),)),
            tls(trust=Trust.SELF_SIGNED, chain=(certificate(),)),
        ),
    ),
    "address-not-answering": Cases(
        bad=(
            with_host(tls(dead=("192.0.2.9",))),
            with_host(tls(dead=("2001:db8::9", "192.0.2.9")), Reach.REFUSED),
            with_host(tls(dead=("2001:db8::9",)), Reach.OPEN),
        ),
        good=(with_host(tls()),),
        near_misses=(with_host(tls(dead=("2001:db8::9",)), Reach.REFUSED), with_host(tls(problem="refused"))),
    ),
    "tls-outdated": Cases(
        bad=(
            tls(versions=("TLSv1",)),
            tls(versions=("TLSv1", "TLSv1.1")),
            tls(versions=("TLSv1.1", "TLSv1.2", "TLSv1.3")),
        ),
        good=(tls(),),
        near_misses=(tls(versions=("TLSv1.2",)), tls(versions=("TLSv1.3",))),
    ),
}
