"""The files of today are read as git sees them; without git, all files are."""

import os
from pathlib import Path

import pytest

from launchready.gather.secrets import staged, tree
from launchready.gather.secrets.looked import Looked, Unread
from tests.secrets.planted import Repository, key, reader


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "project")


def found(result: Looked) -> list[tuple[str, int]]:
    return [(one.path, one.line) for one in result.found]


def test_tracked_and_untracked_but_not_ignored(repository: Repository) -> None:
    repository.commit(_gitignore=".env\nlogs/\n", tracked_py=f"\n\n{key()}")
    repository.write(".env", key())
    repository.write("logs/today.log", key())
    repository.write("deep/er/new file.py", key())
    result = tree.look(repository.folder, reader())
    assert found(result) == [("deep/er/new file.py", 1), ("tracked.py", 3)]
    assert result.tracked == {".gitignore", "tracked.py"}
    assert all(one.commit is None for one in result.found)


def test_an_ignored_file_that_is_tracked_all_the_same(repository: Repository) -> None:
    repository.write(".env", key())
    repository.git("add", "-A")
    repository.commit(_gitignore=".env\n")
    result = tree.look(repository.folder, reader())
    assert found(result) == [(".env", 1)]
    assert ".env" in result.tracked


def test_what_stands_in_the_file_counts_not_what_was_committed(repository: Repository) -> None:
    repository.commit(a_py=key(), b_py="clean\n")
    repository.write("a.py", "clean\n")
    repository.write("b.py", key())
    assert found(tree.look(repository.folder, reader())) == [("b.py", 1)]


def test_a_folder_within_a_repository(repository: Repository) -> None:
    repository.write("part/a.py", key())
    repository.commit(b_py=key())
    assert found(tree.look(repository.folder / "part", reader())) == [("a.py", 1)]


def test_packages_of_others_are_read_where_the_team_committed_them(repository: Repository) -> None:
    repository.commit(a_py="a\n")
    repository.write("web/node_modules/x/index.js", key())
    repository.write("web/node_modules/y/index.js", key())
    untracked = tree.look(repository.folder, reader())
    assert not untracked.found
    assert [unread.path for unread in untracked.unread] == ["web/node_modules"]
    repository.commit()
    assert len(tree.look(repository.folder, reader()).found) == 2


def test_one_file(repository: Repository) -> None:
    repository.commit(a_py=key(), b_py=key())
    (repository.folder / "link").symlink_to("b.py")
    for name in ("b.py", "link"):
        path = repository.folder / name
        assert found(tree.look_at(path, reader())) == [(str(path), 1)]


def test_one_file_that_has_no_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert tree.look_at(path, reader()).unread == (Unread(path=str(path), reason="it is not a plain file"),)


def test_without_git(tmp_path: Path) -> None:
    for path in (".env", "src/a.py", "node_modules/other/index.js", "src/node_modules/x.js", "dist/bundle.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(key())
    result = tree.look(tmp_path, reader())
    assert found(result) == [(".env", 1), ("dist/bundle.js", 1), ("src/a.py", 1)]
    assert {unread.path for unread in result.unread} == {"node_modules", "src/node_modules"}
    assert not result.tracked


def test_a_git_that_is_broken_is_told_and_the_files_are_read(repository: Repository) -> None:
    repository.commit(a_py=key())
    (repository.folder / ".git" / "HEAD").unlink()
    result = tree.look(repository.folder, reader())
    assert found(result) == [("a.py", 1)]
    assert "git cannot open a repository here" in result.unread[0].reason


def test_a_bare_repository_has_no_files(tmp_path: Path) -> None:
    Repository(tmp_path, "--bare")
    (unread,) = tree.look(tmp_path, reader()).unread
    assert "only its history" in unread.reason


def test_a_repository_whose_files_are_elsewhere(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.py").write_text(key())
    repository.write("a.py", key())
    repository.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    result = tree.look(repository.folder, reader())
    assert found(result) == [("a.py", 1)]
    assert "elsewhere" in result.unread[0].reason


def test_a_damaged_index_is_told_and_the_files_are_read(repository: Repository) -> None:
    repository.commit(a_py=key())
    repository.write(".git/index", "damaged")
    result = tree.look(repository.folder, reader())
    assert found(result) == [("a.py", 1)]
    assert "index" in result.unread[0].reason


def test_links_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text(key())
    repository.write("folder/a.py", "clean\n")
    repository.write("plain.py", key())
    (repository.folder / "link.py").symlink_to(outside / "a.py")
    (repository.folder / "loop").symlink_to("loop")
    (repository.folder / "self").symlink_to(".")
    repository.commit()
    (repository.folder / "folder" / "a.py").unlink()
    (repository.folder / "folder").rmdir()
    (repository.folder / "folder").symlink_to(outside)
    result = tree.look(repository.folder, reader())
    assert found(result) == [("plain.py", 1)]
    assert [(unread.path, unread.reason) for unread in result.unread] == [
        ("folder/a.py", "a link leads out of the folder")
    ]


def test_what_is_no_plain_file(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit(a_py=key())
    repository.git("submodule", "--quiet", "add", other.folder.as_uri(), "part")
    repository.commit(pipe_txt="a\n", gone_txt="b\n", unreadable_txt="c\n", a_py=key())
    (repository.folder / "gone.txt").unlink()
    (repository.folder / "pipe.txt").unlink()
    os.mkfifo(repository.folder / "pipe.txt")
    result = tree.look(repository.folder, reader())
    assert found(result) == [("a.py", 1)]
    assert {(unread.path, unread.reason) for unread in result.unread} == {
        ("gone.txt", "it is not there: deleted, or not checked out"),
        ("part", "it is a repository of its own: look into it by itself"),
        ("pipe.txt", "it is not a plain file"),
    }


@pytest.mark.parametrize("is_git", [True, False])
def test_hostile_names(is_git: bool, tmp_path: Path) -> None:
    if is_git:
        Repository(tmp_path)
    folder = os.fsencode(tmp_path)
    names = [b"a\nb.py", b"\xff\xfe.py", b"\x1b[2J.py", "\u202eyp.a".encode(), b"-rf", b":(top)a", b" ", b"a" * 255]
    for name in names:
        with open(os.path.join(folder, name), "w") as file:
            file.write(key())
    deep = folder
    while len(deep) < 3700:
        deep = os.path.join(deep, b"d" * 200)
        os.mkdir(deep)
    with open(os.path.join(deep, b"deep.py"), "w") as file:
        file.write(key())
    result = tree.look(tmp_path, reader())
    assert len(result.found) == len(names) + 1
    assert {"a\\x0ab.py", "\\xff\\xfe.py", "\\u202eyp.a", "-rf"} <= {one.path for one in result.found}
    assert all(one.path.isprintable() and len(one.path) <= 4 * 1000 for one in result.found)


def test_an_ignore_file_that_never_ends(repository: Repository) -> None:
    repository.commit(a_py=key())
    repository.write("b.py", key())
    os.mkfifo(repository.folder / ".gitignore")
    result = tree.look(repository.folder, reader(), patience_s=0.3)
    assert ("a.py", 1) in found(result)
    assert "did not end" in result.unread[0].reason


def test_staged_is_what_the_index_says(repository: Repository) -> None:
    repository.commit(old_py=key(), both_py="clean\n", gone_py="x\n")
    repository.write("both.py", f"\n{key()}")
    repository.write("new.py", key())
    repository.git("add", "-A")
    repository.write("both.py", "cleaned, not staged\n")
    repository.write("unstaged.py", key())
    repository.git("rm", "-q", "gone.py")
    result = staged.look(repository.folder, reader())
    assert found(result) == [("both.py", 2), ("new.py", 1)]
    assert result.tracked == {"both.py", "new.py"}


def test_staged_before_the_first_commit(repository: Repository) -> None:
    repository.write("a.py", key())
    repository.write("copy.py", (repository.folder / "a.py").read_text())
    repository.git("add", "-A")
    assert found(staged.look(repository.folder, reader())) == [("a.py", 1), ("copy.py", 1)]


def test_nothing_staged(repository: Repository) -> None:
    repository.commit(a_py=key())
    repository.write("a.py", key())
    assert staged.look(repository.folder, reader()) == Looked()


def test_the_index_of_a_commit_under_way(repository: Repository, tmp_path: Path) -> None:
    repository.commit(a_py="a\n")
    usual = repository.folder / ".git" / "index"
    before = usual.read_bytes()
    repository.write("a.py", key())
    repository.git("add", "-A")
    (tmp_path / "next-index").write_bytes(usual.read_bytes())
    usual.write_bytes(before)
    assert not staged.look(repository.folder, reader()).found
    assert found(staged.look(repository.folder, reader(), index=tmp_path / "next-index")) == [("a.py", 1)]


def test_an_unresolved_conflict(repository: Repository) -> None:
    repository.commit(a_py="a\n")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(a_py="b\n")
    repository.git("checkout", "-q", "main")
    repository.commit(a_py="c\n")
    repository.git("-c", "user.name=a", "read-tree", "-m", "main~1", "main", "side")
    (unread,) = staged.look(repository.folder, reader()).unread
    assert unread.path == "a.py"
    repository.write("a.py", f"<<<<<<<\n{key()}")
    assert found(tree.look(repository.folder, reader())) == [("a.py", 2)]
