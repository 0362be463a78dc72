"""The variables that JavaScript and TypeScript read, seen in their syntax trees by ast-grep: nothing is run."""

import re
from collections.abc import Iterator

from ast_grep_py import Rule, SgNode, SgRoot

from launchready.formats.script_variables.schemas import schema_keys
from launchready.formats.script_variables.syntax import LANGUAGES, kind_in, scripts_of, text_in
from launchready.formats.variable_reads import NAME, Reads
from launchready.known.secret_names import is_built_in

_ENVIRONMENTS = ("process.env", "process?.env", "import.meta.env", "Deno.env", "Bun.env", "globalThis.process.env")
_FROM_MODULES = re.compile(r"\$env/static/(?:private|public)$|^astro:env/(?:server|client)$")
_DYNAMIC_MODULES = re.compile(r"\$env/dynamic/(?:private|public)$")
_BUNDLERS_OWN = frozenset({"MODE", "DEV", "PROD", "SSR", "BASE_URL", "SITE", "ASSETS_PREFIX", "LEGACY"})  # Vite, Astro
_MOST_NODES = 3_000
_FUNCTIONS = ("function_declaration", "arrow_function", "function_expression", "method_definition", "function")


def read(text: str, path: str) -> Reads:
    """Every variable that a script reads, with its line."""
    reads = Reads(path)
    for script, first_line in scripts_of(text, path):
        _Script(SgRoot(script, LANGUAGES[path[path.rindex(".") :]]).root(), reads, first_line).read()
    return reads


class _Script:
    def __init__(self, root: SgNode, reads: Reads, first_line: int) -> None:
        self._root = root
        self._reads = reads
        self._first_line = first_line
        self._aliases: set[str] = set()
        self._wrappers: dict[str, tuple[int, bool]] = {}
        self._whole = False

    def read(self) -> None:
        self._imports()
        for node in self._environments():
            self._environment(node)
        for name in sorted(self._aliases):
            for node in self._root.find_all(kind="identifier", regex=f"^{re.escape(name)}$")[:_MOST_NODES]:
                self._environment(node, is_alias=True)
        self._calls()
        if self._whole:
            for name, line, has_default in schema_keys(self._root):
                self._add(name, line, has_default=has_default, must=True)

    def _environments(self) -> Iterator[SgNode]:
        any_of: list[Rule] = [{"pattern": pattern} for pattern in _ENVIRONMENTS]
        yield from self._root.find_all(any=any_of)[:_MOST_NODES]

    def _environment(self, node: SgNode, *, is_alias: bool = False) -> None:
        """One place where the whole environment is named: what is taken from it there."""
        outer = node.parent()
        while outer is not None and outer.kind() in (
            "parenthesized_expression",
            "as_expression",
            "non_null_expression",
        ):
            node, outer = outer, outer.parent()
        if outer is None:
            return
        kind = outer.kind()
        if kind == "member_expression" and _same(outer.field("object"), node):
            self._member(outer)
        elif kind == "subscript_expression" and _same(outer.field("object"), node):
            self._subscript(outer)
        elif kind in ("variable_declarator", "assignment_expression", "assignment_pattern") and not is_alias:
            self._bound(outer)
        elif kind == "binary_expression" and _same(outer.field("right"), node):
            self._in(outer)
        elif kind in ("arguments", "pair", "spread_element", "shorthand_property_identifier") and not is_alias:
            self._whole = True

    def _member(self, node: SgNode) -> None:
        name = text_in(node.field("property"))
        if name in ("get", "has") and (call := node.parent()) and call.kind() == "call_expression":
            arguments = call.field("arguments")
            given = arguments.named_children() if arguments else []
            if given and (key := text_in(given[0])) and given[0].kind() == "string":
                self._value(call, key)
        elif name not in ("toObject", "get", "has", "set"):
            self._value(node, name)

    def _subscript(self, node: SgNode) -> None:
        key = node.field("index")
        if key is None:
            return
        if key.kind() == "string":
            self._value(node, text_in(key))
        elif key.kind() == "template_string":
            self._template(node, key)
        elif key.kind() == "binary_expression":
            left, right = key.field("left"), key.field("right")
            ends = [text_in(one) if one and one.kind() == "string" else "" for one in (left, right)]
            self._reads.add_built(ends[0], ends[1])
        elif key.kind() == "identifier":
            self._by_parameter(node, key)

    def _template(self, node: SgNode, key: SgNode) -> None:
        inner = key.text()[1:-1]
        if "${" not in inner:
            self._value(node, inner)
        else:
            self._reads.add_built(inner.partition("${")[0], inner.rpartition("}")[2])

    def _by_parameter(self, node: SgNode, key: SgNode) -> None:
        """`process.env[name]`: inside a function that is given the name, its calls are the readings."""
        for function in node.ancestors():
            if function.kind() not in _FUNCTIONS:
                continue
            named = function.field("parameters") or function.field("parameter")
            names = [re.split(r"[:?=\s]", one.text())[0] for one in named.named_children()] if named else []
            if key.text() in names and (name := _name_of(function)):
                throws = any(map(_is_for_lack, function.find_all(kind="if_statement")))
                self._wrappers[name] = (names.index(key.text()), throws)
                return

    def _value(self, node: SgNode, name: str) -> None:
        """One variable that is read (or set, which is no reading)."""
        outer = node.parent()
        while outer is not None and outer.kind() in (
            "parenthesized_expression",
            "as_expression",
            "non_null_expression",
        ):
            node, outer = outer, outer.parent()
        kind = outer.kind() if outer else ""
        if outer and kind == "assignment_expression" and _same(outer.field("left"), node):
            self._reads.sets.add(name)
            return
        if outer and kind == "unary_expression" and outer.text().startswith("delete"):
            return
        if name in _BUNDLERS_OWN and node.text().startswith("import.meta"):
            return
        has_default = False
        if outer and kind in ("binary_expression", "augmented_assignment_expression"):
            operator = text_in(outer.field("operator"))
            right = outer.field("right")
            is_left = _same(outer.field("left"), node)
            has_default = is_left and operator in ("||", "??", "||=", "??=") and _brings(right)
        self._add(name, node.range().start.line, has_default=has_default)

    def _bound(self, node: SgNode) -> None:
        """`const {A, B = "x"} = process.env`, or another name for the whole."""
        target = node.field("name") or node.field("left")
        if target is None:
            return
        if target.kind() == "identifier":
            self._aliases.add(target.text())
            return
        for one in target.named_children() if target.kind() == "object_pattern" else ():
            line = one.range().start.line
            if one.kind() == "shorthand_property_identifier_pattern":
                self._add(one.text(), line)
            elif one.kind() == "object_assignment_pattern":
                self._add(text_in(one.field("left")), line, has_default=_brings(one.field("right")))
            elif one.kind() == "pair_pattern":
                value = one.field("value")
                given = value is not None and value.kind() == "assignment_pattern"
                self._add(text_in(one.field("key")), line, has_default=given)

    def _in(self, node: SgNode) -> None:
        left = node.field("left")
        if text_in(node.field("operator")) == "in" and left is not None and left.kind() == "string":
            self._add(text_in(left), node.range().start.line)

    def _imports(self) -> None:
        """SvelteKit's and Astro's modules that hold variables by name."""
        for node in self._root.find_all(kind="import_statement")[:_MOST_NODES]:
            source = text_in(node.field("source"))
            if _FROM_MODULES.search(source):
                for one in node.find_all(kind="import_specifier"):
                    self._add(text_in(one.field("name")), one.range().start.line, must=True)
            elif _DYNAMIC_MODULES.search(source):
                self._aliases.add("env")

    def _calls(self) -> None:
        """Calls of functions that read what they are given by name, and of NestJS's ConfigService."""
        asks = "@nestjs/config" in self._root.text()
        if not (asks or self._wrappers):
            return
        for node in self._root.find_all(kind="call_expression")[:_MOST_NODES]:
            function, arguments = node.field("function"), node.field("arguments")
            given = arguments.named_children() if arguments else []
            name = text_in(function.field("property")) if function and function.field("property") else text_in(function)
            if asks and name in ("get", "getOrThrow") and re.search(r"(?i)config", function.text() if function else ""):
                at, throws = 0, name == "getOrThrow"
            elif name in self._wrappers:
                at, throws = self._wrappers[name]
            else:
                continue
            if len(given) > at and given[at].kind() == "string" and (key := text_in(given[at])) == key.upper():
                default = len(given) > at + 1 and _brings(given[at + 1])
                self._add(key, node.range().start.line, has_default=default, must=throws)

    def _add(self, name: str, line: int, *, has_default: bool = False, must: bool = False) -> None:
        if NAME.fullmatch(name):
            self._reads.add(
                name,
                line + self._first_line,
                has_default=has_default,
                must=must,
                reaches_browser=is_built_in(name),
            )


def _same(one: SgNode | None, other: SgNode) -> bool:
    if one is None:
        return False
    left, right = one.range(), other.range()
    return (left.start.index, left.end.index) == (right.start.index, right.end.index)


def _brings(node: SgNode | None) -> bool:
    """Whether what stands behind `||` or `??` is a value; undefined, null and "" are none."""
    if node is None or kind_in(node) in ("undefined", "null"):
        return False
    is_failure = (
        node.kind() == "call_expression" and re.match(r"(?i)(?:throw|fail|panic|missing)", node.text()) is not None
    )
    return node.text() not in ("undefined", "null", "''", '""', "``", "void 0") and not is_failure


def _is_for_lack(node: SgNode) -> bool:
    """Whether an `if` throws where there is no value."""
    test, then = text_in(node.field("condition")), node.field("consequence")
    lacks = re.match(r"\(\s*!\w+\s*(?:\)|\|\|)|\(\s*\w+\s*={2,3}\s*(?:undefined|null|['\"]{2})", test)
    return lacks is not None and then is not None and "throw " in then.text()


def _name_of(function: SgNode) -> str:
    named = function.field("name")
    if named is not None:
        return named.text()
    outer = function.parent()
    return text_in(outer.field("name")) if outer is not None and outer.kind() == "variable_declarator" else ""
