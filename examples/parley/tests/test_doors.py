"""The doors: every address leads to the right one, and each fault breaks it in its own way."""

import asyncio

import pytest
from starlette.datastructures import URL
from starlette.types import Receive, Scope, Send

from parley.doors import BehindProxy, forward
from parley.faults import SETS, Fault, parse
from parley.settings import Settings


def walk(url: str, *faults: Fault) -> list[str]:
    """Every address on the way from `url`, as `scheme://host/path?query` without the domain's last label."""
    settings = Settings(domain="parley.example", faults=frozenset(faults))
    way: list[str] = []
    target: str | None = url
    while target and len(way) < 6:
        way.append(target.replace("parley.example", "p"))
        target = forward(URL(target), settings)
    return way[1:]


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("https://parley.example/", []),
        ("https://parley.example/pricing?from=mail", []),
        ("https://app.parley.example/login", []),
        ("http://parley.example/", ["https://p/"]),
        ("http://parley.example/pricing?from=mail&x=%2F", ["https://p/pricing?from=mail&x=%2F"]),
        ("http://app.parley.example/login", ["https://app.p/login"]),
        ("https://www.parley.example/pricing", ["https://p/pricing"]),
        ("http://www.parley.example/pricing", ["https://p/pricing"]),
        ("http://www.parley.example//evil.example/", ["https://p//evil.example/"]),
        ("http://other.example/", []),
    ],
)
def test_every_address_leads_to_the_right_one_in_one_step(url: str, way: list[str]) -> None:
    assert walk(url) == way


@pytest.mark.parametrize(
    ("fault", "url", "way"),
    [
        (Fault.NO_REDIRECT, "http://parley.example/pricing", []),
        (Fault.NO_REDIRECT, "http://app.parley.example/login", []),
        (Fault.NO_REDIRECT, "https://www.parley.example/", ["https://p/"]),
        (Fault.TWO_HOSTS, "https://www.parley.example/pricing", []),
        (Fault.TWO_HOSTS, "http://www.parley.example/pricing", ["https://www.p/pricing"]),
        (Fault.REDIRECT_LOSES_PATH, "http://parley.example/pricing?x=1", ["https://p/"]),
        (Fault.REDIRECT_CHAIN, "http://www.parley.example/a?b", ["http://p/a?b", "https://www.p/a?b", "https://p/a?b"]),
        (Fault.REDIRECT_CHAIN, "http://app.parley.example/", ["https://app.p/"]),
    ],
)
def test_each_fault_breaks_it_in_its_own_way(fault: Fault, url: str, way: list[str]) -> None:
    assert walk(url, fault) == way


def test_faults_are_named_one_by_one_or_as_a_set() -> None:
    assert parse("no-hsts, two-hosts") == {Fault.NO_HSTS, Fault.TWO_HOSTS}
    assert parse("launch") == parse("") == frozenset()
    assert parse("demo,redirect-chain") == SETS["demo"] | {Fault.REDIRECT_CHAIN}
    with pytest.raises(
        ValueError, match=r"no such fault: no-htst, x; there are demo, launch, any-password, blocking-call, chat-cached"
    ):
        parse("no-htst,no-hsts,x")


@pytest.mark.parametrize(
    ("headers", "scheme", "client"),
    [
        ([], "http", "10.0.0.1"),
        ([("x-forwarded-proto", "https"), ("x-forwarded-for", "192.0.2.7")], "https", "192.0.2.7"),
        ([("x-forwarded-for", "198.51.100.1, 192.0.2.7")], "http", "192.0.2.7"),
        ([("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.7")], "http", "192.0.2.7"),
        ([("x-forwarded-proto", "https,http")], "http", "10.0.0.1"),
        ([("x-forwarded-proto", "gopher"), ("x-forwarded-for", "")], "http", "10.0.0.1"),
    ],
)
def test_a_proxy_is_believed_in_what_it_said_last(headers: list[tuple[str, str]], scheme: str, client: str) -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    scope = {
        "type": "http",
        "scheme": "http",
        "client": ("10.0.0.1", 5),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(BehindProxy(app)(scope, None, None))  # type: ignore[arg-type]
    assert (seen[0]["scheme"], seen[0]["client"][0]) == (scheme, client)
