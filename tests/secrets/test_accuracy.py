"""Every known kind is found wherever keys stand, with its own verdict; what only looks like one is passed by."""

import pytest

from launchready.formats.secret_shapes import Shapes
from launchready.known import secret_kinds
from tests.secrets.generated import Sample, keys, look_alikes

SHAPES = Shapes()
SEED = 20261124


def test_every_kind_has_a_sample() -> None:
    assert {sample.kind for sample in keys(SEED)} == secret_kinds.known().keys()


@pytest.mark.parametrize("sample", [*keys(SEED)], ids=lambda sample: f"{sample.kind}, {sample.context}")
def test_a_key_is_found_whole_and_by_its_kind(sample: Sample) -> None:
    found = [(hit.kind.id, sample.text[hit.start : hit.end]) for hit in SHAPES.hits(sample.text)]
    assert found == [(sample.kind, sample.value)]


@pytest.mark.parametrize("sample", [*look_alikes(SEED)], ids=lambda sample: sample.context)
def test_a_look_alike_is_passed_by(sample: Sample) -> None:
    assert SHAPES.hits(sample.text) == (), sample.text
