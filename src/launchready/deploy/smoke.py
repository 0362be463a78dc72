"""The smoke test: do the core routes, the health addresses and the path to the first chat work?"""

from asyncio import gather as together
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from launchready.checks import TOPICS
from launchready.checks.registry import judge, registered
from launchready.errors import UsageError
from launchready.gather import discovery, web
from launchready.gather.health import health
from launchready.gather.polite import PoliteHost
from launchready.journeys.mailboxes import mailbox_of
from launchready.journeys.run import reads_mail, refused
from launchready.model.facts import Fact, HealthFacts
from launchready.model.finding import Finding, Severity
from launchready.model.journey import Journey, StepResult
from launchready.model.launch import Launch
from launchready.walking import Walking
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http

_LONGEST_S = 30.0


async def core_routes(launch: Launch, now: datetime) -> tuple[str, ...]:
    """What of the core routes and declared health addresses is broken, or could not be seen; a sentence each."""
    deadline = Deadline(min(launch.network.deadline_s, _LONGEST_S))
    async with Dns(launch.network, deadline) as dns, Http(launch.network, deadline, dns) as http:
        launch = launch if launch.hosts else await discovery.discover(launch, dns)
        facts, *well = await together(
            web.look(launch, dns, http, now),
            *(health(PoliteHost(one.name, http), one, None, None, now) for one in launch.hosts if one.health),
        )
    return _problems(launch, (*facts, *(fact for host in well for fact in host)), now)


def walked_journeys(launch: Launch, journeys: Mapping[str, Journey]) -> tuple[Journey, ...]:
    """The journeys of the path to the first chat, each once; raises `UsageError` for one that is not there."""
    named = launch.journeys
    wanted = dict.fromkeys(name for name in (named.login, named.signup, named.first_chat) if name is not None)
    missing = [name for name in wanted if name not in journeys]
    if missing:
        raise UsageError(f"[journeys] of launch.toml names {', '.join(missing)}, which no file in journeys/ holds")
    return tuple(journeys[name] for name in wanted)


async def path(walking: Walking) -> tuple[str, ...]:
    """What stops a visitor on the path to the first chat; a sentence for each journey that fails.

    Mails are read in the mailbox that launch.toml names.
    """
    walked = walked_journeys(walking.launch, walking.journeys)
    reads = any(reads_mail(one, walking.journeys) for one in walked)
    async with mailbox_of(walking.launch, wanted=reads) as mailbox:
        outcomes = await replace(walking, mailbox=mailbox).walk(walked)
    return tuple(_stopped(outcome.journey, outcome.failed) for outcome in outcomes if outcome.failed)


def unallowed(launch: Launch, journeys: Mapping[str, Journey], *, owned: bool) -> str | None:
    """Why a journey of the smoke test may not be walked, before anything is deployed; None when all may."""
    walked = walked_journeys(launch, journeys)
    if launch.journeys.mailbox is None and any(reads_mail(one, journeys) for one in walked):
        return "A journey waits for a mail, and [journeys] mailbox of launch.toml names none where it could be read"
    return next((why for one in walked if (why := refused(one, journeys, launch, owned=owned))), None)


def _stopped(journey: str, failed: StepResult) -> str:
    came = f"expected {failed.expected}, and {failed.came} came" if failed.expected else failed.problem
    return f"journey {journey}, step {failed.step}: {came}"


def _problems(launch: Launch, facts: Iterable[Fact], now: datetime) -> tuple[str, ...]:
    """Blockers and ailing health addresses, and blockers that could not be looked for."""
    facts = tuple(facts)
    types = {type(fact) for fact in facts}
    checks = {id_: check for id_, check in registered(TOPICS).items() if types.issuperset(check.fact_types)}
    judged = judge(checks.values(), facts, launch, now)
    grave = [one for one in judged.findings if one.blocks or _ails(one, checks[one.check].fact_types[0])]
    unseen = [one for one in judged.unknown if one.severity is Severity.BLOCKER]
    said = [f"{one.subject}: {one.evidence} ({one.check})" for one in grave]
    return tuple(dict.fromkeys([*said, *(f"{one.subject}: {one.reason}" for one in unseen)]))


def _ails(finding: Finding, about: type[object]) -> bool:
    return about is HealthFacts and finding.severity is not Severity.MINOR and finding.accepted is None
