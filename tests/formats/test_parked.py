"""Pages where nobody has put anything, and pages that only look a little like them."""

import pytest

from launchready.formats.parked import parked


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Welcome to nginx!", b""),
        ("  Welcome to\n nginx! ", b""),
        ("Welcome to OpenResty!", b""),
        ("Apache2 Ubuntu Default Page: It works", b""),
        ("Caddy works!", b""),
        ("IIS Windows Server", b""),
        (None, b"<html><body><h1>It works!</h1></body></html>\n"),
        ("parley.example - This domain is for sale", b""),
        ("parley.example", b"<p>Buy this domain</p>"),
        (None, b"This domain is parked with a registrar"),
    ],
)
def test_nobodys(title: str | None, body: bytes) -> None:
    assert parked(title, body)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (None, b""),
        ("Parley", b"<h1>It works!</h1><p>Our chatbot, that is.</p>"),
        ("Welcome to nginx hosting", b""),
        ("Parley for sales teams", b"Ask our bot which domain suits you."),
        ("Domains", b"<p>this domain is for sale</p>" + b" " * 40_000),  # a whole page, about domains
        ("IIS Windows Server monitoring by Parley", b""),
    ],
)
def test_somebodys(title: str | None, body: bytes) -> None:
    assert parked(title, body) is None
