"""The domain gatherer against a real DNS: every fault seen, and its look-alikes left alone."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import dns.flags
import dns.message
import dns.name
import dns.rcode
import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.errors import NoAnswer
from launchready.gather import discovery, domain
from launchready.model.facts import DomainFacts, Existence, Fact, HostFacts, NameserverFacts, Reach, RecordFacts
from launchready.model.gap import Gap, peek
from launchready.model.launch import ConnectTo, DnsRecord, Host, Launch, Network, Role
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from tests.box.answerer import Answerer, reply
from tests.box.internet import Internet
from tests.box.raw_server import unanswered

F = TypeVar("F", bound=Fact)

NAME = "parley.example"
CHECKS = [check for check in registered(TOPICS).values() if check.topic in ("domain", "nameservers")]


def launch(*hosts: str, domain: str = NAME, records: tuple[DnsRecord, ...] = ()) -> Launch:
    return Launch(
        domain=domain, name="Parley", hosts=tuple(Host(name=host, role=Role.APP) for host in hosts), records=records
    )


def looked(wanted: Launch, network: Network, now: datetime | None = None) -> tuple[Fact, ...]:
    async def look() -> tuple[Fact, ...]:
        deadline = Deadline(network.deadline_s)
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            return await domain.look(wanted, dns, http, now or datetime.now(UTC))

    return asyncio.run(look())


def judged(wanted: Launch, facts: tuple[Fact, ...]) -> Judgement:
    return judge(CHECKS, facts, wanted, datetime.now(UTC))


def found(wanted: Launch, facts: tuple[Fact, ...]) -> set[tuple[str, str]]:
    return {(finding.check, finding.subject) for finding in judged(wanted, facts).findings}


def one(kind: type[F], facts: tuple[Fact, ...], subject: str = NAME) -> F:
    return next(fact for fact in facts if isinstance(fact, kind) and fact.subject == subject)


def test_a_clean_domain_has_no_finding(internet: Internet) -> None:
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\nwww 5 CNAME @\napp 5 A {internet.ipv4()}\n", signed=True)
    wanted = launch(NAME, f"www.{NAME}", f"app.{NAME}")
    facts = looked(wanted, internet.serve_dns())
    assert found(wanted, facts) == set()
    seen = one(DomainFacts, facts)
    assert seen.apex is Existence.FOUND
    assert seen.apex_cname is None
    assert seen.nameservers == (f"ns1.{NAME}", f"ns2.{NAME}")
    assert set(seen.nameserver_addresses) == {internet.ns1, internet.ns2}
    assert seen.dnssec.signed and seen.dnssec.problem is None
    assert peek(seen, "registration") == Gap("the .example registry offers no RDAP")
    assert one(HostFacts, facts, f"www.{NAME}").cname_chain == (NAME,)
    assert one(HostFacts, facts).ipv6_reach is None
    assert {fact.subject for fact in facts if isinstance(fact, NameserverFacts)} == set(seen.nameservers)


def test_an_unsigned_zone_is_no_problem(internet: Internet) -> None:
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n")
    facts = looked(launch(NAME), internet.serve_dns())
    assert not one(DomainFacts, facts).dnssec.signed
    assert found(launch(NAME), facts) == set()


def test_what_is_missing_is_told_apart_from_what_exists_without_an_address(internet: Internet) -> None:
    internet.zone(NAME, "mail 5 MX 10 mx.example.\nold 5 CNAME gone.parley.example.\nwww 5 CNAME mail\n")
    hosts = [f"{label}.{NAME}" for label in ("mail", "old", "none", "www")]
    wanted = launch(*hosts)
    facts = looked(wanted, internet.serve_dns())
    assert found(wanted, facts) == {
        ("domain-does-not-resolve", NAME),
        ("host-missing", hosts[0]),
        ("dangling-cname", hosts[1]),
        ("host-missing", hosts[2]),
        ("host-missing", hosts[3]),
    }
    assert one(HostFacts, facts, hosts[0]).existence is Existence.NODATA
    assert one(HostFacts, facts, hosts[1]).dangling == f"gone.{NAME}"
    assert one(HostFacts, facts, hosts[2]).existence is Existence.NXDOMAIN
    unregistered = launch(domain="nobody.example")
    facts = looked(unregistered, internet.network())
    assert found(unregistered, facts) == {("domain-does-not-resolve", "nobody.example")}


@pytest.mark.parametrize(
    ("broken", "problem"),
    [("expired", "ended 20"), ("wrong-ds", "none of the zone's keys matches"), ("tampered", "does not match")],
)
def test_each_way_of_breaking_dnssec_is_named(internet: Internet, broken: str, problem: str) -> None:
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n", broken=broken)
    facts = looked(launch(NAME), internet.serve_dns())
    assert problem in (one(DomainFacts, facts).dnssec.problem or "")
    assert found(launch(NAME), facts) == {("dnssec-broken", NAME)}


def test_one_nameserver_with_old_signatures_is_named(internet: Internet) -> None:
    """The first to be asked is fine, and so may be the one that the resolver happens to ask."""
    lagging = internet.ipv4()
    servers = {f"ns1.{NAME}": internet.ns1, f"ns2.{NAME}": lagging}
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n", signed=True, nameservers=servers)
    network = internet.serve_dns()
    internet.lagging(lagging, NAME)
    facts = looked(launch(NAME), network)
    problem = one(DomainFacts, facts).dnssec.problem or ""
    assert problem.startswith("the signature of its DNSKEY records ended 20")
    assert problem.endswith(f" at ns2.{NAME}")
    assert found(launch(NAME), facts) == {("dnssec-broken", NAME)}


def test_lame_nameservers_say_what_they_do_instead(internet: Internet) -> None:
    servers = {
        f"ns1.{NAME}": internet.ns1,
        f"refusing.{NAME}": internet.refusing,
        f"unsure.{NAME}": internet.ipv4(),
        f"silent.{NAME}": internet.silent(),
        f"nothing.{NAME}": internet.ipv4(),
    }
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n", nameservers=servers)
    network = internet.serve_dns()
    soa = f"{NAME}. 5 SOA ns1.{NAME}. hostmaster.{NAME}. 1 2 3 4 5"
    with Answerer(servers[f"unsure.{NAME}"], lambda query, _: reply(query, soa).to_wire()):
        facts = looked(launch(NAME), network)
    assert one(NameserverFacts, facts, f"ns1.{NAME}").problem is None
    assert one(NameserverFacts, facts, f"refusing.{NAME}").problem == f"{internet.refusing} answers REFUSED"
    assert "without authority" in (one(NameserverFacts, facts, f"unsure.{NAME}").problem or "")
    assert "nothing answers DNS" in (one(NameserverFacts, facts, f"nothing.{NAME}").problem or "")
    silent = servers[f"silent.{NAME}"]
    assert peek(one(NameserverFacts, facts, f"silent.{NAME}"), "problem") == Gap(f"no answer from {silent}")
    judgement = judged(launch(NAME), facts)
    lame = {finding.subject for finding in judgement.findings if finding.check == "nameserver-lame"}
    assert lame == {f"{label}.{NAME}" for label in ("refusing", "unsure", "nothing")}
    assert ("nameserver-lame", f"silent.{NAME}") in {(one.check, one.subject) for one in judgement.unknown}


def test_a_zone_whose_nameservers_are_all_lame_is_still_found(internet: Internet) -> None:
    internet.zone(NAME, "", nameservers={f"ns1.{NAME}": internet.refusing})
    facts = looked(launch(NAME), internet.serve_dns())
    assert ("nameserver-lame", f"ns1.{NAME}") in found(launch(NAME), facts)
    assert ("nameserver-single", NAME) in found(launch(NAME), facts)


def test_two_names_of_one_machine_are_one_nameserver(internet: Internet) -> None:
    internet.zone(
        NAME, f"@ 5 A {internet.ipv4()}\n", nameservers={f"a.{NAME}": internet.ns1, f"b.{NAME}": internet.ns1}
    )
    facts = looked(launch(NAME), internet.serve_dns())
    assert found(launch(NAME), facts) == {("nameserver-single", NAME)}


def test_a_nameserver_in_another_zone_is_asked_where_that_zone_says(internet: Internet) -> None:
    internet.zone("dns.example", f"a 5 A {internet.ns1}\nb 5 A {internet.ns2}\n")
    internet.zone(
        NAME, f"@ 5 A {internet.ipv4()}\n", nameservers={"a.dns.example": internet.ns1, "c.dns.example": internet.ns2}
    )
    facts = looked(launch(NAME), internet.serve_dns())
    assert one(NameserverFacts, facts, "a.dns.example").problem is None
    assert one(NameserverFacts, facts, "c.dns.example").problem == "has no address"


def test_records_compare_in_one_form(internet: Internet) -> None:
    long = "v=DKIM1; p=" + "A" * 300
    internet.zone(
        NAME,
        f'@ 5 A {internet.ipv4()}\n@ 5 MX 10 Mail.{NAME}.\n@ 5 TXT "v=spf1 -all"\n@ 5 CAA 0 issue "letsencrypt.org"\n'
        f'k 5 TXT "{long[:200]}" "{long[200:]}"\nx 5 A 192.0.2.1\nx 5 A 192.0.2.2\ny 5 A 192.0.2.1\ny 5 A 192.0.2.2\n',
    )
    right = (
        DnsRecord(name=NAME, type="MX", value=f"10 mail.{NAME}"),
        DnsRecord(name=NAME, type="TXT", value="v=spf1 -all"),
        DnsRecord(name=NAME, type="CAA", value='0 issue "letsencrypt.org"'),
        DnsRecord(name=f"k.{NAME}", type="TXT", value=long),
        DnsRecord(name=f"x.{NAME}", type="A", value="192.0.2.1"),
        DnsRecord(name=f"x.{NAME}", type="A", value="192.0.2.2"),
    )
    wrong = (
        DnsRecord(name=f"y.{NAME}", type="A", value="192.0.2.1"),
        DnsRecord(name=f"none.{NAME}", type="TXT", value="here"),
    )
    wanted = launch(NAME, records=right + wrong)
    facts = looked(wanted, internet.serve_dns())
    assert found(wanted, facts) == {("record-differs", f"y.{NAME} A"), ("record-differs", f"none.{NAME} TXT")}
    assert one(RecordFacts, facts, f"{NAME} MX").found == (f"10 mail.{NAME}",)


def test_private_addresses_and_ipv6(internet: Internet) -> None:
    open_, closed = internet.ipv6(), internet.ipv6()
    pair = internet.ca.issue(NAME)
    internet.nginx(
        f"server {{ listen [{open_}]:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key}; }}"
    )
    internet.zone(
        NAME,
        f"@ 5 A {internet.ipv4()}\n@ 5 AAAA {open_}\nclosed 5 AAAA {closed}\nprivate 5 A 10.1.2.3\n"
        "far 5 AAAA 2600::1\n"
        "documentation 5 A 192.0.2.7\n",
    )
    hosts = [f"{label}.{NAME}" for label in ("closed", "private", "documentation", "far")]
    wanted = launch(NAME, *hosts)
    facts = looked(wanted, internet.serve_dns())
    assert found(wanted, facts) == {("ipv6-unreachable", hosts[0]), ("private-address-published", hosts[1])}
    assert one(HostFacts, facts).ipv6_reach is Reach.OPEN
    assert peek(one(HostFacts, facts, f"far.{NAME}"), "ipv6_reach") == Gap("this machine has no IPv6")
    roads = (ConnectTo(host=NAME, port=443, to_host="127.0.0.1", to_port=8443),)
    facts = looked(wanted, internet.network(connect_to=roads))
    assert isinstance(peek(one(HostFacts, facts), "ipv6_reach"), Gap)


def test_an_ipv6_address_behind_a_firewall_is_silent(internet: Internet) -> None:
    dropped = internet.ipv6()
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n@ 5 AAAA {dropped}\n")
    network = internet.serve_dns()
    with unanswered(dropped, 443):
        facts = looked(launch(NAME), network)
    assert one(HostFacts, facts).ipv6_reach is Reach.SILENT
    assert found(launch(NAME), facts) == {("ipv6-unreachable", NAME)}


def test_caa_is_inherited_from_the_parent(internet: Internet) -> None:
    internet.zone(
        NAME,
        f'@ 5 A {internet.ipv4()}\n@ 5 CAA 0 issue "pki.goog; validationmethods=dns-01"\na.b 5 A 192.0.2.1\n'
        'own 5 CAA 128 issue ";"\nown 5 A 192.0.2.2\n',
    )
    hosts = [f"a.b.{NAME}", f"own.{NAME}"]
    facts = looked(launch(*hosts), internet.serve_dns())
    (inherited,) = one(HostFacts, facts, hosts[0]).caa
    assert (inherited.owner, inherited.tag, inherited.value, inherited.critical) == (NAME, "issue", "pki.goog", False)
    (own,) = one(HostFacts, facts, hosts[1]).caa
    assert (own.owner, own.value, own.critical) == (hosts[1], "", True)


def test_the_registry_is_asked_at_its_real_address(internet: Internet) -> None:
    pair = internet.ca.issue("rdap.verisign.com")
    address = internet.ipv4()
    answer = (
        '{"objectClassName":"domain","status":["active"],'
        '"events":[{"eventAction":"expiration","eventDate":"2026-01-02T00:00:00Z"}]}'
    )
    internet.nginx(
        f"server {{ listen {address}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" location = /com/v1/domain/parley.com {{ return 200 '{answer}'; }}"
        " location = /com/v1/domain/moved.com { return 302 /com/v1/domain/parley.com; }"
        " location = /com/v1/domain/garbage.com { return 200 '[[[['; }"
        " location / { return 404; } }"
    )
    internet.zone("verisign.com", f"rdap 5 A {address}\n")
    internet.zone("parley.com", f"@ 5 A {internet.ipv4()}\n")
    network = internet.serve_dns()
    facts = looked(launch(domain="parley.com"), network)
    seen = one(DomainFacts, facts, "parley.com").registration
    assert seen.expires == datetime(2026, 1, 2, tzinfo=UTC)
    assert found(launch(domain="parley.com"), facts) == {
        ("domain-expires-soon", "parley.com"),
        ("domain-lock-missing", "parley.com"),
    }
    for name, reason in (
        ("app.moved.com", None),
        ("garbage.com", "the .com registry's RDAP answers nonsense"),
        ("unknown.com", "the .com registry knows no domain unknown.com"),
        ("parley.co.zz", "the .zz registry offers no RDAP"),
        ("parley.github.io", "github.io is registered by the platform that lends parley.github.io"),
    ):
        registration = peek(one(DomainFacts, looked(launch(domain=name), network), name), "registration")
        assert (registration.reason if isinstance(registration, Gap) else None) == reason


def test_a_host_below_the_zone_belongs_to_it(internet: Internet) -> None:
    internet.zone(NAME, f"app 5 CNAME lb.{NAME}.\nlb 5 A {internet.ipv4()}\n", signed=True)
    facts = looked(launch(domain=f"app.{NAME}"), internet.serve_dns())
    seen = one(DomainFacts, facts, f"app.{NAME}")
    assert seen.nameservers == (f"ns1.{NAME}", f"ns2.{NAME}")
    assert seen.apex_cname is None
    assert seen.dnssec.signed and seen.dnssec.problem is None


def test_a_dead_resolver_leaves_one_reason(internet: Internet) -> None:
    dead = internet.silent()
    wanted = launch(NAME, records=(DnsRecord(name=NAME, type="A", value="192.0.2.1"),))
    facts = looked(wanted, replace(internet.network(deadline_s=3), resolver=(dead, 53)))
    judgement = judged(wanted, facts)
    assert not judgement.findings
    assert {(fact.subject, type(fact)) for fact in facts} == {
        (NAME, DomainFacts),
        (NAME, NameserverFacts),
        (NAME, HostFacts),
        (f"{NAME} A", RecordFacts),
    }
    assert "domain-does-not-resolve" in {unknown.check for unknown in judgement.unknown}


@pytest.mark.parametrize("wildcard", [False, True])
def test_discovery_takes_what_exists_and_no_wildcard(internet: Internet, wildcard: bool) -> None:
    shared = internet.ipv4()
    own = f"* 5 A {shared}\n" if wildcard else f"www 5 A {shared}\n"
    internet.zone(NAME, f"@ 5 A {shared}\n{own}app 5 A {internet.ipv4()}\n")
    bare = Launch(domain=NAME, name=NAME, declared=False)

    async def discovered(given: Launch, network: Network) -> Launch:
        async with Dns(network, Deadline(10)) as dns:
            return await discovery.discover(given, dns)

    network = internet.serve_dns()
    hosts = asyncio.run(discovered(bare, network)).hosts
    expected = {NAME: Role.SITE, f"app.{NAME}": Role.APP} | ({} if wildcard else {f"www.{NAME}": Role.REDIRECT})
    assert {host.name: host.role for host in hosts} == expected
    assert [host.name for host in hosts if host.declared] == [NAME]
    declared = launch(f"app.{NAME}")
    beside = {host.name: host.role for host in asyncio.run(discovered(declared, network)).hosts if not host.declared}
    assert beside == {NAME: Role.SITE} | ({} if wildcard else {f"www.{NAME}": Role.REDIRECT})


def test_a_name_that_dns_does_not_answer_for_is_not_dropped(internet: Internet) -> None:
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\napp 5 NS ns.app\nns.app 5 A {internet.silent()}\n")
    bare, network = Launch(domain=NAME, name=NAME, declared=False), internet.serve_dns()

    async def discovered() -> Launch:
        async with Dns(network, Deadline(30)) as dns:
            return await discovery.discover(bare, dns)

    assert f"app.{NAME}" in {host.name for host in asyncio.run(discovered()).hosts}


def test_a_cname_at_the_apex_is_seen_though_it_hides_the_soa(internet: Internet) -> None:
    """No honest server loads such a zone; some providers serve it all the same."""
    strange = internet.ipv4()
    internet.zone(NAME, "", nameservers={f"ns1.{NAME}": strange})
    internet.zone("platform.example", "lb 5 A 192.0.2.1\n")
    network = internet.serve_dns()

    def answers(query: dns.message.Message, _: str) -> bytes:
        apex = query.question[0].name == dns.name.from_text(NAME)
        record = f"{NAME}. 5 CNAME lb.platform.example." if apex else f"ns1.{NAME}. 5 A {strange}"
        return reply(query, record, flags=dns.flags.AA).to_wire()

    with Answerer(strange, answers):
        facts = looked(launch(NAME), network)
    assert one(DomainFacts, facts).apex_cname == "lb.platform.example"
    assert one(NameserverFacts, facts, f"ns1.{NAME}").problem is None
    assert ("cname-at-apex", NAME) in found(launch(NAME), facts)


def test_a_lame_nameserver_does_not_speak_for_a_signed_zone(internet: Internet) -> None:
    servers = {f"a.{NAME}": internet.refusing, f"b.{NAME}": internet.ns1, f"c.{NAME}": internet.ns2}
    internet.zone(NAME, f"@ 5 A {internet.ipv4()}\n", nameservers=servers, signed=True)
    facts = looked(launch(NAME), internet.serve_dns())
    assert found(launch(NAME), facts) == {("nameserver-lame", f"a.{NAME}")}
    assert one(DomainFacts, facts).dnssec.problem is None


def test_a_resolver_that_knows_nothing_at_all_says_nothing_of_the_domain(internet: Internet) -> None:
    """As those of machines that are offline: they answer NXDOMAIN to everything, even to the root."""
    nowhere = internet.ipv4()
    network = replace(internet.network(deadline_s=5), resolver=(nowhere, 53))
    with Answerer(nowhere, lambda query, _: reply(query, rcode=dns.rcode.NXDOMAIN).to_wire()):
        facts = looked(launch(NAME), network)
    offline = Gap("the resolver knows no name at all; this machine may be offline")
    assert peek(one(HostFacts, facts), "existence") == offline
    assert found(launch(NAME), facts) == set()


def test_an_address_of_the_local_network_is_not_connected_to(internet: Internet) -> None:
    internet.zone(NAME, "@ 5 A 127.0.0.1\n")
    network = internet.serve_dns()

    async def asked() -> object:
        async with Dns(network, Deadline(10)) as dns:
            return await dns.endpoints(NAME, 443)

    with pytest.raises(NoAnswer, match="leads into a private network"):
        asyncio.run(asked())
    assert ("private-address-published", NAME) in found(launch(NAME), looked(launch(NAME), network))
