"""In what the environments differ, side by side: what is meant to, and what nobody has said is."""

from collections.abc import Iterable
from dataclasses import replace

from launchready.formats.printable import printable
from launchready.model.parity import Difference, Surroundings, differences

_WIDEST = 24


def rendered(
    every: Iterable[Surroundings], declared: Iterable[str] = (), variables: Iterable[tuple[str, Iterable[str]]] = ()
) -> str:
    """Lines that end in a newline; "" for fewer than two environments.

    `declared` is what `[environments.NAME] differs` names; `variables` are the names that each environment's own source
    sets, which count beside those in the platforms' files.
    """
    known = _with(tuple(every), variables)
    if len(known) < 2:
        return ""
    found = differences(known, frozenset(one.casefold() for one in declared))
    names = [one.environment for one in known]
    if not found:
        return f"{printable(', '.join(names))}: the files tell no difference\n"
    rows = [("", *names, ""), *(_row(one, names) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names) + 1)]
    return "\n".join(_line(row, widths) for row in rows) + "\n"


def _with(every: tuple[Surroundings, ...], variables: Iterable[tuple[str, Iterable[str]]]) -> tuple[Surroundings, ...]:
    by_name = {one.environment: one for one in every}
    for name, set_ in variables:
        there = by_name.get(name, Surroundings(environment=name, traits=()))
        by_name[name] = replace(there, variables=tuple(dict.fromkeys((*there.variables, *set_))))
    return tuple(by_name.values())


def _row(one: Difference, names: list[str]) -> tuple[str, ...]:
    values = dict(one.values)
    cells = [printable(values[name] or "–", _WIDEST) if name in values else "?" for name in names]
    return (printable(one.name, _WIDEST), *cells, "on purpose" if one.declared else "")


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join((*cells, row[-1])).rstrip()
