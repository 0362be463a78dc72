"""Which terms let strangers pass: everybody, or so many addresses that it comes to the same."""

from collections.abc import Iterable
from ipaddress import IPv4Network, collapse_addresses

from launchready.formats.spf.terms import Mechanism, Network

# The largest block that one sender of mail has had is an IPv4 /8; registries hand out IPv6 from /12 down to /19 or so.
NARROWEST_IPV4, NARROWEST_IPV6 = 8, 16
A_SIXTEENTH = 2**28  # of all IPv4 addresses


def alone(term: Mechanism) -> str | None:
    """Words for how the term matches everybody by itself, "" for `all`; None when it does not."""
    if term.name == "all":
        return ""
    if term.network is not None:
        length, ipv4 = term.network.prefixlen, isinstance(term.network, IPv4Network)
        return _share(length, NARROWEST_IPV4 if ipv4 else NARROWEST_IPV6)
    if term.name in ("a", "mx"):
        return _share(term.ipv4_length, NARROWEST_IPV4) or _share(term.ipv6_length, NARROWEST_IPV6)
    return None


def together(networks: Iterable[Network]) -> tuple[str, ...]:
    """Words for what many networks allow together, when that is a sixteenth of IPv4 or more."""
    count = sum(
        one.num_addresses for one in collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    )
    return (f"its ip4 terms together allow {count:,} addresses",) if count >= A_SIXTEENTH else ()


def _share(length: int, narrowest: int) -> str | None:
    if length >= narrowest:
        return None
    return ", which is every address" if length == 0 else f", which is one address in {2**length}"
