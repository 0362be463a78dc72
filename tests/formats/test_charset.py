"""Bodies by the encoding that they say they have."""

import codecs

import pytest

from launchready.formats.charset import decoded

META = '<meta charset="{}"><p>café</p>'


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("café".encode(), "text/html", "café"),
        ("café".encode("latin-1"), "text/html; charset=ISO-8859-1", "café"),
        ("5 €".encode("cp1252"), "text/html; charset=latin1", "5 €"),  # as browsers take Latin 1
        ("café".encode("utf-16-le"), 'text/html; charset="utf-16"', "café"),
        (codecs.BOM_UTF16_BE + "café".encode("utf-16-be"), "text/html; charset=utf-8", "café"),
        (codecs.BOM_UTF8 + b"{}", "application/json", "{}"),
        ("日本".encode("shift_jis"), "text/html;charset=x-sjis", "日本"),
        (META.format("windows-1252").encode("cp1252"), "text/html", META.format("windows-1252")),
        (META.format("utf-16").encode(), "text/html", META.format("utf-16")),
        (META.format("windows-1252").encode(), "application/json", META.format("windows-1252")),
        ("café".encode(), "text/html; charset=banana", "café"),
        (b"666f6f", "text/plain; charset=hex", "666f6f"),
        (rb"\x41", "text/plain; charset=unicode_escape", r"\x41"),
        (b"\xff", "", "\ufffd"),
        (b"\x81", "text/html; charset=windows-1252", "\ufffd"),
    ],
)
def test_text(body: bytes, content_type: str, text: str) -> None:
    assert decoded(body, content_type) == text
