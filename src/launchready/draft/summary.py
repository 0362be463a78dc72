"""What `init` saw and wrote, for a person at a terminal and for a program."""

import json
from collections.abc import Sequence
from textwrap import wrap

from launchready.formats.printable import printable
from launchready.model.launch import Launch
from launchready.model.presence import Presence
from launchready.model.repository import Repository

WIDTH = 80
MOST_NOTES = 6


def text(launch: Launch, repository: Repository, presence: Presence, written: Sequence[str]) -> str:
    """A screen at most: what was seen, what was not, and what to do next."""
    lines: list[str] = []
    for host in launch.hosts:
        health = f", health at {host.health}" if host.health else ""
        routes = f", {len(host.routes)} routes" if len(host.routes) > 1 else ""
        lines += _line(host.role.value, f"{host.name}{routes}{health}")
    for name, found in _rest(launch, repository):
        lines += _line(name, ", ".join(found)) if found else []
    lines = [
        f"Wrote {' and '.join(map(printable, written))} for {printable(launch.name, 40)}.",
        *(lines and ["", *lines]),
    ]
    notes = _notes(repository, presence)
    if notes:
        lines += ["", "Not seen, or left out:", *(line for note in notes[:MOST_NOTES] for line in _note(note))]
    if len(notes) > MOST_NOTES:
        lines.append(f"  and {len(notes) - MOST_NOTES} more; the file's end has them")
    lines += [
        "",
        "Read the file once: each value has the place where it was seen behind it.",
        "Then: launchready audit",
    ]
    return "\n".join(lines) + "\n"


def as_json(launch: Launch, repository: Repository, presence: Presence, written: Sequence[str]) -> str:
    """The same as one JSON document, `launchready.init/1`."""
    document = {
        "schema": "launchready.init/1",
        "written": list(written),
        "domain": launch.domain,
        "name": launch.name,
        "hosts": [
            {"name": host.name, "role": host.role.value, "routes": list(host.routes), "health": host.health}
            for host in launch.hosts
        ],
        **dict(_rest(launch, repository)),
        "notes": _notes(repository, presence),
    }
    return json.dumps(document, indent=2) + "\n"


def _rest(launch: Launch, repository: Repository) -> list[tuple[str, list[str]]]:
    mail = launch.mail
    providers = dict.fromkeys(one.name for one in repository.providers)
    return [
        ("edge", [launch.edge] if launch.edge else []),
        ("mail", list(mail.senders) if mail else []),
        ("dkim", list(mail.selectors) if mail else []),
        ("framework", list(dict.fromkeys(one.framework.value for one in repository.applications))),
        ("platform", list(dict.fromkeys(one.value for one in repository.platforms))),
        ("provider", list(providers)),
    ]


def _notes(repository: Repository, presence: Presence) -> list[str]:
    notes = [f"Nothing could be seen of {presence.domain} from outside."] if presence.silent else []
    notes += [f"{one.value} {one.where}." for one in presence.passed_over]
    notes += [f"SPF includes {one.value}: which service is that?" for one in presence.strangers]
    notes += [f"{reason[:1].upper()}{reason[1:]}." if presence.silent else f"{reason}." for reason in presence.unseen]
    return notes + [f"{one.where} was not read: {one.value}." for one in repository.unread]


def _line(name: str, found: str) -> list[str]:
    head, *rest = wrap(printable(found), WIDTH - 14, break_on_hyphens=False) or [""]
    return [f"  {name:<11} {head}", *(f"  {'':<11} {line}" for line in rest)]


def _note(note: str) -> list[str]:
    head, *rest = wrap(printable(note), WIDTH - 4, break_on_hyphens=False) or [""]
    return [f"  - {head}", *(f"    {line}" for line in rest)]
