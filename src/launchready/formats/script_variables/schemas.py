"""Schemas that the whole environment is checked by: zod, t3-env, envalid, Joi, Valibot. Their keys are variables."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from launchready.formats.script_variables.syntax import text_in

_MOST_KEYS = 500
_NAME = re.compile(r"[A-Z][A-Z0-9_]+")
_SCHEMA = re.compile(
    r"(?:z|zod|v|s|Joi|joi|yup|Yup|t|Type|envalid|envsafe|[a-z]\w*Schema)\s*\.\s*\w+|"
    r"(?:str|num|bool|url|port|host|email|json|makeValidator|requiredWhen)\s*\("
)
_DEFAULT = re.compile(r"\.default\(|\.catch\(|\bdefault\s*:|\bdevDefault\s*:(?!.*choices)|\.fallback\(")
_OPTIONAL = re.compile(r"\.(?:optional|nullish|nullable|allow)\(|\boptional\(")


def schema_keys(root: SgNode) -> Iterator[tuple[str, int, bool]]:
    """Each key of a schema: its name, its line (from 0), and whether the code goes on without the variable."""
    for node in root.find_all(kind="pair")[: _MOST_KEYS * 10]:
        name, value = text_in(node.field("key")), node.field("value")
        if value is None or not _NAME.fullmatch(name):
            continue
        said = value.text()[:2_000]
        if _SCHEMA.match(said):
            is_required = re.search(r"\.required\(", said) or not said.startswith(("Joi", "joi", "yup", "Yup"))
            goes_on = bool(_DEFAULT.search(said) or _OPTIONAL.search(said)) or not is_required
            yield name, node.range().start.line, goes_on
