"""Files and error pages from strangers: told by their content, and no input raises."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from launchready.formats import error_page, exposed, source_maps
from launchready.formats.exposed import recognise
from launchready.formats.html import scripts
from launchready.model.facts import FileKind, LeakKind


def kind_of(body: bytes, *, whole: bool = True) -> tuple[FileKind, bool] | None:
    found = recognise(body, FileKind, whole=whole)
    return (found.kind, found.secret) if found else None


PEM = b'A=1\nKEY="-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN\nBgkqhk\n-----END PRIVATE KEY-----"\n'


@pytest.mark.parametrize(
    ("body", "kind", "secret"),
    [
        (b"KEY=abc", FileKind.ENV, True),
        (b"\xef\xbb\xbfKEY=abc\r\nOTHER = 'b c'\r\n", FileKind.ENV, True),
        (b"# only a comment\n\nexport A_B=1", FileKind.ENV, True),
        (b"KEY=\n", FileKind.ENV, False),
        (b"db_password=x\nport=3\n", FileKind.ENV, True),
        (b"NODE_ENV=production\nNEXT_PUBLIC_URL=https://x\n", FileKind.ENV, False),
        (PEM, FileKind.ENV, True),
        (b'A=\'{\n "type": 1,\n "b": 2,\n "c": 3\n}\'\nB=\n', FileKind.ENV, True),
        (b'KEY="-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN\nBgkqhk', FileKind.ENV, True),
        (b"A=''\nB=\"\"\n", FileKind.ENV, False),
        (b"ref: refs/heads/feature/x\n", FileKind.GIT, True),
        (b"0123456789abcdef0123456789abcdef01234567\n", FileKind.GIT, True),
        (b"[core]\r\n\trepositoryformatversion = 0\r\n", FileKind.GIT, True),
        (b"PGDMP\x01\x0e", FileKind.SQL_DUMP, True),
        (b"/*!40101 x */\n-- MariaDB dump 10.19\n", FileKind.SQL_DUMP, False),
        (b"SET x;\nCOPY public.users (id, email) FROM stdin;\n-- PostgreSQL", FileKind.SQL_DUMP, True),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", FileKind.SQL_DUMP, False),
        (b"create table if not exists a (b int);\ninsert into a values (1);", FileKind.SQL_DUMP, True),
        (b"SQLite format 3\0rest", FileKind.DATABASE, True),
        (b"PK\x03\x04rest", FileKind.ARCHIVE, True),
        (b"\x1f\x8b\x08\x00", FileKind.ARCHIVE, True),
        (b"a" * 257 + b"ustar\x0000", FileKind.ARCHIVE, True),
        (b"<?php\ndefine('DB_PASSWORD', 'x');", FileKind.SOURCE_CODE, True),
        (b"[default]\naws_access_key_id = A\naws_secret_access_key = B\n", FileKind.CREDENTIALS, True),
        (b"//registry.npmjs.org/:_authToken=npm_abc\n", FileKind.CREDENTIALS, True),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", FileKind.CREDENTIALS, True),
        (b"ada:$apr1$x$y\n", FileKind.CREDENTIALS, True),
        (b"services:\n  db:\n    image: a\n    environment:\n      - DB_PASSWORD=x\n", FileKind.COMPOSE, True),
        (b"version: '3'\nservices:\n  app:\n    build: .\n", FileKind.COMPOSE, False),
        (b'{"a": {"clientSecret": "abcd"}}', FileKind.CONFIG, True),
        (b'{"stripe": "sk_live_12345678"}', FileKind.CONFIG, True),
        (b"<title>Console // Werkzeug Debugger</title><h1>Interactive Console</h1>", FileKind.CONSOLE, True),
        (b"<title>phpinfo()</title>", FileKind.DEBUG_PAGE, False),
        (b"<title>Symfony Profiler</title>", FileKind.DEBUG_PAGE, False),
        (b'<div id="djDebug" class="djdt-hidden">', FileKind.DEBUG_PAGE, False),
        (b"<html><title>/debug/pprof/</title>", FileKind.DEBUG_PAGE, False),
        (b'{"activeProfiles":[],"propertySources":[{"name":"x"}]}', FileKind.DEBUG_PAGE, False),
        (b'{"PATH": "/bin", "HOME": "/root"}', FileKind.DEBUG_PAGE, True),
        (b"Active connections: 2 \nserver accepts handled requests\n 1 1 1", FileKind.SERVER_STATUS, False),
        (b"<title>Apache Status</title>", FileKind.SERVER_STATUS, False),
        (b"\0\0\0\1Bud1\0", FileKind.FOLDER_LIST, False),
        (b')]}\'\n{"version": 3, "sourcesContent": [null, "x"]}', FileKind.SOURCE_MAP, False),
    ],
)
def test_what_it_is(body: bytes, kind: FileKind, secret: bool) -> None:
    assert kind_of(body) == (kind, secret)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"OK",
        b"<!doctype html><pre>\nDB_PASSWORD=x\n</pre>",
        b"<pre>A=1</pre>",
        b"status=ok\n",
        b"Not found. The address /.env=1 is not here.",
        b"Copy .env.example to .env and set\nKEY=abc\nbefore you start the app.\nThen run it.\nIt works.",
        b"ref: refs/heads/main is where HEAD points to",
        b"<!doctype html>\n<p>\n[core]\n repositoryformatversion",
        b"<!-- x -->\nCREATE TABLE x (a int);",
        b"To make a table write CREATE TABLE x",
        b'{"error": "not found"}',
        b'{"passwordMinLength": 8, "resetPassword": "/reset", "publicKey": "pk_live_12345678", "apiKey": "AIza"}',
        b'{"password": ""}',
        b'{"version": 3, "sources": ["a"], "mappings": ""}',
        b'{"version": 3, "sourcesContent": [null]}',
        b"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n",
        b"registry=https://registry.npmjs.org/\nsave-exact=true\n",
        b"services: we offer many\n",
        b"debug",
        b"Interactive Console for your customers",
    ],
)
def test_what_it_is_not(body: bytes) -> None:
    assert kind_of(body) is None


def test_names_are_counted_and_a_beginning_is_enough() -> None:
    found = recognise(b"A=1\nB=2\nC_D=3\nE=", [FileKind.ENV], whole=False)
    assert found and found.names == 4
    assert kind_of(b"-- MySQL dump\nCREATE TABLE", whole=False) == (FileKind.SQL_DUMP, True)


NODE = b"<pre>Error: x<br> &nbsp; &nbsp;at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)<br></pre>"


@pytest.mark.parametrize(
    ("body", "kind", "what"),
    [
        (b"Traceback (most recent call last):\n", LeakKind.STACK_TRACE, "Python"),
        (b"<pre>File &quot;/x/a.py&quot;, line 3, in f</pre>", LeakKind.STACK_TRACE, "Python"),
        (NODE, LeakKind.STACK_TRACE, "JavaScript"),
        (b'{"stack":"Error: x\\n    at f (file:///srv/a.mjs:1:2)"}', LeakKind.STACK_TRACE, "JavaScript"),
        (b"x\n    at Object.<anonymous> (C:\\app\\a.js:1:2)", LeakKind.STACK_TRACE, "JavaScript"),
        (b"\tat com.acme.Api.get(Api.java:12)", LeakKind.STACK_TRACE, "Java"),
        (
            b"<b>Fatal error</b>: Uncaught E in <b>/var/www/html/a.php</b> on line <b>3</b>",
            LeakKind.STACK_TRACE,
            "PHP",
        ),
        (b"#0 /srv/a.php(12): f()\n", LeakKind.STACK_TRACE, "PHP"),
        (b"/srv/app/a.rb:12:in `show'", LeakKind.STACK_TRACE, "Ruby"),
        (b"goroutine 1 [running]:\n", LeakKind.STACK_TRACE, "Go"),
        (b"   at Acme.Api.Get(Int32 id) in /src/Api.cs:line 12", LeakKind.STACK_TRACE, ".NET"),
        (b"<p>You're seeing this error because you have <code>DEBUG = True</code>", LeakKind.DEBUG_PAGE, "Django"),
        (b"<title>Action Controller: Exception caught</title>", LeakKind.DEBUG_PAGE, "Rails"),
        (b"SQLSTATE[42S02]: Base table", LeakKind.SQL, "an SQLSTATE error"),
        (b'relation "users" does not exist', LeakKind.SQL, "a PostgreSQL error"),
        (b"failed: SELECT id, email FROM users WHERE id = 1", LeakKind.SQL, "an SQL statement"),
        (b"not in /var/www/app/index.php", LeakKind.FILE_PATH, "/var/www/app/index.php"),
        (b"<hr><center>nginx/1.22.1</center>", LeakKind.VERSION, "nginx 1.22.1"),
        (b"<address>Apache/2.4.57 (Debian) Server at x Port 443</address>", LeakKind.VERSION, "Apache 2.4.57"),
        (b"<h3>Apache Tomcat/9.0.71</h3>", LeakKind.VERSION, "Apache Tomcat 9.0.71"),
    ],
)
def test_what_an_error_page_gives_away(body: bytes, kind: LeakKind, what: str) -> None:
    assert (kind, what) in [(leak.kind, leak.what) for leak in error_page.leaks(body)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<hr><center>nginx</center>",
        b"Cannot GET /launchready-check",
        b'{"detail":"Not Found"}',
        b"<script>// at f (/app/a.js:1:2)\n x = '/var/www/a.php'</script><link href=/app/main.js>Not found",
        b"Learn Python 3.12, or select a plan from the list where you like",
        b"We met at the cafe (open 9:00:00) and at /pricing:3",
        b"Version 2.4.1 of Parley. Open https://parley.dev/app/index.js",
        b"An error occurred: please try again in a minute",
    ],
)
def test_what_an_error_page_may_say(body: bytes) -> None:
    assert error_page.leaks(body) == ()


def test_where_a_source_map_is() -> None:
    assert source_maps.map_reference([], b"x()\n//# sourceMappingURL=a.js.map\n\n") == "a.js.map"
    assert source_maps.map_reference([("sourcemap", "b.map")], b"//# sourceMappingURL=a.map") == "b.map"
    assert source_maps.map_reference([], b"//# sourceMappingURL=data:application/json;base64,e30=") is None
    assert source_maps.map_reference([], b"//# sourceMappingURL=a.map\nmore()") is None


def test_scripts_of_a_page() -> None:
    page = b"<base href=/b/><script src=a.js></script><script>x</script><template><script src=c.js></script></template>"
    assert scripts(page, "https://x.example/") == ("https://x.example/b/a.js",)


LINES = (
    "<script>",
    "SELECT ",
    " FROM a",
    "at (",
    "\n",
    " ",
    'File "',
    "null,",
    "[",
    "{",
    "A=1",
    '"sourcesContent":[',
    "in ",
)


@given(st.binary() | st.lists(st.sampled_from(LINES)).map("".join).map(str.encode))
@example(b"\xff\xfe")
def test_no_body_raises(body: bytes) -> None:
    recognise(body, FileKind)
    error_page.leaks(body)
    source_maps.map_reference([], body)
    scripts(body, "https://x.example/")


@pytest.mark.parametrize("piece", LINES)
def test_a_hostile_body_takes_no_longer_than_its_length(piece: str) -> None:
    """A pattern that backtracks would take minutes here; the guard of the whole run ends it."""
    body = (piece * exposed.READ_BYTES)[: exposed.READ_BYTES].encode()
    recognise(body, FileKind)
    error_page.leaks(body)
