"""Keys of every kind, made up at run time, each written the way keys stand in files; and what only looks like one."""

import hashlib
import json
import random
import re
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from launchready.formats.secret_shapes.checksums import crc32_base62, crc32_hex

_ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "a": string.ascii_lowercase + string.digits,
    "Z": string.ascii_uppercase + string.digits,
    "2": string.ascii_uppercase + "234567",
    "h": string.digits + "abcdef",
    "U": string.ascii_letters + string.digits + "_-",
    "B": string.ascii_letters + string.digits + "+/",
    "D": string.digits,
}
_BLANK = re.compile(r"\{([AaZ2hUBD])(\d+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text, and what is to be found in it: the bytes of the value and its kind; no kind where nothing is."""

    text: bytes
    value: bytes
    kind: str | None
    context: str


def fill(form: str, dice: random.Random) -> str:
    """`form` with each `{A20}` replaced by twenty characters of that alphabet."""
    return _BLANK.sub(lambda blank: "".join(dice.choices(_ALPHABETS[blank[1]], k=int(blank[2]))), form)


UUID = "{h8}-{h4}-{h4}-{h4}-{h12}"
# A value of each kind that shows what it is by itself.
SHAPED: Mapping[str, tuple[str, ...]] = {
    "anthropic-key": ("sk-ant-api03-{U93}AA", "sk-ant-admin01-{U93}AA", "sk-ant-oat01-{U93}AA"),
    "openrouter-key": ("sk-or-v1-{h64}",),
    "openai-key": ("sk-proj-{U74}T3BlbkFJ{U74}", "sk-svcacct-{U58}T3BlbkFJ{U58}", "sk-{A20}T3BlbkFJ{A20}"),
    "langfuse-secret-key": (f"sk-lf-{UUID}",),
    "langfuse-public-key": (f"pk-lf-{UUID}",),
    "helicone-key": ("sk-helicone-{a7}-{a7}-{a7}-{a7}",),
    "deepseek-key": ("sk-{h32}",),
    "groq-key": ("gsk_{A52}",),
    "xai-key": ("xai-{A80}",),
    "perplexity-key": ("pplx-{A48}",),
    "replicate-token": ("r8_{A37}",),
    "huggingface-token": ("hf_{A34}", "api_org_{A34}"),
    "together-key": ("tgp_v1_{U43}",),
    "fireworks-key": ("fw_{A24}",),
    "cerebras-key": ("csk-{a48}",),
    "nvidia-key": ("nvapi-{U64}",),
    "voyage-key": ("pa-{U43}",),
    "tavily-key": ("tvly-{A32}", "tvly-dev-{A32}"),
    "jina-key": ("jina_{A60}",),
    "firecrawl-key": ("fc-{h32}",),
    "elevenlabs-key": ("sk_{h48}",),
    "azure-ai-key": ("{A52}JQQJ99BAAC{A22}",),
    "gemini-key": ("AQ.Ab8RN6{U44}",),
    "google-api-key": ("AIza{U35}",),
    "pinecone-key": ("pcsk_{A6}_{A63}",),
    "langsmith-key": ("lsv2_pt_{h32}_{h10}", "lsv2_sk_{h32}_{h10}"),
    "sentry-token": ("sntryu_{h64}", "sntrys_{B120}_{B43}"),
    "sentry-dsn": ("https://{h32}@o4505.ingest.us.sentry.io/45{D8}",),
    "posthog-personal-key": ("phx_{A47}",),
    "posthog-project-key": ("phc_{A43}",),
    "workos-key": ("sk_live_a2V5X{A60}",),
    "clerk-key": ("sk_live_{A42}",),
    "stripe-key": ("sk_live_51{A97}", "rk_test_51{A97}", "sk_test_{A24}"),
    "stripe-publishable-key": ("pk_live_51{A97}", "pk_test_{A24}"),
    "webhook-signing-secret": ("whsec_{A32}",),
    "paddle-key": ("pdl_live_apikey_{a26}_{A22}_{A3}",),
    "supabase-secret-key": ("sb_secret_{U22}_{U8}",),
    "supabase-publishable-key": ("sb_publishable_{U22}_{U8}",),
    "supabase-access-token": ("sbp_{h40}",),
    "neon-key": ("napi_{a64}",),
    "planetscale-token": ("pscale_tkn_{A43}", "pscale_pw_{A43}"),
    "resend-key": ("re_{A8}_{A24}",),
    "sendgrid-key": ("SG.{U22}.{U43}",),
    "mailgun-key": ("key-{h32}",),
    "mailchimp-key": ("{h32}-us21",),
    "brevo-key": ("xkeysib-{h64}-{A16}",),
    "twilio-key-id": ("SK{h32}",),
    "slack-webhook": ("hooks.slack.com/services/T{Z10}/B{Z10}/{A24}",),
    "slack-token": ("xoxb-{D12}-{D13}-{A24}", "xapp-1-A{Z10}-{D13}-{h64}"),
    "discord-webhook": ("discord.com/api/webhooks/{D19}/{U68}",),
    "discord-bot-token": ("MT{U24}.{U6}.{U38}",),
    "telegram-bot-token": ("{D10}:AA{U33}",),
    "github-fine-grained-token": ("github_pat_{A22}_{A59}",),
    "gitlab-token": ("glpat-{U20}",),
    "npm-token": ("npm_{A36}",),
    "pypi-token": ("pypi-AgEIcHlwaS5vcmc{U140}",),
    "docker-token": ("dckr_pat_{U27}",),
    "aws-access-key-id": ("AKIA{216}", "ASIA{216}"),
    "aws-bedrock-key": ("ABSK{B130}",),
    "google-oauth-secret": ("GOCSPX-{U28}",),
    "cloudflare-token": ("cfut_{A40}{h8}", "cfk_{A40}{h8}"),
    "vercel-token": ("vcp_{A56}", "vck_{A56}"),
    "fly-token": ("fm2_{B160}",),
    "heroku-key": ("HRKU-AA{U58}",),
    "render-key": ("rnd_{A28}",),
    "digitalocean-token": ("dop_v1_{h64}",),
    "doppler-token": ("dp.pt.{A43}", "dp.st.prd.{A43}"),
    "vault-token": ("hvs.{U95}",),
    "linear-key": ("lin_api_{A40}",),
    "notion-token": ("ntn_{D11}{A35}",),
    "microsoft-client-secret": ("{A3}8Q~{A34}",),
    "onepassword-token": ("ops_eyJ{A600}",),
}
# A value of each kind that only its name tells, with that name.
NAMED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "mistral-key": (("MISTRAL_API_KEY", "{A32}"),),
    "cohere-key": (("COHERE_API_KEY", "{A40}"), ("CO_API_KEY", "{A40}")),
    "deepgram-key": (("DEEPGRAM_API_KEY", "{h40}"),),
    "assemblyai-key": (("ASSEMBLYAI_API_KEY", "{h32}"),),
    "together-key": (("TOGETHER_API_KEY", "{h64}"),),
    "azure-ai-key": (("AZURE_OPENAI_API_KEY", "{h32}"),),
    "pinecone-key": (("PINECONE_API_KEY", UUID),),
    "weaviate-key": (("WEAVIATE_API_KEY", "{A36}"),),
    "qdrant-key": (("QDRANT_API_KEY", "{U54}"),),
    "datadog-key": (("DD_API_KEY", "{h32}"), ("DATADOG_APP_KEY", "{h40}")),
    "upstash-token": (("UPSTASH_REDIS_REST_TOKEN", "A{A54}"),),
    "mailgun-key": (("MAILGUN_API_KEY", "{h32}-{h8}-{h8}"),),
    "postmark-token": (("POSTMARK_SERVER_TOKEN", UUID),),
    "twilio-token": (("TWILIO_AUTH_TOKEN", "{h32}"),),
    "aws-secret-access-key": (("AWS_SECRET_ACCESS_KEY", "{B40}"),),
    "azure-storage-key": (("AZURE_STORAGE_KEY", "{B86}=="),),
    "cloudflare-token": (("CLOUDFLARE_API_TOKEN", "{U40}"),),
    "vercel-token": (("VERCEL_TOKEN", "{A24}"),),
    "heroku-key": (("HEROKU_API_KEY", UUID),),
    "railway-token": (("RAILWAY_TOKEN", UUID),),
    "auth0-secret": (("AUTH0_CLIENT_SECRET", "{U64}"),),
    "oauth-client-secret": (("GITHUB_CLIENT_SECRET", "{h40}"),),
    "signing-secret": (
        ("JWT_SECRET", "{B43}="),
        ("NEXTAUTH_SECRET", "{B43}="),
        ("SESSION_SECRET", "{h64}"),
        ("SECRET_KEY", "{A50}"),
    ),
    "service-password": (("POSTGRES_PASSWORD", "{A20}"), ("SMTP_PASSWORD", "{A16}")),
    "named-secret": (("ACME_API_SECRET", "{A40}"), ("ACME_SECRET_KEY", "{h32}"), ("acme_client_secret", "{U43}")),
    "named-key": (("ACME_API_KEY", "{A40}"), ("ACME_TOKEN", "{h24}"), ("acme_access_token", "rwk_{U43}")),
}


def _github(dice: random.Random) -> str:
    body = fill("{A30}", dice)
    return "ghp_" + body + crc32_base62(body.encode()).decode()


def _polar(dice: random.Random) -> str:
    body = fill("{A37}", dice)
    return "polar_oat_" + body + crc32_base62(body.encode()).decode()


def _grafana(dice: random.Random) -> str:
    start = fill("glsa_{A32}", dice)
    return f"{start}_{crc32_hex(start.encode()).decode()}"


def _clerk(dice: random.Random) -> str:
    return "pk_live_" + b64encode(fill("clerk.{a12}.dev$", dice).encode()).decode()


def token(claims: Mapping[str, object], dice: random.Random, algorithm: str = "HS256") -> str:
    """A JSON Web Token with these claims; its signature is random."""
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    encoded = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, fill("{U43}", dice)])


def pem(dice: random.Random, label: str = "PRIVATE KEY") -> str:
    lines = [fill("{B64}", dice) for _ in range(24)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, fill("{B40}==", dice), f"-----END {label}-----"])


# Kinds whose values follow a rule that a form cannot say.
MADE: Mapping[str, Callable[[random.Random], str]] = {
    "github-token": _github,
    "polar-token": _polar,
    "grafana-token": _grafana,
    "clerk-publishable-key": _clerk,
    "supabase-anon-key": lambda dice: token(
        {"iss": "supabase", "ref": fill("{a20}", dice), "role": "anon", "iat": 1760000000, "exp": 2075000000}, dice
    ),
    "supabase-service-role-key": lambda dice: token(
        {"iss": "supabase", "ref": fill("{a20}", dice), "role": "service_role", "iat": 1760000000, "exp": 2075000000},
        dice,
    ),
    "json-web-token": lambda dice: token({"sub": fill("{D8}", dice), "admin": True}, dice),
    "private-key": pem,
    "google-service-account": lambda dice: b64encode(
        json.dumps({"type": "service_account", "private_key": pem(dice)}).encode()
    ).decode(),
    "encrypted-private-key": lambda dice: pem(dice, "ENCRYPTED PRIVATE KEY"),
}
# Values within an address: what stands around them.
WITHIN: Mapping[str, str] = {
    "database-url": "postgresql://app:{}@ep-cool-1.eu.neon.tech/app?sslmode=require",
    "url-password": "https://deploy:{}@git.acme.io/shop.git",
    "curl-password": "curl -s -u deploy:{} api.acme.io/v1",
    "authorization-header": "Authorization: Bearer {}",
    "algolia-search-key": 'algolia: {{appId: "B4JX2Q", apiKey: "{}", indexName: "acme"}}',
}
FORMS: Mapping[str, str] = {"algolia-search-key": "{h32}"}  # of a value within something, where it is not any


def camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(map(str.title, rest))


def _one_line(text: str) -> str:
    return text.replace("\n", "\\n")


CONTEXTS: Mapping[str, Callable[[str, str], str]] = {
    "env file": lambda name, text: f"DEBUG=0\n{name}={_one_line(text)}\nPORT=8000\n",
    "Python": lambda name, text: (
        f'import os\n\n{name.lower()} = """{text}"""\n' if "\n" in text else f'{name} = "{text}"'
    ),
    "minified JS": lambda name, text: f'!function(){{var t={{{camel(name)}:"{_one_line(text)}",n:1}};e(t)}}();',
    "source map": lambda name, text: json.dumps(
        {"version": 3, "sourcesContent": [f'const a=1;\nconst {camel(name)} = "{_one_line(text)}";\nf(a)']}
    ),
    "URL query": lambda name, text: f"GET https://api.acme.io/v1?a=1&{name.lower()}={_one_line(text)}&z=2",
    "log line": lambda name, text: f"2026-11-24 10:00:00 INFO call {name.lower()}={_one_line(text)} status=200\n",
}


def keys(seed: int) -> Iterator[Sample]:
    """A value of every kind in each of the six contexts."""
    dice = random.Random(seed)
    for kind, forms in SHAPED.items():
        for form in forms:
            yield from _in_contexts(kind, "x", fill(form, dice))
    for kind, named in NAMED.items():
        for name, form in named:
            yield from _in_contexts(kind, name, fill(form, dice))
    for kind, make in MADE.items():
        yield from _in_contexts(kind, "x", make(dice))
    for kind, around in WITHIN.items():
        value = fill(FORMS.get(kind, "{A28}"), dice)
        yield from _in_contexts(kind, "x", around.format(value), value)


def _in_contexts(kind: str | None, name: str, text: str, value: str | None = None) -> Iterator[Sample]:
    for context, write in CONTEXTS.items():
        written = write(name, text)
        wanted = text if value is None else value
        if wanted not in written:
            wanted = _one_line(wanted) if _one_line(wanted) in written else json.dumps(_one_line(wanted))[1:-1]
        yield Sample(text=written.encode(), value=wanted.encode(), kind=kind, context=context)


# Looks like a key, is none: (name, form).
LOOK_ALIKES = (
    ("GIT_SHA", "{h40}"),
    ("BUILD_HASH", "{h64}"),
    ("etag", "{h32}"),
    ("REQUEST_ID", UUID),
    ("integrity", "sha512-{B86}=="),
    ("integrity", "sha1-{B27}="),
    ("image", "data:image/png;base64,iVBORw0KGgo{B400}"),
    ("font", "d09GMgAB{B2000}"),
    ("asset", "/static/js/main.{h8}.chunk.js"),
    ("MISTRAL_API_KEY", "your-mistral-api-key"),
    ("MISTRAL_API_KEY", "${MISTRAL_API_KEY}"),
    ("MISTRAL_API_KEY", "{{ mistral_api_key }}"),
    ("MISTRAL_API_KEY", "<your key here>"),
    ("MISTRAL_API_KEY", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("MISTRAL_API_KEY_ID", "{A32}"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"),
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7" + "EXAMPLE"),
    ("AWS_ACCESS_KEY_ID", "AKIA{217}"),
    ("STRIPE_SECRET_KEY", "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("STRIPE_SECRET_KEY", "sk_live_..."),
    ("STRIPE_SECRET_KEY", "sk_live_" + "x" * 24),
    ("STRIPE_SECRET_KEY", "sk_test_" + "1234567890abcdefghijklmn"),
    ("OPENAI_API_KEY", "sk-..."),
    ("OPENAI_API_KEY", "sk-your-openai-key-goes-here-please"),
    ("ANTHROPIC_API_KEY", "sk-ant-api03-..."),
    ("GITHUB_TOKEN", "ghp_{A36}"),
    ("GITHUB_TOKEN", "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"),
    ("bundle", "{A20}ghp_{A36}{A20}"),
    ("POLAR_ACCESS_TOKEN", "polar_oat_{A43}"),
    ("GRAFANA_TOKEN", "glsa_{A32}_{h8}"),
    ("RESEND_API_KEY", "re_123456789"),
    ("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_" + "N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"),
    ("JWT_SECRET", "process.env.JWT_SECRET"),
    ("JWT_SECRET", "super-secret-jwt-token-with-at-least-32-characters-long"),
    ("JWT_SECRET", "change-me-to-something-long-and-random-1"),
    ("JWT_SECRET_NAME", "{B43}="),
    ("NEXTAUTH_SECRET", "generate-with-openssl-rand-base64-32"),
    ("SECRET_KEY", "django-insecure-" + "change-me-0123456789"),
    ("POSTGRES_PASSWORD", "postgres"),
    ("POSTGRES_PASSWORD", "password123"),
    ("DB_PASSWORD", "config.database.password2"),
    ("DATABASE_URL", "postgres://postgres:postgres@localhost:5432/app"),
    ("DATABASE_URL", "postgresql://user:password@host:5432/db"),
    ("DATABASE_URL", "postgres://app:dev-password-1@db:5432/app"),
    ("DATABASE_URL", "postgres://${DB_USER}:${DB_PASS}@${DB_HOST}/app"),
    ("DATABASE_URL", "postgres://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres"),
    ("HOMEPAGE", "https://user:pass@example.com/path"),
    ("api_key", "{h8}"),
    ("api_key", hashlib.md5(b"").hexdigest()),
    ("api_key_hash", "{h64}"),
    ("PUBLIC_KEY", "{B86}"),
    ("PEM", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
    ("PEM", "-----BEGIN CERTIFICATE-----\n{B64}\n{B64}\n-----END CERTIFICATE-----"),
    ("PEM", "-----BEGIN PUBLIC KEY-----\n{B64}\n{B64}\n-----END PUBLIC KEY-----"),
    ("Authorization", "Bearer ${TOKEN}"),
    ("Authorization", "Bearer <access_token>"),
    ("TOKEN", "v2_top_links_endpoint_read_{D4}"),
    ("ACME_SECRET_KEY", "MyRecaptchaPrivateKey{D3}"),
    ("ACME_API_KEY", "text-embedding-{D1}-small-v{D2}-latest"),
    ("ACME_API_KEY", "pk_{A32}"),
    ("next_token", "{A40}"),
    ("wayToGetToken", "トークンは{D2}から入手できますトークンは入手"),
    ("Authorization", "AWS4-HMAC-SHA256-PAYLOAD"),
    ("version", "v{D2}.{D2}.{D3}-beta.{D4}"),
    ("css", "task-{a12}-disk-{a20}-risk-{a16}"),
)


def look_alikes(seed: int) -> Iterator[Sample]:
    """What is no secret, in each of the six contexts."""
    dice = random.Random(seed)
    for name, form in LOOK_ALIKES:
        yield from _in_contexts(None, name, fill(form, dice))
    for claims, algorithm in (
        ({"iss": "supabase-demo", "role": "service_role", "exp": 1983812996}, "HS256"),
        ({"sub": "1234567890", "name": "John Doe", "iat": 1516239022}, "HS256"),
        ({"sub": "17", "iat": 1600000000, "exp": 1600003600}, "HS256"),
        ({"sub": "17"}, "none"),
    ):
        yield from _in_contexts(None, "token", token(claims, dice, algorithm))
