"""The addresses of Python applications: every router followed from the application that it is put into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from launchready.formats import django_urls
from launchready.formats.page_paths import joined
from launchready.formats.python_answers import Answer
from launchready.formats.python_routes import Put, Route
from launchready.formats.python_source import Text
from launchready.gather.repository.python_modules import PythonCode, shared

_MOST_VISITS = 5_000
_MOST_DEPTH = 12
_APPLICATION_NAMES = frozenset({"app", "application", "self.app", "fastapi_app", "flask_app"})
# Frameworks whose functions answer HTML unless they say otherwise; the others answer JSON.
_ANSWER_HTML = frozenset({"Flask", "Quart", "Starlette", "Django"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address that a Python application answers; `root` is the file that makes the application."""

    path: str
    methods: frozenset[str]
    is_page: bool
    framework: str
    file: str
    line: int
    root: str = ""


@dataclass(frozen=True, slots=True)
class _Router:
    """A router, a list of routes or an application: the file and the name there."""

    file: str
    name: str


class _Graph:
    """Who is put into whom, and which routes each holds."""

    def __init__(self, code: PythonCode) -> None:
        self.code = code
        self.children: dict[_Router, list[tuple[_Router, Put]]] = {}
        self.routes: dict[_Router, list[tuple[str, Route]]] = {}
        self.put: set[_Router] = set()
        self.constants = _constants(code)
        self.has_unknown_child = False
        for file, module in list(code.modules.items()):
            for put in module.puts:
                self._add(file, put)
            for route in module.routes:
                self.routes.setdefault(self.router(file, route.owner), []).append((file, route))

    def router(self, file: str, name: str) -> _Router:
        if not name:
            return _Router(file, "")
        found = _Router(*self.code.resolve(file, name))
        if found.name in _APPLICATION_NAMES and self.maker(found) is None:
            return self._given(found)
        return found

    def _given(self, router: _Router) -> _Router:
        """The application that a function takes as its argument `app`: the nearest one in the repository."""
        whole = [
            _Router(file, name)
            for file, module in self.code.modules.items()
            for name, one in module.makers.items()
            if one.whole
        ]
        return max(whole, key=lambda one: shared(one.file, router.file), default=router)

    def _add(self, file: str, put: Put) -> None:
        owner, child = self.router(file, put.owner), self.router(file, put.child)
        self.children.setdefault(owner, []).append((child, put))
        self.put.add(child)
        if self.maker(child) is None and child not in self.routes:
            self.has_unknown_child = True

    def maker(self, router: _Router) -> tuple[str, bool, Text] | None:
        module = self.code.modules.get(router.file)
        made = module.makers.get(router.name) if module else None
        return (made.framework, made.whole, made.prefix) if made else None

    def path(self, text: Text) -> str | None:
        """The path with its constants filled in; None when one is not known."""
        parts = [part if isinstance(part, str) else self.constants.get(part.name) for part in text]
        return None if None in parts else "".join(part for part in parts if part is not None)


def addresses(code: PythonCode) -> list[Address]:
    """Every address of every Python application in the repository."""
    return [*_routed(code), *_django(code)]


def _routed(code: PythonCode) -> Iterator[Address]:
    graph = _Graph(code)
    seen: set[_Router] = set()
    visits = [0]
    for file, module in list(code.modules.items()):
        for name, maker in module.makers.items():
            router = _Router(file, name)
            if maker.whole and router not in graph.put:
                found = _below(graph, router, "", (maker.framework, False), seen, visits)
                yield from (replace(one, root=file) for one in found)
    for router in list(graph.routes):
        if router not in seen and (framework := _orphan(graph, router)) is not None:
            found = _below(graph, router, "", (framework, False), seen, visits)
            yield from (replace(one, root=router.file) for one in found)


def _orphan(graph: _Graph, router: _Router) -> str | None:
    """The framework of routes that no application was seen to take in, if they are to be believed all the same."""
    if router in graph.put:
        return None
    made = graph.maker(router)
    if made is not None:
        return made[0] if graph.has_unknown_child else None
    imports = graph.code.modules[router.file].imports.values() if router.file in graph.code.modules else ()
    for framework in ("starlette", "litestar"):
        if any(target.startswith(f"{framework}.") for target in imports):
            return framework.title()
    return None


def _below(
    graph: _Graph,
    router: _Router,
    prefix: str | None,
    inherited: tuple[str, bool],
    seen: set[_Router],
    visits: list[int],
    depth: int = 0,
) -> Iterator[Address]:
    """Addresses of a router and of what is put into it. `inherited` is its owner's framework, and whether the owner's
    prefix stands in for the router's own."""
    visits[0] += 1
    if depth > _MOST_DEPTH or visits[0] > _MOST_VISITS:
        return
    seen.add(router)
    framework, overridden = inherited
    if (made := graph.maker(router)) is not None:
        framework = made[0]
        if not overridden:
            own = graph.path(made[2])
            prefix = None if prefix is None or own is None else joined(prefix, own)
    for file, route in graph.routes.get(router, ()):
        path = graph.path(route.path)
        if path is not None and prefix is not None:
            yield Address(
                path=joined(prefix, path),
                methods=route.methods,
                is_page=_is_page(graph.code, file, route, framework),
                framework=framework,
                file=file,
                line=route.line,
            )
    for child, put in graph.children.get(router, ()):
        more = graph.path(put.prefix)
        below = None if prefix is None or more is None else joined(prefix, more)
        yield from _below(graph, child, below, (framework, put.overrides), seen, visits, depth + 1)


def _is_page(code: PythonCode, file: str, route: Route, framework: str) -> bool:
    answer = route.answer
    if answer is Answer.UNKNOWN and route.endpoint:
        answer = _answer_elsewhere(code, file, route.endpoint)
    if answer is Answer.UNKNOWN:
        return framework in _ANSWER_HTML
    return answer is Answer.PAGE or (answer is Answer.REDIRECT and route.path in (("/",), ("",)))


def _answer_elsewhere(code: PythonCode, file: str, endpoint: str) -> Answer:
    where, name = code.resolve(file, endpoint)
    module = code.module(where)
    return module.answers.get(name.rpartition(".")[2], Answer.UNKNOWN) if module else Answer.UNKNOWN


def _constants(code: PythonCode) -> Mapping[str, str]:
    """Names that hold one and the same text wherever they are assigned."""
    found: dict[str, set[str]] = {}
    for module in code.modules.values():
        for name, value in module.constants.items():
            found.setdefault(name, set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _django(code: PythonCode) -> Iterator[Address]:
    """Addresses from every URL module that settings name as the root; from those nobody includes when none does."""
    roots: dict[str, str] = {}
    for file, module in list(code.modules.items()):
        name = module.constants.get("ROOT_URLCONF")
        if name is not None and (found := code.find(name, file)) is not None and found not in roots:
            roots[found] = file
    visits = [0]
    for root, asked_by in roots.items():
        code.module(root)
        yield from (replace(one, root=asked_by) for one in _urls(code, root, "urlpatterns", "", visits))


def _urls(
    code: PythonCode, file: str, name: str, prefix: str | None, visits: list[int], depth: int = 0
) -> Iterator[Address]:
    visits[0] += 1
    if depth > _MOST_DEPTH or visits[0] > _MOST_VISITS:
        return
    for entry in code.lists.get(file, {}).get(name, ()):
        path = None if prefix is None or entry.path is None else prefix + entry.path
        if entry.module:
            yield from _included(code, file, entry, path, visits, depth)
        elif entry.list_name:
            where, target = code.resolve(file, entry.list_name)
            if target in django_urls.KNOWN:
                yield from _included(code, file, replace(entry, module=target), path, visits, depth)
                continue
            target = target.rpartition(".")[2] or "urlpatterns"
            if (where, target) != (file, name):
                inner = target if target in code.lists.get(where, {}) else "urlpatterns"
                if inner == target or where != file:
                    yield from _urls(code, where, inner, path, visits, depth + 1)
        elif path is not None:
            yield _django_address(code, file, entry, f"/{path}")


def _included(
    code: PythonCode, file: str, entry: django_urls.Entry, path: str | None, visits: list[int], depth: int
) -> Iterator[Address]:
    found = code.find(entry.module, file)
    if found is not None:
        code.module(found)
        yield from _urls(code, found, "urlpatterns", path, visits, depth + 1)
    elif path is not None:
        for page in django_urls.KNOWN.get(entry.module, ()):
            known = replace(entry, view="?", answer=Answer.PAGE)
            yield _django_address(code, file, known, f"/{path}{page}")


def _django_address(code: PythonCode, file: str, entry: django_urls.Entry, path: str) -> Address:
    answer = entry.answer
    if answer is Answer.UNKNOWN:
        answer = _answer_elsewhere(code, file, entry.view)
    is_admin = ".site.urls" in f".{entry.view}" or entry.view.endswith("admin_site.urls")
    return Address(
        path=path,
        methods=frozenset({"GET", "POST"}),
        is_page=answer in (Answer.PAGE, Answer.UNKNOWN) and not is_admin,
        framework="Django",
        file=file,
        line=entry.line,
    )
