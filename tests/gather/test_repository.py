"""A repository is read for what it says about the launch: small trees, and content that must not harm."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchready.gather.repository import read, tree
from launchready.model.repository import Application, Repository

Files = Mapping[str, str]


def written(root: Path, files: Files) -> Repository:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return read(root)


def only(repository: Repository) -> Application:
    (application,) = repository.applications
    return application


def npm(**packages: str) -> str:
    return json.dumps({"name": "parrot", "dependencies": packages})


def test_an_empty_folder_says_nothing(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found == Repository()


FRAMEWORKS: list[tuple[str, Files, str, str]] = [
    ("FastAPI", {"app.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, "Python", "app.py:2"),
    (
        "FastAPI",
        {"a.py": "import fastapi\ndef make():\n    app = fastapi.FastAPI()\n    return app\n"},
        "Python",
        "a.py:3",
    ),
    (
        "Flask",
        {"requirements.txt": "# web\nFlask==3.1\n", "a.py": "from flask import Flask\nx = Flask('x')\n"},
        "Python",
        "requirements.txt:2",
    ),
    ("Quart", {"a.py": "from quart import Quart\napp = Quart('x')\n"}, "Python", "a.py:2"),
    ("Litestar", {"a.py": "from litestar import Litestar\napp = Litestar([])\n"}, "Python", "a.py:2"),
    (
        "Starlette",
        {"a.py": "from starlette.applications import Starlette\napp = Starlette(routes=[])\n"},
        "Python",
        "a.py:2",
    ),
    (
        "Django",
        {"shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n", "shop/__init__.py": ""},
        "Python",
        "shop/settings.py",
    ),
    (
        "Django",
        {"pyproject.toml": "[project]\nname='x'\ndependencies=[\n 'django>=5',\n]\n"},
        "Python",
        "pyproject.toml:4",
    ),
    ("FastAPI", {"pyproject.toml": "[tool.poetry.dependencies]\nfastapi = '^0.115'\n"}, "Python", "pyproject.toml:2"),
    ("FastAPI", {"pyproject.toml": "[dependency-groups]\nweb = ['fastapi']\n"}, "Python", "pyproject.toml:2"),
    ("Flask", {"Pipfile": "[packages]\nflask = '*'\n"}, "Python", "Pipfile:2"),
    ("Flask", {"setup.cfg": "[options]\ninstall_requires =\n  flask>=3\n"}, "Python", "setup.cfg:3"),
    ("Next.js", {"package.json": npm(next="15")}, "JavaScript", "package.json:1"),
    (
        "Next.js",
        {"package.json": npm(next="15"), "next.config.ts": "", "tsconfig.json": ""},
        "TypeScript",
        "package.json:1",
    ),
    (
        "SvelteKit",
        {"package.json": json.dumps({"devDependencies": {"@sveltejs/kit": "2"}}), "src/routes/+page.svelte": ""},
        "JavaScript",
        "package.json:1",
    ),
    ("Nuxt", {"package.json": npm(nuxt="4"), "nuxt.config.ts": ""}, "JavaScript", "package.json:1"),
    ("Astro", {"package.json": npm(astro="5"), "astro.config.mjs": ""}, "JavaScript", "package.json:1"),
    ("Remix", {"package.json": npm(**{"@remix-run/react": "2"}), "app/root.tsx": ""}, "JavaScript", "package.json:1"),
    (
        "Express",
        {"package.json": npm(express="5"), "index.js": "const app = express()\n"},
        "JavaScript",
        "package.json:1",
    ),
    (
        "Fastify",
        {"package.json": npm(fastify="5"), "index.js": "const app = Fastify()\n"},
        "JavaScript",
        "package.json:1",
    ),
    (
        "Hono",
        {"package.json": npm(hono="4"), "src/index.ts": "const app = new Hono()\n"},
        "JavaScript",
        "package.json:1",
    ),
    ("NestJS", {"package.json": npm(**{"@nestjs/core": "11"}), "nest-cli.json": "{}"}, "JavaScript", "package.json:1"),
    ("Rails", {"Gemfile": "gem 'puma'\ngem 'rails', '~> 8'\n"}, "Ruby", "Gemfile:2"),
    ("Laravel", {"composer.json": '{"require": {"laravel/framework": "^12"}}'}, "PHP", "composer.json:1"),
    ("Phoenix", {"mix.exs": '  {:phoenix, "~> 1.8"},\n'}, "Elixir", "mix.exs:1"),
    ("Gin", {"go.mod": "module x\nrequire github.com/gin-gonic/gin v1.10.0\n"}, "Go", "go.mod:2"),
    (
        "net/http",
        {"go.mod": "module x\n", "main.go": 'package main\nfunc main() { http.ListenAndServe(":80", nil) }\n'},
        "Go",
        "main.go:2",
    ),
]


@pytest.mark.parametrize(("name", "files", "language", "where"), FRAMEWORKS)
def test_the_framework_and_where_it_is_named(
    tmp_path: Path, name: str, files: Files, language: str, where: str
) -> None:
    found = only(written(tmp_path, files))
    assert (found.framework.value, found.framework.where, found.language) == (name, where, language)


NO_APPLICATION: list[Files] = [
    {"README.md": "pip install fastapi\n"},
    {"tests/app.py": "from fastapi import FastAPI\napp = FastAPI()\n"},
    {"docs/app.py": "from fastapi import FastAPI\napp = FastAPI()\n"},
    {"examples/app.py": "from flask import Flask\napp = Flask('x')\n"},
    {"node_modules/x/package.json": npm(next="15"), "node_modules/x/next.config.js": ""},
    {".venv/lib/app.py": "from flask import Flask\napp = Flask('x')\n"},
    {"package-lock.json": '{"packages": {"next": {}}}'},
    {"package.json": json.dumps({"devDependencies": {"express": "5"}}), "index.js": "console.log(1)\n"},
    {"package.json": json.dumps({"peerDependencies": {"next": "15"}})},
    {"requirements-dev.txt": "flask\n"},
]


@pytest.mark.parametrize("files", NO_APPLICATION)
def test_what_is_beside_the_product_is_no_application(tmp_path: Path, files: Files) -> None:
    assert written(tmp_path, files).applications == ()


def test_each_application_of_a_monorepo_has_its_folder(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        {
            "package.json": json.dumps({"workspaces": ["apps/*", "packages/*"]}),
            "apps/web/package.json": npm(next="15"),
            "apps/web/app/page.tsx": "",
            "apps/site/package.json": npm(astro="5"),
            "apps/site/astro.config.mjs": "",
            "packages/ui/package.json": npm(next="15"),
            "backend/pyproject.toml": "[project]\nname='api'\ndependencies=['fastapi']\n",
            "backend/api/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        },
    )
    seen = {(one.folder, one.framework.value) for one in found.applications}
    assert seen == {("apps/web", "Next.js"), ("apps/site", "Astro"), ("backend", "FastAPI")}


def test_links_are_not_followed_and_broken_files_are_told(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "requirements.txt").write_text("flask\n")
    root = tmp_path / "inside"
    root.mkdir()
    (root / "linked").symlink_to(outside)
    (root / "requirements.txt").symlink_to(outside / "requirements.txt")
    (root / "loop").symlink_to(root)
    (root / "package.json").write_text("{not json")
    (root / "pyproject.toml").write_bytes(b"\xff\xfe\x00\x00\xff")
    (root / "setup.cfg").write_bytes(b"[options]\0")
    (root / "app.py").write_text("from fastapi import FastAPI\ndef (:\n")
    os.mkfifo(root / "fifo.py")
    found = read(root)
    assert found.applications == ()
    assert {one.where for one in found.unread} == {"package.json", "pyproject.toml", "setup.cfg", "app.py"}


def test_a_requirements_file_of_powershell_is_read(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes("flask==3.1\r\n".encode("utf-16"))
    assert only(read(tmp_path)).framework.value == "Flask"


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(" " * (tree.LARGEST_BYTES + 1))
    assert [one.value for one in read(tmp_path).unread] == ["it is larger than 512 KiB"]


HOSTILE: list[Files] = [
    {"pyproject.toml": "a" + ".a" * 200_000 + " = 1"},
    {"package.json": "[" * 100_000},
    {"package.json": '{"dependencies": [1], "name": 3, "homepage": {}, "workspaces": null}'},
    {"composer.json": "[]"},
    {"app.py": "import fastapi\nx = " + "-" * 100_000 + "1"},
    {"app.py": "import fastapi\nx = " + "(" * 5_000},
    {"app.py": "import fastapi\n" + "x" + ".x" * 50_000},
    {"docker-compose.yml": "[" * 20_000},
    {"docker-compose.yml": "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(100))},
    {"docker-compose.yml": "services: &s\n  a: *s\n  <<: *s\n"},
    {"a.js": "/*" * 200_000},
    {"a.js": "const a = " + "'\\" * 100_000},
    {"a.js": "app.get(" * 50_000},
    {"package.json": npm(express="5"), "a.js": "app.use('/a', require('./b'))", "b.js": "x.use('/b', require('./a'))"},
    {"a.py": "from fastapi import APIRouter\na = APIRouter()\na.include_router(a, prefix='/x')\n"},
    {
        "shop/settings.py": "ROOT_URLCONF='shop.urls'",
        "shop/urls.py": "urlpatterns = [path('a/', include('shop.urls'))]",
    },
    {".env.example": "A='" * 10_000},
    {"fly.toml": "app = [\n"},
    {"render.yaml": "domains:\n" + "- x\n" * 50_000},
]


@pytest.mark.parametrize("files", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_do_no_harm(tmp_path: Path, files: Files) -> None:
    assert written(tmp_path, files).ci == ()


NAMES = [
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "Pipfile",
    "go.mod",
    "Gemfile",
    "mix.exs",
    "composer.json",
    "app/main.py",
    "shop/urls.py",
    "server.js",
    "app/page.tsx",
    ".env.example",
    "compose.yaml",
    "fly.toml",
    "render.yaml",
    "CNAME",
    "wrangler.toml",
    "vercel.json",
    "app/layout.tsx",
    "shop/settings.py",
]
WORDS = [
    "import fastapi\n",
    "app = FastAPI()\n",
    "@app.get('/')\n",
    "{",
    "}",
    "[",
    '"',
    "'",
    "dependencies",
    ":",
    "=",
    "\n",
    "path('",
    "include(",
    "urlpatterns = [",
    "Route(",
    "ROOT_URLCONF = 'shop.urls'\n",
    "\0",
    "\ud7ff",
    "&a *a",
    "<<: *a",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(WORDS), max_size=20).map("".join).map(str.encode)),
    )
)
def test_no_content_raises(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(files.get(name, b""))
    assert isinstance(read(tmp_path), Repository)
