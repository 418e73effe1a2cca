"""An image room that looks at nothing: it says what it was told to."""

from typing import cast

from app.image.figures import Figures
from app.image.look import Images, Look
from app.image.pool import Status
from app.image.sniff import sniff
from app.plugins.door import Facts, Reading
from tests.image.findings.made import facts

SEEN = facts()


class FakeImages:
    """`said` is what is seen in a picture, or why not; in others `usual` is.

    With `sniffs` only files that begin like a picture are pictures.
    """

    def __init__(self, *usual: Reading, seen: Facts = SEEN) -> None:
        self.usual: Look | Exception = Look(seen, usual)
        self.said: dict[bytes, Look | Exception] = {}
        self.sniffs = False
        self.looked: list[tuple[bytes, str]] = []
        self.missing: dict[str, str] = {}

    def says(self, picture: bytes, *readings: Reading, seen: Facts = SEEN) -> None:
        self.said[picture] = Look(seen, readings)

    async def look(self, data: bytes, *, caller: str = "") -> Look:
        self.looked.append((data, caller))
        if self.sniffs:
            sniff(data)
        said = self.said.get(data, self.usual)
        if isinstance(said, Exception):
            raise said
        return said

    def status(self) -> Status:
        return Status(
            workers=1, ready=1, models={}, missing=self.missing, confined=True
        )

    def figures(self) -> Figures:
        raise NotImplementedError

    @property
    def real(self) -> Images:
        """The same for those who are told types."""
        return cast(Images, self)
