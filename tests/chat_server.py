"""A chat-completions server on loopback that does as a test tells it: answers, stalls, refuses, or hangs up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server does with a request: waits `delay` seconds, then answers, or cuts the connection."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


@dataclass
class Request:
    """What a client sent, its headers by their names in lower case, and when."""

    body: dict[str, Any]
    headers: dict[str, str]
    time: float


def said(text: str | None, reason: str = "stop", usage: dict[str, Any] | None = None, **message: Any) -> Reply:
    """An ordinary answer."""
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": text, **message}}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    return Reply(body)


def refused(status: int, message: str, headers: dict[str, str] | None = None, **error: Any) -> Reply:
    return Reply({"error": {"message": message, **error}}, status, headers or {})


class ChatServer:
    """Counts what it is asked.

    Attributes:
        url: Its base URL.
        behave: What to do, from the request and how many came before it.
        requests: All requests so far.
        peak: Most requests that were in the works at once.
    """

    def __init__(self, behave: Callable[[Request, int], Reply]):
        self.behave = behave
        self.requests: list[Request] = []
        self.answered = self.peak = self._at_work = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _take(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        with self._lock:
            self._at_work += 1
            self.peak = max(self.peak, self._at_work)
            request = Request(body, headers, time.monotonic())
            number = len(self.requests)
            self.requests.append(request)
        reply = self.behave(request, number)
        self._ended.wait(reply.delay)
        with self._lock:
            self._at_work -= 1
        return reply

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805  `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = server._take(body, {name.lower(): value for name, value in self.headers.items()})
                if reply.cut:
                    self.close_connection = True
                    return
                content = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
                kind = "text/html" if content.startswith("<") else "application/json"
                try:
                    self.send_response(reply.status)
                    for name, value in {"Content-Type": kind, **reply.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content.encode())))
                    self.end_headers()
                    self.wfile.write(content.encode())
                    server.answered += 1
                except OSError:  # the client has given up
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def serving(behave: Callable[[Request, int], Reply]) -> Iterator[ChatServer]:
    server = ChatServer(behave)
    try:
        yield server
    finally:
        server.close()
