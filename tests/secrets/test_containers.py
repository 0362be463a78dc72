"""Keys in container files and beside them, as they are written there, found by the scan of the tree."""

import random
from pathlib import Path

import pytest

from launchready.formats.secret_shapes import Shapes
from launchready.gather.secrets import tree
from launchready.gather.secrets.reading import Reader
from tests.secrets.generated import fill

READER = Reader(look=Shapes().hits, marks=lambda data, hit: None)
DICE = random.Random()
STRIPE, PLAIN = "sk_live_{A24}", "{A40}"


def found(folder: Path, name: str, text: str) -> list[tuple[str, str, int]]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return [(one.kind.id, one.path, one.line) for one in tree.look(folder, READER).found]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM python:3.13\nENV STRIPE_SECRET_KEY={}\n"),
        ("Dockerfile", 'FROM python:3.13\nENV A=b STRIPE_SECRET_KEY="{}" C=d\n'),
        ("Dockerfile.prod", "FROM node:22\nENV STRIPE_SECRET_KEY {}\n"),
        ("Dockerfile", "FROM node:22\nARG STRIPE_SECRET_KEY={}\n"),
        ("Containerfile", "FROM node:22\nRUN STRIPE_SECRET_KEY='{}' npm run build\n"),
        ("Dockerfile", 'FROM node:22\nLABEL build.key="{}"\n'),
        ("compose.yaml", "services:\n  web: {{environment: {{STRIPE_SECRET_KEY: {}}}}}\n"),
        ("compose.yaml", "services: {{web: {{environment:\n      - STRIPE_SECRET_KEY={}\n}}}}\n"),
        ("docker-compose.yml", 'services: {{web: {{build: {{args:\n  STRIPE_SECRET_KEY: "{}" }}}}}}\n'),
        (".env.production", "# keys\nexport STRIPE_SECRET_KEY='{}'\n"),
        (".devcontainer/devcontainer.json", '{{"containerEnv":\n {{"STRIPE_SECRET_KEY": "{}"}}}}\n'),
        ("deploy.sh", "set -e\ndocker run -e STRIPE_SECRET_KEY={} parley\n"),
        ("deploy.sh", "set -e\ndocker build --build-arg STRIPE_SECRET_KEY={} .\n"),
        ("fly.toml", "[env]\nSTRIPE_SECRET_KEY = '{}'\n"),
    ],
)
def test_a_key_with_a_shape(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, name, text.format(fill(STRIPE, DICE))) == [("stripe-key", name, 2)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM python:3.13\nENV JWT_SECRET={}\n"),
        ("Dockerfile", "FROM python:3.13\nENV JWT_SECRET {}\n"),
        ("Dockerfile", "FROM python:3.13\nARG JWT_SECRET={}\n"),
        ("compose.yaml", "services: {{web: {{environment:\n      JWT_SECRET: {}\n}}}}\n"),
        ("compose.yaml", "services: {{web: {{environment:\n      - JWT_SECRET={}\n}}}}\n"),
        ("compose.yaml", 'services: {{web: {{environment:\n      - "JWT_SECRET={}"\n}}}}\n'),
        (".env", "\nJWT_SECRET={} # of production\n"),
        ("deploy.sh", "set -e\ndocker run --env JWT_SECRET={} parley\n"),
        ("k8s.yaml", "stringData:\n  JWT_SECRET: {}\n"),
    ],
)
def test_a_shapeless_key_beside_its_name(tmp_path: Path, name: str, text: str) -> None:
    assert [place[1:] for place in found(tmp_path, name, text.format(fill(PLAIN, DICE)))] == [(name, 2)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM node:22\nARG STRIPE_SECRET_KEY\nENV STRIPE_SECRET_KEY=$STRIPE_SECRET_KEY\n"),
        ("Dockerfile", "FROM node:22\nENV JWT_SECRET=${JWT_SECRET} JWT_SECRET_FILE=/run/secrets/jwt_secret\n"),
        ("Dockerfile", "FROM node:22\nRUN --mount=type=secret,id=STRIPE_SECRET_KEY,env=STRIPE_SECRET_KEY npm ci\n"),
        ("Dockerfile", "FROM node:22\nENV JWT_SECRET=build-time-placeholder NODE_ENV=production\n"),
        ("Dockerfile", f"FROM node:22@sha256:{'0a1b2c3d' * 8}\n"),
        ("compose.yaml", "services: {web: {environment: {STRIPE_SECRET_KEY: '${STRIPE_SECRET_KEY:?missing}'}}}\n"),
        ("compose.yaml", "services: {web: {environment: [STRIPE_SECRET_KEY, JWT_SECRET=${JWT_SECRET}]}}\n"),
        ("compose.yaml", "services: {db: {environment: {POSTGRES_PASSWORD: postgres}}}\n"),
        (".env.example", "STRIPE_SECRET_KEY=sk_live_...\nJWT_SECRET=\nJWT_SECRET=changeme\n"),
    ],
)
def test_what_names_a_key_and_holds_none(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, name, text) == []
