"""Where a key begins and ends within a text: at quotes, separators, escapes and the text's own edges."""

_TOKEN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_ESCAPES = frozenset(b"nrtbfv0")


def stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether `data[start:end]` is a token of its own, not a part of a longer one."""
    return ends_token(data, end) and begins_token(data, start)


def ends_token(data: bytes, end: int) -> bool:
    return end >= len(data) or data[end] not in _TOKEN


def begins_token(data: bytes, start: int) -> bool:
    """Whether no token runs into `start`: an escape (`\\n`, `\\x22`, `\\u0022`, `%3D`) before it is none."""
    return start == 0 or data[start - 1] not in _TOKEN or _escape_before(data, start)


def _escape_before(data: bytes, start: int) -> bool:
    if data[start - 1] in _ESCAPES and data[start - 2 : start - 1] == b"\\":
        return True
    return any(
        data[max(start - len(mark) - digits, 0) : start - digits] == mark and _all_hex(data[start - digits : start])
        for mark, digits in ((b"%", 2), (b"\\x", 2), (b"\\u", 4))
    )


def _all_hex(digits: bytes) -> bool:
    return all(digit in _HEX for digit in digits)
