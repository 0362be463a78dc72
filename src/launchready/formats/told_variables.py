"""Variables in files that say how code is built and run: Dockerfiles, Compose, CI and shell scripts."""

import re

from launchready.formats.variable_reads import Reads

# Compose: ${X}, ${X:-default}, ${X:?message}, $X; `$$` is a plain dollar sign.
_FILLED_IN = re.compile(
    r"(?<!\$)\$(?:\{([A-Za-z_]\w{0,99})(?:(:?[-?+])((?:[^{}]|\{[^{}]*\}){0,300}))?\}|([A-Za-z_]\w{0,99}))"
)
_NEEDED = re.compile(r"\$\{([A-Za-z_]\w{0,99}):?\?")
_BUILD_ARGUMENT = re.compile(r"^[ \t]*ARG[ \t]+([A-Za-z_]\w{0,99})(=?)", re.MULTILINE | re.IGNORECASE)
_SET_IN_IMAGE = re.compile(r"^[ \t]*ENV[ \t]+((?:[^\n\\]|\\\n|\\.)+)", re.MULTILINE | re.IGNORECASE)
_PAIR = re.compile(r"([A-Za-z_]\w{0,99})=(\"[^\"]*\"|'[^']*'|\S*)")
_CI = re.compile(r"\$\{\{\s*(?:secrets|vars|env)\.([A-Za-z_]\w{0,99})")
_COMMENT = re.compile(r"(?:^|\s)#.*")


def compose(text: str, path: str) -> Reads:
    """What a Compose file is filled in with when it is read."""
    reads = Reads(path)
    for number, line in enumerate(text.splitlines(), 1):
        for match in _FILLED_IN.finditer(_COMMENT.sub("", line)):
            name, sign, default = match[1] or match[4], match[2] or "", match[3] or ""
            brings = ("-" in sign[-1:] and bool(default)) or "+" in sign
            reads.add(name, number, has_default=brings, must="?" in sign)
    return reads


def shell(text: str, path: str) -> Reads:
    """What a shell script refuses to run without: `${X:?}`. What else it reads, it may have set itself."""
    reads = Reads(path)
    for number, line in enumerate(text.splitlines(), 1):
        for match in _NEEDED.finditer(_COMMENT.sub("", line)):
            reads.add(match[1], number, must=True)
    return reads


def set_in_image(text: str) -> dict[str, int]:
    """The variables that a Dockerfile gives a value to, each with its line."""
    found: dict[str, int] = {}
    for match in _SET_IN_IMAGE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        pairs = [(one[1], one[2]) for one in _PAIR.finditer(match[1])]
        if not pairs and len(words := match[1].split(None, 1)) == 2:
            pairs = [(words[0], words[1])]
        for name, value in pairs:
            if value and not value.lstrip("\"'").startswith("$"):
                found.setdefault(name, line)
    return found
