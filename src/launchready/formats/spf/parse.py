"""Reads one SPF record (RFC 7208, sections 4.6.1 and 12): every term, and everything that is wrong."""

import re
from collections import Counter
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from launchready.formats.spf.macros import MacroError, MacroString, domain_spec, macro_string
from launchready.formats.spf.terms import Mechanism, Modifier, Problem, Record, Term

VERSION = "v=spf1"
MOST_PROBLEMS = 50  # a hostile record may hold thousands

_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([^:/]*)(.*)", re.DOTALL)
_LENGTHS = re.compile(r"(.*?)(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?", re.DOTALL)
_NAMES = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_WITH_TARGET = ("include", "exists")
_MISTAKEN = {"ip": "ip4", "ipv4": "ip4", "ipv6": "ip6", "includes": "include", "spf": "include", "txt": "include"}


class _Wrong(ValueError):
    """A term cannot be read; the message says why."""


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record (section 4.5); upper and lower case are the same."""
    return text[: len(VERSION)].lower() == VERSION and text[len(VERSION) : len(VERSION) + 1] in ("", " ")


def parse(text: str) -> Record:
    """The record that `text` (strings run together, as `is_spf` knows it) holds; never raises."""
    terms: list[Term] = []
    problems: list[Problem] = []
    for word in filter(None, text[len(VERSION) :].split(" ")):
        try:
            terms.append(_term(word))
        except (_Wrong, MacroError) as wrong:
            problems.append(Problem(word, str(wrong)))
    counted = Counter(term.name for term in terms if isinstance(term, Modifier))
    problems += [
        Problem(f"{name}=", f"stands there {counted[name]} times; only one is allowed")
        for name in ("redirect", "exp")
        if counted[name] > 1
    ]
    return Record(text=text, terms=tuple(terms), problems=tuple(problems[:MOST_PROBLEMS]))


def _term(word: str) -> Term:
    if not word.isascii():
        raise _Wrong("holds a character that is not ASCII")
    if match := _MODIFIER.fullmatch(word):
        return _modifier(word, match[1].lower(), match[2])
    match = _MECHANISM.fullmatch(word)
    qualifier, name, rest = (match[1] or "+", match[2].lower(), match[3]) if match else ("+", word, "")
    if name not in _NAMES:
        raise _Wrong(_unknown(name, word))
    return _mechanism(word, qualifier, name, rest)


def _unknown(name: str, word: str) -> str:
    if name in _MISTAKEN:
        return f"SPF has no {name!r}; it is called {_MISTAKEN[name]!r}"
    if name == VERSION:
        return "a second v=spf1 in one record"
    if set(word) - set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") == set():
        return "is no term"
    return f"SPF has no mechanism {name[:40]!r}"


def _modifier(word: str, name: str, value: str) -> Modifier:
    read = domain_spec if name in ("redirect", "exp") else macro_string
    return Modifier(text=word, name=name, value=read(value))


def _mechanism(word: str, qualifier: str, name: str, rest: str) -> Mechanism:
    if name == "all":
        if rest:
            raise _Wrong("nothing may follow 'all'")
        return Mechanism(text=word, qualifier=qualifier, name=name)
    if name in ("ip4", "ip6"):
        return Mechanism(text=word, qualifier=qualifier, name=name, network=_network(name, rest))
    if name in ("a", "mx"):
        target, ipv4_length, ipv6_length = _with_lengths(rest)
        return Mechanism(
            text=word, qualifier=qualifier, name=name, target=target, ipv4_length=ipv4_length, ipv6_length=ipv6_length
        )
    if not rest.startswith(":") and (rest or name in _WITH_TARGET):
        raise _Wrong(f"a domain must follow, as in {name}:example.com")
    return Mechanism(text=word, qualifier=qualifier, name=name, target=domain_spec(rest[1:]) if rest else None)


def _with_lengths(rest: str) -> tuple[MacroString | None, int, int]:
    """The target of a or mx and the prefix lengths for IPv4 and IPv6 (section 5.6)."""
    match = _LENGTHS.fullmatch(rest)
    name, ipv4, ipv6 = match.groups() if match else (rest, None, None)
    if name and not name.startswith(":"):
        raise _Wrong(f"{name[:40]!r} is no prefix length")
    return domain_spec(name[1:]) if name else None, _length(ipv4, 32), _length(ipv6, 128)


def _length(digits: str | None, at_most: int) -> int:
    if digits is None:
        return at_most
    if not re.fullmatch(r"0|[1-9]\d{0,2}", digits) or int(digits) > at_most:
        raise _Wrong(f"a prefix length is a number from 0 to {at_most}, not {digits[:20]!r}")
    return int(digits)


def _network(name: str, rest: str) -> IPv4Network | IPv6Network:
    """The addresses of ip4 or ip6; bits beyond the prefix length do not matter."""
    if not rest.startswith(":"):
        raise _Wrong(f"an address must follow, as in {name}:{'192.0.2.1' if name == 'ip4' else '2001:db8::1'}")
    address, slash, digits = rest[1:].partition("/")
    try:
        if name == "ip4":
            return IPv4Network((IPv4Address(address), _length(digits if slash else None, 32)), strict=False)
        if "%" in address:
            raise ValueError(address)
        return IPv6Network((IPv6Address(address), _length(digits if slash else None, 128)), strict=False)
    except _Wrong:
        raise
    except ValueError:
        version = name[-1]
        raise _Wrong(f"{address[:60]!r} is no IPv{version} address") from None
