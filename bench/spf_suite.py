"""The linter beside checkdmarc on the published suite of RFC 7208, over the same name servers: who misses what."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from tests.box.answerer import Answerer
from tests.box.internet import Internet
from tests.spf_suite import Case, Zones, cases

from launchready.formats.spf import Question, Status, lint
from launchready.gather.spf import answered
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns

ROOT = Path(__file__).parents[1]
WORKING = {"pass", "fail", "softfail", "neutral"}
KINDS = {"A", "AAAA", "MX", "TXT", "PTR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one linter did: broken records that it missed, and records that work for everybody that it accused."""

    who: str
    missed: int
    accused: int
    broken: int
    working: int

    @property
    def held(self) -> bool:
        return not self.missed and not self.accused

    def __str__(self) -> str:
        mark = "ok  " if self.held else "    "
        missed = f"missed {self.missed} of {self.broken} broken records"
        return f"{mark} SPF suite, {self.who}: {missed}, accused {self.accused} of {self.working} that work"


def compare(internet: Internet) -> tuple[Score, Score]:
    """Ours, then checkdmarc's; each asks the same servers, one for each scenario."""
    judged = [case for case in cases() if case.results == ("permerror",) or set(case.results) <= WORKING]
    with ExitStack() as stack:
        servers: dict[int, str] = {}
        for case in judged:
            if id(case.zones) not in servers:
                servers[id(case.zones)] = internet.ipv4()
                stack.enter_context(Answerer(servers[id(case.zones)], _answers(case.zones)))
        asked = [(case.domain, servers[id(case.zones)]) for case in judged]
        ours = [asyncio.run(_is_broken(domain, server)) for domain, server in asked]
        theirs = _checkdmarc(asked)
    return _score("launchready", judged, ours), _score("checkdmarc", judged, theirs)


def _score(who: str, judged: list[Case], found: list[bool]) -> Score:
    broken = [case.results == ("permerror",) or _fails_strangers(case) for case in judged]
    pairs = list(zip(broken, found, strict=True))
    return Score(
        who=who,
        missed=sum(is_broken and not said for is_broken, said in pairs),
        accused=sum(said and not is_broken for is_broken, said in pairs),
        broken=sum(broken),
        working=len(broken) - sum(broken),
    )


def _fails_strangers(case: Case) -> bool:
    """A record that works for the case's sender alone is broken all the same."""
    return replace(case, ip="203.0.113.77").evaluated().result.value == "permerror"


async def _is_broken(domain: str, server: str) -> bool:
    async with Dns(Network(resolver=(server, 53)), Deadline(20)) as wire:
        return (await answered(lint(domain), wire)).broken


def _checkdmarc(asked: list[tuple[str, str]]) -> list[bool]:
    command = [str(ROOT / ".venv-checkdmarc" / "bin" / "python"), "-m", "bench.peers.run_checkdmarc_spf"]
    done = subprocess.run(
        command, cwd=ROOT, check=True, input=json.dumps(asked), capture_output=True, text=True, timeout=300
    )
    found: list[bool] = json.loads(done.stdout.splitlines()[-1])
    return found


def _answers(zones: Zones):  # type: ignore[no-untyped-def]
    def answer(query: dns.message.Message, transport: str) -> bytes:
        response = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = b".".join(question.name.labels[:-1]).decode("latin-1")
        reply = zones.reply(Question(name, kind)) if kind in KINDS else None
        if reply is None or reply.status is Status.NODATA:
            pass
        elif reply.status is Status.NXDOMAIN:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif reply.status is Status.ERROR:
            response.set_rcode(dns.rcode.SERVFAIL)
        else:
            rdatas = [dns.rdata.from_text("IN", kind, text) for text in _presented(kind, reply.records)]
            response.answer.append(dns.rrset.from_rdata_list(question.name, 5, rdatas))
        if transport == "udp" and len(response.to_wire()) > 1200:
            response.answer.clear()
            response.flags |= dns.flags.TC
        return response.to_wire()

    return answer


def _presented(kind: str, records: tuple[str, ...]) -> Iterator[str]:
    """The records as a zone file has them."""
    for text in records:
        if kind == "TXT":
            data = text.encode("utf-8", "surrogateescape")
            parts = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
            yield " ".join('"' + "".join(f"\\{byte:03d}" for byte in part) + '"' for part in parts)
        else:
            yield f"{text}." if kind in ("MX", "PTR") and not text.endswith(".") else text
