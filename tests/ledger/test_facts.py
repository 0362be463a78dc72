"""Facts survive the journey to disk and back, Gaps included; what was not written by us is refused in words."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from launchready.config import load
from launchready.errors import UsageError
from launchready.ledger import facts_file
from launchready.ledger.codec import NOT_LOOKED_AT, decode_fact, encode_fact
from launchready.ledger.store import Ledger, opened
from launchready.model.facts import (
    Certificate,
    Dnssec,
    DomainFacts,
    Existence,
    Fact,
    Hop,
    RouteFacts,
    Sight,
    TlsFacts,
    Trust,
    Walk,
)
from launchready.model.finding import Accepted
from launchready.model.gap import Gap, gap, peek, with_gaps
from launchready.model.launch import ConnectTo, DnsRecord, Host, Launch, Network, Role

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEAF = Certificate(
    subject="CN=parley.example",
    issuer="CN=Box",
    issuer_organisation=None,
    names=("parley.example",),
    not_before=AT,
    not_after=AT,
    serial="01",
    key="ECDSA P-256",
    sha256="00",
)
WALK = Walk(
    start="http://parley.example/",
    hops=(Hop(url="http://parley.example/", status=301, location="https://parley.example/"),),
    looped=False,
    refused=False,
    landed=gap("no answer from 192.0.2.1"),
    status=gap("no answer from 192.0.2.1"),
)
FACTS: tuple[Fact, ...] = (
    TlsFacts(
        subject="parley.example",
        source="probe",
        at=AT,
        problem=None,
        chain=(LEAF,),
        trust=Trust.TRUSTED,
        matches_host=True,
        versions=("TLSv1.3",),
        dead=(),
    ),
    with_gaps(
        DomainFacts,
        Gap("no answer"),
        subject="parley.example",
        source="dns",
        at=AT,
        apex=Existence.NODATA,
        dnssec=Dnssec(signed=True, problem=gap("no answer")),
    ),
    RouteFacts(subject="parley.example", source="probe", at=AT, http=WALK, https=gap("silence"), deep=WALK),
)
LAUNCH = Launch(
    domain="parley.example",
    name="Parley",
    hosts=(Host(name="app.parley.example", role=Role.APP, routes=("/", "/login")),),
    records=(DnsRecord(name="parley.example", type="TXT", value="x"),),
    accepted=(Accepted(check="c", subject="*", reason="r", expires=date(2027, 2, 1)),),
    network=Network(connect_to=(ConnectTo(host="", port=443, to_host="127.0.0.1", to_port=8443),)),
)


def test_a_facts_file_holds_everything_but_the_network(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(facts_file.dump(Sight(launch=LAUNCH, at=AT, facts=FACTS)), "utf-8")
    assert facts_file.load(path) == Sight(launch=replace(LAUNCH, network=Network()), at=AT, facts=FACTS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not JSON"),
        ("[]", "is not a facts file"),
        ('{"schema": "launchready.facts/2"}', "is not a facts file"),
        ('{"schema": "launchready.facts/1"}', "has no 'launch'"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_another_file_is_refused_in_words(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said):
        facts_file.load(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "NoSuchFacts"),
        ("type", "Dnssec"),
        ("at", "yesterday"),
        ("at", 5),
        ("trust", "certain"),
        ("chain", {}),
        ("chain", [{}]),
        ("problem", 5),
        ("matches_host", "yes"),
        ("surprise", 1),
    ],
)
def test_a_changed_fact_is_refused_with_its_place(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "facts.json"
    document = json.loads(facts_file.dump(Sight(launch=LAUNCH, at=AT, facts=FACTS)))
    document["facts"][0][key] = value
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(UsageError, match=r"facts\[0\]"):
        facts_file.load(path)


def test_the_ledger_keeps_the_newest_run_and_hides_from_git(tmp_path: Path) -> None:
    folder = tmp_path / ".launchready"
    with opened(folder) as ledger:
        ledger.finish(ledger.begin("audit", "parley.example", AT), FACTS[:1], AT)
        ledger.finish(ledger.begin("audit", "parley.example", AT), FACTS, AT)
        ledger.finish(ledger.begin("audit", "other.example", AT), FACTS[:1], AT)
        ledger.begin("audit", "parley.example", AT)
    with opened(folder) as ledger:
        newest = ledger.earlier("parley.example")
        assert newest is not None
        assert (newest[0], set(newest[1])) == (AT, set(FACTS))
        assert ledger.earlier("unheard-of.example") is None


def test_a_run_of_long_ago_can_be_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path / ".launchready") as ledger:
        for days in (0, 1, 2):
            started = AT + timedelta(days=days)
            ledger.finish(ledger.begin("audit", "parley.example", started), FACTS[: days + 1], started)
        found = ledger.earlier("parley.example", AT + timedelta(days=1, hours=3))
        assert found is not None
        assert (found[0], len(found[1])) == (AT + timedelta(days=1), 2)
        assert ledger.earlier("parley.example", AT - timedelta(seconds=1)) is None


@pytest.mark.parametrize("missing", ["subject", "source", "at"])
def test_a_fact_about_nobody_is_refused(missing: str) -> None:
    raw = encode_fact(FACTS[0])
    del raw[missing]
    with pytest.raises(UsageError, match=f"incomplete .no {missing}"):
        decode_fact(raw, "facts")


def test_what_an_older_version_did_not_look_for_is_unknown_not_an_error() -> None:
    (fact,) = (fact for fact in FACTS if isinstance(fact, TlsFacts))
    old = encode_fact(fact)
    del old["dead"]
    read = decode_fact(old, "facts")
    assert peek(read, "dead") == NOT_LOOKED_AT
    assert peek(read, "versions") == fact.versions


def test_facts_of_a_kind_that_is_gone_are_left_out_of_history(tmp_path: Path) -> None:
    with opened(tmp_path / ".launchready") as ledger:
        ledger.finish(ledger.begin("audit", "parley.example", AT), FACTS, AT)
        with ledger._db:
            ledger._db.execute("UPDATE fact SET body = replace(body, 'TlsFacts', 'SslFacts')")
        found = ledger.earlier("parley.example")
        assert found is not None
        assert {type(one) for one in found[1]} == {type(one) for one in FACTS} - {TlsFacts}


def test_the_ledger_folder_hides_from_git(tmp_path: Path) -> None:
    folder = tmp_path / ".launchready"
    with opened(folder):
        pass
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_run_that_was_killed_is_told_once(tmp_path: Path) -> None:
    with opened(tmp_path / ".launchready") as ledger:
        ledger.begin("audit", "parley.example", AT)
        assert ledger.cut_short() == ()  # this process is alive
        with ledger._db:
            ledger._db.execute("UPDATE run SET process = 4194305")  # above the kernel's highest process number
        assert ledger.cut_short() == (("audit", AT.isoformat()),)
        assert ledger.cut_short() == ()


def test_a_ledger_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".launchready").write_text("a file in the way")
    with pytest.raises(UsageError, match=r"cannot be used \(File exists\)"):
        Ledger(tmp_path / ".launchready")


def test_no_secret_leaves_with_a_launch(tmp_path: Path) -> None:
    """What launch.toml names is read from the environment: neither that nor its name is in the file or in a repr."""
    environ = {"BILLING_SECRET": "whsec_hidden", "OTHER": "also_hidden"}
    (tmp_path / "launch.toml").write_text(
        '[launch]\ndomain = "parley.example"\n\n'
        '[webhooks.billing]\nscheme = "stripe"\nsecret = "${env:BILLING_SECRET}"\n'
    )
    launch = load(tmp_path / "launch.toml", environ)
    path = tmp_path / "facts.json"
    path.write_text(facts_file.dump(Sight(launch=launch, at=AT, facts=())), "utf-8")
    for text in (path.read_text("utf-8"), repr(launch), repr(launch.webhooks)):
        assert "hidden" not in text
    again = facts_file.load(path).launch.webhooks
    assert (again, again[0].secret) == (launch.webhooks, None)
    secret = launch.webhooks[0].secret
    assert secret is not None and secret.reveal() == "whsec_hidden"


def test_a_ledger_where_nothing_may_be_written_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / ".launchready"
    with opened(folder) as ledger:
        ledger.finish(ledger.begin("audit", "parley.example", AT), FACTS, AT)
    before = sorted(folder.iterdir())
    with opened(folder, read_only=True) as ledger:
        earlier = ledger.earlier("parley.example")
        assert earlier is not None
        assert earlier[0] == AT
    assert sorted(folder.iterdir()) == before
    with pytest.raises(UsageError, match="cannot be used"), opened(tmp_path / "none", read_only=True):
        pass
