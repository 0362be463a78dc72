"""URL: the steps as a journey, with the engine and the driver of `launchready journey run`."""

import asyncio
import sys
from pathlib import Path

from bench.peers.steps import STEPS, VISITORS, WANTED, report_warm
from launchready.formats.template import parse
from launchready.journeys.driver import Answering, drive_by
from launchready.journeys.engine import Session
from launchready.journeys.exchange import Failure, ReadMail
from launchready.journeys.http_driver import OverHttp
from launchready.journeys.scope import Scope
from launchready.journeys.supply import Supply
from launchready.model.journey import Expect, Journey, Step
from launchready.model.launch import Network

(url,) = sys.argv[1:]
STEP = Step(name="read", method="GET", path=parse(url), expect=Expect(status=(200,), body_contains=(parse(WANTED),)))
JOURNEY = Journey(name="reader", where="bench", steps=(STEP,) * STEPS)
SUPPLY = Supply({}, Path())


async def no_mail(asked: ReadMail) -> Failure:
    return Failure("no mailbox")


async def visits(answering: Answering) -> None:
    async def visit() -> bool:
        session = Session({}, url, Scope(SUPPLY), lambda _: None, SUPPLY.traceparent)
        return await drive_by(session.walk(JOURNEY), answering, no_mail)

    assert all(await asyncio.gather(*(visit() for _ in range(VISITORS))))


with asyncio.Runner() as runner:
    opened = OverHttp().opened(Network(deadline_s=60), lambda _: None)
    answering = runner.run(opened.__aenter__())
    report_warm(lambda: runner.run(visits(answering)))
    runner.run(opened.__aexit__(None, None, None))
