"""Every check fires on its faults, is silent on their look-alikes, and never takes what was not seen for good."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import pytest

import tests.checks
from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.model.facts import Fact
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch
from tests.checks.cases import NOW, Cases

CHECKS = registered(TOPICS)
NOT_LOOKED_UP = ("subject", "source", "at")
UNSEEN = Gap("no answer from 192.0.2.1")

# Topics of which every finding comes with the exact record, header or setting.
TO_PASTE = ("spf", "dkim", "dmarc", "mail", "edge", "caching", "exposure", "health", "deploy", "repository")

Facts = tuple[Fact, ...]


def all_cases() -> dict[str, Cases]:
    """The CASES of every `cases_*` module here."""
    found: dict[str, Cases] = {}
    for module in pkgutil.iter_modules(tests.checks.__path__):
        if module.name.startswith("cases_"):
            found |= importlib.import_module(f"tests.checks.{module.name}").CASES
    return found


ALL = all_cases()
UNWRITTEN = Cases(bad=(), good=(), near_misses=())
each_check = pytest.mark.parametrize("id_", CHECKS)


def judged(id_: str, facts: Facts) -> Judgement:
    return judge([CHECKS[id_]], facts, ALL[id_].launch, NOW)


def without_one_field(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """The facts with one looked-up field after the other replaced by a Gap, those of nested records too."""
    for index, fact in enumerate(facts):
        for name, changed in _without_one(fact):
            yield f"{type(fact).__name__}.{name}", (*facts[:index], changed, *facts[index + 1 :])


def _without_one(record: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(record):
        if field.name in NOT_LOOKED_UP:
            continue
        value = peek(record, field.name)
        yield field.name, _with(record, field.name, UNSEEN)
        for inner, changed in _changed_inside(value):
            yield f"{field.name}.{inner}", _with(record, field.name, changed)


def _changed_inside(value: Any) -> Iterator[tuple[str, Any]]:
    if _can_have_gaps(value):
        yield from _without_one(value)
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            if _can_have_gaps(one):
                for name, changed in _without_one(one):
                    yield f"{index}.{name}", (*value[:index], changed, *value[index + 1 :])


def _can_have_gaps(value: Any) -> bool:
    return is_dataclass(value) and hasattr(type(value).__dict__.get(fields(value)[0].name), "slot")


def _with(record: Any, name: str, value: Any) -> Any:
    return type(record)(**{**{field.name: peek(record, field.name) for field in fields(record)}, name: value})


def all_unseen(fact: Fact) -> Fact:
    known = {name: peek(fact, name) for name in NOT_LOOKED_UP}
    return type(fact)(**{field.name: known.get(field.name, UNSEEN) for field in fields(fact)})  # type: ignore[arg-type]


def test_every_check_has_cases_and_every_case_a_check() -> None:
    assert set(ALL) == set(CHECKS)


@each_check
def test_its_words_are_there(id_: str) -> None:
    check = CHECKS[id_]
    for words in (check.title, check.why, check.fix, check.source, check.how):
        assert words == words.strip()
        assert len(words) > 5
    assert check.how.endswith(".")
    assert not check.title.endswith(".")
    assert all(need in (Launch, datetime) or is_dataclass(need) for need in check.needs)


@each_check
def test_its_cases_are_enough_and_of_one_subject(id_: str) -> None:
    cases = ALL.get(id_, UNWRITTEN)
    assert cases.bad, "no bad case"
    assert cases.good, "no good case"
    assert len(cases.near_misses) >= 2, "less than two near misses"
    for facts in (*cases.bad, *cases.good, *cases.near_misses):
        assert len({fact.subject for fact in facts}) == 1
        assert {type(fact) for fact in facts} == set(CHECKS[id_].fact_types)


@each_check
def test_it_fires_on_each_fault(id_: str) -> None:
    for facts in ALL.get(id_, UNWRITTEN).bad:
        seen = judged(id_, facts)
        assert [one.check for one in seen.findings][:1] == [id_], facts
        assert all(one.subject == facts[0].subject for one in seen.findings if one.kind is None), facts
        assert all(one.evidence for one in seen.findings)


@each_check
def test_it_is_silent_on_what_is_good_or_only_looks_bad(id_: str) -> None:
    cases = ALL.get(id_, UNWRITTEN)
    for facts in (*cases.good, *cases.near_misses):
        seen = judged(id_, facts)
        assert not seen.findings, facts
        assert seen.passed == (id_,) or seen.unknown or seen.not_applicable, facts
    for facts in cases.good:
        assert judged(id_, facts).passed == (id_,), facts


@each_check
def test_what_was_not_seen_at_all_is_unknown(id_: str) -> None:
    for facts in ALL.get(id_, UNWRITTEN).good:
        seen = judged(id_, tuple(map(all_unseen, facts)))
        assert [one.reason for one in seen.unknown] == [UNSEEN.reason]
        assert not seen.findings
        assert not seen.passed


@each_check
def test_a_fault_of_which_one_field_was_not_seen_never_passes(id_: str) -> None:
    """Whatever single field decides, without it the check is unknown; without another, the fault is still found."""
    unknown = set()
    for facts in ALL.get(id_, UNWRITTEN).bad:
        for name, changed in without_one_field(facts):
            seen = judged(id_, changed)
            assert not seen.passed, name
            unknown |= {name for _ in seen.unknown}
    assert unknown, "no field decides anything"


@pytest.mark.parametrize("id_", [id_ for id_, check in CHECKS.items() if check.topic in TO_PASTE])
def test_every_finding_of_mail_edge_and_web_has_something_to_paste(id_: str) -> None:
    for facts in ALL.get(id_, UNWRITTEN).bad:
        for finding in judged(id_, facts).findings:
            assert finding.remedy is not None and finding.remedy.text.strip(), finding.evidence
            assert finding.remedy.minutes > 0 and finding.remedy.who
