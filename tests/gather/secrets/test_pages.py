"""Deployed pages on a real server, as bundlers lay them out: every script that may load is read, and nobody else's."""

import asyncio
import base64
import json
from collections.abc import Mapping

import pytest

from launchready.gather.secrets.pages import ReadPage, read_page
from launchready.model.launch import ConnectTo, Network
from launchready.wire.deadline import Deadline
from launchready.wire.dns import Dns
from launchready.wire.http import Http
from tests.box.internet import Internet
from tests.gather.secrets.keys import READER, new_key

HOST = "parley.dev"


def visited(network: Network, url: str = f"http://{HOST}/") -> ReadPage:
    async def run() -> ReadPage:
        deadline = Deadline(network.deadline_s)
        async with Dns(network, deadline) as dns, Http(network, deadline, dns) as http:
            return await read_page(url, READER, dns, http)

    return asyncio.run(run())


def served(internet: Internet, files: Mapping[str, str | bytes], server: str = "", *, url: str = "/") -> ReadPage:
    """What is read of a site with these files."""
    here, root = internet.ipv4(), internet.folder / "root"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    internet.nginx(
        f"types {{ text/html html; text/javascript js mjs; application/json json map; }}"
        f"server {{ listen {here}:80; root {root}; {server} }}"
    )
    to_here = tuple(ConnectTo(host=one, port=None, to_host=here, to_port=80) for one in (HOST, f"static.{HOST}"))
    return visited(Network(connect_to=to_here, deadline_s=20), f"http://{HOST}{url}")


def places(page: ReadPage) -> list[str]:
    """Where the keys stand, without the host."""
    return sorted(one.subject.removeprefix(f"http://{HOST}/") for one in page.found)


def a_map(*sources: tuple[str, str | None]) -> str:
    return json.dumps(
        {
            "version": 3,
            "sources": [name for name, _ in sources],
            "sourcesContent": [text for _, text in sources],
            "mappings": "AAAA",
        }
    )


def test_a_built_page_is_read_to_the_last_chunk_and_source(internet: Internet) -> None:
    key = new_key()
    page = served(
        internet,
        {
            "index.html": f'<title>x</title>\n<script>window.k="{key}"</script>'
            '<script type="module" src="/assets/index-a1b2c3d4.js?v=1"></script>',
            "assets/index-a1b2c3d4.js": 'const d=["assets/chat-e5f6a7b8.js"];import("./lazy-00aa11bb.js")',
            "assets/chat-e5f6a7b8.js": f'fetch("/x",{{k:"{key}"}})\n//# sourceMappingURL=chat-e5f6a7b8.js.map\n',
            "assets/chat-e5f6a7b8.js.map": a_map(("../src/none.ts", None), ("../src/api.ts", f"// one\nkey='{key}'")),
            "assets/lazy-00aa11bb.js": f"x='{key}' // allow\n",
        },
    )
    assert places(page) == [
        "/:2".removeprefix("/"),
        "assets/chat-e5f6a7b8.js.map!../src/api.ts:2",
        "assets/chat-e5f6a7b8.js:1",
        "assets/lazy-00aa11bb.js:1",
    ]
    assert [one.url for one in page.maps] == [f"http://{HOST}/assets/chat-e5f6a7b8.js.map"]
    assert (page.unread, page.others) == ((), ())
    assert key not in repr(page)


def test_webpack_and_next_chunks_are_read(internet: Internet) -> None:
    key = new_key()
    page = served(
        internet,
        {
            "index.html": '<script src="/_next/static/chunks/webpack-1.js" async></script>'
            '<script>self.__next_f.push([1,"1:I[\\"x\\",[\\"9\\",\\"static/chunks/app/(a)/page-9.js\\"]]"])</script>'
            '<script src="/_next/static/chunks/main-2.js"></script>',
            "_next/static/chunks/webpack-1.js": 'r.u=e=>"static/chunks/"+e+"."+{7:"aa",8:"bb"}[e]+".js",r.p="/_next/"',
            "_next/static/chunks/main-2.js": "1",
            "_next/static/chunks/7.aa.js": f"k='{key}'",
            "_next/static/chunks/8.bb.js": "k=1",
            "_next/static/chunks/app/(a)/page-9.js": f"k='{key}'",
        },
    )
    assert places(page) == ["_next/static/chunks/7.aa.js:1", "_next/static/chunks/app/(a)/page-9.js:1"]
    assert page.unread == ()


def test_a_chunk_that_only_another_chunk_asks_for_is_read(internet: Internet) -> None:
    page = served(
        internet,
        {
            "index.html": '<script src="/main.js"></script>',
            "main.js": 'r.u=e=>(890===e?"named":e)+".js";r.e(890).then()',
            "named.js": "r.e(295).then()",
            "295.js": f"k='{new_key()}'",
        },
    )
    assert places(page) == ["295.js:1"]


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="modulepreload" href="/x.js">',
        '<link rel="preload" as="script" href="/x.js">',
        '<link rel="prefetch" as="script" href="x.js">',
        '<link rel="manifest" href="/x.js">',
        '<script type="importmap">{"imports":{"a":"/x.js"}}</script>',
        '<script type="module">import("/x.js")</script>',
        '<script>navigator.serviceWorker.register("/x.js")</script>',
        '<script>fetch("/x.js?a").then()</script><a href="/about">a</a>',
        '<base href="/sub/"><script src="../x.js"></script>',
        '<script>importScripts("http://parley.dev/x.js")</script>',
        '<script src="//static.parley.dev/x.js"></script>',
    ],
)
def test_whatever_way_a_script_is_loaded(internet: Internet, html: str) -> None:
    page = served(internet, {"index.html": html, "x.js": f"\nk='{new_key()}'"})
    assert [one.subject.rpartition("/")[2] for one in page.found] == ["x.js:2"]


def test_settings_in_the_page_and_beside_it_are_read(internet: Internet) -> None:
    key = new_key()
    data = f'<script id="__NEXT_DATA__" type="application/json">{{"k":"{key}"}}</script>'
    page = served(
        internet,
        {
            "index.html": f'{data}\n<div data-k="{key}"></div>\n<!-- {key} -->\n<script>fetch("/config.json")</script>',
            "config.json": json.dumps({"key": key}),
        },
    )
    assert places(page) == [":1", ":2", ":3", "config.json:1"]


def test_pages_that_the_page_links_to_are_read_but_none_that_do_something(internet: Internet) -> None:
    key = new_key()
    page = served(
        internet,
        {
            "index.html": '<a href="/login?next=/">in</a><a href="/logout">out</a><a href="https://other.dev/login">o</a>',
            "login": '<script src="/login.js"></script>',
            "login.js": f"k='{key}'",
            "logout": f"{key}",
        },
    )
    assert places(page) == ["login.js:1"]


def test_scripts_of_others_are_named_and_not_read(internet: Internet) -> None:
    page = served(
        internet,
        {
            "index.html": '<script src="https://js.stripe.com/v3/"></script>'
            '<script src="https://d1a2b3c4.cloudfront.net/widget.js"></script><script src="/a.js"></script>',
            "a.js": 'import("https://cdn.vendor.dev/x.js");k="https://www.vendor.dev/y.js"',
        },
    )
    assert page.others == ("d1a2b3c4.cloudfront.net", "js.stripe.com")
    assert (page.found, page.unread) == ((), ())


@pytest.mark.parametrize(
    ("headers", "comment", "name"),
    [
        ("", "//# sourceMappingURL=x.js.map?v=1", "x.js.map"),
        ("", "//@ sourceMappingURL=maps/y.map", "maps/y.map"),
        ("add_header SourceMap /hidden/z.map;", "", "hidden/z.map"),
        ("", "", "x.js.map"),
        ("} location ~ map$ { types {} default_type text/html;", "//# sourceMappingURL=x.js.map", "x.js.map"),
    ],
)
def test_source_maps_are_read_wherever_they_are_said_to_be(
    internet: Internet, headers: str, comment: str, name: str
) -> None:
    page = served(
        internet,
        {
            "index.html": '<script src="/x.js"></script>',
            "x.js": f"f()\n{comment}\n",
            name: a_map(("webpack://app/./src/api.ts?1a2b", f"\nkey = '{new_key()}'"), ("b.ts", "x")),
        },
        f"location = /x.js {{ {headers} }}",
    )
    assert places(page) == [f"{name}!webpack://app/./src/api.ts:2"]
    assert [(one.url, one.sources) for one in page.maps] == [(f"http://{HOST}/{name}", 2)]


def test_maps_inside_scripts_are_read(internet: Internet) -> None:
    key = new_key()
    packed = base64.b64encode(a_map(("a.ts", f"k='{key}'")).encode()).decode()
    sections = {"version": 3, "sections": [{"offset": {}, "map": json.loads(a_map((name, key)))} for name in "cd"]}
    page = served(
        internet,
        {
            "index.html": '<script src="/x.js"></script><script src="/y.js"></script>',
            "x.js": f"eval('f()\\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,{packed}\\n//');",
            "y.js": "g()\n//# sourceMappingURL=y.js.map",
            "y.js.map": ")]}'\n" + json.dumps(sections),
        },
    )
    assert places(page) == ["x.js!a.ts:1", "y.js.map!c:1", "y.js.map!d:1"]


def test_an_app_that_gives_its_page_to_any_address_is_not_read_again(internet: Internet) -> None:
    page = served(
        internet,
        {"index.html": f'<script src="/a.js"></script>{new_key()}', "a.js": 'import("./gone.js")'},
        "location / { try_files $uri /index.html; }",
    )
    assert places(page) == [":1"]
    assert (page.read, page.unread, page.maps) == ((f"http://{HOST}/", f"http://{HOST}/a.js"), (), ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_scripts_in_other_encodings_are_read(internet: Internet, encoding: str) -> None:
    script = f"// one\nk='{new_key()}'".encode(encoding)
    page = served(internet, {"index.html": '<script src="/x.js"></script>', "x.js": script})
    assert places(page) == ["x.js:2"]


def test_no_key_is_shown_in_the_address_that_it_stands_in(internet: Internet) -> None:
    key = new_key()
    page = served(
        internet,
        {
            "index.html": f'<script src="/{key}/x.js?k={key}"></script>',
            f"{key}/x.js": f"k='{key}'\n//# sourceMappingURL=x.js.map",
            f"{key}/x.js.map": a_map((f"src/{key}/a.ts", key)),
        },
    )
    assert places(page) == [":1", ":1", "[key]/x.js.map!src/[key]/a.ts:1", "[key]/x.js:1"]
    assert key not in repr(page)


def test_what_cannot_be_read_is_said(internet: Internet) -> None:
    page = served(
        internet,
        {"index.html": '<script src="/a.js"></script><script src="/b.js"></script><script src="/none.js"></script>'},
        "location = /a.js { return 403; } location = /b.js { return 429; }",
    )
    assert [(url.rpartition("/")[2], gap.reason) for url, gap in page.unread] == [
        ("a.js", "parley.dev answers 403"),
        ("b.js", "parley.dev answers 429"),
    ]
    gone = served(internet, {"index.html": ""}, url="/nothing")
    assert [gap.reason for _, gap in gone.unread] == ["it answers 404"]
    dead = visited(Network(connect_to=(ConnectTo(host=HOST, port=None, to_host=internet.ipv4(), to_port=81),)))
    assert dead.unread
    assert (dead.read, dead.found) == ((), ())
