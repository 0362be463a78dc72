"""journeys/*.toml become journeys, or every problem is named at once with its file and line."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from launchready.config.journeys import load, load_all
from launchready.errors import ConfigError
from launchready.formats.template import parse
from launchready.model.journey import Capture, FileBody, FormBody, Journey, JsonBody, Stream, Use, Where

PINNED = """
[journey]
name = "first-chat"
base = "https://app.parley.example"
uses = ["login", { journey = "consent", parameters = { to = "terms" } }]
parameters = { email = "${unique:email}", password = "${env:TEST_PASSWORD}" }

[[step]]
name = "open chat"
get = "/chat"
expect = { status = 200, body_contains = "New chat" }
capture.csrf = { css = "input[name=csrf]", attribute = "value" }

[[step]]
name = "send"
measure = "message-send"
post = "/api/chat"
json = { text = "Where is my invoice? ${nonce}", csrf = "${csrf}", tries = 1, deep = [true, { a = "${email}" }] }
stream = { until = "[DONE]", first_token_s = 2 }
timeout_s = 20
expect = { status = 200, header.content-type = "text/event-stream" }

[[cleanup]]
delete = "/api/test-users/${email}"
"""


def loaded(text: str, folder: Path) -> Journey:
    (folder / "j.toml").write_text(text)
    return load(folder / "j.toml", "journeys/j.toml")


def problems_of(text: str, folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        loaded(text, folder)
    assert all(problem.isprintable() for problem in refused.value.problems)
    return refused.value.problems


def test_the_pinned_form(tmp_path: Path) -> None:
    journey = loaded(PINNED, tmp_path)
    assert (journey.name, journey.base) == ("first-chat", "https://app.parley.example")
    assert journey.uses == (Use("login"), Use("consent", (("to", parse("terms")),)))
    open_chat, send = journey.steps
    assert (open_chat.name, open_chat.method, str(open_chat.path)) == ("open chat", "GET", "/chat")
    assert open_chat.expect.status == (200,)
    assert open_chat.expect.body_contains == (parse("New chat"),)
    assert open_chat.captures == (
        Capture(name="csrf", where=Where.CSS, selector="input[name=csrf]", attribute="value"),
    )
    assert send.measure == "message-send"
    assert send.stream == Stream(until="[DONE]", first_token_s=2)
    assert send.timeout_s == 20
    assert send.expect.headers == (("content-type", parse("text/event-stream")),)
    assert isinstance(send.body, JsonBody)
    assert isinstance(send.body.value, dict)
    assert send.body.value["tries"] == 1
    assert send.body.value["deep"] == [True, {"a": parse("${email}")}]
    assert journey.cleanup[0].name == "delete /api/test-users/${email}"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("", "has none of get, head, post, put, patch, delete, websocket, mail; it needs exactly one of them"),
        ('get = "/a"\npost = "/b"', "has get and post; it needs exactly one of them"),
        ('post = "/a"\nform = { a = "b" }\nbody = "c"', "has form and body; a request has one body"),
        ('get = "chat"', 'is neither a path nor a web address; write "/chat"'),
        ('get = "/a b"', 'holds a space or an invisible character; write "/a%20b"'),
        ('get = "/"\nexpect = { status = 42 }', "expect.status entry 1 is no HTTP status"),
        ('get = "/"\nexpect = { staus = 200 }', 'did you mean "status"?'),
        ('get = "/"\ncapture.a = { css = "b", regex = "c" }', "captures a by css and regex; name one of"),
        ('get = "/"\ncapture.a = { }', "captures a by nothing; name one of"),
        ('get = "/"\ncapture.a = { json = "b", attribute = "c" }', "with an attribute, which only css has"),
        ('get = "/"\ncapture.a = { css = "[[" }', "is no CSS selector"),
        ('get = "/"\ncapture.a = { regex = "(" }', "is no regular expression"),
        ('get = "/"\ncapture.a = { json = "$.[" }', "is no JSONPath"),
        ('get = "/"\ncapture."a b" = { css = "c" }', "cannot be a name"),
        ('get = "/"\ntimeout_s = 0', "must be above 0"),
        ('get = "/"\ntimeout_s = 601', "a step may take 600 seconds at most"),
        ('get = "/${env:A B}"', "holds a reference that cannot be read"),
        ('get = "/${a"', "opens a reference and never closes it"),
        ('get = "/${nobody}"', "uses ${nobody}, which no parameter or earlier step gives"),
        ('post = "/"\njson = { at = 2026-11-24 }', "JSON has none, so put it in quotes"),
        ('post = "/"\njson = { at = inf }', "holds inf or nan, which JSON has not"),
        ('get = "/"\nheaders = { "X Key" = "a" }', "cannot be a header's name"),
        ('post = "/"\nfile = "../secret"', "lies outside the journey's folder"),
        ('post = "/"\nfile = "gone.json"', "cannot be read (No such file or directory)"),
        ('head = "/"\nbody = "x"', "which a HEAD request does not send"),
    ],
)
def test_what_is_wrong_with_a_step_is_said_with_its_line(step: str, said: str, tmp_path: Path) -> None:
    (problem,) = problems_of(f'[journey]\nname = "j"\n[[step]]\n{step}\n', tmp_path)
    assert said in problem
    assert problem.startswith("journeys/j.toml:")


def test_near_misses_are_taken(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0")
    text = """
[journey]
name = "j"
parameters = { id = 7, price = "$${x}" }
[[step]]
put = "https://files.parley.example/${id}"
file = "logo.png"
expect = { status = [200, 201], body_contains = ["a", "b"], json = { "data.ok" = true } }
[[step]]
post = "/empty"
form = { }
capture.id = { json = "id" }
[[step]]
get = "/${id}"
"""
    journey = loaded(text, tmp_path)
    assert journey.steps[0].body == FileBody("logo.png", b"\x89PNG\0")
    assert journey.steps[0].expect.json == (("$.data.ok", True),)
    assert journey.steps[1].body == FormBody(())
    assert dict(journey.parameters)["price"].parts == ("${x}",)


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    files = {
        "a.toml": '[journey]\nname = "a"\nuses = ["b", "nobody"]\n[[step]]\nget = "/"\n',
        "b.toml": '[journey]\nname = "b"\nuses = ["a"]\n[[step]]\nget = "/"\n',
        "c.toml": '[journey]\nname = "a"\n[[step]]\nget = "/"\n',
        "d.toml": '[journey]\nname = "d"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_all([tmp_path / name for name in files], list(files))
    told = "\n".join(refused.value.problems)
    assert "c.toml: the journey 'a' stands in a.toml too" in told
    assert "a.toml: uses the journey 'nobody', which is not there; there are a, b" in told
    assert "a.toml: the journey 'a' uses itself" in told
    assert "b.toml: the journey 'b' uses itself" in told
    assert "[[step]] is missing: a journey needs at least one step" in told


def test_journeys_that_share_one_are_no_circle(tmp_path: Path) -> None:
    files = {
        "login.toml": '[journey]\nname = "login"\n[[step]]\nget = "/login"\n',
        "a.toml": '[journey]\nname = "a"\nuses = ["login"]\n[[step]]\nget = "/"\n',
        "b.toml": '[journey]\nname = "b"\nuses = ["login", "a"]\n[[step]]\nget = "/"\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert set(load_all([tmp_path / name for name in files])) == {"login", "a", "b"}


@given(text=some.text())
def test_no_template_breaks_the_reader(text: str) -> None:
    with suppress(ValueError):
        parse(text)
    plain = text.replace("$", "")
    assert str(parse(plain)) == plain
