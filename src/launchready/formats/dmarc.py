"""DMARC policy records: what they ask for, and what receivers ignore in them (RFC 9989, RFC 7489)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from urllib.parse import unquote

from launchready.formats import tags

_LIMIT = 4096  # characters that we read of one record; real ones have a few hundred
_ADDRESSES_LIMIT = 20
_MOST_PROBLEMS = 8
_SIZE = re.compile(r"![0-9]+[kmgt]?$", re.IGNORECASE)  # obsolete: the largest report wanted
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
_FAILURE_OPTIONS = re.compile(r"[01ds](?::[01ds])*", re.IGNORECASE)
_MEANT = re.compile(r"(?i)\bv\s*=\s*[\"']?\s*d\s*marc|\bdmarc\s*1?\b.*\bp\s*=|^\W*p\s*=\s*(?:none|quarantine|reject)\b")


class Policy(Enum):
    """What a receiver is asked to do with mail that fails, mildest first."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"

    @property
    def rank(self) -> int:
        return list(Policy).index(self)

    @property
    def milder(self) -> "Policy":
        """One level below, which is what a policy in test mode comes to (RFC 9989, section 4.7)."""
        return list(Policy)[max(0, self.rank - 1)]


_ONE_OF = {
    "p": tuple(policy.value for policy in Policy),
    "sp": tuple(policy.value for policy in Policy),
    "np": tuple(policy.value for policy in Policy),
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "t": ("y", "n"),
    "psd": ("y", "n", "u"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where reports go: the address and its host, lower case."""

    address: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record that receivers take for DMARC. `problems` are the parts of it that they ignore."""

    text: str
    problems: tuple[str, ...]
    rua_problems: tuple[str, ...]
    p: Policy | None
    sp: Policy | None
    np: Policy | None
    faulty_policy: bool
    testing: bool
    psd: str
    percent: int
    rua: tuple[Destination, ...]
    ruf: tuple[Destination, ...]

    @property
    def policy(self) -> Policy | None:
        """What is asked for the domain itself, test mode not counted; None when receivers do no DMARC at all."""
        return self._or_none(self.p)

    @property
    def subdomain_policy(self) -> Policy | None:
        """What is asked for subdomains that exist."""
        return self._or_none(self.sp or self.p)

    @property
    def nonexistent_policy(self) -> Policy | None:
        """What is asked for subdomains that do not exist."""
        return self._or_none(self.np or self.sp or self.p)

    def applied(self, policy: Policy | None) -> Policy | None:
        """What one of the policies comes to in test mode."""
        return policy.milder if policy and self.testing else policy

    def changed(self, changes: Mapping[str, str | None]) -> str:
        """The record with some tags set, or dropped where the value is None; everything else is kept."""
        return tags.parse(self.text).with_changes(changes)

    def _or_none(self, policy: Policy | None) -> Policy | None:
        """RFC 9989, section 4.10.1: a record without a usable policy counts as p=none if it asks for reports."""
        if self.p is None or self.faulty_policy:
            return Policy.NONE if self.rua else None
        return policy


def parse(text: str) -> Record | None:
    """The record; None when receivers do not take the text for one: v=DMARC1 must come first, in capitals."""
    found = tags.parse(text[:_LIMIT])
    if found.first("v") != "DMARC1":
        return None
    values = {name: (found.get(name) or "").lower() for name in _ONE_OF}
    faulty = [name for name, one_of in _ONE_OF.items() if found.get(name) is not None and values[name] not in one_of]
    rua, bad_rua = _destinations(found.get("rua"), "rua")
    ruf, bad_ruf = _destinations(found.get("ruf"), "ruf")
    problems = [
        *found.problems,
        *(f"{name}={_shown(found.get(name))} is not one of {', '.join(_ONE_OF[name])}" for name in faulty),
        *bad_rua,
        *bad_ruf,
        *_other_problems(found),
    ]
    if found.get("p") is None:
        problems.append("there is no p=")
    return Record(
        text=text[:_LIMIT].strip(),
        problems=tuple(problems[:_MOST_PROBLEMS]),
        rua_problems=tuple(bad_rua),
        p=_policy(values["p"]),
        sp=_policy(values["sp"]),
        np=_policy(values["np"]),
        faulty_policy=not {"p", "sp", "np"}.isdisjoint(faulty),
        testing=values["t"] == "y",
        psd=values["psd"] if "psd" not in faulty and values["psd"] else "u",
        percent=_percent(found.get("pct")),
        rua=rua,
        ruf=ruf,
    )


def records(texts: tuple[str, ...]) -> tuple[Record, ...]:
    """Those of a name's TXT records that receivers take for DMARC; anything else beside them is ignored."""
    return tuple(record for record in map(parse, texts) if record is not None)


def spoilt(text: str) -> str | None:
    """Why receivers ignore a text that was evidently meant as a DMARC record; None for any other text."""
    if parse(text) is not None or not _MEANT.search(text[:_LIMIT]):
        return None
    found = tags.parse(text[:_LIMIT])
    version = found.get("v")
    if text.strip()[:1] in "\"'“”‘’":
        return "it begins with a quotation mark"
    if version is None:
        return "it does not begin with v=DMARC1"
    if version.upper() != "DMARC1":
        rest = version[6:].strip() if version.upper().startswith("DMARC1") else ""
        return "the semicolon after v=DMARC1 is missing" if rest else f"v={_shown(version)} is not v=DMARC1"
    if version != "DMARC1":
        return f"v={version} is not in capitals"
    return "v=DMARC1 is not at its beginning"


def mended(text: str) -> str:
    """A text that was meant as a DMARC record, as its author must have meant it: every usable tag is kept."""
    plain = re.sub(r"(?i)\bv\s*=\s*dmarc\s*1?\b\s*;?", "", text[:_LIMIT].replace("\\", "")).strip(" \t;\"'“”‘’")
    found = tags.parse(f"v=DMARC1; {plain}")
    record = parse(found.with_changes({}))
    changes: dict[str, str | None] = {} if record and record.p else {"p": _closest(found.get("p")) or "none"}
    for name, one_of in _ONE_OF.items():
        if name != "p" and (value := found.get(name)) is not None and value.lower() not in one_of:
            changes[name] = _closest(value) if name in ("sp", "np") else None
    for name in ("rua", "ruf"):
        if (value := found.get(name)) is not None:
            changes[name] = _mended_addresses(value)
    if (value := found.get("fo")) is not None and not _is_failure_options(value):
        changes["fo"] = None
    if (value := found.get("pct")) is not None and not _is_percent(value):
        changes["pct"] = None
    return found.with_changes(changes)


def report_permission(domain: str, target: str) -> str:
    """The name at which `target` says that it takes reports about `domain` (RFC 9990, section 4)."""
    return f"{domain}._report._dmarc.{target}"


def _destinations(value: str | None, name: str) -> tuple[tuple[Destination, ...], list[str]]:
    """The mail addresses in a list of URIs; other schemes are valid, and nobody sends there."""
    found: dict[Destination, None] = {}
    problems = []
    for uri in (value or "").split(",")[:_ADDRESSES_LIMIT] if value is not None else ():
        plain = uri.strip()
        destination = _destination(plain)
        if destination:
            found[destination] = None
        elif not _SCHEME.match(plain) or plain.lower().startswith("mailto:"):
            problems.append(f"{name}={_shown(plain)} is no mailto: address")
    return tuple(found), problems


def _destination(uri: str) -> Destination | None:
    if not uri.lower().startswith("mailto:"):
        return None
    address = unquote(_SIZE.sub("", uri[len("mailto:") :]).partition("?")[0])
    local, _, host = address.rpartition("@")
    host = host.lower().rstrip(".")
    if not local or re.search(r"[\s\x00-\x1f\x7f@<>]", local) or len(host) > 253 or not _HOST.fullmatch(host):
        return None
    return Destination(address=f"{local}@{host}", host=host)


def _closest(value: str | None) -> str | None:
    """The policy that a mistyped one was meant to be."""
    return next(iter(get_close_matches((value or "").lower()[:40], _ONE_OF["p"], n=1, cutoff=0.7)), None)


def _mended_addresses(value: str) -> str | None:
    parts = [part.strip() for part in re.split(r"[,\s]+", value) if part.strip()][:_ADDRESSES_LIMIT]
    whole = [part if _SCHEME.match(part) else f"mailto:{part}" for part in parts]
    return ",".join(uri for uri in whole if _destination(uri) or not uri.lower().startswith("mailto:")) or None


def _other_problems(found: tags.TagList) -> list[str]:
    problems = []
    failure, percent = found.get("fo"), found.get("pct")
    if failure is not None and not _is_failure_options(failure):
        problems.append(f"fo={_shown(failure)} is not made of 0, 1, d and s")
    if percent is not None and not _is_percent(percent):
        problems.append(f"pct={_shown(percent)} is no number from 0 to 100")
    return problems


def _is_failure_options(value: str) -> bool:
    """Both 0 and 1, which RFC 7489 allows and RFC 9989 does not, stand in many records and harm nobody."""
    return bool(_FAILURE_OPTIONS.fullmatch(re.sub(r"\s", "", value)))


def _is_percent(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,3}", value)) and int(value) <= 100


def _percent(value: str | None) -> int:
    return int(value) if value is not None and _is_percent(value) else 100


def _policy(value: str) -> Policy | None:
    return Policy(value) if value in _ONE_OF["p"] else None


def _shown(value: str | None) -> str:
    text = value or "(nothing)"
    return text if len(text) <= 60 else text[:59] + "…"
