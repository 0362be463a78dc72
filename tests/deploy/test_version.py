"""The version in production: a command's first line, or what a web address answers."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from launchready.deploy import version
from launchready.deploy.mask import Mask
from launchready.model.launch import Deploy, Launch
from tests.box.internet import Internet


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("v1.2\n", "v1.2"),
        ("\n  7f3c9d1  \nmore", "7f3c9d1"),
        ('"v1.2"', "v1.2"),
        ("42", "42"),
        ('{"status": "ok", "commit": "7f3c9d1", "version": "1.2"}', "1.2"),
        ('{"sha": "7f3c9d1"}', "7f3c9d1"),
        ('{"status": "ok"}', None),
        ('{"version": null}', None),
        ("[1, 2]", None),
        ("<!doctype html><title>Parley</title>", None),
        ("", None),
        ("null", None),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("[" * 100_000, "[" * 99 + "…"),
        ("x" * 1000, "x" * 99 + "…"),
    ],
)
def test_what_an_answer_says(answer: str, said: str | None) -> None:
    assert version.of(answer) == said


def told(by: str | None, folder: Path, launch: Launch | None = None) -> str | None:
    launch = launch or Launch(domain="parley.example", name="Parley", deploy=Deploy(version=by))
    return asyncio.run(version.in_production(launch, folder, os.environ, Mask(("hunter22",))))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("cat current", "v7"),
        ("echo v8; exit 1", None),
        ("no-such-command", None),
        ("echo hunter22", "***"),
        (None, None),
    ],
)
def test_a_command_tells_it(tmp_path: Path, command: str | None, said: str | None) -> None:
    (tmp_path / "current").write_text("v7\n")
    assert told(command, tmp_path) == said


@pytest.mark.parametrize(
    ("status", "body", "said"), [(200, "v9", "v9"), (500, "v9", None), (200, "<html>v9</html>", None)]
)
def test_a_web_address_tells_it(internet: Internet, tmp_path: Path, status: int, body: str, said: str | None) -> None:
    here, pair = internet.ipv4(), internet.ca.issue("app.parley.example")
    internet.zone("parley.example", f"app 5 A {here}\n")
    internet.nginx(
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" location = /version {{ return {status} '{body}'; }} }}"
    )
    launch = Launch(
        domain="parley.example",
        name="Parley",
        deploy=Deploy(version="https://app.parley.example/version"),
        network=internet.serve_dns(),
    )
    assert told(None, tmp_path, launch) == said


def test_git_names_what_is_checked_out(tmp_path: Path) -> None:
    assert version.in_repository(tmp_path) is None
    for arguments in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "1", "--allow-empty"],
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    named = version.in_repository(tmp_path)
    assert named and len(named) >= 7
    subprocess.run(["git", "tag", "v1.2"], cwd=tmp_path, check=True)
    assert version.in_repository(tmp_path) == "v1.2"
