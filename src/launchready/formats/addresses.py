"""Which addresses no stranger can reach."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# IANA special-purpose registries; documentation ranges (RFC 5737, RFC 3849) are nobody's and so not private.
_PRIVATE = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network, RFC 791
            "10.0.0.0/8",  # RFC 1918
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
            "127.0.0.0/8",  # loopback, RFC 1122
            "169.254.0.0/16",  # link-local, RFC 3927
            "172.16.0.0/12",  # RFC 1918
            "192.168.0.0/16",  # RFC 1918
            "198.18.0.0/15",  # benchmarks, RFC 2544
            "224.0.0.0/4",  # multicast, RFC 5771
            "240.0.0.0/4",  # reserved and broadcast, RFC 1112 and RFC 8190
            "::/128",  # unspecified, RFC 4291
            "::1/128",  # loopback, RFC 4291
            "fc00::/7",  # unique local, RFC 4193
            "fe80::/10",  # link-local, RFC 4291
            "fec0::/10",  # site-local, RFC 3879
            "ff00::/8",  # multicast, RFC 4291
        ),
    )
)
_CARRIERS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def is_private(text: str) -> bool:
    """Whether an IP address is one that only its own network can reach; False for what is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or _carried(address)
        if inside is not None:
            address = inside
    return any(address in network for network in _PRIVATE)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in the last 32 bits, where a translator or an old tunnel takes it from there (RFC 6052)."""
    if any(address in network for network in _CARRIERS) and int(address) & 0xFFFFFFFF > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
