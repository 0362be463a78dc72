"""Where a domain's mail can go, and what its MTA-STS can look like."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import MtaStsFacts, MxFacts
from launchready.model.launch import Mail
from tests.checks.cases import LAUNCH, NOW, Cases

DOMAIN = LAUNCH.domain
WITH_MAIL = replace(LAUNCH, mail=Mail(addresses=(f"Parley <hello@{DOMAIN}>",)))
MX1, MX2 = f"mx1.{DOMAIN}", f"mx2.{DOMAIN}"


def mx(*exchanges: str, **changed: Any) -> tuple[MxFacts]:
    known: dict[str, Any] = {
        "subject": DOMAIN,
        "source": "probe",
        "at": NOW,
        "exchanges": exchanges,
        "dead": (),
        "has_address": True,
    }
    return (MxFacts(**{**known, **changed}),)


def policy(mode: str = "enforce", *servers: str, age: str = "604800", end: str = "\n") -> str:
    names = servers or (MX1, f"*.{DOMAIN}")
    return end.join(["version: STSv1", f"mode: {mode}", *(f"mx: {name}" for name in names), f"max_age: {age}", ""])


def sts(text: str | None = None, *exchanges: str, **changed: Any) -> tuple[MtaStsFacts, MxFacts]:
    known: dict[str, Any] = {
        "subject": DOMAIN,
        "source": "probe",
        "at": NOW,
        "texts": ("v=STSv1; id=20261124",),
        "policy": policy() if text is None else text,
        "problem": None,
        "reports": (),
    }
    return (MtaStsFacts(**{**known, **changed}), *mx(*(exchanges or (MX1, MX2))))


def unfetched(problem: str) -> tuple[MtaStsFacts, MxFacts]:
    return sts(policy=None, problem=problem)


CASES = {
    "mx-missing": Cases(
        launch=WITH_MAIL,
        bad=(mx(), mx(has_address=False), mx("."), mx(MX1, dead=(MX1,)), mx(subject="other.example")),
        good=(mx(MX1), mx(MX1, MX2)),
        near_misses=(mx(".", subject="other.example"), mx(MX1, MX2, dead=(MX1,)), mx(MX1, has_address=False)),
    ),
    "mta-sts-broken": Cases(
        bad=(
            sts(texts=("v=STSv1; id=1", "v=STSv1; id=2")),
            sts(texts=("v=STSv1;",)),
            sts(texts=("v=STSv1; id=2026-11-24",)),
            unfetched(f"mta-sts.{DOMAIN} has no address in DNS"),
            sts("<html>"),
            sts(policy("enforce").replace("STSv1", "STSv2")),
            sts(policy("on")),
            sts(policy(age="soon")),
            sts(policy(age="3600")),
            sts(policy(age="99999999")),
            sts("version: STSv1\nmode: enforce\nmax_age: 604800\n"),
            sts(policy("enforce", "mx.other.example")),
            sts(policy("testing", MX1)),
            sts(policy("enforce", f"*.{DOMAIN}"), f"a.b.{DOMAIN}"),
            sts(reports=("v=TLSRPTv1; rua=nobody",)),
        ),
        good=(sts(), sts(policy(end="\r\n"))),
        near_misses=(
            sts(texts=(), policy=None),
            sts(texts=("v=spf1 -all",), policy=None),
            sts(texts=("something else", "v=STSv1; id=1;")),
            sts(policy("testing")),
            sts(policy("testing", age="3600")),
            sts(policy("none", "mx.other.example")),
            sts("version: STSv1\nmode: none\nmax_age: 86400\n"),
            sts(policy("enforce", "MX1.Parley.Example.", "mx2.parley.example")),
            sts(policy() + "future: field\nmode: none\n"),
            sts(policy("enforce", "mx.other.example"), "."),
            sts(reports=("v=TLSRPTv1; rua=mailto:tls@parley.example", "v=spf1 -all")),
        ),
    ),
}
