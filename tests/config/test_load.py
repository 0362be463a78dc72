"""launch.toml becomes a Launch, or every problem is named at once with its line."""

from datetime import date
from pathlib import Path

import pytest

from launchready.config import load, load_file
from launchready.errors import ConfigError
from launchready.model.finding import Accepted
from launchready.model.launch import (
    ConnectTo,
    Contract,
    Deploy,
    DnsRecord,
    Environment,
    Gate,
    Guardrails,
    Host,
    Journeys,
    Launch,
    Mail,
    Network,
    Owner,
    Role,
    Secrets,
    VariableSource,
)
from launchready.model.webhook import Scheme, Webhook

EXAMPLE = Path(__file__).parents[2] / "docs" / "launch.toml"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def loaded(text: str, folder: Path) -> Launch:
    path = folder / "launch.toml"
    path.write_text(text)
    return load(path, {}, "launch.toml")


def problems_of(text: str, folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        loaded(text, folder)
    assert all(problem.isprintable() for problem in refused.value.problems)
    return refused.value.problems


def test_two_lines_are_enough(tmp_path: Path) -> None:
    launch = loaded('[launch]\ndomain = "Parley.Example."\n', tmp_path)
    assert launch == Launch(domain="parley.example", name="parley.example")


def test_the_example_with_every_key_becomes_a_launch(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(PEM)
    launch = loaded(EXAMPLE.read_text(), tmp_path)
    assert launch == Launch(
        domain="parley.example",
        name="Parley",
        canonical="parley.example",
        hosts=(
            Host(name="parley.example", role=Role.SITE, routes=("/", "/pricing")),
            Host(name="www.parley.example", role=Role.REDIRECT),
            Host(
                name="app.parley.example",
                role=Role.APP,
                routes=("/login", "/chat"),
                health="/healthz",
                private=("/admin", "/api/internal"),
                public=("/admin/login",),
            ),
        ),
        records=(
            DnsRecord(
                name="_dmarc.parley.example",
                type="TXT",
                value="v=DMARC1; p=quarantine; rua=mailto:dmarc@parley.example",
            ),
        ),
        mail=Mail(
            addresses=("hello@parley.example",),
            senders=("postmark", "google"),
            selectors=("20261124pm", "google"),
        ),
        edge="cloudflare",
        secrets=Secrets(fingerprint_key=launch.secrets.fingerprint_key, paths_out=("tests/fixtures/**",)),
        owners=(Owner(what="domain registrar", owner="Ada", access=("Ada", "Grace"), rotated=date(2026, 10, 1)),),
        environments=(Environment(name="production", url="https://app.parley.example"),),
        journeys=Journeys(
            login="login",
            signup="signup",
            logout="logout",
            first_chat="first-chat",
            mailbox=launch.journeys.mailbox,
            mailbox_address="visitor@parley.example",
        ),
        webhooks=(
            Webhook(
                name="billing",
                scheme=Scheme.STRIPE,
                url="https://app.parley.example/webhooks/stripe",
                events=("checkout.session.completed", "invoice.paid"),
                probe="credits",
            ),
            Webhook(
                name="crm",
                scheme=Scheme.HMAC,
                url="https://app.parley.example/webhooks/crm",
                header="X-CRM-Signature",
            ),
        ),
        guardrails=Guardrails(),
        gate=Gate(block=("blocker", "endpoint-slow"), require=("journeys", "questions"), max_age_s=86_400.0),
        deploy=Deploy(
            command=("fly deploy",),
            rollback=("fly deploy --image parley:$LAUNCHREADY_PREVIOUS_VERSION",),
            version="https://app.parley.example/version",
        ),
        network=Network(
            resolver=("1.1.1.1", 53),
            ca=str(tmp_path / "ca.pem"),
            connect_to=(ConnectTo(host="app.parley.example", port=443, to_host="127.0.0.1", to_port=8443),),
            deadline_s=60.0,
        ),
        accepted=(
            Accepted(
                check="dnssec-missing",
                subject="parley.example",
                reason="registrar cannot do it; moving in January",
                expires=date(2027, 2, 1),
            ),
            Accepted(
                check="secret-in-history",
                subject="*",
                reason="a key of the test account, revoked",
                fingerprint="9c1185a5c5e9fc54612808977ee8f548b2258d31a2b1c8c2cf5f9d0c1e3a7b42",
            ),
        ),
        variable_sources=(VariableSource(environment="production", names=("fly.toml",)),),
        differs=("machines",),
        contracts=(
            Contract(
                environment="production",
                required=("DATABASE_URL", "OPENAI_API_KEY", "STRIPE_WEBHOOK_SECRET"),
                critical=("DATABASE_URL",),
                shared=("LOG_LEVEL",),
            ),
        ),
    )


def test_secrets_of_the_example_wait_until_they_are_used(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(PEM)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "stripe-webhook").write_text("whsec_t0p\n")
    (tmp_path / "launch.toml").write_text(EXAMPLE.read_text())
    file = load_file(tmp_path / "launch.toml", {"CLOUDFLARE_API_TOKEN": "t0p"})
    assert "t0p" not in repr(file)
    assert file.edge is not None
    assert file.edge.token is not None
    assert file.edge.token.reveal() == "t0p"
    secret = file.webhooks["billing"].secret
    assert secret is not None
    assert secret.reveal() == "whsec_t0p"


def test_every_problem_is_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
[launch]
domian = "parley.example"
canonical = "https://www.parley.example/"

[hosts."app.parley.example"]
role = "application"
routes = "/"
health = "healthz"
private = ["/a", "b"]

[hosts.api.parley.example]
role = "api"

[host."x.example"]

[[records]]
name = "@"
type = "A"

[network]
resolver = "one"
deadline_s = nan

[edge]
token = "cf_t0p-secret"
"""
    assert problems_of(text, tmp_path) == (
        "launch.toml:1: [launch] needs domain: The domain that you own and launch: no https://, no path.",
        'launch.toml:2: [launch] has no key "domian"; did you mean "domain"?',
        'launch.toml:3: [launch] canonical "https://www.parley.example/" is an address of a page; '
        'write "www.parley.example"',
        'launch.toml:6: [hosts."app.parley.example"] role is "application"; '
        "it must be one of site, redirect, app, api, admin, status",
        'launch.toml:7: [hosts."app.parley.example"] routes is text; it must be a list, such as ["…", "…"]',
        'launch.toml:8: [hosts."app.parley.example"] health "healthz" does not begin with a slash; write "/healthz"',
        'launch.toml:9: [hosts."app.parley.example"] private entry 2 "b" does not begin with a slash; write "/b"',
        'launch.toml:11: [hosts.api.parley.example] lacks quotes around the name; write [hosts."api.parley.example"]',
        "launch.toml:14: there is no section [host]; did you mean [hosts]?",
        "launch.toml:16: [[records]] needs value: What it must hold, as your DNS provider shows it.",
        'launch.toml:21: [network] resolver "one" is not the IP address of a DNS server; write "1.1.1.1"',
        "launch.toml:22: [network] deadline_s is not a usable number; write it in digits",
        'launch.toml:25: [edge] token must not stand in the file itself; write "${env:NAME}"',
    )


HEAD = '[launch]\ndomain = "parley.example"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "launch.toml:1: [launch] is missing"),
        ("[hosts]", "[launch] is missing"),
        ("launch = 1", "launch.toml:1: [launch] is a number; write [launch] in a line of its own"),
        ("[[launch]]\ndomain = 'parley.example'", "[launch] is a list; write [launch] in a line"),
        ("domain = 'parley.example'", "launch.toml:1: domain stands above every section; write it below [launch]"),
        ("zzz = 1\n" + HEAD, "zzz stands above every section"),
        (HEAD + "[zzz]", "launch.toml:3: there is no section [zzz]; the sections are launch, hosts, records"),
        (HEAD + "dóm = 1", "cannot be read as TOML"),
        (
            HEAD + '"\\u001b[31m" = 1',
            'launch.toml:3: [launch] has no key "\\x1b[31m"; its keys are domain, name, canonical',
        ),
        (HEAD + "name = 5", "launch.toml:3: [launch] name is a number; it must be text in quotes"),
        (HEAD + "name = true", "name is true or false; it must be text"),
        (HEAD + "name = ' '", "name is empty"),
        (HEAD + "[launch.name]", "name is a table; it must be text"),
        ("[launch]\ndomain = 'vercel.app'", 'write "your-name.vercel.app"'),
        ("[launch]\ndomain = 'www.parley.example'", 'write "parley.example"'),
        ("[launch]\ndomain = '${env:DOMAIN}'", 'launch.toml:2: [launch] domain "${env:DOMAIN}" is a reference'),
        ("[launch]\ndomain = '192.0.2.1'", "the address of a machine"),
        (HEAD + "[hosts]\n'app.parley.example' = 'app'", '[hosts."app.parley.example"] is text; write [hosts.'),
        (HEAD + "[[hosts]]", '[hosts] is a list; write [hosts."NAME"]'),
        (HEAD + "[hosts.'app']", 'launch.toml:3: [hosts.app] "app" is one word'),
        (
            HEAD + "[hosts.'A.example']\n[hosts.'a.example.']",
            'launch.toml:4: [hosts."a.example."] is the same host as "A.e',
        ),
        (HEAD + "[hosts.'a.example'.routes]", "routes is a table; it must be a list"),
        (HEAD + "[hosts.'a.example']\nroutes = [1]", "routes entry 1 is a number"),
        (HEAD + "[hosts.'a.example']\nroutes = ['/a b']", 'write "/a%20b"'),
        (HEAD + "[hosts.'a.example']\nroutes = ['https://a.example/x']", 'write "/x"'),
        (HEAD + "[records]\nname = 'a'", "launch.toml:3: [records] must be written [[records]]"),
        (
            HEAD + "[[records]]\nname = 'a'\ntype = 'a'\nvalue = 'x'",
            'launch.toml:5: [[records]] type is "a"; it must be',
        ),
        (HEAD + "[edge]\ntoken = 5", "[edge] token must be text"),
        (HEAD + "[edge]\ntoken = '${env:a b}'", "token holds a reference that is not"),
        (HEAD + "[environments.x]\nurl = 'https://u:t0p@x.example'", "url holds a name or a password"),
        (HEAD + "[environments.x]\nurl = 'x.example'", "is not a web address"),
        (HEAD + "[database]\nurl = 'postgresql://u:t0p-secret@h/d'", "url holds a password"),
        (HEAD + "[webhooks.x]\nscheme = 'paypal'", "it must be one of stripe, standard"),
        (HEAD + "[gate]\nmax_age = '1 day'", '"1 day" is not a length of time'),
        (HEAD + "[gate]\nmax_age = '0h'", "is not a length of time"),
        (HEAD + "[gate]\nmax_age = true", "is not a number"),
        (HEAD + "[guardrails]\nbackend_p95_ms = -1", "is -1; it must be above 0"),
        (HEAD + "[guardrails]\nbackend_p95_ms = '800'", "is not a number"),
        (HEAD + "[guardrails]\nbackend_p95_ms = 1" + "0" * 400, "is not a usable number"),
        (HEAD + "[guardrails]\nuptime = 99.9", "it must be from 0 to 1; 99.9 % is 0.999"),
        (HEAD + "[guardrails]\nerror_rate = inf", "is not a usable number"),
        (HEAD + "[monitor]\nlisten = '8300'", "is not an address to listen on"),
        (HEAD + "[monitor]\nhosted = { name = 'x' }", "launch.toml:4: [monitor] hosted needs link"),
        (HEAD + "[monitor.hosted]\nname = 'x'\nlnk = 'y'", '[monitor] hosted has no key "lnk"; did you mean "link"?'),
        (HEAD + "[[heartbeats]]\nname = 'x'", "[[heartbeats]] needs every"),
        (HEAD + "[alerts]\nerror_spike = -1", "it must be above 0"),
        (HEAD + "[network]\nconnect_to = ['a:1:b:2', 'a']", 'connect_to entry 2 "a" is not HOST:PORT'),
        (HEAD + "[network]\nca = 'none.pem'", "is not a file that is there"),
        (HEAD + "[network]\ndeadline_s = 0", "0 is not a deadline"),
        (HEAD + "[[accepted]]\ncheck = 'x'\nreason = 'y'", "launch.toml:3: [[accepted]] needs subject"),
        (HEAD + "[[accepted]]\ncheck = 'x'\nsubject = '*'", "[[accepted]] needs reason"),
        (HEAD + "[[accepted]]\nexpires = '2027-02-01'", "launch.toml:4: [[accepted]] expires is not a day"),
        (HEAD + "[[accepted]]\nexpires = 2027-02-01T00:00:00Z", "expires is not a day"),
        (
            HEAD + "canonical = 'a.example'\n[hosts.'a.example']\nrole = 'redirect'",
            "launch.toml:3: [launch] canonical is",
        ),
    ],
)
def test_each_mistake_has_its_sentence(text: str, said: str, tmp_path: Path) -> None:
    problems = problems_of(text, tmp_path)
    assert any(said in problem for problem in problems), problems
    assert not any("t0p" in problem for problem in problems)


def test_a_flood_of_problems_is_counted(tmp_path: Path) -> None:
    problems = problems_of(HEAD + "".join(f"k{index} = 1\n" for index in range(1000)), tmp_path)
    assert len(problems) == 101
    assert problems[-1] == "launch.toml: and 900 more problems"


@pytest.mark.parametrize(
    ("canonical", "apex", "www"),
    [
        ("", Role.SITE, Role.REDIRECT),
        ("canonical = 'parley.example'\n", Role.SITE, Role.REDIRECT),
        ("canonical = 'www.parley.example'\n", Role.REDIRECT, Role.SITE),
    ],
)
def test_a_role_is_guessed_where_none_is_written(canonical: str, apex: Role, www: Role, tmp_path: Path) -> None:
    names = ["parley.example", "www.parley.example", "api.parley.example", "chat.parley.example", "app.other.example"]
    text = HEAD + canonical + "".join(f"[hosts.'{name}']\n" for name in names)
    assert [host.role for host in loaded(text, tmp_path).hosts] == [apex, www, Role.API, Role.APP, Role.APP]


def test_hosts_that_public_dns_does_not_know_are_left_out_of_the_look(tmp_path: Path) -> None:
    text = HEAD + "[hosts.localhost]\n[hosts.'127.0.0.1']\n[hosts.'[::1]']\n[hosts.'bücher.example']\n"
    assert [host.name for host in loaded(text, tmp_path).hosts] == ["xn--bcher-kva.example"]


def test_an_acceptance_by_fingerprint_does_not_accept_its_whole_subject(tmp_path: Path) -> None:
    text = HEAD + "[[accepted]]\ncheck = 'x'\nsubject = '*'\nfingerprint = 'fp_1'\nreason = 'y'\n"
    (accepted,) = loaded(text, tmp_path).accepted
    assert accepted.covers("x", "anything", "fp_1")
    assert not accepted.covers("x", "anything")
    assert not accepted.covers("x", "anything", "fp_2")


def test_what_a_gate_blocks_by_itself_and_one_command_is_a_list_of_one(tmp_path: Path) -> None:
    launch = loaded('[launch]\ndomain = "parley.example"\n[gate]\nrequire = "audit"\n[deploy]\n', tmp_path)
    assert launch.gate == Gate(block=("blocker",), require=("audit",), max_age_s=None)
    assert launch.deploy == Deploy(command=(), rollback=(), version=None)
    assert loaded('[launch]\ndomain = "parley.example"\n', tmp_path).deploy is None
