"""Whose script is it? The founder's own are those of the page's site, and built ones on a content network's host."""

from functools import cache

from publicsuffixlist import PublicSuffixList

from launchready.formats.urls import host_of, is_fingerprinted
from launchready.known.platforms import APP_NAMES
from launchready.wire.dns import is_address

# Networks and stores that give each customer a host of their own; what stands there may be a vendor's script as well.
# Each vendor's documentation of its default host names, as of 2026-11-24.
CONTENT_HOSTS = (
    "cloudfront.net",  # docs.aws.amazon.com/AmazonCloudFront, distribution domain names
    "amazonaws.com",  # docs.aws.amazon.com/AmazonS3, virtual hosting of buckets
    "b-cdn.net",  # docs.bunny.net, pull zones
    "azureedge.net",  # learn.microsoft.com/azure/cdn
    "azurefd.net",  # learn.microsoft.com/azure/frontdoor
    "r2.dev",  # developers.cloudflare.com/r2, public buckets
    "digitaloceanspaces.com",  # docs.digitalocean.com/products/spaces
    "storage.googleapis.com",  # cloud.google.com/storage/docs, request endpoints
    "supabase.co",  # supabase.com/docs/guides/storage
)


def is_own(url: str, page: str) -> bool:
    """Whether the script at `url`, which `page` loads, is one that the page's makers put there."""
    host, ours = host_of(url), host_of(page)
    if not host or site_of(host) == site_of(ours):
        return bool(host)
    return is_fingerprinted(url) and any(f".{host}".endswith(f".{one}") for one in (*CONTENT_HOSTS, *APP_NAMES))


def site_of(host: str) -> str:
    """The name that its owner registered, or was given by a platform; the host itself when it is an address."""
    return host if is_address(host) else _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
