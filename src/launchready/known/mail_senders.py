"""Services that send mail for a domain: what they want in SPF and DKIM. The table is mail_senders.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSender:
    """One service; the words are explained at the top of mail_senders.toml."""

    name: str
    aliases: tuple[str, ...] = ()
    include: str | None = None
    also: tuple[str, ...] = ()
    subdomain: str | None = None
    selectors: tuple[str, ...] = ()
    selector_pattern: str | None = None
    return_path: str = ""
    return_path_include: str | None = None
    mx: tuple[str, ...] = ()
    source: str

    @property
    def includes(self) -> tuple[str, ...]:
        """Every include that stands for the service, the one to paste first."""
        return (self.include, *self.also) if self.include else ()


Table = Mapping[str, MailSender]


def mail_sender(name: str, table: Table | None = None) -> MailSender | None:
    """The service that people call `name` ("google", "GSuite", "Amazon SES"); None for one that is not known."""
    return (known() if table is None else table).get(_plain(name))


def receiving(host: str, table: Table | None = None) -> MailSender | None:
    """The service whose mail exchanger `host` is; None for any other host."""
    host = "." + host.lower().rstrip(".")
    return next(
        (
            one
            for one in (known() if table is None else table).values()
            if any(host.endswith(f".{ending}") for ending in one.mx)
        ),
        None,
    )


def including(name: str, table: Table | None = None) -> MailSender | None:
    """The service that stands in SPF records as `include:name`; None for a name that is not known."""
    return next((one for one in (known() if table is None else table).values() if name in one.includes), None)


def signing(selector: str, table: Table | None = None) -> MailSender | None:
    """The one service that has its customers' DKIM keys at a selector; None when nobody has, or more than one may."""
    services = {one.name: one for one in (known() if table is None else table).values()}.values()
    fixed = [one for one in services if selector in one.selectors]
    patterns = [one.selector_pattern for one in services if one.selector_pattern and one not in fixed]
    # A pattern that takes any word (Zoho's customers choose theirs) says nothing of this one.
    telling = [pattern for pattern in patterns if not re.fullmatch(pattern, "any-word-at-all")]
    others = any(re.fullmatch(pattern, selector) for pattern in telling)
    return fixed[0] if len(fixed) == 1 and not others else None


def load(path: str | Path) -> Table:
    """Another table, from a TOML file like mail_senders.toml: names without spaces and punctuation → services.

    Raises OSError when it cannot be read, ValueError when it is not such a table.
    """
    return _table(Path(path).read_text("utf-8"))


@cache
def known() -> Table:
    """The table that comes with Launch Ready."""
    return _table(files("launchready.known").joinpath("mail_senders.toml").read_text("utf-8"))


def _table(text: str) -> Table:
    found: dict[str, MailSender] = {}
    for entry in tomllib.loads(text).get("sender", []):
        sender = _sender(entry)
        for name in (sender.name, *sender.aliases):
            found[_plain(name)] = sender
    return found


def _sender(entry: Mapping[str, Any]) -> MailSender:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    try:
        return MailSender(**values)
    except TypeError as error:
        raise ValueError(f"a mail sender named {entry.get('name')!r} cannot be read: {error}") from None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
