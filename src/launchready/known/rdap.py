"""Which RDAP server answers for a top-level domain; the table is rdap.txt, with its source and date."""

from functools import cache
from importlib.resources import files


def rdap_base(tld: str) -> str | None:
    """The base URL of the registry's RDAP service (RFC 9224), ending in a slash; None when there is none."""
    base = _bases().get(tld.lower())
    return base.replace("{tld}", tld.lower()) if base else None


@cache
def _bases() -> dict[str, str]:
    bases: dict[str, str] = {}
    for line in files("launchready.known").joinpath("rdap.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            base, *tlds = line.split()
            bases.update(dict.fromkeys(tlds, base))
    return bases
