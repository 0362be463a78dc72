"""Mail policies against a real DNS and real policy servers: each fault is named, and its look-alikes are left alone."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from launchready.checks import TOPICS
from launchready.checks.registry import Judgement, judge, registered
from launchready.gather import mail_policies
from launchready.model.facts import DkimFacts, DmarcFacts, Fact, MtaStsFacts, MxFacts
from launchready.model.finding import Finding, Severity
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch, Mail, Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from tests.box.internet import Internet
from tests.checks.cases_dkim import ed25519_key, rsa_key

F = TypeVar("F", bound=Fact)

NAME = "parley.example"
CHECKS = [check for check in registered(TOPICS).values() if check.topic in ("dkim", "dmarc", "mail")]
MX = "@ 5 MX 10 mx\nmx 5 A 192.0.2.25\n"
RUA = f"rua=mailto:dmarc@{NAME}"
DMARC = f'_dmarc 5 TXT "v=DMARC1; p=quarantine; {RUA}"\n'
GOOD = MX + DMARC


def launch(*addresses: str, selectors: tuple[str, ...] = (), domain: str = NAME) -> Launch:
    mail = Mail(addresses=addresses, selectors=selectors) if addresses or selectors else None
    return Launch(domain=domain, name="Parley", mail=mail)


def looked(wanted: Launch, network: Network) -> tuple[Fact, ...]:
    async def look() -> tuple[Fact, ...]:
        deadline = Deadline(network.deadline_s)
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            return await mail_policies.look(wanted, dns, http, datetime.now(UTC))

    return asyncio.run(look())


def judged(wanted: Launch, facts: tuple[Fact, ...]) -> Judgement:
    return judge(CHECKS, facts, wanted, datetime.now(UTC))


def found(wanted: Launch, facts: tuple[Fact, ...]) -> set[tuple[str, str]]:
    return {(finding.check, finding.subject) for finding in judged(wanted, facts).findings}


def one(kind: type[F], facts: tuple[Fact, ...], subject: str = NAME) -> F:
    return next(fact for fact in facts if isinstance(fact, kind) and fact.subject == subject)


def of(internet: Internet, records: str, wanted: Launch | None = None) -> set[str]:
    """The checks that find something in the zone with these records."""
    internet.zone(NAME, records)
    seen = found(wanted or launch(), looked(wanted or launch(), internet.serve_dns()))
    return {check for check, _ in seen}


def txt(name: str, *strings: str) -> str:
    """A TXT record in a zone file, of strings that are short enough each."""
    parts = [string[at : at + 250] for string in strings for at in range(0, len(string), 250)]
    quoted = " ".join(f'"{part}"' for part in parts)
    return f"{name} 5 TXT {quoted}\n"


@pytest.mark.parametrize(
    ("records", "checks"),
    [
        (GOOD, set()),
        (MX, {"dmarc-missing"}),
        (DMARC, {"mx-missing"}),
        ("", {"dmarc-missing", "mx-missing"}),
        ('@ 5 MX 0 .\n_dmarc 5 TXT "v=DMARC1; p=reject"\n', set()),
        ("@ 5 MX 0 .\n", {"dmarc-missing"}),
        (DMARC + "@ 5 MX 10 gone\n@ 5 MX 20 gone.other.example.\n", {"mx-missing"}),
        (DMARC + "@ 5 MX 10 gone\n@ 5 MX 20 mx\nmx 5 A 192.0.2.25\n", set()),
        (GOOD + txt("_dmarc", "v=DMARC1; p=none"), {"dmarc-multiple"}),
        (GOOD + txt("_dmarc", "google-site-verification=1") + txt("_dmarc", "v=spf1 -all"), set()),
        (MX + txt("_dmarc", "v=DMARC1; p=quar", f"antine; {RUA}"), set()),
        (MX + txt("_dmarc", f"V=DMARC1; P=Reject; RUA=MAILTO:dmarc@{NAME}"), set()),
        (MX + txt("_dmarc", f"v=dmarc1; p=none; {RUA}"), {"dmarc-syntax"}),
        (MX + txt("_dmarc", f"v=DMARC1; p=none; {RUA}"), {"dmarc-not-enforced"}),
        (MX + txt("_dmarc", f"v=DMARC1; p=quarantine; t=y; {RUA}"), {"dmarc-not-enforced"}),
        (MX + txt("_dmarc", f"v=DMARC1; p=quarantine; pct=10; {RUA}"), {"dmarc-not-enforced"}),
        (MX + txt("_dmarc", "v=DMARC1; p=reject"), {"dmarc-without-reports"}),
        (MX + f"_dmarc 5 CNAME policy.{NAME}.\n" + txt("policy", f"v=DMARC1; p=reject; {RUA}"), set()),
        (MX + txt("*", f"v=DMARC1; p=reject; {RUA}"), set()),
    ],
)
def test_each_fault_of_a_domain_without_declared_mail(internet: Internet, records: str, checks: set[str]) -> None:
    assert of(internet, records) == checks


def test_a_null_mx_loses_the_answers_to_declared_mail(internet: Internet) -> None:
    wanted = launch(f"hello@{NAME}", selectors=("s1",))
    key = txt("s1._domainkey", f"v=DKIM1; p={rsa_key(2048)}")
    assert of(internet, "@ 5 MX 0 .\n" + DMARC + key, wanted) == {"mx-missing"}


def test_the_remedy_is_the_record_with_everything_else_kept(internet: Internet) -> None:
    internet.zone(NAME, MX + txt("_dmarc", f"v=DMARC1; p=none; {RUA}; adkim=s"))
    (finding,) = judged(launch(), looked(launch(), internet.serve_dns())).findings
    assert finding.remedy is not None
    assert finding.remedy.text == f'_dmarc.{NAME}. 3600 IN TXT "v=DMARC1; p=quarantine; {RUA}; adkim=s"'


@pytest.mark.parametrize("name", ["@", f"_dmarc.{NAME}"])
def test_a_record_in_the_wrong_place_is_pointed_out(internet: Internet, name: str) -> None:
    internet.zone(NAME, MX + txt(name, f"v=DMARC1; p=reject; {RUA}"))
    (finding,) = judged(launch(), looked(launch(), internet.serve_dns())).findings
    at = NAME if name == "@" else f"{name}.{NAME}"
    assert finding.evidence == f"no policy at _dmarc.{NAME}; one stands at {at}, where nobody looks"


@pytest.mark.parametrize(
    ("domain", "zones", "checks"),
    [
        ("app.parley.example", {NAME: DMARC}, set()),
        ("a.b.app.parley.example", {NAME: DMARC}, set()),
        ("app.parley.example", {NAME: txt("_dmarc", f"v=DMARC1; p=reject; sp=none; {RUA}")}, {"dmarc-not-enforced"}),
        ("app.parley.example", {NAME: txt("_dmarc", f"v=DMARC1; p=none; sp=reject; {RUA}")}, set()),
        ("app.parley.example", {NAME: txt("_dmarc", f"v=DMARC1; p=reject; np=none; {RUA}")}, set()),
        ("gone.parley.example", {NAME: txt("_dmarc", f"v=DMARC1; p=reject; np=none; {RUA}")}, {"dmarc-not-enforced"}),
        ("parley.co.uk", {"co.uk": DMARC}, {"dmarc-missing"}),
        ("parley.co.uk", {"co.uk": txt("_dmarc", "v=DMARC1; p=reject; psd=y")}, {"dmarc-missing"}),
        (
            "parley.co.uk",
            {"parley.co.uk": DMARC.replace(NAME, "parley.co.uk"), "co.uk": txt("_dmarc", "v=DMARC1; p=none")},
            set(),
        ),
        (
            "app.parley.co.uk",
            {"parley.co.uk": DMARC.replace(NAME, "parley.co.uk"), "co.uk": txt("_dmarc", "v=DMARC1; p=none")},
            set(),
        ),
    ],
)
def test_a_policy_is_inherited_within_the_organisation(
    internet: Internet, domain: str, zones: dict[str, str], checks: set[str]
) -> None:
    for zone, records in zones.items():
        below = "" if domain.startswith("gone.") else f"{domain}. 5 A 192.0.2.1\n"
        internet.zone(zone, records + (below if domain != zone and domain.endswith(zone) else ""))
    wanted = launch(domain=domain)
    facts = looked(wanted, internet.serve_dns())
    assert {check for check, _ in found(wanted, facts)} - {"mx-missing"} == checks


@pytest.mark.parametrize(
    ("permission", "checks"),
    [
        ("", {"dmarc-reports-unauthorised"}),
        (txt(f"{NAME}._report._dmarc", "v=DMARC1;"), set()),
        (txt("*._report._dmarc", "v=DMARC1"), set()),
        (txt(f"{NAME}._report._dmarc", "v=DMARC1; rua=mailto:other@reports.example"), set()),
        (txt(f"{NAME}._report._dmarc", "v=spf1 -all"), {"dmarc-reports-unauthorised"}),
        (txt("other.example._report._dmarc", "v=DMARC1;"), {"dmarc-reports-unauthorised"}),
    ],
)
def test_a_foreign_report_address_needs_permission(internet: Internet, permission: str, checks: set[str]) -> None:
    internet.zone("reports.example", permission)
    assert of(internet, MX + txt("_dmarc", f"v=DMARC1; p=reject; {RUA},mailto:p@reports.example")) == checks


@pytest.mark.parametrize("host", [f"in.{NAME}", f"mail.in.{NAME}", NAME.upper()])
def test_an_address_in_the_same_organisation_needs_none(internet: Internet, host: str) -> None:
    assert of(internet, MX + txt("_dmarc", f"v=DMARC1; p=reject; rua=mailto:dmarc@{host}")) == set()


@pytest.mark.parametrize(
    ("records", "checks"),
    [
        (txt("s1._domainkey", f"v=DKIM1; k=rsa; p={rsa_key(2048)}"), set()),
        (txt("s1._domainkey", f"v=DKIM1; k=ed25519; p={ed25519_key()}"), set()),
        ("s1._domainkey 5 CNAME key.sender.example.\n", set()),
        ("s1._domainkey 5 CNAME ed.sender.example.\n", set()),
        (txt("s1._domainkey.mail", f"v=DKIM1; p={rsa_key(2048)}"), set()),
        (txt("s1._domainkey", f"p={rsa_key(1024)}"), {"dkim-key-weak"}),
        (txt("s1._domainkey", "v=DKIM1; p="), {"dkim-key-revoked"}),
        (txt("s1._domainkey", f"v=DKIM1; p={rsa_key(2048)[:250]}"), {"dkim-syntax"}),
        (txt("s2._domainkey", f"v=DKIM1; p={rsa_key(2048)}"), {"dkim-missing"}),
        ("s1._domainkey 5 CNAME gone.sender.example.\n", {"dkim-missing"}),
        ("s1._domainkey 5 A 192.0.2.1\n", {"dkim-missing"}),
        (txt("*", "v=spf1 -all"), {"dkim-missing"}),
        (
            txt("s1._domainkey", f"v=DKIM1; p={rsa_key(2048)}") + txt("old._domainkey", "v=DKIM1; p="),
            set(),
        ),
    ],
    ids=range(13),  # the keys are new in every process, and xdist wants the same names in each
)
def test_each_fault_of_a_key(internet: Internet, records: str, checks: set[str]) -> None:
    keys = txt("key", f"v=DKIM1; k=rsa; p={rsa_key(2048)}") + txt("ed", f"v=DKIM1; k=ed25519; p={ed25519_key()}")
    internet.zone("sender.example", keys)
    wanted = launch(f"hello@{NAME}", f"hello@mail.{NAME}", selectors=("s1",))
    assert of(internet, GOOD + "mail 5 MX 10 mx\n" + records, wanted) == checks


def test_a_selector_may_name_its_place(internet: Internet) -> None:
    key = f"v=DKIM1; p={rsa_key(2048)}"
    internet.zone(NAME, GOOD + "mail 5 MX 10 mx\n" + txt("s1._domainkey", key) + txt("s2._domainkey.mail", key))
    selectors = (f"s1@mail.{NAME}", f"s2@mail.{NAME}", f"S1._domainkey.{NAME}.", f"s2._domainkey.{NAME}")
    wanted = launch(f"hello@mail.{NAME}", selectors=selectors)
    facts = looked(wanted, internet.serve_dns())
    assert found(wanted, facts) == {
        ("dkim-missing", f"s1._domainkey.mail.{NAME}"),
        ("dkim-missing", f"s2._domainkey.{NAME}"),
    }
    assert len([fact for fact in facts if isinstance(fact, DkimFacts)]) == 4


def test_without_a_selector_the_key_is_unknown_and_not_missing(internet: Internet) -> None:
    internet.zone(NAME, GOOD)
    judgement = judged(launch(), looked(launch(), internet.serve_dns()))
    assert not judgement.findings
    assert {(one.check, one.reason) for one in judgement.unknown} == {
        (f"dkim-{what}", "no DKIM selector is declared") for what in ("missing", "syntax", "key-weak", "key-revoked")
    }


POLICY = f"version: STSv1\\r\\nmode: enforce\\r\\nmx: mx.{NAME}\\r\\nmax_age: 604800\\r\\n"
ELSEWHERE = POLICY.replace(f"mx: mx.{NAME}", "mx: mx.other.example")
TEXT = "default_type text/plain;"
UNTRUSTED = f"the certificate of mta-sts.{NAME} cannot be trusted"


def policy_server(internet: Internet, location: str, *, name: str = f"mta-sts.{NAME}") -> tuple[Finding, ...]:
    """What is found when the policy's place holds this nginx configuration, and its server a certificate for `name`."""
    here, pair = internet.ipv4(), internet.ca.issue(name)
    internet.zone(NAME, GOOD + f"mta-sts 5 A {here}\n" + txt("_mta-sts", "v=STSv1; id=20261124"))
    internet.nginx(
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" location = /.well-known/mta-sts.txt {{ {location} }} }}"
    )
    return judged(launch(), looked(launch(), internet.serve_dns())).findings


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        (f'{TEXT} return 200 "{POLICY}";', None),
        (f'{TEXT} return 200 "{POLICY.replace("enforce", "none")}";', None),
        (f'{TEXT} return 200 "{POLICY.replace("enforce", "testing")}";', None),
        ("return 301 https://parley.example/mta-sts.txt;", "redirects, which senders do not follow"),
        ("return 404;", "answers 404"),
        (f'default_type text/html; return 200 "{POLICY}";', "is sent as text/html, not as text/plain"),
        (f'{TEXT} return 200 "{POLICY.replace("STSv1", "STSv3")}";', "version: STSv3 is not STSv1"),
        (f'{TEXT} return 200 "{ELSEWHERE}";', f"does not name mx.{NAME}"),
        (f'{TEXT} return 200 "{ELSEWHERE.replace("enforce", "testing")}";', f"does not name mx.{NAME}"),
        (f'{TEXT} return 200 "{POLICY.replace("604800", "60")}";', "max_age is 60 seconds"),
        (f'{TEXT} return 200 "{POLICY.replace("604800", "99999999")}";', "max_age is 99999999 seconds"),
    ],
)
def test_each_fault_of_mta_sts(internet: Internet, location: str, problem: str | None) -> None:
    findings = policy_server(internet, location)
    assert {finding.check for finding in findings} == ({"mta-sts-broken"} if problem else set())
    assert all(problem is not None and problem in finding.evidence for finding in findings)


def test_a_policy_behind_a_bad_certificate_is_not_fetched(internet: Internet) -> None:
    (finding,) = policy_server(internet, f'{TEXT} return 200 "{POLICY}";', name=f"www.{NAME}")
    assert finding.evidence == f"senders cannot fetch the policy: {UNTRUSTED}"


def test_an_endless_policy_is_not_read(internet: Internet) -> None:
    (internet.folder / "policy").write_text(POLICY.replace("\\r\\n", "\n") + "x: y\n" * 20_000)
    (finding,) = policy_server(internet, f"{TEXT} alias {internet.folder}/policy;")
    assert finding.evidence.endswith("sends more than 64 KiB")


def test_a_policy_that_names_no_server_of_the_domain_blocks_the_launch(internet: Internet) -> None:
    (finding,) = policy_server(internet, f'{TEXT} return 200 "{ELSEWHERE}";')
    assert finding.severity is Severity.BLOCKER
    assert finding.remedy is not None and f"mx: mx.{NAME}" in finding.remedy.text


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        (txt("_mta-sts", "v=STSv1; id=1"), "mta-sts.parley.example has no address in DNS"),
        (txt("_mta-sts", "v=STSv1; id=1") + "mta-sts 5 A 10.0.0.1\n", "leads into a private network"),
        (txt("_mta-sts", "v=STSv1; id=1") + txt("_mta-sts", "v=STSv1; id=2"), "2 records stand at"),
        (txt("_mta-sts", "v=spf1 -all"), None),
    ],
)
def test_an_mta_sts_record_without_a_policy(internet: Internet, records: str, problem: str | None) -> None:
    internet.zone(NAME, GOOD + records)
    findings = judged(launch(), looked(launch(), internet.serve_dns())).findings
    assert {finding.check for finding in findings} == ({"mta-sts-broken"} if problem else set())
    assert problem is None or any(problem in finding.evidence for finding in findings)


def test_what_cannot_be_looked_up_is_unknown_and_nothing_else(internet: Internet) -> None:
    internet.resolver = (internet.silent(), 53)
    wanted = launch(f"hello@{NAME}", selectors=("s1",))
    facts = looked(wanted, internet.network(deadline_s=2))
    judgement = judged(wanted, facts)
    assert not judgement.findings
    assert not judgement.passed
    assert {type(fact) for fact in facts} == {DkimFacts, DmarcFacts, MxFacts, MtaStsFacts}
    assert isinstance(peek(one(DmarcFacts, facts), "texts"), Gap)


def test_a_zone_that_validators_reject_is_unknown(internet: Internet) -> None:
    internet.zone(NAME, GOOD, broken="expired")
    judgement = judged(launch(), looked(launch(), internet.serve_dns()))
    assert not judgement.findings
    assert "dmarc-missing" in {unknown.check for unknown in judgement.unknown}


@pytest.mark.parametrize(
    ("senders", "unknown", "weak"),
    [
        (("google",), set(), {"dkim-key-weak"}),
        (("google", "postmark"), {"no DKIM selector is declared"}, {"dkim-key-weak"}),
        (("sendgrid",), {"no DKIM selector is declared"}, set()),
        ((), {"no DKIM selector is declared"}, set()),
    ],
)
def test_keys_of_known_services_are_looked_at_without_being_declared(
    internet: Internet, senders: tuple[str, ...], unknown: set[str], weak: set[str]
) -> None:
    internet.zone(NAME, GOOD + f'google._domainkey 5 TXT "v=DKIM1; k=rsa; p={rsa_key(1024)}"\n')
    wanted = replace(launch(f"a@{NAME}"), mail=Mail(addresses=(f"a@{NAME}",), senders=senders))
    facts = looked(wanted, internet.serve_dns())
    assert {check for check, _ in found(wanted, facts)} == weak
    assert {one.reason for one in judged(wanted, facts).unknown if one.check.startswith("dkim")} == unknown
