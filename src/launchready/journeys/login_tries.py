"""The declared login, tried as somebody would who wants to get in: what it lets through becomes a fact."""

from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from launchready.errors import UsageError
from launchready.formats.cookies import Jar, sent
from launchready.journeys.consent import refusal
from launchready.journeys.exchange import Answer, Asked, Failure, Request
from launchready.journeys.login_probe import (
    Exchange,
    MemberPage,
    Visit,
    alike,
    held_back,
    many,
    member_addresses,
    member_pages,
    opened,
    password_fields,
)
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.password import (
    LoginStep,
    flattened,
    login_step,
    logs_out,
    made_up,
    names_logout,
    takes_secrets,
)
from launchready.journeys.run import Debt, Drive, base_of, visiting
from launchready.journeys.supply import Supply
from launchready.model.facts import LoginFacts, WrongPassword
from launchready.model.gap import Gap, with_gaps
from launchready.model.journey import Journey, Reference, Source, Step
from launchready.model.launch import Launch

T = TypeVar("T")
Known = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The journey that logs in, and all that is needed to walk it; `debt` notes that a cleanup will be owed."""

    journey: Journey
    journeys: Mapping[str, Journey]
    launch: Launch
    supply: Supply
    owned: bool
    debt: Callable[[], Debt | None] = lambda: None
    mailbox: Mailbox | None = None

    @asynccontextmanager
    async def visit(self, journeys: Mapping[str, Journey]) -> AsyncIterator[tuple[Visit, Drive]]:
        """A session of its own; what it made is put away at the end."""
        debt = self.debt()
        async with visiting(journeys, self.launch, self.supply, owned=self.owned, debt=debt, mailbox=self.mailbox) as (
            session,
            drive,
        ):

            def note() -> None:
                if debt:
                    debt.keep(session.scope.given())

            yield Visit(session, note), drive


async def try_login(login: Login, now: datetime) -> LoginFacts:
    """Log in, log in with a wrong password, and with many; log out. What could not be tried is a Gap.

    Raises UsageError when there is no consent to write where the login is.
    """
    _consent(login)
    known: Known = {"subject": login.journey.name, "source": "journey", "at": now}
    async with login.visit(login.journeys) as (visit, drive):
        found, step, pages = await _as_member(login, visit, drive)
    known |= found
    if step is not None:
        known |= await _wrong(login, step, pages, visit.first(step.walked))
        known |= await _many(login, step)
    return with_gaps(LoginFacts, Gap("this was not tried"), **known)


def _consent(login: Login) -> None:
    """Refuse before anything is asked."""
    bases = {within.base or base_of(login.launch) for within, _ in flattened(login.journey, login.journeys)}
    for base in sorted(bases):
        if problem := refusal(base, login.launch, owned=login.owned):
            raise UsageError(problem)


async def _as_member(
    login: Login, visit: Visit, drive: Drive
) -> tuple[Known, LoginStep | None, tuple[MemberPage, ...]]:
    """The login as it should be, what it opens, and whether a logout closes that again."""
    journey, journeys = login.journey, login.journeys
    guess = login_step(journey, journeys)
    await _play(visit.played(visit.session.walk(journey), _until(login, guess)), drive)
    if failed := visit.failed:
        gap = Gap(f"the journey {journey.name} itself fails, at step {failed.step!r}")
        return dict.fromkeys(_TRIED, gap), None, ()
    step = guess or login_step(journey, journeys, password_fields(visit.exchanges))
    private = {host.name: host.private for host in login.launch.hosts if host.declared}
    since = step.walked if step else 0
    pages = await _play(member_pages(visit, since, member_addresses(private)), drive)
    known = _without_password(login) if step is None else {"has_password": True}
    known |= {"member_page": pages[0].address if pages else None}
    return known | await _logged_out(login, visit, pages, drive), step, pages


_TRIED = (
    "has_password",
    "wrong_password",
    "member_page",
    "tries",
    "own_user",
    "limited",
    "logs_out",
    "still_open",
    "by_token",
)


def _without_password(login: Login) -> Known:
    """A login by a mailed code or link has none; one that takes a secret may have it under a name unknown to us."""
    if takes_secrets(login.journey, login.journeys):
        return {"has_password": Gap("no field of the login is called password; which one is it cannot be told")}
    return {"has_password": False}


def _until(login: Login, step: LoginStep | None) -> int | None:
    """The place of the step that logs out, if the login journey has one after its login."""
    places = [
        place
        for place, (within, at) in enumerate(flattened(login.journey, login.journeys))
        if logs_out(within.steps[at]) and (step is None or place > step.walked)
    ]
    return None if not places else places[0] if step else places[-1]


# Logging out ---------------------------------------------------------------------------------------------------------


async def _logged_out(login: Login, visit: Visit, pages: tuple[MemberPage, ...], drive: Drive) -> Known:
    leaving = _leaving(login)
    if leaving is None:
        return {"logs_out": False, "still_open": (), "by_token": False}
    jar, (within, steps) = visit.session.jar, leaving
    if not pages:
        gap = Gap("the login journey reads nothing that only members see: let it open a page of theirs after the login")
        return {"logs_out": True, "still_open": gap, "by_token": False}
    await _play(visit.steps(within, steps), drive)
    if failed := visit.failed:
        return {"logs_out": True, "still_open": Gap(f"the logout fails, at step {failed.step!r}"), "by_token": False}
    return {"logs_out": True, **await _play(_still_open(pages, jar), drive)}


def _leaving(login: Login) -> tuple[Journey, tuple[Step, ...]] | None:
    """The steps that log out: of the declared logout, of a journey called so, of the login itself, of its cleanup."""
    named = login.journeys.get(login.launch.journeys.logout or "")
    called = [one for name, one in login.journeys.items() if names_logout(name) and one is not login.journey]
    for journey in [named] if named else called:
        return journey, _last_part(journey.steps) or journey.steps
    for within, place in reversed(tuple(flattened(login.journey, login.journeys))):
        if logs_out(within.steps[place]):
            return within, _last_part(within.steps[: place + 1])
    for journey in (login.journey, *(login.journeys[use.journey] for use in login.journey.uses)):
        if part := _last_part(journey.cleanup):
            return journey, part
    return None


def _last_part(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The last step that logs out, with the page before it that its token may come from; empty without one."""
    places = [place for place, step in enumerate(steps) if logs_out(step)]
    if not places:
        return ()
    end = begin = places[-1]
    while begin and steps[begin - 1].only_reads:
        begin -= 1
    return steps[begin : end + 1]


def _still_open(pages: tuple[MemberPage, ...], jar: Jar) -> Generator[Request, Answer | Failure, Known]:
    """Which of the members' pages the cookies and tokens of before still open."""
    open_, token = list[str](), True
    for page in pages:
        cookies = sent(jar, page.asked.url)
        kept = [pair for pair in page.asked.headers if pair[0].lower() != "cookie"]
        headers = (*kept, ("Cookie", cookies)) if cookies else tuple(kept)
        came = yield replace(page.asked, headers=headers)
        if isinstance(came, Failure):
            return {"still_open": Gap(f"after the logout: {came.reason}"), "by_token": False}
        if page.opened_by(came):
            open_.append(page.address)
            token = token and any(name.lower() == "authorization" for name, _ in kept)
    return {"still_open": tuple(dict.fromkeys(open_)), "by_token": bool(open_) and token}


# Wrong passwords -----------------------------------------------------------------------------------------------------


async def _wrong(login: Login, step: LoginStep, pages: tuple[MemberPage, ...], right: Exchange | None) -> Known:
    """One wrong password in the whole journey: does a step notice, and if none does, who was let in?

    Where nothing tells members from strangers, the login's own answer does: `right` is the one to the right password.
    """
    wrong = step.with_password(_made_up_password(login))
    journeys = _with_step(login, step, wrong)
    async with login.visit(journeys) as (visit, drive):
        walk = visit.session.walk(journeys[login.journey.name])
        await _play(visit.played(walk, _until(login, step)), drive)
        if visit.failed is not None:
            return {"wrong_password": _refused(visit, step)}
        page = await _play(opened(visit, pages), drive)
    if page is not None:
        return {"wrong_password": WrongPassword.ACCEPTED, "member_page": page.address}
    if not pages and alike(right, visit.first(step.walked)):
        return {"wrong_password": WrongPassword.ACCEPTED}
    return {"wrong_password": WrongPassword.UNNOTICED if pages else WrongPassword.UNDECIDED}


def _refused(visit: Visit, step: LoginStep) -> WrongPassword | Gap:
    """Whether what stopped the journey was a refusal: an error of the server, or a limit from before, is none."""
    place = len(visit.session.results) - 1
    stopped = visit.last(place)
    if place < step.walked or stopped is None:
        return Gap(
            f"with a wrong password the journey stops before the login, at {visit.session.results[place].step!r}"
        )
    if isinstance(stopped.came, Failure):
        return Gap(f"with a wrong password: {stopped.came.reason}")
    if stopped.came.status == 429 or stopped.came.status >= 500:
        return Gap(f"a wrong password was answered with {stopped.came.status}: whether it is refused cannot be told")
    return WrongPassword.REFUSED


async def _many(login: Login, step: LoginStep) -> Known:
    """Wrong passwords in a row, for an account that the journey made itself, or for an address that nobody has."""
    own = any(made_up(one, login.journey, login.journeys) for one in step.user_references())
    nobody = login.supply(Reference(Source.UNIQUE, "email"))
    tried = step if own else _for_user(step, nobody)
    if tried is None:
        return {"tries": Gap("the login has no field that names a user: wrong passwords could lock out a real one")}
    wrong = tried.with_password(_made_up_password(login))
    async with login.visit(login.journeys) as (visit, drive):
        await _play(visit.played(visit.session.walk(login.journey), step.walked), drive)
        if failed := visit.failed:
            return {"tries": Gap(f"the journey fails before its login, at step {failed.step!r}")}
        tries, silence = await _play(many(visit, step, wrong), drive)
    if silence is not None:
        return {"tries": Gap(f"after {len(tries)} wrong passwords the server stopped answering: {silence.reason}")}
    return {"tries": len(tries), "own_user": own, "limited": held_back(list(tries))}


def _for_user(step: LoginStep, user: str) -> LoginStep | None:
    changed = step.with_user(user)
    return None if changed is None else replace(step, journey=_replaced(step, changed))


def _with_step(login: Login, step: LoginStep, changed: Step) -> dict[str, Journey]:
    return {**login.journeys, step.journey.name: _replaced(step, changed)}


def _replaced(step: LoginStep, changed: Step) -> Journey:
    steps = step.journey.steps
    return replace(step.journey, steps=(*steps[: step.place], changed, *steps[step.place + 1 :]))


def _made_up_password(login: Login) -> str:
    """One that every rule for passwords lets pass, and that nobody has."""
    return f"Wrong-{login.supply(Reference(Source.UNIQUE, 'id'))}!"


async def _play(walk: Generator[Asked, Any, T], drive: Drive) -> T:
    """What a generator of requests comes to."""
    ended: list[T] = []

    def noted() -> Generator[Asked, Any, bool]:
        ended.append((yield from walk))
        return True

    await drive(noted())
    return ended[0]
