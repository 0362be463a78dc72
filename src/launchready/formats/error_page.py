"""What an error page gives away: frameworks in debug mode, stack traces, SQL, paths, versions; no input raises."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from launchready.model.facts import Leak, LeakKind

READ_BYTES = 64 * 1024
SHOWN = 120
MOST = 5

# What each framework's own debug page says of itself; all words of one entry must be there.
_DEBUG_PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Django", ("you have <code>debug = true</code>",)),
    ("Django", ("django settings file", "debug = true")),
    ("Django", ("exception type:", "exception location:", "python executable:")),
    ("Flask (Werkzeug debugger)", ("werkzeug debugger",)),
    ("Flask (Werkzeug debugger)", ("the debugger caught an exception in your wsgi application",)),
    ("Laravel", ("window.ignite(",)),
    ("Laravel", ("facade\\ignition",)),
    ("PHP (Whoops)", ("whoops! there was an error",)),
    ("PHP (Whoops)", ("whoops container", "stack-container")),
    ("PHP (Xdebug)", ("xdebug-error",)),
    ("Symfony", ("symfony exception", "stack trace")),
    ("Symfony", ("sf-dump", "symfony")),
    ("Rails", ("action controller: exception caught",)),
    ("Rails", ("rails.root:", "application trace")),
    ("Rails", ("routing error", "rails.root")),
    ("ASP.NET", ("an unhandled exception occurred during the execution of the current web request",)),
    ("ASP.NET", ("an unhandled exception occurred while processing the request",)),
    ("Next.js in development", ("__next_data__", '"err":{', '"stack":')),
    ("Phoenix", ("plug.debugger",)),
    ("Starlette in debug mode", ("500 server error", "traceback", "frame-line")),
)

_AT = r"^[^\S\n]{0,40}at "  # how most runtimes begin a line of a trace
_CODE = r"(?:file://|node:|/|[A-Z]:\\)[^\s()]{1,300}"
_TRACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Python", re.compile(r"Traceback \(most recent call last\)")),
    ("Python", re.compile(r'File "[^"\n]{1,300}\.py", line [0-9]+, in ')),
    ("JavaScript", re.compile(rf"{_AT}(?:[^\n()]{{0,200}} \()?{_CODE}:[0-9]+:[0-9]+\)?", re.M)),
    ("Java", re.compile(rf"{_AT}[\w$.<>/]{{3,300}}\([\w$]{{1,100}}\.(?:java|kt|scala|groovy):[0-9]+\)", re.M)),
    (".NET", re.compile(rf"{_AT}[^\n()]{{3,300}}\([^\n]{{0,300}}\) in [^\n]{{1,300}}\.cs:line [0-9]+", re.M)),
    ("PHP", re.compile(r"\b(?:error|Warning|Notice|Deprecated):\s[^\n]{1,300}\sin\s{1,3}\S{1,300}\.php(?:\s|:[0-9])")),
    ("PHP", re.compile(r"^#[0-9]+ \S{1,300}\.php\([0-9]+\): ", re.M)),
    ("Ruby", re.compile(r"^[^\S\n]{0,40}(?:from )?\S{1,300}\.rb:[0-9]+:in [`']", re.M)),
    ("Go", re.compile(r"^goroutine [0-9]+ \[[a-z ]{1,40}\]:", re.M)),
    ("Rust", re.compile(r"thread '[^'\n]{1,100}' panicked at ")),
)

_SQL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an SQLSTATE error", re.compile(r"SQLSTATE\[\w{5}\]")),
    (
        "a PostgreSQL error",
        re.compile(
            r"\bpsycopg2?\.(?:errors|OperationalError|ProgrammingError)|\bPG::\w{3,40}Error|asyncpg\.exceptions|"
            r'relation "[^"\n]{1,100}" does not exist|syntax error at or near "'
        ),
    ),
    (
        "a MySQL error",
        re.compile(r"You have an error in your SQL syntax|MySQLSyntaxErrorException|\bER_[A-Z_]{4,40}\b"),
    ),
    (
        "an SQLite error",
        re.compile(r"sqlite3\.(?:OperationalError|IntegrityError)|SQLITE_(?:ERROR|BUSY|CONSTRAINT)|no such table: \w"),
    ),
    ("an Oracle error", re.compile(r"\bORA-[0-9]{5}\b")),
    ("a Prisma error", re.compile(r"PrismaClient\w{0,30}Error|Invalid `prisma\.")),
    (
        "an SQL statement",
        re.compile(
            r"\bSELECT\s[^\n<>]{1,200}?\sFROM\s[\w\"`.]{2,100}\s(?:WHERE|LIMIT|INNER|LEFT|JOIN|ORDER BY)\b|"
            r"\bINSERT INTO\s[\w\"`.]{2,100}\s?\([^\n<>()]{1,500}\)\s?VALUES\b"
        ),
    ),
)

# Folders that only a server has; what follows must look like a file of code.
_PATH = re.compile(
    r"(?<![\w/.:-])(?:/(?:var/www|var/task|srv|home|root|usr/src|usr/local|usr/lib|opt|app|code|workspace|Users)/"
    r"[\w./@+-]{1,200}|[A-Z]:\\[\w.\\ -]{1,200})"
    r"\.(?:py|js|mjs|cjs|ts|tsx|jsx|php|rb|java|go|rs|cs|ex|erb|twig|vue|svelte)\b"
)

# Servers sign their pages NAME/VERSION; "Python 3.12" in a sentence is about something else.
_VERSION = re.compile(
    r"(?<![\w./-])(nginx|openresty|Apache Tomcat|Apache|PHP|Werkzeug|gunicorn|uvicorn|hypercorn|Phusion Passenger|"
    r"Microsoft-IIS|Jetty:/|lighttpd|LiteSpeed|CherryPy|TornadoServer|WSGIServer|Python|Puma|OpenSSL|WildFly|Express)"
    r"/ ?([0-9]+\.[0-9]+[\w.-]{0,20})"
)


# Plain text may hold `<anonymous>` or `<module>`, which are no tags.
_TAG = re.compile(
    r"<(?:!doctype|/?(?:html|head|title|body|div|p|pre|h[1-6]|b|br|hr|center|code|span|address|a|script|style|link|meta|i|em|strong)[\s>/])",
    re.I,
)
_BREAK = re.compile(r"(?=<(?:/?(?:p|div|li|tr|td|pre|title|h[1-6])|br|hr)\b)", re.I)


def leaks(body: bytes) -> tuple[Leak, ...]:
    """Everything that an error page should not say, worst first, each once; never a value, a query or a message."""
    raw = body[:READ_BYTES].decode("utf-8", "replace").replace("\0", "")
    found = dict.fromkeys(_found(raw.lower(), _as_read(raw)))
    order = list(LeakKind)
    return tuple(sorted(found, key=lambda leak: order.index(leak.kind)))[:MOST]


def _found(lower: str, text: str) -> Iterator[Leak]:
    for name, words in _DEBUG_PAGES:
        if all(word in lower for word in words):
            yield Leak(kind=LeakKind.DEBUG_PAGE, what=name)
    for kind, patterns in ((LeakKind.STACK_TRACE, _TRACES), (LeakKind.SQL, _SQL)):
        for name, pattern in patterns:
            if pattern.search(text):
                yield Leak(kind=kind, what=name)
    if path := _PATH.search(text):
        yield Leak(kind=LeakKind.FILE_PATH, what=path[0][:SHOWN])
    for match in _VERSION.finditer(text):
        yield Leak(kind=LeakKind.VERSION, what=f"{match[1].rstrip(':/')} {match[2].rstrip('.-')}")


def _as_read(raw: str) -> str:
    """The page as a person reads it: no scripts, styles or tags; in JSON, the escapes of strings resolved."""
    if _TAG.search(raw):
        tree = LexborHTMLParser(_BREAK.sub("\n", raw))
        tree.strip_tags(["script", "style", "template"])
        raw = tree.root.text() if tree.root else ""
    return raw.replace("\\n", "\n").replace('\\"', '"').replace("\\/", "/")
