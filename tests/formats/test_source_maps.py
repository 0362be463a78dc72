"""Source maps: where they are, and the sources inside, however the map is written or cut."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchready.formats.source_maps import inline_maps, sources

MAP = {"version": 3, "sources": ["a.ts", "b.ts"], "sourcesContent": ["one\n", "zw\u00f6i \u2713"], "mappings": ""}


def read(body: str | bytes) -> list[tuple[str, str]]:
    raw = body if isinstance(body, bytes) else body.encode()
    return [(one.name, one.text.decode()) for one in sources(raw)]


def test_sources_and_their_names() -> None:
    both = [("a.ts", "one\n"), ("b.ts", "zw\u00f6i \u2713")]
    assert read(json.dumps(MAP)) == both
    assert read(json.dumps(MAP, ensure_ascii=False, indent=2)) == both
    assert read(")]}'\n" + json.dumps(MAP)) == both
    assert read(json.dumps(dict(reversed(MAP.items())))) == both
    section = {"version": 3, "sections": [{"offset": {"line": 0}, "map": MAP}, {"offset": {"line": 9}, "map": MAP}]}
    assert read(json.dumps(section)) == both * 2


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('"sources":["a",null,"c"],"sourcesContent":[null,"x","y"]', [("source 2", "x"), ("c", "y")]),
        ('"sourcesContent":["x"]', [("source 1", "x")]),
        ('"sources":["a","b"],"sourcesContent":["x"]', [("a", "x")]),
        (
            '"sources":["a"],"sourcesContent":["x"],"y":{"sourcesContent":["z"]}',
            [("source 1", "x"), ("source 2", "z")],
        ),
        (
            r'"sources":["a"],"sourcesContent":["const m = \"sourcesContent\": [\"z\"]"]',
            [("a", 'const m = "sourcesContent": ["z"]')],
        ),
        ('"sources":["a"],"sourcesContent":["whole","cut', [("a", "whole")]),
        (r'"sources":["a"],"sourcesContent":["\ud800"]', [("a", "?")]),
        ('"sources":["a"],"sourcesContent":[1,"x"]', []),
        ('"sources":[["a"]],"sourcesContent":{"x":1}', []),
        ('"sources":["a"]', []),
        ("", []),
    ],
)
def test_maps_that_are_odd_or_cut(content: str, found: list[tuple[str, str]]) -> None:
    assert read(f'{{"version":3,{content}') == found


@pytest.mark.parametrize(
    "url",
    [
        "data:application/json;base64," + base64.b64encode(b'{"a":1}').decode(),
        "data:application/json;charset=utf-8;base64," + base64.b64encode(b'{"a":1}').decode(),
        "data:application/json," + quote('{"a":1}'),
    ],
)
def test_maps_within_scripts(url: str) -> None:
    assert list(inline_maps(f"f()\n//# sourceMappingURL={url}\n".encode())) == [b'{"a":1}']
    twice = f"eval('x\\n//# sourceMappingURL={url}\\n');eval('y\\n//@ sourceMappingURL={url}\\n')"
    assert list(inline_maps(twice.encode())) == [b'{"a":1}'] * 2


@pytest.mark.parametrize(
    "script", [b"//# sourceMappingURL=a.js.map", b"//# sourceMappingURL=data:application/json", b""]
)
def test_no_map_within_scripts(script: bytes) -> None:
    assert list(inline_maps(script)) == []


@given(st.binary(max_size=200), st.text(alphabet='{}[]":,\\usourcesContent01', max_size=200))
def test_no_map_raises(raw: bytes, text: str) -> None:
    for body in (raw, text.encode(), b'"sourcesContent":[' + raw, b'"sources":["' + text.encode()):
        assert all(isinstance(one.text, bytes) for one in sources(body))
        assert list(inline_maps(b"#sourceMappingURL=data:a/b;base64," + body)) is not None
