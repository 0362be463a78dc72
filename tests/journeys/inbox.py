"""A real inbox: Dovecot over TLS, with a folder on disk into which mails are delivered."""

import mailbox
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

from launchready.model.launch import ConnectTo, Network
from launchready.wire.imap import ImapUrl
from tests.box.internet import Internet, listens

HOST, USER, PASSWORD = "imap.parley.example", "visitor", "p@ss/w:rd"

# As a user without rights (nobody, in a user namespace): nothing of the machine's own Dovecot is read or written.
_CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = /dev/stderr
protocols = imap
listen = {address}
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 0
mail_location = maildir:{folder}/mail
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{key}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 10143
  }}
  inet_listener imaps {{
    port = 10993
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The server's address, the maildir, and the roads that lead there."""

    address: str
    folder: Path
    network: Network

    def url(self, changed: Mapping[str, str] = MappingProxyType({}), *, tls: bool = True) -> ImapUrl:
        parts = {"host": HOST, "user": USER, "password": PASSWORD, "folder": "INBOX", **changed}
        return ImapUrl(port=10993 if tls else 10143, tls=tls, **parts)

    def deliver(self, text: str, to: str, subject: str = "Hello") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "no-reply@parley.example", to, subject
        message.set_content(text)
        mailbox.Maildir(self.folder / "mail").add(message)

    def flags(self) -> list[str]:
        """The flags (S for seen) of all mails there."""
        return [message.get_flags() for message in mailbox.Maildir(self.folder / "mail")]


@contextmanager
def inbox(internet: Internet, *, ssl: str = "yes") -> Iterator[Inbox]:
    """An empty inbox that can be read until the end of the block."""
    address, pair = internet.ipv4(), internet.ca.issue(HOST)
    folder = Path(mkdtemp(prefix="inbox-", dir="/tmp"))  # names of sockets must be short (unix(7))
    try:
        (folder / "run").mkdir()
        mailbox.Maildir(folder / "mail")
        (folder / "dovecot.conf").write_text(
            _CONFIG.format(
                run=folder / "run",
                folder=folder,
                address=address,
                ssl=ssl,
                certificate=pair.certificate,
                key=pair.key,
                password=PASSWORD,
            )
        )
        nobody = ("--user", "--map-user=65534", "--map-group=65534")
        server = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
        assert server, "dovecot is not installed; run tools/install-test-servers"
        with internet.stopping_again():
            internet.start("unshare", *nobody, server, "-F", "-c", str(folder / "dovecot.conf"))
            internet.wait_for(lambda: listens((address, 10143)), "Dovecot")
            road = (ConnectTo(host=HOST, port=None, to_host=address, to_port=None),)
            yield Inbox(address, folder, internet.network(connect_to=road))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
