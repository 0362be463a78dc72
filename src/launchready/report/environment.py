"""What `env check` looked at, in a line for the code and one for each environment."""

from collections.abc import Iterable

from launchready.formats.printable import printable
from launchready.model.facts import EnvironmentFacts, Fact, VariableFacts
from launchready.model.gap import Gap, peek
from launchready.report.text import block, many


def summary(facts: Iterable[Fact]) -> str:
    """Lines that end in a newline."""
    lines: list[str] = []
    for fact in facts:
        if isinstance(fact, VariableFacts):
            example = fact.example or "no example file"
            told = f"the code reads {many(len(fact.uses), 'variable')}; {printable(example)}"
            lines += block(f"code         {told}", indent=0, hang=13)
        elif isinstance(fact, EnvironmentFacts):
            lines += block(f"{printable(fact.subject, 40):<12} {_set(fact)}", indent=0, hang=13)
    return "\n".join(lines) + "\n"


def _set(fact: EnvironmentFacts) -> str:
    settings = peek(fact, "settings")
    if isinstance(settings, Gap):
        return printable(settings.reason)
    return f"{many(len(settings), 'variable')} set; {printable(', '.join(fact.sources))}"
