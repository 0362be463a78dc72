"""The smoke test on real servers: what visitors and monitors would meet, and nothing else."""

import asyncio
from datetime import UTC, datetime

import pytest

from launchready.deploy.smoke import core_routes
from launchready.model.finding import Accepted
from launchready.model.launch import Host, Launch, Role
from tests.box.internet import Internet

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
APP = "app.parley.example"


def smoked(internet: Internet, answers: str, *, accepted: tuple[Accepted, ...] = ()) -> tuple[str, ...]:
    """What the smoke test says of an app whose nginx has these locations."""
    here, pair = internet.ipv4(), internet.ca.issue(APP)
    internet.zone("parley.example", f"app 5 A {here}\n")
    if answers:
        internet.nginx(
            f"server {{ listen {here}:80; return 301 https://$host$request_uri; }}"
            f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
            f" default_type text/html; location = / {{ return 200 '<title>Parley</title>'; }} {answers} }}"
        )
    host = Host(name=APP, role=Role.APP, routes=("/", "/login"), health="/healthz")
    launch = Launch(
        domain="parley.example", name="Parley", hosts=(host,), network=internet.serve_dns(), accepted=accepted
    )
    return asyncio.run(core_routes(launch, NOW))


LOGIN = "location = /login { return 200 '<title>Log in</title>'; }"
HEALTH = "location = /healthz { return 200 'ok'; }"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (LOGIN + HEALTH, None),
        ("location = /login { return 302 /; }" + HEALTH, None),
        ("location = /login { return 500; }" + HEALTH, f"{APP}/login: "),
        (HEALTH, f"{APP}/login: "),  # 404
        (LOGIN + "location = /healthz { return 503; }", "/healthz"),
        (LOGIN, "/healthz answers 404"),
        (LOGIN + 'location = /healthz { return 200 \'{"status": "fail"}\'; }', "while it says"),
        (LOGIN + "location = /healthz { return 444; }", "/healthz"),
        ("", "nothing answers HTTPS"),
    ],
)
def test_what_is_broken_is_a_sentence(internet: Internet, answers: str, said: str | None) -> None:
    problems = smoked(internet, answers)
    if said is None:
        assert problems == ()
    else:
        assert any(said in problem for problem in problems), problems


def test_an_accepted_risk_fails_no_deploy(internet: Internet) -> None:
    risk = Accepted(check="health-endpoint-missing", subject="*", reason="in January")
    assert smoked(internet, LOGIN, accepted=(risk,)) == ()
