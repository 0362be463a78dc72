"""docs/journeys.md tells of every key that a journey takes, and its examples are journeys."""

import re
from pathlib import Path

import pytest

from launchready.config.journey_shape import (
    METHODS,
    CaptureSection,
    ExpectSection,
    JourneySection,
    StepSection,
    StreamSection,
)
from launchready.config.journeys import load, load_all
from launchready.formats.template import UNIQUE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "journeys.md").read_text("utf-8")
EXAMPLES = sorted((ROOT / "examples" / "journeys").glob("*.toml"))


@pytest.mark.parametrize("section", [JourneySection, StepSection, ExpectSection, CaptureSection, StreamSection])
def test_every_key_is_told_of(section: type[StepSection]) -> None:
    keys = {field.alias or name for name, field in section.model_fields.items()}
    assert [key for key in sorted(keys) if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", TEXT)] == []


def test_every_reference_is_told_of() -> None:
    assert all(f"`${{unique:{kind}}}`" in TEXT for kind in UNIQUE)
    assert all(f"`{method}`" in TEXT for method in METHODS)


def test_the_examples_in_the_text_are_journeys(tmp_path: Path) -> None:
    blocks = [block for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if "[journey]" in block]
    assert blocks
    for block in blocks:
        (tmp_path / "j.toml").write_text(block)
        assert load(tmp_path / "j.toml").steps


def test_the_worked_examples_are_journeys_that_the_text_counts() -> None:
    journeys = load_all(EXAMPLES)
    assert {path.stem for path in EXAMPLES} == set(journeys)
    assert len(journeys) >= 5
