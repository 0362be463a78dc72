"""The forms in which a server may give a secret back: as a URL, a form, JSON, HTML or base64 writes it."""

import re
from base64 import b64encode

_SHORTEST_BYTES = 5  # of shorter ones base64 leaves too little between two others to be told from chance
_NAMES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BLANK = r"(?:\s|\+|%(?:25)*(?:20|0[9ad])|\\+[nrt])+"
_NEVER_CODED = re.compile(r"[A-Za-z0-9_-]+")


def written(value: str) -> re.Pattern[str] | None:
    """What finds the value however each of its characters is spelled, and however often; None for a blank one."""
    words = value.split()
    return re.compile(_BLANK.join("".join(map(_spelled, word)) for word in words), re.IGNORECASE) if words else None


def _spelled(character: str) -> str:
    """One character as it is, percent-encoded, escaped with a backslash or as \\u…, or as an HTML reference."""
    plain = f"(?-i:{re.escape(character)})" if character.isalpha() else re.escape(character)
    if _NEVER_CODED.fullmatch(character):
        return plain
    url = "".join(f"%(?:25)*{byte:02x}" for byte in character.encode("utf-8", "replace"))
    units = character.encode("utf-16-be", "surrogatepass")
    json = "".join(rf"\\+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    name = rf"|&(?:amp;)*{_NAMES[character]};" if character in _NAMES else ""
    html = rf"&(?:amp;)*#(?:0*{ord(character)}|x0*{ord(character):x});{name}"
    return rf"(?:\\*(?:{plain}|{url}|{html})|{json})"


def is_never_coded(value: str) -> bool:
    """Whether all of them, base64 aside, write the value as it is."""
    return bool(_NEVER_CODED.fullmatch(value))


def in_base64(value: str) -> frozenset[str]:
    """What base64 makes of the value wherever it stands among other bytes (RFC 4648), without what those decide."""
    content = value.encode("utf-8", "replace")
    if len(content) < _SHORTEST_BYTES:
        return frozenset()
    cores = set()
    for before in range(3):
        coded = b64encode(b"\0" * before + content).decode().rstrip("=")
        whole = (before + len(content)) * 8 // 6  # characters that no byte after the value has a part in
        cores.add(coded[-(-before * 8 // 6) : whole])
    return frozenset(cores | {core.replace("+", "-").replace("/", "_") for core in cores})
