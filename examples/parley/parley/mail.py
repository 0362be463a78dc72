"""Mail: sent by SMTP when PARLEY_SMTP names a server, else kept here for whoever tries Parley by hand."""

import logging
import smtplib
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from parley.faults import Fault
from parley.logs import note
from parley.settings import Settings

SMTP_TIMEOUT_S = 15
_KEPT = 50
_HERE = ("localhost", "127.0.0.1", "::1")


class MailFailed(Exception):
    """The mail server did not take a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail in plain text."""

    to: str
    subject: str
    text: str


class Mail:
    """Where mails go; `outbox` holds those that no server was there for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.outbox: deque[Letter] = deque(maxlen=_KEPT)
        self._queue: deque[Letter] = deque(maxlen=_KEPT)

    def send(self, letter: Letter) -> None:
        """Send it now. Raises MailFailed."""
        if self._settings.has(Fault.MAIL_LOST):
            self._queue.append(letter)
            return
        if self._settings.smtp is None:
            self._show(letter)
            return
        try:
            with _server(self._settings.smtp) as server:
                server.send_message(_message(letter, self._settings.mail_from))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailFailed(type(error).__name__) from error

    def _show(self, letter: Letter) -> None:
        """On somebody's own machine the mail is in the log; behind a real name it is nobody else's to read."""
        self.outbox.append(letter)
        if self._settings.has_outbox_page:
            note("mail", to=letter.to, subject=letter.subject, text=letter.text)
        else:
            note("mail not sent: PARLEY_SMTP is not set", logging.WARNING, subject=letter.subject)


@contextmanager
def _server(address: str) -> Iterator[smtplib.SMTP]:
    """A logged-in connection. `smtps://` is encrypted from the start; `smtp://` is as soon as the server offers it."""
    url = urlsplit(address)
    host, context = url.hostname or "", ssl.create_default_context()
    connected = (
        smtplib.SMTP_SSL(host, url.port or 465, timeout=SMTP_TIMEOUT_S, context=context)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, url.port or 587, timeout=SMTP_TIMEOUT_S)
    )
    with connected as server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.scheme == "smtp" and url.username and host not in _HERE:
            raise smtplib.SMTPNotSupportedError("the server offers no encryption for the password")
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    message.set_content(letter.text)
    return message
