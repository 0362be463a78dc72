"""Texts in UTF-16 or UTF-32, brought into UTF-8 so that one matcher reads them all; no input raises."""

import codecs

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, which is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 1024


def utf8(data: bytes) -> bytes:
    """The text in UTF-8; as it stands when it is no UTF-16 or UTF-32, by its mark or by every other byte being zero."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").encode()
    head = data[:_LOOKED_AT]
    half = len(head) // 2
    if half >= 4:
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = head[start::2].count(0)
            if zeros * 10 >= half * 9 and head[1 - start :: 2].count(0) * 10 < half:
                return data.decode(name, "replace").encode()
    return data
