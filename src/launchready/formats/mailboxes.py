"""The domains that mail of a launch comes from."""

import re

import idna

from launchready.model.launch import Launch

_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")


def domain_of(entry: str) -> str | None:
    """The domain of an address such as `Parley <hello@parley.example>`, or of one that is a domain already."""
    host = entry.strip().rstrip(">").rpartition("@")[2].strip().lower().rstrip(".")
    if not host.isascii():
        try:
            host = idna.encode(host).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def senders_domains(launch: Launch) -> tuple[str, ...]:
    """The domains of the declared addresses, each once."""
    addresses = launch.mail.addresses if launch.mail else ()
    return tuple(dict.fromkeys(domain for domain in map(domain_of, addresses) if domain))


def mail_domains(launch: Launch) -> tuple[str, ...]:
    """The launch's own domain and those of its mail."""
    return tuple(dict.fromkeys((launch.domain, *senders_domains(launch))))
