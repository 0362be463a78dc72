"""The variables that the code reads, joined with those that each environment of launch.toml sets."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from launchready.gather.environments.code import Code, ScriptReader, read
from launchready.gather.environments.documented import listed
from launchready.gather.environments.sources import Read, read_environment, same_in
from launchready.gather.repository.tree import Tree
from launchready.gather.secrets.inventory import Source
from launchready.known.given_variables import is_given
from launchready.model.environment import Reading
from launchready.model.facts import EnvironmentFacts, Fact, VariableFacts, VariableUse
from launchready.model.gap import Gap, with_gaps
from launchready.model.launch import Launch

SOURCE = "env"
MOST_USES = 500


def look(
    launch: Launch, root: Path, folder: Path, sources: Iterable[Source], scripts: ScriptReader | None, now: datetime
) -> tuple[Fact, ...]:
    """One fact of the code below `root`, and one of each environment that has a source beside launch.toml, in `folder`.

    `scripts` reads JavaScript; without it such files are named as not read.
    """
    tree = Tree(root)
    code = read(tree, scripts)
    example, known, dead = listed(tree, code)
    uses = tuple(known(one) for one in code.uses.values() if not is_given(one.name))[:MOST_USES]
    variables = VariableFacts(
        subject=launch.domain,
        source=SOURCE,
        at=now,
        uses=uses,
        example=example,
        dead=dead,  # type: ignore[arg-type]
        scripts=code.scripts,  # type: ignore[arg-type]
        whole=code.whole,  # type: ignore[arg-type]
    )
    return (variables, *_environments(launch, folder, tuple(sources), code, uses, now))


def readings(root: Path, scripts: ScriptReader | None) -> tuple[Reading, ...]:
    """The variables that the code below `root` reads and somebody has to set, each once."""
    code = read(Tree(root), scripts)
    return tuple(
        Reading(name=one.name, where=one.read_at[0], has_default=one.has_default, must=one.must)
        for one in code.uses.values()
        if not is_given(one.name) and one.name not in code.sets
    )


def _environments(
    launch: Launch, folder: Path, sources: tuple[Source, ...], code: Code, uses: tuple[VariableUse, ...], now: datetime
) -> Iterable[EnvironmentFacts]:
    named = dict.fromkeys([one.environment for one in sources])
    critical = [one.environment for one in launch.contracts if one.critical]
    read_ = {
        name: read_environment([one for one in sources if one.environment == name], folder, code) for name in named
    }
    same = same_in(read_)
    for name in dict.fromkeys([*named, *critical]):
        if name in read_:
            yield _facts(name, read_[name], same.get(name, {}), uses, code, now)
        else:
            gap = Gap(f"launch.toml says no source under [environments.{name}], so nobody knows what is set there")
            yield with_gaps(EnvironmentFacts, gap, subject=name, source=SOURCE, at=now, sources=(), uses=uses)


def _facts(
    name: str,
    read_: Read,
    same: dict[str, tuple[str, ...]],
    uses: tuple[VariableUse, ...],
    code: Code,
    now: datetime,
) -> EnvironmentFacts:
    return EnvironmentFacts(
        subject=name,
        source=SOURCE,
        at=now,
        sources=read_.sources,
        settings=read_.settings(same),  # type: ignore[arg-type]
        complete=read_.complete,  # type: ignore[arg-type]
        uses=uses,
        notes=read_.notes,
        whole=code.whole,  # type: ignore[arg-type]
    )
