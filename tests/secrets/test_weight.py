"""What a value weighs by its place: in tests, manuals and installed packages less, or nothing; settings in full."""

from dataclasses import replace

import pytest

from launchready.known import secret_kinds
from launchready.known.secret_places import Weight, weight
from launchready.model.secret import FoundSecret

NONE, LITTLE, FULL = Weight.NONE, Weight.LITTLE, Weight.FULL


@pytest.mark.parametrize(
    ("kind", "path", "wanted"),
    [
        # a shape of its own counts everywhere
        ("stripe-key", "tests/test_pay.py", FULL),
        ("openai-key", "docs/start.md", FULL),
        ("github-token", "venv/lib/python3.12/site-packages/a/b.py", FULL),
        # installed packages
        ("named-key", "venv/lib/python3.12/site-packages/a/b.py", NONE),
        ("private-key", "web/node_modules/a/test/key.pem", NONE),
        ("json-web-token", "env/lib/PyJWT-2.10.1.dist-info/METADATA", NONE),
        ("database-url", "venv/lib/python3.12/site-packages/sqlalchemy/base.py", NONE),
        ("private-key", "src/node_modules.py", FULL),
        # tests
        ("named-key", "tests/test_pay.py", NONE),
        ("named-secret", "web/src/pay.test.ts", NONE),
        ("named-key", "shop/tests/cassettes/pay.yaml", NONE),
        ("private-key", "test/certs/redis.key", NONE),
        ("private-key", "conftest.py", NONE),
        ("signing-secret", "web/__tests__/session.js", NONE),
        ("json-web-token", "e2e/login.ts", NONE),
        ("authorization-header", "tests/links.test.ts", LITTLE),
        ("service-password", "e2e/login.ts", LITTLE),
        ("google-service-account", "tests/gcp.json", LITTLE),
        ("webhook-signing-secret", "tests/webhooks/index.test.ts", LITTLE),
        ("named-key", "src/latest/pay.py", FULL),
        ("named-key", "src/contest.py", FULL),
        ("named-key", "src/testimonials.tsx", FULL),
        ("private-key", "certs/server.key", FULL),
        # documentation and examples
        ("named-key", "docs/config.md", NONE),
        ("authorization-header", "docs/api.md", NONE),
        ("named-secret", "docs/openapi.yaml", NONE),
        ("named-key", "packages/embed/example/index.html", NONE),
        ("named-key", "dev/example.sql.xz!example.sql", NONE),
        ("signing-secret", "docs/deploy.md", LITTLE),
        ("database-url", "documentation/setup.md", LITTLE),
        ("signing-secret", "README.md", FULL),
        ("named-key", "src/docsearch.ts", FULL),
        # settings
        ("named-key", ".env.example", FULL),
        ("named-secret", "tests/.env", FULL),
        ("signing-secret", "docs/deploy/prod.env", FULL),
        ("named-key", "tests/env.py", NONE),
        # another's kinds
        ("betterleaks.acme", "tests/a.py", FULL),
    ],
)
def test_a_value_weighs_by_its_kind_and_place(kind: str, path: str, wanted: Weight) -> None:
    known = secret_kinds.known()
    one = known[kind].kind if kind in known else replace(known["stripe-key"].kind, id=kind)
    assert weight(FoundSecret(kind=one, verdict=one.verdict, path=path, line=1, length=40)) is wanted
