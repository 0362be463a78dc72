"""How findings in a repository are told: each value of the past once, graded by its place, with a way out that fits."""

from dataclasses import replace
from typing import Any

import pytest

from launchready.checks.secret_remedies import rewritten
from launchready.checks.secrets import secret_in_history, secret_in_tree
from launchready.model.finding import Evidence, Severity
from tests.checks.cases_secrets import COMMIT, GOOGLE, NAMED, STRIPE, history, tree, value

SIGNING = replace(STRIPE, id="signing-secret")
PRIVATE = replace(STRIPE, id="private-key")


def past(path: str, **changed: Any) -> Any:
    return value(path=path, commit=COMMIT, number=1, **changed)


def told(*found: Any) -> list[Evidence]:
    return list(secret_in_history(*history(*found)))


def test_a_value_of_the_past_is_told_once_with_its_first_place_and_how_many_more() -> None:
    places = [past("src/pay.py"), *(past(f"src/{name}.py") for name in "abcd"), past("src/other.py", kind=GOOGLE)]
    pay, other = told(*places)
    assert pay.item is not None
    assert pay.item.subject == f"{COMMIT.id[:12]} src/pay.py:12"
    assert "and 4 more places: " in pay.text
    assert f"{COMMIT.id[:12]} src/c.py:12 and 1 more" in pay.text
    assert "more place" not in other.text


def test_another_value_and_an_allowed_place_are_told_apart() -> None:
    assert len(told(past("a.py"), replace(past("b.py"), number=2))) == 2
    assert len(told(past("a.py"), past("b.py", allowed="revoked"))) == 2
    assert len(told(replace(past("a.py"), number=0), replace(past("b.py"), number=0))) == 2


def test_the_first_place_told_is_one_that_weighs_something() -> None:
    (one,) = told(past("tests/a.py", kind=SIGNING), past("src/a.py", kind=SIGNING))
    assert one.item is not None
    assert one.item.subject.endswith("src/a.py:12")
    assert one.severity is Severity.BLOCKER
    (mild,) = told(past("docs/a.md", kind=SIGNING), past("docs/b.md", kind=SIGNING))
    assert mild.severity is Severity.MINOR
    (worst,) = told(past("docs/a.md", kind=SIGNING), past("README.md", kind=SIGNING))
    assert worst.severity is Severity.BLOCKER


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        (value(), Severity.BLOCKER),
        (value(for_tests=True), Severity.MINOR),
        (value(GOOGLE), Severity.MAJOR),
        (value(NAMED), Severity.MINOR),
        (value(SIGNING), Severity.BLOCKER),
        (value(SIGNING, path="docs/a.md"), Severity.MINOR),
        (value(replace(SIGNING, id="database-url"), verdict=GOOGLE.verdict), Severity.MINOR),
        (value(replace(SIGNING, id="database-url")), Severity.BLOCKER),
    ],
)
def test_a_finding_is_graded_by_its_kind_and_place(found: Any, severity: Severity) -> None:
    assert [one.severity for one in secret_in_tree(*tree(found))] == [severity]


@pytest.mark.parametrize("path", [".env", "deploy/prod.env", ".env.local", "certs/server.key", "id_rsa", ".npmrc"])
def test_a_file_of_secrets_leaves_the_past_as_a_whole(path: str) -> None:
    command = rewritten([past(path)])
    assert f"--invert-paths --path '{path}'" in command
    assert "replace.txt" not in command


@pytest.mark.parametrize("path", ["src/pay.py", "README.md", ".env.example", "deploy/.env.prod.example", "src/env.py"])
def test_code_stays_and_only_the_value_leaves_it(path: str) -> None:
    command = rewritten([past(path)])
    assert "--replace-text ../replace.txt" in command
    assert "--path" not in command
    assert "the old value" in command


def test_a_private_key_in_code_goes_by_a_pattern_and_an_archive_goes_whole() -> None:
    assert "regex:(?s)-----BEGIN" in rewritten([past("src/pay.py", kind=PRIVATE)])
    assert "--invert-paths --path 'backup.zip'" in rewritten([past("backup.zip!src/pay.py")])


def test_one_value_in_both_sorts_of_files_needs_both_commands() -> None:
    command = rewritten([past(".env"), past("src/pay.py"), past("commit message")])
    assert "--path '.env'" in command
    assert "--replace-text ../replace.txt --replace-message ../replace.txt" in command


def test_a_hostile_path_stays_one_word_and_many_are_cut_short() -> None:
    assert "--path 'it'\\''s; rm -rf ~/.env'" in rewritten([past("it's; rm -rf ~/.env")])
    assert "and 2 more files" in rewritten([past(f"{number}/.env") for number in range(12)])
