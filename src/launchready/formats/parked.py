"""Pages that say that nobody has put anything there yet: a domain for sale, a server as it was installed."""

import re

# Titles that servers are installed with, as of 2026-11-24: nginx's html/index.html and Debian's nginx package, Debian's
# and Ubuntu's apache2, OpenResty's html/index.html, Caddy's welcome page, Microsoft's iisstart.htm.
_INSTALLED = re.compile(
    r"welcome to (?:nginx|openresty)!?|apache2 \w+ default page: it works|caddy works!|iis windows(?: server)?"
)
# httpd's docs/docroot/index.html has no title.
_HTTPD = re.compile(rb"<html>\s*<body>\s*<h1>it works!</h1>\s*</body>\s*</html>")
# What those who park domains write; on a page as small as theirs it is about the page's own address.
_PARKED = re.compile(r"\b(?:domain (?:is|may be) (?:for sale|parked)|domain parking|parked free|buy this domain)\b")
_SMALL_BYTES = 32 * 1024


def parked(title: str | None, body: bytes) -> str | None:
    """Why a page is nobody's, in words that follow the host's name; None for any other page."""
    plain = " ".join((title or "")[:400].lower().split())
    small = body.lower() if len(body) <= _SMALL_BYTES else b""
    if _INSTALLED.fullmatch(plain) or _HTTPD.fullmatch(small.strip()):
        return "shows the page that a web server is installed with"
    if _PARKED.search(plain) or _PARKED.search(small.decode("utf-8", "replace")):
        return "shows the page of a parked domain"
    return None
