"""A visitor's path through Parley, walked as `launchready journey run` walks it."""

from datetime import datetime

from launchready.config.journeys import load_declared
from launchready.demo.process import folder
from launchready.journeys.facts import facts
from launchready.journeys.login_tries import Login, try_login
from launchready.journeys.mailbox import Mailbox
from launchready.journeys.run import run
from launchready.journeys.supply import Supply
from launchready.model.facts import JourneyFacts, LoginFacts
from launchready.model.journey import Outcome
from launchready.model.launch import Launch

PATH = ("signup", "login", "first-chat")


async def walked(launch: Launch, mailbox: Mailbox, now: datetime) -> tuple[JourneyFacts, ...]:
    """What signup, login and first chat came to."""
    return tuple([facts(await walk(name, launch, mailbox), now) for name in PATH])


async def tried(launch: Launch, mailbox: Mailbox, now: datetime) -> LoginFacts:
    """What the login lets through that it should not."""
    journeys = load_declared(launch.journeys.files, folder())
    login = Login(
        journey=journeys["login"],
        journeys=journeys,
        launch=launch,
        supply=Supply({}, folder()),
        owned=True,
        mailbox=mailbox,
    )
    return await try_login(login, now)


async def walk(name: str, launch: Launch, mailbox: Mailbox) -> Outcome:
    """One of Parley's own journeys; the users that it makes are put away again."""
    journeys = load_declared(launch.journeys.files, folder())
    return await run(journeys[name], journeys, launch, Supply({}, folder()), owned=True, mailbox=mailbox)
