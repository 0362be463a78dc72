"""What an answer shows a visitor without a session: a login, a refusal, an app's empty shell, or content."""

import json
import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from launchready.formats.headers import is_html
from launchready.formats.likeness import words
from launchready.formats.printable import printable
from launchready.model.facts import Shows

READ_BYTES = 512 * 1024
FEW_WORDS = 8  # of its own, beside the app's frame: "Loading your dashboard, one moment please …"
SHORT_WORDS = 80  # a page that only refuses says no more
DEEPEST_JSON = 40

Headers = tuple[tuple[str, str], ...]

_LOG_IN = (
    r"log[ -]?in|sign[ -]?in|anmelden|einloggen|anmeldung|connexion|se connecter|iniciar sesi[oó]n|acceder|entrar|"
    r"accedi|inloggen|logga in|logg inn|kirjaudu|zaloguj|přihlásit|войти|вход|ログイン|登录|登入|로그인|oturum aç"
)
_ASKS = re.compile(
    rf"(?:please|bitte|veuillez|por favor)[^.]{{0,40}}(?:{_LOG_IN})|(?:log|sign)[ -]?in (?:to|with|using|first)\b|"
    r"continue with (?:google|github|apple|microsoft|email)|"
    r"(?:need|have|must|required) (?:to )?(?:be )?(?:log|sign)(?:ged|ned)?[ -]?in|not (?:logged|signed)[ -]?in|"
    r"unauthori[sz]ed|unauthenticated|not authenticated|authentication (?:is )?required|access (?:is )?denied|"
    r"permission denied|forbidden|not (?:be )?found|session (?:has |is )?(?:expired|over)|"
    r"members only|magic link",
    re.IGNORECASE,
)
_HEADING = re.compile(
    rf"\W*(?:{_LOG_IN}|welcome back|unauthori[sz]ed|forbidden|not found|404|403|401)\W*", re.IGNORECASE
)
_SAYS_LOG_IN = re.compile(rf"\b(?:{_LOG_IN})\b", re.IGNORECASE)
_REFUSING_KEYS = frozenset({"error", "errors", "message", "detail", "code", "status", "statuscode", "title", "type"})
_FRAME = ["script", "style", "noscript", "template", "nav", "header", "footer"]


def shown(headers: Headers, body: bytes, others: tuple[bytes, ...]) -> Shows:
    """What a page of status 2xx shows; `others` are what the same host answers to an address that does not exist and
    to its front page: what stands there too is the app's frame, not this page's content."""
    text = body[:READ_BYTES]
    if not text.strip():
        return Shows.CLOSED  # nothing is shown
    if is_html(headers) or text.lstrip()[:1] == b"<":
        return _page(text, others)
    if any(body == other for other in others):
        return Shows.SHELL
    return _json(text)


def _page(body: bytes, others: tuple[bytes, ...]) -> Shows:
    text = body.decode("utf-8", "replace")
    tree = LexborHTMLParser(text)
    scripted = tree.css_first("script") is not None
    asks = _login_form(tree)
    tree.strip_tags(_FRAME)
    said = tree.body.text(separator=" ") if tree.body else ""
    if asks or _refuses(tree, said):
        return Shows.CLOSED
    own = words(body) - frozenset().union(*map(words, others))
    if not own or (scripted and len(own) < FEW_WORDS) or _one_password(text):
        return Shows.SHELL
    return Shows.CONTENT


def _login_form(tree: LexborHTMLParser) -> bool:
    """Whether a form of the page logs in: one password, not a new one, and the word for it in the form or above it."""
    heading = " ".join(node.text() for node in tree.css("title, h1, h2"))
    return any(
        len(_passwords(form)) == 1 and (_logs_in(form) or _SAYS_LOG_IN.search(heading)) for form in tree.css("form")
    )


def _logs_in(form: LexborNode) -> bool:
    buttons = [node.text() for node in form.css("button, h1, h2, h3, legend")]
    buttons += [node.attributes.get("value") or "" for node in form.css("input[type=submit]")]
    return bool(_SAYS_LOG_IN.search(" ".join([*buttons, form.attributes.get("action") or ""])))


def _passwords(form: LexborNode) -> list[LexborNode]:
    found = form.css("input[type=password]")
    return [node for node in found if node.attributes.get("autocomplete") != "new-password"]


def _one_password(text: str) -> bool:
    """Whether the only thing to type into is one password: it may be a login in a language that we do not read."""
    typed = "input:not([type=hidden]):not([type=submit]):not([type=checkbox]):not([type=button])"
    tree = LexborHTMLParser(text)
    return len(tree.css("input[type=password]")) == 1 and len(tree.css(typed)) <= 2 and len(words(text.encode())) < 40


def _refuses(tree: LexborHTMLParser, said: str) -> bool:
    """Whether a page says no, or sends on, and little else."""
    if _leads_on(tree):
        return True
    headings = [node.text(strip=True) for node in tree.css("title, h1")]
    short = len(said.split()) <= SHORT_WORDS
    asks = bool(_ASKS.search(said)) or any(_HEADING.fullmatch(heading) for heading in headings)
    return short and asks


def _leads_on(tree: LexborHTMLParser) -> bool:
    """A refresh to another address (HTML standard, section 4.2.5.3)."""
    nodes = tree.css("meta[http-equiv][content]")
    refreshes = [node.attributes for node in nodes if (node.attributes.get("http-equiv") or "").lower() == "refresh"]
    return any("url=" in (one.get("content") or "").lower() for one in refreshes)


def _json(body: bytes) -> Shows:
    """JSON is content when it holds anything but a refusal: no value, or only words about an error."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
        return Shows.CLOSED if len(text.split()) <= SHORT_WORDS and _ASKS.search(text) else Shows.CONTENT
    return Shows.CONTENT if _holds(value, 0) else Shows.CLOSED


def _holds(value: Any, depth: int) -> bool:
    """Whether anything is in a JSON value besides null, false, nothing, and what is said about an error."""
    if depth > DEEPEST_JSON:
        return True
    if isinstance(value, dict):
        if any(key.lower() in ("error", "errors") and item for key, item in value.items()):
            return any(_holds(item, depth + 1) for key, item in value.items() if key.lower() == "data")
        if {key.lower() for key in value} <= _REFUSING_KEYS and _ASKS.search(printable(json.dumps(value))):
            return False
        return any(_holds(item, depth + 1) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, depth + 1) for item in value)
    return value not in (None, False, "", 0)
