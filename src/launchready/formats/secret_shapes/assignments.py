"""How a value stands beside its name: in shells, YAML, JSON, XML, Python, JavaScript, URLs, logs and headers."""

import re

from launchready.formats.secret_shapes.boundaries import ends_token

# A stage, the end of a quoted or bracketed name, a type, an assignment (or the `value:` of a list of variables), the
# beginning of a string, and the scheme of an Authorization header.
_STAGE = r"(?:[-_]?(?i:\d{1,2}|prod(?:uction)?|dev(?:elopment)?|stag(?:e|ing)|live|test|local|old|new|backup))?"
_END_OF_NAME = r"""(?:\\{0,3}["'`])?[\])]?(?:[ ]?:[ ]?(?:str|[sS]tring|bytes)(?=[ ]?=))?"""
_ASSIGNMENT = (
    r"""(?:[ \t]{0,20}(?P<link>:-|[:=]{1,3}|=>|,|\|\||\?\?|\bor\b|%3[dD])\s{0,4}"""
    r"""|["']?[,;]?\s{1,40}["']?value["']?[ ]?(?:[:=])[ ]?|(?P<gap>[ \t]{1,4})|(?P<tag>>))"""
)
_START_OF_VALUE = r"""(?:[bfru]{0,2}(?P<quote>\\{0,3}["'`])|%22|&quot;)?(?:(?i:bearer|token|basic)(?:[ +]|%20))?"""
BETWEEN = _STAGE + _END_OF_NAME + _ASSIGNMENT + _START_OF_VALUE
# These stand between an expression and what is taken in its place: there only a quoted value is one.
_LINKS_IN_CODE = (b",", b"or", b"||", b"??", b"=>", b"==", b"===")
# After a value, these say that it was the beginning of something longer: a call, a member, a path.
_GOES_ON = (b"(", b"[", b"/", b"+", b"$", b"{")
_DIGIT = re.compile(rb"\d")
# Before a name, within its line: a Dockerfile sets one variable without a sign (`ENV NAME value`).
_LONE_ENV = re.compile(rb"\s{0,40}ENV[ \t]{1,20}\w{0,100}", re.IGNORECASE)


def anything(least: int) -> str:
    """A value that can be anything: a whole string, or what a shell, a URL and YAML let stand without quotes."""
    return rf"""(?:(?<=["'`])[^\s"'`\\]{{{least},400}}|[A-Za-z0-9+/=_.~!@#%^*:?-]{{{least},400}})"""


def least_of_anything(least: int) -> str:
    return rf"""[^\s"'`\\]{{{least}}}"""


def is_assigned(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a sign, or a Dockerfile's ENV, gives the value to the name: not `the token "…"`, as prose has it."""
    return match["gap"] is None or _is_set_alone(data, match.start())


def stops(data: bytes, end: int) -> bool:
    """Whether a value of a known form stops at `end`."""
    return ends_token(data, end) and data[end : end + 1] not in _GOES_ON


def is_all(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether the matched value is all that was assigned: the whole string, or a bare word and no expression."""
    end = match.end()
    if match["quote"]:
        return data.startswith(match["quote"], end)
    if match["link"] and b"\n" in data[match.start() : match.start("value")]:  # an empty variable, the next line
        return False
    return (
        (match["gap"] is None or _is_set_alone(data, match.start()))
        and match["link"] not in _LINKS_IN_CODE
        and (match["tag"] is None or data.startswith(b"</", end))
        # `name: Name` is how a type is written.
        and (match["link"] != b":" or _DIGIT.search(match["value"]) is not None)
        and stops(data, end)
    )


def _is_set_alone(data: bytes, name_at: int) -> bool:
    line_at = data.rfind(b"\n", max(0, name_at - 200), name_at) + 1
    return _LONE_ENV.fullmatch(data, line_at, name_at) is not None
