"""Deployed pages on a real server, as bundlers lay them out: every script that may load is read, and nobody else's."""

import asyncio
import json
from collections.abc import Mapping

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
    to_here = ConnectTo(host=HOST, port=None, to_host=here, to_port=80)
    return visited(Network(connect_to=(to_here,), deadline_s=20), f"http://{HOST}{url}")


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
