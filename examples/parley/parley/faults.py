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
