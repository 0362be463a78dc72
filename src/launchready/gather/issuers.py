"""Intermediate certificates that a server left out, fetched from where its certificate says they are."""

from collections.abc import Iterable

from launchready.errors import Refused, WireError
from launchready.formats.addresses import is_private
from launchready.formats.urls import parse as parse_url
from launchready.wire.certificates import Parsed, links, parse, parse_bundle
from launchready.wire.dns import Dns
from launchready.wire.http import Http

URLS_LIMIT = 6  # real chains need one or two


async def issuers(chain: Iterable[Parsed], dns: Dns, http: Http) -> tuple[bytes, ...]:
    """The issuers that certificates point to (RFC 5280, section 4.2.2.1), and theirs; DER, none that ends a chain.

    What cannot be fetched is left out: whether the chain then holds is for the verifier to say.
    """
    urls = list(dict.fromkeys(url for one in chain for url in one.issuer_urls))
    found: dict[bytes, None] = {}
    for index in range(URLS_LIMIT):
        if index == len(urls):
            break
        try:
            for der in await _fetched(urls[index], dns, http):
                found[der] = None
                urls += [url for url in parse(der).issuer_urls if url not in urls]
        except WireError:
            continue
    return tuple(found)


async def _fetched(url: str, dns: Dns, http: Http) -> tuple[bytes, ...]:
    """What an issuer URL serves; raises Refused for one that is not plain HTTP, or leads into a private network."""
    try:
        target = parse_url(url)
    except ValueError as error:
        raise Refused(f"the issuer's certificate is said to be at {error}") from None
    if target.scheme != "http":  # over https it could need itself to be fetched (RFC 5280, section 8)
        raise Refused("the issuer's certificate is not served over plain HTTP")
    if not dns.mapped(target.host, target.port):
        for address, _ in await dns.endpoints(target.host, target.port):
            if is_private(address):
                raise Refused("the issuer's certificate is said to be inside a private network")
    return links(parse_bundle((await http.fetch(url)).body))
