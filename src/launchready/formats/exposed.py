"""Is this really the file? Told by its bytes, not its address; no input raises, and nothing of it is kept."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from launchready.formats import error_page
from launchready.model.facts import FileKind, LeakKind

READ_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What the bytes are; `secret` when they may hold what only the team should know; `names` for env files."""

    kind: FileKind
    secret: bool
    names: int | None = None


def recognise(body: bytes, among: Iterable[FileKind], *, whole: bool = True) -> Recognised | None:
    """The first of these kinds that `body` is; `whole` is False when it is only the beginning of the file."""
    body = body[:READ_BYTES]
    for kind in among:
        found = _RECOGNISERS[kind](body, whole)
        if found:
            return found
    return None


_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]{0,199})\s*=(.*)")
# Prefixes of settings that build tools put into the page for everybody to read, as their documentation says.
_FOR_EVERYBODY = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "PUBLIC_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "GATSBY_")
_HARMLESS = frozenset({"NODE_ENV", "APP_ENV", "APP_NAME", "APP_DEBUG", "PORT", "HOST", "TZ", "LANG", "LOG_LEVEL"})


# A quoted value may run over several lines (keys in PEM, JSON), and may not end in what was read.
_QUOTED = re.compile(r"""=[ \t]*(['"])(.*?)(?:\1|\Z)""", re.DOTALL)


def _env(body: bytes, whole: bool) -> Recognised | None:
    """Lines of NAME=value and hardly anything else; a page about such a file is HTML, and no such lines."""
    text = _text(body)
    if text is None or _is_markup(text):
        return None
    lines = _QUOTED.sub(lambda quoted: "=x" if quoted[2].strip() else "=", text).splitlines()
    said = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
    settings = [found for found in map(_ASSIGNMENT.fullmatch, said) if found]
    if 2 * len(settings) < len(said) or not any(_is_setting(found[1]) for found in settings):
        return None
    return Recognised(kind=FileKind.ENV, secret=any(map(_may_be_secret, settings)), names=len(settings))


def _is_setting(name: str) -> bool:
    """Names in capitals, as nearly everybody writes them, or ones that say what they hold."""
    return name.isupper() or bool(re.search(r"key|secret|token|passw|database|db_|_url", name, re.I))


def _may_be_secret(setting: re.Match[str]) -> bool:
    name, value = setting[1].upper(), setting[2].strip().strip("'\"")
    return bool(value) and name not in _HARMLESS and not name.startswith(_FOR_EVERYBODY)


def _git(body: bytes, whole: bool) -> Recognised | None:
    """A HEAD (a branch's name or a commit) or a config with its core section (gitrepository-layout(5))."""
    head = re.fullmatch(rb"(ref: refs/[^\s\x00-\x1f]{1,250}|[0-9a-f]{40}|[0-9a-f]{64})\s*", body)
    config = re.search(rb"^\[core\][ \t\r]*$", body, re.MULTILINE) and b"repositoryformatversion" in body
    return Recognised(kind=FileKind.GIT, secret=True) if head or (config and not _is_page(body)) else None


_SQL_HEAD = re.compile(
    rb"\s*(?:/\*.{0,200}?\*/\s*)?-- (?:MySQL|MariaDB|PostgreSQL|phpMyAdmin|SQLite|Adminer|HeidiSQL|Dump)[^\n]*", re.I
)
_SQL = re.compile(
    rb"^[ \t]*(?:CREATE TABLE\s|INSERT INTO\s|DROP TABLE IF EXISTS\s|PRAGMA foreign_keys\s?=|"
    rb"COPY \S{1,200} [^\n]{0,2000}FROM stdin)",
    re.I | re.M,
)
_SQL_ROWS = re.compile(rb"^[ \t]*(?:INSERT INTO\s|COPY \S{1,200} [^\n]{0,2000}FROM stdin)", re.I | re.M)


def _sql_dump(body: bytes, whole: bool) -> Recognised | None:
    if body.startswith(b"PGDMP"):  # pg_dump's custom format
        return Recognised(kind=FileKind.SQL_DUMP, secret=True)
    if _is_page(body) or not (_SQL_HEAD.match(body) or _SQL.search(body)):
        return None
    # A dump that goes on is taken to hold rows: nobody keeps 64 KiB of table definitions in a backup alone.
    return Recognised(kind=FileKind.SQL_DUMP, secret=not whole or bool(_SQL_ROWS.search(body)))


def _database(body: bytes, whole: bool) -> Recognised | None:
    """SQLite's file header, and the tape header of SQL Server's .bak files."""
    if body.startswith((b"SQLite format 3\0", b"TAPE\0\0")):
        return Recognised(kind=FileKind.DATABASE, secret=True)
    return None


_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b\x08",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"BZh",
    b"\xfd7zXZ\0",
)
_TAR_MAGIC_AT = 257


def _archive(body: bytes, whole: bool) -> Recognised | None:
    if body.startswith(_ARCHIVES) or body[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return Recognised(kind=FileKind.ARCHIVE, secret=True)
    return None


def _source_code(body: bytes, whole: bool) -> Recognised | None:
    """Code that the server should have run instead of sent."""
    if re.match(rb"\s*<\?php\s", body):
        return Recognised(kind=FileKind.SOURCE_CODE, secret=True)
    return None


_CREDENTIALS = (
    re.compile(rb"^[ \t]*aws_secret_access_key\s*=\s*\S", re.I | re.M),
    re.compile(rb"^[^\n#;]{0,200}:?_(?:authToken|password|auth)\s*=\s*[^\s$]", re.M),
    re.compile(rb"\A\s*-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    re.compile(rb"\A[^\s:<>]{1,100}:(?:\$apr1\$|\$2[aby]\$|\$[156]\$|\{SHA\})\S{1,200}\s*$", re.M),
)


def _credentials(body: bytes, whole: bool) -> Recognised | None:
    """AWS credentials, an .npmrc with its token, a private key, an .htpasswd."""
    if not _is_page(body) and any(one.search(body) for one in _CREDENTIALS):
        return Recognised(kind=FileKind.CREDENTIALS, secret=True)
    return None


_SERVICES = re.compile(rb"^services:[ \t\r]*$", re.M)
_IMAGES = re.compile(rb"^[ \t]+(?:image|build):", re.M)
_LITERAL = re.compile(
    rb"^[ \t-]*[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|KEY)[A-Z0-9_]*[ \t]*[:=][ \t]*['\"]?[^\s$'\"]", re.M
)


def _compose(body: bytes, whole: bool) -> Recognised | None:
    if _is_page(body) or not (_SERVICES.search(body) and _IMAGES.search(body)):
        return None
    return Recognised(kind=FileKind.COMPOSE, secret=bool(_LITERAL.search(body)))


_SECRET_KEY = re.compile(
    rb'"[\w.-]{0,60}?(?:password|passwd|client_?secret|secret|secret_?key|private_?key|secret_?access_?key|'
    rb'service_?role_?key|connection_?string|database_?url|dsn_private)"\s*:\s*"(?!/|https?:)[^"\s]{4,}"',
    re.I,
)
_SECRET_SHAPES = re.compile(rb'"(?:sk_live_|rk_live_|sk-ant-|sk-proj-|AKIA|ghp_|xox[bp]-|whsec_)[\w-]{8,}"')


def _config(body: bytes, whole: bool) -> Recognised | None:
    """JSON with a secret in it; settings that a page needs in the browser are there for everybody."""
    if body.lstrip()[:1] != b"{":
        return None
    secret = _SECRET_KEY.search(body) or _SECRET_SHAPES.search(body)
    return Recognised(kind=FileKind.CONFIG, secret=True) if secret else None


def _console(body: bytes, whole: bool) -> Recognised | None:
    """Werkzeug's interactive console: whoever opens it runs code on the server, or needs only its PIN."""
    if b"Interactive Console" in body and (b"werkzeug" in body.lower() or b"__debugger__" in body):
        return Recognised(kind=FileKind.CONSOLE, secret=True)
    return None


_DEBUG = (
    re.compile(rb"<title>(?:PHP [\d.]+\S* - )?phpinfo\(\)", re.I),
    re.compile(rb"<title>[^<]{0,80}(?:Symfony Profiler|Profiler</title>)", re.I),
    re.compile(rb'id="djDebug"'),
    re.compile(rb"<title>/debug/pprof/</title>"),
    re.compile(rb'\A\s*\{(?=.*"propertySources"\s*:\s*\[)', re.S),
    re.compile(rb'\A\s*\{(?=.*"cmdline"\s*:\s*\[)(?=.*"memstats"\s*:\s*\{)', re.S),
)
_ENVIRONMENT = (re.compile(rb"\bPATH\b['\"]?\s*[=:]"), re.compile(rb"\b(?:HOME|PWD|HOSTNAME)\b['\"]?\s*[=:]"))


def _debug_page(body: bytes, whole: bool) -> Recognised | None:
    """A framework's debug page, a stack trace, or the environment of the server's process."""
    environment = not _is_page(body) and all(one.search(body) for one in _ENVIRONMENT)
    if environment or any(one.search(body) for one in _DEBUG):
        return Recognised(kind=FileKind.DEBUG_PAGE, secret=environment)
    worst = {leak.kind for leak in error_page.leaks(body)}
    if worst & {LeakKind.DEBUG_PAGE, LeakKind.STACK_TRACE}:
        return Recognised(kind=FileKind.DEBUG_PAGE, secret=False)
    return None


def _server_status(body: bytes, whole: bool) -> Recognised | None:
    """Apache's mod_status, and nginx's stub_status."""
    apache = re.search(rb"<title>Apache Status</title>", body, re.I) or (
        body.startswith(b"Total Accesses:") or b"\nScoreboard: " in body
    )
    nginx = re.match(rb"Active connections: \d+\s+server accepts handled requests", body)
    return Recognised(kind=FileKind.SERVER_STATUS, secret=False) if apache or nginx else None


def _folder_list(body: bytes, whole: bool) -> Recognised | None:
    """The Finder's .DS_Store, which names every file of its folder."""
    if body.startswith(b"\0\0\0\1Bud1"):
        return Recognised(kind=FileKind.FOLDER_LIST, secret=False)
    return None


_VERSION_3 = re.compile(rb'"version"\s*:\s*3\b')
_CONTENT = re.compile(rb'"sourcesContent"\s*:\s*\[\s*(?:null\s*,\s*){0,1000}"')


def has_sources(body: bytes) -> bool:
    """Whether a source map (ECMA-426) holds the sources themselves, not only their names."""
    head = body.removeprefix(b")]}'").lstrip()  # the prefix that ECMA-426 lets servers put before the JSON
    return head[:1] == b"{" and bool(_VERSION_3.search(body)) and bool(_CONTENT.search(body))


def _source_map(body: bytes, whole: bool) -> Recognised | None:
    return Recognised(kind=FileKind.SOURCE_MAP, secret=False) if has_sources(body) else None


def _text(body: bytes) -> str | None:
    """The bytes as text; None when they are none."""
    if b"\0" in body:
        return None
    return body.decode("utf-8", "replace").removeprefix("\ufeff")


def _is_markup(text: str) -> bool:
    return text.lstrip()[:1] in ("<", "{", "[")


_PAGE = re.compile(rb"<(?:!doctype|html|head|body|\?xml|!--)", re.I)


def _is_page(body: bytes) -> bool:
    return bool(_PAGE.match(body.removeprefix(b"\xef\xbb\xbf").lstrip()))


_RECOGNISERS: Mapping[FileKind, Callable[[bytes, bool], Recognised | None]] = MappingProxyType(
    {
        FileKind.ENV: _env,
        FileKind.GIT: _git,
        FileKind.SQL_DUMP: _sql_dump,
        FileKind.DATABASE: _database,
        FileKind.ARCHIVE: _archive,
        FileKind.SOURCE_CODE: _source_code,
        FileKind.CREDENTIALS: _credentials,
        FileKind.COMPOSE: _compose,
        FileKind.CONFIG: _config,
        FileKind.CONSOLE: _console,
        FileKind.DEBUG_PAGE: _debug_page,
        FileKind.SERVER_STATUS: _server_status,
        FileKind.FOLDER_LIST: _folder_list,
        FileKind.SOURCE_MAP: _source_map,
    }
)
