"""DNS on the wire: every outcome kept apart, strangers ignored, dead servers dropped fast."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import dns.flags
import dns.message
import dns.rcode
import pytest

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.model.launch import ConnectTo, Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns, Outcome
from tests.box.answerer import Answerer, Answers, reply
from tests.box.internet import Internet

T = TypeVar("T")
NAME = "parley.example"
RECORD = f"{NAME}. 5 A 192.0.2.1"


def asked(network: Network, look: Callable[[Dns], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with Dns(network, Deadline(network.deadline_s)) as wire:
            return await look(wire)

    return asyncio.run(ask())


def answering(internet: Internet, answers: Answers) -> tuple[Answerer, Network]:
    address = internet.ipv4()
    return Answerer(address, answers), replace(internet.network(), resolver=(address, 53))


def test_outcomes_are_kept_apart(internet: Internet) -> None:
    internet.zone(NAME, "@ 5 A 192.0.2.1\nwww 5 CNAME @\n")
    internet.zone("bogus.example", "@ 5 A 192.0.2.1\n", broken="wrong-ds")
    network = internet.serve_dns()

    async def look(wire: Dns) -> list[Outcome]:
        questions = ((NAME, "A"), (NAME, "MX"), (f"no.{NAME}", "A"), ("bogus.example", "A"))
        answers = [await wire.ask(*question) for question in questions]
        answers.append(await wire.ask(NAME, "A", at=[("x", internet.refusing)]))
        answers.append(await wire.ask("bogus.example", "A", unchecked=True))
        return [answer.outcome for answer in answers]

    assert asked(network, look) == [
        Outcome.ANSWER,
        Outcome.NODATA,
        Outcome.NXDOMAIN,
        Outcome.SERVFAIL,
        Outcome.REFUSED,
        Outcome.ANSWER,
    ]
    alias = asked(network, lambda wire: wire.ask(f"WWW.{NAME}.", "A"))
    assert (alias.chain, alias.records, alias.authoritative) == ((NAME,), ("192.0.2.1",), False)
    direct = asked(network, lambda wire: wire.ask(NAME, "A", at=[(f"ns1.{NAME}", internet.ns1)]))
    assert direct.authoritative


def test_one_failed_question_of_two_is_no_absence(internet: Internet) -> None:
    """A name whose A question fails and that has no AAAA is not a name without addresses."""

    def answers(query: dns.message.Message, _: str) -> bytes:
        return reply(query, rcode=dns.rcode.SERVFAIL if query.question[0].rdtype == 1 else 0).to_wire()

    server, network = answering(internet, answers)
    with server, pytest.raises(Refused, match="SERVFAIL"):
        asked(network, lambda wire: wire.addresses(NAME))


def test_a_silent_resolver_costs_one_wait_not_many(internet: Internet) -> None:
    network = replace(internet.network(deadline_s=2), resolver=(internet.silent(), 53))

    async def look(wire: Dns) -> list[object]:
        names = [f"n{number}.example" for number in range(30)]
        return list(await asyncio.gather(*(wire.ask(name, "A") for name in names), return_exceptions=True))

    started = time.monotonic()
    failures = asked(network, look)
    assert time.monotonic() - started < 4  # an outer guard: the run's deadline is two seconds
    assert all(isinstance(failure, NoAnswer) for failure in failures)


def test_a_closed_port_is_refused_at_once(internet: Internet) -> None:
    network = replace(internet.network(), resolver=(internet.ipv4(), 53))
    with pytest.raises(Refused, match="nothing answers DNS"):
        asked(network, lambda wire: wire.ask(NAME, "A"))


def test_a_server_without_a_way_there_is_refused(internet: Internet) -> None:
    with pytest.raises(Refused, match="cannot be reached from here"):
        asked(internet.network(), lambda wire: wire.ask(NAME, "A", at=[("far", "198.41.0.4")]))


def test_a_truncated_answer_is_asked_again_over_tcp(internet: Internet) -> None:
    def answers(query: dns.message.Message, transport: str) -> bytes:
        if transport == "udp":
            return reply(query, flags=dns.flags.TC).to_wire()
        return reply(query, *(f"{NAME}. 5 TXT {'x' * 200}{number}" for number in range(30))).to_wire(max_size=65535)

    server, network = answering(internet, answers)
    with server:
        assert len(asked(network, lambda wire: wire.ask(NAME, "TXT")).records) == 30
    assert [transport for transport, _, _ in server.questions] == ["udp", "tcp"]


@pytest.mark.parametrize("over_tcp", [b"", b"\x00\x01", b"garbage that is no message"])
def test_nonsense_over_tcp_is_garbled(internet: Internet, over_tcp: bytes) -> None:
    def answers(query: dns.message.Message, transport: str) -> bytes | None:
        return reply(query, flags=dns.flags.TC).to_wire() if transport == "udp" else over_tcp

    server, network = answering(internet, answers)
    with server, pytest.raises(Garbled):
        asked(network, lambda wire: wire.ask(NAME, "A"))


def test_a_spoofed_answer_is_ignored(internet: Internet) -> None:
    """Wrong id, wrong question, no question, a question of our own sent back: the real answer still counts."""

    def answers(query: dns.message.Message, _: str) -> list[bytes]:
        real = reply(query, RECORD)
        other_id = reply(query, f"{NAME}. 5 A 6.6.6.6")
        other_id.id = query.id ^ 1
        other_name = reply(dns.message.make_query("other.example", "A", id=query.id), "other.example. 5 A 6.6.6.6")
        unasked = reply(query, f"{NAME}. 5 A 6.6.6.6")
        unasked.question = []
        wires = [message.to_wire() for message in (other_id, other_name, unasked, query)]
        return [*wires, b"", b"\x00", b"x" * 600, real.to_wire()]

    server, network = answering(internet, answers)
    with server:
        assert asked(network, lambda wire: wire.ask(NAME, "A")).records == ("192.0.2.1",)


def test_nothing_but_nonsense_is_garbled(internet: Internet) -> None:
    server, network = answering(internet, lambda query, _: query.to_wire()[:2] + b"\xff" * 40)
    with server, pytest.raises(Garbled, match="nonsense"):
        asked(replace(network, deadline_s=3), lambda wire: wire.ask(NAME, "A"))


@pytest.mark.parametrize("rcode", [dns.rcode.NOTIMP, dns.rcode.YXDOMAIN])
def test_an_odd_code_is_garbled(internet: Internet, rcode: dns.rcode.Rcode) -> None:
    server, network = answering(internet, lambda query, _: reply(query, rcode=rcode).to_wire())
    with server, pytest.raises(Garbled):
        asked(network, lambda wire: wire.ask(NAME, "A"))


def test_a_server_that_knows_no_edns_is_asked_without(internet: Internet) -> None:
    def answers(query: dns.message.Message, _: str) -> bytes:
        if query.edns >= 0:
            return reply(query, rcode=dns.rcode.FORMERR).to_wire()
        return reply(query, RECORD).to_wire()

    server, network = answering(internet, answers)
    with server:
        assert asked(network, lambda wire: wire.ask(NAME, "A")).records == ("192.0.2.1",)


def test_a_lost_datagram_is_sent_again(internet: Internet) -> None:
    lost = iter((True, False))
    server, network = answering(internet, lambda query, _: None if next(lost) else reply(query, RECORD).to_wire())
    with server:
        assert asked(network, lambda wire: wire.ask(NAME, "A")).records == ("192.0.2.1",)
    assert len(server.questions) == 2


def test_a_question_is_asked_once(internet: Internet) -> None:
    server, network = answering(internet, lambda query, _: reply(query, RECORD).to_wire())

    async def look(wire: Dns) -> None:
        await asyncio.gather(*(wire.ask(name, "A") for name in (NAME, NAME.upper(), f"{NAME}.") * 5))

    with server:
        asked(network, look)
    assert len(server.questions) == 1


def test_the_next_server_is_asked_when_one_is_dead(internet: Internet) -> None:
    live = internet.ipv4()
    with Answerer(live, lambda query, _: reply(query, RECORD).to_wire()):
        at = [("closed", internet.ipv4()), ("live", live)]
        assert asked(internet.network(), lambda wire: wire.ask(NAME, "A", at=at)).records


@pytest.mark.parametrize("by", ["name", "address"])
def test_connect_to_leads_to_another_nameserver(internet: Internet, by: str) -> None:
    real, port = internet.ipv4(), 5353
    host = f"ns1.{NAME}" if by == "name" else "192.0.2.53"
    network = internet.network(connect_to=(ConnectTo(host=host, port=53, to_host=real, to_port=port),))
    with Answerer(real, lambda query, _: reply(query, RECORD).to_wire(), port):
        at = [(f"ns1.{NAME}", "192.0.2.53")]
        assert asked(network, lambda wire: wire.ask(NAME, "A", at=at)).records == ("192.0.2.1",)


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example", "é" * 70, ".".join(["abc"] * 70)])
def test_what_cannot_be_a_name_is_a_wire_error(internet: Internet, name: str) -> None:
    with pytest.raises(WireError):
        asked(internet.network(), lambda wire: wire.ask(name, "A"))


def test_an_alias_of_itself_leads_nowhere(internet: Internet) -> None:
    server, network = answering(internet, lambda query, _: reply(query, f"{NAME}. 5 CNAME {NAME}.").to_wire())
    with server:
        answer = asked(network, lambda wire: wire.ask(NAME, "A"))
    assert answer.outcome is Outcome.NODATA
