"""Text that came from outside, made safe to print: no control character reaches a terminal."""

from unicodedata import category

# Control, format (bidirectional overrides, zero width), surrogate, private use, line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, at_most: int = 400) -> str:
    """`text` with every invisible character spelled out (`\\x1b`), cut after `at_most` characters."""
    cut = text if len(text) <= at_most else text[: at_most - 1] + "…"
    return "".join(_spelled(character) if category(character) in _INVISIBLE else character for character in cut)


def _spelled(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
