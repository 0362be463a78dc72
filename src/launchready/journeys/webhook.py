"""One replay of a webhook: deliveries of every kind to its handler, and a number that shows what they did."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from launchready.errors import NoAnswer, WireError
from launchready.formats.printable import printable
from launchready.formats.webhook import says_no
from launchready.formats.webhook_events import Event, Told, example, given, late_pair
from launchready.journeys.scope import Scope
from launchready.journeys.webhook_number import Number, ReadNumber
from launchready.journeys.webhook_plan import (
    BURST,
    COPIES,
    IN_TURN,
    Shot,
    Target,
    chosen,
    made,
    nonsense,
    ordinary,
    refusals,
)
from launchready.model.facts import Delivery, WebhookFacts
from launchready.model.gap import Gap, gap
from launchready.model.journey import Reference
from launchready.model.launch import Network
from launchready.model.replay import Replayed, Shown
from launchready.model.webhook import Probe
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

Payload = Callable[[], Mapping[str, Any]]

NOT_ASKED = Gap("this was left out by --only")
NOT_TAKEN = Gap("no valid event was accepted")
BODY_LIMIT_BYTES = 4096
SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a replay takes from outside: the time, tokens that never come twice, and what the founder gave.

    `payload` is asked anew for each event, once the number was read; `mask` hides the secrets that it may hold.
    """

    clock: Callable[[], float]
    fresh: Callable[[], str]
    read_number: ReadNumber | None = None
    payload: Payload | None = None
    mask: Callable[[str], str] = str


async def replay(
    target: Target, network: Network, tools: Tools, now: datetime, probes: frozenset[Probe] = frozenset(Probe)
) -> Replayed:
    """Send every delivery of `probes`, the valid one always; what cannot be sent within the deadline is a Gap."""
    deadline = Deadline(network.deadline_s)
    async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
        return await _Replay(target, http, deadline, tools, probes).run(now)


class _Replay:
    """One run: what has been sent so far, and what came."""

    def __init__(self, target: Target, http: Http, deadline: Deadline, tools: Tools, probes: frozenset[Probe]) -> None:
        self._target = target
        self._http = http
        self._deadline = deadline
        self._tools = tools
        self._probes = probes
        self._number = Number(tools.read_number)
        self._mask = _mask(target)
        self._shown: list[Shown] = []

    async def run(self, now: datetime) -> Replayed:
        """First one valid delivery; then what must be refused, so that what it does stands alone; then the rest."""
        await self._number.begin()
        event = self._event(self._target.kinds[0])
        valid = await self._send(ordinary(Probe.VALID, "an ordinary delivery"), event)
        step = await self._number.first_move() if valid.is_taken else NOT_TAKEN
        refused = await self._refusals(step)
        if not valid.delivery.gave_up:  # what is signed would be waited for as long, each time
            await self._each(chosen(nonsense(), self._probes))
        await self._number.moved()
        moved = await self._ordinary(event, taken=valid.is_taken)
        target = self._target
        return Replayed(
            facts=WebhookFacts(
                subject=target.name,
                source="replay",
                at=now,
                scheme=target.scheme,
                url=target.url.partition("?")[0],
                patience_s=target.patience_s,
                deliveries=tuple(shown.delivery for shown in self._shown),
                step=_field(step),
                refused_moved=_field(refused),
                duplicate_moved=_field(_unless_unmoved(step, moved[Probe.DUPLICATE])),
                parallel_moved=_field(_unless_unmoved(step, moved[Probe.PARALLEL])),
            ),
            shown=tuple(self._shown),
            out_of_order_moved=moved[Probe.OUT_OF_ORDER],
            burst_moved=moved[Probe.BURST],
        )

    async def _refusals(self, step: float | Gap) -> float | Gap | None:
        """By how much the number moved with what was answered with a no; None when nobody reads one.

        What strangers can send is looked at as one group, so that what Stripe's library accepts, an event from the
        future, is not mixed up with it.
        """
        shots = chosen(refusals(self._target.scheme), self._probes)
        groups = [[shot for shot in shots if shot.probe.by_strangers]]
        groups += [[shot] for shot in shots if not shot.probe.by_strangers]
        refused: float | Gap = 0.0
        for group in filter(None, groups):
            moved = await self._refused_group(group, step)
            refused = moved if isinstance(moved, Gap) else refused if isinstance(refused, Gap) else refused + moved
        return refused if self._tools.read_number else None

    async def _refused_group(self, shots: list[Shot], step: float | Gap) -> float | Gap:
        """By how much the number moved with those that were refused; of one that was accepted its delivery tells."""
        for shot in shots:
            shown = await self._send(shot, self._event())
            if shown.is_taken:
                moved = await self._number.moved()
                known = None if isinstance(moved, Gap) or isinstance(step, Gap) else moved
                self._shown[-1] = replace(shown, delivery=replace(shown.delivery, moved=known))
        return 0.0 if self._shown[-1].is_taken else await self._number.moved()

    async def _ordinary(self, event: Event, *, taken: bool) -> dict[Probe, float | Gap]:
        """By how much the number moves with each way of sending what is valid."""
        ways: dict[Probe, Callable[[], Awaitable[None]]] = {
            Probe.DUPLICATE: lambda: self._duplicate(event),
            Probe.PARALLEL: self._parallel,
            Probe.OUT_OF_ORDER: self._out_of_order,
            Probe.BURST: self._burst,
            Probe.SLOW: self._in_turn,
        }
        moved: dict[Probe, float | Gap] = {}
        for probe, way in ways.items():
            if probe not in self._probes:
                moved[probe] = NOT_ASKED
            elif not taken:
                moved[probe] = NOT_TAKEN
            else:
                await way()
                moved[probe] = await self._number.moved() if probe is not Probe.SLOW else NOT_ASKED
        return moved

    async def _duplicate(self, event: Event) -> None:
        """The first event again, signed anew as senders do."""
        for _ in range(2):
            await self._send(ordinary(Probe.DUPLICATE, "the first event again"), event)

    async def _parallel(self) -> None:
        event = self._event()
        shot = ordinary(Probe.PARALLEL, "one event, sent many times at once")
        await self._together(shot, [event] * COPIES)

    async def _out_of_order(self) -> None:
        about, now_s = self._tools.fresh(), int(self._tools.clock())
        later, earlier = late_pair(self._target.kinds)
        first = self._event(later, about=about, at_s=now_s)
        second = self._event(earlier, about=about, at_s=now_s - 60)
        await self._send(ordinary(Probe.OUT_OF_ORDER, f"{later}, which happened second"), first)
        await self._send(ordinary(Probe.OUT_OF_ORDER, f"{earlier}, which happened a minute before it"), second)

    async def _burst(self) -> None:
        await self._together(ordinary(Probe.BURST, "one of many events at once"), [self._event() for _ in range(BURST)])

    async def _in_turn(self) -> None:
        for _ in range(IN_TURN):
            await self._send(ordinary(Probe.SLOW, "an ordinary delivery, timed"), self._event())

    async def _each(self, shots: Iterable[Shot]) -> None:
        for shot in shots:
            await self._send(shot, self._event(shot.kind))

    async def _together(self, shot: Shot, events: list[Event]) -> None:
        self._shown += await asyncio.gather(*(self._sent(shot, event) for event in events))

    def _event(self, kind: str | None = None, *, about: str | None = None, at_s: int | None = None) -> Event:
        fresh = self._tools.fresh
        told = Told(
            kind=kind or self._target.kinds[0],
            token=fresh(),
            about=about or fresh(),
            at_s=int(self._tools.clock()) if at_s is None else at_s,
        )
        if self._tools.payload and told.kind == self._target.kinds[0]:
            return given(self._target.scheme, told, self._tools.payload())
        return example(self._target.scheme, told)

    async def _send(self, shot: Shot, event: Event) -> Shown:
        self._shown.append(await self._sent(shot, event))
        return self._shown[-1]

    async def _sent(self, shot: Shot, event: Event) -> Shown:
        """One delivery, on a connection of its own, so that no other one's end can be mistaken for its answer."""
        headers, body = made(shot, event, self._target, int(self._tools.clock()))
        allowed_s = 0.0
        try:
            allowed_s = self._deadline.left_s(self._target.patience_s)
            response = await self._http.fetch(
                self._target.url,
                method="POST",
                body=body,
                headers=map(_line, headers),
                verify=True,
                own_connection=True,
                timeout_s=allowed_s,
                body_limit_bytes=BODY_LIMIT_BYTES,
            )
        except WireError as error:
            gave_up = isinstance(error, NoAnswer) and allowed_s == self._target.patience_s
            return Shown(delivery=_unanswered(shot, str(error), gave_up=gave_up), body="", status=None)
        text = self._tools.mask(self._mask(response.body.decode("utf-8", "replace")))
        delivery = Delivery(
            probe=shot.probe,
            what=shot.what,
            status=response.status,
            answer_ms=response.phases.answer_ms,
            says_no=says_no(response.body),
            gave_up=False,
            moved=None,
        )
        return Shown(delivery=delivery, body=printable(text.strip(), SHOWN_CHARACTERS), status=response.status)


def _unanswered(shot: Shot, reason: str, *, gave_up: bool) -> Delivery:
    unknown = gap(reason)
    return Delivery(
        probe=shot.probe,
        what=shot.what,
        status=unknown,
        answer_ms=unknown,
        says_no=unknown,
        gave_up=gave_up,
        moved=None,
    )


def _unless_unmoved(step: float | Gap, moved: float | Gap) -> float | Gap:
    """What moves by nothing proves nothing where a valid event moves nothing either."""
    return step if isinstance(step, Gap) and not isinstance(moved, Gap) else moved


def _field(value: float | Gap | None) -> Any:
    return value  # a Gap may stand in any field of a fact


def _line(header: tuple[str, str]) -> str:
    """curl leaves out a header without a value unless it ends in a semicolon."""
    name, value = header
    return f"{name}: {value}" if value else f"{name};"


def _mask(target: Target) -> Callable[[str], str]:
    """Puts a name in place of the secret, whole or without what stands before it, wherever an answer repeats it."""

    def nothing(reference: Reference) -> str:
        raise AssertionError(f"{reference} is asked for, though only values are bound")

    scope = Scope(nothing)
    scope.bind("secret", target.secret, secret=True)
    scope.bind("secret", target.secret.removeprefix("whsec_"), secret=True)
    return scope.mask
