"""WebSocket steps against a real server: what is said, what is heard, what ends it, what goes wrong."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request as Handshake
from websockets.http11 import Response as Refusal

from launchready.formats.template import parse
from launchready.journeys.driver import drive_by
from launchready.journeys.engine import Session
from launchready.journeys.exchange import Answer, Request
from launchready.journeys.http_driver import answer
from launchready.journeys.run import waiting
from launchready.journeys.scope import Scope
from launchready.model.journey import (
    Capture,
    Expect,
    Journey,
    JsonBody,
    Step,
    StepResult,
    Stream,
    Talk,
    TextBody,
    Timing,
    Where,
)
from launchready.model.launch import Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from launchready.wire.websocket import MOST_BYTES

HELLO = TextBody(parse("hello"))
Chat = Callable[[ServerConnection], Awaitable[None]]


def step(*messages: TextBody | JsonBody, **more: object) -> Step:
    talk = Talk(messages=messages or (HELLO,), protocol="chat")
    return Step(name="talk", method="GET", path=parse("/ws"), talk=talk, **more)  # type: ignore[arg-type]


def refused(connection: ServerConnection, handshake: Handshake) -> Refusal | None:
    return connection.respond(403, "no\n") if "Cookie" not in handshake.headers else None


def talked(chat: Chat, *steps: Step, guarded: bool = False) -> tuple[StepResult, Session]:
    """How the last step went with a server that chats so; `guarded` lets in only those with a cookie."""

    async def run() -> tuple[StepResult, Session]:
        check = refused if guarded else None
        async with serve(chat, "127.0.0.1", 0, process_request=check, subprotocols=["chat"]) as server:  # type: ignore[list-item]
            base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            journey = Journey(name="j", where="j.toml", steps=steps)
            session = Session({"j": journey}, base, Scope(str), lambda _: None, lambda: "00-1-2-01")
            deadline = Deadline(30)
            async with Dns(Network(), deadline) as dns, Http(Network(), deadline, dns) as http:
                await drive_by(session.walk(journey), partial(answer, http), waiting(None, deadline))
            return session.results[-1], session

    return asyncio.run(run())


async def assistant(connection: ServerConnection) -> None:
    """Greets, then answers each message in pieces."""
    await connection.send(json.dumps({"type": "hello", "protocol": connection.subprotocol}))
    async for message in connection:
        asked = json.loads(message)["text"]
        for piece in ("You said ", asked):
            await connection.send(json.dumps({"type": "token", "text": piece}))
        await connection.send([json.dumps({"type": "don"})[:-2], 'e", "id": 7}'])  # in two frames


ASK = JsonBody({"text": parse("höllo ${nonce}")})
DONE = Stream(until='"done"')


def test_a_chat_is_held_until_its_end() -> None:
    captures = (
        Capture(name="id", where=Where.JSON, selector="$.id"),
        Capture(name="protocol", where=Where.JSON, selector="$.protocol"),
    )
    expect = Expect(json=(("$.text", parse("höllo ${nonce}")),), body_contains=(parse("You said "),))
    asked = step(ASK, stream=DONE, captures=captures, expect=Expect(body_contains=expect.body_contains))
    result, session = talked(assistant, asked)
    assert (result.problem, result.expected, result.came) == (None, None, None)
    assert session.scope.value(parse("${id}").references[0]) == "7"
    assert session.scope.value(parse("${protocol}").references[0]) == "chat"
    assert result.timing is not None
    assert result.timing.tokens == 4
    assert result.timing.first_token_ms is not None
    assert result.timing.first_token_ms <= result.timing.total_ms


def test_without_an_end_the_first_message_is_the_answer() -> None:
    expect = Expect(body_contains=(parse("hello"),), body_lacks=(parse("said"),))
    assert talked(assistant, step(ASK, expect=expect))[0].problem is None


async def leaves(connection: ServerConnection) -> None:
    await connection.recv()
    await connection.send("You said")


async def mute(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def crashes(connection: ServerConnection) -> None:
    await connection.recv()
    await connection.send("You said")
    connection.transport.abort()


async def floods(connection: ServerConnection) -> None:
    await connection.recv()
    while True:
        await connection.send("x" * 100_000)


@pytest.mark.parametrize(
    ("chat", "said"),
    [
        (leaves, "it ended without that after 1 pieces, the last one You said"),
        (mute, "no answer from 127.0.0.1"),
        (floods, f"more than {MOST_BYTES >> 20} MiB"),
    ],
)
def test_a_chat_that_breaks_off_stalls_or_floods(chat: Chat, said: str) -> None:
    result, _ = talked(chat, step(stream=DONE, timeout_s=2))
    assert said in f"{result.problem} {result.came}"
    assert result.of_a_stream == (chat is leaves)


def test_a_connection_that_is_torn_down_is_no_end() -> None:
    result, _ = talked(crashes, step(stream=DONE, timeout_s=10))
    assert result.problem


def test_a_refused_handshake_is_its_status() -> None:
    result, _ = talked(assistant, step(ASK), guarded=True)
    assert (result.expected, result.came) == ("an open WebSocket (status 101)", "status 403")
    assert "ws://127.0.0.1" in str(result.repeat)
    allowed, _ = talked(assistant, step(ASK, expect=Expect(status=(403,))), guarded=True)
    assert allowed.problem is None


def test_headers_go_with_the_handshake() -> None:
    result, _ = talked(assistant, step(ASK, headers=(("Cookie", parse("session=1")),)), guarded=True)
    assert result.problem is None


def test_a_long_message_arrives_whole() -> None:
    async def counts(connection: ServerConnection) -> None:
        await connection.send(f"{len(await connection.recv())} characters")

    long = JsonBody([parse("y" * 90_000)] * 10)
    result, _ = talked(counts, step(long, expect=Expect(body_contains=(parse("900040 characters"),))))
    assert (result.problem, result.came) == (None, None)


def test_the_sessions_cookies_and_origin_go_with_the_handshake() -> None:
    home = Step(name="home", method="GET", path=parse("/"))
    elsewhere = Step(name="talk", method="GET", path=parse("wss://app.parley.example/ws"), talk=Talk())
    journey = Journey(name="j", where="j.toml", steps=(home, elsewhere))
    asked_for = list[str]()

    def consent(url: str) -> None:
        asked_for.append(url)

    session = Session({"j": journey}, "https://app.parley.example", Scope(str), consent, lambda: "00-1-2-01")
    walk = session.walk(journey)
    next(walk)
    timing = Timing(first_byte_ms=1, total_ms=1)
    cookie = ("set-cookie", "session=abc; Secure; HttpOnly")
    asked = walk.send(Answer(status=200, headers=(cookie,), body=b"", timing=timing))
    assert isinstance(asked, Request)
    assert {("Cookie", "session=abc"), ("Origin", "https://app.parley.example")} <= set(asked.headers)
    assert asked_for[-1] == asked.url == "https://app.parley.example/ws"  # where consent is asked for
