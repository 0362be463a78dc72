"""The names of environment variables that code reads, in the languages that web applications are written in."""

import re
from collections.abc import Iterator

_NAME = r"([A-Za-z_][A-Za-z0-9_]{1,99})"
_QUOTED = rf"\s*[\"'`]{_NAME}[\"'`]"
_READS = re.compile(
    "|".join(
        (
            # Python: os.environ, os.getenv, starlette's and python-decouple's config(), django-environ's env()
            rf"\benviron(?:b)?(?:\.(?:get|pop|setdefault))?\s*[\[(]{_QUOTED}",
            rf"\b(?:os\.)?getenv\s*\({_QUOTED}",
            rf"\b(?:config|env|Env)(?:\.(?:str|url|db|db_url|cache|get|fetch|require))?\s*\({_QUOTED}",
            # JavaScript and TypeScript: Node, Vite, Deno, Bun
            rf"\b(?:process|Bun|import\.meta)\.env(?:\?)?\.{_NAME}\b",
            rf"\b(?:process|Bun|import\.meta)\.env(?:\?\.)?\s*\[{_QUOTED}",
            rf"\bDeno\.env\.get\s*\({_QUOTED}",
            # Ruby, Go, PHP, Elixir, Rust, Java and C#
            rf"\bENV(?:\.fetch)?\s*[\[(]{_QUOTED}",
            rf"\bos\.(?:Getenv|LookupEnv)\s*\({_QUOTED}",
            rf"\$_(?:ENV|SERVER)\s*\[{_QUOTED}",
            rf"\bSystem\.(?:get_env|fetch_env!?|getenv)\s*\({_QUOTED}",
            rf"\benv::var(?:_os)?\s*\({_QUOTED}",
            rf"\bGetEnvironmentVariable\s*\({_QUOTED}",
        )
    )
)
_TAKEN_APART = re.compile(r"\{([^{}]{1,2000})\}\s*=\s*(?:process|Bun|import\.meta)\.env\b")
_TAKEN = re.compile(rf"(?:^|,)\s*{_NAME}\s*(?=[:,=]|$)")
# pydantic-settings reads each field of a class of settings from a variable of its name.
_SETTINGS = re.compile(r"^class\s+\w+\([^)\n]*BaseSettings[^)\n]*\):\n((?:(?:[ \t]+[^\n]*)?\n)*)", re.MULTILINE)
_FIELD = re.compile(rf"^[ \t]+{_NAME}\s*:\s*\S", re.MULTILINE)
ENDINGS = (
    ".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte", ".astro", ".rb", ".go",
    ".php", ".ex", ".exs", ".rs", ".java", ".kt", ".cs",
)  # fmt: skip


def reads(text: str) -> Iterator[tuple[str, int]]:
    """Each name that the code reads, with where in the text it stands; of a name that is put together none is seen."""
    for match in _READS.finditer(text):
        yield next(name for name in match.groups() if name), match.start()
    for match in _TAKEN_APART.finditer(text):
        yield from ((one[1], match.start()) for one in _TAKEN.finditer(match[1]))
    for match in _SETTINGS.finditer(text):
        yield from ((one[1].upper(), match.start(1) + one.start(1)) for one in _FIELD.finditer(match[1]))
