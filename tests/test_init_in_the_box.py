"""`launchready init DOMAIN` against real zones and servers: what is there is written, what is not is not."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.box.internet import Internet
from tests.measured import Done, launchready

DOMAIN = "parley.dev"
APP, WWW, API = f"app.{DOMAIN}", f"www.{DOMAIN}", f"api.{DOMAIN}"
CLOUDFLARE = "104.16.0.0"  # the first address of one of its published ranges
KEY = '"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="'
RAY = "add_header CF-Ray 8e5-AMS always;"


def server(internet: Internet, address: str, name: str, body: str) -> str:
    """nginx server blocks that answer for one name over HTTPS, and lead there from HTTP."""
    pair = internet.ca.issue(name)
    return (
        f"server {{ listen {address}:80; server_name {name}; return 301 https://$host$request_uri; }}"
        f"server {{ listen {address}:443 ssl; server_name {name}; ssl_certificate {pair.certificate};"
        f" ssl_certificate_key {pair.key}; ssl_protocols TLSv1.2 TLSv1.3; default_type text/html; {body} }}"
    )


def run(internet: Internet, cwd: Path, *arguments: str) -> Done:
    address, port = internet.resolver
    return launchready(*arguments, "--resolver", f"{address}:{port}", "--ca", str(internet.ca.root_file), cwd=cwd)


def written(internet: Internet, folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """What stands in the launch.toml that init writes in a folder, as tables and as text."""
    folder.mkdir(exist_ok=True)
    done = run(internet, folder, "init", DOMAIN, *arguments)
    assert (done.code, done.stderr) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["launch.toml"]
    text = (folder / "launch.toml").read_text()
    return tomllib.loads(text), text


PAGES = "location = / { return 200 '<title>Parley</title>hello'; } location / { return 404; }"
APPLICATION = (
    "location = / { return 302 /login; } location = /login { return 200 '<title>Log in</title>'; }"
    'location = /health { default_type application/json; return 200 \'{"status": "ok"}\'; } location / { return 404; }'
)


def test_a_launch_is_written_down_as_it_is_and_the_audit_takes_it(internet: Internet, tmp_path: Path) -> None:
    here = internet.ipv4(CLOUDFLARE)
    internet.zone(
        DOMAIN,
        f"@ 5 A {here}\nwww 5 A {here}\napp 5 A {here}\n"
        '@ 5 MX 10 smtp.google.com.\n@ 5 TXT "v=spf1 include:_spf.google.com include:spf.stranger.example ~all"\n'
        f"google._domainkey 5 TXT {KEY}\nresend._domainkey 5 TXT {KEY}\ns1._domainkey 5 TXT {KEY}\n"
        'brevo1._domainkey 5 TXT "v=DKIM1; p="\n',
    )
    internet.nginx(
        server(internet, here, DOMAIN, RAY + PAGES)
        + server(internet, here, WWW, f"{RAY} return 301 https://{DOMAIN}$request_uri;")
        + server(internet, here, APP, RAY + APPLICATION)
    )
    internet.serve_dns()
    declared, text = written(internet, tmp_path / "repository")
    assert text.startswith("#:schema ./launch.schema.json\n")
    assert declared == {
        "launch": {"domain": DOMAIN, "canonical": DOMAIN},
        "hosts": {
            DOMAIN: {"role": "site"},
            WWW: {"role": "redirect"},
            APP: {"role": "app", "health": "/health"},
        },
        "edge": {"provider": "cloudflare"},
        "mail": {"senders": ["Google Workspace", "Resend"], "dkim_selectors": ["google", "resend", "s1"]},
    }
    assert "Which service is spf.stranger.example" in text
    done = run(internet, tmp_path / "repository", "audit", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.stderr, report["launch"]["domain"]) == ("", DOMAIN)
    assert not {one["check"] for one in report["findings"]} & {"health-missing", "edge-not-in-front", "page-not-found"}


def test_a_wildcard_invents_no_host(internet: Internet, tmp_path: Path) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\n* 5 A {here}\n*._domainkey 5 TXT {KEY}\n")
    internet.nginx(server(internet, here, DOMAIN, PAGES))
    internet.serve_dns()
    declared, text = written(internet, tmp_path / "repository")
    assert declared == {"launch": {"domain": DOMAIN}, "hosts": {DOMAIN: {"role": "site"}}}
    assert "a wildcard in DNS" in text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 200 '<title>Welcome to nginx!</title>';", "shows the page that a web server is installed with"),
        ("return 200 '<title>x</title><h1>This domain is for sale</h1>';", "shows the page of a parked domain"),
        ("return 404;", "answers 404 at its front address"),
        ("location / { return 200 '<title>Parley</title>hello'; }", f"shows the same page as {DOMAIN}"),
        (None, "is in DNS and does not answer"),
    ],
)
def test_an_app_host_where_no_app_is_is_left_out_and_told(
    internet: Internet, tmp_path: Path, body: str | None, said: str
) -> None:
    here, there = internet.ipv4(), internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 A {there}\n")
    internet.nginx(server(internet, here, DOMAIN, PAGES) + (server(internet, there, APP, body) if body else ""))
    internet.serve_dns()
    declared, text = written(internet, tmp_path / "repository")
    assert set(declared["hosts"]) == {DOMAIN}
    assert f"{APP} {said}" in " ".join(text.replace("\n#  ", "").replace("\n# ", " ").split())


def test_an_app_whose_cname_nobody_claimed_is_left_out(internet: Internet, tmp_path: Path) -> None:
    here, there = internet.ipv4(), internet.ipv4()
    internet.zone("herokudns.com", f"parley 5 A {there}\n")
    internet.zone(DOMAIN, f"@ 5 A {here}\napp 5 CNAME parley.herokudns.com.\n")
    internet.nginx(server(internet, here, DOMAIN, PAGES) + server(internet, there, APP, "return 404 'No such app';"))
    internet.serve_dns()
    declared, text = written(internet, tmp_path / "repository")
    assert set(declared["hosts"]) == {DOMAIN}
    assert "parley.herokudns.com, which nobody has claimed" in text


@pytest.mark.parametrize(
    ("name", "body", "role"),
    [
        (APP, "return 401;", "app"),  # a login that browsers ask for
        (APP, "return 500;", "app"),  # there, and broken: the audit is to say so
        (APP, "return 302 https://login.elsewhere.example/;", "app"),
        (API, "return 404;", "api"),  # an API need not have a front page
        (APP, f"return 301 https://{DOMAIN}/;", "redirect"),
        (f"admin.{DOMAIN}", "return 403;", "admin"),
    ],
)
def test_the_role_of_a_host(internet: Internet, tmp_path: Path, name: str, body: str, role: str) -> None:
    here, there = internet.ipv4(), internet.ipv4()
    internet.zone("elsewhere.example", f"login 5 A {there}\n")
    internet.zone(DOMAIN, f"@ 5 A {here}\n{name.partition('.')[0]} 5 A {here}\n")
    internet.nginx(
        server(internet, here, DOMAIN, PAGES)
        + server(internet, here, name, body)
        + server(internet, there, "login.elsewhere.example", "return 200 login;")
    )
    internet.serve_dns()
    declared, _ = written(internet, tmp_path / "repository")
    assert {host: section["role"] for host, section in declared["hosts"].items()} == {DOMAIN: "site", name: role}


def test_the_site_may_be_at_www(internet: Internet, tmp_path: Path) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\nwww 5 A {here}\n")
    internet.nginx(server(internet, here, WWW, PAGES) + server(internet, here, DOMAIN, f"return 301 https://{WWW}/;"))
    internet.serve_dns()
    declared, _ = written(internet, tmp_path / "repository")
    assert declared["launch"]["canonical"] == WWW
    assert declared["hosts"] == {WWW: {"role": "site"}, DOMAIN: {"role": "redirect"}}


def test_one_page_for_every_path_is_no_health_address(internet: Internet, tmp_path: Path) -> None:
    here = internet.ipv4()
    internet.zone(DOMAIN, f"@ 5 A {here}\n")
    internet.nginx(server(internet, here, DOMAIN, "return 200 '<title>Parley</title>hello';"))
    internet.serve_dns()
    declared, _ = written(internet, tmp_path / "repository")
    assert declared["hosts"] == {DOMAIN: {"role": "site"}}


def test_a_dead_resolver_leaves_what_the_repository_says(internet: Internet, tmp_path: Path) -> None:
    internet.resolver = (internet.silent(), 53)
    declared, text = written(internet, tmp_path / "repository", "--deadline", "4")
    assert declared == {"launch": {"domain": DOMAIN}}
    assert f"# Nothing could be seen of {DOMAIN}" in text
