"""Where the facts of a report came from, in words."""

from launchready.formats.printable import printable
from launchready.model.finding import Source

_WORDS = {
    "probe": "A look from outside, over DNS, TLS and HTTP, as a visitor without an account",
    "saved": "A saved look, which holds nothing about this",
}


def described(source: Source) -> str:
    """What a source is, for somebody who has never heard its name; a name nobody described stands for itself."""
    return _WORDS.get(source.name, printable(source.name))


def when(source: Source) -> str:
    """The moment of its facts, or the first and the last one."""
    first, last = (f"{moment:%d %b %Y, %H:%M} UTC" for moment in (source.first, source.last))
    return first if first == last else f"{first} to {last}"
