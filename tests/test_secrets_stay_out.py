"""The body of an exposed /.env is in no fact, ledger, report or log: every byte that an audit leaves is searched."""

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.box.internet import Internet

DOMAIN, APP = "parley.example", "app.parley.example"
NAMES = ("ZZTOP_API_KEY", "ZZTOP_DATABASE_URL")


@pytest.fixture
def road(internet: Internet, secret: str) -> tuple[str, ...]:
    """A site that hands out its .env, a backup, its git config and a failing page, all with the secret in them."""
    here, pair, root = internet.ipv4(), internet.ca.issue(DOMAIN, APP), internet.folder / "root"
    (root / ".git").mkdir(parents=True)
    (root / ".env").write_text(f"# {secret}\n{NAMES[0]}={secret}\n{NAMES[1]}='postgres://a:{secret}@db/x'\n")
    (root / ".git" / "config").write_text(
        f'[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = https://a:{secret}@git.example/x\n'
    )
    (root / "backup.sql").write_text(f"-- MySQL dump\nINSERT INTO `users` VALUES ('{secret}');\n")
    (root / "config.json").write_text(json.dumps({"password": secret}))
    (root / "health").write_text(json.dumps({"status": "ok", "database": f"down: {secret}", "error": secret}))
    (root / "oops").write_text(f'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in f\nx = "{secret}"')
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 A {here}\n")
    internet.nginx(
        f"server {{ listen {here}:443 ssl; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};"
        f" root {root}; error_page 404 /oops; add_header Set-Cookie 'sessionid={secret}' always;"
        f" location = / {{ return 200 '<title>Parley</title>'; }} }}"
    )
    address, port = internet.serve_dns().resolver or ("", 0)
    return ("--resolver", f"{address}:{port}", "--ca", str(internet.ca.root_file))


@pytest.fixture
def secret() -> str:
    return secrets.token_hex(16)


@pytest.mark.parametrize("format_", ["text", "json", "html", "markdown", "sarif", "junit", "github"])
def test_no_byte_of_a_secret_is_kept(
    internet: Internet, tmp_path: Path, road: tuple[str, ...], secret: str, format_: str
) -> None:
    here = tmp_path / "project"
    here.mkdir()
    (here / "launch.toml").write_text(
        f'[launch]\nname = "Parley"\ndomain = "{DOMAIN}"\n\n'
        f'[hosts."{DOMAIN}"]\nrole = "site"\nhealth = "/health"\n\n[hosts."{APP}"]\nrole = "app"\n'
    )
    command = [
        sys.executable,
        "-X",
        "dev",
        "-m",
        "launchready",
        "audit",
        "--format",
        format_,
        "--facts-out",
        "facts.json",
    ]
    done = subprocess.run([*command, *road], cwd=here, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    for check in (b"exposed-file", b"error-page-leaks", b"cookie-insecure", b"health-endpoint-lies"):
        assert check in done.stdout or format_ == "text"
    assert b"2 variables" in done.stdout
    left = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    assert {"facts.json", "ledger.db"} <= {path.name for path in left}
    for word in (secret, *NAMES):
        for where, content in (("stdout", done.stdout), ("stderr", done.stderr), *left.items()):
            assert word.encode() not in content, (word, where)
