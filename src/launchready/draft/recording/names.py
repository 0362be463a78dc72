"""What a field's name and a value's shape say: a secret, an address, an id, something made anew each time."""

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_KEPT_OUT = (
    "password passwd passphrase passcode pwd pass secret token authorization auth credential credentials jwt "
    "session sid sessionid csrf xsrf csrftoken csrfmiddlewaretoken nonce otp totp mfa pin cvc cvv cvn iban ssn "
    "signature sig apikey accesskey privatekey bearer cookie verifier assertion ticket"
)
_SECRET = frozenset(_KEPT_OUT.split())
_HARMLESS_ENDS = "type name count limit kind length expires expiry ttl at id"
_NO_SECRET_AFTER = frozenset(_HARMLESS_ENDS.split())  # token_type
_TYPED_UNSEEN = "password passwd passphrase pwd pass"
_PASSWORD = frozenset(_TYPED_UNSEEN.split())
_MADE_ANEW = "csrf xsrf csrftoken csrfmiddlewaretoken token nonce state verification authenticity"
_TOKEN = frozenset(_MADE_ANEW.split())
_CODE_WORDS = "code otp totp pin mfa passcode verification onetimecode"
_CODE = frozenset(_CODE_WORDS.split())
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# Keys as their issuers write them: OpenAI, Anthropic, Stripe, GitHub, GitLab, Slack, AWS, Google, SendGrid; JWT.
_KEY = re.compile(
    r"(sk|pk|rk)[-_][A-Za-z0-9_-]{12,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abpr]-[\w-]{10,}"
    r"|AKIA[A-Z0-9]{12,}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|whsec_[\w+/=-]{16,}"
)
_CARD = re.compile(r"\d(?:[ -]?\d){12,18}")


def words(name: str) -> tuple[str, ...]:
    """The words of a field's name: `user[newPassword]` is user, new, password."""
    return tuple(word.lower() for word in _WORD.findall(name))


def is_password(name: str) -> bool:
    return bool(_PASSWORD & set(words(name)))


def is_secret(name: str) -> bool:
    """Whether what stands under this name is to be kept out of files."""
    said = words(name)
    if not said or said[-1] in _NO_SECRET_AFTER:
        return False
    return bool(_SECRET & set(said)) or {"api", "key"} <= set(said) or {"access", "key"} <= set(said)


def is_token(name: str) -> bool:
    """Whether a form's hidden field of this name is made anew for each page."""
    return bool(_TOKEN & set(words(name)))


def is_code(name: str) -> bool:
    return bool(_CODE & set(words(name)))


def is_id(name: str) -> bool:
    """`id`, `user_id`, `conversationId`."""
    said = words(name)
    return bool(said) and said[-1] in ("id", "uuid", "slug", "key", "ref", "number")


def is_user_name(name: str) -> bool:
    return words(name)[-2:] in (("username",), ("user", "name"), ("login",), ("user",), ("identifier",), ("account",))


def is_email(value: str) -> bool:
    return bool(_EMAIL.fullmatch(value))


def is_uuid(value: str) -> bool:
    return bool(_UUID.fullmatch(value))


def is_key(value: str) -> bool:
    """Whether a value has a form in which keys and tokens are issued."""
    return bool(_KEY.search(value))


def is_card(value: str) -> bool:
    """A payment card's number (ISO/IEC 7812: the Luhn sum over all digits is a multiple of ten)."""
    if not _CARD.fullmatch(value):
        return False
    digits = [int(character) for character in reversed(value) if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) if odd % 2 else digit for odd, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def is_made(value: str) -> bool:
    """Whether a value looks made by a machine: no word and no sentence has its mixture."""
    if len(value) < 8 or not value.isascii() or re.search(r"\s", value):
        return False
    if is_uuid(value) or is_key(value):
        return True
    parts = re.split(r"[-_.:/+=~]", value)
    return any(_is_mixed(part) for part in parts) or (len(value) >= 20 and sum(map(str.isdigit, value)) >= 3)


def _is_mixed(part: str) -> bool:
    if len(part) < 8 or not part.isalnum():
        return False
    digits = sum(map(str.isdigit, part))
    if re.fullmatch(r"[0-9a-f]+", part):
        return digits > 0 and digits < len(part)
    swaps = len(re.findall(r"[a-z][A-Z0-9]|[0-9][A-Za-z]", part))
    return (0 < digits < len(part) and swaps >= 2) or (len(part) >= 16 and swaps >= 3)


def variable(name: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """A name that `${…}` can have, not yet taken."""
    made = "_".join(words(name))[:40] or "value"
    made = made if made[0].isalpha() else f"v_{made}"
    number, tried = 1, made
    while tried in taken:
        number += 1
        tried = f"{made}_{number}"
    return tried
