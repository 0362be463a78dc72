"""What a page says of itself: title, canonical links, and the parts that it loads over plain HTTP."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchready.formats.urls import joined, scheme_of
from launchready.model.facts import InsecureResource

RESOURCE_LIMIT = 50
TEXT_LIMIT = 300

# Element → attribute that is loaded. Those that can change the page are blocked by browsers; the rest are upgraded
# or shown with a warning (W3C Mixed Content, section 3).
_ACTIVE = {"script": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_PASSIVE = {"img": "src", "audio": "src", "video": "src", "source": "src", "track": "src", "input": "src"}
_ACTIVE_LINKS = frozenset({"stylesheet", "modulepreload", "preload", "manifest"})
_ASSET_LINKS = frozenset({"stylesheet", "modulepreload", "preload", "icon", "apple-touch-icon"})
_PASSIVE_LINKS = frozenset({"icon", "apple-touch-icon", "prefetch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTML page; URLs are absolute."""

    title: str | None
    canonical: tuple[str, ...]
    insecure: tuple[InsecureResource, ...]


def read(body: bytes, url: str) -> Page:
    """What the page at `url` says; broken HTML is read as browsers read it."""
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    base = _base(tree, url)
    return Page(
        title=_title(tree),
        canonical=tuple(dict.fromkeys(joined(base, link) for link in _canonical(tree)))[:RESOURCE_LIMIT],
        insecure=() if _upgrades(tree) else _insecure(tree, base),
    )


def scripts(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the scripts that the page at `url` loads, in order."""
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    base = _base(tree, url)
    nodes = _shown(tree.css("script[src]"))
    return tuple(dict.fromkeys(joined(base, _value(node, "src")) for node in nodes))[:RESOURCE_LIMIT]


def assets(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the scripts, styles, pictures and fonts that the page at `url` loads, scripts first."""
    tree = LexborHTMLParser(body.decode("utf-8", "replace"))
    base = _base(tree, url)
    found = [_value(node, "src") for node in _shown(tree.css("script[src]"))]
    for node in _shown(tree.css("link[rel][href]")):
        if set(_value(node, "rel").lower().split()) & _ASSET_LINKS:
            found.append(_value(node, "href"))
    found += [_value(node, "src") for node in _shown(tree.css("img[src]"))]
    return tuple(dict.fromkeys(joined(base, one).partition("#")[0] for one in found if one))[:RESOURCE_LIMIT]


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
        for reference, active in _loads(tree)
        if scheme_of(absolute := joined(base, reference)) == "http"
    )
    return tuple(dict.fromkeys(found))[:RESOURCE_LIMIT]


def _loads(tree: LexborHTMLParser) -> Iterator[tuple[str, bool]]:
    """Every reference that a browser with scripts follows to show the page, and whether it can change the page."""
    for elements, active in ((_ACTIVE, True), (_PASSIVE, False)):
        for name, attribute in elements.items():
            for node in _shown(tree.css(f"{name}[{attribute}]")):
                yield _value(node, attribute), active
    for node in _shown(tree.css("img[srcset], source[srcset]")):
        for candidate in _value(node, "srcset").split(","):
            yield candidate.strip().partition(" ")[0], False
    for node in _shown(tree.css("video[poster]")):
        yield _value(node, "poster"), False
    for node in _shown(tree.css("link[rel][href]")):
        relations = set(_value(node, "rel").lower().split())
        if relations & (_ACTIVE_LINKS | _PASSIVE_LINKS):
            yield _value(node, "href"), bool(relations & _ACTIVE_LINKS)


def _shown(nodes: Iterable[LexborNode]) -> Iterator[LexborNode]:
    """Those that are not put away for later (template) or for browsers without scripts (noscript)."""
    for node in nodes:
        above = node.parent
        while above is not None and above.tag not in ("noscript", "template"):
            above = above.parent
        if above is None:
            yield node


def _value(node: LexborNode, attribute: str) -> str:
    return node.attributes.get(attribute) or ""
