"""The front door: which address a visitor is sent on to, and the headers that every answer carries."""

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.faults import Fault
from parley.settings import Settings

HSTS = "max-age=31536000; includeSubDomains"


def forward(url: URL, settings: Settings) -> str | None:
    """Where a visitor of `url` is sent on to; None to be answered here."""
    host = url.hostname or ""
    if host not in (settings.domain, settings.www_host, settings.app_host):
        return None
    base = _chained(url.scheme, host, settings) if settings.has(Fault.REDIRECT_CHAIN) else None
    base = base or _right(url.scheme, host, settings)
    if base == f"{url.scheme}://{host}":
        return None
    if settings.has(Fault.REDIRECT_LOSES_PATH):
        return f"{base}/"
    return f"{base}{url.path}?{url.query}" if url.query else f"{base}{url.path}"


def _right(scheme: str, host: str, settings: Settings) -> str:
    """The address that stands for this one: HTTPS, and no www."""
    if host == settings.www_host and not settings.has(Fault.TWO_HOSTS):
        host = settings.domain or host
    return f"{scheme if settings.has(Fault.NO_REDIRECT) else 'https'}://{host}"


def _chained(scheme: str, host: str, settings: Settings) -> str | None:
    """Three rules, each added by somebody who did not know of the others: drop www, use HTTPS with www, drop www."""
    if (scheme, host) == ("http", settings.www_host):
        return f"http://{settings.domain}"
    if (scheme, host) == ("http", settings.domain):
        return f"https://{settings.www_host}"
    return None


class FrontDoor:
    """Sends visitors on to the right address, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        url = URL(scope=scope)
        target = forward(url, self._settings) if self._settings.domain else None
        app = RedirectResponse(target, status_code=308) if target else self._app

        origin = Headers(scope=scope).get("origin")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._secure(headers, url.scheme)
                if origin and self._settings.has(Fault.CORS_ANY_ORIGIN):
                    headers.update({"access-control-allow-origin": origin, "access-control-allow-credentials": "true"})
            await send(message)

        await app(scope, receive, send_with_headers)

    def _secure(self, headers: MutableHeaders, scheme: str) -> None:
        # A page that was built to load http: parts allows them too, or they would simply be missing.
        http_parts = " http:" if self._settings.has(Fault.MIXED_CONTENT) else ""
        headers.setdefault(
            "content-security-policy",
            f"default-src 'self'; script-src 'self'{http_parts}; img-src 'self'{http_parts}; base-uri 'none'; "
            "object-src 'none'; frame-ancestors 'none'; form-action 'self' https://checkout.stripe.com",
        )
        headers.setdefault("referrer-policy", "strict-origin-when-cross-origin")
        headers.setdefault("x-content-type-options", "nosniff")
        if scheme == "https" and not self._settings.has(Fault.NO_HSTS):
            headers.setdefault("strict-transport-security", HSTS)


class BehindProxy:
    """Takes a visitor's scheme and address from the proxy that ended TLS: from what was added last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            scheme, client = _last(headers, "x-forwarded-proto"), _last(headers, "x-forwarded-for")
            if scheme in ("http", "https"):
                scope["scheme"] = scheme
            if client:
                scope["client"] = (client, 0)
        await self._app(scope, receive, send)


def _last(headers: Headers, name: str) -> str:
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()
