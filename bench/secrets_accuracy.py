"""`python -m bench.secrets_accuracy [--fake-leaks GIT_DIR] [--gitleaks GIT_DIR]`: what the secret shapes find and miss.

Generated keys and look-alikes always; besides, two collections that others have labelled, from clones that are not part
of this repository: github.com/leaktk/fake-leaks (its folders say valid or invalid) and the examples in gitleaks' rules.
"""

import argparse
import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.secrets.generated import CONTEXTS, keys, look_alikes

from launchready.formats.secret_shapes import Shapes

_ROUNDS = 20
_EXAMPLES = re.compile(r"\b(tps|fps) :?= (?:append\(\w+, )?\[\]string\{(.*?)\n\t+\}", re.DOTALL)
_LITERAL = re.compile(r'^\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`),\s*(?://.*)?$', re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fake-leaks", metavar="GIT_DIR")
    parser.add_argument("--gitleaks", metavar="GIT_DIR")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    shapes = Shapes()
    print(f"seed {options.seed}, {_ROUNDS} rounds")
    generated(shapes, options.seed)
    if options.fake_leaks:
        labelled("leaktk/fake-leaks, files", shapes, fake_leaks(options.fake_leaks))
    if options.gitleaks:
        labelled("examples in gitleaks' rules", shapes, gitleaks_examples(options.gitleaks))


def generated(shapes: Shapes, seed: int) -> None:
    """Whole values with the right kind, by context, and look-alikes that were taken for keys."""
    wanted, right, wrong, silent = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    missed = Counter[str]()
    for turn in range(_ROUNDS):
        for sample in keys(seed + turn):
            found = [(hit.kind.id, sample.text[hit.start : hit.end]) for hit in shapes.hits(sample.text)]
            wanted[sample.context] += 1
            hit = (sample.kind, sample.value) in found
            right[sample.context] += hit
            wrong[sample.context] += len(found) - hit
            missed[str(sample.kind)] += not hit
        for sample in look_alikes(seed + turn):
            silent[sample.context] += 1
            wrong[sample.context] += len(shapes.hits(sample.text))
    print(f"{'context':15} {'keys':>7} {'found':>7} {'look-alikes':>12} {'false':>6} {'precision':>10} {'recall':>7}")
    for context in CONTEXTS:
        precision, recall = _rates(right[context], wrong[context], wanted[context])
        print(
            f"{context:15} {wanted[context]:7} {right[context]:7} {silent[context]:12} {wrong[context]:6}"
            f" {precision:>10} {recall:>7}"
        )
    print(f"kinds with a miss: {dict(+missed) or 'none'}")


def labelled(title: str, shapes: Shapes, texts: Iterable[tuple[bool, str, bytes]]) -> None:
    """Texts with a secret that were hit, and texts without one that were."""
    hit, all_texts, kinds = Counter[bool](), Counter[bool](), {True: Counter[str](), False: Counter[str]()}
    missed = Counter[str]()
    for secret, group, text in texts:
        hits = shapes.hits(text)
        all_texts[secret] += 1
        hit[secret] += bool(hits)
        kinds[secret].update(hits[0].kind.id for _ in hits[:1])
        missed[group] += secret and not hits
    precision, recall = _rates(hit[True], hit[False], all_texts[True])
    print(
        f"{title}: {hit[True]} of {all_texts[True]} with a secret found, {hit[False]} of {all_texts[False]} without one"
        f" taken for one; precision {precision}, recall {recall}"
    )
    print(f"  taken for a secret: {dict(kinds[False])}")
    print(f"  missed: {dict(missed.most_common(20))}")


def _rates(right: int, wrong: int, wanted: int) -> tuple[str, str]:
    return f"{right / max(right + wrong, 1):.3f}", f"{right / max(wanted, 1):.3f}"


def fake_leaks(git_dir: str) -> Iterator[tuple[bool, str, bytes]]:
    for path, text in _files(git_dir, ""):
        if match := re.fullmatch(r"(?:.*/)?([^/]+)/(valid|invalid)/.*", path):
            yield match[2] == "valid", match[1], text


def gitleaks_examples(git_dir: str) -> Iterator[tuple[bool, str, bytes]]:
    for path, text in _files(git_dir, "cmd/generate/config/rules"):
        for list_name, body in _EXAMPLES.findall(text.decode("utf-8", "replace")):
            for quoted, raw in _LITERAL.findall(body):
                example = raw or json.loads(f'"{quoted}"', strict=False)
                yield list_name == "tps", path.rpartition("/")[2], example.encode()


def _files(git_dir: str, under: str) -> Iterator[tuple[str, bytes]]:
    git = ["git", "-C", git_dir]
    listed = subprocess.run([*git, "ls-tree", "-rz", "HEAD", under or "."], check=True, capture_output=True).stdout
    for entry in listed.decode().split("\0")[:-1]:
        about, path = entry.split("\t", 1)
        if about.split()[1] == "blob":
            blob = subprocess.run([*git, "cat-file", "blob", about.split()[2]], check=False, capture_output=True)
            yield path, blob.stdout


if __name__ == "__main__":
    main()
