"""What people type for a domain becomes a name that DNS knows, or one sentence that says what to type instead.

Names are compared and sent as DNS sends them: lower case, international letters as A-labels (RFC 5891, mapped as
browsers do by UTS 46), without the root's dot.
"""

import re
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from unicodedata import category, name

import idna
from publicsuffixlist import PublicSuffixList

from launchready.config.wrong import Wrong, quoted
from launchready.errors import UsageError

_LABEL_CHARACTERS = 63  # RFC 1035, section 2.3.4
_NAME_CHARACTERS = 253  # the 255 octets of the same section, as text
_READ_CHARACTERS = 1000  # more is no slip of the hand; IDNA's rules are slow on long text
_PLACEHOLDER = "your-domain.com"

_DOTS = re.compile("[。．｡]")  # what UTS 46 reads as a dot
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)  # a machine address to every browser
_JOINERS = frozenset("\u200c\u200d")  # invisible, yet part of words in some scripts; IDNA has rules for them

# What people leave around a name, in the order it is taken off.
_AROUND_THE_ADDRESS = (
    (re.compile(r"\A\s+|\s+\Z"), "has a space around it"),
    (re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE), "is an address of a page"),
    (re.compile(r"\A(?:mailto:)?[^@/?#]*@", re.IGNORECASE), "is an e-mail address"),
    (re.compile(r"[/?#\\].*\Z", re.DOTALL), "is an address of a page"),
)
_AROUND_THE_NAME = (
    (re.compile(r":\d*\Z"), "names a port"),
    (re.compile(r"\A(?:\*\.)+"), "is a wildcard"),
)


def domain_from_argument(text: str, command: str = "audit") -> str:
    """The domain that DOMAIN of a command is; raises `UsageError` with what to type instead.

    There it must be written as DNS writes it, so that scripts, reports and acceptances all speak of one name.
    """
    try:
        domain = domain_name(text)
        problems = [words for words, is_so in _not_as_in_dns(text) if is_so]
        if problems:
            raise Wrong(f"{quoted(text)} {' and '.join(problems)}", domain)
        return domain
    except Wrong as wrong:
        example = f"launchready {command} {wrong.instead or _PLACEHOLDER}"
        hint = f"give the domain alone: {example}" if wrong.instead else f"give a domain, as in: {example}"
        raise UsageError(f"{wrong.problem}; {hint}") from None


def _not_as_in_dns(text: str) -> tuple[tuple[str, bool], ...]:
    return (
        ("has letters that DNS writes in another way", not text.isascii()),
        ("ends in a dot", text.endswith((".", "。", "．", "｡"))),
    )


def domain_name(text: str) -> str:
    """A domain that somebody can own, as DNS knows it; raises `Wrong` for everything else."""
    try:
        host = host_name(text)
    except Wrong as wrong:
        raise Wrong(wrong.problem, _ownable(wrong.instead)[0] if wrong.instead else "") from None
    domain, problem = _ownable(host)
    if problem:
        raise Wrong(f"{quoted(text)} {problem}", domain)
    return host


def _ownable(host: str) -> tuple[str, str]:
    """The domain to give for a host, and why it is not the host itself; an empty reason when it is."""
    if _public_suffixes().is_public(host):
        return f"your-name.{host}", "is a domain below which others register theirs"
    parent = host.removeprefix("www.")
    if parent != host and "." in parent and not _public_suffixes().is_public(parent):
        return parent, f"is one host of {parent}"
    return host, ""


def host_name(text: str) -> str:
    """A host name of two labels or more, as DNS knows it; raises `Wrong` for everything else."""
    if "${" in text:
        raise Wrong(f"{quoted(text)} is a reference; those are read for secrets only, so write the name itself")
    words, bare = _bare(text)
    try:
        host = _encoded(bare)
    except Wrong as wrong:
        if words is None:
            raise
        raise Wrong(f"{quoted(text)} {words}, and {wrong.problem}", wrong.instead) from None
    if words is not None:
        raise Wrong(f"{quoted(text)} {words}", host)
    return host


def record_name(text: str) -> str:
    """The owner of a DNS record, which `below` makes absolute: "@", or a name that may hold `_` and begin with `*`."""
    labels = _DOTS.sub(".", text).removesuffix(".").lower().split(".")
    if text == "@":
        return text
    try:
        made = ".".join(
            label if re.fullmatch(r"[a-z0-9_-]{1,63}", label) or (label == "*" and not index) else _encoded_label(label)
            for index, label in enumerate(labels)
        )
    except Wrong as wrong:
        raise Wrong(f"{quoted(text)} is not a name in DNS: {wrong.problem}") from None
    if len(made) > _NAME_CHARACTERS:
        raise Wrong(f"{quoted(text)} has {len(made)} characters; a name has {_NAME_CHARACTERS} at most")
    return made


def below(domain: str, owner: str) -> str:
    """The absolute name of a record's owner: "@" is the domain, one word or one that ends in `_word` is below it."""
    if owner == "@":
        return domain
    return f"{owner}.{domain}" if owner.rpartition(".")[2].startswith(("_", "*")) or "." not in owner else owner


def is_machine_address(text: str) -> bool:
    """Whether this is an IP address, with or without brackets, zone or port."""
    host, colon, port = text.rpartition(":")
    candidates = [text, host] if colon and (not port or port.isdecimal()) else [text]
    for candidate in candidates:
        with suppress(ValueError):
            ip_address(candidate.removeprefix("[").removesuffix("]"))
            return True
    return False


def _bare(text: str) -> tuple[str | None, str]:
    """What was found around the name, in words (None when nothing was), and the name alone."""
    if not text.strip():
        raise Wrong(f"{quoted(text)} is empty where a domain should be")
    words, bare = _without(text, _AROUND_THE_ADDRESS)
    if is_machine_address(bare):
        raise Wrong(f"{quoted(text)} is the address of a machine, not the name that visitors type")
    more_words, bare = _without(bare, _AROUND_THE_NAME)
    return words or more_words, bare


def _without(text: str, around: tuple[tuple[re.Pattern[str], str], ...]) -> tuple[str | None, str]:
    words = None
    for pattern, meaning in around:
        stripped = pattern.sub("", text)
        words = words or (meaning if stripped != text else None)
        text = stripped
    return words, text


def _encoded(bare: str) -> str:
    """The name as DNS sends it; every part that cannot be is named."""
    if len(bare) > _READ_CHARACTERS:
        raise Wrong(f"{quoted(bare)} has {len(bare)} characters; a domain has {_NAME_CHARACTERS} at most")
    labels: list[str] = []
    problems: list[str] = []
    for label in _DOTS.sub(".", bare).removesuffix(".").split("."):
        try:
            labels.append(_encoded_label(label))
        except Wrong as wrong:
            problems.append(wrong.problem)
    if problems:
        raise Wrong(f"{quoted(bare)} is not a domain: {' and '.join(dict.fromkeys(problems))}")
    return _whole(bare, ".".join(labels))


def _whole(bare: str, host: str) -> str:
    if len(host) > _NAME_CHARACTERS:
        raise Wrong(f"{quoted(bare)} has {len(host)} characters; a domain has {_NAME_CHARACTERS} at most")
    if _ENDS_IN_NUMBER.fullmatch(host):
        raise Wrong(f"{quoted(bare)} ends in a number, as only addresses of machines do")
    if "." not in host:
        raise Wrong(f"{quoted(bare)} is one word; a public domain has an ending, such as .com")
    return host


def _encoded_label(label: str) -> str:
    if not label:
        raise Wrong("a part is empty (a dot at the start, or two in a row)")
    invisible = next((character for character in label if _is_invisible(character)), None)
    if invisible is not None:
        raise Wrong(f"it holds {'a space' if invisible == ' ' else f'an invisible character (U+{ord(invisible):04X})'}")
    plain = label.lower()
    if not plain.isascii():
        plain = _a_label(label)
    elif plain.startswith("xn--"):
        _check_scripts(_u_label(plain))
    if len(plain) > _LABEL_CHARACTERS:
        raise Wrong(f"{quoted(label)} has {len(plain)} characters; a part has {_LABEL_CHARACTERS} at most")
    return _plain_label(plain)


def _plain_label(label: str) -> str:
    """Letters, digits and inner hyphens (RFC 1123, section 2.1)."""
    odd = "".join(dict.fromkeys(re.findall(r"[^a-z0-9-]", label)))
    if odd:
        raise Wrong(f"{quoted(label)} holds {quoted(odd)}, which no host name may")
    if label.startswith("-") or label.endswith("-"):
        raise Wrong(f"{quoted(label)} begins or ends with a hyphen")
    return label


def _is_invisible(character: str) -> bool:
    return character not in _JOINERS and category(character) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")


def _a_label(label: str) -> str:
    try:
        encoded = idna.encode(label, uts46=True, std3_rules=True).decode("ascii")
        shown = idna.decode(encoded)
    except UnicodeError:
        raise Wrong(f"{quoted(label)} holds a character that no domain name may") from None
    _check_scripts(shown)
    return encoded


def _u_label(label: str) -> str:
    try:
        return idna.decode(label)
    except UnicodeError:
        raise Wrong(f"{quoted(label)} is not the coded form of any name") from None


def _check_scripts(label: str) -> None:
    """Refuse letters of scripts that do not belong together, such as a Cyrillic а among Latin letters.

    This is "highly restrictive" of UTS 39, section 5.2: one script, or Latin with the writing of Chinese, Japanese or
    Korean.
    """
    scripts = {name(letter, "?").split()[0] for letter in label if category(letter).startswith("L")}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        mixed = " and ".join(sorted(script.capitalize() for script in scripts))
        raise Wrong(f"{quoted(label)} mixes {mixed} letters, as only look-alikes of another name do")


_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
