"""Mails as they come: the real ones read, the hostile ones survived."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.letter import LARGEST_BYTES, MOST_CHARACTERS, as_text, letter


def composed(text: str = "", html: str = "", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_both_parts_are_read_and_an_attachment_is_not() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Parley <no-reply@PARLEY.example>", "Ann@x.example", "Grüße"
    message.set_content("Ihr Code: 482913 ü")
    message.add_alternative("<p>HTML</p>", subtype="html")
    message.add_attachment("nothing for us", filename="terms.txt")
    read = letter(message.as_bytes())
    assert (read.sender, read.recipients, read.subject) == ("no-reply@parley.example", ("ann@x.example",), "Grüße")
    assert (read.text.strip(), read.html.strip(), read.readable) == ("Ihr Code: 482913 ü", "<p>HTML</p>", read.text)


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [
        ({"To": "Ann <ann+1@x.example>, bob@x.example", "Cc": "cy@x.example"}, ["ann+1", "bob", "cy"]),
        ({"To": "ann+1@x.example", "Delivered_To": "ann@x.example"}, ["ann+1"]),  # the inbox is not who it is to
        ({"To": "undisclosed-recipients:;", "Delivered_To": "ann@x.example"}, ["ann"]),
        ({"Subject": "to ann@x.example"}, []),
    ],
)
def test_who_it_is_to(headers: dict[str, str], recipients: list[str]) -> None:
    assert letter(composed("x", **headers)).recipients == tuple(f"{name}@x.example" for name in recipients)
    assert letter(composed("x", **headers), ("Real@x.example",)).recipients == ("real@x.example",)


def test_html_is_read_as_it_is_seen() -> None:
    html = "<title>t</title><style>s</style><h1>Your <b>code</b></h1><tr><p>a<br>b</p><td>1</td><td>2</td>"
    assert as_text(html).splitlines()[0] == "Your code"
    assert "s" not in as_text(html)
    assert as_text("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>").splitlines() == ["1 2", "3"]


def test_links_of_html_and_text_are_named_once() -> None:
    read = letter(
        composed("See https://a.example/x. And (https://b.example/y)", '<a href=" https://a.example/x ">x</a>')
    )
    assert read.links == ("https://a.example/x", "https://b.example/y")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Content-Type: text/plain; charset=no-such-charset\n\nhello \xff",
        b'Content-Type: text/plain; charset="\n\n',
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5000,
        b"Content-Transfer-Encoding: base64\nContent-Type: text/html\n\n!!!not base64",
        b'Subject: =?utf-8?q?=FF=FE?= =?x?z?y?=\nTo: <<<>>>, @@@, "\\\nFrom: \n\nx',
        b"To: " + b"(" * 3000 + b"\n\nx",
        b"To: " + b"a@b.example," * 20_000 + b"\n\nx",
        b"Content-Type: message/rfc822\n\n" * 2000,
        b"Content-Disposition: attachment; filename*=utf-8''%FF%\n\nx",
    ],
    ids=range(12),
)
def test_hostile_mails_do_not_raise(raw: bytes) -> None:
    read = letter(raw)
    assert read.links == ()
    assert len(read.readable) <= MOST_CHARACTERS


def test_a_huge_mail_is_cut() -> None:
    read = letter(composed("y" * 3 * LARGEST_BYTES))
    assert len(read.text) == MOST_CHARACTERS


@given(st.binary(max_size=400), st.text(max_size=60))
def test_nothing_raises(raw: bytes, kind: str) -> None:
    read = letter(b"Content-Type: " + kind.encode("utf-8", "replace") + b"\n" + raw)
    assert isinstance(read.readable, str)
    assert isinstance(read.links, tuple)


def test_no_repr_shows_what_a_mail_says() -> None:
    assert "482913" not in repr(letter(composed("482913", "<b>482913</b>", Subject="482913")))
