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


def looked(repository: Repository, *, unreachable: bool = False) -> Looked:
    return history.look(repository.folder, reader(), unreachable=unreachable)


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


def in_a_message(repository: Repository) -> str:
    return repository.commit(f"take back\n{key()}", settings_py="clean\n")


def in_a_file_with_a_hostile_name(repository: Repository) -> str:
    repository.write("a\nb\x1b[31m\t'\".py", f"\n{key()}")
    return repository.commit()


@pytest.mark.parametrize(
    "plant",
    [
        removed_later, only_in_a_merge, in_a_stash, in_an_older_stash, untracked_in_a_stash, in_the_reflog_of_head,
        on_another_branch, under_a_tag_alone, in_a_large_file, in_one_long_line, in_utf_16, in_a_nested_zip,
        in_a_packed_repository, hidden_by_a_replacement, in_a_message, in_a_file_with_a_hostile_name,
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


def amended(repository: Repository) -> str:
    introduced = repository.commit(settings_py=f"\n{key()}")
    repository.write("settings.py", "clean\n")
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "-m", "clean")
    repository.git("reflog", "expire", "--expire=now", "--all")
    return introduced


def test_what_nothing_leads_to_is_found_when_asked(repository: Repository) -> None:
    introduced = amended(repository)
    assert not looked(repository).found
    (found,) = looked(repository, unreachable=True).found
    assert found.commit is not None
    assert (found.commit.id, found.path, found.line) == (introduced, "settings.py", 2)


def test_a_content_that_no_commit_has(repository: Repository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", stdin=key().encode())
    assert not looked(repository).found
    (found,) = looked(repository, unreachable=True).found
    assert (found.path, found.commit) == (f"git object {blob[:12]}", None)


def test_reachable_commits_come_before_unreachable_ones(repository: Repository) -> None:
    """An amended message leaves two commits with the same content: the one that is left is told."""
    repository.commit("a message", settings_py=key())
    repository.git("commit", "-q", "--amend", "-m", "another")
    repository.git("reflog", "expire", "--expire=now", "--all")
    (found,) = looked(repository, unreachable=True).found
    assert found.commit is not None
    assert found.commit.id == repository.git("rev-parse", "HEAD")


def test_a_value_is_told_once_per_path(repository: Repository) -> None:
    one, other = key(), key()
    introduced = repository.commit(a_py=one)
    for version in range(5):
        repository.commit(a_py=f"{version}\n" * version + one)
    repository.commit(a_py=other)
    repository.git("mv", "a.py", "b.py")
    repository.commit(b_py=f"moved\n{other}")
    found = looked(repository).found
    assert [(one.path, one.line) for one in found] == [("a.py", 1), ("a.py", 1), ("b.py", 2)]
    assert found[0].commit is not None
    assert found[0].commit.id == introduced


def test_a_mark_allows_the_version_that_has_it(repository: Repository) -> None:
    value = key()
    repository.commit(a_py=value)
    repository.commit(a_py=f"marked-as-fine\n{value}")
    assert [found.allowed for found in looked(repository).found] == [None, "fine"]


def test_a_content_made_of_keys_has_an_end(repository: Repository) -> None:
    repository.commit(a_txt="\n".join(key() for _ in range(1_500)), b_txt=key())
    result = looked(repository)
    assert len(result.found) == 1_001
    assert [unread.reason for unread in result.unread] == ["it has more values than are listed"]


def test_fingerprints_are_the_teams_or_none(repository: Repository) -> None:
    value = key()
    repository.commit(a_py=value)
    assert [found.fingerprint for found in looked(repository).found] == [None]
    by_team = history.look(repository.folder, reader(lambda data: f"by-{len(data)}"))
    assert [found.fingerprint for found in by_team.found] == [f"by-{len(value)}"]


@pytest.mark.parametrize("look_alike", ["door_0123", "DOOR_" + "0" * 32, "A\0d\0o\0o\0r\0", "PK\x03\x04door"])
def test_near_misses(look_alike: str, repository: Repository) -> None:
    repository.commit(a_txt=look_alike)
    assert not looked(repository).found


def test_everything_is_counted_and_progress_told(repository: Repository) -> None:
    told: list[tuple[int, int]] = []
    repository.commit(a_py="a\n", b_py="a\n", c_py="ccc\n")
    result = history.look(repository.folder, reader(), progress=lambda done, total: told.append((done, total)))
    assert (result.texts, result.size_bytes, result.unread) == (3, len(SMALL) + 2 + 4, ())
    assert told[-1] == (3, 3)


def test_what_the_caller_told_git_is_not_heard(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook's own GIT_DIR is of the repository that it runs in, not of the one that is looked into."""
    introduced = removed_later(repository)
    monkeypatch.setenv("GIT_DIR", str(Repository(tmp_path / "other").folder / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nowhere")
    (found,) = looked(repository).found
    assert found.commit is not None
    assert found.commit.id == introduced


def test_no_commit_yet(tmp_path: Path) -> None:
    empty = Repository(tmp_path)
    assert looked(empty) == looked(empty, unreachable=True) == Looked()


@pytest.mark.parametrize("broken", [False, True])
def test_no_repository(broken: bool, tmp_path: Path) -> None:
    if broken:
        (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(UsageError, match="git cannot open a repository here"):
        history.look(tmp_path, reader())


@pytest.mark.parametrize(
    "options", [["--bare"], ["--no-local", "--depth=9"], ["--shared"]], ids=lambda options: options[0]
)
def test_clones(options: list[str], repository: Repository, tmp_path: Path) -> None:
    introduced = removed_later(repository)
    repository.git("clone", "-q", *options, repository.folder.as_uri(), str(tmp_path / "clone"))
    result = history.look(tmp_path / "clone", reader())
    assert [found.commit.id for found in result.found if found.commit] == [introduced]
    assert not result.is_shallow


def test_a_shallow_clone_does_not_vouch_for_history(repository: Repository, tmp_path: Path) -> None:
    removed_later(repository)
    repository.git("clone", "-q", "--depth=1", repository.folder.as_uri(), str(tmp_path / "clone"))
    result = history.look(tmp_path / "clone", reader())
    assert (result.found, result.is_shallow) == ((), True)


def test_a_worktree_has_the_history_of_its_repository(repository: Repository, tmp_path: Path) -> None:
    introduced = removed_later(repository)
    repository.git("worktree", "add", "-q", str(tmp_path / "beside"))
    (found,) = history.look(tmp_path / "beside", reader()).found
    assert found.commit is not None
    assert found.commit.id == introduced


def test_a_submodule_has_a_history_of_its_own(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    introduced = removed_later(other)
    repository.git("submodule", "--quiet", "add", other.folder.as_uri(), "part")
    repository.commit()
    assert not looked(repository).found
    (found,) = history.look(repository.folder / "part", reader()).found
    assert found.commit is not None
    assert found.commit.id == introduced


def test_object_names_of_sha_256(tmp_path: Path) -> None:
    repository = Repository(tmp_path, "--object-format=sha256")
    repository.commit(readme_md=SMALL)
    introduced = removed_later(repository)
    (found,) = looked(repository).found
    assert found.commit is not None
    assert found.commit.id == introduced


def test_equal_values_share_a_number_and_what_a_commit_leads_to_comes_first(repository: Repository) -> None:
    planted, other = key(), key()
    repository.commit(gone_py=f"\n\n{planted}")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("hash-object", "-w", "--stdin", stdin=f"loose\n{planted}".encode())
    repository.commit(a_py=planted, b_py=other)
    repository.commit(c_py=f"\n{planted}")
    found = looked(repository, unreachable=True).found
    numbers = {one.path: one.number for one in found}
    assert numbers["a.py"] == numbers["c.py"] == numbers["gone.py"] != numbers["b.py"]
    assert all(one.number and one.fingerprint is None for one in found)
    nowhere = [one.path.startswith("git object ") for one in found]
    assert True in nowhere
    assert nowhere == sorted(nowhere)
