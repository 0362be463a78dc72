"""What people type for a domain: accepted as DNS knows it, or refused with what to type instead."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.config.domain_name import below, domain_from_argument, domain_name, host_name, record_name
from launchready.config.wrong import Wrong
from launchready.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("parley.example", "parley.example"),
        ("Parley.EXAMPLE", "parley.example"),
        ("parley.example.", "parley.example"),
        ("app.parley.example", "app.parley.example"),
        ("parley.co.uk", "parley.co.uk"),
        ("parley.vercel.app", "parley.vercel.app"),
        ("www.vercel.app", "www.vercel.app"),
        ("4chat.example", "4chat.example"),
        ("1-800.example", "1-800.example"),
        ("r3---sn-abc.example", "r3---sn-abc.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("パーリーparley.jp", "xn--parley-2x4e6g5fb.jp"),
        ("чат.рф", "xn--80a0bn.xn--p1ai"),
        ("parley。example", "parley.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_domain_is_accepted_as_dns_knows_it(typed: str, domain: str) -> None:
    assert domain_name(typed) == domain


@pytest.mark.parametrize(
    ("typed", "why", "instead"),
    [
        ("parley.example.", "ends in a dot", "parley.example"),
        ("bücher.example", "has letters that DNS writes in another way", "xn--bcher-kva.example"),
        ("чат.рф.", "has letters that DNS writes in another way and ends in a dot", "xn--80a0bn.xn--p1ai"),
    ],
)
def test_the_command_line_wants_a_domain_as_dns_writes_it(typed: str, why: str, instead: str) -> None:
    with pytest.raises(UsageError) as refused:
        domain_from_argument(typed)
    assert str(refused.value) == f'"{typed}" {why}; give the domain alone: launchready audit {instead}'
    assert domain_from_argument(instead.upper()) == instead


@pytest.mark.parametrize(
    ("typed", "why", "instead"),
    [
        ("https://parley.example/x", "an address of a page", "parley.example"),
        ("HTTPS://user:pw@app.parley.example:8443/x?y#z", "an address of a page", "app.parley.example"),
        ("//parley.example", "an address of a page", "your-domain.com"),
        ("parley.example/pricing", "an address of a page", "parley.example"),
        ("parley.example?x=1", "an address of a page", "parley.example"),
        ("me@parley.example", "an e-mail address", "parley.example"),
        ("mailto:me@parley.example", "an e-mail address", "parley.example"),
        ("parley.example:8443", "a port", "parley.example"),
        ("*.parley.example", "a wildcard", "parley.example"),
        (" parley.example", "a space around it", "parley.example"),
        ("parley.example\n", "a space around it", "parley.example"),
        ("www.parley.example", "one host of parley.example", "parley.example"),
        ("https://www.parley.example", "an address of a page", "parley.example"),
        ("https://vercel.app/", "an address of a page", "your-name.vercel.app"),
        ("co.uk", "below which others register", "your-name.co.uk"),
        ("vercel.app", "below which others register", "your-name.vercel.app"),
        ("192.0.2.1", "the address of a machine", "your-domain.com"),
        ("192.0.2.1:443", "the address of a machine", "your-domain.com"),
        ("http://192.0.2.1/", "the address of a machine", "your-domain.com"),
        ("2001:db8::1", "the address of a machine", "your-domain.com"),
        ("[2001:db8::1]:443", "the address of a machine", "your-domain.com"),
        ("fe80::1%eth0", "the address of a machine", "your-domain.com"),
        ("1.2.3", "ends in a number", "your-domain.com"),
        ("parley.0x7f", "ends in a number", "your-domain.com"),
        ("localhost", "one word", "your-domain.com"),
        ("com", "one word", "your-domain.com"),
        ("", "empty", "your-domain.com"),
        (" \t", "empty", "your-domain.com"),
        ("parley example.com", "holds a space", "your-domain.com"),
        ("par\x1bley.example", "U+001B", "your-domain.com"),
        ("\u200bparley.example", "U+200B", "your-domain.com"),
        ("par\u202eley.example", "U+202E", "your-domain.com"),
        ("par\udcffley.example", "U+DCFF", "your-domain.com"),
        ("parley..example", "a part is empty", "your-domain.com"),
        (".parley.example", "a part is empty", "your-domain.com"),
        ("parley.example..", "a part is empty", "your-domain.com"),
        ("_dmarc.parley.example", '"_"', "your-domain.com"),
        ("-parley.example", "a hyphen", "your-domain.com"),
        ("parley-.example", "a hyphen", "your-domain.com"),
        ("parley,example.com", '","', "your-domain.com"),
        (f"{'a' * 64}.example", "64 characters", "your-domain.com"),
        (f"{'ü' * 60}.example", "no domain name may", "your-domain.com"),
        (".".join(["a" * 60] * 5), "304 characters", "your-domain.com"),
        ("a." * 5000 + "example", "10007 characters", "your-domain.com"),
        ("раyраl.example", "Cyrillic and Latin", "your-domain.com"),
        ("xn--aa-7lc.example", "Cyrillic and Latin", "your-domain.com"),
        ("xn--zzzzzzzz.example", "coded form", "your-domain.com"),
        ("par☃ley.example", "no domain name may", "your-domain.com"),
        ("${env:DOMAIN}", "a reference", "your-domain.com"),
    ],
)
def test_anything_else_is_refused_with_what_to_type(typed: str, why: str, instead: str) -> None:
    with pytest.raises(UsageError) as refused:
        domain_from_argument(typed)
    message = str(refused.value)
    assert why in message
    assert message.endswith(f"launchready audit {instead}")
    assert message.isprintable()
    assert len(message) < 400


def test_every_bad_part_is_named() -> None:
    with pytest.raises(UsageError, match=r'"-a" begins .* and "b_c" holds "_"'):
        domain_from_argument("-a.b_c.example")


@given(st.text(st.characters(codec=None)))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with suppress(UsageError):
        domain = domain_from_argument(text)
        assert domain_name(domain) == domain
        assert len(domain) <= 253


def test_a_host_may_be_what_a_domain_may_not() -> None:
    assert host_name("www.parley.example") == "www.parley.example"
    assert host_name("vercel.app") == "vercel.app"


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("@", "parley.example"),
        ("www", "www.parley.example"),
        ("_dmarc", "_dmarc.parley.example"),
        ("S1._domainkey", "s1._domainkey.parley.example"),
        ("*", "*.parley.example"),
        ("*.parley.example", "*.parley.example"),
        ("_dmarc.parley.example.", "_dmarc.parley.example"),
        ("app.other.example", "app.other.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_the_owner_of_a_record_may_be_written_as_in_a_dns_panel(written: str, absolute: str) -> None:
    assert below("parley.example", record_name(written)) == absolute


@pytest.mark.parametrize("written", ["", "a..b", "a b", "a.*.b", "x" * 64, ".".join(["a" * 60] * 5)])
def test_what_is_no_owner_of_a_record_is_refused(written: str) -> None:
    with pytest.raises(Wrong):
        record_name(written)
