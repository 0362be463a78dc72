"""Passwords within addresses: postgres://user:password@host and https://user:password@host. The password is the value.

An address on the same machine or in the same Compose file (`localhost`, `db`) opens nothing to a stranger: there a
password that is a word with a number or short is passed by, and any other depends on whether the host can be reached.
Outside of databases a password that is plain words is passed by: manuals are full of them.
"""

import re
from collections.abc import Iterator, Mapping

from launchready.formats.secret_shapes.placeholders import blank, made_up, placeholder
from launchready.known.secret_kinds import KnownKind
from launchready.model.secret import SecretHit, SecretVerdict

_USER = rb"""[^\s:/@"'<>`\\,;()\[\]{}]{0,64}"""
_PASSWORD = rb"""[^\s@/"'<>`\\]{3,128}"""
_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]{1,24}):\\?/\\?/\Z")
_AUTHORITY = re.compile(
    rb"(?P<user>" + _USER + rb"):(?P<password>" + _PASSWORD + rb")@"
    rb"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})"
)
_DATABASES = frozenset(
    b"postgres postgresql mysql mariadb mongodb redis rediss valkey amqp amqps mssql sqlserver clickhouse cockroachdb "
    b"neo4j nats libsql".split()
)
_OTHERS = frozenset(b"http https ftp ftps sftp ssh git smtp smtps imap imaps ldap ldaps socks5 wss ws".split())
_LOOPBACK = re.compile(
    rb"localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal|[A-Za-z0-9_-]+", re.ASCII
)
_NOBODY = re.compile(rb"(?:.*\.)?(?:example|invalid|test|local)(?:\.(?:com|org|net|edu))?|(?:your|my)[-_.]?.*|x+")
_USUAL = frozenset(b"user username password pass passwd pw pwd secret root admin guest postgres mysql redis".split())

_WORD = re.compile(rb"[A-Za-z][a-z]+[-_.!]?\d{0,4}[!.]?")
_LONGEST, _LONGEST_SCHEME = 256, 32
_SHORT = 8
_ALPHABET = re.compile(rb"abcdefg|your[-_]?project|project[-_]?ref")
_NO_USER = frozenset((b"username", b"your-username", b"your_username"))


class UrlPasswords:
    """Finds the passwords of addresses."""

    alarm = rb""":(?:\\?/){2}[^\s:/@"'<>`\\,;()\[\]{}]{0,64}:[^\s@/"'<>`\\]{3,128}@[\[A-Za-z0-9]"""

    def __init__(self, kinds: Mapping[str, KnownKind]) -> None:
        self._database = kinds["database-url"].kind
        self._other = kinds["url-password"].kind

    def values(self, data: bytes, end: int) -> Iterator[SecretHit]:
        authority = data.rfind(b"/", max(end - _LONGEST, 0), end) + 1
        scheme = _SCHEME.search(data[max(authority - _LONGEST_SCHEME, 0) : authority])
        match = _AUTHORITY.match(data, authority)
        if scheme is None or match is None:
            return
        name = scheme[1].lower().partition(b"+")[0]
        kind = self._database if name in _DATABASES else self._other if name in _OTHERS else None
        if kind and (verdict := _verdict(match, is_database=kind is self._database)):
            yield SecretHit(kind=kind, verdict=verdict, start=match.start("password"), end=match.end("password"))


def _verdict(match: re.Match[bytes], *, is_database: bool) -> SecretVerdict | None:
    password, user, host = match["password"], match["user"].lower(), match["host"].lower()
    if (
        blank(password)
        or placeholder(password)
        or password.lower() in {*_USUAL, user}
        or user in _NO_USER
        or _ALPHABET.search(user)
        or _NOBODY.fullmatch(host)
    ):
        return None
    if _LOOPBACK.fullmatch(host):
        is_trivial = len(password) < _SHORT or made_up(password) or _WORD.fullmatch(password)
        return None if is_trivial else SecretVerdict.DEPENDS
    return None if not is_database and made_up(password) else SecretVerdict.SECRET
