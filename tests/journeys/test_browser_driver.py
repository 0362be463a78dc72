"""The same journey over HTTP, in a browser, and by a transcript; and what only a browser can do."""

import asyncio
import os
import queue
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from launchready.config import launch_for
from launchready.config.journeys import load
from launchready.errors import UsageError
from launchready.journeys.browser_launch import rules
from launchready.journeys.driver import Answering
from launchready.journeys.engine import Consent
from launchready.journeys.exchange import Answer, Failure, Request
from launchready.journeys.http_driver import OverHttp
from launchready.journeys.run import run
from launchready.journeys.supply import Supply
from launchready.model.launch import ConnectTo, Network
from tests.box.certificates import Authority
from tests.journeys import small_apps
from tests.journeys.small_apps import EMAIL, PASSWORD, serving
from trial.process import parley

FIRST_CHAT = """
[journey]
name = "first-chat"
parameters = { email = "${unique:email}" }
[[step]]
name = "visit"
get = "/"
expect = { status = 200, body_contains = "Parley" }
[[step]]
get = "/signup"
capture.csrf = { css = "input[name=csrf]", attribute = "value", secret = true }
[[step]]
name = "sign up"
post = "/signup"
form = { csrf = "${csrf}", email = "${email}", password = "${env:TEST_PASSWORD}" }
expect = { status = 200, body_contains = "Look at your mail" }
[[step]]
name = "read the code"
get = "/outbox"
capture.code = { regex = '(\\d{6}) is your Parley code' }
[[step]]
name = "give the code"
post = "/signup/code"
form = { csrf = "${csrf}", email = "${email}", code = "${code}" }
expect = { status = 303, redirect = "/chat" }
[[step]]
name = "log out at first"
post = "/logout"
form = { csrf = "${csrf}" }
expect = { redirect = "/login" }
[[step]]
get = "/login"
capture.csrf = { css = "input[name=csrf]", attribute = "value", secret = true }
[[step]]
name = "log in"
measure = "login"
post = "/login"
form = { csrf = "${csrf}", email = "${email}", password = "${env:TEST_PASSWORD}" }
expect = { status = 303, redirect = "/chat" }
capture.session = { cookie = "session", secret = true }
[[step]]
name = "chat"
get = "/chat"
expect = { body_contains = "New chat" }
[[step]]
name = "send"
measure = "message-send"
post = "/api/chat"
json = { text = "Where is my invoice?", csrf = "${csrf}", assistant = "support" }
stream = { until = "[DONE]", first_token_s = 20 }
expect = { status = 200, header.content-type = "text/event-stream" }
capture.conversation = { header = "x-conversation" }
[[step]]
name = "see it"
get = "/chat/${conversation}"
expect = { body_contains = "Where is my invoice?" }
[[cleanup]]
name = "log out"
post = "/logout"
form = { csrf = "${csrf}" }
expect = { status = 303, redirect = "/login" }
"""


def project(folder: Path, journey: str, port: int, host: str = "127.0.0.1", scheme: str = "http") -> Path:
    """launch.toml and one journey on that address."""
    (folder / "journeys").mkdir(exist_ok=True)
    (folder / "launch.toml").write_text(f'[launch]\ndomain = "parley.example"\n[hosts."{host}"]\nrole = "app"\n')
    base = f'[journey]\nbase = "{scheme}://{host}:{port}"'
    (folder / "journeys" / "j.toml").write_text(journey.replace("[journey]", base))
    return folder


def walked(folder: Path, *arguments: str, before: str = "") -> tuple[int, str]:
    """Exit code of `journey run`, and all that it printed."""
    script = f"import sys{before}; from launchready.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "journey", "run", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "TEST_PASSWORD": PASSWORD},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("way", [(), ("--browser",)], ids=["http", "browser"])
def test_from_visit_to_first_chat_from_one_file(tmp_path: Path, way: tuple[str, ...]) -> None:
    with parley(tmp_path / "parley.db") as port:
        code, said = walked(project(tmp_path, FIRST_CHAT, port), "first-chat", *way)
    assert code == 0, said
    assert said.count("✓") == 12 and "cleanup: log out" in said and "pieces" in said
    assert PASSWORD not in said


class Tape:
    """A driver that notes what another is asked and answers, or that answers from such notes."""

    def __init__(self, notes: list[tuple[str, Answer | Failure]], source: OverHttp | None) -> None:
        self.notes, self._source = notes, source
        self.left = [] if source else list(notes)

    @asynccontextmanager
    async def opened(
        self, network: Network, consent: Consent, at_most_s: float | None = None
    ) -> AsyncIterator[Answering]:
        if self._source is None:
            yield self._from_notes
            return
        async with self._source.opened(network, consent, at_most_s) as answering:

            async def noted(asked: Request) -> Answer | Failure:
                answer = await answering(asked)
                self.notes.append((f"{asked.method} {asked.url}", answer))
                return answer

            yield noted

    async def _from_notes(self, asked: Request) -> Answer | Failure:
        line, answer = self.left.pop(0)
        assert line == f"{asked.method} {asked.url}"
        return answer


async def _walk_by(driver: Tape, folder: Path) -> list[tuple[str, str | None]]:
    journey = load(folder / "journeys" / "j.toml")
    launch = launch_for(None, str(folder / "launch.toml"), folder, {})
    supply = Supply({"TEST_PASSWORD": PASSWORD}, folder)
    outcome = await run(journey, {journey.name: journey}, launch, supply, driver=driver)
    return [(step.step, step.problem) for step in outcome.steps]


def test_and_by_a_transcript_without_any_socket(tmp_path: Path) -> None:
    with parley(tmp_path / "parley.db") as port:
        recording = Tape([], OverHttp())
        first = asyncio.run(_walk_by(recording, project(tmp_path, FIRST_CHAT, port)))
    replay = Tape(recording.notes, None)
    assert asyncio.run(_walk_by(replay, tmp_path)) == first
    assert (len(first), {problem for _, problem in first}, replay.left) == (12, {None}, [])


SCRIPTED = f"""
[journey]
name = "scripted"
requires_browser = true
[[step]]
name = "open"
get = "/login"
expect = {{ body_contains = "Come in" }}
capture.ticket = {{ css = "main > input[name=ticket]", attribute = "value" }}
[[step]]
name = "log in"
post = "/login"
form = {{ email = "{EMAIL}", password = "${{env:TEST_PASSWORD}}" }}
expect = {{ status = 200, body_contains = "You are in" }}
[[step]]
name = "same visitor"
get = "/ticket?t=${{ticket}}"
expect = {{ json."$.same" = true }}
"""


@contextmanager
def scripted(folder: Path, journey: str = SCRIPTED) -> Iterator[list[str]]:
    heard: list[str] = []
    with serving(small_apps.made_by_scripts(heard)) as port:
        project(folder, journey, port)
        yield heard


def test_a_page_that_scripts_make_is_filled_in_as_a_visitor_does(tmp_path: Path) -> None:
    with scripted(tmp_path) as heard:
        code, said = walked(tmp_path, "--browser", "scripted")
    assert code == 0, said
    assert len(heard) == 1 and heard[0] != "/measure", "what the page writes to a host without consent stays here"


def test_over_http_such_a_page_is_told_instead_of_failing_oddly(tmp_path: Path) -> None:
    with scripted(tmp_path):
        code, said = walked(tmp_path, "scripted")
    assert code == 1
    assert "needs a browser" in said and "--browser" in said


def test_what_the_browser_complained_of_is_told_when_a_step_fails(tmp_path: Path) -> None:
    with scripted(tmp_path, SCRIPTED.replace('"Come in"', '"Go away"')):
        code, said = walked(tmp_path, "scripted", "--browser")
    assert code == 1
    flat = " ".join(said.split())
    assert "'Go away'" in flat and "console: the widget is not configured" in flat


def test_a_form_that_the_browser_would_not_send_is_told(tmp_path: Path) -> None:
    with scripted(tmp_path, SCRIPTED.replace(f'"{EMAIL}"', '"no address"')) as heard:
        code, said = walked(tmp_path, "scripted", "--browser")
    assert (code, heard) == (1, [])
    assert "the browser does not send this form: email:" in " ".join(said.split())


def test_a_redirect_that_keeps_the_body_does_not_leave_what_is_listed(tmp_path: Path) -> None:
    away = '[journey]\nname = "away"\n[[step]]\npost = "/away"\nform = { a = "b" }\n'
    with scripted(tmp_path, away) as heard:
        code, said = walked(tmp_path, "away", "--browser")
    assert (code, heard) == (1, []), said
    assert "localhost is not listed in launch.toml" in " ".join(said.split())


def test_a_server_that_hangs_does_not_hang_the_browser_and_the_cleanup_runs(tmp_path: Path) -> None:
    hang = '[journey]\nname = "hang"\n[[step]]\nget = "/"\ntimeout_s = 1\n[[cleanup]]\ndelete = "/made"\n'
    with serving(small_apps.hung()) as port:
        code, said = walked(project(tmp_path, hang, port), "hang", "--browser")
    assert code == 1
    assert "no answer within 1 s" in said and "✓ cleanup: delete /made" in said


@pytest.mark.parametrize(
    ("trusted", "told"), [(True, "passed"), (False, "an authority that the browser does not know")]
)
def test_names_lead_where_connect_to_says_and_ca_is_trusted_for_one_run(
    tmp_path: Path, authority: Authority, *, trusted: bool, told: str
) -> None:
    visit = '[journey]\nname = "visit"\n[[step]]\nget = "/"\nexpect = { body_contains = "Welcome" }\n'
    host = "app.parley.example"
    app = small_apps.with_sign_in("http://127.0.0.1:1")
    with serving(app, pair=authority.issue(host)) as port:
        folder = project(tmp_path, visit, 443, host, "https")
        ca = ("--ca", str(authority.root_file)) if trusted else ()
        road = ("--connect-to", f"{host}:443:127.0.0.1:{port}")
        code, said = walked(folder, "visit", "--browser", *road, *ca)
    assert code == (not trusted), said
    assert told in " ".join(said.split())


def test_without_the_extra_one_command_is_told(tmp_path: Path) -> None:
    project(tmp_path, '[journey]\nname = "j"\n[[step]]\nget = "/"\n', 1)
    before = "; sys.modules['playwright'] = None; sys.modules['playwright.async_api'] = None"
    code, said = walked(tmp_path, "j", "--browser", before=before)
    assert (code, said.strip()) == (2, "--browser needs Playwright: pip install 'launchready[browser]'")


def test_a_browser_that_is_not_there_is_named(tmp_path: Path) -> None:
    project(tmp_path, '[journey]\nname = "j"\n[[step]]\nget = "/"\n', 1)
    code, said = walked(tmp_path, "j", "--browser", "/no/such/chromium")
    assert (code, said.strip()) == (2, "--browser /no/such/chromium: is no program; name the Chromium to start")


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (("a.example", 443, "127.0.0.1", 8443), "MAP a.example:443 127.0.0.1:8443"),
        (("", 443, "127.0.0.1", 8443), "MAP *:443 127.0.0.1:8443"),
        (("", None, "::1", None), "MAP * [::1]"),
    ],
)
def test_connect_to_as_chromium_has_it(entry: tuple[str, int | None, str, int | None], rule: str) -> None:
    host, port, to_host, to_port = entry
    made = rules((ConnectTo(host=host, port=port, to_host=to_host, to_port=to_port),))
    assert made == [f"--host-resolver-rules={rule}"]


def test_a_port_alone_cannot_be_mapped_in_a_browser() -> None:
    with pytest.raises(UsageError, match="a browser needs the host"):
        rules((ConnectTo(host="a.example", port=443, to_host="", to_port=8443),))


@pytest.mark.parametrize(
    ("number", "to_all"), [(signal.SIGINT, False), (signal.SIGTERM, True)], ids=["Ctrl-C", "the end of a CI job"]
)
def test_interrupted_in_the_middle_of_a_page_the_cleanup_runs_and_the_browser_is_gone(
    tmp_path: Path, number: signal.Signals, to_all: bool
) -> None:
    heard: queue.Queue[str] = queue.Queue()
    with serving(small_apps.hung(heard.put)) as port:
        base = f"http://127.0.0.1:{port}"
        (tmp_path / "launch.toml").write_text(f'[launch]\ndomain = "a.example"\n[environments.here]\nurl = "{base}"\n')
        (tmp_path / "journeys").mkdir()
        steps = '[[step]]\nget = "/"\n[[cleanup]]\ndelete = "/made"\n'
        (tmp_path / "journeys" / "stay.toml").write_text(f'[journey]\nname = "stay"\nbase = "{base}"\n{steps}')
        command = [sys.executable, "-m", "launchready", "journey", "run", "stay", "--browser"]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "TMPDIR": str(tmp_path)}
        process = subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, start_new_session=True)
        assert heard.get(timeout=60) == "GET /"
        (os.killpg if to_all else os.kill)(process.pid, number)
        process.communicate(timeout=60)
        assert process.returncode == 130
        assert "DELETE /made" in [heard.get(timeout=0) for _ in range(heard.qsize())]
    assert not list(tmp_path.glob("launchready-browser-*"))
    browsers = [one.parent.name for one in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path).encode() in _read(one)]
    assert all(map(_ended, map(int, browsers)))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _ended(process: int) -> bool:
    """Whether it ends by itself, as one does whose pipes are closed."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    with open(handle) as opened:
        return bool(select.select([opened], [], [], 20)[0])
