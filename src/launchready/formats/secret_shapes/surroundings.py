"""What stands around a value may say that it is none: an example in a schema, a remark that it is made up."""

import re

_BEFORE, _BEHIND = 80, 120
# JSON Schema and OpenAPI (`"examples": ["…`), Pydantic (`examples=["…`), JSDoc (`@example …`).
_AS_EXAMPLE = re.compile(rb"(?i:\b@?examples?)\\{0,3}[\"']?\s{0,4}[:=]?\s{0,4}[\[(]?\s{0,40}\\{0,3}[\"'`]?\Z")
# A comment behind the value; one that allows it is read elsewhere, and keeps it in the report.
_REMARK = re.compile(
    rb"[\"'`]?[ \t]?[;,)\]}]{0,3}[ \t]{1,8}(?:#|//|--|/\*|<!--)(?![^\r\n]{0,80}(?:allow|pragma|ignore))[^\r\n]{0,60}?"
    rb"\b(?i:dummy|fake|mock(?:ed)?|made[ -]up|example|sample|placeholder|replace with|local(?:host)?"
    rb"|not real|for tests?)\b"
)

# The strings in which Ansible's modules carry their manual.
_MANUAL = re.compile(rb"^(?:EXAMPLES|DOCUMENTATION|RETURN) ?= ?[ru]{0,2}(?P<quote>\"\"\"|\'\'\')", re.MULTILINE)
_LONGEST_MANUAL = 65_536


def says_none(data: bytes, start: int, end: int) -> bool:
    """Whether whoever wrote `data[start:end]` said beside it that it is an example, or made up."""
    return (
        _AS_EXAMPLE.search(data[max(start - _BEFORE, 0) : start]) is not None
        or _REMARK.match(data, end, end + _BEHIND) is not None
        or in_manual(data, start)
    )


def in_manual(data: bytes, at: int) -> bool:
    """Whether a place is within a string that holds a manual with its examples."""
    before = data[max(at - _LONGEST_MANUAL, 0) : at]
    return any(one["quote"] not in before[one.end() :] for one in _MANUAL.finditer(before))
