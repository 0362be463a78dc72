"""What one Parley is told when it starts, and the addresses that follow from it."""

from dataclasses import dataclass, field
from pathlib import Path

from parley.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`domain` None is a Parley on somebody's own machine: one host, plain HTTP, everything under it."""

    database: Path
    domain: str | None = None
    faults: frozenset[Fault] = field(default=frozenset())

    @property
    def www_host(self) -> str:
        return f"www.{self.domain}"

    @property
    def app_host(self) -> str:
        return f"app.{self.domain}"

    @property
    def site_url(self) -> str:
        """Where the marketing pages are, without a trailing slash; empty for "on this host"."""
        return f"https://{self.domain}" if self.domain else ""

    @property
    def app_url(self) -> str:
        """Where the application is, without a trailing slash; empty for "on this host"."""
        return f"https://{self.app_host}" if self.domain else ""

    @property
    def canonical_site_url(self) -> str:
        """The site's address as its pages give it to search engines."""
        wrong = Fault.WRONG_CANONICAL in self.faults
        return "https://parley-staging.fly.dev" if wrong else self.site_url

    def has(self, fault: Fault) -> bool:
        return fault in self.faults
