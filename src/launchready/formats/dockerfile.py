"""What a Dockerfile says of the image it makes: the stages, the images under them, the user, and the command."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MOST_INSTRUCTIONS = 2_000
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?[-+]([^}]*))?\}|(\w+))")
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continued lines joined, and the line (from 1) that it begins on."""

    name: str
    text: str
    line: int


@dataclass(slots=True)
class Stage:
    """One FROM and what follows it; `base` is an image, or the name of an earlier stage."""

    base: str
    line: int
    name: str | None = None
    user: str | None = None
    command: Instruction | None = None
    entrypoint: Instruction | None = None
    copied_from: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    run: list[Instruction] = field(default_factory=list)


def stages(text: str) -> tuple[Stage, ...]:
    """Every stage, in order; what is no Dockerfile has none. Arguments have the values that the file gives them."""
    found: list[Stage] = []
    arguments: dict[str, str] = {}
    for one in _instructions(text):
        if one.name == "ARG" and not found:
            name, equals, value = one.text.partition("=")
            if equals:
                arguments[name.strip()] = filled(value.strip().strip("\"'"), arguments)
        elif one.name == "FROM":
            if (stage := _stage(one, arguments)) is not None:
                found.append(stage)
        elif found:
            _add(found[-1], one)
    return tuple(found)


def chain(every: tuple[Stage, ...], target: str | None = None) -> tuple[Stage, ...]:
    """The stage that is built (the last, or `target`) and those it stands on, the built one first."""
    by_name = {stage.name: stage for stage in every if stage.name}
    stage = by_name.get(target.lower()) if target else (every[-1] if every else None)
    found: list[Stage] = []
    while stage is not None and stage not in found:
        found.append(stage)
        below = by_name.get(stage.base.lower())
        stage = below if below is not None and below.line < stage.line else None
    return tuple(found)


def arguments_of(instruction: Instruction) -> list[str] | None:
    """The words of an exec form (`["npm", "start"]`); None for the shell form."""
    if not instruction.text.startswith("["):
        return None
    try:
        words = json.loads(instruction.text)
    except (ValueError, RecursionError):
        return None
    return [str(word) for word in words] if isinstance(words, list) else None


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its variables replaced, as Docker does: `${NAME:-default}` too."""
    return _VARIABLE.sub(lambda match: values.get(match[1] or match[3] or "") or match[2] or match[0], text)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.splitlines()
    index = count = 0
    while index < len(lines) and count < _MOST_INSTRUCTIONS:
        start, parts = index, list[str]()
        while index < len(lines):
            line = lines[index].strip()
            index += 1
            if line.startswith("#"):  # comments may stand between continued lines
                if not parts:
                    break
                continue
            parts.append(line[:-1] if line.endswith(("\\", "`")) else line)
            if not line.endswith(("\\", "`")):
                break
        name, _, rest = " ".join(parts).strip().partition(" ")
        if (ends := _HEREDOC.search(rest)) and name.upper() in ("RUN", "COPY", "ADD"):
            while index < len(lines) and lines[index].strip() != ends[1]:
                index += 1
            index += 1
        if name.isalpha():
            count += 1
            yield Instruction(name.upper(), rest.strip(), start + 1)


def _stage(one: Instruction, arguments: dict[str, str]) -> Stage | None:
    words = [word for word in one.text.split() if not word.startswith("--")]
    if not words:
        return None
    named = len(words) >= 3 and words[1].lower() == "as"
    return Stage(base=filled(words[0], arguments), line=one.line, name=words[2].lower() if named else None)


def _add(stage: Stage, one: Instruction) -> None:
    if one.name == "CMD":
        stage.command = one
    elif one.name == "ENTRYPOINT":
        stage.entrypoint = one
    elif one.name == "USER":
        stage.user = one.text.partition(":")[0].strip()
    elif one.name == "RUN":
        stage.run.append(one)
    elif one.name == "ENV":
        for name, value in re.findall(r"(\w+)[= ][\"']?([^\"'\s]*)", one.text)[:50]:
            stage.environment[name] = value
    elif one.name == "COPY" and (match := re.search(r"--from=(\S+)", one.text)):
        stage.copied_from.append(match[1].lower())
