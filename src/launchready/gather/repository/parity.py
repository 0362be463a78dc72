"""What each environment is made of, by the platforms' files: region, size, versions, features, names of variables."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from launchready.formats import yaml_tree
from launchready.formats.environment_of import DEVELOPMENT, PRODUCTION, STAGING, environment_of
from launchready.formats.printable import printable
from launchready.formats.runtime_versions import of_image
from launchready.gather.repository import images, runtimes
from launchready.gather.repository.providers import COMPOSE
from launchready.gather.repository.tree import Tree, line_at
from launchready.model.deploying import Use
from launchready.model.parity import Surroundings, Trait

_FEATURE = re.compile(r"^(?:FEATURES?|FLAGS?|FF|ENABLE|DISABLE|USE|ALLOW|BETA)_\w+|\w+_ENABLED$")
_SWITCH = {"true": "on", "1": "on", "on": "on", "yes": "on", "false": "off", "0": "off", "off": "off", "no": "off"}
_MOST = 200

Said = dict[str, tuple[list[Trait], list[str]]]


def read(root: Path) -> tuple[Surroundings, ...]:
    """Every environment that a file of a platform describes, production first."""
    tree = Tree(root)
    said: Said = {}
    for path in tree.files:
        name = path.rpartition("/")[2]
        if tree.is_aside(path) or environment_of(name) == DEVELOPMENT:
            continue
        if name.startswith("fly.") and name.endswith(".toml"):
            _fly(tree, path, said)
        elif name == "render.yaml":
            _render(tree, path, said)
        elif COMPOSE.fullmatch(name) and environment_of(name) in (PRODUCTION, STAGING):
            _compose(tree, path, said)
    _built(tree, said)
    order = sorted(said, key=lambda one: (one != PRODUCTION, one))
    return tuple(
        Surroundings(
            environment=name,
            traits=tuple(dict.fromkeys(said[name][0]))[:_MOST],
            variables=tuple(sorted(set(said[name][1])))[:_MOST],
        )
        for name in order
    )


def _of(said: Said, environment: str | None) -> tuple[list[Trait], list[str]]:
    return said.setdefault(environment or PRODUCTION, ([], []))


def _built(tree: Tree, said: Said) -> None:
    """Versions that the image or the platform's file names stand for every environment that is built from them."""
    for one in runtimes.read(tree, images.read(tree)):
        if one.use is Use.DEPLOYED:
            for environment in [one.environment] if one.environment else [*said] or [PRODUCTION]:
                _of(said, environment)[0].append(Trait(name=one.runtime, value=one.version, where=one.where))


def _fly(tree: Tree, path: str, said: Said) -> None:
    """fly.toml: primary_region, the machines' size, how many run, and [env] (fly.io/docs/reference/configuration)."""
    text = tree.text(path)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    traits, variables = _of(said, environment_of(path.rpartition("/")[2]))
    for name, value in _fly_traits(tables):
        where = re.search(rf"^\s*{name[1]}\s*=", text, re.MULTILINE)
        line = line_at(text, where.end()) if where else 1
        traits.append(Trait(name=name[0], value=printable(str(value), 60), where=f"{path}:{line}"))
    environment = tables.get("env")
    for key, value in environment.items() if isinstance(environment, dict) else ():
        _variable(str(key), str(value), path, traits, variables)


def _fly_traits(tables: dict[str, Any]) -> Iterator[tuple[tuple[str, str], object]]:
    if "primary_region" in tables:
        yield ("region", "primary_region"), tables["primary_region"]
    machines = tables.get("vm")
    for one in [machines] if isinstance(machines, dict) else machines if isinstance(machines, list) else []:
        for key in ("size", "memory", "cpus"):
            if isinstance(one, dict) and key in one:
                yield (key, key), one[key]
    service = tables.get("http_service")
    if isinstance(service, dict) and "min_machines_running" in service:
        yield ("machines", "min_machines_running"), service["min_machines_running"]


def _render(tree: Tree, path: str, said: Said) -> None:
    """render.yaml: each service's plan, region and instances (render.com/docs/blueprint-spec)."""
    try:
        root = yaml_tree.compose(tree.text(path))
    except yaml_tree.NotYaml:
        return
    keys = {"region": "region", "plan": "size", "numInstances": "machines"}
    for kind in ("services", "databases"):
        for one in yaml_tree.items(yaml_tree.at(root, kind))[:50]:
            name = yaml_tree.text(yaml_tree.at(one, "name")) or ""
            traits, variables = _of(said, environment_of(name) if environment_of(name) == STAGING else None)
            for key, trait in keys.items():
                node = yaml_tree.at(one, key)
                label = f"{trait} (database)" if kind == "databases" else trait
                if (value := yaml_tree.text(node)) is not None and node is not None:
                    traits.append(Trait(name=label, value=printable(value, 60), where=f"{path}:{yaml_tree.line(node)}"))
            for variable in yaml_tree.items(yaml_tree.at(one, "envVars"))[:_MOST]:
                value = yaml_tree.text(yaml_tree.at(variable, "value")) or ""
                _variable(yaml_tree.text(yaml_tree.at(variable, "key")) or "", value, path, traits, variables)


def _compose(tree: Tree, path: str, said: Said) -> None:
    """A Compose file of one environment: the versions of its images, and what its services are told."""
    try:
        root = yaml_tree.compose(tree.text(path))
    except yaml_tree.NotYaml:
        return
    traits, variables = _of(said, environment_of(path.rpartition("/")[2]))
    for _, service in yaml_tree.entries(yaml_tree.at(root, "services")):
        node = yaml_tree.at(service, "image")
        named = of_image(yaml_tree.text(node) or "")
        if named is not None and node is not None:
            traits.append(Trait(name=named[0], value=named[1], where=f"{path}:{yaml_tree.line(node)}"))
        for key, value in _environment(yaml_tree.at(service, "environment")):
            _variable(key, value, path, traits, variables)


def _environment(node: yaml.Node | None) -> Iterator[tuple[str, str]]:
    for key, value in yaml_tree.entries(node):
        yield key, yaml_tree.text(value) or ""
    for item in yaml_tree.items(node)[:_MOST]:
        key, _, text = (yaml_tree.text(item) or "").partition("=")
        yield key, text


def _variable(key: str, value: str, path: str, traits: list[Trait], variables: list[str]) -> None:
    """A variable's name; of a feature also whether it is on."""
    if not re.fullmatch(r"[A-Za-z_]\w{0,99}", key):
        return
    variables.append(key)
    if _FEATURE.match(key) and value.lower() in _SWITCH:
        traits.append(Trait(name=key, value=_SWITCH[value.lower()], where=path))
