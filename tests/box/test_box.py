"""The box itself: DNS from the root down, signatures that validate or do not, and no way out."""

import asyncio
import errno
import socket
import ssl

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.box.internet import Internet


def asked(internet: Internet, name: str, rdtype: str = "A") -> dns.message.Message:
    query = dns.message.make_query(name, rdtype, want_dnssec=True)
    return dns.query.udp(query, internet.resolver[0], timeout=10)


def test_names_exist_or_not_and_signatures_hold(internet: Internet) -> None:
    internet.zone("plain.example", f"@ 5 A {internet.ipv4()}\n")
    internet.zone("good.example", f"@ 5 A {internet.ipv4()}\n", signed=True)
    for broken in ("expired", "wrong-ds", "tampered"):
        internet.zone(f"{broken}.com", f"@ 5 A {internet.ipv4()}\n", broken=broken)
    internet.serve_dns()
    assert asked(internet, "plain.example").answer
    assert asked(internet, "plain.example", "MX").rcode() == dns.rcode.NOERROR
    assert asked(internet, "no.plain.example").rcode() == dns.rcode.NXDOMAIN
    assert asked(internet, "good.example").flags & dns.flags.AD
    assert not asked(internet, "plain.example").flags & dns.flags.AD
    for broken in ("expired", "wrong-ds", "tampered"):
        assert asked(internet, f"{broken}.com").rcode() == dns.rcode.SERVFAIL, broken


@pytest.mark.parametrize("key", ["ecdsa", "rsa"])
def test_nginx_and_caddy_serve_chains_that_verify(internet: Internet, key: str) -> None:
    pair = internet.ca.issue("parley.example", key=key)
    here, there = internet.ipv4(), internet.ipv6()
    internet.nginx(
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; return 200 nginx; }}"
    )
    internet.caddy(
        f"https://parley.example {{\n bind {there}\n tls {pair.certificate} {pair.key}\n respond caddy\n}}",
        (there, 443),
    )
    for address in (here, there):
        assert asyncio.run(fetched(internet, address)).endswith(b"nginx" if address == here else b"caddy")


async def fetched(internet: Internet, address: str) -> bytes:
    context = ssl.create_default_context(cafile=str(internet.ca.root_file))
    reader, writer = await asyncio.open_connection(address, 443, ssl=context, server_hostname="parley.example")
    writer.write(b"GET / HTTP/1.1\r\nHost: parley.example\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_nothing_leaves_the_box() -> None:
    with socket.socket() as opened, pytest.raises(OSError) as failure:
        opened.connect(("198.41.0.4", 53))
    assert failure.value.errno == errno.ENETUNREACH
