"""Hashing where no service runs: workers that start with the first picture."""

from collections.abc import Sequence

from app.image.known import NAME
from app.image.look import Images
from app.image.setup import Choice, Setup
from app.pictures.hashing import Hashed, hasher


class HashingOnDemand:
    """Hashes pictures in one worker, which is there from the first picture on."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._images: Images | None = None

    async def __call__(self, data: bytes) -> Sequence[Hashed]:
        """Hash a picture.

        Raises:
            ImageError: it is no picture, or no worker can be started.
            HashingOffError: the worker has no classifier for it.
        """
        if self._images is None:
            self._images = Images(Setup(choices=(Choice(name=NAME),)))
            await self._images.start()
        return await hasher(self._images)(data)

    async def close(self) -> None:
        """End the worker, if there is one."""
        if self._images is not None:
            await self._images.close()
