"""Edges (CDNs) by the headers they send and the places they answer from; the table is edges.txt.

`read` takes the text of any file of that form, so that a newer table can stand in for ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One edge; a header with an empty text counts whatever its value is."""

    name: str
    source: str
    headers: tuple[tuple[str, str], ...]
    cnames: tuple[str, ...]
    ranges: tuple[Network, ...]

    def signs(self, headers: Iterable[tuple[str, str]]) -> bool:
        """Whether an answer carries one of its headers, which anybody can forge."""
        return any(name == wanted and text in value.lower() for name, value in headers for wanted, text in self.headers)

    def holds(self, address: str) -> bool:
        """Whether an address is one of its own."""
        ip = ip_address(address)
        return any(ip in network for network in self.ranges)

    def named(self, chain: Iterable[str]) -> bool:
        """Whether a CNAME chain leads through one of its names."""
        return any(f".{name}".endswith(f".{suffix}") for name in chain for suffix in self.cnames)


def read(text: str) -> tuple[Edge, ...]:
    """The edges of a table; raises ValueError naming the line that cannot be read."""
    edges: list[dict[str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        key, _, value = line.strip().partition(" ")
        if not key or key.startswith("#"):
            continue
        if key == "edge":
            edges.append({key: [value], "source": [], "header": [], "cname": [], "ranges": []})
        elif edges and key in edges[-1]:
            edges[-1][key] += [value] if key in ("source", "header") else value.split()
        else:
            raise ValueError(f"line {number}: {key!r} is not expected here")
    return tuple(map(_edge, edges))


@cache
def edges() -> tuple[Edge, ...]:
    """The edges that come with the package."""
    return read(files("launchready.known").joinpath("edges.txt").read_text("utf-8"))


def edge_of(address: str) -> Edge | None:
    """The edge that an address belongs to."""
    return next((edge for edge in edges() if edge.holds(address)), None)


def _edge(parts: dict[str, list[str]]) -> Edge:
    return Edge(
        name=parts["edge"][0],
        source=" ".join(parts["source"]),
        headers=tuple((name, text.lower()) for name, _, text in (line.partition(" ") for line in parts["header"])),
        cnames=tuple(parts["cname"]),
        ranges=tuple(map(ip_network, parts["ranges"])),
    )
