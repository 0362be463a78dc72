"""What an answer lets pages of other origins do (Fetch standard, HTTP-CORS protocol); no input raises."""

from collections.abc import Iterable
from dataclasses import dataclass

from launchready.formats.headers import values

LONGEST_ORIGIN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """The permission in one answer; `allow_origin` is None when there is none that a browser takes."""

    allow_origin: str | None
    allow_credentials: bool


def read(headers: Iterable[tuple[str, str]]) -> Cors:
    """The permission as a browser reads it: two origins are none, and only a lower-case `true` allows credentials."""
    sent = tuple(headers)
    origins = values(sent, "access-control-allow-origin")
    return Cors(
        allow_origin=origins[0][:LONGEST_ORIGIN] if len(origins) == 1 and "," not in origins[0] else None,
        allow_credentials=values(sent, "access-control-allow-credentials") == ("true",),
    )
