"""Which environment a file, a service or a branch is about, by the words in its name."""

import re

_WORDS = re.compile(r"[a-z]+|\d+")
STAGING = "staging"
PRODUCTION = "production"
DEVELOPMENT = "development"
_BY_WORD = {
    **dict.fromkeys(("staging", "stage", "stg", "preview", "previews", "preprod", "uat", "qa", "sandbox"), STAGING),
    **dict.fromkeys(("prod", "production", "live", "prd"), PRODUCTION),
    **dict.fromkeys(
        ("dev", "devel", "development", "develop", "local", "localhost", "test", "tests", "testing", "ci", "debug",
         "e2e", "devcontainer", "override", "example", "sample", "bench", "benchmark", "lint", "docs", "storybook",
         "gitpod", "playwright"),
        DEVELOPMENT,
    ),
}  # fmt: skip


def environment_of(name: str) -> str | None:
    """`staging`, `production` or `development` by the first word that says so; None when no word does."""
    words = _WORDS.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return next((_BY_WORD[word] for word in words if word in _BY_WORD), None)
