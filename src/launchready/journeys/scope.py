"""The values of one run of a journey, and the mask that keeps the secret ones out of everything that is shown."""

import re
from collections.abc import Callable, Mapping

from launchready.formats import disguises
from launchready.formats.template import parse
from launchready.model.journey import Reference, Source, Template

Supply = Callable[[Reference], str]

_FIRST_SIGN = 0xF0000  # a plane for private use, which texts do without


class Unfit(Exception):
    """Raised for what keeps a step from being asked; the message is a sentence."""


class Unbound(Unfit):
    """Raised for a name that nothing has given a value."""


class Scope:
    """Values by name; what comes from the environment, from files and from secret captures is masked."""

    def __init__(self, supply: Supply) -> None:
        """`supply` gives the value of a reference that is no variable; it may raise LaunchReadyError."""
        self._supply = supply
        self._values: dict[str, str] = {}
        self._unique: dict[Reference, str] = {}
        self._restored: set[str] = set()
        self._is_restored = False
        self._secrets: dict[str, str] = {}  # what stands for each
        self._written: dict[str, re.Pattern[str]] = {}  # what finds those that may be spelled in several ways
        self._coded: dict[str, str] = {}  # what stands for what base64 makes of them

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

    @property
    def is_restored(self) -> bool:
        """Whether the values are those of an earlier run, without its secrets."""
        return self._is_restored

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
        """Give a variable the value of a template; one made of secrets is one, and a nonce is made up once."""
        if name in self._restored and any(part.source is Source.NONCE for part in template.references):
            return
        text = "".join(part if isinstance(part, str) else self.value(part) for part in template.parts)
        self.bind(name, text, secret=any(self.is_secret(part) for part in template.references))

    def is_secret(self, reference: Reference) -> bool:
        """Whether a reference's value must not be shown."""
        value = self._values.get(reference.name) if reference.source is Source.VARIABLE else None
        return reference.is_secret or (value is not None and self.mask(value) != value)

    def mask(self, text: str) -> str:
        """The text with every secret, plain or encoded, replaced by the reference that stands for it."""
        for core, shown in self._coded.items():
            if core in text:  # with what stands around it: a name before a password shares a character with it
                text = re.sub(rf"[\w+/-]*{re.escape(core)}[\w+/-]*=*", shown.replace("\\", r"\\"), text, flags=re.ASCII)
        found: dict[int, str] = {}
        for value in sorted(self._secrets, key=len, reverse=True):
            sign = _FIRST_SIGN + len(found)  # first, since what stands for one secret may look like another
            pattern = self._written.get(value)
            masked = pattern.sub(chr(sign), text) if pattern else text.replace(value, chr(sign))
            if masked != text:
                text, found[sign] = masked, self._secrets[value]
        return text.translate(found) if found else text

    def given(self) -> dict[str, str]:
        """The values that are not secret, by their references, for whoever must clean up later."""
        variables = {Reference(Source.VARIABLE, name): value for name, value in self._values.items()}
        both = {**variables, **self._unique}
        return {str(reference): value for reference, value in both.items() if self.mask(value) == value}

    def variables(self) -> dict[str, str]:
        """The variables as they are now."""
        return dict(self._values)

    def back_to(self, variables: Mapping[str, str]) -> None:
        """Give these variables the values that they had."""
        self._values.update(variables)

    def restore(self, values: Mapping[str, str]) -> None:
        """Take back what `given` gave."""
        self._is_restored = True
        for written, value in values.items():
            for reference in parse(written).references:
                if reference.source is Source.VARIABLE:
                    self._values[reference.name] = value
                    self._restored.add(reference.name)
                else:
                    self._unique[reference] = value

    def _remember(self, value: str, shown: str) -> None:
        """Also as URLs, forms, JSON, HTML and base64 write it: that is how servers give it back."""
        if value in self._secrets or not (pattern := disguises.written(value)):
            return
        self._secrets[value] = shown
        if not disguises.is_never_coded(value):
            self._written[value] = pattern
        for core in disguises.in_base64(value):
            self._coded.setdefault(core, shown)
