"""Does a certificate speak for a host? RFC 9525, section 6."""

from collections.abc import Iterable
from ipaddress import ip_address


def matches(host: str, names: Iterable[str]) -> bool:
    """Whether one of the certificate's names is `host`; "*." stands for exactly one leftmost label."""
    wanted = _plain(host)
    _, _, parent = wanted.partition(".")
    for name in map(_plain, names):
        if name == wanted or (name.startswith("*.") and parent and name[2:] == parent and not _is_address(wanted)):
            return True
    return False


def _plain(name: str) -> str:
    lowered = name.lower().rstrip(".")
    return str(ip_address(lowered)) if _is_address(lowered) else lowered


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
