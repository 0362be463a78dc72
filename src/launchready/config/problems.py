"""What pydantic found wrong becomes sentences: where it stands, what it is, what to write instead."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from launchready.config.lines import Place
from launchready.config.shape import LaunchFile
from launchready.config.wrong import Wrong, quoted
from launchready.formats.printable import printable

_KEY_CHARACTERS = 60

_WANTED = {
    "string_type": "text in quotes",
    "tuple_type": 'a list, such as ["…", "…"]',
    "model_type": "a table of keys and values",
    "dict_type": "a table of keys and values",
}
_KINDS = (
    (bool, "true or false"),
    (str, "text"),
    (int | float, "a number"),
    (list, "a list"),
    (dict, "a table"),
    (datetime | date | time, "a date or a time"),
)


def sentences(found: ValidationError, file: type[BaseModel] = LaunchFile) -> Iterator[tuple[Place, str]]:
    """Where each problem stands, and its sentence; `file` is the shape that was asked for."""
    for error in found.errors(include_url=False):
        place = tuple(part for part in error["loc"] if part != "[key]")
        yield place, sentence(error, place, file)


def sentence(error: ErrorDetails, place: Place, file: type[BaseModel]) -> str:
    """One problem, beginning with the place as it is written in the file."""
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown(place, value, file)
    if kind == "missing":
        return _missing(place, file)
    if kind in _WANTED and _is_section(place, file):
        return _not_a_section(place, value, file)
    if kind in _WANTED:
        return f"{shown(place, file)} is {_kind_of(value)}; it must be {_WANTED[kind]}"
    if kind == "literal_error":
        choices = ", ".join(re.findall(r"'([^']*)'", error["ctx"]["expected"]))
        is_what = quoted(value) if isinstance(value, str) else _kind_of(value)
        return f"{shown(place, file)} is {is_what}; it must be one of {choices}"
    wrong = error.get("ctx", {}).get("error")
    if isinstance(wrong, Wrong):
        hint = f'; write "{wrong.instead}"' if wrong.instead else ""
        return f"{shown(place, file)} {wrong.problem}{hint}"
    return f"{shown(place, file)} cannot be used: {printable(error['msg'])}"


def shown(place: Place, file: type[BaseModel] = LaunchFile) -> str:
    """A place as it is written in the file: `[hosts."app.parley.example"] role`, `[[records]] value`."""
    container = _container(place[0], file)
    depth = 1 if container is None else 2
    header = ".".join(_key(part) for part in place[:depth] if isinstance(part, str))
    rest = ".".join(_key(part) for part in place[depth:] if isinstance(part, str))
    entry = f" entry {place[-1] + 1}" if len(place) > depth and isinstance(place[-1], int) else ""
    brackets = f"[[{header}]]" if container is tuple else f"[{header}]"
    return f"{brackets} {rest}{entry}".rstrip()


def _key(part: str | int) -> str:
    """A key as TOML writes it: bare where it may be."""
    text = str(part)
    cut = text if len(text) <= _KEY_CHARACTERS else f"{text[:_KEY_CHARACTERS]}…"
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", text) else f'"{printable(cut)}"'


def _unknown(place: Place, value: object, file: type[BaseModel]) -> str:
    name = str(place[-1])
    if len(place) == 1 and not isinstance(value, dict | list):
        return f"{_key(name)} stands above every section{_home_of(name, file)}"
    known = _keys(_table(place[:-1], file))
    near = get_close_matches(name[:_KEY_CHARACTERS], known, n=1)
    if len(place) == 1:
        hint = f"did you mean [{near[0]}]?" if near else f"the sections are {', '.join(known)}"
        return f"there is no section [{_key(name)}]; {hint}"
    hint = f'did you mean "{near[0]}"?' if near else f"its keys are {', '.join(known)}"
    return f"{shown(place[:-1], file)} has no key {_key(name) if _key(name)[0] == chr(34) else quoted(name)}; {hint}"


def _home_of(key: str, file: type[BaseModel]) -> str:
    """The section that a key without one was probably meant for."""
    homes = [
        section
        for section, field in file.model_fields.items()
        if _container(section, file) is None and key in _keys(_model(field.annotation))
    ]
    return f"; write it below [{homes[0]}]" if homes else "; write it below the section it belongs to"


def _missing(place: Place, file: type[BaseModel]) -> str:
    if place == ("launch",):
        return '[launch] is missing; begin the file with [launch] and below it domain = "your-domain.com"'
    if len(place) == 1:
        brackets = "[[{}]]" if _container(place[0], file) is tuple else "[{}]"
        return f"{brackets.format(place[0])} is missing: {_fields(file)[str(place[0])].description}"
    field = _fields(_table(place[:-1], file))[str(place[-1])]
    return f"{shown(place[:-1], file)} needs {place[-1]}: {field.description}"


def _not_a_section(place: Place, value: object, file: type[BaseModel]) -> str:
    container = _container(place[0], file)
    name = _key(place[0])
    if container is tuple:
        return f"[{name}] must be written [[{name}]], once for each"
    if container is dict and len(place) == 1:
        return f'[{name}] is {_kind_of(value)}; write [{name}."NAME"], once for each'
    section = shown(place, file)
    return f"{section} is {_kind_of(value)}; write {section} in a line of its own, and its keys below it"


def _kind_of(value: object) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")


# The shape, walked along a place --------------------------------------------------------------------------------


def _container(section: object, file: type[BaseModel]) -> type | None:
    """What a section is: None for one table, dict for tables by name, tuple for `[[…]]`."""
    field = file.model_fields.get(str(section))
    field = field or next((one for one in file.model_fields.values() if one.alias == section), None)
    origin = get_origin(field.annotation) if field else None
    return origin if origin in (dict, tuple) else None


def _is_section(place: Place, file: type[BaseModel]) -> bool:
    return len(place) == 1 or (len(place) == 2 and _container(place[0], file) is not None)


def _table(place: Place, file: type[BaseModel]) -> type[BaseModel]:
    """The model of the table at a place; the place is one that pydantic has walked."""
    model = file
    for part in place:
        field = _fields(model).get(str(part)) if isinstance(part, str) else None
        model = (_model(field.annotation) if field else None) or model
    return model


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation, under Optional, dict or tuple."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model(part))), None)


def _fields(model: type[BaseModel] | None) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()} if model else {}


def _keys(model: type[BaseModel] | None) -> list[str]:
    return list(_fields(model))
