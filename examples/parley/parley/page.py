"""Pages: files with `$names` in them; what is put there is escaped, unless it is HTML made here."""

import secrets
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse

from parley import forms
from parley.faults import Fault
from parley.settings import Settings

FOLDER = Path(__file__).parent / "pages"


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / f"{name}.html").read_text("utf-8"))


def fill(template: str, /, *, html: dict[str, str] | None = None, **texts: str) -> str:
    """A piece of HTML: `texts` are escaped, `html` is put in as it is."""
    return _template(template).substitute({key: escape(text) for key, text in texts.items()}, **(html or {}))


def page(
    template: str,
    title: str,
    settings: Settings,
    /,
    *,
    canonical: str = "",
    html: dict[str, str] | None = None,
    **texts: str,
) -> HTMLResponse:
    """A whole page; `canonical` is the address that search engines should keep it under."""
    places = {"site": settings.site_url, "app": settings.app_url}
    link = f'<link rel="canonical" href="{escape(canonical)}">' if canonical else ""
    inside = fill(template, html=html, **places, **texts)
    whole = fill("layout", html={"canonical": link, "inside": inside, "page": template}, title=title, **places)
    return HTMLResponse(whole, headers={"cache-control": "no-cache"})


def form_page(
    template: str,
    title: str,
    request: Request,
    settings: Settings,
    /,
    *,
    status: int = 200,
    html: dict[str, str] | None = None,
    **texts: str,
) -> HTMLResponse:
    """A page with a form: it carries the browser's CSRF token and is not kept by any cache."""
    token = forms.csrf_token(request, settings)
    canonical = f"{settings.app_url}{request.url.path}" if settings.domain else ""
    response = page(template, title, settings, canonical=canonical, html=html, csrf=token, **texts)
    response.status_code = status
    response.headers["cache-control"] = "no-store"
    forms.set_cookie(response, "csrf", token, settings)
    if settings.has(Fault.COOKIE_INSECURE) and "session" not in request.cookies:
        forms.set_cookie(response, "session", secrets.token_urlsafe(32), settings)  # one for each visitor, as PHP does
    return response
