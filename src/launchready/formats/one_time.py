"""What a mail lets somebody in with: a one-time code, or a magic link, told apart from everything else in it."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from launchready.formats.letter import Letter, as_text
from launchready.formats.urls import host_of

_MOST_CHARACTERS = 64 * 1024
_LONGEST_LINE = 500

# Codes ---------------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
# Digits in one piece or in equal groups, digits in boxes of their own, letters with digits, letters in two groups.
_CANDIDATE = re.compile(
    r"(?<![\w#+@$€£%/.:\-])"
    r"(?P<code>[0-9]{4,8}|[0-9]{3}[ \-][0-9]{3}|[0-9]{4}[ \-][0-9]{4}|[0-9](?: [0-9]){3,7}"
    r"|(?=[A-Z]{0,7}[0-9])(?=[0-9]{0,7}[A-Z])[A-Z0-9]{5,8}|[A-Z0-9]{3,4}-[A-Z0-9]{3,4})"
    r"(?![\w@%/€£$\-]|[.:,][0-9])"
)
_AFTER_COLON = re.compile(r"(?<=[^\W\d_][:：])(?=[A-Z0-9])")  # `code:123456`
_WORD = re.compile(
    r"\b(?:code|codes|passcode|otp|pin|one[- ]time (?:password|passcode|code)|password|kode|kod|c[oó]digo|codice"
    r"|einmal(?:code|passwort)|best[äa]tigungscode|zugangscode|anmeldecode|sicherheitscode)\b"
    r"|код|代码|验证码|驗證碼|認証コード|コード|인증",
    re.IGNORECASE,
)
_NO_WORD = re.compile(
    r"\b(?:promo(?:tion)?|discount|coupon|voucher|zip|postal|post|area|source|qr|country|dress|referral|gift|bar|error"
    r"|status|colou?r|sort|swift|tax|vat)[- ]?codes?\b|\bcodes? of conduct\b|\bpassword[- ](?:manager|reset)\b",
    re.IGNORECASE,
)
# What stands right before a number that is something else.
_OTHER = re.compile(
    r"(?:\b(?:call|phone|tel|telephone|fax|text|sms|whatsapp|order|invoice|receipt|ticket|case|ref|reference|tracking"
    r"|parcel|shipment|package|account|customer|member|user|id|suite|ste|box|room|no|nr|ext|usd|eur|gbp|zip|since|in|of"
    r"|copyright|vat|iban|build|version)\b|[©#$€£+]|\(c\))"
    r"[.:]?(?:\s*(?:number|no\.?|nr\.?|id|#|code|is|us at|us|at|on|:))*\s*$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\s*(?:%|minutes?|mins?|hours?|seconds?|secs?|days?|weeks?|users?|people|characters|messages|credits|tokens|points"
    r"|usd|eur|gbp|dollars?|euros?)\b",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"(?:is|ist|es|est|è|[:：])\s*$|код\S*\s*$", re.IGNORECASE)
_ATTACHED_AFTER = re.compile(r"\s*(?:is|ist|es|est|è)\b", re.IGNORECASE)
_NEIGHBOUR_BEFORE = re.compile(r"[0-9)][ \-.]{0,2}$")
_NEIGHBOUR_AFTER = re.compile(r"[ \-.]?[0-9]{2}")


def code(letter: Letter) -> str | None:
    """The one-time code; None when there is none.

    A mail that does not speak of a code has none. Of several candidates the one that is most plainly named wins: beside
    the word, or alone on its line. Years, amounts, phone, order and tracking numbers, dates and addresses are none.
    """
    versions = (letter.text, as_text(letter.html))
    for text in (version for version in versions if version.strip()):
        found = _best([letter.subject, *text[:_MOST_CHARACTERS].splitlines()])
        if found:
            return found
    return _best([letter.subject])


def _best(lines: list[str]) -> str | None:
    plain = [_AFTER_COLON.sub(" ", _ADDRESS.sub(" address ", line[:_LONGEST_LINE])).strip() for line in lines]
    plain = [line for line in plain if line]
    if not any(_speaks(line) for line in plain):
        return None
    weighed = [
        (weight, -number, candidate)
        for number, line in enumerate(plain)
        for weight, candidate in _weighed(line, plain[number - 1] if number else "")
        if weight > 0
    ]
    return max(weighed, key=lambda one: one[:2])[2] if weighed else None


def _speaks(line: str) -> bool:
    return _WORD.search(_NO_WORD.sub(" ", line)) is not None


def _weighed(line: str, above: str) -> Iterator[tuple[int, str]]:
    """Each candidate of a line with how sure it is: 0 for not at all."""
    for match in _CANDIDATE.finditer(line):
        before, after = line[: match.start()], line[match.end() :]
        shown = match["code"]
        if _is_something_else(before, after):
            continue
        alone = not re.search(r"\w", before + after)
        attached = _speaks(line) and bool(_ATTACHED.search(before) or _ATTACHED_AFTER.match(after))
        beside = _speaks(line)
        announced = alone and _speaks(above)
        sure = 4 * announced + 3 * attached + 2 * alone + beside
        yield (sure if sure >= _needed(shown) else 0), _value(shown)


def _needed(shown: str) -> int:
    """A year, or a word in capitals, must be named as the code; digits need only stand alone or beside the word."""
    is_year = re.fullmatch(r"(?:19|20)[0-9]{2}", shown) is not None
    return 1 if shown.replace(" ", "").replace("-", "").isdigit() and not is_year else 3


def _is_something_else(before: str, after: str) -> bool:
    return bool(
        _NEIGHBOUR_BEFORE.search(before)
        or _NEIGHBOUR_AFTER.match(after)
        or _OTHER.search(before[-60:])
        or _AMOUNT.match(after)
    )


def _value(shown: str) -> str:
    """As it is typed in: groups of digits belong together."""
    joined = shown.replace(" ", "").replace("-", "")
    return joined if joined.isdigit() else shown


# Links ---------------------------------------------------------------------------------------------------------------

_NOT_THE_LINK = re.compile(
    r"unsubscribe|opt-?out|preferences|privacy|terms|imprint|impressum|view-?in-?browser|webversion|pixel|\bopen\.gif"
    r"|\.(?:png|jpe?g|gif|svg|webp|ico|css|js|woff2?|pdf)$",
    re.IGNORECASE,
)
_LETS_IN = re.compile(
    r"magic|verif|confirm|log-?in|sign-?in|sign-?up|auth|activat|reset|callback|session|accept|welcome|invit|token|otp",
    re.IGNORECASE,
)
_TOKEN_KEYS = re.compile(r"(?:^|[_-])(?:token|code|key|otp|t|magic|ticket|sig|signature|hash|jwt|secret|state)$", re.I)


def link(letter: Letter, listed: Callable[[str], bool]) -> str | None:
    """The magic link: one to a host that is `listed`, with a token in it; None when there is none."""
    ours = [one for one in letter.links if listed(host_of(one)) and tokens(one)]
    ours = [one for one in ours if not _NOT_THE_LINK.search(urlsplit(one).path)]
    return max(ours, key=lambda one: bool(_LETS_IN.search(one)), default=None)


def elsewhere(letter: Letter, listed: Callable[[str], bool]) -> str | None:
    """The host of a link with a token that leads to a host that is not listed, such as a click tracker's."""
    hosts = [host_of(one) for one in letter.links if tokens(one)]
    return next((host for host in hosts if host and not listed(host)), None)


def tokens(url: str) -> tuple[str, ...]:
    """The parts of a link that nobody can guess: a parameter that is called so, or a long piece with digits in it."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(f"{parts.query}&{parts.fragment}", max_num_fields=100)
    except ValueError:
        return ()
    named = [value for name, value in query if len(value) >= 6 and (_TOKEN_KEYS.search(name) or _is_random(value))]
    pieces = [piece for segment in parts.path.split("/") if _is_random(piece := unquote(segment))]
    return tuple(dict.fromkeys([*named, *pieces]))


def _is_random(piece: str) -> bool:
    """Eight characters or more, letters and digits mixed as no word mixes them; or a long number."""
    if re.fullmatch(r"[0-9]{6,}", piece):
        return True
    if not re.fullmatch(r"[A-Za-z0-9_.~=:+-]{8,}", piece) or re.fullmatch(r"[a-z]+(?:[-_.][a-z]+)*", piece):
        return False
    changes = len(re.findall(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])", piece))
    return changes >= 2 or (len(piece) >= 20 and re.search(r"[A-Z].*[a-z]|[a-z].*[A-Z]", piece) is not None)
