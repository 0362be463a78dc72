"""The mistakes that Parley can be run with, each by its name."""

from enum import Enum


class Fault(Enum):
    """One mistake; its value is the word on the command line."""

    NO_REDIRECT = "no-redirect"
    TWO_HOSTS = "two-hosts"
    NO_HSTS = "no-hsts"
    MIXED_CONTENT = "mixed-content"
    WRONG_CANONICAL = "wrong-canonical"
    REDIRECT_LOSES_PATH = "redirect-loses-path"
    REDIRECT_CHAIN = "redirect-chain"
    SERVER_ERROR = "server-error"
    ENV_EXPOSED = "env-exposed"
    GIT_EXPOSED = "git-exposed"
    ERROR_PAGE_LEAKS = "error-page-leaks"
    COOKIE_INSECURE = "cookie-insecure"
    CORS_ANY_ORIGIN = "cors-any-origin"
    HEALTH_MISSING = "health-missing"
    HEALTH_LIES = "health-lies"
    PAGES_UNCACHED = "pages-uncached"
    FILES_UNCACHED = "files-uncached"
    CHAT_CACHED = "chat-cached"
    UNCOMPRESSED = "uncompressed"

    @property
    def tells(self) -> str:
        """What is wrong, in one line."""
        return _TELLS[self]


_TELLS = {
    Fault.NO_REDIRECT: "plain HTTP serves the pages instead of sending visitors to HTTPS",
    Fault.TWO_HOSTS: "www serves the site instead of leading to the one address",
    Fault.NO_HSTS: "browsers are never told to stay on HTTPS",
    Fault.MIXED_CONTENT: "the home page loads a script and an image over plain HTTP",
    Fault.WRONG_CANONICAL: "pages name the hosting platform's own address as the canonical one",
    Fault.REDIRECT_LOSES_PATH: "every redirect leads to the home page, whatever was asked for",
    Fault.REDIRECT_CHAIN: "http://www needs three redirects to arrive",
    Fault.SERVER_ERROR: "the plans table was never migrated, so the pricing page fails",
    Fault.ENV_EXPOSED: "the folder with the .env file is served like any other file",
    Fault.GIT_EXPOSED: "the folder with .git in it is served like any other file",
    Fault.ERROR_PAGE_LEAKS: "error pages still show the stack trace that helped to build them",
    Fault.COOKIE_INSECURE: "the session cookie can be read by scripts and goes over plain HTTP",
    Fault.CORS_ANY_ORIGIN: "any website may read answers with the visitor's cookies",
    Fault.HEALTH_MISSING: "there is no health address",
    Fault.HEALTH_LIES: "the health address always answers 200 and may be kept for ten minutes",
    Fault.PAGES_UNCACHED: "caches may not keep the pages that are the same for everybody",
    Fault.FILES_UNCACHED: "browsers may not keep styles and scripts",
    Fault.CHAT_CACHED: "caches may keep what the chat page answers, and hand it to others",
    Fault.UNCOMPRESSED: "pages, styles and scripts are sent as large as they are",
}

SETS = {
    "demo": frozenset(
        {
            Fault.NO_REDIRECT,
            Fault.TWO_HOSTS,
            Fault.NO_HSTS,
            Fault.MIXED_CONTENT,
            Fault.WRONG_CANONICAL,
            Fault.SERVER_ERROR,
            Fault.ENV_EXPOSED,
            Fault.ERROR_PAGE_LEAKS,
            Fault.COOKIE_INSECURE,
            Fault.CORS_ANY_ORIGIN,
            Fault.HEALTH_LIES,
            Fault.PAGES_UNCACHED,
            Fault.UNCOMPRESSED,
        }
    ),
    "launch": frozenset[Fault](),
}


def parse(text: str) -> frozenset[Fault]:
    """The faults in a comma-separated list of names and sets; raises ValueError that lists every unknown one."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    known = {fault.value for fault in Fault}
    unknown = [word for word in words if word not in known and word not in SETS]
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join([*SETS, *sorted(known)])}")
    return frozenset().union(*(SETS[word] if word in SETS else {Fault(word)} for word in words))
