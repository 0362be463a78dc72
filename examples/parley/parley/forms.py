"""Forms: small, urlencoded, and only ours: a token in the page must equal the one in the browser's cookie."""

import secrets
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from parley.faults import Fault
from parley.settings import Settings

LARGEST_BODY_BYTES = 64 * 1024


async def body_of(request: Request, largest_bytes: int = LARGEST_BODY_BYTES) -> bytes:
    """The whole body; an HTTPException 413 when it is larger than that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest_bytes:
            raise HTTPException(413, "That is more than we can take in one go.")
    return bytes(body)


async def form_of(request: Request, settings: Settings) -> dict[str, str]:
    """The fields of a form that came from one of our own pages; an HTTPException otherwise."""
    text = (await body_of(request)).decode("utf-8", "replace")
    try:
        found = parse_qs(text, max_num_fields=50)
    except ValueError:
        raise HTTPException(422, "That is not one of our forms.") from None
    fields = {name: values[0].replace("\0", "") for name, values in found.items()}  # PostgreSQL cannot hold U+0000
    check_csrf(request, fields.get("csrf", ""), settings)
    return fields


def cookie_name(name: str, settings: Settings) -> str:
    """`__Host-` keeps other subdomains from planting it (RFC 6265bis), but needs HTTPS, which a laptop lacks."""
    return f"__Host-{name}" if settings.domain and not settings.has(Fault.COOKIE_INSECURE) else name


def set_cookie(response: Response, name: str, value: str, settings: Settings, max_age_s: int | None = None) -> None:
    careless = settings.has(Fault.COOKIE_INSECURE)
    response.set_cookie(
        cookie_name(name, settings),
        value,
        max_age=max_age_s,
        secure=settings.domain is not None and not careless,
        httponly=not careless,
        samesite=None if careless else "lax",
    )


def csrf_token(request: Request, settings: Settings) -> str:
    """The browser's token, or a new one for it."""
    return request.cookies.get(cookie_name("csrf", settings)) or secrets.token_urlsafe(24)


def check_csrf(request: Request, given: str, settings: Settings) -> None:
    """Raises an HTTPException 403 unless the page's token is the browser's."""
    if settings.has(Fault.NO_CSRF):
        return
    kept = request.cookies.get(cookie_name("csrf", settings), "")
    if not kept or not secrets.compare_digest(kept.encode(), given.encode("utf-8", "replace")):
        raise HTTPException(403, "This form was open for too long. Please go back, reload the page and try again.")
