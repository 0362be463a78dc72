"""The simple commands of a shell line, without what only introduces them: `exec npx next dev` is `next dev`."""

import re
from collections.abc import Iterator

_LONGEST = 4_000
_SEPARATOR = re.compile(r"&&|\|\||[;\n]|(?<!&)&(?!&)|\|")
# What stands before the command that is run: variables, wrappers, runners of a package manager.
_INTRODUCTION = re.compile(
    r"""(?:
        [A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+
      | (?:exec|sudo|env|time|nohup|command|cross-env|bunx|dumb-init|catatonit|tini|npx|pipx\s+run)\s+(?:-{1,2}\w*\s+)*
      | (?:pnpm|yarn|npm|bun)\s+(?:exec|dlx|x)\s+(?:--\s+)?
      | (?:gosu|su-exec|setpriv|chpst\s+-u)\s+\S+\s+
      | (?:uv|poetry|pdm|pipenv|hatch|rye|bundle|conda)\s+(?:run|exec)\s+(?:--?[\w-]+(?:=\S+)?\s+)*
      | (?:doppler|infisical|dotenv|dotenvx|op|opentelemetry-instrument|ddtrace-run|newrelic-admin\s+run-program)
        (?:\s+run)?(?:\s+-{1,2}(?!\s)\S+(?:\s+[./]\S+)?)*\s+(?:--\s+)?
      | \S*wait-for(?:-it)?(?:\.sh)?\s[^;&|]*?--\s+
      | (?:\S*/)?python[\d.]*\s+(?:-[uBOEI]+\s+|-X\s*\S+\s+|-W\s*\S+\s+)*-m\s+
        (?=(?:uvicorn|flask|gunicorn|hypercorn|quart|fastapi|django|http|sanic|litestar|daphne|granian|chainlit)\b)
    )""",
    re.VERBOSE,
)
_SHELL = re.compile(r"""^(?:\S*/)?(?:ba|da|a|z)?sh\s+(?:-\w+\s+)*-\w*c\w*\s+(.*)$""", re.DOTALL)
_FOLDER = re.compile(r"^(?:\./)?(?:(?:\S*/)?(?:node_modules/\.bin|\.?venv/bin|bin)/)?(?=\w)")


def simple(line: str) -> Iterator[str]:
    """Each command that a line runs, in order, beginning with its own name."""
    line = re.sub(r"\\\n", " ", line[:_LONGEST])
    if shell := _SHELL.match(line.strip()):
        line = shell[1].strip().strip("\"'")
    for part in _SEPARATOR.split(line):
        command = " ".join(part.split())
        for _ in range(8):
            shorter = _INTRODUCTION.sub("", command, count=1) if _INTRODUCTION.match(command) else command
            if shorter == command:
                break
            command = shorter
        command = _FOLDER.sub("", command)
        if command:
            yield command


def unconditional(script: str) -> Iterator[tuple[str, int]]:
    """The lines of a shell script that run whatever is the case, with their numbers (from 1): none inside an `if`, a
    `case`, a loop or a function."""
    depth = 0
    lines = script.splitlines()[:1_000]
    joined, start = "", 1
    for number, line in enumerate(lines, 1):
        if not joined:
            start = number
        joined += line.strip()
        if joined.endswith("\\"):
            joined = joined[:-1] + " "
            continue
        word = joined.partition(" ")[0].rstrip(";")
        if word in ("if", "case", "for", "while", "until") or re.match(r"(?:function\s+)?[\w-]+\s*\(\)\s*\{?$", joined):
            depth += not re.search(r"\b(?:fi|esac|done)\s*;?$", joined)
        elif word in ("fi", "esac", "done", "}"):
            depth = max(0, depth - 1)
        elif depth == 0 and joined and not joined.startswith("#"):
            yield " ".join(joined.split()), start
        joined = ""
