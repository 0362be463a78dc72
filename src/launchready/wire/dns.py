"""DNS questions over UDP and TCP: every outcome kept apart, each question asked once a run."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from launchready.errors import Garbled, NoAnswer, Refused, WireError
from launchready.formats.addresses import is_private
from launchready.model.launch import Network
from launchready.wire.datagrams import Datagrams, Server, ask_by_stream
from launchready.wire.deadline import Deadline
from launchready.wire.routes import Routes

IN_FLIGHT = 50  # with 200 at once and DNSSEC records, receive buffers were seen to drop answers
LONGEST_CHAIN = 16
QUESTIONS_TO_A_DEAD_SERVER = 3

Endpoint = tuple[str, int]
Question = tuple[tuple[Server, ...], str, str, bool, bool]


class Outcome(Enum):
    """What came back; anything but an answer to the question raises instead."""

    ANSWER = "answer"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"


_OUTCOMES = {
    dns.rcode.NXDOMAIN: Outcome.NXDOMAIN,
    dns.rcode.SERVFAIL: Outcome.SERVFAIL,
    dns.rcode.REFUSED: Outcome.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `records` are in presentation form; `chain` the CNAME targets that led to them, no trailing dots."""

    outcome: Outcome
    records: tuple[str, ...]
    chain: tuple[str, ...]
    authoritative: bool
    rrset: dns.rrset.RRset | None
    message: dns.message.Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a name leads; both empty when DNS says that it has no addresses."""

    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.ipv4 + self.ipv6


class Dns:
    """Questions of one run to a resolver, or straight to a name server."""

    def __init__(self, network: Network, deadline: Deadline) -> None:
        self.deadline = deadline
        self._routes = Routes(network.connect_to)
        self._resolvers = (network.resolver,) if network.resolver else _system_resolvers()
        self._asked: dict[Question, asyncio.Task[Answer]] = {}
        self._sockets: dict[Server, asyncio.Task[Datagrams]] = {}
        self._silences: dict[Server, int] = {}
        self._places = asyncio.Semaphore(IN_FLIGHT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every socket and end every question still open."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
        for opening in self._sockets.values():
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                opening.result().close()
            opening.cancel()
        await asyncio.gather(*self._sockets.values(), return_exceptions=True)

    async def ask(
        self,
        name: str,
        rdtype: str,
        *,
        at: Iterable[tuple[str, str]] = (),
        dnssec: bool = False,
        unchecked: bool = False,
    ) -> Answer:
        """The answer to one question; the same question is asked once a run.

        `at` names authoritative servers, (host name, address) each, asked in turn without recursion; else the
        resolver is asked. `dnssec` wants the signatures too, `unchecked` wants what a validator would withhold.
        Raises NoAnswer, Refused or Garbled.
        """
        servers = tuple(self.road(name, address, 53) for name, address in at) or self._resolvers
        question = (servers, name.rstrip(".").lower(), rdtype, dnssec, unchecked)
        if question not in self._asked:
            self._asked[question] = asyncio.create_task(self._ask_each(question, recurse=not at))
        return await asyncio.shield(self._asked[question])

    async def look_up(self, name: str, rdtype: str, *, unchecked: bool = False) -> Answer:
        """The resolver's answer, NODATA or NXDOMAIN; raises Refused when it will not or cannot say."""
        answer = await self.ask(name, rdtype, unchecked=unchecked)
        if answer.outcome in (Outcome.SERVFAIL, Outcome.REFUSED):
            raise Refused(f"the resolver answers {answer.outcome.value} for {name}")
        if answer.outcome is Outcome.NXDOMAIN and await self._knows_nothing():
            raise Refused("the resolver knows no name at all; this machine may be offline")
        return answer

    async def _knows_nothing(self) -> bool:
        """Whether the resolver denies even the root, as those of machines without a network do; asked once a run."""
        try:
            return (await self.ask("", "NS", unchecked=True)).outcome is Outcome.NXDOMAIN
        except WireError:
            return False

    async def addresses(self, name: str, *, unchecked: bool = False) -> Addresses:
        """IPv4 and IPv6 addresses; raises WireError when none was found but not both questions were answered."""
        kinds = ("A", "AAAA")
        found = await asyncio.gather(
            *(self.look_up(name, kind, unchecked=unchecked) for kind in kinds), return_exceptions=True
        )
        records = [() if isinstance(one, BaseException) else one.records for one in found]
        failure = next((one for one in found if isinstance(one, BaseException)), None)
        if failure and not any(records):
            raise failure
        return Addresses(ipv4=records[0], ipv6=records[1])

    def mapped(self, host: str, port: int) -> bool:
        """Whether `connect_to` sends connections for `host:port` elsewhere."""
        return self._routes.target(host, port) != (host, port)

    async def endpoints(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """The addresses and port at which `host:port` is reached, `connect_to` applied; raises when there is none."""
        target, port = self._routes.target(host, port)
        if target == "localhost":
            target = "127.0.0.1"
        if is_address(target):
            return ((target, port),)
        found = await self.addresses(target)
        if not found.all:
            raise Refused(f"{target} has no address")
        public = tuple((address, port) for address in found.all if not is_private(address))
        if not public:  # what answers there is this machine's or this network's, not the launch
            raise NoAnswer(f"{target} leads into a private network ({found.all[0]}), which is not looked at")
        return public

    def road(self, host: str, address: str, port: int) -> Endpoint:
        """Where one address of a host is really reached: `connect_to` may map the name or the address."""
        mapped = self._routes.target(host, port)
        target, port = mapped if mapped != (host, port) else self._routes.target(address, port)
        return ("127.0.0.1" if target == "localhost" else target), port

    async def _ask_each(self, question: Question, *, recurse: bool) -> Answer:
        """The first server that answers; the last one's failure when none does."""
        failure: WireError = NoAnswer("this machine has no DNS resolver; name one with --resolver")
        for server in question[0]:
            try:
                return await self._ask_one(server, question, recurse=recurse)
            except WireError as error:
                failure = error
        raise failure

    async def _ask_one(self, server: Server, question: Question, *, recurse: bool) -> Answer:
        if self._silences.get(server, 0) >= QUESTIONS_TO_A_DEAD_SERVER:
            raise NoAnswer(f"no answer from {shown(server)}")
        async with self._places:
            try:
                response = await self._exchange(server, question, recurse=recurse)
            except NoAnswer:
                self._silences[server] = self._silences.get(server, 0) + 1
                raise
        self._silences[server] = -1_000_000  # it is alive: silence to one question says nothing of the next
        return _answer(response, server)

    async def _exchange(self, server: Server, question: Question, *, recurse: bool) -> dns.message.Message:
        query = _query(question, recurse=recurse)
        socket = await self._socket(server)
        response = await socket.ask(query, self.deadline)
        if response.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP) and query.edns >= 0:
            query.use_edns(False)
            response = await socket.ask(query, self.deadline)
        if response.flags & dns.flags.TC:
            response = await ask_by_stream(query, server, self.deadline)
        return response

    async def _socket(self, server: Server) -> Datagrams:
        if server not in self._sockets:
            self._sockets[server] = asyncio.create_task(Datagrams.open(server, shown(server)))
        return await asyncio.shield(self._sockets[server])


@lru_cache(maxsize=256)
def is_address(host: str) -> bool:
    """Whether this is an IP address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def shown(server: Server) -> str:
    """A server as people write it; port 53 goes without saying."""
    host, port = server
    if port == 53:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _system_resolvers() -> tuple[Server, ...]:
    try:
        system = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(address), system.port) for address in system.nameservers)


def _query(question: Question, *, recurse: bool) -> dns.message.QueryMessage:
    _, name, rdtype, dnssec, unchecked = question
    try:
        query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232, want_dnssec=dnssec)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise Garbled(f"{name} cannot be a name in DNS ({error})") from None
    if not recurse:
        query.flags &= ~dns.flags.RD
    if unchecked:
        query.flags |= dns.flags.CD
    return query


def _answer(response: dns.message.Message, server: Server) -> Answer:
    rcode = response.rcode()
    if rcode != dns.rcode.NOERROR and rcode not in _OUTCOMES:
        raise Garbled(f"{shown(server)} answers {dns.rcode.to_text(rcode)}")
    chain, found = _followed(response)
    records = tuple(sorted(rdata.to_text() for rdata in found)) if found else ()
    return Answer(
        outcome=_OUTCOMES.get(rcode, Outcome.ANSWER if records else Outcome.NODATA),
        records=records,
        chain=chain,
        authoritative=bool(response.flags & dns.flags.AA),
        rrset=found,
        message=response,
    )


def _followed(response: dns.message.Message) -> tuple[tuple[str, ...], dns.rrset.RRset | None]:
    """The CNAME targets from the name asked for, and the records at the end of them."""
    asked = response.question[0]
    name = asked.name
    chain: list[str] = []
    while len(chain) < LONGEST_CHAIN:
        found = _rrset(response, name, asked.rdtype)
        alias = None if found else _rrset(response, name, dns.rdatatype.CNAME)
        if not alias:
            return tuple(chain), found
        name = alias[0].target
        chain.append(name.to_text(omit_final_dot=True).lower())
    return tuple(chain), None


def _rrset(
    response: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> dns.rrset.RRset | None:
    return next((rrset for rrset in response.answer if rrset.name == name and rrset.rdtype == rdtype), None)
