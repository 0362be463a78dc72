"""What each environment is made of, and in what the environments differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One thing that a file says of an environment: its region, its size, a version, a feature that is on.

    `where` is `path:line`. A value is kept only of what describes a place, and of features that are on or off.
    """

    name: str
    value: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """One environment as the platforms' files describe it; `variables` are names alone."""

    environment: str
    traits: tuple[Trait, ...]
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which environments differ: what each has (`environment: value`), None where it says nothing.

    `declared` when launch.toml says under `[environments.NAME] differs` that it is meant.
    """

    name: str
    values: tuple[tuple[str, str | None], ...]
    declared: bool = False


def differences(every: tuple[Surroundings, ...], declared: frozenset[str]) -> tuple[Difference, ...]:
    """In what the environments differ, traits first and then variables, each in the order it is first said.

    `declared` are the names that are meant to.
    """
    found = [_of_traits(name, every) for name in _names(every)]
    found += [_of_variable(name, every) for name in dict.fromkeys(name for one in every for name in one.variables)]
    told = [one for one in found if len({value for _, value in one.values}) > 1]
    return tuple(Difference(name=one.name, values=one.values, declared=one.name.casefold() in declared) for one in told)


def _names(every: tuple[Surroundings, ...]) -> dict[str, None]:
    return dict.fromkeys(trait.name for one in every for trait in one.traits)


def _of_traits(name: str, every: tuple[Surroundings, ...]) -> Difference:
    values = []
    for one in every:
        said = dict.fromkeys(trait.value for trait in one.traits if trait.name == name)
        values.append((one.environment, ", ".join(said) or None))
    return Difference(name=name, values=tuple(values))


def _of_variable(name: str, every: tuple[Surroundings, ...]) -> Difference:
    """A variable is there or not; environments of which no variable is known say nothing of it."""
    known = [one for one in every if one.variables]
    return Difference(
        name=name, values=tuple((one.environment, "set" if name in one.variables else None) for one in known)
    )
