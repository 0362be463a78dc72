"""Write docs/launch-toml.md from the schema of launch.toml; `--check` only says whether it is up to date."""

import sys
from typing import Any

from tools.generated import ROOT, main
from tools.write_schema import schema

DOCS = ROOT / "docs"
TARGET = DOCS / "launch-toml.md"

_INTRODUCTION = """\
# launch.toml

What you launch, in a file of its own at the top of your repository. Two lines are enough:

```toml
[launch]
domain = "parley.example"
```

Written from the code by `make docs`; a [file with every key](#a-file-with-every-key) is at the end.

## Let init write it

```
launchready init your-domain.com --ci github
```

reads your repository, looks at the domain from outside, and writes a commented launch.toml that is valid at once: the
hosts that answer and what they are for, the pages and health address of your app, the mail services and DKIM selectors
in DNS, the edge in front, the variables by name. Behind each value stands where it was seen; what could not be seen is
said in a comment, and so is what was seen and left out, such as a host with a parked page. It asks only on a terminal,
needs no network for what your files say, and never overwrites: with a launch.toml in place it exits with 2.

`--ci github`, `gitlab` or `pre-commit` also writes the gate that runs `launchready audit`, whose exit code decides.
Beside an existing launch.toml only that file is written. Where a `.gitlab-ci.yml` or `.pre-commit-config.yaml` is there
already, the lines to add are printed.

## How it is read

- Without `--config PATH`, the nearest `launch.toml` in this folder or those above it is used.
- Every mistake is named at once, each with its line, and nothing else is done:
  `launch.toml:6: [hosts."app.parley.example"] role is "application"; it must be one of site, redirect, app, …`.
  A key that does not exist is a mistake too, and the nearest one that does is named.
- `launchready audit DOMAIN` is about DOMAIN, whatever launch.toml says. When launch.toml is about another domain, only
  its `[network]` is used.
- Names are read as browsers read them: capitals and a dot at the end make no difference, and `bücher.example` is
  `xn--bcher-kva.example`. Letters of two scripts that do not belong together are refused.
- Paths of files begin at the folder of launch.toml.

## Secrets

A secret never stands in the file. Where a key takes one, write where it is kept:

- `"${env:NAME}"` is the environment variable NAME.
- `"${file:PATH}"` is what the file holds, without the line's end after it.

It is read only when it is used: an audit does not need the token of your DNS provider, and does not ask for it. When it
is used and is not there, the command says which one and ends. Where a key takes text with references (a database's
address), only the secret part needs to be one. No report, log or error shows a value; they show its reference.

## In your editor

Editors that know TOML (VS Code with Even Better TOML, Taplo, JetBrains) complete keys and underline mistakes when the
first line of launch.toml names the schema, which is part of the package:

```
python -m launchready.config.schema > launch.schema.json
```

```toml
#:schema ./launch.schema.json
```
"""


def render() -> str:
    """How it is read, then each section with its keys, then an example that has them all."""
    sections = schema()["properties"]
    parts = [_INTRODUCTION, "## Sections"]
    parts += [f"- [`{_header(name, node)}`](#{name}) {_first_sentence(node)}" for name, node in sections.items()]
    for name, node in sections.items():
        parts += ["", *_section(name, node)]
    example = (DOCS / "launch.toml").read_text("utf-8")
    return "\n".join([*parts, "", "## A file with every key", "", "```toml", example.rstrip("\n"), "```"]) + "\n"


def _header(name: str, node: dict[str, Any]) -> str:
    """`[edge]`, `[hosts."…"]` or `[[records]]`."""
    if node["type"] == "array":
        return f"[[{name}]]"
    return f"[{name}]" if "properties" in node else f'[{name}."…"]'


def _table(node: dict[str, Any]) -> dict[str, Any]:
    """The table of keys in a section, which may be one of many."""
    if "properties" in node:
        return node
    table: dict[str, Any] = node["items"] if node["type"] == "array" else node["additionalProperties"]
    return table


def _first_sentence(node: dict[str, Any]) -> str:
    sentence: str = _table(node)["description"].partition(". ")[0]
    return sentence.removesuffix(".") + "."


def _section(name: str, node: dict[str, Any]) -> list[str]:
    table = _table(node)
    rows = ["| key | takes | without it | what it is |", "|---|---|---|---|"]
    for key, value in table["properties"].items():
        absent = "must be there" if key in table.get("required", ()) else _toml(value.get("default"))
        rows.append(f"| `{key}` | {_takes(value)} | {absent} | {_cell(value['description'])} |")
    return [f'<a id="{name}"></a>', "", f"### `{_header(name, node)}`", "", table["description"], "", *rows]


def _takes(node: dict[str, Any]) -> str:
    if "enum" in node:
        return _cell(", ".join(f'`"{choice}"`' for choice in node["enum"]))
    if node["type" if "type" in node else "title"] == "array":
        return f"list of {_takes(node['items'])}"
    if "properties" in node:
        return "table with " + ", ".join(f"`{key}`" for key in node["properties"])
    return _cell(node["title"])


def _toml(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, list):
        return "`[" + ", ".join(f'"{entry}"' for entry in default) + "]`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(TARGET, render))
