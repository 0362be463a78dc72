"""Which step of a journey logs in, and where in it the password and the user stand: found without asking anybody."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from launchready.formats.template import references
from launchready.model.journey import (
    Body,
    FormBody,
    Journey,
    JsonBody,
    JsonTemplate,
    Reference,
    Source,
    Step,
    Template,
    TextBody,
)

# Whole words of a name (`TEST_PASSWORD`, `user[pwd]`, `loginPass`), in the languages of the forms we have met.
_PASSWORD = frozenset(
    (
        *("password", "passwd", "passphrase", "passcode", "pass", "pwd", "pw", "pin", "passwort", "kennwort"),
        *("wachtwoord", "senha", "contrasena", "contraseña", "motdepasse", "mdp", "haslo", "hasło", "lösenord"),
    )
)
# Of what comes from the environment or a file, where no field is a password's: clients log in with these.
_SECRET = _PASSWORD | {"secret", "token", "auth", "credentials"}
_USER = frozenset(
    (
        *("email", "mail", "user", "username", "login", "identifier", "account", "phone", "mobile", "name", "handle"),
        *("id", "benutzer", "benutzername", "usuario", "correo", "utilisateur", "courriel"),
    )
)
_NOT_A_USER = frozenset(["csrf", "xsrf", "token", "nonce", "secret", "captcha"])
_LOGS_IN = re.compile(r"log-?_?in|sign-?_?in|session|authenticat|/auth|/token|anmeld", re.IGNORECASE)
_SIGNS_UP = re.compile(r"sign-?_?up|register|registration|create[-_]?account", re.IGNORECASE)
_LOGS_OUT = re.compile(r"\b(?:log|sign)[-_ ]?(?:out|off)\b|abmeld", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStep:
    """The step that logs in: of which journey, its place there, and its place among all steps that are walked.

    `fields` are the names in its body that hold the password, `secrets` what it takes from the environment or files
    that is one, wherever it stands.
    """

    journey: Journey
    place: int
    walked: int
    fields: frozenset[str]
    secrets: frozenset[Reference]

    @property
    def step(self) -> Step:
        return self.journey.steps[self.place]

    def before(self) -> tuple[Step, ...]:
        """The steps directly before it that only read: the page with the form and its token."""
        begin = self.place
        while begin and self.journey.steps[begin - 1].only_reads:
            begin -= 1
        return self.journey.steps[begin : self.place]

    def with_password(self, password: str) -> Step:
        """The step, with another password in every place where it has one."""
        return _mapped(self.step, lambda name, template: self._other(name, template, password))

    def with_user(self, user: str) -> Step | None:
        """The step, with another user; None when no field names one."""
        named = [name for name, _ in _fields(self.step.body) if _names_user(name) and name not in self.fields]
        if not named:
            return None
        return _mapped(self.step, lambda name, template: Template((user,)) if name in named else template)

    def user_references(self) -> tuple[Reference, ...]:
        """What the fields that name the user are made of."""
        named = [value for name, value in _fields(self.step.body) if _names_user(name) and name not in self.fields]
        return tuple(reference for value in named for reference in references(value))

    def _other(self, name: str, template: Template, password: str) -> Template:
        if name in self.fields:
            return Template((password,))
        return Template(tuple(password if part in self.secrets else part for part in template.parts))


def flattened(journey: Journey, journeys: Mapping[str, Journey]) -> Iterator[tuple[Journey, int]]:
    """Every step in the order in which it is walked: the journey that it stands in, and its place there."""
    for use in journey.uses:
        yield from flattened(journeys[use.journey], journeys)
    for place in range(len(journey.steps)):
        yield journey, place


def login_step(
    journey: Journey, journeys: Mapping[str, Journey], asked: frozenset[str] = frozenset()
) -> LoginStep | None:
    """The step that logs in, None when no step sends a password; `asked` are fields that a page had as a password's.

    Of several the last one that looks like a login by its name or address: an account may be made first.
    """
    found = list(_candidates(journey, journeys, asked))
    logins = [one for one in found if _looks(_LOGS_IN, one.step) and not _looks(_SIGNS_UP, one.step)]
    others = [one for one in found if not _looks(_SIGNS_UP, one.step)]
    return next((each[-1] for each in (logins, others, found) if each), None)


def takes_secrets(journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether anything that is walked comes from the environment or a file, and so may be a password after all."""
    given: list[JsonTemplate] = [template for _, template in journey.parameters]
    given += [template for use in journey.uses for _, template in use.parameters]
    for step in (*journey.steps, *journey.cleanup):
        given += list(_templates(step))
    own = any(reference.is_secret for template in given for reference in references(template))
    return own or any(takes_secrets(journeys[use.journey], journeys) for use in journey.uses)


def logs_out(step: Step) -> bool:
    """Whether a step ends the session, by its name or its address."""
    return _looks(_LOGS_OUT, step)


def names_logout(name: str) -> bool:
    return bool(_LOGS_OUT.search(name))


def _candidates(journey: Journey, journeys: Mapping[str, Journey], asked: frozenset[str]) -> Iterator[LoginStep]:
    bound = _bound(journey, journeys)
    for walked, (within, place) in enumerate(flattened(journey, journeys)):
        step = within.steps[place]
        fields = frozenset(
            name for name, value in _fields(step.body) if name in asked or _is_password(name, value, bound)
        )
        called = _PASSWORD if fields else _SECRET  # an API key beside a password is not what is tried
        used = {one for template in _templates(step) for one in references(template)}
        secrets = frozenset(one for one in used if _is_called(one, called, bound))
        if fields or secrets:
            yield LoginStep(journey=within, place=place, walked=walked, fields=fields, secrets=secrets)


def _bound(journey: Journey, journeys: Mapping[str, Journey]) -> dict[str, tuple[Reference, ...]]:
    """What each parameter is made of, wherever it is given."""
    found = {name: template.references for name, template in journey.parameters}
    for use in journey.uses:
        found |= {name: template.references for name, template in use.parameters}
        found = {**_bound(journeys[use.journey], journeys), **found}
    return found


def made_up(reference: Reference, journey: Journey, journeys: Mapping[str, Journey]) -> bool:
    """Whether a value is the run's own: made up for it, or told by the app on the way."""
    if reference.source is not Source.VARIABLE:
        return reference.source in (Source.UNIQUE, Source.NONCE)
    bound = _bound(journey, journeys)
    return reference.name not in bound or any(one.source is Source.UNIQUE for one in bound[reference.name])


def _is_password(name: str, value: JsonTemplate, bound: Mapping[str, tuple[Reference, ...]]) -> bool:
    """By the field's name, or by the name of what its value comes from."""
    named = bool(_words(name) & _PASSWORD) or _words(name) >= {"client", "secret"}
    return named or any(_is_called(one, _PASSWORD, bound) for one in references(value))


def _is_called(reference: Reference, names: frozenset[str], bound: Mapping[str, tuple[Reference, ...]]) -> bool:
    """Whether a value, or the secret that it is made of, is called by one of these names."""
    if reference.source is Source.VARIABLE:
        inside = bound.get(reference.name)
        named = inside is not None and bool(_words(reference.name) & names)
        return named or any(one.is_secret and _words(one.name) & names for one in inside or ())
    return reference.is_secret and bool(_words(reference.name) & names)


def _names_user(name: str) -> bool:
    return bool(_words(name) & _USER) and not _words(name) & _NOT_A_USER


def _words(name: str) -> set[str]:
    """The words of a name: `userPassword`, `user[pass_word]` and `PASS-WORD` are of two."""
    parted = re.sub(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])", " ", name)
    parts = [part.lower() for part in re.split(r"[\W_]+", parted) if part]
    return {*parts, *(one + other for one, other in pairwise(parts))}


def _looks(pattern: re.Pattern[str], step: Step) -> bool:
    return bool(pattern.search(step.name) or pattern.search(str(step.path)))


def _fields(body: Body | None) -> Iterator[tuple[str, JsonTemplate]]:
    """Names and values of a form, or of JSON as deep as it goes."""
    if isinstance(body, FormBody):
        yield from body.fields
    elif isinstance(body, JsonBody):
        yield from _inside(body.value)


def _inside(value: JsonTemplate) -> Iterator[tuple[str, JsonTemplate]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list):
                yield from _inside(item)
            else:
                yield name, item
    elif isinstance(value, list):
        for item in value:
            yield from _inside(item)


def _templates(step: Step) -> Iterator[JsonTemplate]:
    yield step.path
    for _, template in step.headers:
        yield template
    for _, value in _fields(step.body):
        yield value
    if isinstance(step.body, TextBody):
        yield step.body.text


Other = Callable[[str, Template], Template]


def _mapped(step: Step, other: Other) -> Step:
    """The step with each template of its request put through `other`, which is given the name of the field, if any."""
    headers = tuple((name, other("", value)) for name, value in step.headers)
    return replace(step, path=other("", step.path), headers=headers, body=_mapped_body(step.body, other))


def _mapped_body(body: Body | None, other: Other) -> Body | None:
    if isinstance(body, FormBody):
        return FormBody(tuple((name, other(name, value)) for name, value in body.fields))
    if isinstance(body, JsonBody):
        return JsonBody(_mapped_json("", body.value, other))
    return TextBody(other("", body.text)) if isinstance(body, TextBody) else body


def _mapped_json(name: str, value: JsonTemplate, other: Other) -> JsonTemplate:
    if isinstance(value, Template):
        return other(name, value)
    if isinstance(value, dict):
        return {key: _mapped_json(key, item, other) for key, item in value.items()}
    if isinstance(value, list):
        return [_mapped_json("", item, other) for item in value]
    if value is None or isinstance(value, bool):
        return value
    number = Template((str(value),))
    changed = other(name, number)
    return value if changed == number else changed
