"""What one Parley is told when it starts, and the addresses that follow from it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from parley.faults import Fault

DATABASE = "parley.db"
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class BadSetting(Exception):
    """An environment variable cannot be used; the message says which and why, never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`domain` None is a Parley on somebody's own machine: one host, plain HTTP, everything under it."""

    database: str = DATABASE
    domain: str | None = None
    faults: frozenset[Fault] = field(default=frozenset())
    smtp: str | None = field(default=None, repr=False)
    mail_from: str = "Parley <hello@localhost>"
    model_key: str | None = field(default=None, repr=False)
    model_url: str = "https://api.openai.com/v1"
    model_name: str = "gpt-4o-mini"
    model_timeout_s: float = 30
    stripe_key: str | None = field(default=None, repr=False)
    stripe_url: str = "https://api.stripe.com"
    webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(24)}", repr=False)
    signups_per_hour: int = 100
    summary_at: str = "06:00"

    @property
    def folder(self) -> Path:
        """Where files beside the database go."""
        return Path() if "://" in self.database else Path(self.database).absolute().parent

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

    @property
    def has_outbox_page(self) -> bool:
        """Whether mails may be read in the browser: only on somebody's own machine, and when none are sent."""
        return self.smtp is None and self.domain is None

    def has(self, fault: Fault) -> bool:
        return fault in self.faults


def from_environment(environment: Mapping[str, str], *, domain: str | None, faults: frozenset[Fault]) -> Settings:
    """Settings from the variables that `.env.example` lists; an empty one counts as absent. Raises BadSetting."""
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    words = {key: given[name] for name, key in _WORDS.items() if name in given}
    for name in ("OPENAI_BASE_URL", "STRIPE_BASE_URL", "PARLEY_SMTP"):
        _check_url(name, given.get(name))
    if not _TIME_OF_DAY.fullmatch(words.get("summary_at", "06:00")):
        raise BadSetting("PARLEY_SUMMARY_AT is not a time of day such as 06:00")
    if "STRIPE_API_KEY" in given and "STRIPE_WEBHOOK_SECRET" not in given:
        raise BadSetting("STRIPE_API_KEY is set, but STRIPE_WEBHOOK_SECRET is not: payments would never arrive")
    if domain and "mail_from" not in words:
        words["mail_from"] = f"Parley <hello@{domain}>"
    return Settings(
        **words,
        domain=domain,
        faults=faults,
        model_timeout_s=_positive("PARLEY_MODEL_TIMEOUT_S", given, 30),
        signups_per_hour=int(_positive("PARLEY_SIGNUPS_PER_HOUR", given, 100)),
    )


_WORDS = {
    "DATABASE_URL": "database",
    "PARLEY_SMTP": "smtp",
    "PARLEY_MAIL_FROM": "mail_from",
    "OPENAI_API_KEY": "model_key",
    "OPENAI_BASE_URL": "model_url",
    "PARLEY_MODEL": "model_name",
    "STRIPE_API_KEY": "stripe_key",
    "STRIPE_BASE_URL": "stripe_url",
    "STRIPE_WEBHOOK_SECRET": "webhook_secret",
    "PARLEY_SUMMARY_AT": "summary_at",
}


def _check_url(name: str, value: str | None) -> None:
    schemes = ("smtp", "smtps") if name == "PARLEY_SMTP" else ("http", "https")
    if value is None:
        return
    try:
        parts = urlsplit(value)
        fits = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise BadSetting(f"{name} is not a URL that begins with {schemes[0]}:// or {schemes[1]}://")


def _positive(name: str, given: Mapping[str, str], default: float) -> float:
    text = given.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text, re.ASCII) or float(text) <= 0:
        raise BadSetting(f"{name} is not a number above zero")
    return float(text)
