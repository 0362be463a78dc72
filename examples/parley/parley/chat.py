"""The chat: a page for each conversation, and one endpoint that streams the answer as server-sent events."""

import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass

from anyio import CancelScope
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from parley import conversations, forms
from parley.accounts import Account
from parley.conversations import Begun, LimitReached, Message, NotThere
from parley.faults import Fault
from parley.logs import note
from parley.members import Members
from parley.model import BrokeOff, ModelFailed
from parley.page import form_page
from parley.parts import Parts

Pieces = AsyncGenerator[str, None]
LONGEST_MESSAGE = 4000
_NOT_THERE = "There is no such conversation."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a visitor sent; `conversation` None is a new one."""

    text: str
    conversation: int | None
    assistant: str


@dataclass(frozen=True, slots=True)
class Chat:
    """What members come for."""

    parts: Parts
    members: Members

    def routes(self) -> list[Route]:
        return [
            Route("/chat", self.chat),
            Route("/chat", self.send_form, methods=["POST"]),
            Route("/chat/{conversation:int}", self.chat),
            Route("/chat/{conversation:int}/delete", self.delete, methods=["POST"]),
            Route("/api/chat", self.send, methods=["POST"]),
        ]

    async def chat(self, request: Request) -> Response:
        """The chat of whoever asks: no cache may keep it, nor the way to the login."""
        account = await self.members.account(request)
        answer = await self._page(request, account) if account else RedirectResponse("/login", status_code=303)
        kept = "public, max-age=600" if self.parts.settings.has(Fault.CHAT_CACHED) else "private, no-store"
        answer.headers["cache-control"] = kept
        return answer

    async def _page(
        self, request: Request, account: Account, *, problem: str = "", status: int = 200, draft: str = ""
    ) -> Response:
        wanted, settings = request.path_params.get("conversation"), self.parts.settings
        try:
            current, messages = await self.parts.away(self._opened, account, wanted)
        except NotThere:
            raise HTTPException(404, _NOT_THERE) from None
        skip = _skipped(request)
        listed, has_older = await self.parts.away(
            conversations.listed,
            self.parts.database,
            account.id,
            skip,
            one_by_one=settings.has(Fault.N_PLUS_ONE),
            all_of_them=settings.has(Fault.LIST_UNBOUNDED),
        )
        prompts = await self.parts.away(self.parts.prompts.all)
        return form_page(
            "chat",
            request,
            settings,
            status=status,
            account=account,
            current=current,
            messages=messages,
            conversations=listed,
            older=skip + conversations.SHOWN if has_older else 0,
            prompts=prompts,
            longest=LONGEST_MESSAGE,
            problem=problem,
            draft=draft,
            key_in_page=settings.has(Fault.KEY_IN_PAGE),
        )

    def _opened(self, account: Account, wanted: int | None) -> tuple[conversations.Conversation | None, list[Message]]:
        return (None, []) if wanted is None else conversations.opened(self.parts.database, account.id, _fitting(wanted))

    async def delete(self, request: Request) -> Response:
        account = await self.members.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        await forms.form_of(request, self.parts.settings)
        wanted = _fitting(request.path_params["conversation"])
        try:
            await self.parts.away(conversations.delete, self.parts.database, account.id, wanted)
        except NotThere:
            raise HTTPException(404, _NOT_THERE) from None
        return RedirectResponse("/chat", status_code=303)

    async def send(self, request: Request) -> Response:
        """Takes `{"text": …, "csrf": …}`, with a `conversation` to go on with or an `assistant` for a new one.

        Streams `data: {"text": …}` events, then `data: [DONE]`; an answer that breaks off ends in `{"error": …}`.
        The conversation's number is in the header `x-conversation`.
        """
        account = await self.members.account(request)
        if account is None:
            return JSONResponse({"error": "Please log in first."}, status_code=401)
        asked = await self._asked(request)
        try:
            begun = await self._begin(account, asked)
            pieces = await self._begun_answer(begun)
        except LimitReached as limit:
            return _refused(429, _limit_in_words(limit), limit.wait_s)
        except ModelFailed as failure:
            return _refused(503, self._words(failure), 30 if failure.wait_s is None else failure.wait_s)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no", "x-conversation": str(begun.conversation)}
        events = self._events(account, begun, pieces)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def send_form(self, request: Request) -> Response:
        """The same for browsers without JavaScript: the answer is there when the page comes back."""
        account = await self.members.account(request)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        fields = await forms.form_of(request, self.parts.settings)
        text, conversation = fields.get("text", ""), fields.get("conversation", "")
        number = (
            int(conversation) if conversation.isascii() and conversation.isdigit() and len(conversation) < 10 else None
        )
        request.path_params["conversation"] = number
        try:
            begun = await self._begin(account, _checked(text, number, fields.get("assistant", "")))
            pieces = await self._begun_answer(begun)
        except LimitReached as limit:
            return await self._page(request, account, problem=_limit_in_words(limit), status=429, draft=text)
        except ModelFailed as failure:
            return await self._page(request, account, problem=self._words(failure), status=503, draft=text)
        async for _ in self._events(account, begun, pieces):
            pass
        return RedirectResponse(f"/chat/{begun.conversation}", status_code=303)

    async def _asked(self, request: Request) -> Asked:
        """What the visitor wrote; an HTTPException when it is not ours, not JSON, empty or too long."""
        try:
            sent = json.loads(await forms.body_of(request))
            text, csrf, conversation = sent["text"].strip(), str(sent.get("csrf", "")), sent.get("conversation")
            assistant = sent.get("assistant") or ""
            text.encode()  # JSON can hold halves of characters, which no database takes
            if not isinstance(assistant, str) or type(conversation) not in (int, type(None)):
                raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise HTTPException(422, "Please send JSON with a text.") from None
        forms.check_csrf(request, csrf, self.parts.settings)
        return _checked(text, conversation, assistant)

    async def _begin(self, account: Account, asked: Asked) -> Begun:
        if self.parts.settings.has(Fault.PROMPTS_LOGGED):
            note("message", account=account.id, prompt=asked.text)
        try:
            return await self.parts.away(self._take, account, asked)
        except NotThere:
            raise HTTPException(404, _NOT_THERE) from None

    def _take(self, account: Account, asked: Asked) -> Begun:
        prompts, plan = self.parts.prompts.all(), self.parts.plans.of(account.plan)
        assistant = asked.assistant if asked.assistant in prompts else next(iter(prompts))
        per_day = None if self.parts.settings.has(Fault.NO_LIMIT) else plan.messages_per_day
        return conversations.begin(self.parts.database, account.id, asked.text, asked.conversation, assistant, per_day)

    async def _begun_answer(self, begun: Begun) -> Pieces:
        """An answer whose first piece is there: until then a failure can be an honest status. Raises ModelFailed."""
        prompts = await self.parts.away(self.parts.prompts.all)
        pieces = self.parts.model.answer(prompts[begun.prompt].text, begun.turns)
        try:
            first = await anext(pieces, "")
            if not first:
                raise ModelFailed("The language model had nothing to say. Please ask again.")
        except ModelFailed as failure:
            await self.parts.away(conversations.take_back, self.parts.database, begun)
            note("no answer", logging.ERROR, reason=str(failure))
            raise
        return _after(first, pieces)

    async def _events(self, account: Account, begun: Begun, pieces: Pieces) -> AsyncIterator[str]:
        """The answer as it comes. It is kept however it ends: complete, broken off, or with the visitor gone."""
        said, broke_off, ended = "", None, False
        try:
            with self._held_connection():
                async with aclosing(pieces):
                    async for piece in pieces:
                        said += piece
                        yield _event({"text": piece})
            ended = True
        except BrokeOff as failure:
            broke_off = failure
            note("answer broke off", logging.WARNING)
        finally:
            whole = ended or (broke_off is not None and self.parts.settings.has(Fault.TRUNCATED_AS_WHOLE))
            answer = Message(author="parley", text=said.strip(), whole=whole)
            with CancelScope(shield=True):
                await self.parts.away(conversations.finish, self.parts.database, account.id, begun.conversation, answer)
        yield "data: [DONE]\n\n" if whole or broke_off is None else _event({"error": self._words(broke_off)})

    def _held_connection(self) -> AbstractContextManager[object]:
        held = self.parts.settings.has(Fault.POOL_EXHAUSTED)
        return self.parts.database.reading() if held else nullcontext()

    def _words(self, failure: ModelFailed) -> str:
        return failure.raw if failure.raw and self.parts.settings.has(Fault.ERROR_SHOWN_RAW) else failure.words


async def _after(first: str, rest: Pieces) -> Pieces:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece


def _event(content: dict[str, str]) -> str:
    return f"data: {json.dumps(content)}\n\n"


def _refused(status: int, words: str, wait_s: float) -> Response:
    return JSONResponse({"error": words}, status_code=status, headers={"retry-after": str(max(1, round(wait_s)))})


def _limit_in_words(limit: LimitReached) -> str:
    hours = -(-limit.wait_s // 3600)
    when = "within the hour" if hours == 1 else f"in about {hours} hours"
    return f"That was your plan's last message for today. The next one is free {when}; a larger plan has more."


def _checked(text: str, conversation: int | None, assistant: str) -> Asked:
    text = text.replace("\0", "").strip()  # PostgreSQL cannot hold U+0000
    if not 0 < len(text) <= LONGEST_MESSAGE:
        raise HTTPException(422, f"A message has between 1 and {LONGEST_MESSAGE} characters.")
    return Asked(text=text, conversation=None if conversation is None else _fitting(conversation), assistant=assistant)


def _skipped(request: Request) -> int:
    """How many of the newest conversations the list leaves out."""
    given = request.query_params.get("older", "")
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given, re.ASCII) else 0


def _fitting(conversation: int) -> int:
    """A number that the database can hold; an HTTPException 404 for any other."""
    if not 0 <= conversation < 2**31:
        raise HTTPException(404, _NOT_THERE)
    return conversation
