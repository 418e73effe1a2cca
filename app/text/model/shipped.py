"""The model in use: the shipped one, or a file that may be replaced while serving."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.text.model.format import LARGEST, ModelError

if TYPE_CHECKING:
    from app.text.model.model import Model

SHIPPED: Final = "content.model"
FOLDER_NAME: Final = "content.model"
"""The file of the data folder that wins over the shipped one."""

_log = logging.getLogger(__name__)


def load_shipped() -> "Model":
    """The model that comes with the package.

    Raises:
        ModelError: it is missing or damaged.
    """
    file = resources.files("app.text").joinpath("data", SHIPPED)
    try:
        return _load(file.read_bytes())
    except OSError:
        message = "the package has no content model; `make model` writes it"
        raise ModelError(message) from None


def load_file(path: Path) -> "Model":
    """The model in a file.

    Raises:
        ModelError: it cannot be read, is too large, damaged or of another release.
    """
    try:
        with path.open("rb") as file:
            block = file.read(LARGEST + 1)
    except OSError as error:
        message = f"{path}: {error.strerror or 'cannot be read'}"
        raise ModelError(message) from None
    try:
        return _load(block)
    except ModelError as error:
        message = f"{path}: {error}"
        raise ModelError(message) from None


def _load(block: bytes) -> "Model":
    from app.text.model.model import Model  # noqa: PLC0415 brings numpy

    return Model.load(block)


class ModelFollower:
    """Keeps a checker on the file at `path`, or on the shipped model without one.

    A file that cannot be used leaves the model as it is; `error` then says why.
    """

    def __init__(self, path: Path, use: Callable[["Model | None"], None]) -> None:
        """Hand every new model to `use`, on the event loop."""
        self._path = path
        self._use = use
        self._seen: tuple[int, int, int] | bool | None = False
        self.version: str | None = None
        self.error: str | None = None

    async def refresh(self) -> bool:
        """Look at the file; whether another model is in use now."""
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            model = await asyncio.to_thread(
                load_shipped if stamp is None else lambda: load_file(self._path)
            )
        except ModelError as failure:
            self.error = str(failure)
            _log.error("the content model cannot be loaded: %s", self.error)
            return False
        self.error = None
        if model.version == self.version:
            return False
        self._use(model)
        self.version = model.version
        _log.info("asking content model %s", model.version)
        return True

    async def run(self, poll: timedelta) -> None:
        """Refresh every `poll` until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(poll.total_seconds())


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None while there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
