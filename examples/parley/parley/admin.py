"""What the people who run Parley see: accounts, plans and prompts to change, billing events, the daily job."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from parley import forms
from parley.accounts import Account
from parley.faults import Fault
from parley.members import Members
from parley.page import form_page
from parley.parts import Parts
from parley.summaries import Summaries

SHOWN = 50
LONGEST_PROMPT = 8000
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
_COUNT = "(SELECT count(*) FROM messages m WHERE m.account_id = a.id)"


@dataclass(frozen=True, slots=True)
class Admin:
    """Pages that do not exist for anybody else."""

    parts: Parts
    members: Members

    def routes(self) -> list[Route]:
        return [
            Route("/admin", self.overview),
            Route("/admin/plans/{name}", self.change_plan, methods=["POST"]),
            Route("/admin/prompts/{name}", self.change_prompt, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        account = await self._admin(request)
        return await self._page(request, account)

    async def change_plan(self, request: Request) -> Response:
        account, fields = await self._admin(request), await forms.form_of(request, self.parts.settings)
        name = request.path_params["name"]
        dollars, messages = fields.get("dollars", "").strip(), fields.get("messages", "").strip()
        if name not in await self.parts.away(self.parts.plans.all):
            raise HTTPException(404)
        if not (_NUMBER.fullmatch(dollars) and _NUMBER.fullmatch(messages)):
            return await self._page(request, account, problem="Prices and messages are whole numbers.")
        await self.parts.away(
            self.parts.plans.change,
            name,
            dollars_per_month=int(dollars),
            messages_per_day=int(messages),
            stripe_price=fields.get("price", "").strip()[:255],
        )
        return RedirectResponse("/admin", status_code=303)

    async def change_prompt(self, request: Request) -> Response:
        account, fields = await self._admin(request), await forms.form_of(request, self.parts.settings)
        name, prompt = request.path_params["name"], fields.get("text", "").strip()
        title, line = fields.get("title", "").strip(), fields.get("line", "").strip()
        if name not in await self.parts.away(self.parts.prompts.all):
            raise HTTPException(404)
        if not (title and prompt) or len(prompt) > LONGEST_PROMPT or len(title) + len(line) > 300:
            return await self._page(
                request, account, problem=f"A prompt has a title and up to {LONGEST_PROMPT} characters."
            )
        await self.parts.away(self.parts.prompts.change, name, title=title, line=line, prompt=prompt)
        return RedirectResponse("/admin", status_code=303)

    async def _admin(self, request: Request) -> Account:
        """Whoever asks, if they may; for all others there is nothing at this address."""
        account = await self.members.account(request)
        if account is None or not account.admin:
            raise HTTPException(404)
        return account

    async def _page(self, request: Request, account: Account, *, problem: str = "") -> Response:
        values = await self.parts.away(self._values)
        status = 422 if problem else 200
        return form_page(
            "admin", request, self.parts.settings, status=status, account=account, problem=problem, **values
        )

    def _values(self) -> dict[str, Any]:
        job = Summaries(self.parts).state()
        return {
            "accounts": self._accounts(),
            "plans": self.parts.plans.all(),
            "prompts": self.parts.prompts.all(),
            "events": self._events(),
            "job": job,
            "overdue": job.is_overdue(time.time()),
            "when": _when,
        }

    def _accounts(self) -> list[dict[str, Any]]:
        """The newest accounts, with how much each has written: one query, unless a fault asks for each."""
        settings = self.parts.settings
        one_by_one = settings.has(Fault.N_PLUS_ONE)
        limit = "" if settings.has(Fault.LIST_UNBOUNDED) else f" LIMIT {SHOWN:d}"
        columns = f"a.id, a.email, a.plan, a.created_s, {'0' if one_by_one else _COUNT} AS messages"
        query = f"SELECT {columns} FROM accounts a ORDER BY a.id DESC{limit}"  # noqa: S608
        with self.parts.database.reading() as connection:
            found = connection.execute(text(query)).mappings()
            rows = [dict(row) for row in found]
            for row in rows if one_by_one else ():
                row["messages"] = connection.execute(
                    text("SELECT count(*) FROM messages WHERE account_id = :id"), {"id": row["id"]}
                ).scalar_one()
        return rows

    def _events(self) -> list[dict[str, Any]]:
        query = text("SELECT id, type, received_s, outcome FROM events ORDER BY received_s DESC, id LIMIT :most")
        with self.parts.database.reading() as connection:
            return [dict(row) for row in connection.execute(query, {"most": SHOWN}).mappings()]


def _when(at_s: int | None) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M UTC") if at_s else "never"
