"""Whom a product depends on, where it runs and what it is called: what shows it, and what only looks like it."""

import json
from pathlib import Path

import pytest

from launchready.gather.repository.domains import host_of
from launchready.known.mail_senders import mail_sender
from launchready.known.providers import known
from launchready.model.repository import ProviderKind
from tests.gather.test_repository import Files, npm, written

SHOWN: list[tuple[Files, set[str]]] = [
    ({"requirements.txt": "openai\nstripe==12\npsycopg[binary]\n"}, {"OpenAI", "Stripe", "PostgreSQL"}),
    (
        {"package.json": npm(**{"@ai-sdk/anthropic": "2", "resend": "6", "@clerk/nextjs": "6"})},
        {"Anthropic", "Resend", "Clerk"},
    ),
    ({".env.example": "GROQ_API_KEY=\nPOSTMARK_TOKEN=\n# MISTRAL_API_KEY=\n"}, {"Groq", "Postmark", "Mistral"}),
    (
        {
            "docker-compose.yml": (
                "services:\n  db:\n    image: docker.io/library/postgres:17-alpine\n  llm: {image: 'ollama/ollama'}\n"
            )
        },
        {"PostgreSQL", "Ollama"},
    ),
    ({"mail.py": "import httpx\nhttpx.post('https://api.postmarkapp.com/email')\n"}, {"Postmark"}),
    ({"ses.py": "import boto3\nboto3.client(\"ses\", region_name='x')\n"}, {"Amazon SES"}),
    ({"model.py": "from google.genai import types\n"}, {"Google Gemini"}),
    ({"prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\n'}, {"PostgreSQL"}),
    (
        {
            "package.json": json.dumps({"devDependencies": {"stripe": "1"}}),
            "src/pay.ts": "import Stripe from 'stripe'\n",
        },
        {"Stripe"},
    ),
    ({"Gemfile": "gem 'postmark-rails'\ngroup :test do\n  gem 'stripe'\nend\n"}, {"Postmark"}),
]


@pytest.mark.parametrize(("files", "names"), SHOWN)
def test_a_service_that_is_used(tmp_path: Path, files: Files, names: set[str]) -> None:
    assert {one.name for one in written(tmp_path, files).providers} == names


NEAR: list[Files] = [
    {"README.md": "Set STRIPE_SECRET_KEY, then call api.openai.com.\n", "docs/pay.py": "import stripe\n"},
    {"tests/test_pay.py": "import stripe\n", "src/pay.test.ts": "import Stripe from 'stripe'\n"},
    {"package-lock.json": '{"packages": {"node_modules/stripe": {}}}', "poetry.lock": 'name = "stripe"\n'},
    {"vendor/stripe/stripe.py": "import stripe\n", "node_modules/openai/package.json": npm(openai="1")},
    {"requirements-dev.txt": "stripe\n", "package.json": json.dumps({"devDependencies": {"stripe": "1"}})},
    {"snippet.tsx": "const shown = `import Stripe from 'stripe'`\n"},
    {"a.py": "# import stripe\n# see https://api.openai.com\n"},
    {"requirements.txt": "boto3\nhttpx\nstripe-mock-not-real\n"},
    {"docker-compose.yml": "services:\n  a:\n    image: my/postgres-backup\n"},
]


@pytest.mark.parametrize("files", NEAR)
def test_a_service_that_is_only_spoken_of(tmp_path: Path, files: Files) -> None:
    assert written(tmp_path, files).providers == ()


def test_mail_services_have_the_names_of_the_table_of_senders() -> None:
    names = {name for keys in known().packages.values() for kind, name in keys if kind is ProviderKind.MAIL}
    assert {name for name in names if mail_sender(name) is None} <= {"SMTP", "Mailchimp"}


PLATFORMS: list[tuple[str, str, str | None]] = [
    ("fly.toml", "app = 'parrot'\n", "Fly.io"),
    ("render.yaml", "services: []\n", "Render"),
    ("railway.json", "{}", "Railway"),
    ("vercel.json", "{}", "Vercel"),
    ("netlify.toml", "", "Netlify"),
    ("wrangler.toml", "", "Cloudflare Workers"),
    ("Procfile", "web: gunicorn app\n", "Heroku"),
    ("app.json", '{"buildpacks": []}', "Heroku"),
    ("app.json", '{"expo": {}}', None),
    ("app.yaml", "runtime: python312\n", "Google App Engine"),
    ("app.yaml", "kind: Deployment\n", None),
    ("compose.yaml", "services: {}\n", "Docker Compose"),
    ("Dockerfile", "FROM scratch\n", "Docker"),
    ("docs/fly.toml", "app = 'x'\n", None),
]


@pytest.mark.parametrize(("path", "text", "platform"), PLATFORMS)
def test_platforms_by_their_files(tmp_path: Path, path: str, text: str, platform: str | None) -> None:
    assert [one.value for one in written(tmp_path, {path: text}).platforms] == ([platform] if platform else [])


def test_what_a_platform_file_says(tmp_path: Path) -> None:
    found = written(tmp_path, {"fly.toml": "app = 'parrot'  # ours\nprimary_region = \"fra\"\n"})
    assert [(one.value, one.where) for one in found.platform_settings] == [
        ("Fly.io app: parrot", "fly.toml:1"),
        ("Fly.io primary_region: fra", "fly.toml:2"),
    ]


DOMAINS: list[tuple[Files, list[str]]] = [
    ({"CNAME": "parrot.chat\n"}, ["parrot.chat"]),
    ({".env.example": "NEXT_PUBLIC_SITE_URL=https://app.parrot.chat/x\n"}, ["app.parrot.chat"]),
    (
        {
            ".env.example": (
                "SITE_URL=http://localhost:3000\nAPP_URL=https://example.com\nBASE_URL=https://x.vercel.app\n"
            )
        },
        [],
    ),
    ({".env.example": "PLAUSIBLE_BASE_URL=https://plausible.io\nAPP_URL=https://your-domain.com\n"}, []),
    ({"shop/settings.py": "ALLOWED_HOSTS = [\n  'localhost', '.parrot.chat', '127.0.0.1', '*']\n"}, ["parrot.chat"]),
    ({"render.yaml": "services:\n  - name: a\n    domains:\n      - www.parrot.chat\n"}, ["www.parrot.chat"]),
    ({"render.yaml": "    domains: [www.parrot.chat, 'parrot.chat']\n"}, ["www.parrot.chat", "parrot.chat"]),
    *(
        ({"CNAME": f"{name}\n"}, [name])
        for name in ("foodbot.ai", "chat-app.io", "barkly.com", "acmechat.com", "our.site")
    ),
    *(
        ({"CNAME": f"{name}\n"}, [])
        for name in ("your-domain.com", "www.yourapp.com", "my-app.io", "acme.com", "app.com")
    ),
    ({"wrangler.toml": "route = 'parrot.chat/*'\n"}, ["parrot.chat"]),
    ({"package.json": json.dumps({"homepage": "https://parrot.chat#readme"})}, ["parrot.chat"]),
    ({"package.json": json.dumps({"homepage": "https://github.com/x/y#readme"})}, []),
    ({"app/layout.tsx": "metadataBase: new URL('https://parrot.chat'),\n"}, ["parrot.chat"]),
]


@pytest.mark.parametrize(("files", "hosts"), DOMAINS)
def test_the_products_own_domains(tmp_path: Path, files: Files, hosts: list[str]) -> None:
    assert [one.value for one in written(tmp_path, files).domains] == hosts


@pytest.mark.parametrize(
    "written_host", ["http://[::1", "10.0.0.1", "a.local", "x", "", "shop.example", "my-app.fly.dev", "a_b.com"]
)
def test_no_public_name(written_host: str) -> None:
    assert host_of(written_host) is None


def test_variables_of_the_example_without_their_values(tmp_path: Path) -> None:
    text = (
        "# Where mail goes (optional)\nMAIL=1\n\nSECRET='many\nlines'\n"
        "export URL=x # Optional\n# LATER=\n# not a = variable\n"
    )
    found = written(tmp_path, {".env.example": text, ".env": "REAL=hidden\n"})
    assert found.example == ".env.example"
    assert [(one.name, one.where, one.required) for one in found.variables] == [
        ("MAIL", ".env.example:2", False),
        ("SECRET", ".env.example:4", True),
        ("URL", ".env.example:6", False),
        ("LATER", ".env.example:7", False),
    ]
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    "name", [".env.sample", ".env.local.example", "env.example", ".env.template", ".env.server.example", "example.env"]
)
def test_names_of_example_files(tmp_path: Path, name: str) -> None:
    assert written(tmp_path, {name: "A=\n"}).example == name


CHORES: list[tuple[Files, str | None]] = [
    ({"alembic.ini": ""}, "Alembic"),
    ({"shop/migrations/0001_initial.py": ""}, "Django"),
    ({"database/migrations/0001_initial.py": ""}, "Django"),
    ({"database/migrations/2024_create.php": ""}, "Laravel"),
    ({"prisma/schema.prisma": ""}, "Prisma"),
    ({"drizzle.config.ts": ""}, "Drizzle"),
    ({"db/migrate/1_a.rb": ""}, "Rails"),
    ({"docs/alembic.ini": ""}, None),
]


@pytest.mark.parametrize(("files", "tool"), CHORES)
def test_the_migrations_tool(tmp_path: Path, files: Files, tool: str | None) -> None:
    found = written(tmp_path, files).migrations
    assert (found.value if found else None) == tool


def test_ci_files(tmp_path: Path) -> None:
    found = written(tmp_path, {".github/workflows/a.yml": "", ".gitlab-ci.yml": "", ".pre-commit-config.yaml": ""})
    assert [one.value for one in found.ci] == ["GitHub", "GitLab", "pre-commit"]
