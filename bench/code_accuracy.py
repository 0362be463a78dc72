"""`python -m bench.code_accuracy [FOLDER…]`: what the rules for code find and miss in their labelled examples.

For each FOLDER (a checkout of an application), every finding with the line that it accuses, to be read and judged.
"""

import argparse
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.code.examples import all_examples, is_accused

from launchready.gather.code.look import look
from launchready.model.facts import CodeFacts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", metavar="FOLDER", nargs="*", type=Path)
    folders: list[Path] = parser.parse_args().folders
    print(table())
    for folder in folders:
        applications(folder)


def table() -> str:
    """Examples that are accused and that ought to be, by rule and language, in Markdown."""
    right, wrong, bad, good = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for example in all_examples():
        key = f"{example.rule} | {'Python' if example.language == 'py' else 'JavaScript'}"
        (bad if example.is_bad else good)[key] += 1
        (right if example.is_bad else wrong)[key] += is_accused(example)
    lines = [
        "| rule | language | bad | found | good | accused | precision | recall |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for key in [*bad, "all | both"]:
        hit, missed, false, left = (
            sum(one.values()) if key == "all | both" else one[key] for one in (right, bad, wrong, good)
        )
        lines.append(
            f"| {key} | {missed} | {hit} | {left} | {false} | {hit / max(hit + false, 1):.2f} | {hit / missed:.2f} |"
        )
    return "\n".join(lines)


def applications(folder: Path) -> None:
    """The findings in one application, and the CPU seconds that it took."""
    started = time.process_time()
    facts = [one for one in look(folder, datetime.now(UTC)) if isinstance(one, CodeFacts)]
    took_s = time.process_time() - started
    print(f"\n{folder.name}: {sum(one.files for one in facts):,} files, {took_s:.1f} s CPU")
    for one in (place for fact in facts for place in fact.found):
        line = (folder / one.path).read_text(errors="replace").splitlines()[one.line - 1].strip()
        print(f"{one.rule:24}{one.path}:{one.line}\n{'':24}{one.what}\n{'':24}{line[:100]}")


if __name__ == "__main__":
    main()
