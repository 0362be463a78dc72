"""A browser's cookies for the length of one walk (RFC 6265bis, the parts that decide where a redirect leads)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from launchready.formats import set_cookie

LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cookie is sent: `host` alone, or with everything below it when `below`; under `path`; over TLS alone
    when `secure`, which is no part of what makes it this cookie (section 5.7): one without it replaces one with it."""

    name: str
    host: str
    below: bool
    path: str
    secure: bool = field(compare=False)

    def holds(self, scheme: str, host: str, path: str) -> bool:
        """Whether a request is to be given the cookie (section 5.8.3)."""
        here = host == self.host or (self.below and host.endswith(f".{self.host}"))
        under = path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")
        return here and under and (not self.secure or _is_safe(scheme, host))


Jar = Mapping[Place, str]


def kept(jar: Jar, url: str, headers: Iterable[tuple[str, str]]) -> Jar:
    """The jar after an answer from `url`; what was told to go is gone, by the answer's own clock."""
    headers = tuple(headers)
    lines = [value for key, value in headers if key == "set-cookie"]
    if not lines:
        return jar
    after = dict(jar)
    now = next((set_cookie.date(value) for key, value in headers if key == "date"), None)
    for line in lines:
        place = _place(line[:4096], url)
        if place is None:
            continue
        cookie = set_cookie.read(line[:4096])
        # Without a clock, only what ended long ago is taken for gone: servers delete with a day in 1970.
        ends = cookie.expires if cookie else None
        over = bool(ends and (ends <= now if now else ends.year < 2000))
        before = next((one for one in after if one == place), None)
        if before and before.secure and not _is_safe(*_origin(url)):
            continue
        if cookie and (cookie.max_age_s <= 0 if cookie.max_age_s is not None else over):
            after.pop(place, None)
        elif before or len(after) < LIMIT:
            after.pop(place, None)  # the key, too, says what the newest line does
            after[place] = line[:4096].partition(";")[0].partition("=")[2].strip()
    return after


def sent(jar: Jar, url: str) -> str:
    """The Cookie header for a request to `url`, longer paths first; empty when there is nothing to send."""
    if not jar:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:  # where a server leads to; nobody will be asked there
        return ""
    here = parts.scheme, parts.hostname or "", parts.path or "/"
    fitting = [(place, value) for place, value in jar.items() if place.holds(*here)]
    return "; ".join(f"{place.name}={value}" for place, value in sorted(fitting, key=lambda one: -len(one[0].path)))


def value_at(jar: Jar, url: str, name: str) -> str | None:
    """The value of the cookie of that name that a request to `url` is given first."""
    pairs = (pair.partition("=") for pair in sent(jar, url).split("; "))
    return next((value for key, _, value in pairs if key == name and value), None)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or ""


def _is_safe(scheme: str, host: str) -> bool:
    """Whether Secure cookies go there: over TLS, and in browsers to this machine (Secure Contexts, section 3.1)."""
    if scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _place(line: str, url: str) -> Place | None:
    """Where the cookie belongs; None when a browser ignores it: no name, or meant for somebody else's domain."""
    cookie, parts = set_cookie.read(line), urlsplit(url)
    host = parts.hostname or ""
    if cookie is None or not cookie.name or cookie.rejected() or (cookie.secure and not _is_safe(parts.scheme, host)):
        return None
    if cookie.domain and host != cookie.domain and not host.endswith(f".{cookie.domain}"):
        return None
    return Place(
        name=cookie.name,
        host=cookie.domain or host,
        below=cookie.domain is not None,
        path=_path(line, parts.path),
        secure=cookie.secure,
    )


def _path(line: str, asked: str) -> str:
    """The Path attribute, else the folder of what was asked for (section 5.1.4)."""
    given = [part.partition("=")[2].strip() for part in line.split(";")[1:] if part.strip().lower().startswith("path=")]
    if given and given[-1].startswith("/"):
        return given[-1]
    return asked.rpartition("/")[0] or "/"
