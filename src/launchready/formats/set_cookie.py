"""One Set-Cookie header as a browser reads it (RFC 6265bis, section 5.6), its value left out; no input raises."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_ATTRIBUTE = 1024  # octets, RFC 6265bis, section 5.6
LONGEST_PAIR = 4096  # octets of name and value together, section 5.6
_DELIMITERS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?!\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Words in the names of cookies that log somebody in; and of those that scripts are meant to read, or that only count.
_SESSION = re.compile(
    r"sess|(?:^|[._-])s?sid$|auth(?!or)|token|jwt|remember|identity|wordpress_logged_in|^\.aspxauth|aspnetcore\.cookies|"
    r"credential",
    re.IGNORECASE,
)
_NO_SESSION = re.compile(
    r"csrf|xsrf|antiforgery|consent|analytics|visitor|state|nonce|pkce|callback|^_g(?:a|id)|^_fbp|^_hj|^_ph_|__cf|"
    r"^intercom|^__stripe",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """A cookie without its value. `same_site` is "Strict", "Lax" or "None"; None when not given or not known.

    `has_path_root`: Path=/ was given. `domain` is the attribute, None when the cookie is for its own host only.
    """

    name: str
    secure: bool
    http_only: bool
    same_site: str | None
    domain: str | None
    has_path_root: bool
    max_age_s: int | None
    expires: datetime | None

    def rejected(self) -> str | None:
        """Why browsers throw this cookie away, in words; None when they keep it (sections 5.7 and 4.1.3)."""
        name = self.name.lower()
        if name.startswith(("__host-", "__secure-")) and not self.secure:
            return f"a name that begins with {self.name[: self.name.index('-') + 1]} needs Secure"
        if name.startswith("__host-") and (self.domain is not None or not self.has_path_root):
            return "a name that begins with __Host- needs Path=/ and no Domain"
        if self.same_site == "None" and not self.secure:
            return "SameSite=None needs Secure"
        return None

    def gone(self, now: datetime) -> bool:
        """Whether this only tells the browser to forget the cookie; Max-Age wins over Expires (section 5.5)."""
        if self.max_age_s is not None:
            return self.max_age_s <= 0
        return self.expires is not None and self.expires <= now


def read(header: str) -> SetCookie | None:
    """The cookie that one header sets; None when a browser ignores the header."""
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", header):
        return None
    pair, *rest = header.split(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if equals else ("", name.strip(" \t"))
    if (not name and not value) or len(name) + len(value) > LONGEST_PAIR:
        return None
    if not name and value.lower().startswith(("__secure-", "__host-")):
        return None
    given = dict(_attribute(part) for part in rest if len(part) <= LONGEST_ATTRIBUTE)
    return SetCookie(
        name=name,
        secure="secure" in given,
        http_only="httponly" in given,
        same_site={"strict": "Strict", "lax": "Lax", "none": "None"}.get(given.get("samesite", "").lower()),
        domain=given.get("domain", "").removeprefix(".").lower() or None,
        has_path_root=given.get("path") == "/",
        max_age_s=_max_age(given.get("max-age", "")),
        expires=date(given.get("expires", "")),
    )


def without_value(header: str) -> str:
    """The header as it may be kept: what the cookie holds is nobody's business but the browser's."""
    pair, semicolon, attributes = header.partition(";")
    name, equals, _ = pair.partition("=")
    return f"{name}{equals}{semicolon}{attributes}" if equals else f"{semicolon}{attributes}"


def date(text: str) -> datetime | None:
    """A cookie-date by the forgiving algorithm of section 5.1.1; None when it is none."""
    time = day = month = year = None
    for token in _DELIMITERS.split(text[:LONGEST_ATTRIBUTE]):
        if time is None and (found := _TIME.match(token)):
            time = (int(found[1]), int(found[2]), int(found[3]))
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = _full_year(int(found[1]))
    if time is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        hour, minute, second = time
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _full_year(year: int) -> int:
    if 70 <= year <= 99:
        return year + 1900
    return year + 2000 if year <= 69 else year


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(" \t").lower(), value.strip(" \t")


def _max_age(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII) else None


def is_session(name: str) -> bool:
    """Whether a cookie of this name is likely to log somebody in."""
    return bool(_SESSION.search(name)) and not _NO_SESSION.search(name)
