"""The files of a repository: which there are and what they say, within limits that a hostile one cannot exceed."""

import os
import stat
import time
from collections import deque
from pathlib import Path

from launchready.formats.printable import printable
from launchready.model.repository import Sighting

MOST_FILES = 60_000
MOST_FOLDERS = 20_000
MOST_DEPTH = 20
LARGEST_BYTES = 512 * 1024
MOST_SEARCHED_BYTES = 4 * 1024 * 1024
LONGEST_S = 30.0
_MOST_UNREAD = 100
# What others wrote, what a build or a package manager put there, and the history.
_NEVER_ENTERED = frozenset({
    "node_modules", "bower_components", "vendor", "vendored", "third_party", "site-packages", "venv", "virtualenv",
    "env", "__pycache__", "dist", "build", "out", "target", "coverage", "htmlcov", "_build", "deps", "Pods",
})  # fmt: skip
_DOTTED_ENTERED = frozenset(
    {".github", ".platform", ".do", ".ebextensions", ".gitlab", ".circleci", ".buildkite", ".semaphore"}
)
_ASIDE_ANYWHERE = frozenset({
    "test", "tests", "__tests__", "__mocks__", "e2e", "spec", "specs", "cypress", "playwright", "fixtures",
    "testing", "testdata", "test-data", "mocks", "stories",
})  # fmt: skip
_ASIDE_AT_TOP = frozenset({
    "docs", "doc", "documentation", "example", "examples", "sample", "samples", "demos", "cookbook", "benchmark",
    "benchmarks", "bench", "notebooks",
})  # fmt: skip
_TEST_FILE_ENDINGS = ("_test.py", "_tests.py", "_test.go", "_spec.rb")
_TEST_FILE_NAMES = ("conftest.py", "tests.py")


class Tree:
    """A repository on disk. Symbolic links are not followed; what cannot be read ends in `unread`, never in an error.

    `files` are paths relative to the root with `/`, the shallowest first.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.unread: list[Sighting] = []
        self.whole = True  # every file was seen
        self._texts: dict[str, str] = {}
        self._until = time.monotonic() + LONGEST_S
        self.files = tuple(self._walk())
        self._present = frozenset(self.files)
        self._folders = frozenset(parent(path) for path in self.files)

    def has(self, path: str) -> bool:
        """Whether a file is there."""
        return path in self._present

    def named(self, *names: str) -> list[str]:
        """Every file with one of these names, the shallowest first."""
        return [path for path in self.files if path.rpartition("/")[2] in names]

    def ending(self, *suffixes: str) -> list[str]:
        """Every file whose name ends in one of these."""
        return [path for path in self.files if path.endswith(suffixes)]

    def under(self, folder: str) -> list[str]:
        """Every file below a folder (`.` is the root)."""
        return [path for path in self.files if folder == "." or path.startswith(f"{folder}/")]

    def has_folder(self, folder: str) -> bool:
        """Whether some file lies below a folder."""
        return any(one == folder or one.startswith(f"{folder}/") for one in self._folders)

    def text(self, path: str) -> str:
        """What a file says; empty when it cannot be read as text (`unread` says why), is too large or is absent."""
        if path not in self._present:
            return ""
        if path not in self._texts:
            try:
                self._texts[path] = self._read(path)
            except (OSError, ValueError) as error:
                self.leave(path, str(error) if isinstance(error, _Unread) else "it cannot be read")
                self._texts[path] = ""
        return self._texts[path]

    def data(self, path: str) -> bytes:
        """The bytes of a file (the first 4 MiB), not kept; none when it cannot be read (`unread` says why)."""
        if path not in self._present:
            return b""
        try:
            return self._bytes(path, MOST_SEARCHED_BYTES)
        except (OSError, ValueError) as error:
            self.leave(path, str(error) if isinstance(error, _Unread) else "it cannot be read")
            return b""

    def leave(self, path: str, why: str) -> None:
        """Note that a file was not read."""
        if len(self.unread) < _MOST_UNREAD:
            self.unread.append(Sighting(why, printable(path)))

    def is_aside(self, path: str) -> bool:
        """Whether a file is beside the product: a test, an example, its documentation."""
        *folders, name = path.split("/")
        if name in _TEST_FILE_NAMES or name.endswith(_TEST_FILE_ENDINGS) or name.startswith("test_"):
            return True
        if any(mark in name for mark in (".test.", ".spec.", ".stories.", ".e2e.")):
            return True
        return any(self._is_aside_folder("/".join(folders[:depth])) for depth in range(1, len(folders) + 1))

    def _is_aside_folder(self, folder: str) -> bool:
        name = folder.rpartition("/")[2]
        if name in _ASIDE_ANYWHERE:
            return not self._is_routed(folder)
        return name in _ASIDE_AT_TOP and self._is_top(folder) and not self.has(f"{folder}/__init__.py")

    def _is_routed(self, folder: str) -> bool:
        """Whether the folder is an address of a framework whose folders are the addresses: app/tests/page.tsx."""
        return any(
            self.has(f"{folder}/{name}") for name in ("page.tsx", "page.jsx", "page.js", "+page.svelte", "index.vue")
        )

    def _is_top(self, folder: str) -> bool:
        above = parent(folder)
        return above == "." or any(self.has(f"{above}/{name}") for name in ("package.json", "pyproject.toml"))

    def _walk(self) -> list[str]:
        found: list[str] = []
        waiting: deque[tuple[str, int]] = deque([("", 0)])
        seen = 0
        while waiting:
            folder, depth = waiting.popleft()
            seen += 1
            if seen > MOST_FOLDERS or len(found) > MOST_FILES or self._is_late():
                self.whole = False
                self.leave(folder or ".", "the repository is larger than is read: some of its files were not looked at")
                break
            for name, is_folder in self._entries(folder):
                path = f"{folder}/{name}" if folder else name
                if not is_folder:
                    found.append(path)
                elif depth < MOST_DEPTH:
                    waiting.append((path, depth + 1))
        return found[:MOST_FILES]

    def _entries(self, folder: str) -> list[tuple[str, bool]]:
        """Names in a folder, sorted, each with whether it is a folder to enter."""
        entries: list[tuple[str, bool]] = []
        try:
            with os.scandir(self.root / folder) as listing:
                for entry in listing:
                    if printable(entry.name) != entry.name:
                        self.leave(entry.name, "its name holds characters that cannot be shown")
                    elif entry.is_dir(follow_symlinks=False):
                        if _is_entered(entry.name):
                            entries.append((entry.name, True))
                    elif entry.is_file(follow_symlinks=False):
                        entries.append((entry.name, False))
        except OSError:
            self.leave(folder or ".", "the folder cannot be listed")
        return sorted(entries)

    def _read(self, path: str) -> str:
        content = self._bytes(path, LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise _Unread(f"it is larger than {LARGEST_BYTES // 1024} KiB")
        return _decoded(content)

    def _bytes(self, path: str, at_most: int) -> bytes:
        if self._is_late():
            self.whole = False
            raise _Unread(f"the time for reading ({LONGEST_S:.0f} s) was up")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(self.root / path, flags), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise _Unread("it is not a plain file")
            return opened.read(at_most)

    def _is_late(self) -> bool:
        return time.monotonic() > self._until


class _Unread(ValueError):
    """Why a file is not read, in words for people."""


def parent(path: str) -> str:
    """The folder of a path; `.` for what lies at the root."""
    return path.rpartition("/")[0] or "."


def beside(folder: str, name: str) -> str:
    """The path of a file in a folder, where `.` is the root."""
    return name if folder == "." else f"{folder}/{name}"


def line_at(text: str, offset: int) -> int:
    """The line (from 1) that a place in a text stands on."""
    return text.count("\n", 0, offset) + 1


def _is_entered(name: str) -> bool:
    if name.startswith("."):
        return name in _DOTTED_ENTERED
    return name not in _NEVER_ENTERED and not name.endswith(".egg-info")


def _decoded(content: bytes) -> str:
    """Text as UTF-8, or as UTF-16 with its mark: what PowerShell makes of `pip freeze > requirements.txt`."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeError:
        raise _Unread("it is not UTF-8 text") from None
    if "\0" in text:
        raise _Unread("it is not text")
    return text
