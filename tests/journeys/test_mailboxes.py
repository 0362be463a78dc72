"""Where mails are read: Dovecot, our own catcher, Mailpit's API; only what came after the beginning, and to whom."""

import asyncio
import json
import smtplib
import socket
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from launchready.errors import Refused, UsageError, WireError
from launchready.journeys.catcher import Catcher, catching
from launchready.journeys.exchange import Failure, Mail, ReadMail
from launchready.journeys.imap_mailbox import ImapMailbox
from launchready.journeys.mailbox import Mailbox, read
from launchready.journeys.mailpit import Mailpit
from launchready.model.launch import Network
from launchready.wire.imap import ImapUrl, imap_url
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer
from tests.journeys.inbox import Inbox, inbox

ANN, BOB = "visitor+ann@parley.example", "visitor+bob@parley.example"


@pytest.fixture
def dovecot(internet: Internet) -> Iterator[Inbox]:
    with inbox(internet) as opened:
        yield opened


def looked(url: ImapUrl, network: Network, work: Callable[[ImapMailbox], Awaitable[None]]) -> None:
    async def run() -> None:
        with closing(ImapMailbox(url, network)) as mailbox:
            await work(mailbox)

    asyncio.run(run())


async def came(mailbox: Mailbox, address: str = ANN, seen: frozenset[str] = frozenset()) -> Mail:
    found = await read(mailbox, ReadMail(address=address, timeout_s=20, seen=seen), 20)
    assert isinstance(found, Mail)
    return found


async def nothing_came(mailbox: Mailbox, address: str = ANN, seen: frozenset[str] = frozenset()) -> None:
    found = await read(mailbox, ReadMail(address=address, timeout_s=0.3, seen=seen), 0.3)
    assert isinstance(found, Failure)
    assert found.nothing_came


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "starttls"])
def test_imap_gives_what_came_after_the_beginning_to_that_address(dovecot: Inbox, tls: bool) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        dovecot.deliver("old", ANN)
        await mailbox.mark()
        await nothing_came(mailbox)
        dovecot.deliver("for Bob", BOB)
        dovecot.deliver("for Ann's namesake", f"x{ANN}")
        dovecot.deliver("first", ANN.upper())
        first = await came(mailbox)
        assert first.letter.text.strip() == "first"
        await nothing_came(mailbox, seen=frozenset({first.key}))
        dovecot.deliver("second", ANN)
        assert (await came(mailbox, seen=frozenset({first.key}))).letter.text.strip() == "second"
        await mailbox.mark()
        await nothing_came(mailbox)

    looked(dovecot.url(tls=tls), dovecot.network, work)
    assert set(dovecot.flags()) == {""}  # nobody sees that we have read them


def test_a_mail_that_comes_while_it_is_waited_for(dovecot: Inbox) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        await mailbox.mark()
        # One connection answers one question at a time, so that nothing else may look meanwhile.
        asyncio.get_running_loop().call_later(0.3, dovecot.deliver, "late", ANN)
        assert (await came(mailbox)).letter.text.strip() == "late"

    looked(dovecot.url(), dovecot.network, work)


def test_two_wait_at_one_mailbox_and_one_that_is_cancelled_leaves_the_other_alone(dovecot: Inbox) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        await mailbox.mark()
        ann = asyncio.create_task(came(mailbox))
        bob = asyncio.create_task(came(mailbox, BOB))
        await nothing_came(mailbox, "visitor+eve@parley.example")  # three ask in turn by now
        for _ in range(5):  # cancelled at whatever it does
            other = asyncio.create_task(came(mailbox, "visitor+eve@parley.example"))
            await asyncio.wait([other], timeout=0.003)
            other.cancel()
        dovecot.deliver("for Ann", ANN)
        dovecot.deliver("for Bob", BOB)
        assert [(await one).letter.text.strip() for one in (ann, bob)] == ["for Ann", "for Bob"]

    looked(dovecot.url(), dovecot.network, work)


def test_a_server_that_hangs_up_meanwhile_is_asked_anew(dovecot: Inbox) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        await mailbox.mark()
        connection = mailbox._imap._client._imap  # type: ignore[union-attr]
        connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # as after half an hour of silence
        dovecot.deliver("still here", ANN)
        assert (await came(mailbox)).letter.text.strip() == "still here"
        await mailbox.mark()

    looked(dovecot.url(), dovecot.network, work)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong"}, "refuses the user or the password"),
        ({"folder": "Nowhere"}, "has no folder 'Nowhere'"),
    ],
)
def test_an_inbox_that_does_not_let_us_in(dovecot: Inbox, changed: dict[str, str], said: str) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        with pytest.raises(Refused, match=said):
            await mailbox.mark()

    looked(dovecot.url(changed), dovecot.network, work)


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Inbox) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        with pytest.raises(Refused, match="certificate of imap.parley.example cannot be trusted"):
            await mailbox.mark()

    looked(dovecot.url(), replace(dovecot.network, ca=None), work)


def test_a_password_does_not_travel_unencrypted(internet: Internet) -> None:
    async def work(mailbox: ImapMailbox) -> None:
        with pytest.raises(Refused, match="offers no encryption for the password"):
            await mailbox.mark()

    with inbox(internet, ssl="no") as plain:
        looked(plain.url(tls=False), plain.network, work)


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        (lambda peer: peer.send(b"220 mail.example ESMTP\r\n"), "not IMAP"),
        (lambda peer: None, "IMAP"),
        (lambda peer: peer.send(b"\x00" * 3_000_000), "IMAP"),
    ],
    ids=["smtp", "mute", "flood"],
)
def test_servers_that_are_no_inbox(internet: Internet, talk: Callable[[Peer], None], said: str) -> None:
    address = internet.ipv4()
    url = ImapUrl(host=address, port=143, tls=False, user="u", password="p", folder="INBOX")

    async def work(mailbox: ImapMailbox) -> None:
        with pytest.raises(WireError, match=said):
            await mailbox.mark()

    with RawServer(address, 143, talk):
        looked(url, internet.network(), work)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("imaps://ann%40x.example:p%2Fw@h/Spam%20Folder", ("ann@x.example", "p/w", "h", 993, "Spam Folder")),
        ("imap://u:p@[::1]:1143", ("u", "p", "::1", 1143, "INBOX")),
    ],
)
def test_the_url_of_an_inbox(text: str, expected: tuple[object, ...]) -> None:
    url = imap_url(text)
    assert (url.user, url.password, url.host, url.port, url.folder) == expected
    assert f"{url.password!r}" not in repr(replace(url, user="", host=""))


@pytest.mark.parametrize("text", ["imaps://h", "imaps://u@h", "imaps://u:p@h:x", "imaps://u:p%0Aa@h", "imaps://[u:p@h"])
def test_a_url_that_is_no_inbox(text: str) -> None:
    with pytest.raises(ValueError, match=r"needs a user|cannot be read|control character"):
        imap_url(text)


# The catcher ---------------------------------------------------------------------------------------------------------


def caught(work: Callable[[Catcher, int], Awaitable[None]]) -> None:
    async def run() -> None:
        async with catching("127.0.0.1", 0) as catcher:
            await work(catcher, int(catcher.where.rpartition(":")[2]))

    asyncio.run(run())


def mailed(port: int, to: str, text: str, *, login: bool = False) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        if login:
            smtp.login("anybody", "anything")
        smtp.sendmail("a@parley.example", [to], f"To: somebody else <x@x.example>\r\nSubject: s\r\n\r\n{text}\r\n")


def test_the_catcher_gives_what_came_after_the_beginning_to_the_envelopes_address() -> None:
    async def work(catcher: Catcher, port: int) -> None:
        await asyncio.to_thread(mailed, port, ANN, "old")
        await catcher.mark()
        waiting = asyncio.create_task(came(catcher))
        await asyncio.to_thread(mailed, port, BOB, "for Bob")
        await asyncio.to_thread(mailed, port, ANN.upper(), "new", login=True)
        first = await waiting
        assert first.letter.text.strip() == "new"
        await nothing_came(catcher, seen=frozenset({first.key}))
        await nothing_came(catcher, "x@x.example")

    caught(work)


def test_a_client_that_stays_connected_does_not_keep_the_catcher() -> None:
    held: list[smtplib.SMTP] = []

    async def work(catcher: Catcher, port: int) -> None:
        held.append(await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port, timeout=20))

    caught(work)
    connection = held[0].sock
    assert connection and connection.recv(1) == b""  # hung up on
    held[0].close()


def test_a_port_that_is_taken_is_a_sentence() -> None:
    async def work(catcher: Catcher, port: int) -> None:
        with pytest.raises(UsageError, match=rf"--catch-mail 127.0.0.1:{port}: cannot listen there"):
            async with catching("127.0.0.1", port):
                pass

    caught(work)


# Mailpit -------------------------------------------------------------------------------------------------------------


class Pit:
    """The three addresses of Mailpit's API that are read, over what has been delivered."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}

    def deliver(self, key: str, to: str, text: str) -> None:
        self.mails[key] = f"To: {to}\r\nSubject: s\r\n\r\n{text}\r\n".encode()

    def answer(self, target: str) -> bytes:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path.endswith("/raw"):
            return self.mails[path.split("/")[-2]]
        wanted = query.get("query", [""])[0].removeprefix('to:"').removesuffix('"')
        found = [{"ID": key} for key, mail in self.mails.items() if wanted.encode() in mail]
        return json.dumps({"messages": found[::-1]}).encode()

    def serving(self, address: str) -> ThreadingHTTPServer:
        pit = self

        class Api(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                knows = self.headers["Authorization"] == f"Basic {b64encode(b'u:p@ss').decode()}"
                body = pit.answer(self.path) if knows else b""
                self.send_response(200 if knows else 401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return ThreadingHTTPServer((address, 8025), Api)


def test_mailpit_gives_what_came_after_the_beginning(internet: Internet) -> None:
    address, pit = internet.ipv4(), Pit()
    pit.deliver("old", ANN, "old")

    async def run() -> None:
        async with Mailpit.at(f"http://u:p%40ss@{address}:8025", internet.network()) as mailbox:
            await mailbox.mark()
            pit.deliver("a", f"x{ANN}", "for a namesake")
            pit.deliver("b", ANN, "new")
            first = await came(mailbox)
            assert (first.key, first.letter.text.strip()) == ("b", "new")
            pit.deliver("c", ANN, "newer")
            assert (await came(mailbox, seen=frozenset("b"))).key == "c"
        async with Mailpit.at(f"http://{address}:8025", internet.network()) as mailbox:
            with pytest.raises(Refused, match="its API answers 401"):
                await mailbox.mark()

    with pit.serving(address) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            asyncio.run(run())
        finally:
            server.shutdown()
            serving.join(20)
