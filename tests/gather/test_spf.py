"""SPF against a real DNS: each fault is named with a record that mends it, its look-alikes are left alone."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.formats.spf import Evaluation, Lint, Result, check_host, lint
from launchready.gather import spf
from launchready.model.facts import SpfFacts
from launchready.model.finding import RemedyKind
from launchready.model.launch import Launch, Mail, Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from tests.box.internet import Internet

NAME = "parley.example"
CHECKS = [check for check in registered(TOPICS).values() if check.topic == "spf"]
MX = "@ 5 MX 10 mx\nmx 5 A 192.0.2.25\n"
INCLUDED = '_spf 5 TXT "v=spf1 ip4:192.0.2.0/28 -all"\n'
GOOD = f'@ 5 TXT "v=spf1 mx include:_spf.{NAME} -all"\n' + INCLUDED


def judged(internet: Internet, records: str, *senders: str, mail: bool = True) -> Judgement:
    """What the checks make of a zone with these records, whose senders are declared."""
    internet.zone(NAME, records)
    network = internet.serve_dns()
    declared = Mail(addresses=(f"hello@{NAME}",), senders=senders) if mail else None
    launch = Launch(domain=NAME, name="Parley", mail=declared, network=network)
    return judge(CHECKS, asyncio.run(looked(launch)), launch, datetime.now(UTC))


async def looked(launch: Launch) -> tuple[SpfFacts, ...]:
    async with Dns(launch.network, Deadline(launch.network.deadline_s)) as dns:
        return await spf.look(launch, dns, datetime.now(UTC))  # type: ignore[return-value]


def found(judgement: Judgement) -> set[str]:
    return {finding.check for finding in judgement.findings}


def includes(count: int) -> str:
    """A record with so many includes, and the records they lead to."""
    names = [f"i{number}" for number in range(count)]
    terms = '" "'.join(f" include:{name}.{NAME}" for name in names)  # a string each: one holds 255 characters
    return f'@ 5 TXT "v=spf1{terms} -all"\n' + "".join(f'{name} 5 TXT "v=spf1 ip4:192.0.2.1 -all"\n' for name in names)


@pytest.mark.parametrize(
    ("records", "checks"),
    [
        (MX + GOOD, set()),
        (MX, {"spf-missing"}),
        (MX + '@ 5 TXT "google-site-verification=abc"\n', {"spf-missing"}),
        (MX + GOOD.replace("v=spf1 mx", "V=SPF1 MX"), set()),
        (MX + f'@ 5 TXT "v=spf1 mx incl" "ude:_spf.{NAME} -a" "ll"\n' + INCLUDED, set()),
        (MX + GOOD + '@ 5 TXT "v=spf1 -all"\n', {"spf-multiple"}),
        (MX + '@ 5 TXT "v=spf1 mx includ:x.example -all"\n', {"spf-syntax"}),
        (MX + f'@ 5 TXT "v=spf1 mx include:nowhere.{NAME} -all"\n', {"spf-syntax"}),
        (MX + f'@ 5 TXT "v=spf1 mx include:_spf.{NAME} -all"\n_spf 5 TXT "v=spf1 ip4:1.2.3 -all"\n', {"spf-syntax"}),
        (MX + includes(10), set()),
        (MX + includes(11), {"spf-too-many-lookups"}),
        (MX + f'@ 5 TXT "v=spf1 a:g1.{NAME} a:g2.{NAME} -all"\n', set()),
        (MX + f'@ 5 TXT "v=spf1 a:g1.{NAME} a:g2.{NAME} a:g3.{NAME} -all"\n', {"spf-too-many-void-lookups"}),
        (MX + '@ 5 TXT "v=spf1 mx +all"\n', {"spf-allows-everyone"}),
        (MX + '@ 5 TXT "v=spf1 mx ?all"\n', {"spf-allows-everyone"}),
        (MX + '@ 5 TXT "v=spf1 mx ~all"\n', set()),
        ('@ 5 MX 0 .\n@ 5 TXT "v=spf1 -all"\n', set()),
        (MX + f'@ 5 TXT "v=spf1 redirect=_spf.{NAME}"\n' + INCLUDED, set()),
    ],
)
def test_each_fault_is_named_and_nothing_else(internet: Internet, records: str, checks: set[str]) -> None:
    judgement = judged(internet, records)
    assert found(judgement) == checks
    assert not judgement.unknown
    assert all(finding.remedy for finding in judgement.findings)


def test_every_remedy_is_a_record_that_mends_it(internet: Internet) -> None:
    """Pasting the first remedy of each fault leaves no SPF finding."""
    faults = (
        MX + '@ 5 TXT "v=spf1 mx ip4:192.0.2.7 includ:x.example -all"\n',
        MX + '@ 5 TXT "v=spf1 mx -all"\n@ 5 TXT "v=spf1 ip4:192.0.2.7 ~all"\n',
        MX + '@ 5 TXT "v=spf1 mx +all"\n',
        MX + f'@ 5 TXT "v=spf1 mx a:g1.{NAME} a:g2.{NAME} a:g3.{NAME} -all"\n',
        MX + includes(12),
        MX,
    )
    for number, fault in enumerate(faults):
        name = f"n{number}.example"
        internet.zone(name, fault.replace(NAME, name))
    network = internet.serve_dns()
    for number, fault in enumerate(faults):
        name = f"n{number}.example"
        launch = Launch(domain=name, name="x", mail=Mail(addresses=(f"a@{name}",)), network=network)
        (finding, *_) = judge(CHECKS, asyncio.run(looked(launch)), launch, datetime.now(UTC)).findings
        assert finding.remedy is not None and finding.remedy.kind is RemedyKind.DNS_RECORD
        pasted = finding.remedy.text.partition(" IN TXT ")[2].replace('" "', "").strip('"')
        assert pasted.startswith("v=spf1 "), fault
        assert not asyncio.run(_lint_of(pasted, name, network)).broken, pasted


async def _lint_of(record: str, name: str, network: Network) -> Lint:
    """The linter on a record that is not published yet; what it leads to is."""
    asking = lint(name)
    async with Dns(network, Deadline(20)) as dns:
        try:
            question = next(asking)
            while True:
                reply = await spf.reply(question, dns)
                if (question.name, question.type) == (name, "TXT"):
                    reply = replace(reply, status=type(reply.status).FOUND, records=(record,))
                question = asking.send(reply)
        except StopIteration as end:
            value: Lint = end.value
            return value


@pytest.mark.parametrize(
    ("senders", "record", "checks"),
    [
        (("google",), "v=spf1 mx -all", {"spf-omits-sender"}),
        (("google",), "v=spf1 include:_spf.google.com -all", set()),
        (("Google Workspace",), "v=spf1 mx ip4:192.0.2.64/27 -all", set()),  # its addresses, flattened
        (("postmark",), "v=spf1 mx -all", set()),  # its bounce address is on a name of its own
        (("resend",), "v=spf1 mx -all", set()),
        ((), "v=spf1 mx -all", set()),
    ],
)
def test_a_declared_service_must_be_listed_where_it_needs_to_be(
    internet: Internet, senders: tuple[str, ...], record: str, checks: set[str]
) -> None:
    internet.zone("google.com", '_spf 5 TXT "v=spf1 ip4:192.0.2.64/28 ~all"\n')
    assert found(judged(internet, MX + f'@ 5 TXT "{record}"\n', *senders)) == checks


def test_a_service_that_nobody_knows_is_unknown_not_missing(internet: Internet) -> None:
    judgement = judged(internet, MX + GOOD, "pigeon post")
    assert found(judgement) == set()
    assert [one.check for one in judgement.unknown] == ["spf-omits-sender"]


def test_a_dead_resolver_leaves_everything_unknown(internet: Internet) -> None:
    network = replace(internet.network(deadline_s=3), resolver=(internet.silent(), 53))
    launch = Launch(domain=NAME, name="Parley", mail=Mail(addresses=(f"a@{NAME}",)), network=network)
    judgement = judge(CHECKS, asyncio.run(looked(launch)), launch, datetime.now(UTC))
    assert not judgement.findings
    assert not judgement.passed
    assert {one.reason for one in judgement.unknown} == {f"no answer from {network.resolver[0]}"}  # type: ignore[index]


def test_the_evaluator_over_the_wire(internet: Internet) -> None:
    internet.zone(NAME, MX + GOOD)
    network = internet.serve_dns()

    async def evaluated(ip: str) -> Evaluation:
        async with Dns(network, Deadline(20)) as dns:
            return await spf.answered(check_host(ip_address(ip), NAME, f"a@{NAME}", "mail.example"), dns)

    assert asyncio.run(evaluated("192.0.2.25")).result is Result.PASS
    assert asyncio.run(evaluated("192.0.2.3")).result is Result.PASS
    assert asyncio.run(evaluated("192.0.2.99")).result is Result.FAIL
