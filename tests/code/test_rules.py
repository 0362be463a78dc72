"""Every rule accuses its bad examples, in every form, and leaves the good ones alone."""

import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import registered
from launchready.formats.code.python import rules as python_rules
from launchready.formats.code.script import rules as script_rules
from tests.code.examples import Example, all_examples, hits, is_accused

EXAMPLES = tuple(all_examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_bad_examples_are_accused_and_good_ones_are_not(example: Example) -> None:
    assert is_accused(example) == example.is_bad, hits(example)


def test_every_rule_has_a_check_and_examples_of_both_sorts_in_each_language() -> None:
    checks = {id_ for id_, check in registered(TOPICS).items() if check.topic == "code"}
    for language, ids in (("py", python_rules.IDS), ("ts", script_rules.IDS)):
        for sort in (True, False):
            assert {one.rule for one in EXAMPLES if one.language == language and one.is_bad is sort} == set(ids)
        assert set(ids) == checks
