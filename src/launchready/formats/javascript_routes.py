"""One JavaScript file's part in an application's addresses, in the words of Express, Fastify, Hono and NestJS."""

import re
from dataclasses import dataclass, field

from launchready.formats.page_paths import joined

_MOST = 2_000
_STRING = r"""["'`]([^"'`\n]{0,200})["'`]"""
_ROUTE = re.compile(rf"(?<![\w$])([\w$]+)\s*\.\s*(get|post|all)\(\s*{_STRING}\s*,", re.IGNORECASE)
_CHAINED = re.compile(
    rf"(?<![\w$])([\w$]+)\s*\.\s*route\(\s*{_STRING}\s*\)((?:\s*\.\s*(?:get|post|put|patch|delete|all)\()?)"
)
_USE = re.compile(rf"\.\s*(?:use|register|route)\(\s*{_STRING}\s*,([^;\n]{{0,300}})")
_REGISTER = re.compile(r"\.\s*register\(\s*([\w$.]+)\s*,\s*\{[^}\n]{0,200}?prefix:\s*" + _STRING)
_TABLE = re.compile(rf"path:\s*{_STRING},\s*route:\s*([\w$.]+)")
_IMPORT = re.compile(
    r"""(?:import\s+(?:\*\s+as\s+)?([\w$]+|\{[^}]{0,500}\})\s+from\s+|(?:const|let|var)\s+([\w$]+|\{[^}]{0,500}\})\s*=\s*require\(\s*)["']([^"'\n]{1,200})["']"""
)
_REQUIRED = re.compile(r"""require\(\s*["']([^"'\n]{1,200})["']""")
_CONTROLLER = re.compile(rf"@Controller\(\s*(?:{_STRING})?")
_HANDLER = re.compile(rf"@(Get|Post)\(\s*(?:{_STRING})?\s*\)")
_SERVER = re.compile(
    r"(?<![\w$.])(?:express|fastify|Fastify|Hono|Koa|Elysia)(?:<[^>\n]{0,200}>)?\(|NestFactory\.create"
)
_PAGE = re.compile(
    r"\.render\(|\.view\(|\.html\(|\.sendFile\(|sendFile\(|renderToString|<!doctype html|@Render\(", re.IGNORECASE
)
_STRING_OR_COMMENT = re.compile(
    r"""\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`|(?<!:)//[^\n]*|/\*"""
)
_FUNCTION = re.compile(
    r"(?:exports\.|function\s+)([\w$]+)\s*[=(]"
    r"|(?:const|let)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\([^()\n]{0,200}\)\s*=>)"
)
ROUTE_OBJECT = re.compile(r"""\bpath:\s*["'](/[^"'\n]{0,200})["']""")
SPA_ROUTE = re.compile(rf"<Route\b[^>]{{0,200}}?\bpath=\{{?{_STRING}|createFileRoute\(\s*{_STRING}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address with its verb (`GET`, `POST` or `ALL`); `words` is whatever the handler is called or holds."""

    path: str
    verb: str
    is_page: bool
    handler: str
    line: int


@dataclass(slots=True)
class ScriptModule:
    """Routes of a file, what it imports by name, and which imported files it puts below which prefix."""

    routes: list[Route] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    puts: list[tuple[str, str]] = field(default_factory=list)
    makes_server: bool = False
    renders: frozenset[str] = frozenset()


def parse(text: str) -> ScriptModule:
    """What a file says about addresses. Never raises."""
    text = _blank_comments(text)
    module = ScriptModule(makes_server=_SERVER.search(text) is not None, imports=_imports(text))
    module.renders = frozenset(_rendering(text))
    starts = list(_ROUTE.finditer(text))[:_MOST]
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else match.end() + 4_000
        body = text[match.end() : min(end, match.end() + 4_000)]
        module.routes.append(_route(match[3], match[2].upper(), body, text, match.start()))
    for match in list(_CHAINED.finditer(text))[:_MOST]:
        body = text[match.end() : match.end() + 300]
        verbs = re.findall(r"\.\s*(get|post|all)\(", match[3] + body.partition(";")[0])
        for verb in dict.fromkeys(verbs):
            module.routes.append(_route(match[2], verb.upper(), body.partition(";")[0], text, match.start()))
    module.routes.extend(_nest(text))
    module.puts = list(_puts(text, module.imports))[:_MOST]
    return module


def _route(path: str, verb: str, body: str, text: str, offset: int) -> Route:
    named = re.findall(r"[\w$]+(?:\.[\w$]+)*", body.partition(")")[0][:500])
    return Route(
        path=path if path.startswith("/") or not path else f"/{path}",
        verb=verb,
        is_page=_PAGE.search(body) is not None,
        handler=named[-1] if named else "",
        line=text.count("\n", 0, offset) + 1,
    )


def _nest(text: str) -> list[Route]:
    controllers = list(_CONTROLLER.finditer(text))
    found = []
    for match in list(_HANDLER.finditer(text))[:_MOST]:
        above = [one for one in controllers if one.start() < match.start()]
        if above:
            body = text[match.start() : match.end() + 200]
            path = joined(above[-1][1] or "", match[2] or "")
            found.append(_route(path, match[1].upper(), body, text, match.start()))
    return found


def _imports(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in list(_IMPORT.finditer(text))[:_MOST]:
        for name in re.findall(r"[\w$]+", re.sub(r"[\w$]+\s*(?:as\b|:)", "", match[1] or match[2])):
            found[name] = match[3]
    return found


def _puts(text: str, imports: dict[str, str]) -> list[tuple[str, str]]:
    """Prefix and imported file, for `app.use("/x", router)` and its relatives."""
    found: list[tuple[str, str]] = []
    for match in _USE.finditer(text):
        found += [(match[1], file) for file in _REQUIRED.findall(match[2])]
        names = re.findall(r"[\w$]+", match[2])
        found += [(match[1], imports[name]) for name in names if name in imports]
    for match in _REGISTER.finditer(text):
        if (name := match[1].partition(".")[0]) in imports:
            found.append((match[2], imports[name]))
    for match in _TABLE.finditer(text):
        if (name := match[2].partition(".")[0]) in imports:
            found.append((match[1], imports[name]))
    return found


def _rendering(text: str) -> list[str]:
    """Names of functions of the file that answer with a page: exports.home = (req, res) => res.render(…)."""
    starts = list(_FUNCTION.finditer(text))[:_MOST]
    return [
        match[1] or match[2]
        for number, match in enumerate(starts)
        if _PAGE.search(text[match.end() : starts[number + 1].start() if number + 1 < len(starts) else None])
    ]


def _blank_comments(text: str) -> str:
    """The text with its comments blanked, so that lines stay what they are."""
    parts, at = [], 0
    while (match := _STRING_OR_COMMENT.search(text, at)) is not None:
        start, end = match.span()
        if match[0] == "/*":
            end = text.find("*/", end) + 2
            if end < 2:
                break
        elif not match[0].startswith("//"):
            parts.append(text[at:end])
            at = end
            continue
        parts.append(text[at:start] + "\n" * text.count("\n", start, end) + " ")
        at = end
    return "".join(parts) + text[at:]
