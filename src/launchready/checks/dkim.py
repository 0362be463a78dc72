"""Can receivers verify the signature on the product's mail?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.formats import dkim
from launchready.formats.records import line
from launchready.model.facts import DkimFacts
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage

REJECTED_BELOW_BITS = 1024  # RFC 8301, section 3.2
WEAK_BELOW_BITS = 2048
KEYS_SHOWN = 2

_WHO = "whoever manages DNS, with the key that your mail service shows for this domain"
_NEW_KEY = "YOUR-MAIL-SERVICE-SHOWS-THIS-KEY"


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The key for your mail's signature is not in DNS",
    why="Gmail, Yahoo and Outlook want mail to be signed (DKIM); without the key in DNS the signature counts for "
    "nothing, and password resets and receipts land in spam.",
    fix="Copy the DKIM record that your mail service shows for this domain into DNS, or correct the selector (the name "
    "of the key) in launch.toml.",
    source="RFC 6376, section 3.6.2",
)
def dkim_missing(key: DkimFacts) -> Iterator[Evidence]:
    """The key is looked up under each declared selector, at every mail domain unless the selector names one; it is
    missing when it stands at none. Without a declared selector this cannot be known."""
    if not dkim.keys(key.texts):
        what = "what stands there is no DKIM key" if key.texts else "nothing stands there"
        yield Evidence(f"no key at {key.subject}: {what}", remedy=_record(key))


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="Receivers cannot read the key for your mail's signature",
    why="A key that is cut off or mistyped is as good as none: the signature on your mail fails, and the mail lands in "
    "spam or is refused.",
    fix="Paste the record again as your mail service shows it, as one record, and let the DNS provider split it.",
    source="RFC 6376, section 3.6.1",
)
def dkim_syntax(key: DkimFacts) -> Iterator[Evidence]:
    """The record of each declared key is read as a receiver reads it, and the key in it as RSA or Ed25519."""
    found = _keys(key)
    if len(found) > 1:
        text = f"{len(found)} keys stand at {key.subject}; receivers take any one of them, or none"
        yield Evidence(text, remedy=_record(key))
    for one in found[:KEYS_SHOWN]:
        if one.problems:
            yield Evidence("; ".join(one.problems), remedy=_record(key, one))


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MINOR,
    title="The key for your mail's signature is weak",
    why="A short key can be broken, and then anybody can sign mail as you; receivers ignore keys below 1024 bits, so "
    "that the mail counts as unsigned.",
    fix="Let your mail service make a new key of 2048 bits, under a new selector, and remove this one a week later.",
    source="RFC 8301, sections 3.1 and 3.2",
)
def dkim_key_weak(key: DkimFacts) -> Iterator[Evidence]:
    """The length of each declared RSA key is measured: from 2048 bits on it is good, below 1024 receivers reject it;
    so they do when only SHA-1 is allowed. An Ed25519 key is always good."""
    for one in _keys(key)[:KEYS_SHOWN]:
        if one.kind == "RSA" and one.bits is not None and one.bits < WEAK_BELOW_BITS:
            rejected = one.bits < REJECTED_BELOW_BITS
            text = f"an RSA key of {one.bits} bits" + (", which receivers reject" if rejected else "")
            yield Evidence(text, remedy=_new_key(key), severity=Severity.MAJOR if rejected else None)
        if one.sha1_only:
            text = f"it allows only {' and '.join(one.hashes)[:60]}, and receivers take nothing but sha256"
            yield Evidence(text, remedy=_record(key, one), severity=Severity.MAJOR)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.EMAIL_UNDELIVERED,
    severity=Severity.MAJOR,
    title="The key for your mail's signature is revoked",
    why="An empty key tells receivers that whatever is signed with it is not to be trusted: that is your mail.",
    fix="If your mail service still signs with this selector, publish its key again; else take the selector out of "
    "launch.toml.",
    source="RFC 6376, section 3.6.1",
)
def dkim_key_revoked(key: DkimFacts) -> Iterator[Evidence]:
    """The p= of each declared key must hold a key; an empty one revokes it."""
    found = _keys(key)
    if all(one.revoked for one in found):
        yield Evidence(f"the key at {key.subject} is empty (p=), which revokes it", remedy=_record(key))


def _keys(key: DkimFacts) -> tuple[dkim.Key, ...]:
    """The keys of one place; raises DoesNotApply when there is none."""
    found = dkim.keys(key.texts)
    if not found:
        raise DoesNotApply
    return found


def _new_key(key: DkimFacts) -> Remedy:
    """Beside the old key, which mail that is still under way was signed with."""
    domain = key.subject.partition("._domainkey.")[2]
    text = line(f"NEW-SELECTOR._domainkey.{domain}", "TXT", f"v=DKIM1; k=rsa; p={_NEW_KEY}")
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_WHO, minutes=15)


def _record(key: DkimFacts, usable: dkim.Key | None = None) -> Remedy:
    """The record to paste: with the key that stands there when it is whole."""
    data, kind = _NEW_KEY, "rsa"
    if usable is not None and usable.bits is not None:
        data, kind = usable.data, usable.kind.lower()
    text = line(key.subject, "TXT", f"v=DKIM1; k={kind}; p={data}")
    return Remedy(kind=RemedyKind.DNS_RECORD, text=text, who=_WHO, minutes=15)
