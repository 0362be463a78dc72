"""The published test suite of RFC 7208: its cases, and a DNS that answers from a case's zone data."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import yaml

from launchready.formats.spf import Evaluation, Question, Reply, Status, check_host

FILE = Path(__file__).parents[1] / ".cache" / "rfc7208-tests.yml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: who sends, what the zones hold, and the results that are right."""

    id: str
    ip: str
    helo: str
    sender: str
    results: tuple[str, ...]
    explanation: str | None
    zones: "Zones"

    @property
    def domain(self) -> str:
        return (self.sender or self.helo).rpartition("@")[2]

    def evaluated(self, **more: Any) -> Evaluation:
        asking = check_host(ip_address(self.ip), self.domain, self.sender, self.helo, **more)
        return self.zones.answered(asking)


class Zones:
    """Zone data as the suite writes it: a record of type SPF stands for TXT too, unless TXT stands beside it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._records = {str(name).lower(): list(records) for name, records in data.items()}

    def answered(self, asking: Generator[Question, Reply, T]) -> T:
        """What a generator of `formats.spf` returns."""
        try:
            question = next(asking)
            while True:
                question = asking.send(self.reply(question))
        except StopIteration as end:
            value: T = end.value
            return value

    def reply(self, question: Question, hops: int = 0) -> Reply:
        name = question.name.lower().removesuffix(".")
        if name not in self._records:
            return Reply(Status.NXDOMAIN)
        records = self._records[name]
        found = [value for kind, value in self._pairs(records) if kind == question.type and value != "NONE"]
        alias = next((value for kind, value in self._pairs(records) if kind == "CNAME"), None)
        if not found and alias and hops < 8:
            return self.reply(Question(str(alias), question.type), hops + 1)
        if "TIMEOUT" in found or (not found and "TIMEOUT" in records):
            return Reply(Status.ERROR, reason="no answer")
        if not found:
            return Reply(Status.NODATA)
        return Reply(Status.FOUND, tuple(_text(question.type, value) for value in found))

    def _pairs(self, records: list[Any]) -> Iterator[tuple[str, Any]]:
        pairs = [pair for record in records if isinstance(record, dict) for pair in record.items()]
        texts = any(kind == "TXT" for kind, _ in pairs)
        for kind, value in pairs:
            yield kind, value
            if kind == "SPF" and not texts:
                yield "TXT", value


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every scenario; raises FileNotFoundError that says how to get the suite."""
    if not FILE.is_file():
        raise FileNotFoundError("the RFC 7208 suite is missing; fetch it with: tools/install-test-suites")
    return tuple(_cases(yaml.safe_load_all(FILE.read_text("utf-8"))))


def _cases(scenarios: Any) -> Iterator[Case]:
    for scenario in filter(None, scenarios):
        zones = Zones(scenario["zonedata"])
        for name, case in scenario["tests"].items():
            results = case["result"]
            yield Case(
                id=f"{scenario['description']}: {name}",
                ip=str(case["host"]),
                helo=str(case["helo"]),
                sender=str(case["mailfrom"] or ""),
                results=tuple(results) if isinstance(results, list) else (results,),
                explanation=case.get("explanation"),
                zones=zones,
            )


def _text(kind: str, value: Any) -> str:
    if kind == "TXT":
        return "".join(value) if isinstance(value, list) else str(value)
    return f"{value[0]} {value[1]}" if kind == "MX" else str(value)
