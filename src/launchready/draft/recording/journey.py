"""The visits of a recording become the steps of a journey, each with what a person must decide about it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from launchready.draft.recording import bodies, finding, names
from launchready.draft.recording.noise import REDIRECTS, Sifted, Visit, is_plain, sifted, target
from launchready.draft.recording.values import Values, cookies, is_signup
from launchready.formats.event_stream import EventStream
from launchready.formats.har import Entry
from launchready.formats.printable import printable
from launchready.model.journey import Expect, Journey, JsonTemplate, Step, Stream, Template

MOST_STEPS = 100
_STREAMED = ("text/event-stream", "application/x-ndjson", "application/stream+json", "application/jsonl")
_MESSAGE_WORDS = "chat message messages completion completions ask prompt generate converse reply"
_MESSAGE = frozenset(_MESSAGE_WORDS.split())
_DOORS = {"login": "login", "signin": "login", "logout": "logout", "signout": "logout"}
_ENDS = ("[DONE]", "message_stop", "response.completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A journey, remarks on its steps by number, what must be in the environment and why, and what was left out."""

    journey: Journey
    remarks: dict[int, tuple[str, ...]]
    environment: dict[str, str]
    left_out: tuple[tuple[str, Entry], ...]
    notes: tuple[str, ...]


def recorded(entries: Iterable[Entry], name: str) -> Recorded:
    """The journey of these exchanges; raises ValueError when nothing in them is a visitor's."""
    found = sifted(entries)
    if not found.visits:
        raise ValueError("no request in it is a visitor's own: all are files of pages, other sites' or unanswered")
    if len(found.visits) > MOST_STEPS:
        raise ValueError(
            f"it would be {len(found.visits)} steps; record one path at a time, {MOST_STEPS} steps at most"
        )
    values = Values(found.visits)
    base = origin(found.visits[0].last.sent.url)
    made = [_step(visit, number, base, values) for number, visit in enumerate(found.visits)]
    steps = tuple(replace(step, captures=tuple(values.captures.get(at, ()))) for at, (step, _) in enumerate(made))
    journey = Journey(
        name=name, where="", base=base, parameters=tuple(values.parameters.items()), steps=_with_names(steps)
    )
    remarks = {at: remarks for at, (_, remarks) in enumerate(made) if remarks}
    return Recorded(
        journey=journey,
        remarks=remarks,
        environment=values.environment,
        left_out=found.left_out,
        notes=tuple(_notes(found, journey, values)),
    )


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _step(visit: Visit, number: int, base: str, values: Values) -> tuple[Step, tuple[str, ...]]:
    sent, remarks = visit.first.sent, list[str]()
    path = bodies.path(sent, base, values, number)
    body, remark = bodies.body(sent, values, number)
    remarks += [remark] if remark else []
    headers = tuple(bodies.headers(sent, body, values, number))
    stream = _stream(visit)
    if stream and stream.until is None:
        remarks.append('The recording does not show what ends this stream; say it: stream = { until = "…" }')
    step = Step(
        name=_name(visit, path),
        method=sent.method,
        path=path,
        headers=headers,
        body=body,
        expect=_expect(visit, values),
        stream=stream,
        measure=_measure(visit, stream),
    )
    return step, (*remarks, *_to_decide(step))


def _to_decide(step: Step) -> Iterator[str]:
    """What the recording cannot know."""
    body = json.dumps(_plain(step), default=str)
    if any(one in body for one in ("CODE", "OTP")) and "${env:TEST_" in body:
        yield "The one-time code came from outside the recording: read it where it arrives instead of a variable."


def _plain(step: Step) -> list[str]:
    return [str(step.body)]


def _name(visit: Visit, path: Template) -> str:
    """`POST /login`, by the path alone."""
    shown = "".join(part if isinstance(part, str) else f"({part.name})" for part in path.parts).partition("?")[0]
    verb = "open" if visit.first.sent.method == "GET" and visit.is_page else visit.first.sent.method.lower()
    return printable(f"{verb} {shown}", 80)


def _with_names(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A second step of one name is told apart by its number."""
    seen: Counter[str] = Counter()
    made = []
    for step in steps:
        seen[step.name] += 1
        number = seen[step.name]
        made.append(replace(step, name=f"{step.name} ({number})") if number > 1 else step)
    return tuple(made)


# What must come back ----------------------------------------------------------------------------------------


def _expect(visit: Visit, values: Values) -> Expect:
    came = visit.last.came
    where = target(visit.last)
    if where and is_plain(where):
        here = urlsplit(where)
        there = here.path or "/"
        whole = there if origin(where) == origin(visit.last.sent.url) else f"{origin(where)}{there}"
        return Expect(status=(came.status,), redirect=values.literal(whole))
    if where or came.status in REDIRECTS:
        return Expect(status=(came.status,))
    status = 200 if came.status == 304 else came.status
    return Expect(status=(status,), headers=_headers(visit), body_contains=_headline(visit, values), json=_facts(visit))


def _headers(visit: Visit) -> tuple[tuple[str, Template], ...]:
    """The media type of what is no page: an error page with status 200 is none."""
    kind = visit.last.came.media_type
    if visit.is_page or not re.fullmatch(r"(application|text)/[\w.+-]+", kind) or not visit.last.came.body:
        return ()
    return (("content-type", Template((kind,))),)


def _headline(visit: Visit, values: Values) -> tuple[Template, ...]:
    """Words that say which page it is, unless they are this visitor's own."""
    if visit.last.came.media_type != "text/html":
        return ()
    sent = _said(visit)
    for text in finding.headline(visit.last.came):
        own = any(word in text for word in sent if len(word) > 3)
        if values.shows(text) and text.isprintable() and not own and not re.search(r"\d", text):
            return (Template((text,)),)
    return ()


def _said(visit: Visit) -> list[str]:
    """What the visitor has just typed: it may stand in the answer's heading."""
    return [value for _, value in visit.first.sent.form or ()]


def _facts(visit: Visit) -> tuple[tuple[str, JsonTemplate], ...]:
    """`ok`, `success` and the like, at the top of a JSON answer."""
    try:
        document = json.loads(visit.last.came.body)
    except (ValueError, RecursionError):
        return ()
    top = document if isinstance(document, dict) else {}
    return tuple((f"$.{key}", top[key]) for key in ("ok", "success", "authenticated") if isinstance(top.get(key), bool))


def _stream(visit: Visit) -> Stream | None:
    came = visit.last.came
    if came.media_type not in _STREAMED:
        return None
    return Stream(until=_until(came.body))


def _until(body: str) -> str | None:
    """What ends a stream of events: a word of its own, else what stands in the last event and in none before."""
    *before, last = EventStream().feed(body.encode() + b"\n\n") or [""]
    earlier = "\n".join(before)
    for end in _ENDS:
        if end in last:
            return end
    name = re.findall(r"^event: ?([\w.-]{2,60})$", body, re.MULTILINE)
    if name and name.count(name[-1]) == 1 and f"event: {name[-1]}" in body and name[-1] not in earlier:
        return f"event: {name[-1]}"
    texts = re.findall(r'"([A-Za-z_.-]{3,40})"', last)
    return next((text for text in texts if text not in earlier), None) if before else None


# Which endpoint it is ---------------------------------------------------------------------------------------


def _measure(visit: Visit, stream: Stream | None) -> str | None:
    """The key endpoints: login, signup, and the message that is sent."""
    sent = visit.first.sent
    if sent.method == "GET":
        return None
    said = names.words(urlsplit(sent.url).path)
    if is_signup(visit):
        return "signup" if _has_password(visit) else None
    if _has_password(visit) or any(_DOORS.get(word) == "login" for word in said):
        return "login"
    return "message-send" if stream or (_MESSAGE & set(said[-2:]) and sent.method == "POST") else None


def _has_password(visit: Visit) -> bool:
    sent = visit.first.sent
    fields = [name for name, _ in sent.form] if sent.form else re.findall(r'"(\w{1,40})"\s*:', sent.body[:20_000])
    return any(map(names.is_password, fields))


# What is told -----------------------------------------------------------------------------------------------


def _notes(found: Sifted, journey: Journey, values: Values) -> Iterator[str]:
    given = {line.partition("=")[0].strip() for visit in found.visits for line in visit.last.came.all("set-cookie")}
    given |= {line.partition("=")[0].strip() for visit in found.visits for line in visit.first.came.all("set-cookie")}
    first = found.visits[0].first.sent.header("cookie")
    if first and any(names.is_secret(part.partition("=")[0]) for part in first.split(";")):
        yield "The recording begins with a session; record from a private window, or it needs what came before."
    bound = {capture.name for captures in values.captures.values() for capture in captures}
    if not any(True for visit in found.visits for _ in cookies(visit)) and _has_any_password(found):
        yield "The recording has no cookies (Chromium leaves them out by default): the journey keeps its own."
    if any(step.method not in ("GET", "HEAD") for step in journey.steps):
        yield "It writes: what it makes stays unless you add a [[cleanup]]."
    if not bound and any(step.method != "GET" for step in journey.steps):
        yield "No later request needed a value of an earlier answer."


def _has_any_password(found: Sifted) -> bool:
    return any(map(_has_password, found.visits))


def shown_path(entry: Entry, values_shown: int = 60) -> str:
    """A left-out request's path for people: without its query, in which secrets stand."""
    parts = urlsplit(entry.sent.url)
    segments = ["…" if names.is_made(part) else part for part in parts.path.split("/")]
    return printable("/".join(segments) or "/", values_shown)
