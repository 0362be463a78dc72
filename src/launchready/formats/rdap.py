"""A registry's answer about a domain (RDAP, RFC 9083), read defensively."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from launchready.model.facts import Registration

MOST_STATUSES = 50
LONGEST_WORD = 100


def parse(body: bytes) -> Registration:
    """The registration in a domain object; raises ValueError when it is none."""
    try:
        domain = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(domain, dict) or domain.get("objectClassName") != "domain":
        raise ValueError("not an RDAP domain object")
    return Registration(
        expires=max(_expirations(domain), default=None),
        statuses=tuple(_words(domain.get("status")))[:MOST_STATUSES],
        registrar=next(_registrars(domain), None),
    )


def _expirations(domain: dict[str, Any]) -> Iterator[datetime]:
    for event in _objects(domain.get("events")):
        if event.get("eventAction") == "expiration" and isinstance(event.get("eventDate"), str):
            try:
                moment = datetime.fromisoformat(event["eventDate"])
            except ValueError:
                continue
            yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _registrars(domain: dict[str, Any]) -> Iterator[str]:
    """The full names (jCard "fn", RFC 7095) of the entities whose role is registrar."""
    for entity in _objects(domain.get("entities")):
        if "registrar" in _words(entity.get("roles")):
            _, properties = _pair(entity.get("vcardArray"))
            for one in properties if isinstance(properties, list) else ():
                if isinstance(one, list) and len(one) == 4 and one[0] == "fn" and isinstance(one[3], str):
                    yield one[3][:LONGEST_WORD]


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    return [one.lower()[:LONGEST_WORD] for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _pair(value: object) -> tuple[object, object]:
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, None)
