"""Which domains the launch has mail from."""

import re

import idna

from launchready.model.launch import Launch

_AFTER_AT = re.compile(r"@([^@<>\s]+?)\.?>?\s*\Z")


def sending_domains(launch: Launch) -> tuple[str, ...]:
    """The domains of the addresses that mail is declared to come from; the launch's own when none is."""
    if launch.mail is None:
        return ()
    found = [domain for address in launch.mail.addresses if (domain := _domain(address))]
    return tuple(dict.fromkeys(found)) or (launch.domain,)


def mail_domains(launch: Launch) -> tuple[str, ...]:
    """The launch's domain, which anybody can put into a From line, and those that mail comes from."""
    return tuple(dict.fromkeys((launch.domain, *sending_domains(launch))))


def _domain(address: str) -> str | None:
    """The domain of `Parley <hi@parley.example>`, as DNS knows it; None when there is none."""
    match = _AFTER_AT.search(address[:1000])
    try:
        return idna.encode(match[1], uts46=True).decode().lower() if match else None
    except (idna.IDNAError, UnicodeError):
        return None
