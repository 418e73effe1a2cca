"""What a protocol is to a remote classifier: how to ask, and how to read an answer."""

from collections.abc import Sequence
from typing import Protocol

from app.remote.answer import Told


class Dialect(Protocol):
    """A protocol that endpoints speak, set up for one of them."""

    @property
    def url(self) -> str:
        """Where requests go, by POST."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked for."""
        ...

    @property
    def pictures(self) -> int:
        """The most pictures in one request."""
        ...

    @property
    def ready_url(self) -> str | None:
        """Where it says by status 200 that it is ready, if it does."""
        ...

    def ask(self, jpegs: Sequence[bytes]) -> bytes:
        """The request about some pictures, as JSON."""
        ...

    def read(self, body: bytes, count: int) -> Told:
        """The answer to a request about `count` pictures.

        Raises:
            AnswerError: it is none.
        """
        ...
