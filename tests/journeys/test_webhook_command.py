"""`launchready webhook replay` as a founder meets it: consent, one sentence, exit codes, and what stays behind."""

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from launchready.audit import report
from launchready.gather.measured import MEASURED, with_measured
from launchready.known.webhook_senders import patience
from launchready.ledger import facts_file
from launchready.ledger.store import opened
from launchready.model.facts import Sight, WebhookFacts
from launchready.model.launch import Launch, Network
from launchready.model.webhook import Probe, Scheme, Webhook
from tests.box.certificates import Authority
from tests.journeys import webhook_handlers as handlers
from tests.journeys.webhook_handlers import HOST, URL, Books, Handler, served

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DECLARED = f"""
[launch]
domain = "parley.example"

[hosts."{HOST}"]
role = "app"

[webhooks.billing]
scheme = "stripe"
url = "{URL}"
secret = "${{env:BILLING_SECRET}}"
events = ["invoice.paid"]
probe = "credits"
"""
PROBE = """
[journey]
name = "credits"

[[step]]
name = "read the credits"
get = "/credits"
capture.account = { json = "account" }
capture.credits = { json = "credits" }
"""


@pytest.fixture
def secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    here = tmp_path / "project"
    (here / "journeys").mkdir(parents=True)
    (here / "launch.toml").write_text(DECLARED)
    (here / "journeys" / "credits.toml").write_text(PROBE)
    return here


def replay(project: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return launchready(project, "webhook", "replay", *arguments, **environ)


def launchready(project: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "launchready", *arguments],
        cwd=project,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def road(network: Network) -> tuple[str, ...]:
    (entry,) = network.connect_to
    return "--ca", str(network.ca), "--connect-to", f"{entry.host}:{entry.port}:{entry.to_host}:{entry.to_port}"


def replayed(
    handler: Handler, authority: Authority, project: Path, secret: str, *arguments: str
) -> tuple[int, str, Books]:
    books = Books(secret)
    with served(handler, books, authority) as network:
        done = replay(project, "billing", "--i-own-this", *road(network), *arguments, BILLING_SECRET=secret)
    assert done.stderr == ""
    return done.returncode, done.stdout, books


def test_a_careful_handler_is_ready_and_the_next_audit_knows(project: Path, authority: Authority, secret: str) -> None:
    code, said, books = replayed(handlers.careful, authority, project, secret, "--format", "json")
    document = json.loads(said)
    assert (code, document["verdict"], document["findings"], document["unknown"]) == (0, "ready", [], [])
    assert document["moved"] == {
        "step": 1,
        "refused": 1 - 1,
        "duplicate": 0,
        "parallel": 1,
        "out_of_order": 2,
        "burst": 12,
    }
    assert {one["right"] for one in document["deliveries"]} == {True}
    assert books.paid == len(books.seen) > 15
    with opened(project / ".launchready") as ledger:
        (fact,) = ledger.newest("parley.example", MEASURED)
        assert ledger.earlier("parley.example") is None  # it is no audit
    assert isinstance(fact, WebhookFacts)
    assert fact.patience_s == patience(Scheme.STRIPE).seconds
    launch = Launch(domain="parley.example", name="Parley", webhooks=(Webhook(name="billing"),))
    judged = report(with_measured(Sight(launch=launch, at=NOW, facts=()), (fact,)), NOW)
    assert {check for check in judged.passed if check.startswith("webhook-")} == {
        *("webhook-accepts-forged", "webhook-accepts-stale", "webhook-crashes"),
        *("webhook-not-idempotent", "webhook-slow"),
    }


def test_a_credulous_handler_is_not_ready_and_the_page_says_why(
    project: Path, authority: Authority, secret: str
) -> None:
    code, said, _ = replayed(handlers.credulous, authority, project, secret)
    assert code == 1
    for words in ("NOT READY", "webhook-accepts-forged", "! forged", "right would be a 4xx", '{"received":true}'):
        assert words in said
    assert max(map(len, said.splitlines())) <= 120


def test_the_board_shows_what_a_replay_found_since_the_audit(project: Path, authority: Authority, secret: str) -> None:
    with opened(project / ".launchready") as ledger:
        ledger.finish(ledger.begin("audit", "parley.example", NOW), (), NOW)
    signs = []
    for handler in (handlers.credulous, handlers.careful):
        replayed(handler, authority, project, secret)
        done = launchready(project, "board", "--format", "json")
        stages = json.loads(done.stdout)["stages"]
        signs.append({one["check"] for stage in stages for one in stage["failure_signal"]["findings"]})
    assert signs[0] >= {"webhook-accepts-forged", "webhook-accepts-stale"}
    assert not {check for check in signs[1] if check.startswith("webhook-")}


def test_saved_facts_are_judged_by_the_webhooks_of_today(project: Path) -> None:
    saved = Sight(launch=Launch(domain="parley.example", name="Parley"), at=NOW, facts=())
    (project / "facts.json").write_text(facts_file.dump(saved))
    done = launchready(project, "audit", "--facts", "facts.json", "--format", "json")
    unknown = {one["check"]: one["reason"] for one in json.loads(done.stdout)["unknown"]}
    assert "launchready webhook replay billing" in unknown["webhook-accepts-forged"]


def test_a_part_of_a_replay_is_judged_and_not_kept(project: Path, authority: Authority, secret: str) -> None:
    code, said, _ = replayed(handlers.careful, authority, project, secret, "--only", "stale", "--format", "json")
    document = json.loads(said)
    assert (code, document["verdict"], document["unknown"]) == (0, "ready", [])
    assert document["passed"] == ["webhook-accepts-stale"]
    assert not (project / ".launchready").exists()


def test_a_secret_is_in_nothing_that_is_left(project: Path, authority: Authority, secret: str) -> None:
    for format_ in ("text", "json"):
        code, said, _ = replayed(handlers.tells_its_secret, authority, project, secret, "--format", format_)
        assert code == 1
        left = [said.encode(), *(path.read_bytes() for path in project.rglob("*") if path.is_file())]
        assert not [one for one in left if secret.removeprefix("whsec_").encode() in one]
        assert "${secret}" in said


def test_the_founders_event_is_sent(project: Path, authority: Authority, secret: str) -> None:
    about = {"id": "in_${nonce}", "customer": "${account}"}
    event = {"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": about}}
    (project / "event.json").write_text(json.dumps(event))
    code, _, books = replayed(handlers.of_one_account, authority, project, secret, "--payload", "event.json")
    assert code == 0
    assert books.paid > 15


def test_an_event_about_what_nobody_captured_is_refused(project: Path, authority: Authority, secret: str) -> None:
    (project / "event.json").write_text('{"type": "invoice.paid", "customer": "${nobody}"}')
    with served(handlers.careful, Books(secret), authority) as network:
        arguments = ("billing", "--i-own-this", *road(network), "--payload", "event.json")
        done = replay(project, *arguments, BILLING_SECRET=secret)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("event.json: ${nobody} has no value")


def test_what_a_killed_replay_made_is_put_away_by_the_next(project: Path, authority: Authority, secret: str) -> None:
    probe = project / "journeys" / "credits.toml"
    probe.write_text(f'{PROBE}[[cleanup]]\ndelete = "/accounts/${{account}}"\n')
    books, killed, closed = Books(secret), list["subprocess.Popen[bytes]"](), list[str]()

    async def hook(request: Request) -> Response:
        if len(killed) == 1:
            killed[0].kill()
            killed.clear()
        return await handlers.careful(books, request)

    async def account(_: Request) -> Response:
        return JSONResponse({"account": handlers.ACCOUNT, "credits": books.paid})

    async def close(request: Request) -> Response:
        closed.append(request.path_params["account"])
        return Response(status_code=204)

    routes = [
        Route(handlers.PATH, hook, methods=["POST"]),
        Route("/credits", account),
        Route("/accounts/{account}", close, methods=["DELETE"]),
    ]
    with handlers.serving(routes, authority) as network:
        arguments = ("webhook", "replay", "billing", "--i-own-this", *road(network), "--only", "forged")
        command, environ = [sys.executable, "-m", "launchready", *arguments], {"BILLING_SECRET": secret}
        with subprocess.Popen(command, cwd=project, env={**os.environ, **environ}) as first:
            killed.append(first)
        assert (first.returncode, closed) == (-signal.SIGKILL, [])
        second = launchready(project, *arguments, **environ)
    assert second.returncode == 0
    assert re.fullmatch(r"Cleaned up after credits of .*, which was killed\.", second.stderr.strip())
    assert closed == [handlers.ACCOUNT] * 2


@pytest.mark.parametrize(
    ("arguments", "change", "said"),
    [
        (("billing",), ("", ""), f"{HOST} is production: this writes to it, so that it needs --i-own-this"),
        (("billing", "--i-own-this"), (URL, "https://else.example/"), "else.example is not listed in launch.toml"),
        (("biling", "--i-own-this"), ("", ""), "Did you mean 'billing'?"),
        (("crm",), ("", ""), "There are billing."),
        (("billing",), (f'url = "{URL}"\n', ""), "[webhooks.billing] in launch.toml lacks url"),
        (("billing",), ("BILLING_SECRET", "NOT_SET"), "NOT_SET is not set"),
        (("billing",), ('"stripe"', '"standard"'), "is not base64 after whsec_"),
        (("billing", "--i-own-this"), ('probe = "credits"', 'probe = "debits"'), "There is no journey 'debits'"),
        (("billing", "--i-own-this", "--catch-mail", "here"), ("", ""), "--catch-mail 'here' is no HOST:PORT"),
        (("billing", "--only", "everything"), ("", ""), "everything"),
        (("billing", "--payload", "none.json"), ("", ""), "none.json: cannot be read"),
        (("billing", "--payload", "list.json"), ("", ""), "is not a JSON object"),
        (("billing", "--payload", "half.json"), ("", ""), "half.json: cannot be used as an event"),
        (
            ("billing", "--payload", "env.json"),
            ("", ""),
            "may refer to ${nonce}, ${unique:id} and what the probe captures",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    project: Path, arguments: tuple[str, ...], change: tuple[str, str], said: str
) -> None:
    (project / "launch.toml").write_text(DECLARED.replace(*change) if change[0] else DECLARED)
    for name, content in (("list", "[1]"), ("half", '{"id":'), ("env", '{"id": "${env:HOME}"}')):
        (project / f"{name}.json").write_text(content)
    before = sorted(project.rglob("*"))
    done = replay(project, *arguments, BILLING_SECRET="not!base64!")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "not!base64!" not in done.stderr
    assert sorted(project.rglob("*")) == before


def test_a_webhook_that_nobody_has_replayed_is_unknown_and_one_undeclared_is_left_alone() -> None:
    def judged(**changed: Any) -> dict[str, set[str]]:
        launch = Launch(domain="parley.example", name="Parley", **changed)
        seen = report(with_measured(Sight(launch=launch, at=NOW, facts=()), ()), NOW)
        reasons: dict[str, set[str]] = {}
        for one in seen.unknown:
            reasons.setdefault(one.check, set()).add(one.reason)
        assert not {check for check in seen.passed if check.startswith("webhook-")}
        return {check: found for check, found in reasons.items() if check.startswith("webhook-")}

    assert judged() == {}
    unknown = judged(webhooks=(Webhook(name="billing"),))
    assert len(unknown) == 5
    assert all("launchready webhook replay billing" in next(iter(reasons)) for reasons in unknown.values())


def test_a_server_that_is_down_is_unknown(project: Path, authority: Authority, secret: str) -> None:
    closed = f"{HOST}:443:127.0.0.1:1"
    done = replay(project, "billing", "--i-own-this", "--connect-to", closed, BILLING_SECRET=secret)
    assert done.returncode == 3
    assert "UNKNOWN" in done.stdout
    assert f"nothing answers HTTPS on {HOST}" in done.stdout


def test_the_guide_names_every_probe_and_its_examples_are_valid(project: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    assert not [probe.value for probe in Probe if f"`{probe.value}`" not in guide]
    declared, probe = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (project / "launch.toml").write_text(f'[launch]\ndomain = "parley.example"\n\n{declared}')
    (project / "journeys" / "credits.toml").write_text(probe)
    (project / "journeys" / "login.toml").write_text('[journey]\nname = "login"\n[[step]]\nname = "x"\nget = "/"\n')
    (project / "event.json").write_text(re.findall(r"```json\n(.*?)```", guide, re.DOTALL)[0])
    done = replay(project, "billing", "--payload", "event.json", STRIPE_WEBHOOK_SECRET="whsec_x")
    assert (done.returncode, done.stderr.strip()) == (
        2,
        "staging.parley.example is not listed in launch.toml; add it under [hosts] if it is yours.",
    )
