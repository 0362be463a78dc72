"""What environments are made of, and in what they differ."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from launchready.gather.repository import parity
from launchready.model.parity import Surroundings
from launchready.report.parity import rendered

PRODUCTION = """\
app = "parrot"
primary_region = "fra"
[env]
  FEATURE_VOICE = "false"
  SENTRY_DSN = "https://key@sentry.example/1"
[[vm]]
  size = "shared-cpu-2x"
"""
STAGING = (
    PRODUCTION.replace('"fra"', '"iad"').replace("false", "true").replace("2x", "1x").replace("  SENTRY_DSN", "  # no")
)
FLY = {"fly.toml": PRODUCTION, "fly.staging.toml": STAGING, "Dockerfile": "FROM python:3.13\n"}


def seen(root: Path, files: Mapping[str, str]) -> tuple[Surroundings, ...]:
    for path, text in files.items():
        (root / path).write_text(text, "utf-8")
    return parity.read(root)


def test_environments_stand_side_by_side_and_what_is_meant_to_differ_is_told(tmp_path: Path) -> None:
    assert rendered(seen(tmp_path, FLY), ["Region", "size"]) == (
        "               production     staging\n"
        "region         fra            iad            on purpose\n"
        "size           shared-cpu-2x  shared-cpu-1x  on purpose\n"
        "FEATURE_VOICE  off            on\n"
        "SENTRY_DSN     set            –\n"
    )


def test_no_value_of_a_variable_is_told(tmp_path: Path) -> None:
    every = seen(tmp_path, FLY)
    assert "sentry.example" not in repr(every) + rendered(every)


def test_the_sources_of_launch_toml_count_too(tmp_path: Path) -> None:
    every = seen(tmp_path, {"fly.toml": 'app = "a"\n[env]\n  A = "1"\n'})
    assert rendered(every) == ""
    shown = rendered(every, (), [("production", ["A", "B"]), ("staging", ["A"])])
    assert shown == "   production  staging\nB  set         –\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"fly.toml": PRODUCTION, "fly.staging.toml": PRODUCTION},
            "production, staging: the files tell no difference\n",
        ),
        (
            {"render.yaml": "services:\n- {name: web, plan: pro}\n- {name: web-staging, plan: free}\n"},
            "      production  staging\nsize  pro         free\n",
        ),
        (
            {
                "compose.prod.yaml": "services: {db: {image: 'postgres:17'}}\n",
                "compose.staging.yaml": "services: {db: {image: 'postgres:16'}}\n",
            },
            "            production  staging\nPostgreSQL  17          16\n",
        ),
        ({"fly.toml": "= nonsense", "fly.staging.toml": PRODUCTION}, ""),
        ({"fly.toml": PRODUCTION, "fly.dev.toml": STAGING}, ""),
    ],
)
def test_each_platform_and_what_cannot_be_read(tmp_path: Path, files: Mapping[str, str], told: str) -> None:
    assert rendered(seen(tmp_path, files)) == told
