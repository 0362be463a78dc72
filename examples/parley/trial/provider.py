"""A model provider on loopback that speaks OpenAI's Chat Completions API, and fails as it is told to."""

import json
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the next call meets: an error, or a stream that ends as told."""

    status: int = 200
    retry_after: str = ""
    pieces: tuple[str, ...] = ("Your invoice ", "is on ", "its way.")
    end: str = "done"  # done, cut, hang, length, error, garbage
    hang: bool = False


@dataclass(slots=True)
class Provider:
    """What was asked of it, and the scenes that are still to come; after the last one all is well."""

    key: str = "test-key"
    scenes: deque[Scene] = field(default_factory=deque)
    calls: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    healthy: int = 200
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
            ]
        )

    async def _models(self, request: Request) -> Response:
        self.looks += 1
        return JSONResponse({"object": "list", "data": []}, status_code=self.healthy)

    async def _complete(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided: te**ey.", "")
        self.calls.append(await request.json())
        scene = self.scenes.popleft() if self.scenes else Scene()
        if scene.hang:
            await _until_gone(request)
        if scene.status != 200:
            return _error(scene.status, f"Overloaded at node 7 of cluster {scene.status}.", scene.retry_after)
        return StreamingResponse(_stream(scene, request), media_type="text/event-stream")


async def _stream(scene: Scene, request: Request) -> AsyncIterator[str]:
    yield ": keep-alive\n\n"
    for piece in scene.pieces:
        yield _chunk({"role": "assistant", "content": piece})
    if scene.end == "hang":
        await _until_gone(request)
    elif scene.end == "error":
        yield 'data: {"error": {"message": "The server had an error", "type": "server_error"}}\n\n'
    elif scene.end == "garbage":
        yield "data: {not json\n\n"
    elif scene.end in ("done", "length"):
        yield _chunk({}, "stop" if scene.end == "done" else "length")
        yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, str], reason: str | None = None) -> str:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "small"}
    return f"data: {json.dumps({**chunk, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': reason}]})}\n\n"


def _error(status: int, message: str, retry_after: str) -> Response:
    headers = {"retry-after": retry_after} if retry_after else {}
    return JSONResponse({"error": {"message": message, "type": "error"}}, status_code=status, headers=headers)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider answers on `provider.url` until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider.port = listening.getsockname()[1]
        config = uvicorn.Config(provider.app(), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(10)
