"""The Dockerfiles that production is made of: not those for developing, nor those beside another way to deploy."""

from collections.abc import Iterator
from dataclasses import dataclass

from launchready.formats import dockerfile
from launchready.formats.dockerfile import Instruction, Stage
from launchready.formats.environment_of import DEVELOPMENT, PRODUCTION, STAGING, environment_of
from launchready.gather.repository import platforms
from launchready.gather.repository.tree import Tree, parent
from launchready.model.deploying import Container
from launchready.model.repository import Sighting

_MOST = 50
# Platforms that build an app from its source when they are not told of a Dockerfile, each by its own documentation.
_FROM_SOURCE = frozenset({"Heroku", "Vercel", "Netlify", "Google App Engine", "AWS Amplify", "Cloudflare Workers"})
_FOR_PRODUCTION = frozenset({"prod", "production", "release", "deploy", "fly", "runner", "final", "runtime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A Dockerfile and the stages of what it makes, the last first."""

    path: str
    stages: tuple[Stage, ...]
    every: tuple[Stage, ...]


def read(tree: Tree) -> tuple[Image, ...]:
    """Every Dockerfile of production with the stage that is shipped."""
    return tuple(image for path in _paths(tree)[:_MOST] if (image := _image(tree, path)) is not None)


def containers(images: tuple[Image, ...]) -> tuple[Container, ...]:
    """What the images stand on, and as whom they run."""
    return tuple(map(_container, images))


def is_dockerfile(path: str) -> bool:
    """Whether a file is one by its name: Dockerfile, Dockerfile.prod, fly.dockerfile, Containerfile."""
    name = path.rpartition("/")[2].lower()
    return name in ("dockerfile", "containerfile") or name.startswith("dockerfile.") or name.endswith(".dockerfile")


def _paths(tree: Tree) -> list[str]:
    found = [path for path in tree.files if is_dockerfile(path) and not tree.is_aside(path)]
    found = [path for path in found if not path.endswith((".dockerignore", ".md", ".j2", ".tmpl", ".template"))]
    meant = [path for path in found if environment_of(path) not in (DEVELOPMENT, STAGING)]
    named = {parent(path) for path in meant if _is_for_production(path)}
    meant = [path for path in meant if parent(path) not in named or _is_for_production(path)]
    return [] if _deploys_from_source(tree) else [path for path in meant if not path.startswith(".")]


def _is_for_production(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return bool(set(name.replace("-", ".").split(".")) & _FOR_PRODUCTION)


def _deploys_from_source(tree: Tree) -> bool:
    """Whether the only platforms are such that build from source: a Dockerfile beside them is for developing."""
    names = {one.value for one in platforms.read(tree)} - {"Docker", "Docker Compose"}
    if tree.has("heroku.yml"):
        names.discard("Heroku")
    return bool(names) and names <= _FROM_SOURCE


def _image(tree: Tree, path: str) -> Image | None:
    every = dockerfile.stages(tree.text(path))
    chain = dockerfile.chain(every)
    if chain and environment_of(chain[0].name or "") in (DEVELOPMENT, STAGING):
        chain = dockerfile.chain(every, _target(every)) if _target(every) else ()
    if not chain:
        return None
    return Image(path=path, stages=chain, every=every)


def _target(every: tuple[Stage, ...]) -> str | None:
    """The stage that is shipped where the last one is for developing: named so, else the last that starts something."""
    named = [stage for stage in reversed(every) if stage.name]
    starting = [stage for stage in named if stage.command or stage.entrypoint]
    meant = [stage.name for stage in named if _is_final(stage.name or "")]
    meant += [stage.name for stage in starting if environment_of(stage.name or "") not in (DEVELOPMENT, STAGING)]
    return next(iter(meant), None)


def _is_final(name: str) -> bool:
    return environment_of(name) == PRODUCTION or bool({*name.split("-"), *name.split("_")} & _FOR_PRODUCTION)


def _container(image: Image) -> Container:
    last = image.stages[-1]
    user = next((stage.user for stage in image.stages if stage.user), None)
    return Container(
        path=image.path,
        base=Sighting(last.base, f"{image.path}:{last.line}"),
        pinned=_is_pinned(last.base),
        user=None if user in ("root", "0") else user,
    )


def _is_pinned(base: str) -> bool:
    """Whether an image is told by more than `latest`; `scratch` is empty, and what a variable holds is not known."""
    if base == "scratch" or "$" in base or "@sha256:" in base:
        return True
    tag = base.rpartition("/")[2].partition(":")[2]
    return bool(tag) and tag != "latest"


def commands(image: Image) -> Iterator[tuple[str, str]]:
    """What the container runs when it starts, each as one line with its place: ENTRYPOINT, then CMD."""
    entrypoint, command = _nearest(image.stages)
    if entrypoint is None or command is None or _is_script(entrypoint):  # a script ends by running the CMD it is given
        for one in (entrypoint, command):
            if one is not None:
                yield _line(one), f"{image.path}:{one.line}"
    else:
        yield f"{_line(entrypoint)} {_line(command)}", f"{image.path}:{command.line}"


def _nearest(stages: tuple[Stage, ...]) -> tuple[Instruction | None, Instruction | None]:
    """ENTRYPOINT and CMD of the nearest stage that has them; an ENTRYPOINT empties the CMD of what it stands on
    (docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact)."""
    command: Instruction | None = None
    for stage in stages:
        command = command or stage.command
        if stage.entrypoint is not None:
            return stage.entrypoint, command
    return None, command


def _is_script(entrypoint: Instruction) -> bool:
    words = dockerfile.arguments_of(entrypoint) or entrypoint.text.split()
    return any(word.endswith((".sh", "entrypoint")) for word in words[:3])


def _line(one: Instruction) -> str:
    words = dockerfile.arguments_of(one)
    return one.text if words is None else " ".join(words)
