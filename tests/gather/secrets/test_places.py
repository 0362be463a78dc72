"""Places looked at become facts: pages, logs, folders; what was not read is a Gap, and no name holds a value."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchready.gather.secrets import places
from launchready.gather.secrets.env_files import env_files
from launchready.gather.secrets.shown import MOST_FOUND, Shown
from launchready.model.facts import SecretBundleFacts, SourceMapFacts
from launchready.model.gap import Gap, peek
from launchready.model.launch import ConnectTo, Launch, Mail, Network
from launchready.model.secret import Commit, FoundSecret
from tests.box.internet import Internet
from tests.gather.secrets.keys import KIND, READER, look, new_key
from tests.gather.secrets.test_pages import a_map
from tests.secrets.planted import Repository

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAUNCH = Launch(domain="parley.dev", name="Parley", mail=Mail(addresses=("hello@parley.dev",)))


def found(path: str, **changed: object) -> FoundSecret:
    one = FoundSecret(kind=KIND, verdict=KIND.verdict, path=path, line=1, length=41)
    return replace(one, **changed)  # type: ignore[arg-type]


def test_a_page_is_a_bundle_and_its_maps(internet: Internet) -> None:
    key, here, root = new_key(), internet.ipv4(), internet.folder / "root"
    root.mkdir()
    (root / "index.html").write_text("<!doctype html><script src=/app.js></script>")
    (root / "app.js").write_text(f"k='{key}' // launchready:allow anybody can write this\n//# sourceMappingURL=a.map\n")
    (root / "a.map").write_text(a_map(("a.ts", f"k='{key}'")))
    internet.nginx(
        "types { text/html html; text/javascript js; application/json map; }"
        f"server {{ listen {here}:80; root {root}; }}"
    )
    to_here = ConnectTo(host="parley.dev", port=None, to_host=here, to_port=80)
    launch = replace(LAUNCH, network=Network(connect_to=(to_here,), deadline_s=20))
    urls = ("http://parley.dev/", "http://127.0.0.1:9/")
    facts = asyncio.run(places.pages(urls, READER, launch, NOW))
    bundles = {fact.subject: fact for fact in facts if isinstance(fact, SecretBundleFacts)}
    assert {one.subject for one in bundles[urls[0]].found} == {
        "http://parley.dev/app.js:1",
        "http://parley.dev/a.map!a.ts:1",
    }
    assert not any(one.allowed for one in bundles[urls[0]].found)
    assert bundles[urls[0]].whole
    assert isinstance(peek(bundles[urls[1]], "whole"), Gap)
    (maps,) = (fact for fact in facts if isinstance(fact, SourceMapFacts))
    assert (maps.subject, [one.path for one in maps.maps]) == ("parley.dev", ["http://parley.dev/a.map"])


def test_a_log(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / "app.log"
    mails = "mail to ann@example-customer.com from hello@parley.dev"
    path.write_text(f"start\nGET /?k={key} allow\n{mails}\n4242424242424242")
    fact = places.log(str(path), READER, LAUNCH, None, NOW)
    assert [(one.subject, one.allowed) for one in fact.found] == [(f"{path}:2", None)]
    assert [(one.kind, one.line, one.times) for one in fact.personal] == [("e-mail address", 3, 1)]
    assert fact.whole
    assert isinstance(peek(places.log(str(tmp_path / "none"), READER, LAUNCH, None, NOW), "whole"), Gap)


def test_names_lose_the_values_that_stand_in_them() -> None:
    key, shown = new_key(), Shown(look)
    commit = Commit(id="4f" * 20, day="2026-03-01", author=f"Ann {key}")
    (kept,) = shown.found([found(f"backup/{key}/.env", commit=commit)])
    assert kept.path == "backup/[hidden]/.env"
    assert kept.commit == replace(commit, author="Ann [hidden]")
    gap = shown.whole([(f"{key}.zip", "it is damaged"), ("b.zip", "it is damaged"), ("c", "gone")])
    assert gap == Gap("[hidden].zip and 1 more: it is damaged; c: gone")
    assert shown.whole([(".git", f"bad object refs/heads/{key}")]) == Gap(".git: bad object refs/heads/[hidden]")
    assert shown.name("a\x1b[31m.py") == "a\\x1b[31m.py"


def test_no_more_is_kept_than_can_be_read() -> None:
    shown, many = Shown(look), [found(f"{number}.py") for number in range(MOST_FOUND + 1)]
    assert len(shown.found(many)) == MOST_FOUND
    assert shown.whole([], len(many)) == Gap("more than 5,000 values were found, of which the first are listed")
    assert shown.whole([], MOST_FOUND) is True


@pytest.mark.parametrize(
    ("out", "left"),
    [
        ((), ["a.py", "lib/b.py", "libs/c.py"]),
        (("lib",), ["a.py", "libs/c.py"]),
        (("lib/",), ["a.py", "libs/c.py"]),
        (("lib/**", "a.py"), ["libs/c.py"]),
        (("*.py",), []),
        (("b.py",), ["a.py", "lib/b.py", "libs/c.py"]),
    ],
)
def test_paths_that_are_left_out(tmp_path: Path, out: tuple[str, ...], left: list[str]) -> None:
    for name in ("a.py", "lib/b.py", "libs/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(new_key())
    fact = places.tree(tmp_path, READER, out, NOW, None)
    assert [one.path for one in fact.found] == left


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        (".env", "A_KEY=x9\nPORT=80\n", (2, 1)),
        ("deploy/.env.production", "PORT=80\n", (1, 0)),
        (".env.example", "A_KEY=x9\n", None),
        (".env", "NEXT_PUBLIC_A_KEY=x9\n", None),
        (".env", "A_KEY=\nB_KEY=changeme\n", None),
        (".env", "# nothing\n", None),
        (".env", "A_TOKEN=true\nB_KEY=#your key\nC_SECRET= # none yet\nD_TOKEN=3600\n", (2, 0)),
        (".env", "DATABASE_URL=https://acme.io/db\nREDIS_URL=redis://a:b@localhost:6379\n", (2, 0)),
        (".env", "DATABASE_URL=postgres://a:x9z@db.acme.io/a\nAPI_KEY=letmein\n", (2, 2)),
        ("server/.env.testing", "A_KEY=x9\n", None),
        (".env.staging", "A_KEY=x9\n", (1, 1)),
        ("env.py", "A_KEY='x9'\n", None),
        (".environment", "A_KEY=x9\n", None),
    ],
)
def test_env_files_that_set_something(tmp_path: Path, name: str, text: str, names: tuple[int, int] | None) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    kept = [(one.path, one.names, one.secret_names) for one in env_files(tmp_path, [name])]
    assert kept == ([(name, *names)] if names else [])


def test_an_index_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "project")
    repository.commit(a_py="a\n")
    repository.write(".git/index", "junk")
    gap = peek(places.staged(repository.folder, READER, (), NOW, None), "whole")
    assert isinstance(gap, Gap)
    assert "index" in gap.reason
