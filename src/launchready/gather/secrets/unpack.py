"""Texts within a file: the members of archives, and other encodings turned into UTF-8."""

from collections.abc import Iterator
from dataclasses import dataclass

from launchready.gather.secrets.looked import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text and its path, with the members of archives after `!`."""

    path: str
    data: bytes


def texts(path: str, data: bytes) -> Iterator[Text | Unread]:
    """The texts that a file holds; itself, if it is no archive."""
    yield Text(path=path, data=data)
