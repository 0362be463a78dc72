"""What each value that a visitor sent becomes: words as they are, a parameter, a secret's name, or a captured value."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from urllib.parse import quote, quote_plus, unquote_plus

from launchready.draft.recording import finding, names
from launchready.draft.recording.noise import Visit
from launchready.model.journey import Capture, Reference, Source, Template, Where

SHORTEST_SECRET = 6
_SIGNUP_WORDS = "signup register registration join enroll onboarding"
_SIGNUP = frozenset(_SIGNUP_WORDS.split())
_PASSWORD_VARIABLE = "TEST_PASSWORD"  # noqa: S105 – the name of a variable
Part = str | Reference


class Place(Enum):
    """Which part of a request a value stands in."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    FORM = "form"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of one visit; `with_password` when the same body has a password."""

    text: str
    name: str
    place: Place
    visit: int
    with_password: bool = False


class Values:
    """The values of one recording; asked for in the order of its visits."""

    def __init__(self, visits: tuple[Visit, ...]) -> None:
        self.parameters: dict[str, Template] = {}
        self.environment: dict[str, str] = {}
        self.captures: dict[int, list[Capture]] = {}
        self._visits = visits
        self._bound: dict[str, Reference] = {}
        self._used: dict[str, int] = {}
        self._signs_up = any(map(is_signup, visits))
        answers = [visit.last.came for visit in visits]
        self._password_fields = {name for came in answers for name in finding.inputs(came, "password")}
        self._unwritable = {value: "a cookie" for visit in visits for value in cookies(visit)}

    def template(self, value: Value) -> Template:
        """What stands for the value in the journey."""
        reference = self._bound.get(value.text) if self._is_worth(value) else None
        reference = reference or self._reference(value)
        if reference is None:
            return self.literal(value.text)
        self._used[value.text] = value.visit
        return Template((reference,))

    def literal(self, text: str) -> Template:
        """The text as it is, but for what it must not show."""
        parts: list[Part] = [text]
        for secret, reference in self._hiding(text):
            parts = [piece for part in parts for piece in _split(part, secret, reference)]
        return Template(tuple(part for part in parts if part != ""))

    def shows(self, text: str) -> bool:
        """Whether a text can be written: nothing of a person and no secret is in it."""
        return not any(True for _ in self._hiding(text))

    def reference_to(self, text: str) -> Reference | None:
        """The reference that stands for a value already."""
        return self._bound.get(text)

    # What a value is ---------------------------------------------------------------------------------------------

    def _is_worth(self, value: Value) -> bool:
        """Whether a value that is bound is likely to be meant: `7` is bound as an id and is also a number of things."""
        if len(value.text) >= SHORTEST_SECRET or not value.text.isdigit():
            return True
        bound = self._bound.get(value.text)
        return bound is not None and (
            value.place is Place.PATH or bool({*names.words(value.name)} & {*names.words(bound.name)})
        )

    def _reference(self, value: Value) -> Reference | None:
        if not value.text:
            return None
        for judge in (self._password, self._person, self._captured, self._generated, self._secret):
            if (reference := judge(value)) is not None:
                self._bound[value.text] = reference
                return reference
        return None

    def _password(self, value: Value) -> Reference | None:
        body = value.place in (Place.FORM, Place.JSON)
        if body and (value.name in self._password_fields or names.is_password(value.name)):
            return self._from_environment(_PASSWORD_VARIABLE, "the password of the test user")
        return None

    def _person(self, value: Value) -> Reference | None:
        """The address or name that somebody typed: another one each time for who signs up, else the test user's."""
        if names.is_email(value.text):
            return self._parameter("email", "email", "TEST_EMAIL", "the e-mail address of the test user")
        if value.with_password and names.is_user_name(value.name):
            return self._parameter("username", "name", "TEST_USERNAME", "the name of the test user")
        return None

    def _parameter(self, name: str, kind: str, variable: str, why: str) -> Reference:
        chosen = names.variable(name, {*self.parameters, *self._names()})
        if self._signs_up and chosen == name:
            self.parameters[chosen] = Template((Reference(Source.UNIQUE, kind),))
        else:
            self.parameters[chosen] = Template((self._from_environment(variable, why),))
        return Reference(Source.VARIABLE, chosen)

    def _captured(self, value: Value) -> Reference | None:
        if not self._may_be_captured(value):
            return None
        for number in range(value.visit - 1, -1, -1):
            for capture in finding.captures(value.text, value.name, self._visits[number]):
                if self._fits(capture, value):
                    return self._keep(capture, value, number)
        return None

    def _may_be_captured(self, value: Value) -> bool:
        """A value that a machine made; words that a person chose stand in pages too."""
        text, name = value.text, value.name
        if value.place is Place.FORM and self._is_fixed(value):
            return False
        if names.is_token(name) or names.is_made(text) or names.is_card(text):
            return not names.is_card(text)
        if names.is_code(name) or names.is_secret(name):
            return len(text) >= 4
        return text.isdigit() and len(text) <= 19

    def _is_fixed(self, value: Value) -> bool:
        """A hidden field that says the same on every page: what kind of form it is."""
        held = [finding.hidden(visit.last.came).get(value.name) for visit in self._visits[: value.visit]]
        same = value.text in held and not names.is_made(value.text) and not value.text.isdigit()
        return same and not names.is_token(value.name)

    def _fits(self, capture: Capture, value: Value) -> bool:
        """Whether what is found is the same thing and not the same digits by chance; no selector may hold a secret."""
        if not self.shows(capture.selector):
            return False
        if not value.text.isdigit():
            return True
        if names.is_code(value.name) and len(value.text) >= 4:
            return True
        alike = {*names.words(value.name)} - {"id"}
        found = {word.removesuffix("s") for word in names.words(capture.selector)}
        named_alike = bool({word.removesuffix("s") for word in alike} & found)
        if capture.where is Where.REGEX:
            return value.place is Place.PATH and re.search(r"[/=]\(", capture.selector) is not None and named_alike
        is_id = names.is_id(value.name) or value.place is Place.PATH
        return named_alike or (is_id and capture.where is Where.JSON and names.is_id(capture.selector))

    def _keep(self, capture: Capture, value: Value, number: int) -> Reference:
        secret = names.is_secret(value.name) or names.is_key(value.text)
        name = self._name_for(value, number)
        self._bound = {text: one for text, one in self._bound.items() if one != Reference(Source.VARIABLE, name)}
        self.captures.setdefault(number, []).append(replace(capture, name=name, secret=secret))
        if secret:
            self._unwritable.setdefault(value.text, "a secret")
        return Reference(Source.VARIABLE, name)

    def _name_for(self, value: Value, number: int) -> str:
        """The field's name; one that held another value is taken again once that value is no longer needed."""
        name = names.variable(value.name)
        for text, reference in self._bound.items():
            if reference == Reference(Source.VARIABLE, name) and name not in self.parameters:
                over = self._used.get(text, -1) <= number and not self._is_sent(text, value.visit)
                return name if over else names.variable(value.name, self._names())
        return names.variable(value.name, self._names() | set(self.parameters))

    def _is_sent(self, text: str, since: int) -> bool:
        for visit in self._visits[since:]:
            sent = visit.first.sent
            if text in sent.url or text in unquote_plus(sent.body) or any(text in said for _, said in sent.headers):
                return True
        return False

    def _generated(self, value: Value) -> Reference | None:
        """What the page's scripts make anew each time."""
        said = names.words(value.name)
        if value.place is Place.HEADER and {"idempotency", "request", "correlation"} & set(said):
            return Reference(Source.NONCE, "")
        return None

    def _secret(self, value: Value) -> Reference | None:
        text, name = value.text, value.name
        if names.is_card(text):
            return self._from_environment("TEST_CARD_NUMBER", "a payment card's number")
        one_time = names.is_code(name) and value.place in (Place.FORM, Place.JSON)
        if (
            names.is_secret(name)
            or names.is_key(text)
            or one_time
            or (names.is_made(text) and len(text) >= 20 and not names.is_uuid(text))
        ):
            if text.lower() in ("true", "false", "null", "none", "") or len(text) < 3:
                return None
            return self._from_environment(
                f"TEST_{'_'.join(names.words(name)).upper()[:40] or 'SECRET'}", f"what was sent as {name}"
            )
        return None

    # Names and secrets -------------------------------------------------------------------------------------------

    def _from_environment(self, name: str, why: str) -> Reference:
        chosen, number = re.sub(r"\W", "_", name, flags=re.ASCII), 1
        while chosen in self.environment:
            number += 1
            chosen = f"{name}_{number}"
        self.environment[chosen] = why
        return Reference(Source.ENV, chosen)

    def _names(self) -> set[str]:
        return {capture.name for captures in self.captures.values() for capture in captures}

    def _hiding(self, text: str) -> Iterator[tuple[str, Reference | None]]:
        """What of a text must not be shown, longest first, with what stands for it."""
        for value in sorted({**self._unwritable, **self._bound}, key=len, reverse=True):
            if len(value) < SHORTEST_SECRET and not self._is_of_environment(value):
                continue
            for form in dict.fromkeys((value, quote(value, safe=""), quote_plus(value))):
                if len(form) > 2 and form in text:
                    yield form, self._bound.get(value)

    def _is_of_environment(self, value: str) -> bool:
        reference = self._bound.get(value)
        return reference is not None and reference.source is Source.ENV


def is_signup(visit: Visit) -> bool:
    """Whether a visit opens an account."""
    if visit.first.sent.method == "GET":
        return False
    path = visit.first.sent.url.partition("//")[2].partition("/")[2].partition("?")[0]
    said = names.words(path)
    pairs = pairwise(said)
    return bool(_SIGNUP & set(said)) or any(pair in (("sign", "up"), ("create", "account")) for pair in pairs)


def cookies(visit: Visit) -> Iterator[str]:
    """Every cookie's value that a visit sent or was given."""
    for entry in (visit.first, visit.last):
        sent = [value for name, value in entry.sent.headers if name == "cookie"]
        given = [line.partition(";")[0] for line in entry.came.all("set-cookie")]
        for pair in (*(one for line in sent for one in line.split(";")), *given):
            value = pair.partition("=")[2].strip().strip('"')
            if len(value) >= SHORTEST_SECRET and not value.isalpha():
                yield value


def _split(part: Part, secret: str, reference: Reference | None) -> Iterable[Part]:
    """A text around each place where the secret stood."""
    if not isinstance(part, str):
        return (part,)
    pieces: list[Part] = []
    for number, piece in enumerate(part.split(secret)):
        if number:
            pieces.append(reference or "[left out]")
        pieces.append(piece)
    return pieces
