"""YAML as a tree of nodes with their lines: nothing is built from it, so that aliases cannot grow."""

from collections.abc import Iterator
from itertools import count

import yaml

_LARGEST = 128 * 1024
_MOST_MERGES = 10
_MOST_NODES = 20_000
_DEEPEST = 20
# libyaml reads about twice as fast, and stops at 1,000 nested levels; not every build of PyYAML has it.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"

Plain = str | list["Plain"] | dict[str, "Plain"]


class NotYaml(ValueError):
    """The text is no YAML, or too large or too deep to be read; the message says which."""


def compose(text: str) -> yaml.Node | None:
    """The first document's root; None for an empty one. Raises `NotYaml`."""
    if len(text) > _LARGEST:
        raise NotYaml(f"it is larger than {_LARGEST // 1024} KiB")
    try:
        return next(iter(yaml.compose_all(text, Loader=_LOADER)), None)
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError):
        raise NotYaml("it is not YAML") from None


def plain(text_: str) -> Plain | None:
    """The first document as mappings, lists and texts; None for an empty one. Raises `NotYaml`, also where aliases make
    it grow."""
    node, made = compose(text_), count(1)

    def of(node: yaml.Node, depth: int) -> Plain:
        if next(made) > _MOST_NODES or depth > _DEEPEST:
            raise NotYaml("it is larger than is read")
        if isinstance(node, yaml.MappingNode):
            made_of: dict[str, Plain] = {}
            for key, value in entries(node):  # its own keys come before those that it merges
                made_of.setdefault(key, of(value, depth + 1))
            return made_of
        if isinstance(node, yaml.SequenceNode):
            return [of(item, depth + 1) for item in node.value]
        return "" if node.tag == _NULL else str(node.value)

    return of(node, 0) if node is not None else None


def entries(node: yaml.Node | None, depth: int = 0) -> Iterator[tuple[str, yaml.Node]]:
    """Keys and values of a mapping, its own first and then those it merges (`<<`); nothing for any other node."""
    if not isinstance(node, yaml.MappingNode):
        return
    merged = []
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value == "<<":
                merged.append(value)
            else:
                yield str(key.value), value
    for value in merged[:_MOST_MERGES]:
        if depth < 3:
            yield from entries(value, depth + 1)


def at(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """The node below a mapping by keys, one after the other."""
    for key in keys:
        node = next((value for name, value in entries(node) if name == key), None)
    return node


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The members of a sequence; nothing for any other node."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def text(node: yaml.Node | None) -> str | None:
    """What a scalar says."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def line(node: yaml.Node) -> int:
    """The line (from 1) that a node starts on."""
    return int(node.start_mark.line) + 1
