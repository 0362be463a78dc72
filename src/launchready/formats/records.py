"""DNS records as people and servers write them, brought to one form so that equal things compare equal."""

import re
from ipaddress import ip_address

LONGEST_STRING = 255  # one character-string, RFC 1035, section 3.3

_NAMES = frozenset({"CNAME", "NS", "PTR", "DNAME", "MX", "SRV"})  # numbers, then a name
_HEX = frozenset({"DS", "CDS", "TLSA", "SMIMEA", "SSHFP"})  # numbers, then hexadecimal digits, spaces allowed
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(\d{3}|.)", re.DOTALL)


def normalised(rdtype: str, value: str) -> str:
    """The value in the one form that we compare: lower case where DNS ignores case, no final dot, strings joined."""
    kind, text = rdtype.upper(), value.strip()
    if kind in ("TXT", "SPF"):
        return _joined(text)
    if kind == "CAA":
        return _caa(text)
    words = text.lower().split()
    if kind in ("A", "AAAA"):
        return _address(text.lower())
    if kind in _NAMES and words:
        return " ".join([*map(_number, words[:-1]), words[-1].rstrip(".") or "."])
    if kind in _HEX:
        numbers = 2 if kind == "SSHFP" else 3
        return " ".join([*words[:numbers], "".join(words[numbers:])])
    return " ".join(words)


def line(name: str, rdtype: str, value: str) -> str:
    """The record as a zone file and most DNS panels take it."""
    kind = rdtype.upper()
    plain = normalised(kind, value)
    if kind in ("TXT", "SPF"):
        plain = " ".join(_quoted(plain[at : at + LONGEST_STRING]) for at in range(0, len(plain) or 1, LONGEST_STRING))
    elif kind == "CAA" and len(parts := plain.split(" ", 2)) == 3:
        plain = f"{parts[0]} {parts[1]} {_quoted(parts[2])}"
    elif kind in _NAMES and not plain.endswith("."):
        plain += "."
    return f"{name.rstrip('.')}. 3600 IN {kind} {plain}"


def _joined(text: str) -> str:
    """The strings of a TXT record run together (as SPF and DKIM read them); text without quotes as it stands."""
    if not text.startswith('"'):
        return text
    return "".join(_unescaped(string) for string in _QUOTED.findall(text))


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code)) if len(code) == 3 and int(code) < 256 else code

    return _ESCAPED.sub(character, text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _caa(text: str) -> str:
    flags, _, rest = text.partition(" ")
    tag, _, value = rest.strip().partition(" ")
    return f"{_number(flags)} {tag.lower()} {_joined(value.strip())}".strip()


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return text


def _number(word: str) -> str:
    return (word.lstrip("0") or "0") if word.isascii() and word.isdigit() else word
