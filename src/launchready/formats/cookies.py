"""A browser's cookies for the length of one walk (RFC 6265, the parts that decide where a redirect leads)."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

Jar = Mapping[tuple[str, str], str]
LIMIT = 50


def kept(jar: Jar, url: str, headers: Iterable[tuple[str, str]]) -> Jar:
    """The jar after an answer from `url`: (domain, name) → value; what was told to expire is gone."""
    after = dict(jar)
    host = urlsplit(url).hostname or ""
    for line in (value for key, value in headers if key == "set-cookie"):
        pair, *attributes = line[:4096].split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or len(after) >= LIMIT:
            continue
        given = dict(_attribute(attribute) for attribute in attributes)
        domain = given.get("domain", "").lstrip(".").lower()
        key = (f".{domain}" if domain and _within(host, domain) else host, name)
        if given.get("max-age", "1").startswith(("0", "-")):
            after.pop(key, None)
        else:
            after[key] = value
    return after


def sent(jar: Jar, url: str) -> str:
    """The Cookie header for a request to `url`; empty when there is nothing to send."""
    host = urlsplit(url).hostname or ""
    return "; ".join(
        f"{name}={value}" for (domain, name), value in jar.items() if domain == host or _within(host, domain[1:])
    )


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()


def _within(host: str, domain: str) -> bool:
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
