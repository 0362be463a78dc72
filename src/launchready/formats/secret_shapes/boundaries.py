"""Where a key begins and ends within a text: at quotes, separators, escapes and the text's own edges."""

_TOKEN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_ESCAPES = frozenset(b"nrtbfv0")
_ESCAPED_BYTES = ((b"%", 2), (b"\\x", 2), (b"\\u", 4))


def stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether `data[start:end]` is a token of its own, not a part of a longer one."""
    return ends_token(data, end) and begins_token(data, start)


def ends_token(data: bytes, end: int) -> bool:
    return end >= len(data) or data[end] not in _TOKEN


def begins_token(data: bytes, start: int) -> bool:
    """Whether no token runs into `start`: an escape (`\\n`, `\\x22`, `\\u0022`, `%3D`) before it is none."""
    return start == 0 or data[start - 1] not in _TOKEN or _escape_before(data, start)


def begins_word(data: bytes, start: int) -> bool:
    """Whether a word of a name begins at `start`: after no letter, after an escape, or as a capital in camelCase."""
    before, first = data[max(start - 1, 0) : start], data[start : start + 1]
    return not before.isalpha() or (before.islower() and first.isupper()) or _escape_before(data, start)


def _escape_before(data: bytes, start: int) -> bool:
    if data[start - 1] in _ESCAPES and data[start - 2 : start - 1] == b"\\":
        return True
    return any(
        data[max(start - len(mark) - digits, 0) : start - digits] == mark
        and all(digit in _HEX for digit in data[start - digits : start])
        for mark, digits in _ESCAPED_BYTES
        if start >= len(mark) + digits
    )
