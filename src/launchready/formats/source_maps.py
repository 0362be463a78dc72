"""Where a script says that its source map is (ECMA-426, section 11); no input raises."""

import re
from collections.abc import Iterable

from launchready.formats.headers import values

LONGEST = 1024
_COMMENT = re.compile(rb"//[#@][ \t]*sourceMappingURL=([^\s'\"]{1,1024})[ \t]*$")
_TAIL_BYTES = 4096


def map_reference(headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """The reference in the SourceMap header, or in the comment at the script's end; None for none, or an inline map."""
    sent = tuple(headers)
    for name in ("sourcemap", "x-sourcemap"):
        if told := values(sent, name):
            return told[0][:LONGEST]
    for line in reversed(body[-_TAIL_BYTES:].splitlines()):
        if found := _COMMENT.search(line.rstrip()):
            reference = found[1].decode("utf-8", "replace")
            return None if reference.startswith("data:") else reference
        if line.strip() and not line.lstrip().startswith((b"//", b"/*", b"*/")):
            return None
    return None
