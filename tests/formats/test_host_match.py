"""The table is the specification: which names in a certificate speak for which host (RFC 9525, section 6)."""

import pytest

from launchready.formats.host_match import matches


@pytest.mark.parametrize(
    ("host", "names", "speaks"),
    [
        ("parley.example", ("parley.example",), True),
        ("parley.example", ("other.example", "parley.example"), True),
        ("PARLEY.example", ("parley.EXAMPLE",), True),
        ("parley.example.", ("parley.example",), True),
        ("parley.example", ("parley.example.",), True),
        ("parley.example", (), False),
        ("parley.example", ("www.parley.example",), False),
        ("www.parley.example", ("parley.example",), False),
        ("notparley.example", ("parley.example",), False),
        ("parley.example", ("parley.example.evil.example",), False),
        ("app.parley.example", ("*.parley.example",), True),
        ("xn--bcher-kva.parley.example", ("*.parley.example",), True),
        ("parley.example", ("*.parley.example",), False),
        ("a.b.parley.example", ("*.parley.example",), False),
        ("a.b.parley.example", ("*.b.parley.example",), True),
        (".parley.example", ("*.parley.example",), False),
        ("app.parley.example", ("*",), False),
        ("app.parley.example", ("*.",), False),
        ("app.parley.example", ("*.*.example",), False),
        ("app.parley.example", ("a*.parley.example",), False),
        ("app.parley.example", ("app.*.example",), False),
        ("app.parley.example", ("*app.parley.example",), False),
        ("example", ("*.example",), False),
        ("parley.example", ("*.example",), False),
        ("localhost", ("*",), False),
        ("localhost", ("localhost",), True),
        ("192.0.2.1", ("192.0.2.1",), True),
        ("192.0.2.1", ("*.0.2.1",), False),
        ("192.0.2.1", ("192.0.2.10",), False),
        ("2001:db8::1", ("2001:0db8:0:0:0:0:0:1",), True),
        ("2001:DB8::1", ("2001:db8::1",), True),
        ("2001:db8::1", ("2001:db8::10",), False),
    ],
)
def test_a_name_speaks_for_a_host(host: str, names: tuple[str, ...], *, speaks: bool) -> None:
    assert matches(host, names) is speaks
