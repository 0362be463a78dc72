"""Dockerfiles: stages, what they stand on, who runs, and with what command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats import dockerfile

MULTI = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
ARG UNSET
FROM python:${VERSION}-slim AS base
ENV PORT=8080 \\
    # the address
    HOST=0.0.0.0
FROM node:22 AS pages
RUN <<EOF
FROM nothing
CMD never
EOF
FROM --platform=$BUILDPLATFORM base as final
COPY --from=pages /dist /dist
USER app:app
ENTRYPOINT ["/entrypoint.sh"]
CMD ["python", "-m", \\
     "parley"]
"""


def test_stages_are_told_with_their_lines_and_commands() -> None:
    base, pages, final = dockerfile.stages(MULTI)
    assert (base.base, base.name, base.line) == ("python:3.13-slim", "base", 4)
    assert base.environment == {"PORT": "8080", "HOST": "0.0.0.0"}
    assert (pages.base, pages.command) == ("node:22", None)
    assert (final.base, final.user, final.copied_from) == ("base", "app", ["pages"])
    assert final.command is not None and final.command.line == 17
    assert dockerfile.arguments_of(final.command) == ["python", "-m", "parley"]


def test_the_chain_is_what_the_built_stage_stands_on() -> None:
    every = dockerfile.stages(MULTI)
    assert [one.base for one in dockerfile.chain(every)] == ["base", "python:3.13-slim"]
    assert [one.base for one in dockerfile.chain(every, "pages")] == ["node:22"]
    assert dockerfile.chain(()) == ()
    assert dockerfile.chain(every, "none") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('CMD ["a", "b"]', ["a", "b"]),
        ("CMD a b", None),
        ('CMD ["a", b]', None),
        ("CMD [1]", ["1"]),
        ("CMD [" * 5_000, None),
    ],
)
def test_the_exec_form_is_json_and_everything_else_is_shell(text: str, words: list[str] | None) -> None:
    (stage,) = dockerfile.stages(f"FROM x\n{text}\n")
    assert stage.command is not None
    assert dockerfile.arguments_of(stage.command) == words


@pytest.mark.parametrize(
    "text", ["", "FROM", "CMD x", "FROM \\", "FROM a AS", "RUN <<EOF", "FROM a\nFROM a AS a\nFROM a"]
)
def test_what_is_damaged_or_stands_on_itself_ends(text: str) -> None:
    assert len(dockerfile.chain(dockerfile.stages(text))) <= 3


@given(st.text(alphabet='FROMCDAS \\\n[]"${}:-abc#<', max_size=300))
def test_nothing_that_a_file_holds_raises(text: str) -> None:
    for stage in dockerfile.chain(dockerfile.stages(text)):
        if stage.command is not None:
            dockerfile.arguments_of(stage.command)
