"""Until when the domain is registered, and how it is locked: the registry's RDAP service."""

from functools import cache

from publicsuffixlist import PublicSuffixList

from launchready.errors import Garbled, Refused
from launchready.formats import rdap
from launchready.formats.urls import joined
from launchready.known.rdap import rdap_base
from launchready.model.facts import Registration
from launchready.model.launch import Launch
from launchready.wire.http import Http, Response

MOST_REDIRECTS = 3
BODY_LIMIT_BYTES = 512 * 1024


async def registration(domain: str, http: Http) -> Registration:
    """What the registry says of the registered domain that holds `domain`; raises WireError when it says nothing."""
    registered = registered_domain(domain)
    tld = registered.rpartition(".")[2]
    base = rdap_base(tld)
    if base is None:
        raise Refused(f"the .{tld} registry offers no RDAP")
    response = await _fetch(f"{base}domain/{registered}", http)
    if response.status == 404:
        raise Refused(f"the .{tld} registry knows no domain {registered}")
    if response.status != 200:
        raise Refused(f"the .{tld} registry's RDAP answers {response.status}")
    try:
        return rdap.parse(response.body)
    except ValueError:
        raise Garbled(f"the .{tld} registry's RDAP answers nonsense") from None


def registered_domain(domain: str) -> str:
    """The name that is registered at a registry for `domain`; raises Refused when that is somebody else's.

    The private section of the Public Suffix List names who lets others live under their own domain: fly.dev is
    registered by its platform, and its registration is not for the owner of parley.fly.dev to mend.
    """
    registered = registrable(domain)
    if registered is None:
        raise Refused(f"{domain} is a public suffix, which nobody registers")
    if _suffixes(only_icann=False).privatesuffix(domain) != registered:
        raise Refused(f"{registered} is registered by the platform that lends {domain}")
    return registered


def load_suffixes() -> None:
    """Read the Public Suffix List, which takes a tenth of a second or two that nobody else's timing should pay for."""
    for only_icann in (True, False):
        _suffixes(only_icann=only_icann)


def registrable(domain: str) -> str | None:
    """The name below a registry's suffix that holds `domain`, whoever registered it; None for a suffix itself."""
    registered = _suffixes(only_icann=True).privatesuffix(domain)
    return None if registered is None else str(registered)


def held(domain: str) -> str | None:
    """The widest name around `domain` that one party holds; None when strangers can get names right below `domain`."""
    widest = _suffixes(only_icann=False).privatesuffix(domain)
    return None if widest is None else str(widest)


def lent(launch: Launch) -> bool:
    """Whether the domain is a platform's that its tenant cannot publish mail records for, and no mail is declared."""
    return launch.mail is None and held(launch.domain) != registrable(launch.domain)


@cache
def _suffixes(*, only_icann: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=only_icann)


async def _fetch(url: str, http: Http) -> Response:
    """One question; registries may redirect (RFC 7480, section 5.2)."""
    for _ in range(MOST_REDIRECTS + 1):
        response = await http.fetch(
            url, headers=["Accept: application/rdap+json"], verify=True, body_limit_bytes=BODY_LIMIT_BYTES
        )
        location = response.header("location")
        if not 300 <= response.status < 400 or location is None:
            return response
        url = joined(url, location)
        if not url.startswith("https:"):
            break
    raise Refused("the registry's RDAP redirects to nowhere")
