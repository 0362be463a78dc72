"""What a page says of itself: title, canonical links, and the parts that it loads over plain HTTP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchready.formats.urls import joined, scheme_of
from launchready.model.facts import InsecureResource

RESOURCE_LIMIT = 50
REFERENCES_READ = 3000
PARSED_BYTES = 1024 * 1024
DEEPEST = 5000
SRCSET_READ = 8192
TEXT_LIMIT = 300

# Element → attribute that is loaded. Those that can change the page are blocked by browsers; the rest are upgraded
# or shown with a warning (W3C Mixed Content, section 3).
_ACTIVE = {
    "script": "src",
    "iframe": "src",
    "frame": "src",
    "embed": "src",
    "object": "data",
    "form": "action",  # what is typed into it goes over plain HTTP; browsers warn (section 3.1)
    "button": "formaction",
}
# The targets in an import map (HTML standard, import maps): whatever leads somewhere.
_MAPPED = re.compile(r':\s*"((?:https?:/|\.{0,2})/[^"\s\\]{1,1000}[^"\s\\/])"')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that browsers close by themselves.
_CLOSED = "area base br col embed hr img input link meta option p param li source td th tr track wbr"
_VOID = frozenset(_CLOSED.split())
_PASSIVE = {"img": "src", "audio": "src", "video": "src", "source": "src", "track": "src", "input": "src"}
_ACTIVE_LINKS = frozenset({"stylesheet", "modulepreload", "preload", "manifest"})
_ASSET_LINKS = frozenset({"stylesheet", "modulepreload", "preload", "icon", "apple-touch-icon"})
_PASSIVE_LINKS = frozenset({"icon", "apple-touch-icon", "prefetch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTML page; URLs are absolute. `whole` is False when it was too large or too deep to be read to its end."""

    title: str | None
    canonical: tuple[str, ...]
    insecure: tuple[InsecureResource, ...]
    whole: bool = True


@lru_cache(maxsize=8)  # the same answer is read for its title, its links and its parts
def read(body: bytes, url: str) -> Page:
    """What the page at `url` says; broken HTML is read as browsers read it."""
    text = _bounded(body[:PARSED_BYTES].decode("utf-8", "replace"))
    tree = _tree(text)
    base = _base(tree, url)
    return Page(
        whole=len(body) <= PARSED_BYTES and len(text) == len(body.decode("utf-8", "replace")),
        title=_title(tree),
        canonical=tuple(dict.fromkeys(joined(base, link) for link in _canonical(tree)))[:RESOURCE_LIMIT],
        insecure=() if _upgrades(tree) else _insecure(tree, base),
    )


def scripts(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the scripts that the page at `url` loads, in order."""
    tree = _tree(_bounded(body[:PARSED_BYTES].decode("utf-8", "replace")))
    base = _base(tree, url)
    nodes = tree.css("script[src]")
    return tuple(dict.fromkeys(joined(base, _value(node, "src")) for node in nodes))[:RESOURCE_LIMIT]


def assets(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the scripts, styles, pictures and fonts that the page at `url` loads, scripts first."""
    tree = _tree(_bounded(body[:PARSED_BYTES].decode("utf-8", "replace")))
    base = _base(tree, url)
    found = [_value(node, "src") for node in tree.css("script[src]")]
    for node in tree.css("link[rel][href]"):
        if set(_value(node, "rel").lower().split()) & _ASSET_LINKS:
            found.append(_value(node, "href"))
    found += [_value(node, "src") for node in tree.css("img[src]")]
    return tuple(dict.fromkeys(joined(base, one).partition("#")[0] for one in found if one))[:RESOURCE_LIMIT]


def code(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the scripts, manifests and import map entries that the page at `url` names, in order."""
    tree = _tree(_bounded(body[:PARSED_BYTES].decode("utf-8", "replace")))
    base = _base(tree, url)
    found = [_value(node, "src") for node in tree.css("script[src]")]
    for node in tree.css("link[rel][href]"):
        relations = set(_value(node, "rel").lower().split())
        script = _value(node, "as").lower() in ("script", "worker", "")
        if relations & {"modulepreload", "manifest"} or (relations & {"preload", "prefetch"} and script):
            found.append(_value(node, "href"))
    for node in tree.css("script[type=importmap]"):
        found += _MAPPED.findall(node.text(deep=True))
    named = (joined(base, one).partition("#")[0] for one in found if one.strip())
    return tuple(dict.fromkeys(islice(named, REFERENCES_READ)))


def links(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs that the page at `url` links to, without queries and fragments, in order."""
    tree = _tree(_bounded(body[:PARSED_BYTES].decode("utf-8", "replace")))
    base = _base(tree, url)
    named = (joined(base, _value(node, "href")) for node in tree.css("a[href]"))
    return tuple(dict.fromkeys(one.partition("#")[0].partition("?")[0] for one in islice(named, REFERENCES_READ)))


def base(body: bytes, url: str) -> str:
    """The URL against which the page at `url` resolves its references."""
    return _base(_tree(_bounded(body[:PARSED_BYTES].decode("utf-8", "replace"))), url)


def _tree(text: str) -> LexborHTMLParser:
    """The page as a browser with scripts has it: what waits in a template, or is for browsers without, is taken out."""
    tree = LexborHTMLParser(text)
    tree.strip_tags(["noscript", "template"])
    return tree


def _bounded(text: str) -> str:
    """The text up to where more elements stand open than any page has: parsing takes time by the square of depth."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[1]:
            depth = max(0, depth - 1)
        elif tag[2].lower() not in _VOID:
            depth += 1
            if depth > DEEPEST:
                return text[: tag.start()]
    return text


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return joined(url, _value(node, "href")) if node else url


def _title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("head title")
    return " ".join(node.text().split())[:TEXT_LIMIT] or None if node else None


def _canonical(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("link[rel][href]"):
        if "canonical" in _value(node, "rel").lower().split():
            yield _value(node, "href")


def _upgrades(tree: LexborHTMLParser) -> bool:
    return any(
        _value(node, "http-equiv").lower() == "content-security-policy"
        and "upgrade-insecure-requests" in _value(node, "content").lower()
        for node in tree.css("meta[http-equiv][content]")
    )


def _insecure(tree: LexborHTMLParser, base: str) -> tuple[InsecureResource, ...]:
    found = (
        InsecureResource(url=absolute[:TEXT_LIMIT], active=active)
        for reference, active in islice(_loads(tree), REFERENCES_READ)
        if scheme_of(absolute := joined(base, reference)) == "http"
    )
    return tuple(dict.fromkeys(found))[:RESOURCE_LIMIT]


def _loads(tree: LexborHTMLParser) -> Iterator[tuple[str, bool]]:
    """Every reference that a browser with scripts follows to show the page, and whether it can change the page."""
    for elements, active in ((_ACTIVE, True), (_PASSIVE, False)):
        for name, attribute in elements.items():
            for node in tree.css(f"{name}[{attribute}]"):
                yield _value(node, attribute), active
    for node in tree.css("img[srcset], source[srcset]"):
        for candidate in _value(node, "srcset")[:SRCSET_READ].split(","):
            yield candidate.strip().partition(" ")[0], False
    for node in tree.css("video[poster]"):
        yield _value(node, "poster"), False
    for node in tree.css("link[rel][href]"):
        relations = set(_value(node, "rel").lower().split())
        if relations & (_ACTIVE_LINKS | _PASSIVE_LINKS):
            yield _value(node, "href"), bool(relations & _ACTIVE_LINKS)


def _value(node: LexborNode, attribute: str) -> str:
    return node.attributes.get(attribute) or ""
