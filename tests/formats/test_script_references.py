"""The names that bundlers write into scripts, as they write them; and names that lead nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.script_references import references, runtimes
from launchready.formats.webpack_chunks import asked_chunks

PAGE = "https://app.parley.dev/chat/"


def found(script: str, url: str = "https://app.parley.dev/assets/index.js") -> list[str]:
    """What a script leads to, without the host."""
    body = script.encode()
    made = [chunk for one in runtimes(body, url, PAGE) for chunk in one.chunks(asked_chunks(body))]
    urls = dict.fromkeys((*references(body, url, PAGE), *made))
    return [one.removeprefix("https://app.parley.dev") for one in urls]


@pytest.mark.parametrize(
    ("script", "leads_to"),
    [
        ('import("./chat-a1b2.js")', ["/assets/chat-a1b2.js"]),
        ('import{a as b}from"./vendor-00ff.js";import"./side.js"', ["/assets/vendor-00ff.js", "/assets/side.js"]),
        ("export * from '../lib/x.mjs'", ["/lib/x.mjs"]),
        ("await import(`/late.js`)", ["/late.js"]),
        ('import("./no-ending")', ["/assets/no-ending"]),
        ('new Worker(new URL("./worker-1.js",import.meta.url))', ["/assets/worker-1.js"]),
        ('new Worker("/w.js")', ["/w.js"]),
        ('navigator.serviceWorker.register("/sw.js")', ["/sw.js"]),
        ('importScripts("/workbox/a.js","/workbox/b.js")', ["/workbox/a.js", "/workbox/b.js"]),
        (
            'const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/Chat-1a.js","assets/Chat-1a.css",'
            '"assets/vendor-2b.js"])))=>i.map(i=>d[i]);',
            ["/assets/Chat-1a.js", "/assets/vendor-2b.js"],
        ),
        ('fetch("https://app.parley.dev/assets/z.js?v=3")', ["/assets/z.js?v=3"]),
    ],
)
def test_modules_and_workers(script: str, leads_to: list[str]) -> None:
    assert found(script) == leads_to


RUNTIME = "https://app.parley.dev/_next/static/chunks/webpack-1f.js"


@pytest.mark.parametrize(
    ("script", "leads_to"),
    [
        ('s.u=e=>"static/chunks/"+e+"."+{12:"ab12",345:"cd34"}[e]+".js",s.p="/_next/"', ["12.ab12", "345.cd34"]),
        (
            's.u=e=>"static/chunks/"+(({7:"chat"})[e]||e)+"."+({7:"aa",9:"bb"})[e]+".js"',
            ["chat.aa", "9.bb"],
        ),
        ('s.u=function(e){return"static/chunks/"+e+"-"+{"a b":"1",c:"2"}[e]+".js"}', ["a b-1", "c-2"]),
        ('s.u=e=>592===e?"static/chunks/592-c8bd.js":"static/chunks/"+e+"."+{1:"f"}[e]+".js"', ["592-c8bd", "1.f"]),
        (
            '__webpack_require__.u = (chunkId) => {\n return "static/chunks/" + chunkId + ".js"}; r.e(12); r.e("x")',
            ["12", "x"],
        ),
        ('a.src=function(e){return r.p+"static/chunks/"+({}[e]||e)+"."+{3:"zz"}[e]+".js"}(e)', ["3.zz"]),
        (
            'self.__next_f.push([1,"2:I[9,[\\"185\\",\\"static/chunks/app/(chat)/page-9a.js\\"],\\"\\"]"])',
            ["app/(chat)/page-9a"],
        ),
        (
            'self.__BUILD_MANIFEST={"/":["static/chunks/pages/index-1.js"],"/[id]":["static/chunks/pages/%5Bid%5D-2.js"]}',
            ["pages/index-1", "pages/%5Bid%5D-2"],
        ),
    ],
)
def test_chunks_of_webpack_and_next(script: str, leads_to: list[str]) -> None:
    assert found(script, RUNTIME) == [f"/_next/static/chunks/{name}.js" for name in leads_to]


def test_chunks_beside_the_runtime_or_under_its_public_path() -> None:
    assert found('r.u=e=>e+".chunk.js";r.e(4)') == ["/assets/4.chunk.js"]
    assert found('r.u=e=>"js/"+e+".js";r.p="/static/";r.e(4)') == ["/static/js/4.js"]
    assert found('r.u=e=>"js/"+e+".js";r.p="https://cdn.parley.dev/x/";r.e(4)') == ["https://cdn.parley.dev/x/js/4.js"]
    assert found('r.u=e=>(890===e?"named":e)+".js";r.e(890);r.e(4)') == ["/assets/named.js", "/assets/4.js"]
    assert found('precache([{url:"static/x-0a1b2c3d.js"}])', "https://app.parley.dev/sw.js") == [
        "/static/x-0a1b2c3d.js"
    ]
    below = found('const d=["assets/b.js"]', "https://app.parley.dev/chat/assets/index.js")
    assert below == ["/chat/assets/b.js"]


@pytest.mark.parametrize(
    "script",
    [
        'name:"Chart.js",also="node.js",x="moment.min.js"',
        'if(/\\.js$/.test(e))return".js"',
        'console.log("see lib/other.js for more")',
        'require("react-dom/client.js")',
        'const css=["assets/x.css"],png="./logo.png"',
        'from"react";import("react-dom")',
        '"data:text/javascript,x.js"',
    ],
)
def test_names_that_lead_nowhere(script: str) -> None:
    assert found(script) == []


@given(st.text(alphabet="abe.u=>+\"'`{}[]()|:,;/js0 \\\n", max_size=400))
def test_no_script_raises(script: str) -> None:
    found(script)
