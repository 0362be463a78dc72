"""Whatever a repository ever kept is read, and what is found is traced to the commit that brought it in."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from launchready.errors import UsageError
from launchready.gather.secrets import history
from launchready.gather.secrets.looked import Looked
from tests.secrets.planted import Repository, key, reader

SMALL = "nothing here\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "project")
    made.commit("first", readme_md=SMALL)
    return made


def looked(repository: Repository, **options: bool) -> Looked:
    return history.look(repository.folder, reader(), **options)


def removed_later(repository: Repository) -> str:
    introduced = repository.commit(settings_py=f"a = 1\nKEY = '{key()}'\n")
    repository.commit(settings_py="KEY = os.environ['KEY']\n")
    return introduced


def only_in_a_merge(repository: Repository) -> str:
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(side_py="side\n")
    repository.git("checkout", "-q", "main")
    repository.commit(main_py="main\n")
    repository.git("merge", "-q", "--no-commit", "side")
    introduced = repository.commit("merged", settings_py=f"\n{key()}")
    repository.commit(settings_py="gone\n")
    return introduced


def in_a_stash(repository: Repository) -> str:
    repository.write("readme.md", f"\n{key()}")
    repository.git("stash")
    return repository.git("rev-parse", "stash")


def in_an_older_stash(repository: Repository) -> str:
    introduced = in_a_stash(repository)
    repository.write("readme.md", "another change\n")
    repository.git("stash")
    return introduced


def untracked_in_a_stash(repository: Repository) -> str:
    repository.write("notes.txt", f"\n{key()}")
    repository.git("stash", "--include-untracked")
    return repository.git("rev-parse", "stash^3")


def in_the_reflog_of_head(repository: Repository) -> str:
    introduced = repository.commit(settings_py=f"\n{key()}")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    return introduced


def on_another_branch(repository: Repository) -> str:
    repository.git("checkout", "-q", "--orphan", "pages")
    introduced = repository.commit(index_html=f"\n{key()}")
    repository.git("checkout", "-q", "main")
    return introduced


def under_a_tag_alone(repository: Repository) -> str:
    introduced = on_another_branch(repository)
    repository.git("tag", "-a", "-m", "old", "old", "pages")
    repository.git("branch", "-q", "-D", "pages")
    repository.git("reflog", "expire", "--expire=now", "--all")
    return introduced


def in_a_note(repository: Repository) -> str:
    repository.git("notes", "add", "-m", f"\n\nsee\n{key()}")
    return repository.git("rev-parse", "refs/notes/commits")


def in_a_large_file(repository: Repository) -> str:
    return repository.commit(dump_sql=b"\n" + b"INSERT INTO t VALUES (1);" * 1_250_000 + key().encode())


def in_one_long_line(repository: Repository) -> str:
    return repository.commit(bundle_js="\n!function(){" + "var a=1;" * 200_000 + f"k='{key()}'}}()")


def in_utf_16(repository: Repository) -> str:
    return repository.commit(env_txt=f"A=1\nKEY={key()}\n".encode("utf-16-le"))


def in_a_nested_zip(repository: Repository) -> str:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deploy/.env", f"A=1\nKEY={key()}\n")
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())
    return repository.commit(backup_zip=outer.getvalue())


def in_a_packed_repository(repository: Repository) -> str:
    introduced = removed_later(repository)
    repository.git("gc", "-q")
    return introduced


def hidden_by_a_replacement(repository: Repository) -> str:
    introduced = removed_later(repository)
    blob = repository.git("rev-parse", f"{introduced}:settings.py")
    clean = repository.git("hash-object", "-w", "--stdin", stdin=b"clean\n")
    repository.git("replace", blob, clean)
    return introduced


def in_a_file_with_a_hostile_name(repository: Repository) -> str:
    repository.write("a\nb\x1b[31m\t'\".py", f"\n{key()}")
    return repository.commit()


@pytest.mark.parametrize(
    "plant",
    [
        removed_later, only_in_a_merge, in_a_stash, in_an_older_stash, untracked_in_a_stash, in_the_reflog_of_head,
        on_another_branch, under_a_tag_alone, in_a_large_file, in_one_long_line, in_utf_16, in_a_nested_zip,
        in_a_packed_repository, hidden_by_a_replacement, in_a_file_with_a_hostile_name,
    ],
    ids=lambda plant: plant.__name__,
)  # fmt: skip
def test_found_with_the_commit_that_introduced_it(plant: Callable[[Repository], str], repository: Repository) -> None:
    introduced = plant(repository)
    (found,) = looked(repository).found
    assert found.commit is not None
    assert (found.commit.id, found.commit.author, found.line) == (introduced, "Ada", 2)
    assert found.commit.day == "2023-11-14"
    assert found.path.isprintable()


def test_the_path_is_the_one_to_open(repository: Repository) -> None:
    in_a_nested_zip(repository)
    in_a_file_with_a_hostile_name(repository)
    paths = [found.path for found in looked(repository).found]
    assert paths == ["backup.zip!inner.zip!deploy/.env", "a\\x0ab\\x1b[31m\\x09'\".py"]
