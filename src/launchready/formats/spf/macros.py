"""Macro strings (RFC 7208, section 7): read once, expanded for each sender."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

LETTERS = "slodiphcrtv"
EXPLANATION_ONLY = frozenset("crt")  # section 7.2
LONGEST_NAME = 253

_MACRO = re.compile(r"%\{([A-Za-z])(\d*)([rR]?)([.\-+,/_=]*)\}")
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
# Top labels: letters and digits with at least one letter, or with a hyphen inside (section 7.1).
_TOP_LABEL = re.compile(r"(?:[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*|[0-9A-Za-z]+-[0-9A-Za-z-]*[0-9A-Za-z])\.?")


class MacroError(ValueError):
    """The text is no macro string; the message says why."""


@dataclass(frozen=True, slots=True)
class Macro:
    """One `%{…}`: how many parts from the right are kept (0: all), and where the value is split."""

    letter: str
    keep: int
    reverse: bool
    delimiters: str
    escape: bool


@dataclass(frozen=True, slots=True)
class MacroString:
    """Literal text and macros in turn; `text` is as written."""

    text: str
    parts: tuple[str | Macro, ...]

    @property
    def letters(self) -> frozenset[str]:
        return frozenset(part.letter for part in self.parts if isinstance(part, Macro))

    @property
    def literal(self) -> str | None:
        """The text where it is the same for every sender."""
        return None if self.letters else "".join(part for part in self.parts if isinstance(part, str))


def macro_string(text: str, *, spaces: bool = False) -> MacroString:
    """The macro string that is written; `spaces` for explanations. Raises `MacroError`."""
    parts: list[str | Macro] = []
    at = 0
    while at < len(text):
        percent = text.find("%", at)
        literal = text[at:] if percent < 0 else text[at:percent]
        if strange := next((char for char in literal if not ("!" <= char <= "~" or (spaces and char == " "))), None):
            raise MacroError(f"holds the character {strange!r}, which is not allowed there")
        if literal:
            parts.append(literal)
        at += len(literal)
        if percent >= 0:
            part, length = _expansion(text, at)
            parts.append(part)
            at += length
    return MacroString(text, tuple(parts))


def domain_spec(text: str) -> MacroString:
    """A name that may hold macros; it must end in a label or a macro. Raises `MacroError`."""
    if not text:
        raise MacroError("names no domain")
    spec = macro_string(text)
    if wrong := sorted(spec.letters & EXPLANATION_ONLY):
        raise MacroError(f"uses %{{{wrong[0]}}}, which is for explanations only")
    last = spec.parts[-1]
    if isinstance(last, str) and last not in _ESCAPES.values():  # an escape is a part of its own
        _, dot, top = last.removesuffix(".").rpartition(".")
        if not (dot and _TOP_LABEL.fullmatch(top)):
            raise MacroError(f"{text[:60]!r} is not a domain name")
    return spec


def expand(spec: MacroString, values: Mapping[str, str]) -> str:
    """The text for one sender; `values` has every letter of `spec.letters`."""
    return "".join(part if isinstance(part, str) else _value(part, values[part.letter]) for part in spec.parts)


def shortened(name: str) -> str:
    """A name cut to what DNS can hold by leaving out labels on the left (section 7.3); no final dot."""
    name = name.removesuffix(".")
    while len(name) > LONGEST_NAME:
        cut = name.find(".", max(0, len(name) - LONGEST_NAME - 1))
        if cut < 0:
            return ""
        name = name[cut + 1 :]
    return name


def _expansion(text: str, at: int) -> tuple[str | Macro, int]:
    """What the percent sign at `at` begins, and how long it is."""
    if (pair := text[at : at + 2]) in _ESCAPES:
        return _ESCAPES[pair], 2
    match = _MACRO.match(text, at)
    if match is None:
        raise MacroError(f"{text[at : at + 12]!r} is no macro; a percent sign is written %%")
    letter, digits, reverse, delimiters = match.groups()
    if letter.lower() not in LETTERS:
        raise MacroError(f"{match[0]!r} is no macro that SPF has")
    if digits and not digits.strip("0"):
        raise MacroError(f"{match[0]!r} keeps no part at all")
    keep = int(digits[-9:]) if digits else 0
    macro = Macro(letter.lower(), keep, bool(reverse), delimiters, letter.isupper())
    return macro, len(match[0])


def _value(macro: Macro, value: str) -> str:
    if macro.keep or macro.reverse or macro.delimiters:
        parts = re.split("[" + re.escape(macro.delimiters or ".") + "]", value)
        if macro.reverse:
            parts.reverse()
        value = ".".join(parts[-macro.keep :] if macro.keep else parts)
    return quote(value, safe="-._~", errors="replace") if macro.escape else value
