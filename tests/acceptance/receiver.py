"""A receiver of webhooks on the loopback interface, for one test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    """What arrived: the id of each message and its body, its signature verified."""

    url: str
    messages: list[tuple[str, Any]] = field(default_factory=list)
    forged: int = 0
    refusals: int = 0
    """So many calls are answered 500 before one is accepted."""


@contextmanager
def receiving(*, refusals: int = 0) -> Iterator[Receiver]:
    """Listen until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if receiver.refusals > 0:
                receiver.refusals -= 1
                self._answer(500)
                return
            try:
                said = Webhook(SECRET).verify(body, dict(self.headers.items()))
            except Exception:  # noqa: BLE001 - whatever it is, it is not signed by us
                receiver.forged += 1
                self._answer(400)
                return
            receiver.messages.append((self.headers["webhook-id"], said))
            self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(
        f"http://127.0.0.1:{server.server_port}/hook", refusals=refusals
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
