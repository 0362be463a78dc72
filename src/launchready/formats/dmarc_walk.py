"""The DNS tree walk of DMARC: whose policy applies to a domain, and what its organisation is (RFC 9989, 4.10)."""

from collections.abc import Generator
from dataclasses import dataclass

from launchready.formats.dmarc import Record, records

QUERIES_LIMIT = 8

Walking = Generator[str, tuple[str, ...], "Walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What a walk came to; `policy_at` and `policy` are where the policy that applies stands, and the record."""

    organisation: str
    policy_at: str | None
    policy: Record | None


def names(domain: str) -> tuple[str, ...]:
    """The domains that a walk asks, in order: never more than eight, however long the name."""
    labels = [label for label in domain.lower().rstrip(".").split(".") if label]
    at_most = QUERIES_LIMIT - 1
    shorter = labels[-at_most:] if len(labels) > at_most else labels[1:]
    return tuple(".".join(part) for part in (labels, *(shorter[start:] for start in range(len(shorter)))) if part)


def walk(domain: str) -> Walking:
    """Yields each name whose TXT records are wanted, is sent their texts, and returns what they come to."""
    found: list[tuple[str, Record]] = []
    asked = names(domain)
    for name in asked:
        texts = yield f"_dmarc.{name}"
        standing = records(texts)
        if len(standing) == 1:  # of several, none counts
            found.append((name, standing[0]))
            if standing[0].psd != "u":
                break
    start = asked[0] if asked else domain
    organisation = _organisation(start, found)
    by_name = dict(found)
    suffix = next((name for name, record in found if record.psd == "y"), None)
    policy_at = next((name for name in (start, organisation, suffix) if name is not None and name in by_name), None)
    return Walk(
        organisation=organisation,
        policy_at=policy_at,
        policy=by_name[policy_at] if policy_at is not None else None,
    )


def _organisation(start: str, found: list[tuple[str, Record]]) -> str:
    """RFC 9989, section 4.10.2."""
    for name, record in found:
        if record.psd == "n":
            return name
        if record.psd == "y" and name != start:
            return _one_label_below(name, start)
    return found[-1][0] if found else start


def _one_label_below(parent: str, start: str) -> str:
    labels = start.split(".")
    return ".".join(labels[-(parent.count(".") + 2) :])
