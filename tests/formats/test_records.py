"""Equal records compare equal, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.records import line, normalised

TYPES = st.sampled_from(["A", "AAAA", "CNAME", "MX", "NS", "TXT", "CAA", "SRV", "TLSA", "DS", "SSHFP", "HTTPS"])


@pytest.mark.parametrize(
    ("rdtype", "one", "other"),
    [
        ("CNAME", "Parley.Fly.Dev.", "parley.fly.dev"),
        ("MX", "10   Mail.Example.", "010 mail.example"),
        ("MX", "0 .", "0 ."),
        ("TXT", '"v=spf1 " "-all"', "v=spf1 -all"),
        ("TXT", r'"a\"b\\c\059"', r'a"b\c;'),
        ("CAA", '0 ISSUE "letsencrypt.org"', "0 issue letsencrypt.org"),
        ("AAAA", "2A01:04F8:0::1", "2a01:4f8::1"),
        ("SRV", "1 2 443 Host.Example.", "1 2 443 host.example"),
        ("TLSA", "3 1 1 ABCD EF", "3 1 1 abcdef"),
    ],
)
def test_equal_records(rdtype: str, one: str, other: str) -> None:
    assert normalised(rdtype, one) == normalised(rdtype, other)


@pytest.mark.parametrize(
    ("rdtype", "one", "other"),
    [("TXT", "Token=A", "token=a"), ("MX", "10 mx.example", "20 mx.example"), ("A", "192.0.2.1", "192.0.2.10")],
)
def test_different_records(rdtype: str, one: str, other: str) -> None:
    assert normalised(rdtype, one) != normalised(rdtype, other)


@pytest.mark.parametrize(
    ("rdtype", "value", "wanted"),
    [
        ("CNAME", "app.fly.dev", "www.parley.example. 3600 IN CNAME app.fly.dev."),
        ("MX", "10 mx.example.", "www.parley.example. 3600 IN MX 10 mx.example."),
        ("TXT", 'say "hi"', r'www.parley.example. 3600 IN TXT "say \"hi\""'),
        ("TXT", "", 'www.parley.example. 3600 IN TXT ""'),
        ("TXT", "a" * 300, f'www.parley.example. 3600 IN TXT "{"a" * 255}" "{"a" * 45}"'),
        ("CAA", '0 issue "pki.goog"', 'www.parley.example. 3600 IN CAA 0 issue "pki.goog"'),
    ],
)
def test_the_line_to_paste(rdtype: str, value: str, wanted: str) -> None:
    assert line("www.parley.example", rdtype, value) == wanted


@given(TYPES, st.text(max_size=300))
def test_any_text_has_a_form_and_a_line(rdtype: str, value: str) -> None:
    assert isinstance(normalised(rdtype, value), str)
    assert isinstance(line("parley.example", rdtype, value), str)


@given(st.text(min_size=1, max_size=600).filter(lambda text: not text.strip().startswith('"')))
def test_a_text_survives_its_own_line(text: str) -> None:
    pasted = line("parley.example", "TXT", text).partition(" TXT ")[2]
    assert normalised("TXT", pasted) == text.strip()
