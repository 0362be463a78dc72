"""TLS-RPT: where senders report that encryption to a domain's mail servers failed (RFC 8460, section 3)."""

from collections.abc import Iterable

from launchready.formats import tags


def records(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the TXT records at _smtp._tls.DOMAIN that begin with v=TLSRPTv1; senders discard all others."""
    return tuple(text for text in texts if tags.parse(text[:4096]).first("v") == "TLSRPTv1")


def problem(texts: Iterable[str]) -> str | None:
    """Why senders send no reports though a record asks for them; None when they do, or none asks."""
    standing = records(texts)
    if len(standing) > 1:
        return f"{len(standing)} records stand there, so none of them counts"
    if not standing:
        return None
    found = tags.parse(standing[0][:4096])
    places = [place.strip().lower() for place in (found.get("rua") or "").split(",")]
    if not any(_usable(place) for place in places):
        return "it names no mailto: or https: address in rua="
    return found.problems[0] if found.problems else None


def _usable(place: str) -> bool:
    scheme, _, rest = place.partition(":")
    if scheme == "mailto":
        return "@" in rest.strip("@")
    return scheme == "https" and rest.startswith("//") and len(rest) > 2
