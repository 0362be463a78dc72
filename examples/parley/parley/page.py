"""Pages: Jinja2 templates, in which everything that is put there is escaped."""

import secrets
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from parley import forms
from parley.faults import Fault
from parley.settings import Settings

FOLDER = Path(__file__).parent / "pages"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def page(template: str, settings: Settings, /, *, canonical: str = "", **values: object) -> HTMLResponse:
    """A whole page; `canonical` is the address that search engines should keep it under."""
    places = {"site": settings.site_url, "app": settings.app_url, "canonical": canonical, "name": template}
    text = _templates().get_template(f"{template}.html").render({"member": False, "admin": False, **places, **values})
    return HTMLResponse(text, headers={"cache-control": "no-cache"})


def form_page(
    template: str, request: Request, settings: Settings, /, *, status: int = 200, **values: object
) -> HTMLResponse:
    """A page with a form: it carries the browser's CSRF token and is not kept by any cache."""
    token = forms.csrf_token(request, settings)
    canonical = f"{settings.app_url}{request.url.path}" if settings.domain else ""
    response = page(template, settings, canonical=canonical, csrf=token, **values)
    response.status_code = status
    response.headers["cache-control"] = "no-store"
    forms.set_cookie(response, "csrf", token, settings)
    if settings.has(Fault.COOKIE_INSECURE) and "session" not in request.cookies:
        forms.set_cookie(response, "session", secrets.token_urlsafe(32), settings)  # one for each visitor, as PHP does
    return response
