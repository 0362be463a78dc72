"""The language model: an OpenAI-compatible provider when there is a key for one, else an echo that costs nothing."""

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from parley.conversations import Message
from parley.faults import Fault
from parley.logs import note
from parley.settings import Settings

CONNECT_S = 5.0
TRIES = 3
BACKOFF_S = 0.5
LONGEST_WAIT_S = 10.0
LARGEST_LINE = 1_000_000
CHECKED_S = 10.0
_STORM_TRIES = 10
_ROLES = {"visitor": "user", "parley": "assistant"}


class ModelFailed(Exception):
    """The model gave no answer, or none to the end; `words` are for the visitor, `raw` is what the provider said."""

    def __init__(self, words: str, *, raw: str = "", wait_s: float | None = None) -> None:
        super().__init__(words)
        self.words, self.raw, self.wait_s = words, raw, wait_s


class BrokeOff(ModelFailed):
    """The answer ended before it was complete."""


class Model(Protocol):
    """Whoever answers."""

    def answer(self, prompt: str, turns: Sequence[Message]) -> AsyncGenerator[str, None]:
        """The answer to the last turn, piece by piece. Raises ModelFailed, or BrokeOff after some pieces."""

    async def state(self) -> str:
        """ "ok", or what is wrong, in a few words."""


def model_of(settings: Settings) -> Model:
    return Provider(settings) if settings.model_key else Echo()


class Echo:
    """A stand-in: it answers at once, says what it was asked, and costs nothing."""

    async def answer(self, prompt: str, turns: Sequence[Message]) -> AsyncGenerator[str, None]:
        said = " ".join(turns[-1].text.split())
        whole = f"You asked: “{said}” I am only an echo until a real model is connected, but I heard every word."
        for word in whole.split(" "):
            yield f"{word} "

    async def state(self) -> str:
        return "ok"


@dataclass(slots=True)
class Provider:
    """Anything that speaks OpenAI's Chat Completions API."""

    settings: Settings
    _checked: tuple[float, str] = (-CHECKED_S, "")
    _checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def timeout(self) -> httpx.Timeout:
        if self.settings.has(Fault.NO_TIMEOUT):
            return httpx.Timeout(None)
        return httpx.Timeout(self.settings.model_timeout_s, connect=min(CONNECT_S, self.settings.model_timeout_s))

    async def answer(self, prompt: str, turns: Sequence[Message]) -> AsyncGenerator[str, None]:
        body = {
            "model": self.settings.model_name,
            "stream": True,
            "messages": [{"role": "system", "content": prompt}]
            + [{"role": _ROLES[turn.author], "content": turn.text} for turn in turns],
        }
        async with self._client() as client, self._asked(client, body) as response:
            try:
                async with aclosing(_pieces(response)) as pieces:
                    async for piece in pieces:
                        yield piece
            except httpx.HTTPError as error:
                raise BrokeOff(_BROKE_OFF, raw=repr(error)) from error

    async def state(self) -> str:
        """Asked of the provider at most every ten seconds, however often health is."""
        async with self._checking:
            at, word = self._checked
            if time.monotonic() - at >= CHECKED_S:
                word = await self._state()
                self._checked = (time.monotonic(), word)
        return word

    async def _state(self) -> str:
        try:
            async with self._client() as client:
                async with asyncio.timeout(CONNECT_S):
                    status = (await client.get("models")).status_code
        except (httpx.HTTPError, TimeoutError):
            return "cannot be reached"
        if status in (401, 403):
            return "refuses the key"
        return "failing" if status >= 500 else "ok"  # a provider without a list of models answers 404, and is there

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.settings.model_url.rstrip('/')}/",
            headers={"authorization": f"Bearer {self.settings.model_key}"},
            timeout=self.timeout,
        )

    @asynccontextmanager
    async def _asked(self, client: httpx.AsyncClient, body: dict[str, Any]) -> AsyncIterator[httpx.Response]:
        """A response that streams; asked again when the provider is busy or fails, but only before it has begun."""
        storm, tries = self.settings.has(Fault.RETRY_STORM), TRIES
        tries = _STORM_TRIES if storm else 1 if self.settings.has(Fault.NO_RETRY) else TRIES
        for attempt in range(1, tries + 1):
            try:
                request = client.build_request("POST", "chat/completions", json=body)
                response = await client.send(request, stream=True)
            except httpx.HTTPError as error:
                failure = ModelFailed(_NO_ANSWER, raw=repr(error))
                again = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.RemoteProtocolError)
            else:
                if response.is_success:
                    try:
                        yield response
                    finally:
                        await response.aclose()
                    return
                failure, again = (
                    await _failure(response),
                    response.status_code in (408, 409, 429, 500, 502, 503, 504, 529),
                )
            note("model failed", logging.WARNING, attempt=attempt, again=again)
            pause_s = 0.0 if storm else _pause_s(attempt, failure.wait_s)
            if attempt == tries or not again or pause_s > LONGEST_WAIT_S:
                raise failure
            await asyncio.sleep(pause_s)


_NO_ANSWER = "The language model does not answer right now. Please try again in a minute."
_BROKE_OFF = "The answer broke off. Please ask again."


def _pause_s(attempt: int, asked_s: float | None) -> float:
    """What the provider asks for, else twice as long each time; never the same for all who wait ("full jitter")."""
    if asked_s is not None:
        return asked_s + random.uniform(0, BACKOFF_S / 5)  # noqa: S311
    return random.uniform(BACKOFF_S / 5, BACKOFF_S * 2.0 ** (attempt - 1))  # noqa: S311


async def _failure(response: httpx.Response) -> ModelFailed:
    raw = await _beginning(response)
    wait_s = _seconds(response.headers.get("retry-after", ""))
    await response.aclose()
    words = _NO_ANSWER
    if response.status_code == 429:
        words = "Many people are asking at the moment. Please try again in a minute."
    return ModelFailed(words, raw=f"{response.status_code} {raw}", wait_s=wait_s)


async def _beginning(response: httpx.Response) -> str:
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > 2000:
                break
    except httpx.HTTPError:
        pass
    return bytes(body[:2000]).decode("utf-8", "replace")


def _seconds(text: str) -> float | None:
    """A Retry-After in seconds (RFC 9110, section 10.2.3); a date in it is not read."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


async def _pieces(response: httpx.Response) -> AsyncGenerator[str, None]:
    """The deltas of a stream. Raises BrokeOff when it ends without being complete."""
    finished = False
    async for line in _lines(response):
        field_name, _, value = line.partition(":")
        if field_name != "data":
            continue  # comments that keep the connection open, and event names
        if value.strip() == "[DONE]":
            return
        delta, reason = _delta(value)
        if delta:
            yield delta
        if reason == "length":
            raise BrokeOff("The answer reached its greatest length and ends here.", raw=value)
        finished = finished or reason is not None
    if not finished:
        raise BrokeOff(_BROKE_OFF, raw="the stream ended without [DONE]")


async def _lines(response: httpx.Response) -> AsyncIterator[str]:
    rest = ""
    async for piece in response.aiter_text():
        *lines, rest = (rest + piece).replace("\r\n", "\n").split("\n")
        for line in lines:
            yield line
        if len(rest) > LARGEST_LINE:
            raise BrokeOff(_BROKE_OFF, raw="a line without end")
    if rest:
        yield rest


def _delta(value: str) -> tuple[str, str | None]:
    """The text of one chunk, and why the answer ends with it (None: it does not)."""
    try:
        chunk = json.loads(value)
        if chunk.get("error"):
            raise BrokeOff(_BROKE_OFF, raw=value[:500])
        choice = (chunk.get("choices") or [{}])[0]
        text, reason = (choice.get("delta") or {}).get("content") or "", choice.get("finish_reason")
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        raise BrokeOff(_BROKE_OFF, raw=value[:500]) from None
    if not isinstance(text, str):
        raise BrokeOff(_BROKE_OFF, raw=value[:500])
    return text.encode("utf-8", "replace").decode().replace("\0", ""), reason if isinstance(reason, str) else None
