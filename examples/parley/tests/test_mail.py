"""Mailed codes, over real SMTP: they arrive, end, and are worth nothing to anybody else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.settings import Settings
from trial.inside import Inside, inside
from trial.mailbox import Mailbox, receiving
from trial.visitor import PASSWORD, Visitor


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving(Mailbox()) as opened:
        yield opened


@pytest.fixture
def parley(mailbox: Mailbox, tmp_path: Path) -> Iterator[Inside]:
    sender = "Parley <hello@parley.example>"
    with inside(Settings(database=str(tmp_path / "parley.db"), smtp=mailbox.url, mail_from=sender)) as running:
        yield running


def test_a_code_arrives_by_mail_and_opens_an_account(parley: Inside, mailbox: Mailbox) -> None:
    visitor = Visitor(parley.port)
    assert visitor.sign_up("ada@example.com", mailbox.code)[0].headers["location"] == "/chat"
    (letter,) = mailbox.letters
    assert letter["from"] == "Parley <hello@parley.example>"
    assert letter["to"] == "ada@example.com"
    assert {"date", "message-id", "auto-submitted"} <= {name.lower() for name in letter}
    assert letter["message-id"].endswith("@parley.example>")
    assert visitor.get("/outbox")[0].status == 404


def test_a_code_is_not_stored_and_counts_once(parley: Inside, mailbox: Mailbox) -> None:
    visitor = Visitor(parley.port)
    visitor.fill_in("/signup", email="bo@example.com", password=PASSWORD)
    code, row = mailbox.code(), parley.row("SELECT code, password FROM codes")
    assert code not in row.code
    assert PASSWORD not in row.password
    assert visitor.post("/signup/code", email="bo@example.com", code=f" {code[:3]} {code[3:]} ")[0].status == 303
    assert visitor.post("/signup/code", email="bo@example.com", code=code)[0].status == 422


def test_a_code_has_five_tries(parley: Inside, mailbox: Mailbox) -> None:
    visitor = Visitor(parley.port)
    visitor.fill_in("/signup", email="cy@example.com", password=PASSWORD)
    code = mailbox.code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for given in (wrong, "", "x", "１２３４５６", wrong):
        response, page = visitor.post("/signup/code", email="cy@example.com", code=given)
        assert response.status == 422
        assert "not the code" in page
    assert visitor.post("/signup/code", email="cy@example.com", code=code)[0].status == 422


def test_a_code_ends_after_ten_minutes(parley: Inside, mailbox: Mailbox) -> None:
    visitor = Visitor(parley.port)
    visitor.fill_in("/signup", email="di@example.com", password=PASSWORD)
    parley.run("UPDATE codes SET expires_s = expires_s - 601")
    assert visitor.post("/signup/code", email="di@example.com", code=mailbox.code())[0].status == 422


def test_a_code_counts_only_in_the_browser_that_asked(parley: Inside, mailbox: Mailbox) -> None:
    visitor, thief = Visitor(parley.port), Visitor(parley.port)
    visitor.fill_in("/signup", email="ed@example.com", password=PASSWORD)
    code = mailbox.code()
    thief.fill_in("/signup", email="ed@example.com", password="thief's horse")
    assert thief.post("/signup/code", email="ed@example.com", code=code)[0].status == 422
    assert visitor.post("/signup/code", email="ed@example.com", code=code)[0].status == 303


def test_codes_are_sent_five_times_an_hour(parley: Inside, mailbox: Mailbox) -> None:
    visitor = Visitor(parley.port)
    statuses = [visitor.fill_in("/forgot", email="FI@example.com")[0].status for _ in range(5)]
    assert statuses == [200] * 5
    response, page = visitor.fill_in("/forgot", email="fi@example.com")
    assert response.status == 429
    assert 3500 < int(response.headers["retry-after"]) <= 3600
    assert "Please wait 60 minutes" in page
    assert not mailbox.letters  # nobody has this address: nothing is told to whoever asks, and nothing is sent


def test_a_mail_server_that_refuses_is_told_kindly(parley: Inside, mailbox: Mailbox) -> None:
    mailbox.refuses = True
    response, page = Visitor(parley.port).fill_in("/signup", email="gu@example.com", password=PASSWORD)
    assert response.status == 503
    assert "We cannot send mail at the moment" in page
    assert re.search(r'value="gu@example\.com"', page)


@pytest.mark.parametrize("address", ["ada@example.com\nBcc: x@y.z", "ada@example.com, x@y.z", "<ada@example.com>"])
def test_an_address_cannot_name_others(parley: Inside, mailbox: Mailbox, address: str) -> None:
    assert Visitor(parley.port).fill_in("/signup", email=address, password=PASSWORD)[0].status == 422
    assert not mailbox.letters


def test_a_password_never_goes_over_an_open_line(tmp_path: Path) -> None:
    with receiving(Mailbox(host="127.0.0.2")) as mailbox:
        login = mailbox.url.replace("//", "//user:secret@")
        with inside(Settings(database=str(tmp_path / "parley.db"), smtp=login)) as parley:
            response, _ = Visitor(parley.port).fill_in("/signup", email="ha@example.com", password=PASSWORD)
            assert response.status == 503
    assert not mailbox.letters
