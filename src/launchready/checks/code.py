"""Does the code wait for ever, stop everybody, answer with everything, or tell what it should keep?"""

from collections.abc import Iterator

from launchready.checks.registry import check
from launchready.model.facts import CodeFacts
from launchready.model.finding import Evidence, Impact, Item, Remedy, RemedyKind, Severity, Stage

_DEVELOPER = "whoever develops the app"


def _found(code: CodeFacts, rule: str, minutes: int) -> Iterator[Evidence]:
    """Each place that the rule accuses, as a finding of its own; a file that could not be read leaves it unknown."""
    for one in code.found:
        if one.rule == rule:
            yield Evidence(
                one.what,
                remedy=Remedy(kind=RemedyKind.CODE, text=one.mend, who=_DEVELOPER, minutes=minutes),
                item=Item(subject=f"{one.path}:{one.line}", kind=code.subject, place=(one.path, one.line)),
            )
    _ = code.whole


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="A call to another service may wait for ever",
    why="When that service hangs, every visitor who needs it holds a worker of yours, until none is left for anybody.",
    fix="Give every call that leaves the machine a time limit, shorter than a visitor waits.",
    source="requests.readthedocs.io, Timeouts; undici, headersTimeout (300 s)",
)
def call_without_timeout(code: CodeFacts) -> Iterator[Evidence]:
    """Calls by requests, httpx, aiohttp, urllib, smtplib, socket, psycopg, fetch, axios, got, ky and node:http are
    followed through imports, names, sessions, instances and options. A library's own limit counts; what cannot be
    followed is not accused. Tests, scripts, migrations and the browser's code are left aside."""
    yield from _found(code, "call-without-timeout", 5)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MINOR,
    title="A provider is asked once, and the visitor is shown its hiccup",
    why="Providers of models, payments and mail are busy now and then; asking again a moment later mostly works.",
    fix="Ask again two or three times, each time later and not all at once; the providers' own clients do so.",
    source="Exponential Backoff And Jitter, AWS Architecture Blog; README of openai, Retries",
)
def call_without_retry(code: CodeFacts) -> Iterator[Evidence]:
    """Clients of OpenAI and Anthropic must not be told `max_retries=0`, and a plain HTTP call to a well-known provider
    of models, payments or mail must stand in a module that tries again in some way. Nothing else is accused."""
    yield from _found(code, "call-without-retry", 20)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.DOWNTIME,
    severity=Severity.MAJOR,
    title="The model may take ten minutes to answer, and everybody waits",
    why="OpenAI's and Anthropic's clients wait ten minutes by default; one slow hour there fills your workers.",
    fix="Give the client, or each call, the time that a visitor would really wait.",
    source="README of openai and of @anthropic-ai/sdk, Timeouts",
)
def model_timeout_default(code: CodeFacts) -> Iterator[Evidence]:
    """Each client of OpenAI, Azure OpenAI and Anthropic that is made in the code, and each call of LiteLLM, must be
    given a time limit there, per call, by `with_options`, by an HTTP client of its own or by a deadline around it."""
    yield from _found(code, "model-timeout-default", 5)


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MAJOR,
    title="One request makes all the others wait",
    why="A server of this sort serves everybody in turns; whoever waits in it without giving way stops all the rest.",
    fix="Use the library's asynchronous form, or have a thread do it.",
    source="docs.python.org, Developing with asyncio; nodejs.org, Don't Block the Event Loop",
)
def blocking_call_in_async(code: CodeFacts) -> Iterator[Evidence]:
    """In `async def` itself: sleeping, plain HTTP, subprocesses, databases and clients that wait in the thread. In
    JavaScript: the `…Sync` functions inside what answers requests. What a thread is given to run is left alone."""
    yield from _found(code, "blocking-call-in-async", 20)


@check(
    stage=Stage.PERFORMANCE,
    impact=Impact.SLOW,
    severity=Severity.MAJOR,
    title="An address answers with every row of a table",
    why="It is fast with today's ten rows; with a year's customers it takes seconds, then all of the memory.",
    fix="Answer with a page of rows, and let the visitor ask for the next.",
    source="Google AIP-158, Pagination",
)
def list_unbounded(code: CodeFacts) -> Iterator[Evidence]:
    """Handlers that return all rows of one table, neither filtered nor limited (SQLAlchemy, SQLModel, Django, Prisma,
    Mongoose, Drizzle), and Django's list views without pages. Tables that stay small by their name are left alone."""
    yield from _found(code, "list-unbounded", 30)


@check(
    stage=Stage.MONITORING,
    impact=Impact.BLIND,
    severity=Severity.MINOR,
    title="An error is caught and written down nowhere",
    why="It will happen to customers, and nothing will tell you that, when, or why.",
    fix="Log the error where it is caught, with what was being done.",
    source="OWASP Logging Cheat Sheet, Which events to log",
)
def error_logging_missing(code: CodeFacts) -> Iterator[Evidence]:
    """Only where handlers and background jobs catch every error, after work that can really fail, and neither raise,
    tell, nor use the error in any way. Conversions and putting things away are left alone."""
    yield from _found(code, "error-logging-missing", 5)


@check(
    stage=Stage.PRODUCTION_DEPLOY,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="Strangers are shown the error as it came",
    why="The text of an unexpected error tells of tables, paths, addresses and sometimes keys.",
    fix="Log the error, and answer with a sentence and an id by which you find it in the log.",
    source="OWASP Error Handling Cheat Sheet; CWE-209",
)
def error_handler_leaks(code: CodeFacts) -> Iterator[Evidence]:
    """Where every sort of error is caught, its text, stack or traceback must not go into the answer. Errors of one kind
    that are made to be shown are left alone, and so is what a setting for development decides."""
    yield from _found(code, "error-handler-leaks", 10)


@check(
    stage=Stage.EMAIL_AND_SECRETS,
    impact=Impact.SECRET_EXPOSURE,
    severity=Severity.MAJOR,
    title="What visitors write, or what opens their accounts, goes into the log",
    why="Logs are kept long, copied to services and read by many; visitors tell a chatbot what they tell nobody else.",
    fix="Log who, when, how long and how much; never the text, the password or the token.",
    source="OWASP Logging Cheat Sheet, Data to exclude",
)
def prompts_logged(code: CodeFacts) -> Iterator[Evidence]:
    """What loggers and prints of server code are given is followed: prompts, messages, bodies and headers of requests,
    passwords, tokens. Lengths, counts, parts and masked values are left alone, and so is the level debug."""
    yield from _found(code, "prompts-logged", 10)
