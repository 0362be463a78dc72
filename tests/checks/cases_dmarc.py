"""What a domain's DMARC can look like: bad, good, and good though it looks bad."""

from dataclasses import replace
from typing import Any

from launchready.model.facts import DmarcFacts, Inherited, MxFacts, ReportTarget
from launchready.model.gap import Gap
from launchready.model.launch import Mail
from tests.checks.cases import LAUNCH, NOW, Cases
from tests.checks.cases_mail import mx

DOMAIN, APP = LAUNCH.domain, f"app.{LAUNCH.domain}"
WITH_MAIL = replace(LAUNCH, mail=Mail(addresses=(f"hello@{DOMAIN}",)))
OF_APP = replace(LAUNCH, domain=APP)
OF_BOTH = replace(LAUNCH, mail=Mail(addresses=(f"hello@{APP}",)))

REPORTS = f"rua=mailto:dmarc@{DOMAIN}"
GOOD = f"v=DMARC1; p=quarantine; {REPORTS}"
ABROAD = "v=DMARC1; p=reject; rua=mailto:parley@reports.example"


def dmarc(*texts: str, **changed: Any) -> tuple[DmarcFacts]:
    known: dict[str, Any] = {
        "subject": DOMAIN,
        "source": "probe",
        "at": NOW,
        "texts": texts,
        "inherited": None,
        "organisation": DOMAIN,
        "misplaced": None,
        "exists": True,
        "foreign_targets": (),
    }
    return (DmarcFacts(**{**known, **changed}),)


def below(text: str, owner: str = DOMAIN, *, suffix: bool = False, **changed: Any) -> tuple[DmarcFacts]:
    """The app host without a record of its own, under a domain with this one."""
    return dmarc(subject=APP, inherited=Inherited(owner=owner, text=text, suffix=suffix), **changed)


def target(*, authorised: object) -> ReportTarget:
    return ReportTarget(
        address="parley@reports.example",
        host="reports.example",
        permission_at=f"{DOMAIN}._report._dmarc.reports.example",
        authorised=authorised,  # type: ignore[arg-type]
    )


def with_mx(facts: tuple[DmarcFacts], *exchanges: str) -> tuple[DmarcFacts, MxFacts]:
    return (*facts, *mx(*exchanges, subject=facts[0].subject))


MAIL = f"mx.{DOMAIN}"

CASES = {
    "dmarc-missing": Cases(
        launch=OF_APP,
        bad=(
            with_mx(dmarc(), MAIL),
            with_mx(dmarc("google-site-verification=1"), MAIL),
            with_mx(dmarc(misplaced=DOMAIN), MAIL),
            with_mx(dmarc(), "."),
            with_mx(below("v=DMARC1; p=reject; psd=y", "example", suffix=True), MAIL),
        ),
        good=(with_mx(dmarc(GOOD), MAIL), with_mx(below(GOOD), MAIL)),
        near_misses=(
            with_mx(dmarc("V=DMARC1; P=Reject"), MAIL),
            with_mx(dmarc("something else", GOOD), MAIL),
            with_mx(dmarc(GOOD, GOOD + ";"), MAIL),
            with_mx(dmarc("v=dmarc1; p=none"), MAIL),
            with_mx(below("v=DMARC1; p=none"), "."),
        ),
    ),
    "dmarc-multiple": Cases(
        bad=(dmarc(GOOD, "v=DMARC1; p=none"), dmarc(GOOD, GOOD + ";")),
        good=(dmarc(GOOD),),
        near_misses=(
            dmarc(GOOD, "v=spf1 -all"),
            dmarc(GOOD, "v=dmarc1; p=none"),
            dmarc(GOOD, "p=none; v=DMARC1"),
            dmarc(),
        ),
    ),
    "dmarc-syntax": Cases(
        launch=OF_APP,
        bad=(
            dmarc("v=dmarc1; p=none"),
            dmarc("p=none; v=DMARC1"),
            dmarc("v=DMARC1 p=none"),
            dmarc("v=DMARC1, p=none"),
            dmarc("v=DMARC; p=none"),
            dmarc('"v=DMARC1; p=none"'),
            dmarc("v=DMARC1; p=monitor"),
            dmarc(f"v=DMARC1; {REPORTS}"),
            dmarc("v=DMARC1; p=none; rua=dmarc@parley.example"),
            dmarc("v=DMARC1; p=none; rua=mailto:dmarc"),
            dmarc(f"v=DMARC1; p=none; {REPORTS} mailto:b@parley.example"),
            dmarc("v=DMARC1; p=reject; sp=quarentine"),
            dmarc("v=DMARC1; p=reject; adkim=relaxed"),
            dmarc("v=DMARC1; p=reject; pct=101"),
            dmarc("v=DMARC1; p=reject; fo=2"),
            dmarc("v=DMARC1; p=reject; p=none"),
            dmarc("v=DMARC1; p=reject; aspf"),
            below("v=DMARC1; p=monitor"),
        ),
        good=(dmarc(GOOD), below(GOOD)),
        near_misses=(
            dmarc("V=DMARC1; P=Reject; RUA=MAILTO:a@b.example"),
            dmarc("v = DMARC1 ; p = none ;"),
            dmarc("v=DMARC1;p=reject;sp=none;np=reject;psd=n;t=n;adkim=s;aspf=r;fo=0:1:d:s;pct=100;rf=afrf;ri=86400"),
            dmarc(f"v=DMARC1; {REPORTS}; p=none"),
            dmarc("v=DMARC1; p=none; future=tag; x=1"),
            dmarc("v=DMARC1; p=none; rua=mailto:a@b.example!10m,mailto:c@d.example, https://e.example/r"),
            dmarc(GOOD, "v=dmarc1; p=none"),
            dmarc("google-site-verification=dmarc", "v=spf1 -all"),
            dmarc(),
        ),
    ),
    "dmarc-not-enforced": Cases(
        launch=OF_APP,
        bad=(
            dmarc(f"v=DMARC1; p=none; {REPORTS}"),
            dmarc("v=DMARC1; p=quarantine; pct=20"),
            dmarc("v=DMARC1; p=quarantine; t=y"),
            dmarc("v=DMARC1; p=reject; sp=none"),
            dmarc("v=DMARC1; p=reject; np=none"),
            below("v=DMARC1; p=reject; sp=none"),
            below("v=DMARC1; p=reject; np=none", exists=False),
            below("v=DMARC1; p=none"),
        ),
        good=(dmarc(GOOD), dmarc("v=DMARC1; p=reject"), below(GOOD)),
        near_misses=(
            dmarc("v=DMARC1; p=Quarantine; pct=100"),
            dmarc("v=DMARC1; p=reject; t=y"),
            dmarc("v=DMARC1; p=reject; pct=20"),
            dmarc("v=DMARC1; p=reject; sp=none", subject=APP),
            below("v=DMARC1; p=none; sp=reject"),
            below("v=DMARC1; p=reject; np=none"),
            below("v=DMARC1; p=none; sp=none; np=reject", exists=False),
            dmarc("v=DMARC1; p=none", GOOD),
            dmarc("v=DMARC1; p=monitor"),
            dmarc(f"v=DMARC1; {REPORTS}"),
            dmarc(),
        ),
    ),
    "dmarc-without-reports": Cases(
        launch=OF_APP,
        bad=(
            with_mx(dmarc("v=DMARC1; p=none"), MAIL),
            with_mx(dmarc("v=DMARC1; p=reject; ruf=mailto:a@parley.example"), MAIL),
            with_mx(dmarc("v=DMARC1; p=none; rua=https://reports.example/"), MAIL),
            with_mx(dmarc("v=DMARC1; p=quarantine"), "."),
            with_mx(below("v=DMARC1; p=reject"), MAIL),
        ),
        good=(with_mx(dmarc(GOOD), MAIL), with_mx(below(GOOD), MAIL)),
        near_misses=(
            with_mx(dmarc("v=DMARC1; p=none; RUA=MAILTO:a@b.example?subject=x!1k"), MAIL),
            with_mx(dmarc("v=DMARC1; p=reject"), "."),
            with_mx(dmarc("v=DMARC1; p=none; rua=dmarc@parley.example"), MAIL),
            with_mx(dmarc(), MAIL),
            with_mx(dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), MAIL),
        ),
    ),
    "dmarc-reports-unauthorised": Cases(
        bad=(
            dmarc(ABROAD, foreign_targets=(target(authorised=False),)),
            dmarc(ABROAD, foreign_targets=(target(authorised=True), target(authorised=False))),
        ),
        good=(dmarc(ABROAD, foreign_targets=(target(authorised=True),)), dmarc(GOOD)),
        near_misses=(
            dmarc(ABROAD, foreign_targets=(target(authorised=Gap("no answer from 192.0.2.1")),)),
            below(ABROAD, foreign_targets=(target(authorised=False),)),
            dmarc(),
        ),
    ),
}
