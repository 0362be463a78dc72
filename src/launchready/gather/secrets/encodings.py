"""Texts in UTF-16 and UTF-32 are turned into UTF-8, with or without a byte order mark."""

import codecs

_HEAD_BYTES = 2048
# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Which of a character's bytes are zero where the text is Latin, as keys are.
_ZEROS = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_MOSTLY, _HARDLY = 0.7, 0.05


def as_utf8(data: bytes) -> bytes:
    """The text in UTF-8; bytes that are in no wide encoding are returned as they are."""
    encoding = _encoding(data)
    if encoding is None:
        return data
    try:
        return data.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    except UnicodeError:  # pragma: no cover - "replace" takes what there is
        return data


def _encoding(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[: min(_HEAD_BYTES, len(data) // 4 * 4)]
    if b"\0" not in head:
        return None
    shares = [head[place::4].count(0) * 4 / len(head) for place in range(4)]
    if any(_HARDLY < share < _MOSTLY for share in shares):
        return None
    return _ZEROS.get((shares[0] >= _MOSTLY, shares[1] >= _MOSTLY, shares[2] >= _MOSTLY, shares[3] >= _MOSTLY))
