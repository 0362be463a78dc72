"""The core routes and health addresses, one line each: status, phases, days that the certificate has left."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from launchready.formats.printable import printable
from launchready.model.facts import HealthFacts, PageFacts, PhaseTimes, Says, Sight, TlsFacts
from launchready.model.finding import Report
from launchready.model.gap import Gap, peek
from launchready.report import json, text

_NAME = 34
_HEAD = f"{'':{_NAME}}{'status':>7}{'connect':>9}{'tls':>7}{'first':>7}{'total':>7}{'cert':>9}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One address: `status` None and `reason` when it was not seen; times in milliseconds."""

    address: str
    host: str
    kind: str
    status: int | None
    reason: str | None
    phases: PhaseTimes | None
    certificate_days: int | None


def lines(sight: Sight) -> tuple[Line, ...]:
    """What was seen of each core route, and of each health address that there is, host by host.

    A health address that fails is a core route that does, too: it is told once.
    """
    days = {fact.subject: _days(fact, sight) for fact in sight.facts if isinstance(fact, TlsFacts)}
    both = [line for fact in sight.facts for line in _lines(fact, days)]
    found = {line.address: line for line in sorted(both, key=lambda line: line.kind, reverse=True)}.values()
    order = [host.name for host in sight.launch.hosts]
    return tuple(sorted(found, key=lambda line: order.index(line.host) if line.host in order else len(order)))


def render(report: Report, sight: Sight, *, colour: bool) -> str:
    """The lines at 80 columns, then what was found; a name that is longer has a line of its own."""
    rows = [row for line in lines(sight) for row in _row(line)]
    head = [*text.head(report), "", _HEAD]
    return "\n".join([*head, *rows]) + "\n\n" + text.found(report, colour=colour)


def document(report: Report, sight: Sight) -> str:
    """The report as JSON, with `routes` beside it."""
    return json.with_more(report, {"routes": [_plain(line) for line in lines(sight)]})


def _days(fact: TlsFacts, sight: Sight) -> int | None:
    chain = peek(fact, "chain")
    return None if isinstance(chain, Gap) or not chain else (chain[0].not_after - sight.at).days


def _lines(fact: object, days: dict[str, int | None]) -> Iterator[Line]:
    if isinstance(fact, PageFacts):
        host = peek(fact, "host")
        yield _line(fact, fact.subject, host if isinstance(host, str) else fact.subject, "route", days)
    elif isinstance(fact, HealthFacts):
        answers = peek(fact, "answers")
        for answer in () if isinstance(answers, Gap) else answers:
            if fact.declared or _is_there(answer):
                yield _line(answer, f"{fact.subject}{answer.path}", fact.subject, "health", days)


def _is_there(answer: object) -> bool:
    """Whether one of the usual health addresses is one."""
    status = peek(answer, "status")
    return not isinstance(status, Gap) and 200 <= status < 300 and peek(answer, "says") is not Says.PAGE


def _line(record: object, address: str, host: str, kind: str, days: dict[str, int | None]) -> Line:
    status, phases = peek(record, "status"), peek(record, "phases")
    return Line(
        address=address,
        host=host,
        kind=kind,
        status=None if isinstance(status, Gap) else status,
        reason=status.reason if isinstance(status, Gap) else None,
        phases=None if isinstance(phases, Gap) else phases,
        certificate_days=days.get(host),
    )


def _row(line: Line) -> Iterator[str]:
    name = printable(line.address, 300)
    times = line.phases
    parts = (times.connect_ms, times.tls_ms, times.first_byte_ms, times.total_ms) if times else (None,) * 4
    numbers = "".join(f"{_ms(value):>{width}}" for value, width in zip(parts, (9, 7, 7, 7), strict=True))
    status = "–" if line.status is None else str(line.status or "hung up")
    days = "–" if line.certificate_days is None else f"{line.certificate_days} d"
    if len(name) >= _NAME:
        yield name
        name = ""
    yield f"{name:{_NAME}}{status:>7}{numbers}{days:>9}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _plain(line: Line) -> dict[str, Any]:
    times = line.phases
    names = ("connect_ms", "tls_ms", "first_byte_ms", "total_ms")
    return {
        "address": line.address,
        "host": line.host,
        "kind": line.kind,
        "status": line.status,
        "reason": line.reason,
        **{name: getattr(times, name) if times else None for name in names},
        "certificate_days": line.certificate_days,
    }
