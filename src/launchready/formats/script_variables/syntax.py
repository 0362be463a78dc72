"""Scripts by the endings of their files, and the texts of nodes in their syntax trees."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

LANGUAGES = {
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
    ".vue": "typescript", ".svelte": "typescript", ".astro": "typescript",
}  # fmt: skip
_IN_PAGES = (".vue", ".svelte", ".astro")
_SCRIPT = re.compile(r"<script\b[^>]{0,300}>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_FRONT = re.compile(r"\A\s*---\n(.*?)\n---", re.DOTALL)


def scripts_of(text: str, path: str) -> Iterator[tuple[str, int]]:
    """Each script of a file, with the line (from 1) that it begins on; pages of Vue, Svelte and Astro hold several."""
    if not path.endswith(_IN_PAGES):
        yield text, 1
        return
    for pattern in (_SCRIPT, _FRONT):
        for match in pattern.finditer(text):
            yield match[1], text.count("\n", 0, match.start(1)) + 1


def text_in(node: SgNode | None) -> str:
    """What a name or a string says, without quotes; "" for no node."""
    if node is None:
        return ""
    text = node.text()
    return text[1:-1] if node.kind() in ("string", "template_string") else text


def kind_in(node: SgNode | None) -> str:
    """The kind of a node; "" for no node."""
    return node.kind() if node is not None else ""
