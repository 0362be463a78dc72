"""`launchready webhook replay` against the senders' own libraries: what is known to escape from them, and no more."""

import base64
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchready.cli import run
from tests.box.certificates import Authority
from tests.journeys import webhook_vendors as vendors
from tests.journeys.webhook_handlers import HOST, STRIPE_KIND, URL, Books, Handler, served

LAUNCH = f"""
[launch]
domain = "parley.example"

[hosts."{HOST}"]
role = "app"

[webhooks.billing]
scheme = "SCHEME"
url = "{URL}"
secret = "${{env:BILLING_SECRET}}"
events = ["{STRIPE_KIND}"]
"""
PROBE = """
[journey]
name = "credits"

[[step]]
name = "read the credits"
get = "/credits"
capture.credits = { json = "credits" }
"""
Replay = Callable[..., tuple[int, dict[str, Any]]]

NOT_UTF8 = "a body that is not UTF-8, signed with another secret"
# What the library of Standard Webhooks, which Svix' own calls, raises beside its own error (version 1.1.0).
ESCAPES_OF_STANDARD = {
    "a signature with a letter beyond ASCII",
    "a signature that reads `v1`",
    "a signature that reads `v1,AAAA,AAAA`",
    "a signature that reads `v1,A`",
    NOT_UTF8,
}
SIGNED_ESCAPES_OF_STANDARD = {
    "half a body, well signed",
    "a body that is not UTF-8, well signed",
    "the body `[1]`, well signed",
    "the body `null`, well signed",
    'the body `"text"`, well signed',
}


@pytest.fixture
def replayed(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Replay:
    """Replays against a handler: the exit code, and what is printed as JSON."""
    books = Books("whsec_" + base64.b64encode(secrets.token_bytes(24)).decode())
    monkeypatch.setenv("BILLING_SECRET", books.secret)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "credits.toml").write_text(PROBE)

    def replay(handler: Handler, scheme: str, *, with_number: bool) -> tuple[int, dict[str, Any]]:
        probe = 'probe = "credits"\n' if with_number else ""
        (tmp_path / "launch.toml").write_text(LAUNCH.replace("SCHEME", scheme) + probe)
        with served(handler, books, authority) as network:
            (to,) = network.connect_to
            road = ("--ca", str(authority.root_file), "--connect-to", f"{to.host}:443:{to.to_host}:{to.to_port}")
            code = run(["webhook", "replay", "billing", "--i-own-this", "--format", "json", *road])
        out, err = capfd.readouterr()
        assert err == "", out
        return code, json.loads(out)

    return replay


@pytest.mark.parametrize(
    ("handler", "scheme", "by_strangers", "signed"),
    [
        (
            vendors.stripe_as_documented,
            "stripe",
            {"a signature with a letter beyond ASCII"},
            {
                "the body `[1]`, well signed",
                "the body `null`, well signed",
                'the body `"text"`, well signed',
            },
        ),
        (vendors.stripe_decoded_first, "stripe", {NOT_UTF8}, {"a body that is not UTF-8, well signed"}),
        (vendors.standard_as_documented, "standard", ESCAPES_OF_STANDARD, SIGNED_ESCAPES_OF_STANDARD),
        (vendors.svix_as_documented, "svix", ESCAPES_OF_STANDARD, SIGNED_ESCAPES_OF_STANDARD),
    ],
)
def test_a_library_used_as_documented_crashes_where_it_is_known_to(
    handler: Handler, scheme: str, by_strangers: set[str], signed: set[str], replayed: Replay
) -> None:
    code, said = replayed(handler, scheme, with_number=False)
    found = {one["severity"]: one["evidence"] for one in said["findings"]}
    assert (code, [one["check"] for one in said["findings"]]) == (1, ["webhook-crashes"] * 2)
    assert found.keys() == {"blocker", "minor"}
    crashed = {one["what"] for one in said["deliveries"] if one["status"] == 500}
    assert crashed == by_strangers | signed
    assert {one["what"] for one in said["deliveries"] if one["right"] is False} == crashed
    assert any(what in found["blocker"] for what in by_strangers)
    assert any(what in found["minor"] for what in signed)


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [
        (vendors.stripe_careful, "stripe"),
        (vendors.standard_careful, "standard"),
        (vendors.svix_careful, "svix"),
    ],
)
def test_a_handler_that_catches_all_of_it_is_accused_of_nothing(
    handler: Handler, scheme: str, replayed: Replay
) -> None:
    code, said = replayed(handler, scheme, with_number=True)
    assert (code, said["findings"], said["unknown"]) == (0, [], [])
    assert len(said["passed"]) == 5
    assert (said["moved"]["step"], said["moved"]["duplicate"], said["moved"]["parallel"]) == (1, 0, 1)
