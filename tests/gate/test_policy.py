"""The policy of `[gate]`: what blocks, what had to be seen, and what lets by."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from launchready.errors import ConfigError
from launchready.gate.kinds import DECLARED, KINDS, kind_of, named
from launchready.gate.merge import merged
from launchready.gate.policy import rule
from launchready.gather.measured import with_measured
from launchready.model.facts import DeployFacts, Fact, FailedStep, JourneyFacts, PathFacts, Sight, TlsFacts
from launchready.model.finding import Accepted, Severity, Verdict
from launchready.model.launch import Deploy, Gate, Host, Journeys, Launch, Role
from launchready.model.ruling import Ruling
from tests.checks.cases_spf import GOOD, spf
from tests.test_audit import host, tls, unseen

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAME = "parley.example"


def ruled(
    *facts: Fact,
    accepted: Iterable[Accepted] = (),
    block: tuple[str, ...] = ("blocker",),
    require: tuple[str, ...] = (),
) -> Ruling:
    launch = Launch(domain=NAME, name="Parley", gate=Gate(block=block, require=require), accepted=tuple(accepted))
    return rule(Sight(launch=launch, at=NOW, facts=facts), NOW)


def blocked(ruling: Ruling) -> list[str]:
    return [one.check for one in ruling.report.findings]


def lacking(ruling: Ruling) -> list[str]:
    return [one.check for one in ruling.report.unknown]


@pytest.mark.parametrize(
    ("block", "days_left", "blocks"),
    [
        (("blocker",), -4, ["certificate-expired"]),
        (("blocker",), 60, []),
        (("blocker",), 10, []),  # certificate-expires-soon is major
        (("major",), 10, ["certificate-expires-soon"]),
        (("major",), -4, ["certificate-expired"]),  # a severity stands for all that is worse
        (("minor",), -4, ["certificate-expired"]),
        (("certificate-expires-soon",), 10, ["certificate-expires-soon"]),
        (("certificate-expires-soon",), -4, []),  # checks alone: only those
        (("blocker", "certificate-expires-soon"), 10, ["certificate-expires-soon"]),
    ],
)
def test_what_the_policy_names_blocks(block: tuple[str, ...], days_left: int, blocks: list[str]) -> None:
    ruling = ruled(tls(NAME, days_left), host(NAME), block=block)
    assert blocked(ruling) == blocks
    assert ruling.report.verdict is (Verdict.NOT_READY if blocks else Verdict.READY)
    assert ruling.passes is (not blocks)
    assert {one.severity for one in ruling.report.findings} <= {Severity.BLOCKER}


def test_what_does_not_block_is_counted_and_not_shown() -> None:
    ruling = ruled(tls(NAME, 10), host(NAME))
    assert ruling.report.findings == ()
    assert ruling.let_by > 0
    assert ruling.judged > ruling.let_by


def test_a_milder_grade_that_blocks_says_why() -> None:
    (finding,) = ruled(tls(NAME, 10), host(NAME), block=("major",)).report.findings
    assert "(major; [gate] block names it)" in finding.evidence


@pytest.mark.parametrize(
    ("expires", "subject", "passes"),
    [
        (None, NAME, True),
        (date(2026, 11, 24), "*", True),
        (date(2026, 11, 23), NAME, False),
        (None, "app.parley.example", False),
    ],
)
def test_an_acceptance_lets_by_until_its_last_day(expires: date | None, subject: str, passes: bool) -> None:
    acceptance = Accepted(check="certificate-expired", subject=subject, reason="moving", expires=expires)
    ruling = ruled(tls(NAME, -4), host(NAME), accepted=[acceptance])
    assert ruling.passes is passes
    said = "ran out on 2026-11-23: moving"
    assert any(said in one.evidence for one in ruling.report.findings) is (expires == date(2026, 11, 23))


def test_what_could_block_and_was_not_seen_is_unknown() -> None:
    ruling = ruled(unseen(NAME), host(NAME))
    assert ruling.report.verdict is Verdict.UNKNOWN
    assert "certificate-expired" in lacking(ruling)
    assert "certificate-expires-soon" not in lacking(ruling)  # major: could not block
    assert ruling.commands == ("launchready audit",)
    assert ruled(unseen(NAME), host(NAME), block=("dmarc-missing",)).passes


def test_an_accepted_unknown_lets_by_until_it_expires() -> None:
    wanted = lacking(ruled(unseen(NAME), host(NAME)))
    accepted = [Accepted(check=check, subject=NAME, reason="firewall") for check in wanted]
    assert ruled(unseen(NAME), host(NAME), accepted=accepted).passes
    lapsed = [replace(one, expires=date(2026, 11, 1)) for one in accepted]
    again = ruled(unseen(NAME), host(NAME), accepted=lapsed)
    assert again.report.verdict is Verdict.UNKNOWN
    assert all("ran out on 2026-11-01: firewall" in one.reason for one in again.report.unknown)


@pytest.mark.parametrize(
    ("require", "facts", "lacks", "command"),
    [
        ("journeys", (tls(NAME), host(NAME)), ["journeys"], "launchready journey run NAME"),
        ("webhook", (tls(NAME), host(NAME)), ["webhooks"], "launchready webhook replay NAME"),
        ("audit", (tls(NAME), host(NAME)), [], None),
        ("certificate-expired", (tls(NAME), host(NAME)), [], None),
        ("certificate-expires-soon", (unseen(NAME),), None, "launchready audit"),
        ("spf-missing", (tls(NAME), host(NAME)), ["spf-missing"], "launchready audit"),
        ("spf-missing", spf(GOOD), [], None),
    ],
)
def test_what_is_required_must_have_been_seen(
    require: str, facts: tuple[Fact, ...], lacks: list[str] | None, command: str | None
) -> None:
    ruling = ruled(*facts, require=(require,))
    assert lacking(ruling) == lacks if lacks is not None else require in lacking(ruling)
    assert ruling.report.verdict is (Verdict.UNKNOWN if command else Verdict.READY)
    assert ruling.commands == ((command,) if command else ())


def test_a_check_that_was_looked_at_and_does_not_apply_is_enough() -> None:
    assert lacking(ruled(*spf("v=spf1 -all"), require=("spf-missing",))) == []


def test_everything_unknown_of_a_required_kind_blocks() -> None:
    milder = "certificate-expires-soon"
    assert milder in lacking(ruled(unseen(NAME), require=("audit",)))


def test_without_facts_there_is_nothing_to_judge() -> None:
    ruling = ruled()
    assert ruling.report.verdict is Verdict.UNKNOWN
    assert "nothing to judge" in ruling.report.unknown[0].reason
    assert ruling.report.seen is None
    assert ruling.commands == ("launchready audit",)
    declared = DeployFacts(subject=NAME, source="launch.toml", at=NOW, command=("x",), rollback=("y",))
    assert ruled(declared).report.verdict is Verdict.UNKNOWN  # what launch.toml says is no look at anything


@pytest.mark.parametrize(
    ("block", "require", "said"),
    [
        (("blokcer",), (), "did you mean 'blocker'"),
        (("certificate-expried",), (), "did you mean 'certificate-expired'"),
        (("zzz",), (), "launchready explain"),
        ((), ("jorneys",), "did you mean 'journeys'"),
        ((), ("blocker",), "[gate] require names 'blocker'"),
    ],
)
def test_words_that_stand_for_nothing_are_refused(block: tuple[str, ...], require: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        ruled(tls(NAME), block=block, require=require)
    assert said in str(refused.value)


def test_all_strange_words_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        ruled(tls(NAME), block=("zzz", "yyy"), require=("xxx",))
    assert len(refused.value.problems) == 3


def test_every_kind_has_one_meaning_and_a_command() -> None:
    names = [name for kind in KINDS for name in kind.names]
    assert len(names) == len(set(names))
    assert all(named(name) for name in names)
    assert kind_of(TlsFacts).name == "audit"
    assert {kind_of(DeployFacts), kind_of(PathFacts)} == {DECLARED}
    assert kind_of(JourneyFacts).name == "journeys"


# Merging --------------------------------------------------------------------------------------------------------


def looks(*facts: Fact, at: datetime = NOW, launch: Launch | None = None) -> Sight:
    return Sight(launch=launch or Launch(domain=NAME, name="Parley"), at=at, facts=facts)


def aged(fact: TlsFacts, **by: float) -> TlsFacts:
    return replace(fact, at=NOW - timedelta(**by))


def one_look(*sights: Sight, max_age_s: float | None = None) -> Sight:
    return merged(Launch(domain=NAME, name="Parley", gate=Gate(max_age_s=max_age_s)), sights, NOW)


def test_the_newest_of_each_thing_counts_in_whatever_order_runs_are_given() -> None:
    old, new, other = looks(aged(tls(NAME, -4), hours=3)), looks(tls(NAME)), looks(host(NAME))
    whole = one_look(old, new, other)
    assert whole == one_look(other, new, old)
    assert [fact for fact in whole.facts if isinstance(fact, TlsFacts)] == [tls(NAME)]
    assert host(NAME) in whole.facts
    assert whole.at == NOW


def test_two_sources_of_one_thing_are_judged_by_the_newer() -> None:
    earlier = aged(replace(tls(NAME), source="another"), hours=3)
    ruling = rule(one_look(looks(tls(NAME, -4)), looks(earlier), looks(host(NAME))), NOW)
    assert blocked(ruling) == ["certificate-expired"]


def test_a_source_that_looked_twice_counts_by_its_last_look() -> None:
    between = aged(replace(tls(NAME), source="another"), hours=1)
    ruling = rule(one_look(looks(aged(tls(NAME), hours=2)), looks(between), looks(tls(NAME, -4), host(NAME))), NOW)
    assert blocked(ruling) == ["certificate-expired"]


def test_hosts_that_an_audit_found_stand_beside_todays_declared_ones() -> None:
    def named(name: str, *, declared: bool) -> Host:
        return Host(name=f"{name}.{NAME}", role=Role.APP, declared=declared)

    then = Launch(domain=NAME, name="Parley", hosts=(named("gone", declared=True), named("www", declared=False)))
    today = Launch(domain=NAME, name="Parley", hosts=(named("app", declared=True),))
    seen = merged(today, [looks(tls(NAME), launch=then)], NOW)
    assert [host.name for host in seen.launch.hosts] == [f"app.{NAME}", f"www.{NAME}"]
    assert ("certificate-expired", f"app.{NAME}") in {
        (one.check, one.subject) for one in rule(seen, NOW).report.unknown
    }  # declared since, and not looked at


@pytest.mark.parametrize(
    ("age", "seen"),
    [({"hours": 23}, True), ({"hours": 25}, False), ({"hours": -0.5}, True), ({"hours": -2}, False)],
)
def test_what_is_too_old_or_yet_to_come_was_not_looked_at(age: dict[str, float], seen: bool) -> None:
    ruling = rule(one_look(looks(aged(tls(NAME), **age), host(NAME)), max_age_s=86_400.0), NOW)
    assert ("certificate-expired" not in lacking(ruling)) is seen
    reasons = " ".join(one.reason for one in ruling.report.unknown)
    assert ("max_age" in reasons or "yet to come" in reasons) is not seen


def test_without_max_age_old_facts_count() -> None:
    assert "certificate-expired" not in lacking(rule(one_look(looks(aged(tls(NAME), days=30), host(NAME))), NOW))


def test_what_launch_toml_says_of_deploys_today_stands_above_what_was_saved() -> None:
    saved = DeployFacts(subject=NAME, source="launch.toml", at=NOW, command=("x",), rollback=())
    launch = Launch(domain=NAME, name="Parley", deploy=Deploy(command=("x",), rollback=("y",)))
    assert [fact.rollback for fact in merged(launch, [looks(saved)], NOW).facts if isinstance(fact, DeployFacts)] == [
        ("y",)
    ]
    assert not any(isinstance(fact, DeployFacts) for fact in one_look(looks(saved, tls(NAME))).facts)


JOURNEYS = Launch(domain=NAME, name="Parley", journeys=Journeys(login="login"))


def walked(problem: str | None = None, **ago: float) -> JourneyFacts:
    failed = FailedStep(journey="login", name="send", problem=problem) if problem else None
    at = NOW - timedelta(**ago)
    return JourneyFacts(subject="login", source="journey", at=at, failed=failed, steps=(), mails=(), left_behind=())


def test_an_audit_that_knew_of_no_journey_does_not_hide_one_that_was_walked_before() -> None:
    audited = with_measured(looks(tls(NAME), host(NAME), launch=JOURNEYS), ())
    alone = rule(merged(JOURNEYS, [audited], NOW), NOW)
    assert "login-fails" in lacking(alone)
    assert "launchready journey run login" in alone.commands
    journey = looks(walked(hours=1))
    assert "login-fails" not in lacking(rule(merged(JOURNEYS, [journey, audited], NOW), NOW))
    failing = rule(merged(JOURNEYS, [looks(walked("expected 200, and 500 came", hours=1)), audited], NOW), NOW)
    assert blocked(failing) == ["login-fails"]


def test_a_declared_journey_must_have_been_walked_even_where_nobody_audits() -> None:
    assert "login-fails" in lacking(rule(merged(JOURNEYS, [looks(tls(NAME))], NOW), NOW))
    nothing = rule(merged(JOURNEYS, [], NOW), NOW)
    assert "nothing to judge" in nothing.report.unknown[0].reason
    assert rule(merged(JOURNEYS, [looks(walked())], NOW), NOW).passes


def test_a_journey_that_was_walked_too_long_ago_was_not_walked() -> None:
    strict = replace(JOURNEYS, gate=Gate(max_age_s=3600.0))
    unknown = rule(merged(strict, [looks(walked(hours=2))], NOW), NOW).report.unknown
    assert {"chat-stream-broken", "login-fails"} <= {one.check for one in unknown if "max_age" in one.reason}
