"""What one environment sets, from its sources: the looks of values, and which are the same elsewhere."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from launchready.formats import dotenv_file
from launchready.formats.dotenv_file import Dialect
from launchready.formats.dotenv_file.differences import difference
from launchready.formats.environment_names import Unreadable, is_dotenv, variables
from launchready.formats.secret_shapes import Shapes
from launchready.formats.value_looks import looks
from launchready.formats.yaml_tree import NotYaml, plain
from launchready.gather.environments.code import Code
from launchready.gather.secrets.inventory import Source, source_of
from launchready.known.secret_names import is_built_in, is_secret
from launchready.model.environment import Environment, Looks, Setting
from launchready.model.facts import VariableNote, VariableSet
from launchready.model.gap import Gap
from launchready.model.secret import SecretVerdict

_KEY = os.urandom(32)  # of this process alone: digests say which values are the same, and nothing tomorrow
_MOST_NOTES = 50
_SETTINGS_ALONE = {
    "fly.toml": "fly secrets list --json",
    "wrangler.toml": "wrangler secret list",
    "netlify.toml": "netlify env:list --json",
}
_ENV_FILE = re.compile(r"^\s+env_file\s*:", re.MULTILINE)
_NOT_TOLD_APART = frozenset({Looks.EMPTY, Looks.PLACEHOLDER, Looks.INTERPOLATED, Looks.LOCAL_ADDRESS, Looks.TEST_KEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of one environment; `gap` says why nothing was."""

    environment: Environment
    sources: tuple[str, ...]
    notes: tuple[VariableNote, ...]
    complete: bool | Gap
    gap: Gap | None

    def settings(self, same: Mapping[str, tuple[str, ...]]) -> tuple[VariableSet, ...] | Gap:
        """What is set, each with the other environments that have the same value, or why that is not known."""
        if self.gap:
            return self.gap
        return tuple(
            VariableSet(
                name=one.name,
                where=one.where,
                looks=tuple(sorted(one.looks, key=lambda look: look.value)),
                same_in=same.get(one.name, ()),
            )
            for one in self.environment.settings
        )


def read_environment(sources: Iterable[Source], folder: Path, code: Code) -> Read:
    """What the sources of one environment set; of two that set the same variable the later counts."""
    sources = tuple(source for one in sources for source in _with_env_files(one, folder))
    found: dict[str, Setting] = {}
    notes: list[VariableNote] = []
    gap: Gap | None = None
    for source in sources:
        try:
            found |= {one.name: one for one in _settings(source, notes, code)}
        except Unreadable as error:
            gap = gap or (source.text if isinstance(source.text, Gap) else Gap(f"{source.name} {error}"))
    names = tuple(one.name for one in sources)
    return Read(
        environment=Environment(
            name=sources[0].environment if sources else "", source=", ".join(names), settings=tuple(found.values())
        ),
        sources=names,
        notes=tuple(notes[:_MOST_NOTES]),
        complete=_complete(names),
        gap=gap,
    )


def same_in(read: Mapping[str, Read]) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each environment and secret of it, the other environments in which the same value is set."""
    by_digest: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, one in read.items():
        for setting in one.environment.settings:
            if setting.digest and is_secret(setting.name) and not setting.looks & _NOT_TOLD_APART:
                by_digest[setting.digest].append((name, setting.name))
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for places in by_digest.values():
        for environment, variable in places:
            others = tuple(dict.fromkeys(other for other, _ in places if other != environment))
            if others:
                found[environment][variable] = others
    return found


def _settings(source: Source, notes: list[VariableNote], code: Code) -> Iterator[Setting]:
    if isinstance(source.text, Gap):
        raise Unreadable(source.text.reason)
    if is_dotenv(source.text, source.name):
        yield from _of_dotenv(source.name, source.text, notes, code)
        return
    for one in variables(source.text, source.name, _digest, looks):
        yield Setting(name=one.name, where=source.name, looks=one.looks, digest=one.fingerprint)


def _of_dotenv(name: str, text: str, notes: list[VariableNote], code: Code) -> Iterator[Setting]:
    readers = _readers(code)
    found = dotenv_file.entries(text)
    sealed = any(one.name == "sops_version" for one in found)
    for one in found:
        if sealed and one.name.startswith("sops_"):
            continue
        where = f"{name}:{one.line}"
        if one.value.startswith("ENC["):
            yield Setting(name=one.name, where=where)
            continue
        if said := difference(one, readers):
            notes.append(VariableNote(name=one.name, where=where, said=said))
        if len(one.lines) > 1:
            lines = " and ".join(map(str, one.lines[:5]))
            notes.append(VariableNote(name=one.name, where=where, said=f"is set in lines {lines}; the last one counts"))
        yield Setting(
            name=one.name,
            where=where,
            looks=looks(one.name, one.value, refers=one.refers) | _live(one.name, one.value),
            digest=_digest(one.value.encode("utf-8", "replace")) if one.value else None,
        )


def _live(name: str, value: str) -> frozenset[Looks]:
    """Whether a variable that every visitor gets holds a key that opens something."""
    if not (is_built_in(name) and len(value) >= 16):
        return frozenset()
    hits = Shapes().hits(value.encode("utf-8", "replace"))
    return frozenset({Looks.LIVE_KEY} if any(one.verdict is SecretVerdict.SECRET for one in hits) else ())


def _readers(code: Code) -> tuple[Dialect, ...]:
    """Who reads such files, by what the repository holds; all of them where it holds nothing that tells."""
    if not (code.has_python or code.has_scripts):
        return tuple(Dialect)
    told = {Dialect.PYTHON: code.has_python, Dialect.NODE: code.has_scripts, Dialect.COMPOSE: True}
    return tuple(one for one, is_there in told.items() if is_there)


def _digest(value: bytes) -> str:
    return blake2b(value, key=_KEY, digest_size=16).hexdigest()


def _complete(names: tuple[str, ...]) -> bool | Gap:
    alone = [_SETTINGS_ALONE.get(name.rpartition("/")[2]) for name in names]
    if not names or not all(alone):
        return True
    return Gap(
        f"{names[0]} lists settings and no secrets; say where the secrets are: "
        f'{alone[0]} > secrets.json, and source = ["{names[0]}", "secrets.json"]'
    )


def _with_env_files(source: Source, folder: Path) -> Iterator[Source]:
    """A source, and before it the env_file of a Compose file, which it stands above."""
    if not isinstance(source.text, Gap) and source.name.endswith((".yml", ".yaml")) and _ENV_FILE.search(source.text):
        beside = source.name.rpartition("/")[0]
        for name in _env_files(source.text):
            path = f"{beside}/{name}" if beside else name
            yield source_of(source.environment, os.path.normpath(path), folder)
    yield source


def _env_files(text: str) -> Iterator[str]:
    try:
        document = plain(text)
    except NotYaml:
        return
    services = document.get("services") if isinstance(document, dict) else None
    for service in services.values() if isinstance(services, dict) else ():
        named = service.get("env_file") if isinstance(service, dict) else None
        for one in named if isinstance(named, list) else [named]:
            path = one.get("path") if isinstance(one, dict) else one
            needed = not (isinstance(one, dict) and one.get("required") == "false")
            if isinstance(path, str) and path and needed:
                yield path
