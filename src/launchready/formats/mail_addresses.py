"""Is what stands around an @ the mail address of a person? Most of it in logs is something else; no input raises."""

import re
from collections.abc import Callable, Set

_LOCAL = re.compile(rb"[0-9A-Za-z](?:[0-9A-Za-z._+'-]|%2[Bb])*+\Z")
_DOMAIN = re.compile(rb"(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.){1,8}[A-Za-z][0-9A-Za-z-]{0,22}[0-9A-Za-z]")
_BEFORE_BYTES = 64
_AFTER_BYTES = 255

# Addresses of a function, not of a person (RFC 2142 and what services send from), and names that stand for nobody.
_ROLES = frozenset(
    b"abuse account accounts admin administrator alert alerts billing bot bounce bounces contact daemon do-not-reply"
    b" donotreply email feedback git hello help hi hostmaster info invoice invoices mail mailer mailer-daemon marketing"
    b" me news newsletter no-reply no_reply nobody noreply notification notifications notify office orders postmaster"
    b" privacy receipts reply root sales security service support system team test this tester webmaster www-data"
    b" redacted masked hidden removed anonymous filtered user username example name you your foo someone".split()
)
_ROLE_WORDS = re.compile(rb"no-?_?reply|bounce|crawler|spider|bot(?![a-z])", re.I)
_MACHINE = re.compile(rb"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{12,}|x+|\d{1,2}", re.I)
# RFC 2606 and RFC 6761, and what people type when they mean the same.
_NOBODYS = re.compile(
    r"(?:^|\.)(?:example(?:\.[a-z]{2,3}){1,2}|[\w-]+\.(?:example|test|invalid|localhost|local|internal)"
    r"|(?:your-?)?(?:domain|company|email|mail)\.com|test\.com|noreply\.[\w.-]+)$"
)
# What an @ does in URLs and commands, and the identifiers of messages (RFC 5322, section 3.6.4).
_LEADS_IN = re.compile(
    rb"(?:://[^\s/\"'<>]{0,200}|@[\w.-]{1,100}:|\b(?:ssh|scp|sftp|rsync|git@|clone|ssh-copy-id)\s[^\n]{0,80}"
    rb"|(?:message-?_?id|in-reply-to|references|msgid|queue-?id|cid)[\"']?\s?[:=]?\s?[\"']?<?|[*\x80-\xff\]]|\.\.\.?)\Z",
    re.I,
)
_LEADS_ON = re.compile(rb":[\w~./-]*/|[*@\x80-\xff(]|\.\*|:[^\s@/]+@")


def address(data: bytes, end: int, is_domain: Callable[[str], bool], ours: Set[str]) -> tuple[int, int] | None:
    """Where the address stands within whose domain `end` is; None when it is no person's."""
    at = max(data.rfind(b"@", max(0, end - _AFTER_BYTES), end), data.rfind(b"%40", max(0, end - _AFTER_BYTES), end))
    if at < 0:
        return None
    domain_at = at + (1 if data[at : at + 1] == b"@" else 3)
    local = _LOCAL.search(data[max(0, at - _BEFORE_BYTES) : at])
    domain = _DOMAIN.match(data, domain_at, domain_at + _AFTER_BYTES)
    if not local or not domain:
        return None
    start = at - len(local[0])
    if not _is_persons(local[0].lower(), domain[0].decode().lower(), is_domain, ours):
        return None
    line = data.rfind(b"\n", max(0, start - 300), start) + 1
    if _LEADS_IN.search(data[max(line, start - 300) : start]) or _LEADS_ON.match(data, domain.end()):
        return None
    return start, domain.end()


def _is_persons(local: bytes, domain: str, is_domain: Callable[[str], bool], ours: Set[str]) -> bool:
    if local in _ROLES or _ROLE_WORDS.search(local) or _MACHINE.fullmatch(local):
        return False
    if _NOBODYS.search(domain) or f"{local.decode()}@{domain}" in ours:
        return False
    second = domain.rpartition(".")[0].rpartition(".")[2]
    return bool(re.search(r"[a-z]", second) or len(second) > 2) and is_domain(domain)
