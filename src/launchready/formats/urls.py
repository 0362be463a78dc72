"""URLs from strangers: taken apart, joined and made safe to ask for, or refused in words."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

LONGEST = 8192
_PORTS = {"http": 80, "https": 443}
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._:")
_SAFE = "%/:=&?~+!$,;'@()*[]"


_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_VERSION_QUERY = re.compile(r"&(v|ver|version|h|hash|rev)=[0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """An http or https URL: the host in ASCII, lower case, without brackets; the fragment is gone."""

    scheme: str
    host: str
    port: int
    path: str
    query: str
    text: str  # all of it, as it is asked for

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=1024)
def parse(text: str) -> Url:
    """The URL that `text` is; raises ValueError that says why we do not ask for it."""
    if len(text) > LONGEST:
        raise ValueError("an address of more than 8192 characters")
    if any(ord(character) <= 0x20 or ord(character) == 0x7F for character in text):
        raise ValueError("an address with a space or control character in it")
    parts = urlsplit(text)
    if parts.scheme not in _PORTS:
        raise ValueError(f"{parts.scheme}:, which is not the web" if parts.scheme else "an address without http(s)://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address with a user name in it")
    host, port = _host(parts.hostname or ""), parts.port or _PORTS[parts.scheme]
    path, query = quote(parts.path, safe=_SAFE) or "/", quote(parts.query, safe=_SAFE)
    authority = f"[{host}]" if ":" in host else host
    if port != _PORTS[parts.scheme]:
        authority += f":{port}"
    text = urlunsplit((parts.scheme, authority, path, query, ""))
    return Url(scheme=parts.scheme, host=host, port=port, path=path, query=query, text=text)


def joined(base: str, reference: str) -> str:
    """Where `reference`, seen at `base`, leads (RFC 3986, section 5); as it stands when it cannot be resolved."""
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return reference


def host_of(text: str) -> str:
    """The host of a URL as DNS writes it, or nothing when it has none."""
    try:
        host = (urlsplit(text).hostname or "").rstrip(".")
        return host if host.isascii() else _host(host)
    except ValueError:
        return ""


def scheme_of(text: str) -> str:
    """The scheme of a URL in lower case, or nothing when it has none."""
    try:
        return urlsplit(text).scheme
    except ValueError:
        return ""


def is_fingerprinted(text: str) -> bool:
    """Whether a URL changes with the content behind it: a hash or a version in the file's name, or in its query."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    stem = parts.path.rpartition("/")[2].rpartition(".")[0]
    if _VERSION.search(stem) or _VERSION_QUERY.search(f"&{parts.query}"):
        return True
    return any(_is_hash(word) for word in re.split(r"[.\-_~]", stem))


def _is_hash(word: str) -> bool:
    """Eight or more hexadecimal digits, or letters and digits in a mixture that no word has."""
    if len(word) < 8 or not word.isascii() or not word.isalnum():
        return False
    digits = sum(character.isdigit() for character in word)
    if re.fullmatch(r"[0-9a-f]+", word):
        return digits > 0 or len(word) >= 16
    mixed = any(character.isupper() for character in word[1:]) and any(character.islower() for character in word)
    return (0 < digits < len(word)) or mixed


def _host(host: str) -> str:
    try:
        ascii_host = (host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")).lower().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("an address whose host is no name") from None
    if not ascii_host or not set(ascii_host) <= _HOST_CHARACTERS:
        raise ValueError("an address whose host is no name")
    return ascii_host
