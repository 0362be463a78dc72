"""Has anybody claimed the name at the platform that its CNAME leads to?"""

from launchready.errors import WireError
from launchready.known.platforms import Unclaimed, unclaimed_at
from launchready.wire.http import Http, Response

PAGE_BYTES = 64 * 1024


async def unclaimed(host: str, chain: tuple[str, ...], http: Http) -> str | None:
    """The platform's name in the CNAME chain when it says that `host` is nobody's; raises WireError."""
    target = next((name for name in reversed(chain) if unclaimed_at(name)), None)
    sign = unclaimed_at(target) if target else None
    if sign is None or not _shows(await _front(host, http), sign):
        return None
    return target


async def _front(host: str, http: Http) -> Response:
    """A platform has no certificate for a name that it does not know, and may then only speak plain HTTP."""
    try:
        return await http.fetch(f"https://{host}/", body_limit_bytes=PAGE_BYTES)
    except WireError:
        return await http.fetch(f"http://{host}/", body_limit_bytes=PAGE_BYTES)


def _shows(answer: Response, sign: Unclaimed) -> bool:
    if answer.status != 404:
        return False
    if sign.header and answer.header(sign.header[0]) != sign.header[1]:
        return False
    return sign.words.lower().encode() in answer.body.lower()
