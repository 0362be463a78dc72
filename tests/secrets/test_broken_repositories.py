"""Damaged and hostile repositories: the look finishes, says what it could not read, and runs nothing of theirs."""

import os
import shutil
from pathlib import Path

import pytest

from launchready.errors import UsageError
from launchready.gather.secrets import history, staged, tree
from launchready.gather.secrets.git import Git, GitFailed
from tests.secrets.planted import Repository, key, reader


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Five commits; the third has a key, the second a file of its own."""
    made = Repository(tmp_path / "project")
    made.commit("1", readme_md="hello\n")
    made.commit("2", second_py="second\n")
    made.commit("3", settings_py=f"\n{key()}")
    made.commit("4", settings_py="clean\n")
    made.commit("5", fifth_py="fifth\n")
    return made


def stored(repository: Repository, name: str) -> Path:
    """The file that an object is stored in."""
    object_id = repository.git("rev-parse", name)
    return repository.folder / ".git" / "objects" / object_id[:2] / object_id[2:]


def test_a_missing_content_is_named(repository: Repository) -> None:
    stored(repository, "HEAD:second.py").unlink()
    result = history.look(repository.folder, reader())
    assert [found.path for found in result.found] == ["settings.py"]
    (unread,) = result.unread
    assert unread.path.endswith(" second.py")
    assert unread.reason == "it is missing"


@pytest.mark.parametrize("damage", [b"", b"not an object", b"\x78\x9c"])
def test_a_damaged_content_is_named(damage: bytes, repository: Repository) -> None:
    file = stored(repository, "HEAD:second.py")
    file.chmod(0o644)
    file.write_bytes(damage)
    result = history.look(repository.folder, reader())
    assert [found.path for found in result.found] == ["settings.py"]
    assert [unread.path.rpartition(" ")[2] for unread in result.unread] == ["second.py"]


@pytest.mark.parametrize("missing", ["HEAD~3", "HEAD~3^{tree}", "HEAD", "HEAD~2^{tree}", "HEAD~4", "HEAD~2"])
def test_a_missing_commit_or_tree_hides_no_more_than_it_must(missing: str, repository: Repository) -> None:
    stored(repository, missing).unlink()
    result = history.look(repository.folder, reader())
    assert len(result.found) == 1
    assert result.unread


def test_a_pack_cut_short(repository: Repository) -> None:
    repository.git("gc", "-q")
    (pack,) = (repository.folder / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    os.truncate(pack, pack.stat().st_size // 2)
    reasons = [unread.reason for unread in history.look(repository.folder, reader()).unread]
    assert any("the history is broken" in reason for reason in reasons)


def test_damage_within_a_pack_hides_only_what_it_hit(repository: Repository) -> None:
    for number in range(5):
        repository.write(f"image{number}.bin", os.urandom(50_000))
    repository.commit()
    repository.git("gc", "-q")
    (pack,) = (repository.folder / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    with pack.open("r+b") as opened:
        opened.seek(pack.stat().st_size // 2)
        opened.write(bytes(1000))
    result = history.look(repository.folder, reader())
    assert [found.path for found in result.found] == ["settings.py"]
    (unread,) = result.unread
    assert unread.path.endswith(".bin")


def test_many_damaged_contents(repository: Repository) -> None:
    for number in range(30):
        repository.write(f"file{number}.txt", f"{number}\n")
    repository.commit()
    for number in range(30):
        file = stored(repository, f"HEAD:file{number}.txt")
        file.chmod(0o644)
        file.write_bytes(b"broken")
    result = history.look(repository.folder, reader())
    assert [found.path for found in result.found] == ["settings.py"]
    assert len(result.unread) == 30


def test_a_reference_to_nothing(repository: Repository) -> None:
    (repository.folder / ".git" / "refs" / "heads" / "gone").write_text("1" * 40 + "\n")
    result = history.look(repository.folder, reader())
    assert [found.path for found in result.found] == ["settings.py"]


def test_an_object_that_never_ends(repository: Repository) -> None:
    file = stored(repository, "HEAD:second.py")
    file.unlink()
    os.mkfifo(file)
    git = Git(folder=repository.folder, patience_s=0.2)
    with pytest.raises(GitFailed, match="said nothing"), git.stream("cat-file", "-p", "HEAD:second.py") as answer:
        answer.read()
    with pytest.raises(GitFailed, match="did not end"):
        git.output("cat-file", "-p", "HEAD:second.py")


def hostile(repository: Repository, marker: Path) -> None:
    """Every setting that names a program names one that leaves a mark."""
    program = repository.folder / ".git" / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    hooks = repository.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "pre-auto-gc"):
        shutil.copy(program, hooks / hook)
    for name, value in {
        "core.fsmonitor": str(program), "core.hooksPath": str(hooks), "core.pager": str(program),
        "core.sshCommand": str(program), "core.gitProxy": str(program), "core.askPass": str(program),
        "core.editor": str(program), "core.alternateRefsCommand": str(program), "diff.external": str(program),
        "diff.all.textconv": str(program), "diff.all.command": str(program), "filter.all.clean": str(program),
        "filter.all.smudge": str(program), "filter.all.process": str(program), "gpg.program": str(program),
        "log.showSignature": "true", "credential.helper": str(program), "alias.ls-files": f"!{program}",
        "pager.rev-list": str(program), "pager.ls-files": "true", "uploadpack.packObjectsHook": str(program),
        "log.showRoot": "false", "diff.renames": "copies",
    }.items():  # fmt: skip
        repository.git("config", name, value)
    repository.write(".git/info/attributes", "* diff=all filter=all\n")


def test_nothing_of_a_hostile_repository_runs(repository: Repository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    repository.write("staged.py", key())
    repository.git("add", "-A")
    hostile(repository, marker)
    found = [
        *history.look(repository.folder, reader(), unreachable=True).found,
        *tree.look(repository.folder, reader()).found,
        *staged.look(repository.folder, reader()).found,
    ]
    assert sorted(one.path.partition(" ")[0] for one in found) == ["git", "settings.py", "staged.py", "staged.py"]
    assert not marker.exists()


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_nothing(left_out: str, repository: Repository, tmp_path: Path) -> None:
    clone, marker = tmp_path / "clone", tmp_path / "marker"
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--no-checkout", f"--filter={left_out}", repository.folder.as_uri(), str(clone))
    repository.git("-C", str(clone), "config", "remote.origin.url", f"ext::sh -c touch% {marker}")
    repository.git("-C", str(clone), "config", "protocol.ext.allow", "always")
    result = history.look(clone, reader())
    assert (result.found, result.is_partial) == ((), True)
    with pytest.raises(GitFailed):
        Git.of(clone).output("cat-file", "-p", repository.git("rev-parse", "HEAD:settings.py"))
    assert not marker.exists()


def test_a_git_that_cannot_be_run(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("no program")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(UsageError, match="cannot be run"):
        history.look(repository.folder, reader())
