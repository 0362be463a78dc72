"""One replay of a webhook, for people and as JSON: what was sent, what came, what would have been right."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from launchready.formats.printable import printable
from launchready.model.facts import Delivery
from launchready.model.finding import Report
from launchready.model.gap import Gap, peek
from launchready.model.replay import Replayed, Shown
from launchready.model.webhook import Scheme
from launchready.report import json, text

SCHEMA = "launchready.webhook/1"
_MARK = {True: " ", False: "!", None: "?"}
_INDENT = 23


def render(replayed: Replayed, report: Report, *, colour: bool) -> str:
    """The replay as text at 80 columns: each delivery with its answer, then what the checks find."""
    facts = replayed.facts
    lines = text.block(f"{printable(facts.subject)} · {facts.scheme.value} · {printable(facts.url)}", indent=0)
    lines += [text.verdict(report.verdict, colour=colour), ""]
    for _, alike in groupby(replayed.shown, key=lambda shown: _alike(shown, facts.scheme)):
        lines += _lines(list(alike), facts.scheme)
    lines += ["", *_movements(replayed), ""]
    return "\n".join(lines) + "\n" + text.judged(report, colour=colour)


def document(replayed: Replayed, report: Report) -> str:
    """The replay as one JSON document, schema launchready.webhook/1."""
    whole, facts = json.document(report), replayed.facts
    kept = ("at", "launch", "verdict", "findings", "passed", "unknown")
    moved = {name: None if isinstance(value, Gap) else value for name, value in _moved(replayed)}
    return json.as_text(
        {
            "schema": SCHEMA,
            "webhook": facts.subject,
            "scheme": facts.scheme.value,
            "url": facts.url,
            "deliveries": [_delivery(shown, facts.scheme) for shown in replayed.shown],
            "moved": moved,
            **{key: whole[key] for key in kept},
        }
    )


def _delivery(shown: Shown, scheme: Scheme) -> dict[str, Any]:
    one = shown.delivery
    return {
        "probe": one.probe.value,
        "what": one.what,
        "expected": one.probe.right,
        "right": shown.is_right(scheme),
        "status": shown.status,
        "reason": _reason(one),
        "answer_ms": round(one.answer_ms, 1) if shown.status is not None else None,
        "moved": one.moved,
        "body": shown.body,
    }


def _alike(shown: Shown, scheme: Scheme) -> tuple[object, ...]:
    """What makes two deliveries one line."""
    return shown.delivery.probe, shown.status, shown.is_right(scheme), _reason(shown.delivery)


def _lines(alike: list[Shown], scheme: Scheme) -> Iterator[str]:
    first = alike[0]
    one, right = first.delivery, first.is_right(scheme)
    others = len({shown.delivery.what for shown in alike}) - 1
    what = f"{one.what} and {text.many(others, 'other')}" if others else one.what
    what = f"{len(alike)} × {what}" if len(alike) > 1 and not others else what
    came = (
        f"{first.status} in {max(shown.delivery.answer_ms for shown in alike):.0f} ms" if first.status else "no answer"
    )
    head = f"{_MARK[right]} {one.probe.value}"
    label, *rest = text.block(printable(f"{what}: {came}"), indent=_INDENT)
    yield f"{head:<{_INDENT}}{label[_INDENT:]}"
    yield from rest
    if right is False:
        said = f"; it said: {first.body}" if first.body else ""
        yield from text.block(f"right would be {one.probe.right}{said}", indent=_INDENT)
    if reason := _reason(one):
        yield from text.block(printable(reason), indent=_INDENT)


def _slowest_ms(alike: list[Shown]) -> float:
    return max(shown.delivery.answer_ms for shown in alike)


def _reason(one: Delivery) -> str | None:
    status = peek(one, "status")
    return status.reason if isinstance(status, Gap) else None


def _moved(replayed: Replayed) -> Iterator[tuple[str, float | Gap | None]]:
    for name in ("step", "refused_moved", "duplicate_moved", "parallel_moved"):
        yield name.removesuffix("_moved"), peek(replayed.facts, name)
    yield "out_of_order", replayed.out_of_order_moved
    yield "burst", replayed.burst_moved


def _movements(replayed: Replayed) -> Iterator[str]:
    """By how much the probe's number moved with what, or why nobody knows."""
    moved = dict(_moved(replayed))
    step = moved["step"]
    if isinstance(step, Gap):
        yield from text.block(f"What events do is unknown: {printable(step.reason)}.", indent=0)
        return
    words = {
        "step": "one valid event",
        "refused": "what was refused",
        "duplicate": "that event sent again",
        "parallel": "one event sent several times at once",
        "out_of_order": "two events in the wrong order",
        "burst": "many events at once",
    }
    told = [f"{words[name]} {value:+g}" for name, value in moved.items() if isinstance(value, float)]
    yield from text.block(f"The probe's number moved with {', '.join(told)}.", indent=0)
