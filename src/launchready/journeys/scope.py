"""The values of one run of a journey, and the mask that keeps the secret ones out of everything that is shown."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

from launchready.formats.template import parse
from launchready.model.journey import Reference, Source, Template

Supply = Callable[[Reference], str]


class Unbound(Exception):
    """Raised for a name that nothing has given a value; the message is a sentence."""


class Scope:
    """Values by name; what comes from the environment, from files and from secret captures is masked."""

    def __init__(self, supply: Supply) -> None:
        """`supply` gives the value of a reference that is no variable; it may raise LaunchReadyError."""
        self._supply = supply
        self._values: dict[str, str] = {}
        self._unique: dict[Reference, str] = {}
        self._secrets: dict[str, str] = {}

    def value(self, reference: Reference) -> str:
        """The value of a reference; a unique one stays the same for the whole run, a nonce never does."""
        if reference.source is Source.VARIABLE:
            if reference.name not in self._values:
                raise Unbound(f"{reference} has no value: no parameter or earlier step gave it one")
            return self._values[reference.name]
        if reference.source is Source.UNIQUE:
            return self._unique.setdefault(reference, self._supply(reference))
        value = self._supply(reference)
        if reference.is_secret:
            self._remember(value, str(reference))
        return value

    def has(self, name: str) -> bool:
        return name in self._values

    def bind(self, name: str, value: str, *, secret: bool = False) -> None:
        """Give a variable its value."""
        self._values[name] = value
        if secret:
            self._remember(value, f"${{{name}}}")

    def hide(self, value: str, name: str) -> None:
        """Mask a value that is no variable, such as the token in a link."""
        self._remember(value, f"${{{name}}}")

    def bind_template(self, name: str, template: Template) -> None:
        """Give a variable the value of a template; one made of secrets is one."""
        text = "".join(part if isinstance(part, str) else self.value(part) for part in template.parts)
        self.bind(name, text, secret=any(self.is_secret(part) for part in template.references))

    def is_secret(self, reference: Reference) -> bool:
        """Whether a reference's value must not be shown."""
        held = reference.source is Source.VARIABLE and self._values.get(reference.name) in self._secrets
        return reference.is_secret or held

    def mask(self, text: str) -> str:
        """The text with every secret, plain or encoded, replaced by the reference that stands for it."""
        for value in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(value, self._secrets[value])
        return text

    def given(self) -> dict[str, str]:
        """The values that are not secret, by their references, for whoever must clean up later."""
        variables = {Reference(Source.VARIABLE, name): value for name, value in self._values.items()}
        both = {**variables, **self._unique}
        return {str(reference): value for reference, value in both.items() if value not in self._secrets}

    def restore(self, values: Mapping[str, str]) -> None:
        """Take back what `given` gave."""
        for written, value in values.items():
            for reference in parse(written).references:
                if reference.source is Source.VARIABLE:
                    self._values[reference.name] = value
                else:
                    self._unique[reference] = value

    def _remember(self, value: str, shown: str) -> None:
        """Also as a URL, a form and JSON write it: that is how servers give it back."""
        for form in (value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]):
            if form.strip():
                self._secrets.setdefault(form, shown)
