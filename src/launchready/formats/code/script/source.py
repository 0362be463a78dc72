"""A JavaScript or TypeScript file in which names can be followed to the packages that they come from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from ast_grep_py import SgNode, SgRoot

FUNCTIONS = frozenset({
    "arrow_function", "function_declaration", "function_expression", "function", "method_definition",
    "generator_function_declaration", "generator_function",
})  # fmt: skip
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_EXPORTED = frozenset({*_VERBS, "loader", "action", "handler"})
_REGISTERS = frozenset({"get", "post", "put", "patch", "delete", "all", "use", "route"})
_WRAPS = re.compile(
    r"(?:handler|catchasync|asyncmiddleware|wrapasync|procedure|mutation|query|withauth|tryCatch)$", re.IGNORECASE
)
_REQUESTS = (
    ("req", "res"),
    ("request", "response"),
    ("request", "reply"),
    ("req", "reply"),
    ("_req", "res"),
    ("_", "res"),
)
_SETTING = re.compile(
    r"debug|verbose|settings|config|flag|feature|enabled|process\.env|NODE_ENV|\benv\b|isDev|develop|local|isProd|production|staging",
    re.IGNORECASE,
)
_MOST_STEPS = 8


class Given(Enum):
    """What is known of an option that is not there to be read."""

    ABSENT = "it is not given"
    UNKNOWN = "it may be given"


@dataclass(slots=True)
class Script:
    """A parsed file; `imports` are local names with the package and the name there (`default`, `*`)."""

    path: str
    text: str
    root: SgNode
    models_limited_elsewhere: bool = False
    calls: list[SgNode] = field(default_factory=list)
    made: list[SgNode] = field(default_factory=list)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    _values: dict[str, list[SgNode]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.calls = self.root.find_all(kind="call_expression")
        self.made = self.root.find_all(kind="new_expression")
        for one in self.root.find_all(kind="variable_declarator"):
            name, value = one.field("name"), one.field("value")
            if name is not None and value is not None:
                self._declare(name, value)
        for one in self.root.find_all(kind="import_statement"):
            self._import(one)

    def value(self, node: SgNode | None) -> SgNode | None:
        """What a name is declared as, when it is declared once in the file; else the node itself."""
        for _ in range(_MOST_STEPS):
            if node is None:
                return None
            if node.kind() in (
                "await_expression",
                "as_expression",
                "satisfies_expression",
                "parenthesized_expression",
                "non_null_expression",
            ):
                node = next((one for one in node.children() if one.is_named()), None)
                continue
            values = self._values.get(node.text(), []) if node.kind() == "identifier" else []
            if len(values) != 1:
                return node
            node = values[0]
        return node

    def package(self, name: str) -> tuple[str, str]:
        """The package and the name in it that a local name stands for; ("", "") for anything else."""
        return self.imports.get(name, ("", ""))

    def is_declared(self, name: str) -> bool:
        """Whether the file gives a name a meaning of its own."""
        return (
            name in self._values
            or name in self.imports
            or re.search(rf"\bfunction\s+{re.escape(name)}\b", self.text) is not None
        )

    def is_changed(self, name: str) -> bool:
        """Whether something else is put into a name, or into its object, after it is made."""
        written = re.escape(name)
        into = rf"(?<!const )(?<!let )(?<!var )(?<![\w$.]){written}(?:\.[\w$]+|\[[^\]\n]+\])*[ \t]*=(?![=>])"
        return re.search(rf"{into}|Object\.assign\(\s*{written}\b", self.text) is not None

    def option(self, options: SgNode | None, name: str) -> SgNode | Given:
        """The value of a key in an object, through names and spreads."""
        if options is None:
            return Given.ABSENT
        if options.kind() == "identifier" and self.is_changed(options.text()):
            return Given.UNKNOWN
        value = self.value(options)
        if value is None or value.kind() != "object":
            return Given.UNKNOWN
        found: SgNode | Given = Given.ABSENT
        for one in value.children():
            kind = one.kind()
            if kind == "pair" and (key := one.field("key")) is not None and key.text().strip("\"'") == name:
                found = one.field("value") or Given.UNKNOWN
            elif kind == "shorthand_property_identifier" and one.text() == name:
                found = one
            elif kind == "spread_element":
                inner = self.option(next((child for child in one.children() if child.is_named()), None), name)
                found = inner if inner is not Given.ABSENT else found
        return found

    def _declare(self, name: SgNode, value: SgNode) -> None:
        match = re.search(r"""(?:require|import)\(\s*["']([^"'\n]+)["']\s*\)""", value.text()[:300])
        is_required = match is not None and value.kind() in ("call_expression", "member_expression", "await_expression")
        if name.kind() == "identifier":
            if is_required and match is not None:
                self.imports[name.text()] = (
                    match[1],
                    value.text().rpartition(".")[2] if value.kind() == "member_expression" else "default",
                )
            else:
                self._values.setdefault(name.text(), []).append(value)
        elif is_required and match is not None:
            for one in re.findall(r"([\w$]+)(?:\s*:\s*([\w$]+))?", name.text()):
                self.imports[one[1] or one[0]] = (match[1], one[0])

    def _import(self, node: SgNode) -> None:
        source = node.field("source")
        if source is None or re.match(r"import\s+type\b", node.text()):
            return
        package = source.text().strip("\"'")
        clause = next((one for one in node.children() if one.kind() == "import_clause"), None)
        for one in clause.children() if clause is not None else ():
            if one.kind() == "identifier":
                self.imports[one.text()] = (package, "default")
            elif one.kind() == "namespace_import":
                self.imports[one.text().rpartition(" ")[2]] = (package, "*")
            elif one.kind() == "named_imports":
                for each in one.children():
                    if each.kind() == "import_specifier":
                        name, _, alias = each.text().removeprefix("type ").partition(" as ")
                        self.imports[(alias or name).strip()] = (package, name.strip())


def parse(path: str, text: str, *, models_limited_elsewhere: bool = False) -> Script:
    """A file's tree; what is no JavaScript comes out as pieces, among which nothing is found."""
    language = (
        "tsx" if path.endswith(".tsx") else "typescript" if path.endswith((".ts", ".mts", ".cts")) else "javascript"
    )
    return Script(path, text, SgRoot(text, language).root(), models_limited_elsewhere)


def line_of(node: SgNode) -> int:
    return node.range().start.line + 1


def arguments(call: SgNode) -> list[SgNode]:
    """What a call is given, in order."""
    given = call.field("arguments")
    if given is None or given.kind() != "arguments":
        return []
    return [one for one in given.children() if one.is_named() and one.kind() != "comment"]


def callee(call: SgNode) -> str:
    """What is called, as it is written without line breaks (`axios.post`); "" for what is longer than a name."""
    function = call.field("function") or call.field("constructor")
    text = re.sub(r"\s+", "", function.text()) if function is not None else ""
    return text if len(text) <= 100 else ""


def above(node: SgNode) -> Iterator[SgNode]:
    """What a node stands in, from the inside out."""
    yield from node.ancestors()


def chosen_by_a_setting(node: SgNode) -> bool:
    """Whether a setting decides if this happens."""
    return any(
        _SETTING.search(test.text())
        for one in above(node)
        if one.kind() in ("if_statement", "ternary_expression") and (test := one.field("condition")) is not None
    )


def handler(node: SgNode) -> SgNode | None:
    """The function around that answers requests: by its place in `app.get(…)`, by its parameters, by its export."""
    return next((one for one in above(node) if one.kind() in FUNCTIONS and _answers(one)), None)


def parameters(function: SgNode) -> list[str]:
    """The names of a function's parameters, without types."""
    single = function.field("parameter")
    if single is not None:
        return [single.text()]
    given = function.field("parameters")
    named = [one for one in given.children() if one.is_named() and one.kind() != "comment"] if given is not None else []
    return [re.split(r"[:=?]", one.text(), maxsplit=1)[0].strip() for one in named]


def _answers(function: SgNode) -> bool:
    names = parameters(function)
    if len(names) >= 2 and any(
        (names[at].lower(), names[at + 1].lower()) in _REQUESTS for at in (0, 1) if at + 1 < len(names)
    ):
        return True
    if _name(function) in _EXPORTED and any(one.kind() == "export_statement" for one in function.ancestors()):
        return True
    around = function.parent()
    call = around.parent() if around is not None and around.kind() == "arguments" else None
    if call is None or call.kind() != "call_expression":
        return False
    called = callee(call)
    if _WRAPS.search(called.partition("(")[0]):
        return True
    first = arguments(call)[:1]
    is_address = bool(first) and first[0].kind() in ("string", "template_string")
    return called.rpartition(".")[2] in _REGISTERS and is_address and "." in called and bool(names)


def _name(function: SgNode) -> str:
    own = function.field("name")
    if own is not None:
        return own.text()
    parent = function.parent()
    name = parent.field("name") if parent is not None and parent.kind() == "variable_declarator" else None
    return name.text() if name is not None else ""
