"""What stands in front of each host, and what caches are told about its pages and files."""

from dataclasses import dataclass
from datetime import datetime

from launchready.model.gap import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An address past the edge that serves the host's own page, and the name or record that gives it away."""

    address: str
    found_by: str


@seen
class EdgeFacts:
    """One host and the edge (CDN) in front of it (subject: the host).

    `edge` is the edge that both the answer's headers and the address or CNAME name; `by_header` and `by_place` are
    what each alone names. `elsewhere` are the launch's other hosts that are behind an edge. `origins` is only looked
    for behind an edge.
    """

    subject: str
    source: str
    at: datetime
    addresses: tuple[str, ...]
    edge: str | None
    by_header: str | None
    by_place: str | None
    elsewhere: tuple[str, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file that a page loads from the launch's own hosts; `size_bytes` is decoded, at most what was read.

    `unseen` says why it could not be fetched; the status is 0 then.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    size_bytes: int
    unseen: str | None = None


@seen
class CachingFacts:
    """One page's own answer and a sample of the files it loads (subject: host and path).

    `private` when launch.toml says that strangers must not see the path. `headers` are the landing answer's, without
    the values of cookies; `cookies` their names.
    """

    subject: str
    source: str
    at: datetime
    host: str
    private: bool
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    size_bytes: int
    assets: tuple[Asset, ...]
