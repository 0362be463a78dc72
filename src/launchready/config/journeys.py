"""journeys/*.toml become journeys, or one error that names every problem with its file and line."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from launchready.config.document import Document, read
from launchready.config.journey_shape import CaptureSection, JourneyFile, JourneySection, StepSection
from launchready.config.lines import Place
from launchready.config.problems import sentences
from launchready.errors import ConfigError
from launchready.formats.printable import printable
from launchready.formats.template import of_step
from launchready.model.journey import (
    Body,
    Capture,
    Expect,
    FileBody,
    FormBody,
    Journey,
    JsonBody,
    JsonTemplate,
    MailWait,
    Source,
    Step,
    Stream,
    Talk,
    Template,
    TextBody,
    Use,
    Where,
)

LARGEST_BODY_BYTES = 16 * 1024 * 1024
_MOST_FILES = 500

Problem = tuple[Place, str]


def load_declared(patterns: Iterable[str], folder: Path) -> Mapping[str, Journey]:
    """The journeys in the files that match the patterns below `folder`; raises `ConfigError` as `load_all`."""
    paths = sorted({path for pattern in patterns for path in _matching(folder, pattern)})
    return load_all(paths, [os.path.relpath(path) for path in paths])


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return [path for path in folder.glob(pattern) if path.is_file()][:_MOST_FILES]
    except (ValueError, NotImplementedError):
        raise ConfigError(
            [f"[journeys] files: {printable(pattern)} is no pattern of files below launch.toml"]
        ) from None


def load_all(paths: Iterable[Path], names: Iterable[str] | None = None) -> Mapping[str, Journey]:
    """The journeys in these files, by name; `names` are what messages call the files.

    Raises `ConfigError` with every problem of every file: also two journeys of one name, one that uses another that is
    not there, and those that use each other in a circle.
    """
    files = list(paths)[: _MOST_FILES + 1]
    shown = list(names) if names else [str(path) for path in files]
    problems, journeys = list[str](), dict[str, Journey]()
    for path, called in zip(files, shown, strict=True):
        try:
            journey = load(path, called)
        except ConfigError as error:
            problems += error.problems
            continue
        if journey.name in journeys:
            other = journeys[journey.name].where
            problems.append(
                f"{journey.where}: the journey {printable(journey.name)!r} stands in {other} too; rename one"
            )
        journeys.setdefault(journey.name, journey)
    problems += [problem for journey in journeys.values() for problem in _uses(journey, journeys)]
    if problems:
        raise ConfigError(problems)
    return journeys


def load(path: Path, name: str | None = None) -> Journey:
    """The journey in one file; raises `ConfigError` with every problem at once."""
    document = read(path, name)
    try:
        file = JourneyFile.model_validate(document.tables)
    except ValidationError as found:
        raise ConfigError(_told(sentences(found, JourneyFile), document)) from None
    problems = list(_across(file))
    if problems:
        raise ConfigError(_told(problems, document))
    journey = _journey(file, document)
    if unknown := list(_unknown_references(journey)):
        raise ConfigError(_told(unknown, document))
    return journey


def _told(problems: Iterable[Problem], document: Document) -> list[str]:
    told = sorted({(document.line(place), sentence) for place, sentence in problems})
    return [f"{document.name}:{line}: {sentence}" for line, sentence in told]


def _across(file: JourneyFile) -> Iterator[Problem]:
    """What no single value shows."""
    if not file.steps:
        yield ("step",), "the journey has no [[step]]; it needs at least one"
    for kind, steps in (("step", file.steps), ("cleanup", file.cleanup)):
        for number, step in enumerate(steps):
            for problem in _step_problems(step):
                yield (kind, number), f"[[{kind}]] {number + 1} {problem}"


def _step_problems(step: StepSection) -> Iterator[str]:
    targets = [method for method, _ in step.targets()]
    targets += ["mail"] if step.mail else []
    if len(targets) != 1:
        given = " and ".join(targets) or "none of get, head, post, put, patch, delete, websocket, mail"
        yield f"has {given}; it needs exactly one of them"
    bodies = [name for name, given in _bodies(step) if given]
    if len(bodies) > 1:
        yield f"has {' and '.join(bodies)}; a request has one body"
    if bodies and targets == ["head"]:
        yield f"has {bodies[0]}, which a HEAD request does not send"
    yield from _out_of_place(step, targets, bodies)
    for name, capture in step.capture.items():
        places = [where.value for where in Where if _selector(capture, where) is not None]
        if len(places) != 1:
            given = " and ".join(places) or "nothing"
            yield f"captures {name} by {given}; name one of json, css, regex, header, cookie, mail"
        if capture.attribute and places != ["css"]:
            yield f"captures {name} with an attribute, which only css has"


_OF_A_MAIL = ("mail", "css", "regex")


def _out_of_place(step: StepSection, targets: list[str], bodies: list[str]) -> Iterator[str]:
    """What belongs to another kind of step."""
    captured = {where.value for one in step.capture.values() for where in Where if _selector(one, where) is not None}
    if targets == ["mail"]:
        foreign = [*bodies, *(["headers"] if step.headers else []), *(["stream"] if step.stream else [])]
        foreign += [f"expect.{key.removesuffix('_')}" for key in _set(step) if key not in _LOOKED_AT_IN_A_MAIL]
        foreign += [f"capture by {where}" for where in sorted(captured - set(_OF_A_MAIL))]
    else:
        foreign = ["capture by mail"] if "mail" in captured else []
    if targets == ["websocket"]:
        foreign += [f"{name} (write send)" for name in bodies]
    else:
        foreign += [name for name in ("send", "protocol") if getattr(step, name)]
    if foreign and len(targets) == 1:
        yield f"is a {targets[0]} step, to which {' and '.join(foreign)} cannot belong"


_LOOKED_AT_IN_A_MAIL = ("body_contains", "body_lacks", "within_ms")


def _set(step: StepSection) -> list[str]:
    return sorted(step.expect.model_fields_set)


def _bodies(step: StepSection) -> tuple[tuple[str, bool], ...]:
    return (
        ("form", step.form is not None),
        ("json", "json_" in step.model_fields_set),
        ("body", step.body is not None),
        ("file", step.file is not None),
    )


def _selector(capture: CaptureSection, where: Where) -> str | None:
    found: str | None = getattr(capture, "json_" if where is Where.JSON else where.value)
    return found


def _journey(file: JourneyFile, document: Document) -> Journey:
    section = file.journey
    return Journey(
        name=section.name,
        where=document.name,
        base=section.base,
        uses=tuple(Use(use.journey, tuple(use.parameters.items())) for use in section.uses),
        parameters=tuple(section.parameters.items()),
        steps=tuple(_step(step, document, section) for step in file.steps),
        cleanup=tuple(_step(step, document, section) for step in file.cleanup),
    )


def _step(section: StepSection, document: Document, journey: JourneySection) -> Step:
    ((method, path),) = section.targets() or [("mail", section.mail.to if section.mail else Template(()))]
    stream = section.stream
    return Step(
        name=section.name or (f"mail to {path}" if section.mail else f"{method} {path}"),
        method="GET" if method in ("websocket", "mail") else method.upper(),
        path=path,
        headers=tuple(section.headers.items()),
        body=_body(section, document),
        expect=Expect(
            status=section.expect.status,
            redirect=section.expect.redirect,
            headers=tuple((name.lower(), value) for name, value in section.expect.header.items()),
            body_contains=section.expect.body_contains,
            body_lacks=section.expect.body_lacks,
            json=tuple(section.expect.json_.items()),
            within_ms=section.expect.within_ms,
        ),
        captures=tuple(_capture(name, capture) for name, capture in section.capture.items()),
        stream=Stream(**dict(stream)) if stream else None,
        talk=_talk(section) if section.websocket else None,
        mail=MailWait(**dict(section.mail)) if section.mail else None,
        timeout_s=section.timeout_s,
        measure=section.measure,
        requires_browser=section.requires_browser or journey.requires_browser,
    )


def _capture(name: str, section: CaptureSection) -> Capture:
    where, selector = next((one, text) for one in Where if (text := _selector(section, one)) is not None)
    return Capture(name=name, where=where, selector=selector, attribute=section.attribute, secret=section.secret)


def _talk(section: StepSection) -> Talk:
    return Talk(messages=tuple(map(_message, section.send)), protocol=section.protocol)


def _message(value: JsonTemplate) -> JsonBody | TextBody:
    return TextBody(value) if isinstance(value, Template) else JsonBody(value)


def _body(section: StepSection, document: Document) -> Body | None:
    if section.form is not None:
        return FormBody(tuple(section.form.items()))
    if "json_" in section.model_fields_set:
        return JsonBody(section.json_)
    if section.body is not None:
        return TextBody(section.body)
    return FileBody(section.file, _content(section.file, document)) if section.file is not None else None


def _content(name: str, document: Document) -> bytes:
    """What a file beside the journey's holds; one elsewhere is not for the journey to send."""
    folder = document.folder.resolve()
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            raise ConfigError([f"{document.name}: the file {printable(name)} lies outside the journey's folder"])
        with path.open("rb") as file:
            content = file.read(LARGEST_BODY_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not a path"
        raise ConfigError([f"{document.name}: the file {printable(name)} cannot be read ({reason})"]) from None
    if len(content) > LARGEST_BODY_BYTES:
        raise ConfigError([f"{document.name}: the file {printable(name)} is larger than 16 MiB"])
    return content


# References, and journeys that use others ----------------------------------------------------------------------------


def _unknown_references(journey: Journey) -> Iterator[Problem]:
    """Names that no parameter or earlier step of this journey gives, unless a used journey may."""
    known = {name for name, _ in journey.parameters}
    if journey.uses:
        return
    for number, step in enumerate(journey.steps):
        for reference in of_step(step):
            if reference.source is Source.VARIABLE and reference.name not in known | _own(step):
                yield (
                    ("step", number),
                    f"[[step]] {number + 1} uses ${{{reference.name}}}, which no parameter or earlier step gives",
                )
        known |= {capture.name for capture in step.captures}


def _own(step: Step) -> set[str]:
    """What a step captures is there when its own answer is judged, not when it is asked: that is told at run time."""
    return {capture.name for capture in step.captures}


def _uses(journey: Journey, journeys: Mapping[str, Journey]) -> Iterator[str]:
    for use in journey.uses:
        if use.journey not in journeys:
            there = ", ".join(sorted(journeys))
            yield f"{journey.where}: uses the journey {printable(use.journey)!r}, which is not there; there are {there}"
    if _reaches(journey, journey.name, journeys, set()):
        yield f"{journey.where}: the journey {printable(journey.name)!r} uses itself, by way of what it uses"


def _reaches(journey: Journey, name: str, journeys: Mapping[str, Journey], been: set[str]) -> bool:
    for use in journey.uses:
        if use.journey == name:
            return True
        if use.journey in journeys and use.journey not in been:
            been.add(use.journey)
            if _reaches(journeys[use.journey], name, journeys, been):
                return True
    return False
