"""The inventory of secrets: each that the code reads, where it lives, who has it, and what is known of its past."""

from collections.abc import Iterable, Iterator
from typing import Any

from launchready.checks.inventory import last_rotation, owns
from launchready.formats.printable import printable
from launchready.model.facts import CodeSecret, SecretInventoryFacts
from launchready.model.finding import Report
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch, Owner
from launchready.report import json, markdown, text

SCHEMA = "launchready.inventory/1"
_LABEL = 14


def render(facts: SecretInventoryFacts, report: Report, launch: Launch, *, colour: bool) -> str:
    """The inventory as text at 80 columns, then what the checks say of it."""
    count = text.many(len(facts.secrets), "secret")
    lines = [f"{printable(launch.name)} · {count} by the names of variables; no value is read into this list", ""]
    for one in facts.secrets:
        lines.append(printable(one.name))
        for label, told in _told(one, launch.owners):
            first, *rest = text.block(printable(told), indent=_LABEL + 2)
            lines += [f"  {label:<{_LABEL}}{first[_LABEL + 2 :]}", *rest]
    unread = peek(facts, "whole")
    if isinstance(unread, Gap):
        lines += ["", *text.block(f"Not read: {printable(unread.reason, 2000)}.", indent=0)]
    if not facts.secrets:
        lines.append("The code reads no variable that is secret by its name.")
    return "\n".join(lines) + "\n\n" + text.judged(report, colour=colour)


def render_markdown(facts: SecretInventoryFacts, report: Report, launch: Launch) -> str:
    """The inventory as a table (GitHub's Markdown), for a handover or an issue, then the report."""
    rows = ["| secret | read at | lives in | found at | last replaced | moved | owner | access |", "|" + "---|" * 8]
    for one in facts.secrets:
        told = dict(_told(one, launch.owners))
        names = ("read at", "lives in", "found at", "last replaced", "moved", "owner", "access")
        rows.append(f"| {' | '.join(map(markdown.escaped, (one.name, *(told.get(name, '') for name in names))))} |")
    return f"# Secrets of {markdown.escaped(launch.name)}\n\n" + "\n".join(rows) + "\n\n" + markdown.render(report)


def document(facts: SecretInventoryFacts, report: Report, launch: Launch) -> str:
    """The inventory as one JSON document, schema launchready.inventory/1."""
    whole, unread = json.document(report), peek(facts, "whole")
    return json.as_text(
        {
            "schema": SCHEMA,
            "at": whole["at"],
            "launch": whole["launch"],
            "secrets": [_document(one, launch.owners) for one in facts.secrets],
            "unread": unread.reason if isinstance(unread, Gap) else None,
            **{key: whole[key] for key in ("verdict", "findings", "passed", "not_applicable", "unknown")},
        }
    )


def _document(one: CodeSecret, owners: tuple[Owner, ...]) -> dict[str, Any]:
    environments: dict[str, list[dict[str, str | None]]] = {}
    for home in one.homes:
        environments.setdefault(home.environment, []).append(
            {"source": home.source, "since": home.since, "fingerprint": home.fingerprint}
        )
    responsible = _responsible(one, owners)
    last = last_rotation(one, owners)
    return {
        "name": one.name,
        "read_at": list(one.read_at),
        "environments": environments,
        "found_at": list(one.found_at),
        "leaked": one.leaked,
        "moved": [{"day": move.day, "what": move.what} for move in one.moved],
        "owner": next((owner.owner for owner in responsible if owner.owner), None),
        "access": list(_access(responsible)),
        "last_rotation": last.isoformat() if last else None,
    }


def _told(one: CodeSecret, owners: tuple[Owner, ...]) -> Iterator[tuple[str, str]]:
    responsible = _responsible(one, owners)
    last = last_rotation(one, owners)
    yield "read at", ", ".join(one.read_at) or "nowhere that we see in the code"
    yield "lives in", ", ".join(f"{home.environment} ({home.source})" for home in one.homes) or "no declared source"
    if one.found_at:
        still = "; its value there is the one in use" if one.leaked else ""
        yield "found at", ", ".join(one.found_at) + still
    yield "last replaced", f"{last:%Y-%m-%d}" if last else "not known"
    if one.moved:
        yield "moved", "; ".join(f"{move.day} {move.what}" for move in one.moved)
    yield "owner", next((owner.owner for owner in responsible if owner.owner), None) or "nobody is named"
    if access := _access(responsible):
        yield "access", ", ".join(access)


def _responsible(one: CodeSecret, owners: Iterable[Owner]) -> list[Owner]:
    return [owner for owner in owners if owns(owner, one.name)]


def _access(responsible: Iterable[Owner]) -> tuple[str, ...]:
    """Everyone who can get in, each once."""
    every = [name for owner in responsible for name in (*((owner.owner,) if owner.owner else ()), *owner.access)]
    return tuple(dict.fromkeys(every))
