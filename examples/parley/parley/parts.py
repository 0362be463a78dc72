"""What every part of Parley works with: settings, database, mail, model, and what is kept of the tables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from parley.catalogue import Plans, Prompts
from parley.database import Database
from parley.faults import Fault
from parley.mail import Mail
from parley.model import Model, model_of
from parley.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """One running Parley."""

    settings: Settings
    database: Database
    mail: Mail
    model: Model
    plans: Plans
    prompts: Prompts

    @classmethod
    def of(cls, settings: Settings) -> "Parts":
        """The parts that these settings ask for; nothing is opened yet. Raises CannotOpen."""
        database = Database.at(settings.database, settings.faults)
        return cls(
            settings=settings,
            database=database,
            mail=Mail(settings),
            model=model_of(settings),
            plans=Plans(database, settings),
            prompts=Prompts(database, settings),
        )

    async def away(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What would block (the database, hashing, SMTP), done in a thread, so that others are served meanwhile."""
        if self.settings.has(Fault.BLOCKING_CALL):
            return work(*args, **kwargs)
        return await run_in_threadpool(work, *args, **kwargs)
