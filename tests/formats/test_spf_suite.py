"""Every case of the published suite of RFC 7208, for the evaluator and for the linter."""

from dataclasses import replace

import pytest

from launchready.formats.spf import lint
from tests.spf_suite import Case, cases

ALL = cases()


def test_the_whole_suite_is_here() -> None:
    assert len(ALL) == 203
    assert len({case.id.partition(":")[0] for case in ALL}) == 16


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_evaluator_gives_a_right_result(case: Case) -> None:
    evaluation = case.evaluated()
    assert evaluation.result.value in case.results, evaluation
    if case.explanation is not None and evaluation.result.value == "fail":
        assert evaluation.explanation == (None if case.explanation == "DEFAULT" else case.explanation)


@pytest.mark.parametrize("case", [one for one in ALL if one.results == ("permerror",)], ids=lambda case: case.id)
def test_the_linter_misses_no_record_that_is_broken(case: Case) -> None:
    assert case.zones.answered(lint(case.domain)).broken


@pytest.mark.parametrize(
    "case",
    [one for one in ALL if set(one.results) <= {"pass", "fail", "softfail", "neutral"}],
    ids=lambda case: case.id,
)
def test_the_linter_accuses_no_record_that_works_for_everybody(case: Case) -> None:
    """One that works for the case's sender may still be broken for another: then a stranger must get the error."""
    if case.zones.answered(lint(case.domain)).broken:
        assert replace(case, ip="203.0.113.77").evaluated().result.value == "permerror"
