"""What the checks of SPF accuse, and what they must leave alone."""

from typing import Any

from launchready.model.facts import SpfFacts, SpfFlaw, SpfSender
from tests.checks.cases import LAUNCH, NOW, Cases

NAME = LAUNCH.domain
GOOD = "v=spf1 include:_spf.google.com ~all"


def spf(*records: str, **changed: Any) -> tuple[SpfFacts]:
    known: dict[str, Any] = {
        "subject": NAME,
        "source": "probe",
        "at": NOW,
        "sends": True,
        "mx": ("aspmx.l.google.com",),
        "records": records,
        "flaws": (),
        "lookups": 4,
        "voids": (),
        "everyone": (),
        "default": "~",
        "costs": (("include:_spf.google.com", 4),),
        "senders": (),
    }
    return (SpfFacts(**{**known, **changed}),)


def flaw(term: str, domain: str = NAME) -> SpfFlaw:
    return SpfFlaw(domain=domain, term=term, text="SPF has no such mechanism", via=term)


def sender(*listed_by: str, name: str = "Mailgun") -> SpfSender:
    return SpfSender(name=name, include="mailgun.org", lookups=2, listed_by=listed_by)


def gone(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"gone{number}.{NAME}", f"a:gone{number}.{NAME}") for number in range(count))


CASES = {
    "spf-missing": Cases(
        bad=(spf(), spf(sends=False, mx=(".",))),
        good=(spf(GOOD),),
        near_misses=(spf("V=SPF1 -ALL"), spf("v=spf1 -all", mx=(".",), sends=False)),
    ),
    "spf-multiple": Cases(
        bad=(spf(GOOD, "v=spf1 include:mailgun.org -all"),),
        good=(spf(GOOD),),
        near_misses=(spf("V=SPF1 -ALL"), spf()),
    ),
    "spf-syntax": Cases(
        bad=(
            spf("v=spf1 includ:a.example -all", flaws=(flaw("includ:a.example"),)),
            spf(GOOD, flaws=(flaw("ip4:1.2.3", "_spf.google.com"),)),
        ),
        good=(spf(GOOD),),
        near_misses=(spf("V=SPF1 +A -ALL"), spf("v=spf1 unknown=modifier -all"), spf()),
    ),
    "spf-too-many-lookups": Cases(
        bad=(spf(GOOD, lookups=11), spf(GOOD, lookups=41)),
        good=(spf(GOOD),),
        near_misses=(spf(GOOD, lookups=10), spf(GOOD, lookups=0)),
    ),
    "spf-too-many-void-lookups": Cases(
        bad=(spf(GOOD, voids=gone(3)),),
        good=(spf(GOOD),),
        near_misses=(spf(GOOD, voids=gone(2)), spf(GOOD, voids=gone(1))),
    ),
    "spf-allows-everyone": Cases(
        bad=(
            spf("v=spf1 +all", everyone=((f"+all in the record of {NAME}", "+all"),), default="+"),
            spf("v=spf1 mx ?all", default="?"),
            spf("v=spf1 mx", default=None),
        ),
        good=(spf(GOOD),),
        near_misses=(spf("v=spf1 ip4:192.0.2.0/16 -all", default="-"), spf("v=spf1 -all", default="-")),
    ),
    "spf-omits-sender": Cases(
        bad=(spf(GOOD, senders=(sender(),)), spf(GOOD, senders=(sender(NAME), sender(name="Zoho Mail")))),
        good=(spf(GOOD, senders=(sender(NAME),)),),
        near_misses=(spf(GOOD, senders=(sender(f"mg.{NAME}"),)), spf(GOOD), spf(senders=(sender(),))),
    ),
}
