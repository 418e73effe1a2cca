"""A receiver of pushes on the loopback interface, for one test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class PushReceiver:
    """What arrived, and how it is answered."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Those of each body."""
    status: int = 200
    echoes: bool = True


@contextmanager
def push_receiver() -> Iterator[PushReceiver]:
    """Listen until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = self._noted()
            self._answer(query["echostr"] if receiver.echoes else "hello")

        def do_POST(self) -> None:
            self._noted()
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender was killed in the middle
                return
            receiver.headers.append(dict(self.headers.items()))
            receiver.bodies.append(body)
            self._answer("success")

        def _noted(self) -> dict[str, str]:
            receiver.queries.append(dict(parse_qsl(urlsplit(self.path).query)))
            return receiver.queries[-1]

        def _answer(self, text: str) -> None:
            self.send_response(receiver.status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = PushReceiver(f"http://127.0.0.1:{server.server_port}/p4th?key=qu3ry")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
