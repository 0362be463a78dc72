"""A file that is written from the code: `main` writes it, or with `--check` says whether it is up to date."""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(target: Path, render: Callable[[], str]) -> int:
    """Exit status 0, or 1 when `--check` is given and the file is not what `render` returns."""
    text = render()
    if "--check" not in sys.argv[1:]:
        target.write_text(text, "utf-8")
        return 0
    if target.is_file() and target.read_text("utf-8") == text:
        return 0
    print(f"{target.relative_to(ROOT)} is stale; run `make docs`", file=sys.stderr)
    return 1
