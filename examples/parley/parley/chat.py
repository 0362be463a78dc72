"""The chat: one page, and one endpoint that streams the answer as server-sent events."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from parley import conversations, forms, model
from parley.accounts import Account
from parley.conversations import Message
from parley.faults import Fault
from parley.members import Members
from parley.page import fill, form_page

LONGEST_MESSAGE = 4000


@dataclass(frozen=True, slots=True)
class Chat:
    """What members come for."""

    members: Members

    def routes(self) -> list[Route]:
        return [Route("/chat", self.chat), Route("/api/chat", self.send, methods=["POST"])]

    async def chat(self, request: Request) -> Response:
        """The chat of whoever asks: no cache may keep it, nor the way to the login."""
        answer = await self._chat(request)
        kept = "public, max-age=600" if self.members.settings.has(Fault.CHAT_CACHED) else "private, no-store"
        answer.headers["cache-control"] = kept
        return answer

    async def _chat(self, request: Request) -> Response:
        account = await self.members.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        said = await run_in_threadpool(conversations.latest, self.members.database, account)
        messages = "".join(fill("message", author=one.author, text=one.text) for one in said)
        return form_page(
            "chat",
            "Chat",
            request,
            self.members.settings,
            html={"messages": messages},
            email=account.email,
            plan=account.plan,
        )

    async def send(self, request: Request) -> Response:
        """Takes `{"text": …, "csrf": …}`; streams `data: {"text": …}` events, then `data: [DONE]`."""
        account = await self.members.account(request)
        if account is None:
            return JSONResponse({"error": "Please log in first."}, status_code=401)
        text = await self._text(request)
        if not await run_in_threadpool(conversations.left_today, self.members.database, account):
            return JSONResponse({"error": "That was your plan's last message for today."}, status_code=429)
        await self._keep(account, "visitor", text)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._answer(account, text), media_type="text/event-stream", headers=headers)

    async def _text(self, request: Request) -> str:
        """What the visitor wrote; an HTTPException when it is not ours, not JSON, empty or too long."""
        try:
            sent = json.loads(await forms.body_of(request))
            text, csrf = sent["text"].strip(), str(sent.get("csrf", ""))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise HTTPException(422, "Please send JSON with a text.") from None
        forms.check_csrf(request, csrf, self.members.settings)
        if not 0 < len(text) <= LONGEST_MESSAGE:
            raise HTTPException(422, f"A message has between 1 and {LONGEST_MESSAGE} characters.")
        return str(text)

    async def _answer(self, account: Account, text: str) -> AsyncIterator[str]:
        whole = ""
        async for piece in model.answer(text):
            whole += piece
            yield f"data: {json.dumps({'text': piece})}\n\n"
        await self._keep(account, "parley", whole.strip())
        yield "data: [DONE]\n\n"

    async def _keep(self, account: Account, author: str, text: str) -> None:
        await run_in_threadpool(conversations.add, self.members.database, account, Message(author=author, text=text))
