"""The values of all secrets that a launch.toml names, for whoever has to keep them out of sight."""

from collections.abc import Iterator
from contextlib import suppress

from pydantic import BaseModel

from launchready.config.secrets import REFERENCE, Secret
from launchready.config.shape import LaunchFile
from launchready.errors import UsageError


def values(file: LaunchFile) -> frozenset[str]:
    """Each value that can be read now; what is not set cannot be shown by anybody."""
    return frozenset(value for secret in _secrets(file) for value in _values(secret))


def _secrets(node: object) -> Iterator[Secret]:
    match node:
        case Secret():
            yield node
        case BaseModel():
            for name in type(node).model_fields:
                yield from _secrets(getattr(node, name))
        case dict() | tuple():
            for inner in node.values() if isinstance(node, dict) else node:
                yield from _secrets(inner)


def _values(secret: Secret) -> Iterator[str]:
    """Of text with several references, each for itself and the whole."""
    for match in REFERENCE.finditer(secret.written):
        with suppress(UsageError):
            yield Secret(match.group(), secret.environ, secret.folder).reveal()
