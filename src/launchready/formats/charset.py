"""A body as text, by the encoding that it says it has (HTML standard, section 13.2.3); no input raises."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOOKED_AT_BYTES = 1024  # where a page may say it (section 4.2.5.4)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)
_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.IGNORECASE)
# Encodings of the Encoding standard, by names that Python knows too; what else Python decodes is no text on the web.
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|(?:x-)?(?:cp|windows-?)125\d|windows-874|iso-?8859-?\d{1,2}|koi8-[ru]|ibm866|gbk|gb2312|"
    r"gb18030|big5|euc-?(?:jp|kr)|iso-2022-jp|shift[-_]jis|x-sjis|sjis|macintosh",
    re.IGNORECASE,
)
_LATIN = re.compile(r"(?:us-?)?ascii|latin-?1|l1|iso[-_]?8859[-_]?1", re.IGNORECASE)


def decoded(body: bytes, content_type: str) -> str:
    """The text: by its byte order mark, by the Content-Type, by what a page says of itself, else as UTF-8."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    return body.decode(_stated(body, content_type), "replace")


def _stated(body: bytes, content_type: str) -> str:
    if in_header := _IN_HEADER.search(content_type):
        return _encoding(in_header[1])
    if "html" in content_type.lower() and (in_page := _IN_PAGE.search(body[:_LOOKED_AT_BYTES])):
        named = _encoding(in_page[1].decode("ascii"))
        return "utf-8" if named.startswith("utf") else named  # a page that can be read as ASCII is not UTF-16
    return "utf-8"


def _encoding(label: str) -> str:
    """Python's name; browsers take Latin 1 for Windows-1252 (Encoding standard, section 4.2)."""
    if _LATIN.fullmatch(label):
        return "windows-1252"
    if label.lower() in ("utf-16", "utf16"):
        return "utf-16-le"
    try:
        return codecs.lookup(label.removeprefix("x-")).name if _KNOWN.fullmatch(label) else "utf-8"
    except LookupError:
        return "utf-8"
