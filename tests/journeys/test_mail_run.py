"""`launchready journey run` with mails: Parley's mailed code, an app with magic links, an inbox that cannot be read."""

import secrets
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from launchready.cli import run
from launchready.ledger.store import opened
from launchready.model.facts import JourneyFacts
from tests.box.internet import Internet
from tests.journeys.inbox import HOST, PASSWORD, inbox
from trial.process import parley

EXAMPLES = Path(__file__).parents[2] / "examples" / "journeys"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "journeys").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def declared(project: Path, example: str, port: int, *more: str, timeout_s: float = 20) -> None:
    """The worked example, at a port of this machine."""
    text = (EXAMPLES / f"{example}.toml").read_text()
    text = text.replace("[journey]\n", f'[journey]\nbase = "http://127.0.0.1:{port}"\n')
    text = text.replace("timeout_s = 60", f"timeout_s = {timeout_s}")
    (project / "journeys" / f"{example}.toml").write_text(text)
    lines = ["[launch]", 'domain = "parley.example"', '[hosts."127.0.0.1"]', "[journeys]", *more]
    (project / "launch.toml").write_text("\n".join(lines) + "\n")


def walked(project: Path, name: str, *more: str) -> tuple[int, JourneyFacts]:
    code = run(["journey", "run", name, *more])
    with opened(project / ".launchready") as ledger:
        (seen,) = ledger.newest("parley.example", (JourneyFacts,))
    assert isinstance(seen, JourneyFacts)
    return code, seen


def test_parleys_signup_with_a_mailed_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catcher = free_port()
    with parley(project / "parley.db", settings={"PARLEY_SMTP": f"smtp://127.0.0.1:{catcher}"}) as port:
        declared(project, "signup-code", port)
        code, seen = walked(project, "signup-code", "--catch-mail", f"127.0.0.1:{catcher}")
    assert (code, seen.failed, seen.mails) == (0, None, ("the mail",)), capsys.readouterr()


def test_parley_loses_its_mails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catcher = free_port()
    settings = {"PARLEY_SMTP": f"smtp://127.0.0.1:{catcher}"}
    with parley(project / "parley.db", "--faults", "mail-lost", settings=settings) as port:
        declared(project, "signup-code", port, timeout_s=0.5)
        code, seen = walked(project, "signup-code", "--catch-mail", f"127.0.0.1:{catcher}")
    assert code == 1
    assert seen.failed is not None
    assert (seen.failed.name, seen.failed.of_a_mail) == ("the mail", True)
    assert "no mail to launchready-" in capsys.readouterr().out


# An app with magic links ---------------------------------------------------------------------------------------------


@contextmanager
def linking(send: Callable[[EmailMessage], None], text: str) -> Iterator[tuple[int, list[str]]]:
    """An app that mails `text`, {link} in it replaced; its port, and the tokens that it has made."""
    tokens = list[str]()
    port = free_port()

    async def ask(request: Request) -> Response:
        address = (await request.body()).decode().partition("email=")[2].replace("%40", "@").replace("%2B", "+")
        tokens.append(secrets.token_urlsafe(24))
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "no-reply@parley.example", address, "Sign in"
        mail.set_content(text.replace("{link}", f"http://127.0.0.1:{port}/magic?token={tokens[-1]}&who={address}"))
        send(mail)
        return PlainTextResponse("sent")

    async def follow(request: Request) -> Response:
        good = request.query_params["token"] in tokens
        who = request.query_params["who"].replace(" ", "+")
        return PlainTextResponse(f"Signed in as {who}" if good else "no", 200 if good else 403)

    routes = [Route("/login/link", ask, methods=["POST"]), Route("/magic", follow)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", port)) as listening:
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        serving.start()
        try:
            yield port, tokens
        finally:
            server.should_exit = True
            serving.join(20)


def to_catcher(port: int) -> Callable[[EmailMessage], None]:
    def send(mail: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
            smtp.send_message(mail)

    return send


def test_a_magic_link_is_followed_and_shown_nowhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catcher = free_port()
    with linking(to_catcher(catcher), "In: {link}") as (port, tokens):
        declared(project, "magic-link", port)
        assert walked(project, "magic-link", "--catch-mail", f"127.0.0.1:{catcher}")[0] == 0
        wrong = (project / "journeys" / "magic-link.toml").read_text().replace("Signed in as", "Welcome,")
        (project / "journeys" / "magic-link.toml").write_text(wrong)
        assert walked(project, "magic-link", "--catch-mail", f"127.0.0.1:{catcher}")[0] == 1
    said = capsys.readouterr()
    assert '"$LINK"' in said.out
    kept = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert len(tokens) == 2
    assert not any(token in said.out + said.err or token.encode() in kept for token in tokens)


def test_a_link_journey_does_not_pass_on_a_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catcher = free_port()
    with linking(to_catcher(catcher), "Your code is 482913. See http://127.0.0.1/help") as (port, _):
        declared(project, "magic-link", port, timeout_s=0.5)
        code, seen = walked(project, "magic-link", "--catch-mail", f"127.0.0.1:{catcher}")
    assert code == 1
    assert seen.failed is not None
    assert not seen.failed.of_a_mail
    said = capsys.readouterr().out
    assert "has a code and no such link" in " ".join(said.split())
    assert "482913" not in said


def test_a_magic_link_in_a_real_inbox(
    project: Path, internet: Internet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", PASSWORD)
    with inbox(internet) as opened_inbox:

        def send(mail: EmailMessage) -> None:
            opened_inbox.deliver(mail.get_content(), mail["To"])

        with linking(send, "In: {link}") as (port, _):
            mailbox = f'mailbox = "imaps://visitor:${{env:IMAP_PASSWORD}}@{HOST}:10993/INBOX"'
            declared(project, "magic-link", port, mailbox, 'mailbox_address = "visitor@parley.example"')
            road = ("--ca", str(opened_inbox.network.ca), "--connect-to", f"{HOST}::{opened_inbox.address}:")
            code, seen = walked(project, "magic-link", *road)
            assert (code, seen.mails) == (0, ("the mail",)), capsys.readouterr()
            monkeypatch.setenv("IMAP_PASSWORD", "wrong")
            assert run(["journey", "run", "magic-link", *road]) == 3
    said = capsys.readouterr()
    assert "refuses the user or the password" in said.err
    assert PASSWORD not in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "lines", "code", "said"),
    [
        (("--catch-mail", "2525"), (), 2, "is no HOST:PORT; write --catch-mail 127.0.0.1:2525"),
        (("--catch-mail", "192.0.2.1:2525"), (), 2, "cannot listen there"),
        ((), ('mailbox = "imaps://${env:HOME}"',), 2, "needs a user, a password and a host"),
        ((), ('mailbox = "imaps://u:secret@h"',), 2, "holds a password"),
        ((), ('mailbox = "pop3://h"',), 2, "is not the URL of a mailbox"),
        ((), ('mailbox_address = "ann+x@parley.example"',), 2, "to which +something can be added"),
        ((), ("",), 1, "reads a mailbox and there is none"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    lines: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    with linking(lambda _: None, "") as (port, _):
        declared(project, "magic-link", port, *lines)
        assert run(["journey", "run", "magic-link", *arguments]) == code
    told = capsys.readouterr()
    assert said in " ".join((told.out + told.err).split())
    assert "secret" not in told.out + told.err
