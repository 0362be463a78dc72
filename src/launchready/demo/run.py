"""The demo itself: two audits of Parley, before and after."""

from dataclasses import dataclass
from datetime import datetime

from launchready.audit import audit
from launchready.demo.declared import APP, WWW
from launchready.demo.mail import DEMO
from launchready.demo.stage import Flaw, opened
from launchready.demo.walk import tried, walked
from launchready.journeys.mailbox import Mailbox
from launchready.model.facts import Fact
from launchready.model.finding import Report
from launchready.model.launch import Launch

FLAWS = {APP: Flaw.EXPIRED, WWW: Flaw.ENDS_SOON}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """The two reports."""

    before: Report
    after: Report


async def run(now: datetime) -> DemoResult:
    """Audit Parley with the demo's faults, then without any; nothing is left running or on disk, whatever happens.

    Raises ParleyFailed when Parley does not start.
    """
    async with opened(now) as stage:
        async with stage.parley(faults="demo", flaws=FLAWS, mail=DEMO) as fragile:
            before = await _looked(fragile, stage.mailbox, now)
        async with stage.parley(faults="launch") as mended:
            after = await _looked(mended, stage.mailbox, now)
    return DemoResult(before=before, after=after)


async def _looked(launch: Launch, mailbox: Mailbox, now: datetime) -> Report:
    """Walk the path to the first chat, try the login, and audit everything."""
    measured: tuple[Fact, ...] = (*await walked(launch, mailbox, now), await tried(launch, mailbox, now))
    return (await audit(launch, now, measured))[1]
