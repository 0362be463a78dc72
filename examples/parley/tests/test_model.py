"""The model, asked over HTTP as any OpenAI-compatible provider is, and what visitors see of its troubles."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import openai
import pytest
from sqlalchemy import QueuePool

from parley.faults import Fault
from parley.model import Provider as Asker
from parley.settings import Settings
from trial.inside import Inside, inside
from trial.provider import Provider, Scene, serving
from trial.visitor import Answer, Visitor, answer_in, events


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(Provider()) as answering:
        yield answering


PATIENCE_S = 20.0  # only those tests wait less in which the model hangs
SHORT_S = 1.0


def settings(provider: Provider, folder: Path, *faults: Fault, timeout_s: float = PATIENCE_S) -> Settings:
    return Settings(
        database=str(folder / "parley.db"),
        model_key="test-key",
        model_url=provider.url,
        model_name="small",
        model_timeout_s=timeout_s,
        faults=frozenset(faults),
    )


def member(parley: Inside) -> Visitor:
    visitor = Visitor(parley.port)
    visitor.sign_up("ada@example.com")
    return visitor


@contextmanager
def in_mid_answer(parley: Inside) -> Iterator[None]:
    """Within the block an answer has begun; at its end the visitor leaves."""
    visitor = member(parley)
    with closing(HTTPConnection("127.0.0.1", parley.port, timeout=20)) as connection:
        body = json.dumps({"text": "hello", "csrf": visitor.cookies["csrf"]})
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        connection.request("POST", "/api/chat", body, {"Cookie": cookies})
        assert connection.getresponse().readline().startswith(b"data: ")
        yield


def asked(provider: Provider, folder: Path, *scenes: Scene, faults: tuple[Fault, ...] = ()) -> tuple[Answer, Answer]:
    """What a visitor gets when the provider plays these scenes, and the page of the conversation afterwards."""
    provider.scenes.extend(scenes)
    hangs = any(scene.hang or scene.end == "hang" for scene in scenes)
    with inside(settings(provider, folder, *faults, timeout_s=SHORT_S if hangs else PATIENCE_S)) as parley:
        visitor = member(parley)
        answer = visitor.say("Where is my invoice?")
        return answer, visitor.get(f"/chat/{answer[0].headers.get('x-conversation', '')}")


def test_the_provider_is_one_that_the_official_client_understands(provider: Provider) -> None:
    with openai.OpenAI(api_key="test-key", base_url=provider.url, max_retries=0) as client:
        stream = client.chat.completions.create(
            model="small", stream=True, messages=[{"role": "user", "content": "Where is my invoice?"}]
        )
        said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert said == "Your invoice is on its way."


def test_the_model_gets_the_prompt_and_the_recent_turns(provider: Provider, tmp_path: Path) -> None:
    with inside(settings(provider, tmp_path)) as parley:
        visitor = member(parley)
        response, stream = visitor.say("Where is my invoice?", assistant="writer")
        assert answer_in(stream) == "Your invoice is on its way."
        number = int(response.headers["x-conversation"])
        visitor.say("Which one?", conversation=number)
        for turn in range(12):
            visitor.say(f"turn {turn}", conversation=number)
    first, second, last = provider.calls[0], provider.calls[1], provider.calls[-1]
    assert (first["model"], first["stream"]) == ("small", True)
    assert first["messages"][0]["role"] == "system"
    assert "rough notes" in first["messages"][0]["content"]
    assert [turn["role"] for turn in second["messages"]] == ["system", "user", "assistant", "user"]
    assert second["messages"][2]["content"] == "Your invoice is on its way."
    assert len(last["messages"]) == 1 + 20
    assert last["messages"][-1] == {"role": "user", "content": "turn 11"}


@pytest.mark.parametrize("status", [429, 500, 503, 529])
def test_a_hiccup_is_asked_again(provider: Provider, tmp_path: Path, status: int) -> None:
    (_, stream), _ = asked(provider, tmp_path, Scene(status=status))
    assert answer_in(stream) == "Your invoice is on its way."
    assert len(provider.calls) == 2


def test_a_provider_that_stays_busy_is_asked_three_times(provider: Provider, tmp_path: Path) -> None:
    (response, answer), _ = asked(provider, tmp_path, *[Scene(status=429)] * 20)
    assert response.status == 503
    assert response.headers["retry-after"] == "30"
    assert json.loads(answer)["error"].startswith("Many people are asking")
    assert len(provider.calls) == 3


def test_a_wait_that_is_too_long_is_handed_on(provider: Provider, tmp_path: Path) -> None:
    (response, _), _ = asked(provider, tmp_path, Scene(status=429, retry_after="120"))
    assert (response.status, response.headers["retry-after"]) == (503, "120")
    assert len(provider.calls) == 1


def test_what_will_not_help_is_not_tried(provider: Provider, tmp_path: Path) -> None:
    (response, answer), _ = asked(provider, tmp_path, Scene(status=400))
    assert response.status == 503
    assert "node 7" not in answer
    assert len(provider.calls) == 1


def test_a_message_without_an_answer_does_not_count(provider: Provider, tmp_path: Path) -> None:
    provider.scenes.extend([Scene(status=400), Scene(pieces=())])
    with inside(settings(provider, tmp_path)) as parley:
        visitor = member(parley)
        assert visitor.say("one")[0].status == 503
        assert visitor.say("two")[0].status == 503
        assert parley.row("SELECT count(*) FROM messages") == (0,)
        assert parley.row("SELECT count(*) FROM conversations") == (0,)


@pytest.mark.parametrize("end", ["cut", "hang", "error", "garbage", "length"])
def test_an_answer_that_breaks_off_is_told_as_broken_off(provider: Provider, tmp_path: Path, end: str) -> None:
    (response, stream), (_, page) = asked(provider, tmp_path, Scene(end=end))
    assert response.status == 200
    *pieces, last = events(stream)
    assert "".join(json.loads(piece)["text"] for piece in pieces) == "Your invoice is on its way."
    assert json.loads(last)["error"].startswith("The answer ")
    assert "[DONE]" not in stream
    assert "The answer broke off here." in page


def test_a_model_that_never_answers_is_given_up(provider: Provider, tmp_path: Path) -> None:
    (response, answer), _ = asked(provider, tmp_path, Scene(hang=True))
    assert response.status == 503
    assert "does not answer right now" in json.loads(answer)["error"]


def test_a_provider_that_is_gone_is_told_kindly_and_by_health(provider: Provider, tmp_path: Path) -> None:
    chosen = settings(provider, tmp_path)
    provider.healthy = 500
    with inside(chosen) as parley:
        assert json.loads(Visitor(parley.port).get("/health")[1])["model"] == "failing"
        Visitor(parley.port).get("/health")
    assert provider.looks == 1
    closed = Settings(database=chosen.database, model_key="k", model_url="http://127.0.0.1:1/v1")
    with inside(closed) as parley:
        response, found = Visitor(parley.port).get("/health")
        assert (response.status, json.loads(found)["model"]) == (503, "cannot be reached")
        assert member(parley).say("hello")[0].status == 503


@pytest.mark.parametrize(("status", "word"), [(200, "ok"), (404, "ok"), (429, "ok"), (401, "refuses the key")])
def test_health_says_how_the_model_is(provider: Provider, tmp_path: Path, status: int, word: str) -> None:
    provider.healthy = status
    with inside(settings(provider, tmp_path)) as parley:
        assert json.loads(Visitor(parley.port).get("/health")[1])["model"] == word


def test_a_visitor_who_leaves_is_no_error_and_what_was_said_is_kept(provider: Provider, tmp_path: Path) -> None:
    provider.scenes.append(Scene(end="hang"))
    with inside(settings(provider, tmp_path, timeout_s=60)) as parley, in_mid_answer(parley):
        pass
    kept = parley.row("SELECT text, whole FROM messages WHERE author = 'parley'")
    assert (kept.text, bool(kept.whole)) == ("Your invoice is on its way.", False)


@pytest.mark.parametrize(("faults", "size", "held"), [((), 10, 0), ((Fault.POOL_EXHAUSTED,), 2, 1)])
def test_pool_exhausted(provider: Provider, tmp_path: Path, faults: tuple[Fault, ...], size: int, held: int) -> None:
    provider.scenes.append(Scene(end="hang"))
    with inside(settings(provider, tmp_path, *faults, timeout_s=60)) as parley, in_mid_answer(parley):
        pool = parley.parts.database.engine.pool
        assert isinstance(pool, QueuePool)
        assert (pool.size(), pool.checkedout()) == (size, held)


def test_no_timeout(provider: Provider, tmp_path: Path) -> None:
    healthy, careless = Asker(settings(provider, tmp_path)), Asker(settings(provider, tmp_path, Fault.NO_TIMEOUT))
    assert (healthy.timeout.connect, healthy.timeout.read) == (5, PATIENCE_S)
    assert (careless.timeout.connect, careless.timeout.read) == (None, None)


@pytest.mark.parametrize(("fault", "calls"), [(Fault.NO_RETRY, 1), (Fault.RETRY_STORM, 10)])
def test_retries_that_are_missing_or_too_many(provider: Provider, tmp_path: Path, fault: Fault, calls: int) -> None:
    busy = [Scene(status=429, retry_after="60")] * 20
    (response, _), _ = asked(provider, tmp_path, *busy, faults=(fault,))
    assert response.status == 503
    assert len(provider.calls) == calls


def test_truncated_as_whole(provider: Provider, tmp_path: Path) -> None:
    (_, stream), (_, page) = asked(provider, tmp_path, Scene(end="cut"), faults=(Fault.TRUNCATED_AS_WHOLE,))
    assert answer_in(stream) == "Your invoice is on its way."
    assert "broke off" not in page


def test_error_shown_raw(provider: Provider, tmp_path: Path) -> None:
    (_, answer), _ = asked(provider, tmp_path, Scene(status=400), faults=(Fault.ERROR_SHOWN_RAW,))
    assert "node 7 of cluster 400" in answer
