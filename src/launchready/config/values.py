"""The kinds of value that launch.toml takes: each is text, a number or a list with a rule, and a word for the docs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, PlainValidator, Strict, ValidationInfo, WithJsonSchema

from launchready.config import domain_name, roads, secrets
from launchready.config.secrets import Secret
from launchready.config.wrong import Wrong, quoted
from launchready.model.launch import ConnectTo

Item = TypeVar("Item")
_LARGEST_NUMBER = 1e15
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from: what its references are read from, and where its paths begin."""

    environ: Mapping[str, str]
    folder: Path


# Text -----------------------------------------------------------------------------------------------------------


def _text(text: str) -> str:
    if not text.strip():
        raise Wrong("is empty; write something, or leave it out")
    if any(character < " " and character not in "\t\n\r" for character in text):
        raise Wrong(f"{quoted(text)} holds a control character")
    return text


def _route(text: str) -> str:
    """A path, as it stands in a URL (RFC 3986, section 3.3)."""
    if not text.startswith("/"):
        path = re.sub(r"\A[a-z]+://[^/]*/?", "", text.strip(), flags=re.IGNORECASE)
        raise Wrong(f"{quoted(text)} does not begin with a slash", f"/{path}")
    if " " in text or not text.isprintable():
        raise Wrong(f"{quoted(text)} holds a space or an invisible character", text.replace(" ", "%20"))
    return text


def host_key(text: str) -> str:
    """A name under `[hosts]`: of public DNS, or of this machine and its neighbours (localhost, an IP address)."""
    name = text.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return name
    try:
        return str(ip_address(name.removeprefix("[").removesuffix("]")))
    except ValueError:
        return domain_name.host_name(text)


def is_local(host: str) -> bool:
    """Whether a name under `[hosts]` is one that public DNS does not know."""
    return host == "localhost" or host.endswith(".localhost") or domain_name.is_machine_address(host)


def _web_address(text: str) -> str:
    match = re.fullmatch(r"https?://([^\s/?#]+)\S*", text, re.IGNORECASE)
    if not match or "${" in text:
        raise Wrong(f"{quoted(text)} is not a web address", "https://app.parley.example/path")
    if "@" in match[1]:
        raise Wrong("holds a name or a password before the @; leave that out")
    return text


def _header_name(text: str) -> str:
    """A field name (RFC 9110, section 5.1)."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", text):
        raise Wrong(f"{quoted(text)} is not the name of a header", "X-Signature")
    return text


def _listen(text: str) -> str:
    match = re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*):([0-9]{1,5})", text)
    if not match or int(match[1]) > 65_535:
        raise Wrong(f"{quoted(text)} is not an address to listen on", "127.0.0.1:8300")
    return text


def _mailbox(text: str) -> str:
    if not re.match(r"(imaps?|https?)://[^/\s]", text, re.IGNORECASE):
        raise Wrong(
            "is not the URL of a mailbox; IMAP and the API of Mailpit are read",
            "imaps://USER:${env:IMAP_PASSWORD}@imap.parley.example/INBOX",
        )
    return text


def _mail_address(text: str) -> str:
    """An address in which a plus and a word may be put before the @ (RFC 5233)."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*/=?^_`{|}~-]{1,40}@[A-Za-z0-9.-]+\.?", text):
        raise Wrong(f"{quoted(text)} is not a mail address to which +something can be added", "visitor@parley.example")
    return text


# Numbers, lengths of time, days ---------------------------------------------------------------------------------


def _number(value: object) -> float:
    """A finite number; TOML has nan and inf, and whole numbers of any length."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("is not a number; write it in digits, without quotes")
    if abs(value) > _LARGEST_NUMBER or not isfinite(value):
        raise Wrong("is not a usable number; write it in digits")
    return float(value)


def _positive(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise Wrong(f"is {number:g}; it must be above 0")
    return number


def _share(value: object) -> float:
    number = _number(value)
    if not 0 <= number <= 1:
        hint = f"; {number:g} % is {number / 100:g}" if 1 < number <= 100 else ""
        raise Wrong(f"is {number:g}; it must be from 0 to 1{hint}")
    return number


def _deadline_s(value: object) -> float:
    return roads.deadline_s(_number(value))


def _duration_s(value: object) -> float:
    """Seconds, from a number of them or from text such as "90s", "5m", "24h", "7d"."""
    if not isinstance(value, str):
        return _positive(value)
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([smhdw])", value)
    if not match or not float(match[1]):
        raise Wrong(f"{quoted(value)} is not a length of time", "24h")
    return float(match[1]) * _SECONDS[match[2]]


def _spike(value: object) -> float | str:
    return _text(value) if isinstance(value, str) else _positive(value)


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Wrong("is not a day; write year, month and day without quotes, such as 2027-02-01")
    return value


# Things with a reader of their own ------------------------------------------------------------------------------


def _from_text(reader: Callable[[str, Origin], Item]) -> PlainValidator:
    """Validate by a reader of text that knows where the document comes from."""

    def read(value: object, info: ValidationInfo[Origin]) -> Item:
        if not isinstance(value, str):
            raise Wrong("must be text in quotes")
        return reader(value, info.context)

    return PlainValidator(read)


def _listed(value: object) -> object:
    """One text where a list may stand is a list of one."""
    return [value] if isinstance(value, str) else value


# The kinds, with the words that editors and docs have for them ------------------------------------------------------


def _text_kind(title: str, **rules: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "title": title, **rules})


def _number_kind(**rules: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", "title": "number", **rules})


Text = Annotated[str, AfterValidator(_text), _text_kind("text")]
Route = Annotated[str, AfterValidator(_route), _text_kind("path", pattern="^/")]
DomainName = Annotated[str, AfterValidator(domain_name.domain_name), _text_kind("domain")]
HostName = Annotated[str, AfterValidator(domain_name.host_name), _text_kind("host name")]
HostKey = Annotated[str, AfterValidator(host_key), _text_kind("host name")]
RecordName = Annotated[str, AfterValidator(domain_name.record_name), _text_kind("DNS name")]
WebAddress = Annotated[str, AfterValidator(_web_address), _text_kind("web address", pattern="^https?://")]
HeaderName = Annotated[str, AfterValidator(_header_name), _text_kind("header name")]
Listen = Annotated[str, AfterValidator(_listen), _text_kind("host:port")]

Resolver = Annotated[
    tuple[str, int],
    _from_text(lambda text, _: roads.resolver_address(text)),
    _text_kind("IP address, or IP address:port"),
]
Connection = Annotated[
    ConnectTo, _from_text(lambda text, _: roads.connection(text)), _text_kind("HOST:PORT:HOST2:PORT2")
]
CaFile = Annotated[
    str, _from_text(lambda text, origin: roads.ca_file(origin.folder / text)), _text_kind("path of a PEM file")
]
SecretName = Annotated[
    Secret,
    _from_text(lambda text, origin: secrets.secret(text, origin.environ, origin.folder)),
    _text_kind("reference to a secret", pattern=r"^\s*\$\{(env|file):"),
]
Template = Annotated[
    Secret,
    _from_text(lambda text, origin: secrets.template(text, origin.environ, origin.folder)),
    _text_kind("text, with references for secrets"),
]

MailboxUrl = Annotated[
    Secret,
    _from_text(lambda text, origin: secrets.template(_mailbox(text), origin.environ, origin.folder)),
    _text_kind("URL of a mailbox", pattern="^(imaps?|https?)://"),
]
MailAddress = Annotated[str, AfterValidator(_mail_address), _text_kind("mail address")]

Positive = Annotated[float, PlainValidator(_positive), _number_kind(exclusiveMinimum=0)]
Share = Annotated[float, PlainValidator(_share), _number_kind(minimum=0, maximum=1)]
DeadlineSeconds = Annotated[
    float, PlainValidator(_deadline_s), _number_kind(exclusiveMinimum=0, maximum=roads.LONGEST_DEADLINE_S)
]
Duration = Annotated[
    float,
    PlainValidator(_duration_s),
    WithJsonSchema(
        {
            "title": "length of time",
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})? ?[smhdw]$"},
                {"type": "number", "exclusiveMinimum": 0},
            ],
        }
    ),
]
Spike = Annotated[
    float | str,
    PlainValidator(_spike),
    WithJsonSchema(
        {"title": "number or text", "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}
    ),
]
Day = Annotated[date, PlainValidator(_day), _text_kind("day", format="date")]

ListOf = Annotated[tuple[Item, ...], Strict(False)]
OneOrMany = Annotated[
    tuple[Text, ...],
    Strict(False),
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "title": "text, or a list of it",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        }
    ),
]
OneOrManyTemplates = Annotated[
    tuple[Template, ...],
    Strict(False),
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "title": "text, or a list of it, with references for secrets",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        }
    ),
]

RoleName = Literal["site", "redirect", "app", "api", "admin", "status"]
RecordType = Literal["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "SVCB", "TLSA", "TXT"]
Scheme = Literal["stripe", "standard", "svix", "polar", "paddle", "github", "lemonsqueezy", "hmac"]
