"""Versions of Python, Node.js and PostgreSQL: read out of image names and ranges, and compared as far as it matters."""

import re
from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

PYTHON, NODE, POSTGRESQL = "Python", "Node.js", "PostgreSQL"
# How many parts of a version make two of them different to the code that runs on them: Python 3.11 and 3.12 are
# (peps.python.org/pep-0387), Node.js 20.1 and 20.2 are not (semver.org), nor are PostgreSQL 16.1 and 16.2
# (postgresql.org/support/versioning). 2026-11-24.
_PARTS = {PYTHON: 2, NODE: 1, POSTGRESQL: 1}
_NUMBER = re.compile(r"v?(\d{1,4}(?:\.\d{1,4}){0,3})")
_FAR = 9_999

_IMAGES = (
    (PYTHON, re.compile(r"(?:^|/)(?:cimg/|circleci/|library/)?python:v?(\d[\d.]*)(?![\w.]*alpha)")),
    (PYTHON, re.compile(r"(?:^|/)uv:(?:[\d.]+-)?python(\d[\d.]*)")),
    (PYTHON, re.compile(r"(?:^|/)(?:uvicorn-gunicorn(?:-fastapi|-starlette)?|meinheld-gunicorn\S*):python(\d[\d.]*)")),
    (NODE, re.compile(r"(?:^|/)(?:cimg/|circleci/|library/)?node:v?(\d[\d.]*)")),
    (NODE, re.compile(r"(?:^|/)nodejs(\d+)-debian\d+")),  # gcr.io/distroless
    (POSTGRESQL, re.compile(r"(?:^|/)(?:cimg/|circleci/|library/|supabase/)?postgres(?:ql)?:v?(\d[\d.]*)")),
    (POSTGRESQL, re.compile(r"(?:^|/)(?:pgvector|pgvector/pgvector):(?:[\d.]+-)?pg(\d+)")),
    (POSTGRESQL, re.compile(r"(?:^|/)(?:postgis/postgis|postgis):(\d+)")),
    (POSTGRESQL, re.compile(r"(?:^|/)timescaledb(?:-ha)?:\S*?pg(\d+)")),
)


def of_image(image: str) -> tuple[str, str] | None:
    """The runtime that an image is made of and its version: `python:3.13.9-slim` is Python 3.13.9."""
    image = image.partition("@")[0].strip().lower()[:300]
    for runtime, pattern in _IMAGES:
        if match := pattern.search(image):
            return runtime, match[1].rstrip(".")
    return None


def plain(version: str) -> str | None:
    """A version's numbers (`3.12.1` of `python-3.12.1`, `20` of `v20.x`); None when it states none."""
    match = _NUMBER.search(version)
    return match[1] if match and match.start() <= len("cpython-") else None


def short(runtime: str, version: str) -> str:
    """The parts of a version that matter: 3.13 of Python 3.13.9, 20 of Node.js 20.11."""
    return ".".join(version.split(".")[: _PARTS[runtime]])


def same(runtime: str, one: str, other: str) -> bool:
    """Whether two versions behave alike, as far as both say: Python 3 is any 3, and 3.13.9 is 3.13.1."""
    return all(a == b for a, b in zip(short(runtime, one).split("."), short(runtime, other).split("."), strict=False))


def allows(range_: str, version: str) -> bool | None:
    """Whether a range (`>=3.11,<4`, `^20 || 22.x`) has a version that begins like this one; None for no range."""
    sets = list(_alternatives(range_))
    if not sets:
        return None
    return any(_meets(one, version) for one in sets)


def _meets(wanted: SpecifierSet, version: str) -> bool:
    """Whether some version below this prefix is in the set: its first, its last, or one that the set itself names."""
    named = [specifier.version.rstrip(".*") for specifier in wanted]
    tried = [version, f"{version}.0", f"{version}.{_FAR}", f"{version}.{_FAR}.{_FAR}"]
    tried += [one for one in named if f"{one}.".startswith(f"{version}.")]
    tried += [f"{one}.1" for one in named if f"{one}.".startswith(f"{version}.")]
    for one in tried:
        try:
            if Version(one) in wanted:
                return True
        except InvalidVersion:
            continue
    return False


def _alternatives(range_: str) -> Iterator[SpecifierSet]:
    for part in range_[:200].split("||"):
        try:
            yield SpecifierSet(",".join(_specifiers(part.strip())))
        except (InvalidSpecifier, _NoRange):
            continue


class _NoRange(ValueError):
    """A word that is no version: lts/*, latest."""


def _specifiers(part: str) -> Iterator[str]:
    """npm's and Poetry's ways to write a range, in Python's: `^1.2` is `>=1.2,<2`, `20.x` is `==20.*`."""
    if hyphen := re.fullmatch(r"v?([\d.]+)\s+-\s+v?([\d.]+)", part):
        yield f">={hyphen[1]}"
        yield f"<={hyphen[2]}"
        return
    words = re.sub(r"(?<=[<>=~^!])\s+", "", part.replace(",", " ")).split()
    for word in words:
        match = re.fullmatch(r"(\^|~>|~=|~|>=|<=|===|==|!=|>|<|=)?v?(\d+(?:\.(?:\d+|[xX*]))*)(?:-\w+)?", word)
        if word in ("*", "x"):
            continue
        if match is None:
            raise _NoRange(word)
        yield from _specifier(match[1] or "=", [one for one in match[2].split(".") if one.isdigit()])


def _specifier(operator: str, numbers: list[str]) -> Iterator[str]:
    version = ".".join(numbers)
    if operator in ("=", "==", "==="):
        yield f"=={version}.*" if len(numbers) < 3 else f"=={version}"
    elif operator in ("^", "~", "~>"):
        yield f">={version}"
        kept = 1 if operator == "^" or len(numbers) < 2 else 2
        yield f"<{'.'.join([*numbers[: kept - 1], str(int(numbers[kept - 1]) + 1)])}"
    elif operator == "~=" and len(numbers) < 2:
        raise _NoRange(version)
    elif operator in ("<=", ">") and len(numbers) < 3:  # `<=20` lets 20.11 by, and `>20` does not
        yield f"{'<' if operator == '<=' else '>='}{'.'.join([*numbers[:-1], str(int(numbers[-1]) + 1)])}"
    else:
        yield f"{operator}{version}"
