"""Frameworks in which the file's place is the address: what a file's path means in each of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from launchready.formats.page_paths import joined

_SCRIPT = r"\.(?:tsx|ts|jsx|js|mjs|cjs|mts)$"
_VIEW = re.compile(r"\.(?:tsx|jsx|ts|js|mdx|md)$")
_LANGUAGE = frozenset({"[locale]", "[lang]", "[lng]", "[language]"})
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Place:
    """What a file stands for: an address, and whether it is a page (else an endpoint for programs)."""

    path: str
    is_page: bool


def next_app(path: str) -> Place | None:
    """A file below Next.js's app folder: (groups) and the language are no part of the address, [parameters], _private,
    @parallel and (.)intercepted folders have none of their own."""
    *folders, name = path.split("/")
    stem, _, ending = name.rpartition(".")
    if stem not in ("page", "route") or not _VIEW.search(f".{ending}"):
        return None
    words: list[str] = []
    for folder in folders:
        if folder.startswith(("_", "@", "(.")):
            return None
        if folder.startswith("[[...") or (folder.startswith("(") and folder.endswith(")")):
            continue
        if not words and (folder in _LANGUAGE or _HOST.fullmatch(folder)):
            continue
        words.append(folder.replace("%5F", "_"))
    return _place("/".join(words), is_page=stem == "page")


def next_pages(path: str) -> Place | None:
    """A file below Next.js's pages folder."""
    if not _VIEW.search(path) or path.split("/")[-1].startswith("_") or path.endswith((".d.ts", ".test.ts")):
        return None
    stem = re.sub(r"(?:^|/)\[\[\.\.\.[^/]*$", "", _VIEW.sub("", path))
    if stem in ("404", "500"):
        return None
    return _place(_without_index(stem), is_page=not stem.startswith("api/") and stem != "api")


def nuxt_pages(path: str) -> Place | None:
    """A file below Nuxt's pages folder; (groups) are no part of the address."""
    if not path.endswith(".vue"):
        return None
    words = [word for word in path.removesuffix(".vue").split("/") if not word.startswith("(")]
    return _place(_without_index("/".join(words)), is_page=True)


def nuxt_server(path: str) -> Place | None:
    """A file below Nuxt's server folder: api/hook.post.ts → /api/hook, routes/up.get.ts → /up."""
    if not re.search(_SCRIPT, path) or not path.startswith(("api/", "routes/")):
        return None
    stem = re.sub(r"\.(?:get|post|put|patch|delete|head|options)$", "", re.sub(_SCRIPT, "", path))
    return _place(_without_index(stem.removeprefix("routes/")), is_page=False)


def svelte_kit(path: str) -> Place | None:
    """A file below SvelteKit's src/routes; (groups) and [[optional]] words are no part of the address."""
    *folders, name = path.split("/")
    is_page = re.fullmatch(r"\+page(?:@[^.]*)?\.(?:svelte|md|svx)", name) is not None
    if not is_page and not re.fullmatch(r"\+server\.(?:ts|js)", name):
        return None
    words = [word for word in folders if not word.startswith("[[") and not re.fullmatch(r"\(.*\)", word)]
    return _place("/".join(words), is_page=is_page)


def astro(path: str) -> Place | None:
    """A file below Astro's src/pages."""
    if any(word.startswith("_") for word in path.split("/")):
        return None
    if match := re.fullmatch(r"(.*)\.(?:astro|md|mdx|html|markdoc)", path):
        return _place(_without_index(match[1]), is_page=match[1] not in ("404", "500"))
    if match := re.fullmatch(r"(.*)\.(?:ts|js)", path):
        return _place(_without_index(match[1]), is_page=False)
    return None


def flat_routes(path: str) -> Place | None:
    """A file below Remix's or React Router's app/routes: `_layout.login.tsx` → /login, `blog.$id.tsx` has a parameter,
    `admin_.users.tsx` → /admin/users, `sitemap[.]xml.ts` is a file."""
    if not re.search(r"\.(?:tsx|jsx|ts|js|mdx)$", path) or path.endswith((".server.ts", ".server.tsx", ".d.ts")):
        return None
    is_view = path.endswith(("x",))
    stem = _VIEW.sub("", path)
    if "/" in stem:
        folder, _, name = stem.rpartition("/")
        if name not in ("route", "index", "_index") and "+" not in folder:
            return None
        stem = re.sub(r"\+?/", ".", folder if name == "route" else stem)
    if "[" in stem:
        return None
    words = []
    for word in stem.split("."):
        if word in ("_index", "index", "route") or (word.startswith("_") and len(word) > 1):
            continue
        if word.startswith("("):
            continue
        words.append(word.removesuffix("_").removesuffix("+"))
    return _place("/".join(words), is_page=is_view)


def tan_stack(path: str) -> Place | None:
    """A file below TanStack Router's routes folder: `_layout/settings.tsx` → /settings, `posts.$id.tsx` a parameter."""
    if not re.search(r"\.(?:tsx|jsx)$", path) or path.split("/")[-1].startswith(("__root", "-")):
        return None
    stem = re.sub(r"\.lazy$", "", _VIEW.sub("", path))
    words = [
        word for word in re.split(r"[/.]", stem) if word not in ("index", "route") and not word.startswith(("_", "("))
    ]
    if re.split(r"[/.]", stem)[-1].startswith("_"):
        return None
    return _place("/".join(word.removesuffix("_") for word in words), is_page=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a framework's routes lie: the first of `folders` that is there, read by `reader`, below `prefix`."""

    folders: tuple[str, ...]
    reader: Callable[[str], Place | None]
    prefix: str = ""


LAYOUTS: Mapping[str, tuple[Layout, ...]] = {
    "Next.js": (
        Layout(folders=("app", "src/app"), reader=next_app),
        Layout(folders=("pages", "src/pages"), reader=next_pages),
    ),
    "Nuxt": (
        Layout(folders=("app/pages", "pages", "src/pages"), reader=nuxt_pages),
        Layout(folders=("server", "src/server"), reader=nuxt_server),
    ),
    "SvelteKit": (Layout(folders=("src/routes",), reader=svelte_kit),),
    "Astro": (Layout(folders=("src/pages",), reader=astro),),
    "Remix": (Layout(folders=("app/routes",), reader=flat_routes),),
    "React Router": (Layout(folders=("app/routes",), reader=flat_routes),),
    "TanStack Start": (Layout(folders=("src/routes", "app/routes"), reader=tan_stack),),
    "React": (Layout(folders=("src/routes",), reader=tan_stack),),
}


def _place(path: str, *, is_page: bool) -> Place | None:
    words = path.split("/")
    if any("[" in word or word.startswith(("$", ":", "*")) for word in words):
        return None
    return Place(joined("", path), is_page)


def _without_index(path: str) -> str:
    return "" if path == "index" else path.removesuffix("/index")
