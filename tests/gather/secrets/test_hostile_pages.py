"""Pages that mean harm: reading them ends, stays within bounds, and goes nowhere private."""

import json
from collections.abc import Callable

import pytest

from launchready.gather.secrets import pages
from launchready.gather.secrets.pages import MOST_ASKED, SCRIPT_BYTES, ReadPage
from launchready.model.launch import ConnectTo, Network
from tests.box.bombs import gzip_bomb
from tests.box.internet import Internet
from tests.box.raw_server import Peer, RawServer
from tests.gather.secrets.keys import new_key
from tests.gather.secrets.test_pages import HOST, visited

Answer = Callable[[str], tuple[str, bytes]]


def answering(internet: Internet, answer: Answer) -> ReadPage:
    """What is read of a server that gives each path its head lines and its body."""

    def talk(peer: Peer) -> None:
        head, body = answer(peer.request())
        peer.send(f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n\r\n".encode() + body)

    with RawServer(here := internet.ipv4(), 80, talk):
        to_here = ConnectTo(host=HOST, port=80, to_host=here, to_port=80)
        return visited(Network(connect_to=(to_here,)))


def reasons(page: ReadPage) -> str:
    return "; ".join(gap.reason for _, gap in page.unread)


def test_scripts_without_end(internet: Internet) -> None:
    """Each loads two that nobody has seen before, and itself again."""
    asked: list[str] = []

    def answer(path: str) -> tuple[str, bytes]:
        asked.append(path)
        if path == "/":
            return "Content-Type: text/html", b'<script src="/1.js"></script>'
        number = int(path.strip("/").partition(".")[0] or 0) if path.endswith(".js") else 0
        return "Content-Type: text/javascript", f'import("./{2 * number}.js");import("./{2 * number + 1}.js")'.encode()

    page = answering(internet, answer)
    assert "8 others" in reasons(page)
    assert len(asked) == len(set(asked)) < MOST_ASKED


def test_more_scripts_than_any_page_has(internet: Internet) -> None:
    many = "".join(f'<script src="/{number}.js"></script>' for number in range(2000)).encode()

    def answer(path: str) -> tuple[str, bytes]:
        return ("Content-Type: text/html", many) if path == "/" else ("Content-Type: text/javascript", b"1")

    page = answering(internet, answer)
    assert f"more than {MOST_ASKED} scripts" in reasons(page)
    assert len(page.read) <= MOST_ASKED + 1


def test_names_that_lead_nowhere_are_given_up(internet: Internet) -> None:
    names = ",".join(f'"./{number}.js"' for number in range(400)).encode()
    asked: list[str] = []

    def talk(peer: Peer) -> None:
        asked.append(path := peer.request())
        status = "200 OK" if path == "/" else "404 Not Found"
        body = b"<script>d=[" + names + b"]</script>" if path == "/" else b""
        peer.send(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n".encode() + body)

    with RawServer(here := internet.ipv4(), 80, talk):
        page = visited(Network(connect_to=(ConnectTo(host=HOST, port=80, to_host=here, to_port=80),)))
    assert "no more were tried" in reasons(page)
    assert len(asked) < 150


@pytest.mark.parametrize("head", ["", "Content-Encoding: gzip\r\n"])
def test_a_script_and_a_map_of_any_size(internet: Internet, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    monkeypatch.setattr(pages, "MAP_BYTES", SCRIPT_BYTES)
    whole = gzip_bomb() if head else b"x" * (SCRIPT_BYTES + 100)

    def answer(path: str) -> tuple[str, bytes]:
        if path == "/":
            return "Content-Type: text/html", b'<script src="/a.js"></script><script src="/b.js"></script>'
        if path == "/b.js":
            return "Content-Type: text/javascript", b"f()\n//# sourceMappingURL=b.map"
        return f"{head}Content-Type: application/json", whole

    page = answering(internet, answer)
    assert {"a.js", "b.map"} <= {url.rpartition("/")[2] for url, gap in page.unread if "MiB" in gap.reason}


def test_a_map_made_of_brackets_takes_no_more_than_its_size(internet: Internet) -> None:
    key = new_key()
    brackets, sources = "[" * 3_000_000, f'"sourcesContent":[{json.dumps(key)},"' + "\\u0000" * 100
    bomb = f'{{"version":3,"x":{brackets},{sources}'.encode()

    def answer(path: str) -> tuple[str, bytes]:
        if path == "/":
            return "Content-Type: text/html", b'<script src="/a.js"></script>'
        return ("SourceMap: /a.map", b"f()") if path == "/a.js" else ("Content-Type: application/json", bomb)

    page = answering(internet, answer)
    assert [one.subject.rpartition("/")[2] for one in page.found] == ["a.map!source 1:1"]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/x.js",
        "http://[::1]/x.js",
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
    ],
)
def test_no_script_leads_into_a_private_network(internet: Internet, location: str) -> None:
    key = new_key()

    def inside(peer: Peer) -> None:
        peer.request()
        peer.send(f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{key}".encode())

    def talk(peer: Peer) -> None:
        if peer.request() == "/":
            body = f'<base href="{location}"><script src="http://{HOST}/a.js"></script><script src="b.js"></script>'
            peer.send(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n{body}".encode())
        else:
            peer.send(f"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {location}\r\n\r\n".encode())

    with RawServer("127.0.0.1", 80, inside) as private, RawServer(here := internet.ipv4(), 80, talk):
        page = visited(Network(connect_to=(ConnectTo(host=HOST, port=80, to_host=here, to_port=80),)))
    assert private.connections == 0
    assert page.found == ()
    assert "it was not followed" in reasons(page)


def test_whoever_asks_for_this_machine_gets_it_redirects_too(internet: Internet) -> None:
    key = new_key()

    def talk(peer: Peer) -> None:
        path = peer.request()
        head = "302 Found\r\nLocation: /chat" if path == "/" else "200 OK"
        peer.send(f"HTTP/1.1 {head}\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n{key}".encode())

    with RawServer("127.0.0.1", 3000, talk):
        page = visited(Network(), "http://127.0.0.1:3000/")
    assert [one.subject for one in page.found] == ["http://127.0.0.1:3000/chat:1"]


def test_a_silent_server_is_left_soon(internet: Internet) -> None:
    def talk(peer: Peer) -> None:
        if peer.request() == "/":
            body = "".join(f'<script src="/{number}.js"></script>' for number in range(50))
            peer.send(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n{body}".encode())
        else:
            peer.linger()

    with RawServer(here := internet.ipv4(), 80, talk):
        page = visited(Network(connect_to=(ConnectTo(host=HOST, port=80, to_host=here, to_port=80),), deadline_s=1))
    assert len(page.unread) == 50


@pytest.mark.parametrize(
    "body", [b"\0" * 5000, b"\xff\xfe", b"\xff" * 999, b"<" * 100_000, b'"' * 100_000, b"import(" * 999]
)
def test_odd_pages_and_scripts_are_read(internet: Internet, body: bytes) -> None:
    def answer(path: str) -> tuple[str, bytes]:
        start = b'<script src="/a.js"></script>' if path == "/" else b""
        return f"Content-Type: {'text/html' if path == '/' else 'text/javascript'}", start + body

    assert len(answering(internet, answer).read) >= 1


def test_a_script_made_of_keys_is_counted_and_cut(internet: Internet) -> None:
    keys = (f"{new_key()}\n" * (pages.MOST_FOUND + 15_000)).encode()

    def answer(path: str) -> tuple[str, bytes]:
        return ("Content-Type: text/html", b'<script src="/a.js"></script>') if path == "/" else ("X: y", keys)

    page = answering(internet, answer)
    assert [one.line for one in page.found] == list(range(1, pages.MOST_FOUND + 1))
    assert "the rest is not listed" in reasons(page)


def test_a_name_of_another_host_in_a_script_is_only_a_text(internet: Internet) -> None:
    def answer(path: str) -> tuple[str, bytes]:
        named = b'see="http://docs.parley.dev/x.js"'
        return ("Content-Type: text/html", b'<script src="/a.js"></script>') if path == "/" else ("X: y", named)

    assert answering(internet, answer).unread == ()
