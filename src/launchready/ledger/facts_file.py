"""The file that `--facts-out` writes and `--facts` reads: one look at a launch, to judge again without a network."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from launchready.errors import UsageError
from launchready.ledger.codec import decode, decode_fact, encode, encode_fact
from launchready.model.facts import Sight
from launchready.model.launch import Launch, Network

SCHEMA = "launchready.facts/1"
_SIZE_LIMIT_BYTES = 64 * 1024 * 1024


def dump(sight: Sight) -> str:
    """One look at a launch as JSON text; how the probes travelled (`network`) is left out."""
    journeys = replace(sight.launch.journeys, mailbox=None)  # a road too, with a password in it
    launch = encode(replace(sight.launch, network=Network(), journeys=journeys))
    return json.dumps(
        {
            "schema": SCHEMA,
            "at": encode(sight.at),
            "launch": {name: value for name, value in launch.items() if name != "network"},
            "facts": [encode_fact(fact) for fact in sight.facts],
        },
        indent=1,
    )


def load(path: Path) -> Sight:
    """The look that a facts file holds; raises UsageError naming the file and what is wrong with it."""
    try:
        with path.open("rb") as file:  # a pipe and a device have no size: only reading tells
            content = file.read(_SIZE_LIMIT_BYTES + 1)
        if len(content) > _SIZE_LIMIT_BYTES:
            raise UsageError(f"{path}: larger than {_SIZE_LIMIT_BYTES >> 20} MiB; this is no facts file")
        document = json.loads(content.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON ({str(error)[:80]})") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError(f"{path}: is not a facts file ({SCHEMA}); write one with `launchready audit --facts-out FILE`")
    return Sight(
        launch=_part(document, "launch", path, lambda raw, where: decode(raw, Launch, where)),
        at=_part(document, "at", path, lambda raw, where: decode(raw, datetime, where)),
        facts=_part(document, "facts", path, _facts),
    )


def _part(document: dict[str, Any], key: str, path: Path, read: Callable[[Any, str], Any]) -> Any:
    if key not in document:
        raise UsageError(f"{path}: has no {key!r}; write it again with `launchready audit --facts-out FILE`")
    return read(document[key], f"{path}: {key}")


def _facts(raw: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise UsageError(f"{where}: expected a list")
    return tuple(decode_fact(item, f"{where}[{index}]") for index, item in enumerate(raw))
