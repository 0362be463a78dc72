"""Does a certificate speak for a host? RFC 9525, section 6."""

from collections.abc import Iterable
from ipaddress import ip_address


def matches(host: str, names: Iterable[str]) -> bool:
    """Whether one of the certificate's names is `host`; "*." stands for exactly one leftmost label.

    Clients take no wildcard right below a top-level domain, such as *.com.
    """
    wanted = _plain(host)
    label, _, parent = wanted.partition(".")
    wildcard = f"*.{parent}" if label and "." in parent and not _is_address(wanted) else wanted
    return any(name in (wanted, wildcard) for name in map(_plain, names))


def _plain(name: str) -> str:
    lowered = name.lower().rstrip(".")
    return str(ip_address(lowered)) if _is_address(lowered) else lowered


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
