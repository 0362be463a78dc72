"""Response headers that we judge by, read by their grammar; no input raises."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

Headers = Iterable[tuple[str, str]]

_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_DIRECTIVE = re.compile(rf'(?:({_NAME})\s*(?:=\s*({_NAME}|"(?:[^"\\]|\\.)*"))?)?')
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)')
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hsts:
    """A valid Strict-Transport-Security policy (RFC 6797, section 6.1)."""

    max_age_s: int
    include_subdomains: bool


def values(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of the header `name` (lower case), in order."""
    return tuple(value for key, value in headers if key == name)


def hsts(headers: Headers) -> Hsts | None:
    """The policy that a browser keeps: the first header only (RFC 6797, section 8.1); None when absent or invalid."""
    sent = values(headers, "strict-transport-security")
    directives = _directives(sent[0]) if sent else None
    if directives is None or not re.fullmatch(r"[0-9]{1,18}", directives.get("max-age", "")):
        return None
    return Hsts(max_age_s=int(directives["max-age"]), include_subdomains="includesubdomains" in directives)


def upgrades_insecure(headers: Headers) -> bool:
    """Whether a content security policy makes browsers load http: parts over https:."""
    policies = ";".join(values(headers, "content-security-policy")).replace(",", ";").lower().split(";")
    return "upgrade-insecure-requests" in map(str.strip, policies)


def canonical_links(headers: Headers) -> tuple[str, ...]:
    """Targets of Link headers whose relation is canonical (RFC 8288, RFC 6596)."""
    found = []
    for value in values(headers, "link"):
        for target, parameters in _LINK.findall(value[:8192]):
            relation = _REL.search(parameters)
            if relation and "canonical" in relation[1].lower().split():
                found.append(target)
    return tuple(found)


def is_html(headers: Headers) -> bool:
    """Whether a browser would show this as a page; without a type it would look and see."""
    kinds = values(headers, "content-type")
    return not kinds or kinds[0].partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")


def _directives(text: str) -> dict[str, str] | None:
    """Directive names, lower case, with their values; None when one is malformed or stands twice."""
    found: dict[str, str] = {}
    for part in text[:4096].split(";"):
        directive = _DIRECTIVE.fullmatch(part.strip())
        if directive is None or (directive[1] or "").lower() in found:
            return None
        if directive[1]:
            found[directive[1].lower()] = (directive[2] or "").strip('"')
    return found
