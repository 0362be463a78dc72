"""What a page shows a visitor without a session: content is told from logins, refusals and empty shells."""

import pytest

from launchready.formats.shown_to_strangers import shown
from launchready.model.facts import Shows

HTML = (("content-type", "text/html; charset=utf-8"),)
JSON = (("content-type", "application/json"),)
FRONT = b"<title>Parley</title><nav><a href=/login>Log in</a></nav><h1>Chat with your invoices</h1><p>Try it for free."
MISSING = b"<title>Not found</title><nav><a href=/login>Log in</a></nav><h1>There is no such page</h1>"
SHELL = b"<!doctype html><title>Parley</title><div id=root></div><script src=/app.js></script>"
NEXT = (
    b"<title>Parley</title><header>Parley Pricing Docs</header><div id=__next>%s</div><script src=/_next/a.js></script>"
)

CONTENT = {
    "a member's page": b"<title>Parley</title><h1>Your chats</h1><p>Signed in as Ada.</p>",
    "with a link to the login": FRONT + b"<h2>Your chats</h2><ul><li>Invoices of March</ul>",
    "settings with a form for a new password": b"<h1>Settings</h1><p>Ada, pro plan<form action=/password>"
    b"<input type=password name=old><input type=password name=new autocomplete=new-password>"
    b"<input type=password name=again autocomplete=new-password><button>Save</button></form>",
    "with scripts, made on the server": NEXT
    % b"<h1>Invoices</h1><table><tr><td>Hooli GmbH<td>open<tr><td>Initech Ltd<td>paid<tr><td>Acme<td>overdue</table>",
    "customers": b"<table><tr><td>ada@example.com<td>pro</table>",
}
CLOSED = {
    "a login": b"<h1>Parley</h1><form action=/session><input name=email><input type=password name=p><button>Go</button>"
    b"<h2>Sign in</h2></form>",
    "a login in French": b"<title>Connexion</title><form><input name=a><input type=password name=b><button>OK</button>",
    "a login by link": b"<h1>Welcome back</h1><form><input type=email name=email><button>Send link</button></form>",
    "a login at others": b"<h1>Parley</h1><a href=/auth/google>Continue with Google</a>",
    "an error text with 200": b"<h1>Parley</h1><p>You need to be logged in to see this page.</p>",
    "access denied": b"<title>Access denied</title><p>Access denied.</p>",
    "a refresh to the login": b'<meta http-equiv="refresh" content="0; url=/login"><p>One moment</p>',
    "what stands nowhere": MISSING,
    "nothing": b"  \n",
}
UNCLEAR = {
    "the shell of a single-page app": SHELL,
    "a shell that says that it loads": NEXT % b"Loading your workspace",
    "the front page": FRONT,
    "one password in a language we do not read": b"<form><input type=password name=x><button>Avanti</button>",
}


@pytest.mark.parametrize("body", CONTENT.values(), ids=CONTENT)
def test_content(body: bytes) -> None:
    assert shown(HTML, body, (MISSING, FRONT)) is Shows.CONTENT


@pytest.mark.parametrize("body", CLOSED.values(), ids=CLOSED)
def test_a_page_that_keeps_strangers_out(body: bytes) -> None:
    assert shown(HTML, body, (MISSING, FRONT)) is Shows.CLOSED


@pytest.mark.parametrize("body", UNCLEAR.values(), ids=UNCLEAR)
def test_a_page_of_which_nothing_can_be_said(body: bytes) -> None:
    assert shown(HTML, body, (MISSING, FRONT, SHELL)) is Shows.SHELL


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"name": "Ada", "plan": "pro"}', Shows.CONTENT),
        ('[{"id": 1, "title": "Invoices"}]', Shows.CONTENT),
        ('{"error": "unauthenticated", "status": 401}', Shows.CLOSED),
        ('{"errors": [{"message": "not logged in"}], "data": {"me": null}}', Shows.CLOSED),
        ('{"errors": [], "data": {"me": {"name": "Ada"}}}', Shows.CONTENT),
        ('{"message": "Unauthorized", "statusCode": 401}', Shows.CLOSED),
        ('{"user": null, "authenticated": false}', Shows.CLOSED),
        ("{}", Shows.CLOSED),
        ("null", Shows.CLOSED),
        ("id,email\n1,ada@example.com\n", Shows.CONTENT),
        ("Unauthorized", Shows.CLOSED),
        ("[" * 100_000, Shows.CONTENT),
    ],
)
def test_what_is_no_page(body: str, expected: Shows) -> None:
    assert shown(JSON, body.encode(), ()) is expected


def test_the_same_answer_as_to_any_other_address() -> None:
    assert shown(JSON, b'{"name": "api"}', (b'{"name": "api"}',)) is Shows.SHELL
