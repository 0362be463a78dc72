"""The demo's name servers answer as real ones do, over UDP and TCP."""

import asyncio

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest

from launchready.demo.declared import DOMAIN, ROOT, TLD, nameservers
from launchready.demo.nameserver import Nameserver, listening

PARLEY = nameservers(frozenset())[f"ns1.{DOMAIN}"]
RESOLVER = Nameserver(zones=(ROOT, TLD, *PARLEY), recursive=True)
OWN = Nameserver(zones=PARLEY)
PARENT = Nameserver(zones=(TLD,))


def asked(server: Nameserver, name: str, rdtype: str) -> dns.message.Message:
    wire = server.answer(dns.message.make_query(name, rdtype).to_wire())
    assert wire
    return dns.message.from_wire(wire)


@pytest.mark.parametrize(
    ("server", "name", "rdtype", "rcode", "flag", "answers"),
    [
        (RESOLVER, "parley.example", "A", dns.rcode.NOERROR, dns.flags.RA, 1),
        (RESOLVER, "PARLEY.example", "A", dns.rcode.NOERROR, dns.flags.RA, 1),
        (RESOLVER, "parley.example", "AAAA", dns.rcode.NOERROR, dns.flags.RA, 0),
        (RESOLVER, "parley.example", "DS", dns.rcode.NOERROR, dns.flags.RA, 0),
        (RESOLVER, "no.parley.example", "A", dns.rcode.NXDOMAIN, dns.flags.RA, 0),
        (RESOLVER, "nic.example", "A", dns.rcode.NOERROR, dns.flags.RA, 0),
        (RESOLVER, "a.nic.example", "A", dns.rcode.NOERROR, dns.flags.RA, 1),
        (RESOLVER, "launchready.invalid", "A", dns.rcode.NXDOMAIN, dns.flags.RA, 0),
        (OWN, "app.parley.example", "A", dns.rcode.NOERROR, dns.flags.AA, 1),
        (OWN, "parley.example", "SOA", dns.rcode.NOERROR, dns.flags.AA, 1),
        (OWN, "other.example", "A", dns.rcode.REFUSED, 0, 0),
        (PARENT, "app.parley.example", "A", dns.rcode.NOERROR, 0, 0),
        (PARENT, "parley.example", "DS", dns.rcode.NOERROR, dns.flags.AA, 0),
        (PARENT, "no.example", "A", dns.rcode.NXDOMAIN, dns.flags.AA, 0),
    ],
)
def test_answers(server: Nameserver, name: str, rdtype: str, rcode: int, flag: int, answers: int) -> None:
    response = asked(server, name, rdtype)
    assert response.rcode() == rcode
    assert response.flags & (dns.flags.AA | dns.flags.RA) == flag
    assert len(response.answer) == answers


def test_a_parent_refers_to_its_child() -> None:
    response = asked(PARENT, "app.parley.example", "A")
    assert [rrset.name.to_text() for rrset in response.authority] == ["parley.example."]
    assert sorted(rdata.to_text() for rdata in response.authority[0]) == ["ns1.parley.example.", "ns2.parley.example."]


def test_what_is_no_question_is_not_answered() -> None:
    answer = dns.message.make_response(dns.message.make_query("parley.example", "A"))
    for wire in (b"", b"\0" * 5, b"\xff" * 600, answer.to_wire()):
        assert RESOLVER.answer(wire) is None


def test_udp_and_tcp_share_a_port_that_is_free_again_afterwards() -> None:
    asyncio.run(both_ways())


async def both_ways() -> None:
    query = dns.message.make_query("www.parley.example", "A")
    async with listening(RESOLVER) as port, listening(Nameserver(zones=(ROOT,))) as other:
        assert port != other
        for ask in (dns.asyncquery.udp, dns.asyncquery.tcp):
            response = await ask(query, "127.0.0.1", timeout=10, port=port)
            assert response.answer[0][0].to_text() == "203.0.113.10"
        _, silent = await asyncio.open_connection("127.0.0.1", port)
    silent.close()
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)
