"""A mail as it came in: who it is to, what it says, where its links lead; no input raises."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from selectolax.lexbor import LexborHTMLParser

LARGEST_BYTES = 2 * 1024 * 1024
MOST_CHARACTERS = 256 * 1024  # of one part
_MOST_PARTS = 50
_MOST_LINKS = 500
_ADDRESSED = ("to", "cc")
_DELIVERED = ("x-original-to", "envelope-to", "delivered-to")
_URL = re.compile(r"https?://[^\s<>\"'\\]{1,4000}", re.IGNORECASE)
_AFTER_URL = ".,;:!?)]}*"
# Elements after which a reader sees a new line; cells of one row stay beside each other.
_BLOCKS = "p,div,br,tr,table,li,ul,ol,h1,h2,h3,h4,h5,h6,blockquote,pre,hr,section,header,footer,center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail; addresses are in lower case, and no repr shows what it says: it may hold a code or a link."""

    recipients: tuple[str, ...]
    sender: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)

    @property
    def readable(self) -> str:
        """What a person reads: the text, and the HTML as text where it is all there is."""
        return self.text if self.text.strip() else as_text(self.html)

    @property
    def links(self) -> tuple[str, ...]:
        """Every web address in it, once, as it is to be asked for: those of the HTML first."""
        anchors = LexborHTMLParser(self.html).css("a[href], area[href]") if self.html else []
        found = [(anchor.attributes.get("href") or "").strip() for anchor in anchors[:_MOST_LINKS]]
        found = [link for link in found if _URL.match(link)]
        found += [match.group().rstrip(_AFTER_URL) for match in _URL.finditer(self.text)]
        return tuple(dict.fromkeys(found))[:_MOST_LINKS]


def letter(raw: bytes, recipients: tuple[str, ...] = ()) -> Letter:
    """The mail in `raw` (RFC 5322 and MIME); what cannot be read of it is empty.

    `recipients` are those of the envelope, where they are known: they say better than any header who it was sent to.
    """
    try:
        message = message_from_bytes(raw[:LARGEST_BYTES], policy=policy.default)
        parts = list(_parts(message))
    except Exception:  # noqa: BLE001 – the email package raises anything from LookupError to RecursionError
        return Letter(recipients=tuple(map(str.lower, recipients)), sender="", subject="", text="", html="")
    return Letter(
        recipients=tuple(map(str.lower, recipients)) or _recipients(message),
        sender=next(iter(_addresses(message, ("from",))), ""),
        subject=" ".join(_header(message, "subject").split())[:1000],
        text=_first(parts, "text/plain"),
        html=_first(parts, "text/html"),
    )


def as_text(html: str) -> str:
    """HTML as lines of text; what browsers do not show is left out."""
    if not html:
        return ""
    tree = LexborHTMLParser(html[:MOST_CHARACTERS])
    for hidden in tree.css("head, script, style, template, title"):
        hidden.decompose()
    for block in tree.css(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    for cell in tree.css("td, th"):
        cell.insert_after(" ")
    whole = tree.root.text(separator="") if tree.root else ""
    lines = (" ".join(line.split()) for line in whole.splitlines())
    return "\n".join(line for line in lines if line)


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The parts that are read, attachments left out."""
    parts = []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if not part.is_multipart() and part.get_content_disposition() != "attachment":
            parts.append(part)
    return parts


def _first(parts: list[EmailMessage], kind: str) -> str:
    return next((text for part in parts if part.get_content_type() == kind and (text := _content(part))), "")


def _content(part: EmailMessage) -> str:
    try:
        content = part.get_content()
    except Exception:  # noqa: BLE001 – an unknown charset or encoding, or a header that is nonsense
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return content[:MOST_CHARACTERS] if isinstance(content, str) else ""


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    """Who the headers say it is to; only where they name nobody, who it was delivered to."""
    return _addresses(message, _ADDRESSED) or _addresses(message, _DELIVERED)


def _addresses(message: EmailMessage, names: tuple[str, ...]) -> tuple[str, ...]:
    values = [value for name in names for value in _headers(message, name)]
    pairs = getaddresses([value[:8192] for value in values[:20]])
    return tuple(dict.fromkeys(address.lower() for _, address in pairs if "@" in address))


def _headers(message: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in message.get_all(name, [])]
    except Exception:  # noqa: BLE001 – the parsers of header values raise what they please
        return []


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_headers(message, name)), "")
