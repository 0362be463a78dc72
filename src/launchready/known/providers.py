"""Outside services and what shows in a repository that one of them is used. The table is providers.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from launchready.model.repository import ProviderKind

ECOSYSTEMS = ("pypi", "npm", "gem", "composer", "go", "hex")
Key = tuple[ProviderKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProviders:
    """Every sign, each with the services (kind and name) that it stands for."""

    packages: Mapping[tuple[str, str], tuple[Key, ...]]
    variables: Mapping[str, tuple[Key, ...]]
    variable_starts: Mapping[str, tuple[Key, ...]]
    images: Mapping[str, tuple[Key, ...]]
    words: Mapping[str, tuple[Key, ...]]

    def of_variable(self, name: str) -> tuple[Key, ...]:
        """The services that an environment variable belongs to, by its whole name or by how it starts."""
        if (found := self.variables.get(name)) is not None:
            return found
        return next((keys for start, keys in self.variable_starts.items() if name.startswith(start)), ())


@cache
def known() -> KnownProviders:
    """The table that comes with Launch Ready."""
    signs: dict[str, dict[object, tuple[Key, ...]]] = {}
    for entry in tomllib.loads(files("launchready.known").joinpath("providers.toml").read_text("utf-8"))["provider"]:
        key = (ProviderKind(entry["kind"]), str(entry["name"]))
        for sort, values in entry.items():
            if isinstance(values, list):
                for value in values:
                    table = signs.setdefault("package" if sort in ECOSYSTEMS else sort, {})
                    sign = (sort, value) if sort in ECOSYSTEMS else value
                    table[sign] = (*table.get(sign, ()), key)
    variables = {str(name): keys for name, keys in signs["variables"].items()}
    return KnownProviders(
        packages={sign: keys for sign, keys in signs["package"].items() if isinstance(sign, tuple)},
        variables={name: keys for name, keys in variables.items() if not name.endswith("*")},
        variable_starts={name[:-1]: keys for name, keys in variables.items() if name.endswith("*")},
        images={str(name): keys for name, keys in signs["images"].items()},
        words={str(word): keys for sort in ("hosts", "code") for word, keys in signs[sort].items()},
    )
