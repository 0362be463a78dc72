"""Which addresses no stranger can reach."""

from ipaddress import IPv6Address, ip_address, ip_network

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
            "255.255.255.255/32",  # broadcast, RFC 8190
            "::/128",  # unspecified, RFC 4291
            "::1/128",  # loopback, RFC 4291
            "fc00::/7",  # unique local, RFC 4193
            "fe80::/10",  # link-local, RFC 4291
        ),
    )
)


def is_private(text: str) -> bool:
    """Whether an IP address is one that only its own network can reach; False for what is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is not None:
            address = inside
    return any(address in network for network in _PRIVATE)
