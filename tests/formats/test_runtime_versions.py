"""Versions in image names and ranges, compared as far as both say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.runtime_versions import NODE, POSTGRESQL, PYTHON, allows, of_image, plain, same, short


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("python:3.13.9-slim-bookworm", (PYTHON, "3.13.9")),
        ("python:3", (PYTHON, "3")),
        ("docker.io/library/python:3.12-alpine", (PYTHON, "3.12")),
        ("public.ecr.aws/docker/library/python:3.12", (PYTHON, "3.12")),
        ("python:3.12@sha256:0123", (PYTHON, "3.12")),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", (PYTHON, "3.12")),
        ("ghcr.io/astral-sh/uv:0.9.1-python3.13-alpine", (PYTHON, "3.13")),
        ("tiangolo/uvicorn-gunicorn-fastapi:python3.11", (PYTHON, "3.11")),
        ("cimg/python:3.12.1", (PYTHON, "3.12.1")),
        ("node:22-bookworm-slim", (NODE, "22")),
        ("cimg/node:20.11", (NODE, "20.11")),
        ("gcr.io/distroless/nodejs22-debian12", (NODE, "22")),
        ("postgres:17.6-bookworm", (POSTGRESQL, "17.6")),
        ("pgvector/pgvector:pg16", (POSTGRESQL, "16")),
        ("pgvector/pgvector:0.8.0-pg17", (POSTGRESQL, "17")),
        ("postgis/postgis:16-3.4", (POSTGRESQL, "16")),
        ("timescale/timescaledb:latest-pg15", (POSTGRESQL, "15")),
        ("supabase/postgres:15.1.1.78", (POSTGRESQL, "15.1.1.78")),
        ("python:slim", None),
        ("node:alpine", None),
        ("node:lts", None),
        ("my-python:3.12", None),
        ("myapp/node-exporter:1.8", None),
        ("prometheuscommunity/postgres-exporter:0.15", None),
        ("ubuntu:24.04", None),
        ("", None),
    ],
)
def test_images_tell_their_runtime(image: str, named: tuple[str, str] | None) -> None:
    assert of_image(image) == named


@pytest.mark.parametrize(
    ("range_", "version", "answer"),
    [
        (">=3.11", "3.13.9", True),
        (">=3.11", "3.10", False),
        (">=3.11,<3.13", "3.13", False),
        (">=3.11, <4.0", "3.14", True),
        ("==3.12.*", "3.12.4", True),
        ("==3.12.*", "3.13", False),
        ("~=3.12", "3.13", True),
        ("^3.11", "3.13", True),
        ("^3.11", "3.10", False),
        ("~3.12", "3.13", False),
        ("3.12", "3.12.7", True),
        (">=3.12.3", "3.12", True),  # 3.12 has a version that is late enough
        (">=3.12.3", "3.12.1", False),
        ("!=3.9.7,>=3.9", "3.9", True),
        ("<=3.12", "3.12.5", True),
        ("20.x", "20.11.1", True),
        ("20.x", "22", False),
        (">=18 <21", "20", True),
        (">=18 <21", "22", False),
        ("^18.17.0 || >=20.3.0", "20", True),
        ("^18.17.0 || >=20.3.0", "19", False),
        ("^22.18.0", "22", True),
        ("18 - 20", "19", True),
        ("18 - 20", "22", False),
        (">= 20.0.0", "22", True),
        ("=24", "24.1", True),
        (">20", "20", False),
        ("*", "22", True),
        ("lts/*", "22", None),
        ("latest", "22", None),
        ("", "22", True),
    ],
)
def test_ranges_of_python_and_npm(range_: str, version: str, answer: bool | None) -> None:
    assert allows(range_, version) is answer


@pytest.mark.parametrize(
    ("runtime", "one", "other", "answer"),
    [
        (PYTHON, "3.13.9", "3.13", True),
        (PYTHON, "3.13", "3.12", False),
        (PYTHON, "3", "3.12", True),
        (NODE, "20.11.0", "20", True),
        (NODE, "20", "22", False),
        (POSTGRESQL, "16.1", "16.9", True),
        (POSTGRESQL, "9.6", "10", False),
    ],
)
def test_versions_are_compared_as_far_as_both_say(runtime: str, one: str, other: str, answer: bool) -> None:
    assert same(runtime, one, other) is answer
    assert same(runtime, other, one) is answer


def test_the_numbers_of_a_version() -> None:
    assert [plain(text) for text in ("v20.11.0", "python-3.12.1", "20.x", "3.13-dev", "lts/iron", "")] == [
        "20.11.0",
        "3.12.1",
        "20",
        "3.13",
        None,
        None,
    ]
    assert (short(PYTHON, "3.13.9"), short(NODE, "20.11")) == ("3.13", "20")


@given(
    st.text(alphabet="0123456789.xX*^~<>=!|, -v", max_size=60),
    st.from_regex(r"\d{1,3}(\.\d{1,3}){0,2}", fullmatch=True),
)
def test_no_range_raises(range_: str, version: str) -> None:
    assert allows(range_, version) in (True, False, None)
