"""--resolver, --ca, --connect-to, --deadline: read as people write them, all that is wrong named at once."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.config import default_launch, with_network
from launchready.config.roads import connection, resolver_address
from launchready.config.wrong import Wrong
from launchready.errors import UsageError
from launchready.model.launch import ConnectTo, Network

LAUNCH = default_launch("parley.example")
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("written", "resolver"),
    [
        ("1.1.1.1", ("1.1.1.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]", ("::1", 53)),
        ("[2606:4700:4700:0::1111]:53", ("2606:4700:4700::1111", 53)),
        ("fe80::1%eth0", ("fe80::1%eth0", 53)),
    ],
)
def test_a_resolver_is_an_address_and_a_port(written: str, resolver: tuple[str, int]) -> None:
    assert resolver_address(written) == resolver


NO_RESOLVERS = """
one.one.one.one  1.1.1  1.1.1.1:  1.1.1.1:0  1.1.1.1:99999  1.1.1.1:+53  1.1.1.1:٥٣  :53  [1.1.1.1]:53  [::1]53  [::1
::1]:53  []:53  0.0.0.0  ::  224.0.0.1  https://1.1.1.1  fe80::1%  [::1]:53:53
"""


@pytest.mark.parametrize("written", ["", " 1.1.1.1", "1.1.1.1\n", "fe80::1%\n", *NO_RESOLVERS.split()])
def test_what_is_no_resolver_is_refused(written: str) -> None:
    with pytest.raises(Wrong):
        resolver_address(written)


@pytest.mark.parametrize(
    ("written", "entry"),
    [
        ("a.example:443:127.0.0.1:8443", ConnectTo(host="a.example", port=443, to_host="127.0.0.1", to_port=8443)),
        ("A.Example.:443:::", None),
        (":443:127.0.0.1:8443", ConnectTo(host="", port=443, to_host="127.0.0.1", to_port=8443)),
        ("a.example::localhost:", ConnectTo(host="a.example", port=None, to_host="localhost", to_port=None)),
        ("::[::1]:8443", ConnectTo(host="", port=None, to_host="::1", to_port=8443)),
        ("[2001:DB8::0]:53:[::1]:5353", ConnectTo(host="2001:db8::", port=53, to_host="::1", to_port=5353)),
        ("A.Example.:443::", ConnectTo(host="a.example", port=443, to_host="", to_port=None)),
        (
            "bücher.example:1:b.example:2",
            ConnectTo(host="xn--bcher-kva.example", port=1, to_host="b.example", to_port=2),
        ),
    ],
)
def test_connect_to_is_read_as_curl_reads_it(written: str, entry: ConnectTo | None) -> None:
    if entry is None:
        with pytest.raises(Wrong):
            connection(written)
    else:
        assert connection(written) == entry


NO_CONNECTIONS = """
a.example:443  a:1:b  a:1:b:2:3  ::1:1:b:2  [a.example]:1:b:2  a:x:b:2  a:0:b:2  a:1:b:65536  https://a.example:443:b:1
[127.0.0.1]:1:b:2  a:1:[::1:2  a:1:b/x:2
"""


@pytest.mark.parametrize("written", ["", "a b:1:c:2", "a:1:b:2\n", *NO_CONNECTIONS.split()])
def test_what_is_no_connect_to_is_refused(written: str) -> None:
    with pytest.raises(Wrong):
        connection(written)


@given(st.text())
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    for reader in (resolver_address, connection):
        with suppress(Wrong):
            reader(text)


def test_every_bad_option_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        with_network(
            LAUNCH, resolver="one", ca=str(tmp_path / "no.pem"), connect_to=("a", "a:1:b:2", "b"), deadline=float("nan")
        )
    options = [line.split()[0] for line in str(refused.value).splitlines()]
    assert options == ["--resolver", "--ca", "--connect-to", "--connect-to", "--deadline"]


@pytest.mark.parametrize("deadline", [0.0, -1.0, float("inf"), float("-inf"), float("nan"), 86_401.0])
def test_a_deadline_is_a_time_that_ends(deadline: float) -> None:
    with pytest.raises(UsageError, match="--deadline .* is not a deadline"):
        with_network(LAUNCH, deadline=deadline)


def test_options_stand_above_launch_toml(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(PEM)
    first = with_network(LAUNCH, resolver="1.1.1.1", ca=str(ca), connect_to=("a:1:b:2",), deadline=5)
    assert with_network(first) == first
    again = with_network(first, connect_to=("a:1:c:3",), deadline=7.5)
    assert again.network == Network(
        resolver=("1.1.1.1", 53),
        ca=str(ca),
        connect_to=(
            ConnectTo(host="a", port=1, to_host="c", to_port=3),
            ConnectTo(host="a", port=1, to_host="b", to_port=2),
        ),
        deadline_s=7.5,
    )


def test_a_ca_must_be_a_file_of_pem(tmp_path: Path) -> None:
    der = tmp_path / "ca.der"
    der.write_bytes(b"\x30\x82\x01\x00")
    key = tmp_path / "key.pem"
    key.write_text(PEM.replace("CERTIFICATE", "PRIVATE KEY"))
    large = tmp_path / "large.pem"
    large.write_bytes(b"\n" * (10 * 1024 * 1024 + 1))
    for path, why in [
        (der, "openssl x509"),
        (key, "no certificate"),
        (large, "10 MB"),
        (tmp_path, "is a folder"),
        (tmp_path / "none", "not a file that is there"),
        (Path("/dev/zero"), "not a file that is there"),
        (Path("a\0b"), "not a file that is there"),
    ]:
        with pytest.raises(UsageError, match=why):
            with_network(LAUNCH, ca=str(path))
