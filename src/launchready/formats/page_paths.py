"""Which addresses of an application are pages for people, which are its health endpoint, its webhooks or its API."""

import re
from collections.abc import Iterable

# Last words of a path, in the order in which a founder misses the page most.
_FIRST = (
    ("",),
    ("signup", "sign-up", "sign_up", "register", "registration", "join", "get-started"),
    ("login", "log-in", "signin", "sign-in", "sign_in"),
    ("chat", "chats", "playground", "assistant", "conversations", "c"),
    ("pricing", "plans", "plan", "billing", "subscribe", "upgrade"),
)
_API = re.compile(
    r"(?:^|/)(?:api|rest|graphql|rpc|trpc|v\d+|webhooks?|hooks|oauth2?|static|assets|media|_[\w-]*|\.well-known)"
    r"(?:/|$)"
)
# Leaving, coming back from another service, being a machine: no page to look at.
_NOT_PAGES = re.compile(
    r"(?:^|/)(?:log-?_?out|sign-?_?out|callback|redirect|error|jsi18n|i18n|setlang|csrf|robots|sitemap|manifest|favicon|rss|atom|feed"
    r"|feeds|offline|health[\w-]*|ping|metrics|readyz?|livez?|healthz|unsubscribe|[45]\d\d|admin|backoffice)(?:/|$)"
)
_FILE = re.compile(r"\.[a-z0-9]{2,5}/?$")
_PLAIN = re.compile(r"/[A-Za-z0-9._~@+/-]*")
_HEALTH = (
    "health", "healthz", "healthcheck", "health-check", "health_check", "_health", "readyz", "ready", "readiness",
    "livez", "live", "liveness", "up", "ping", "heartbeat", "status", "ht",
)  # fmt: skip
_WEAK = frozenset({"live", "up", "ready", "ping", "status", "ht"})  # words that mean other things further down
_WEBHOOK = re.compile(r"(?:^|[/_-])(?:web-?_?)?hooks?(?:[/_-]|$)", re.IGNORECASE)
_LONGEST = 200


def joined(*parts: str) -> str:
    """One path from a prefix and what follows, with one slash between: ("/a/", "b/") → "/a/b/"."""
    path = "/".join(part.strip("/") for part in parts if part.strip("/"))
    ends = bool(parts) and parts[-1].endswith("/") and path != ""
    return f"/{path}/" if ends else f"/{path}"


def is_fixed(path: str) -> bool:
    """Whether the path can be visited as it stands: no parameter, no pattern, nothing that needs escaping."""
    return len(path) <= _LONGEST and "//" not in path and _PLAIN.fullmatch(path) is not None


def is_page(path: str) -> bool:
    """Whether a path that answers GET looks like one for people, rather than an API, a file or a way out."""
    low = path.lower()
    return is_fixed(path) and not (_API.search(low) or _NOT_PAGES.search(low) or _FILE.search(low))


def health_rank(path: str) -> int | None:
    """How much the path looks like a health endpoint (0 the most); None for one that does not at all."""
    if not is_fixed(path):
        return None
    words = [word for word in path.lower().split("/") if word]
    if not words or len(words) > 5 or words[-1] not in _HEALTH:
        return None
    if words[-1] in _WEAK and len(words) > 2:
        return None
    return _HEALTH.index(words[-1]) * 10 + len(words)


def is_webhook(path: str) -> bool:
    """Whether other services post to a path, by its name: /webhooks/stripe, /api/stripe/webhook."""
    return is_fixed(path) and _WEBHOOK.search(path) is not None


def in_order(paths: Iterable[str]) -> list[str]:
    """Pages in the order in which they would be missed: home, signup, login, chat, pricing, then the shortest."""
    return sorted(set(paths), key=lambda path: (_rank(path), path.count("/"), path))


def _rank(path: str) -> int:
    words = [word for word in path.lower().split("/") if word] or [""]
    for rank, names in enumerate(_FIRST):
        if words[-1] in names:
            return rank
    return len(_FIRST)
