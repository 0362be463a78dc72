"""What was seen becomes launch.toml: each thing once, with its place, and nothing that was not seen."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchready.config import load
from launchready.draft.launch_toml import render
from launchready.model.launch import Role
from launchready.model.presence import HostSeen, Presence
from launchready.model.repository import Application, Provider, ProviderKind, Repository, Sighting, Variable

DOMAIN = "parley.example"
APP = f"app.{DOMAIN}"
DAY = date(2026, 11, 24)
SITE = HostSeen(name=DOMAIN, role=Role.SITE, because="answers 200")
APP_HOST = HostSeen(name=APP, role=Role.APP, because="answers 200")
SILENT = Presence(domain=DOMAIN, silent=True, unseen=("no answer from 192.0.2.1",))


def at(value: str, where: str = "main.py:3") -> Sighting:
    return Sighting(value, where)


def application(
    *routes: str, folder: str = ".", health: str | None = None, webhooks: tuple[str, ...] = ()
) -> Application:
    return Application(
        folder=folder,
        framework=at("FastAPI", "pyproject.toml:7"),
        language="Python",
        routes=tuple(map(at, routes)),
        health=at(health) if health else None,
        webhooks=tuple(map(at, webhooks)),
    )


def provider(kind: ProviderKind, name: str) -> Provider:
    return Provider(kind=kind, name=name, seen=(at(name.lower(), "requirements.txt:4"),))


def variables(*names: str) -> tuple[Variable, ...]:
    return tuple(Variable(name=name, where=".env.example:1", required=True) for name in names)


def drafted(repository: Repository, presence: Presence) -> tuple[dict[str, Any], str]:
    text = render(repository, presence, DAY)
    return tomllib.loads(text), text


def hosts(repository: Repository, *seen: HostSeen) -> dict[str, Any]:
    found: dict[str, Any] = drafted(repository, Presence(domain=DOMAIN, hosts=seen))[0].get("hosts", {})
    return found


WHOLE = Repository(
    name="Parley",
    applications=(application("/", "/signup", "/login", "/chat", health="/healthz", webhooks=("/webhooks/stripe",)),),
    platforms=(at("Fly.io", "fly.toml:1"),),
    providers=(
        provider(ProviderKind.MODEL, "OpenAI"),
        provider(ProviderKind.MAIL, "Resend"),
        provider(ProviderKind.BILLING, "Stripe"),
    ),
    domains=(at(APP, "fly.toml:9"),),
    example=".env.example",
    variables=variables("DATABASE_URL", "OPENAI_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    migrations=at("migrations/versions", "alembic.ini:3"),
)


def test_a_whole_repository_without_a_network() -> None:
    declared, text = drafted(WHOLE, SILENT)
    assert declared == {
        "launch": {"domain": DOMAIN, "name": "Parley"},
        "hosts": {APP: {"role": "app", "routes": ["/", "/signup", "/login", "/chat"], "health": "/healthz"}},
        "mail": {"senders": ["Resend"]},
        "environments": {
            "production": {
                "url": f"https://{APP}",
                "source": "fly.toml",
                "required": ["DATABASE_URL", "OPENAI_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"],
            }
        },
        "webhooks": {
            "stripe": {
                "scheme": "stripe",
                "url": f"https://{APP}/webhooks/stripe",
                "secret": "${env:STRIPE_WEBHOOK_SECRET}",
            }
        },
        "deploy": {"migrations": "migrations/versions"},
    }
    for place in ("# from fly.toml:9", "from main.py", "alembic.ini:3", "requirements.txt:4", "pyproject.toml:7"):
        assert place in text
    assert f"Nothing could be seen of {DOMAIN}: no answer from 192.0.2.1." in text
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 60


def test_nothing_seen_is_two_lines_in_force() -> None:
    declared, text = drafted(Repository(), SILENT)
    assert declared == {"launch": {"domain": DOMAIN}}
    assert len(text.splitlines()) <= 20


@pytest.mark.parametrize(
    ("apps", "seen", "expected"),
    [
        # One application on the only host that shows pages, or on the app's where there is one.
        ((application("/login"),), (SITE,), {DOMAIN: ["/login"]}),
        ((application("/login"),), (SITE, APP_HOST), {DOMAIN: None, APP: ["/login"]}),
        # A host that has none of the pages is not the one.
        ((application("/login"),), (SITE, replace(APP_HOST, absent=("/login",))), {DOMAIN: ["/login"], APP: None}),
        ((application("/login"),), (replace(SITE, absent=("/login",)),), {DOMAIN: None}),
        # A page that is not there is left out, its neighbours stay.
        ((application("/login", "/beta"),), (replace(SITE, absent=("/beta",)),), {DOMAIN: ["/login"]}),
        # A monorepo: the marketing site, the app.
        (
            (application("/", "/pricing", folder="apps/marketing"), application("/chat", folder="apps/web")),
            (SITE, APP_HOST),
            {DOMAIN: ["/", "/pricing"], APP: ["/chat"]},
        ),
        ((application("/a", "/b"), application("/b", "/c")), (SITE,), {DOMAIN: ["/a", "/b", "/c"]}),
        # What is no page that everybody can open.
        (
            (application("/c/{id}", "/c/<id>", "/c/[id]", "/c/:id", "/a b", "//x", "no", "/?q", "/*"),),
            (SITE,),
            {DOMAIN: None},
        ),
        ((application("/login"),), (HostSeen(name=DOMAIN, role=Role.REDIRECT, because=""),), {DOMAIN: None}),
    ],
)
def test_pages_stand_at_the_host_that_shows_them(
    apps: tuple[Application, ...], seen: tuple[HostSeen, ...], expected: dict[str, list[str] | None]
) -> None:
    found = hosts(Repository(applications=apps), *seen)
    assert {name: host.get("routes") for name, host in found.items()} == expected


@pytest.mark.parametrize(
    ("in_files", "answered", "expected"),
    [
        ("/healthz", None, "/healthz"),
        ("/healthz", "/healthz", "/healthz"),
        ("/healthz", "/health", "/health"),  # what answers stands above what a file says
        (None, "/health", "/health"),
        (None, None, None),
        ("/health/{part}", None, None),
    ],
)
def test_the_health_address(in_files: str | None, answered: str | None, expected: str | None) -> None:
    seen = replace(APP_HOST, health=Sighting(answered, "answers 200") if answered else None)
    found = hosts(Repository(applications=(application("/", health=in_files),)), seen)
    assert found[APP].get("health") == expected


def test_pages_that_no_host_shows_stand_as_an_example() -> None:
    seen = replace(SITE, absent=("/login",))
    repository = Repository(applications=(application("/login", health="/up"),))
    declared, text = drafted(repository, Presence(domain=DOMAIN, hosts=(seen,)))
    assert declared["hosts"] == {DOMAIN: {"role": "site"}}
    assert f'# [hosts."{APP}"]' in text
    assert '# routes = ["/login"]' in text
    assert '# health = "/up"' in text


def test_where_no_host_is_known_the_pages_are_taken_for_the_domains_own() -> None:
    declared, text = drafted(Repository(applications=(application("/login", health="/up"),)), SILENT)
    assert declared["hosts"] == {DOMAIN: {"role": "site", "routes": ["/login"], "health": "/up"}}
    assert "not seen: taken for granted" in text


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (at("migrations/versions", "alembic.ini:3"), "migrations/versions"),
        (at("Alembic", "backend/alembic.ini"), "backend/alembic.ini"),
        (at("Prisma", "prisma/migrations:1"), "prisma/migrations"),
        (at("Django", "chat/migrations/0001_initial.py"), "chat/migrations"),
    ],
)
def test_where_the_migrations_are(seen: Sighting, expected: str) -> None:
    declared, _ = drafted(Repository(migrations=seen), SILENT)
    assert declared["deploy"] == {"migrations": expected}


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        ((at("Docker", "Dockerfile"), at("Fly.io", "fly.toml:1")), "fly.toml"),
        ((at("Vercel", "apps/web/vercel.json"),), "apps/web/vercel.json"),
        ((at("Docker", "backend/Dockerfile.prod"),), None),
        ((at("Docker Compose", "compose.yml"),), "compose.yml"),
        ((at("Heroku", "Procfile"), at("Docker Compose", "compose.yml")), None),  # Compose is for this machine then
    ],
)
def test_the_file_that_holds_the_variables(platforms: tuple[Sighting, ...], expected: str | None) -> None:
    declared, _ = drafted(Repository(platforms=platforms, variables=variables("A")), SILENT)
    assert declared["environments"]["production"].get("source") == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (APP, {APP: "app"}),
        (f"api.{DOMAIN}", {f"api.{DOMAIN}": "api"}),
        (f"www.{DOMAIN}", {f"www.{DOMAIN}": "redirect"}),
        (DOMAIN, {DOMAIN: "site"}),
        ("parley.fly.dev", {}),  # another's name
        ("notparley.example", {}),
        ("app.parley.example/x", {}),
        ("аpp.parley.example", {}),  # a Cyrillic а
    ],
)
def test_hosts_that_only_files_name(named: str, expected: dict[str, str]) -> None:
    declared, _ = drafted(Repository(domains=(at(named),)), SILENT)
    assert {name: host["role"] for name, host in declared.get("hosts", {}).items()} == expected


def test_two_front_ends_are_not_put_on_one_host_that_nobody_saw() -> None:
    web = application("/", "/pricing", folder="apps/web")
    dashboard = application("/login", "/chat", folder="apps/dashboard")
    repository = Repository(
        applications=(web, dashboard), domains=(at(DOMAIN, ".env.example:1"), at(APP, ".env.example:2"))
    )
    told, _ = drafted(repository, SILENT)
    assert told["hosts"][DOMAIN]["routes"] == ["/", "/pricing"]
    assert told["hosts"][APP]["routes"] == ["/login", "/chat"]
    told, text = drafted(replace(repository, domains=(at(APP),)), SILENT)
    assert told["hosts"] == {APP: {"role": "app", "routes": ["/login", "/chat"]}}
    assert "no host was seen that shows them" in " ".join(text.replace("#", " ").split())


def test_a_host_that_was_looked_for_in_vain_is_not_taken_from_files() -> None:
    presence = Presence(domain=DOMAIN, hosts=(SITE,), passed_over=(Sighting(APP, "has no address in DNS"),))
    declared, text = drafted(Repository(domains=(at(APP),)), presence)
    assert set(declared["hosts"]) == {DOMAIN}
    assert f"# - {APP} has no address in DNS." in text


@pytest.mark.parametrize(
    ("billing", "path", "names", "expected"),
    [
        (("Stripe",), "/api/hooks", ("STRIPE_WEBHOOK_SECRET",), ("stripe", "stripe", "STRIPE_WEBHOOK_SECRET")),
        (("Lemon Squeezy",), "/hooks/lemon-squeezy", (), ("lemon-squeezy", "lemonsqueezy", None)),
        (("Paddle",), "/paddle", ("WEBHOOK_SECRET",), ("paddle", "paddle", "WEBHOOK_SECRET")),
        (("Stripe", "Paddle"), "/hooks", ("STRIPE_WEBHOOK_SECRET",), ("inbound", None, None)),
        ((), "/hooks", ("STRIPE_SECRET_KEY",), ("inbound", None, None)),
    ],
)
def test_webhooks(
    billing: tuple[str, ...], path: str, names: tuple[str, ...], expected: tuple[str, str | None, str | None]
) -> None:
    repository = Repository(
        applications=(application("/", webhooks=(path,)),),
        providers=tuple(provider(ProviderKind.BILLING, name) for name in billing),
        variables=variables(*names),
    )
    declared, _ = drafted(repository, Presence(domain=DOMAIN, hosts=(APP_HOST,)))
    name, scheme, secret = expected
    assert declared["webhooks"] == {
        name: {
            "url": f"https://{APP}{path}",
            **({"scheme": scheme} if scheme else {}),
            **({"secret": f"${{env:{secret}}}"} if secret else {}),
        }
    }


def test_a_mail_service_is_named_once_whatever_shows_it() -> None:
    presence = Presence(domain=DOMAIN, senders=(Sighting("Google Workspace", "include:_spf.google.com in SPF"),))
    repository = Repository(providers=(provider(ProviderKind.MAIL, "G Suite"), provider(ProviderKind.MAIL, "Resend")))
    declared, _ = drafted(repository, presence)
    assert declared["mail"] == {"senders": ["Google Workspace", "Resend"]}


def test_what_sends_mail_and_is_no_known_service_is_asked() -> None:
    strangers = (Sighting("spf.stranger.example", f"the SPF record of {DOMAIN}"),)
    repository = Repository(providers=(provider(ProviderKind.MAIL, "SMTP"), provider(ProviderKind.MODEL, "OpenAI")))
    declared, text = drafted(repository, Presence(domain=DOMAIN, strangers=strangers))
    assert "mail" not in declared
    assert "# Which service is spf.stranger.example" in text
    assert "# Mail goes through SMTP (from requirements.txt:4)" in text


def test_a_variable_that_may_be_missing_is_not_required() -> None:
    optional = Variable(name="LOG_LEVEL", where=".env.example:2", required=False)
    declared, _ = drafted(Repository(example=".env.example", variables=(*variables("A"), optional)), SILENT)
    assert declared["environments"]["production"]["required"] == ["A"]


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        (
            *(
                'a"b',
                "a\\",
                "line\nbreak",
                "\r\n[launch]\n",
                "\x00",
                "\x1b[2J",
                "\u202e",
                "\u2028",
                "\x85",
                "'''",
                '"""',
            ),
            *("${env:X}", "#", "# x", "/{x}", "/ü", "/x\ty", "/", "bücher.example", f"bücher.{DOMAIN}", f"a.{DOMAIN}"),
            *("xn--a", f"-.{DOMAIN}", f"app.{DOMAIN}.", "127.0.0.1", "\ud800", "A" * 5000, "https://x/", "", " ", "]"),
            *(
                f"{'a' * 64}.{DOMAIN}",
                f"1.{DOMAIN}",
                "Stripe",
                "s3",
                "S-3",
                "STRIPE_WEBHOOK_SECRET",
                "Café ☕",
                "name = 1",
            ),
        )
    ),
)
SIGHTINGS = st.builds(Sighting, HOSTILE, HOSTILE)
SEVERAL = st.lists(SIGHTINGS, max_size=4).map(tuple)
REPOSITORIES = st.builds(
    Repository,
    name=st.none() | HOSTILE,
    applications=st.lists(
        st.builds(
            Application,
            folder=HOSTILE,
            framework=SIGHTINGS,
            language=HOSTILE,
            routes=SEVERAL,
            health=st.none() | SIGHTINGS,
            webhooks=SEVERAL,
        ),
        max_size=3,
    ).map(tuple),
    platforms=SEVERAL,
    providers=st.lists(
        st.builds(Provider, kind=st.sampled_from(ProviderKind), name=HOSTILE, seen=SEVERAL), max_size=3
    ).map(tuple),
    domains=SEVERAL,
    example=st.none() | HOSTILE,
    variables=st.lists(st.builds(Variable, name=HOSTILE, where=HOSTILE, required=st.booleans()), max_size=4).map(tuple),
    migrations=st.none() | SIGHTINGS,
    unread=SEVERAL,
)
PRESENCES = st.builds(
    Presence,
    domain=st.sampled_from((DOMAIN, "xn--bcher-kva.example", "a.co.uk")),
    canonical=st.none() | SIGHTINGS,
    hosts=st.lists(
        st.builds(
            HostSeen,
            name=HOSTILE,
            role=st.sampled_from(Role),
            because=HOSTILE,
            health=st.none() | SIGHTINGS,
            absent=st.lists(HOSTILE, max_size=2).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    passed_over=SEVERAL,
    senders=SEVERAL,
    strangers=SEVERAL,
    selectors=SEVERAL,
    edge=st.none() | SIGHTINGS,
    unseen=st.lists(HOSTILE, max_size=3).map(tuple),
    silent=st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(REPOSITORIES, PRESENCES)
def test_whatever_strangers_write_the_file_is_valid(
    tmp_path_factory: pytest.TempPathFactory, repository: Repository, presence: Presence
) -> None:
    folder = tmp_path_factory.getbasetemp() / "drafts"  # one for all examples, and above no other test's folder
    folder.mkdir(exist_ok=True)
    path = folder / "launch.toml"
    path.write_text(render(repository, presence, DAY), "utf-8", newline="")
    launch = load(Path(path), {})
    assert launch.domain == presence.domain
    assert launch.network.resolver is None
    assert path.stat().st_size < 64 * 1024
