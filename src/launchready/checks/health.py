"""Can a machine ask whether the app is well, and does it get the truth?"""

from collections.abc import Iterator

from launchready.checks.registry import DoesNotApply, check
from launchready.model.facts import HealthAnswer, HealthFacts, Says
from launchready.model.finding import Evidence, Impact, Remedy, RemedyKind, Severity, Stage
from launchready.model.gap import Gap, peek
from launchready.model.launch import Launch, Role

# Monitors ask every half minute or so; an answer that is younger than that hides nothing from them.
FRESH_S = 30

_DEVELOPER = "whoever develops the app"


@check(
    stage=Stage.MONITORING,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="No health address says that the app is up",
    why="Monitors, load balancers and deploys ask such an address whether the app works; without it you hear of an "
    "outage from your customers.",
    fix="Answer 200 at /healthz when the app can reach what it needs, else 503, and declare it in launch.toml.",
    source="draft-inadarei-api-health-check-06",
)
def health_endpoint_missing(health: HealthFacts, launch: Launch) -> Iterator[Evidence]:
    """The health address that [hosts] declares must be there: an answer of 5xx is one, and is named as a server error
    instead. On an app or API that declares none, the usual ones are tried, from /healthz to /livez."""
    if not health.declared:
        yield from _none_of_the_usual(health, launch)
        return
    for answer in health.answers:
        if answer.status < 200 or 300 <= answer.status < 500:  # 5xx: it is there, and `server-error` names it
            text = f"https://{health.subject}{answer.path} {_answered(answer)}"
            yield Evidence(text, remedy=_endpoint(answer.path), severity=Severity.MAJOR)


def _none_of_the_usual(health: HealthFacts, launch: Launch) -> Iterator[Evidence]:
    host = launch.host(health.subject)
    if host is not None and host.role not in (Role.APP, Role.API):
        raise DoesNotApply
    seen = [answer for answer in health.answers if not isinstance(peek(answer, "status"), Gap)]
    if any(_is_health(answer, health.missing_status) for answer in seen):
        return
    for answer in health.answers:  # one that was not seen may be the one
        _ = answer.status
    yield Evidence(
        f"none of {', '.join(answer.path for answer in health.answers)} is one", remedy=_endpoint("/healthz")
    )


def _is_health(answer: HealthAnswer, missing_status: int) -> bool:
    """Whether there is a health address, well or not, for strangers or not."""
    if answer.says is Says.PAGE:
        return answer.status >= 500  # everything fails: whether there is one cannot be told, so it is not accused
    there = 200 <= answer.status < 300 or answer.status >= 500 or answer.status in (401, 403)
    return there and (answer.status < 300 or answer.status >= 500 or answer.status != missing_status)


def _answered(answer: HealthAnswer) -> str:
    if answer.status in (401, 403):
        return f"answers {answer.status}: it lets no monitor in"
    return f"answers {answer.status}" if answer.status else "closes the connection without an answer"


@check(
    stage=Stage.MONITORING,
    impact=Impact.BLIND,
    severity=Severity.MAJOR,
    title="The health address says that all is well when it may not be",
    why="Every monitor stays green through an outage, and a broken version is let through by the deploy.",
    fix="Answer 503 when a part that the app cannot work without is down, and let nothing cache the answer.",
    source="draft-inadarei-api-health-check-06, section 3",
)
def health_endpoint_lies(health: HealthFacts) -> Iterator[Evidence]:
    """Where a health address answers 2xx, its body must not say that something is down, it must not be the page that
    the host answers to any address, and no cache may keep it for longer than thirty seconds."""
    unseen = [answer for answer in health.answers if isinstance(peek(answer, "status"), Gap)]
    fine = [answer for answer in health.answers if answer not in unseen and 200 <= answer.status < 300]
    ours = [answer for answer in fine if health.declared or answer.says is not Says.PAGE]
    for answer in ours:
        lie = _lie(answer)
        if lie:
            text = f"https://{health.subject}{answer.path} answers {answer.status} {lie}"
            yield Evidence(text, remedy=_endpoint(answer.path))
    for answer in unseen:
        _ = answer.status
    if not ours and not any(answer.status >= 500 for answer in health.answers):
        raise DoesNotApply


def _lie(answer: HealthAnswer) -> str | None:
    if answer.says is Says.UNWELL:
        return f"while it says `{answer.because}`"
    if answer.says is Says.PAGE:
        return "with the page that any address gets, so it would still do so with the app down"
    if answer.cached_s is not None and not 0 < answer.cached_s <= FRESH_S:
        kept = f", up to {answer.cached_s} seconds old" if answer.cached_s else ""
        return f"out of a cache{kept}"
    return None


def _endpoint(path: str) -> Remedy:
    """A health address in a few lines, in the shape that most frameworks can take over."""
    text = (
        f'@app.get("{path}")\n'
        "def health() -> JSONResponse:\n"
        "    well = database_answers()  # SELECT 1, and whatever else nothing works without\n"
        '    return JSONResponse({"status": "ok" if well else "fail"}, status_code=200 if well else 503,\n'
        '                        headers={"Cache-Control": "no-store"})'
    )
    return Remedy(kind=RemedyKind.CODE, text=text, who=_DEVELOPER, minutes=30)
