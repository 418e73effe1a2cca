"""`python -m app.media.child`: decodes one file, tells what is in it, and ends.

Each file has a process of its own: whatever it does to a decoder, the next file
does not meet it.
"""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app.image import answers, sandbox
from app.image.wire import OUT_OF_MEMORY, Line
from app.media.errors import MediaFileError
from app.media.limits import MediaSetup
from app.media.sniff import Container, sniff

if TYPE_CHECKING:
    from app.media.budget import Budget
    from app.media.opening import Opened

MOST_COVER: Final = 4 * 1024 * 1024
"""Bytes of a picture beside the sound; a larger one is not looked at."""
MOST_COVERS: Final = 4


class Reader:
    """Reads one file and says what is in it, step by step."""

    def __init__(self, line: Line, setup: MediaSetup) -> None:
        self._line = line
        self._setup = setup

    def start(self) -> bool:
        """Load the decoders, and give up what is not needed; False without them."""
        worker = self._setup.worker
        sandbox.enter(worker, self._setup.parent)
        sandbox.renew(worker.start_seconds)
        try:
            model = _warm()
        except ImportError:
            self._say({"kind": "unloaded"})
            return False
        self._say({"kind": "ready", "model": model, "confined": sandbox.lock(worker)})
        return True

    def serve(self) -> None:
        """Read the file that comes, if one comes."""
        data = self._line.receive()
        if data is None:
            return
        sandbox.renew(self._setup.worker.cpu_seconds)
        try:
            self._read(data)
        except MediaFileError as error:
            self._say({"kind": "refused", "fault": error.fault, "why": str(error)})

    def _read(self, data: bytes) -> None:
        from app.media.budget import Budget  # noqa: PLC0415 - see `_warm`
        from app.media.opening import open_file  # noqa: PLC0415
        from app.media.telling import (  # noqa: PLC0415
            check_end,
            check_tracks,
            facts_of,
        )

        container, budget = sniff(data), Budget(self._setup.media.seconds)
        opened = open_file(data, container, self._setup.media)
        self._say(facts_of(opened))
        self._covers(data, container, opened, budget)
        heard = self._hear(opened, budget)
        # A second time from the beginning: both at once would mix what is held.
        opened = open_file(data, container, self._setup.media)
        shown, spacing = self._watch(opened, budget)
        check_tracks(opened, budget, heard=heard > 0, seen=spacing > 0)
        check_end(opened, budget, max(heard, shown))
        self._say(
            {
                "kind": "done",
                "why": budget.why,
                "heard": heard,
                "shown": shown,
                "spacing": spacing,
            }
        )

    def _hear(self, opened: "Opened", budget: "Budget") -> float:
        from app.media.hearing import Ear  # noqa: PLC0415 - see `_warm`
        from app.media.prints import Printer  # noqa: PLC0415

        if opened.sound is None:
            return 0.0
        ear, printer = Ear(opened, self._setup.media, budget), Printer()
        for start, samples in ear.pieces():
            printer.feed(samples)
            about = {"kind": "sound", "start": start}
            self._line.send(answers.dump(about), samples.astype("<i2").tobytes())
        words = printer.words().astype("<u4").tobytes()
        self._line.send(answers.dump({"kind": "print"}), words)
        return ear.end

    def _watch(self, opened: "Opened", budget: "Budget") -> tuple[float, float]:
        from app.media.stills import Album  # noqa: PLC0415 - see `_warm`
        from app.media.watching import Eye  # noqa: PLC0415

        if opened.video is None:
            return 0.0, 0.0
        limits = self._setup.media
        eye, album = Eye(opened, limits, budget), Album(limits)
        for seconds, frame in eye.moments():
            album.show(seconds, frame)
        if not album.stills:
            return eye.end, 0.0
        for still in album.stills:
            about = {"kind": "still", "start": still.seconds}
            self._line.send(answers.dump(about), still.jpeg)
        return eye.end, limits.spacing * album.stride

    def _covers(
        self, data: bytes, container: Container, opened: "Opened", budget: "Budget"
    ) -> None:
        """Send pictures beside the sound as they are; the image room decodes them."""
        if not opened.covers:
            return
        if len(opened.covers) > MOST_COVERS:
            budget.stop("it has more cover pictures than are looked at")
        for picture in _pictures(data, container, opened, self._setup):
            if len(picture) > MOST_COVER:
                budget.stop("a cover picture has too many bytes")
                continue
            self._line.send(answers.dump({"kind": "cover"}), picture)

    def _say(self, message: Mapping[str, object]) -> None:
        self._line.send(answers.dump(message))


def _pictures(
    data: bytes, container: Container, opened: "Opened", setup: MediaSetup
) -> Iterator[bytes]:
    from app.media.opening import open_file  # noqa: PLC0415 - see `_warm`
    from app.media.packets import first_packet  # noqa: PLC0415

    for number in range(min(len(opened.covers), MOST_COVERS)):
        again = open_file(data, container, setup.media)
        picture = first_packet(again.file, again.covers[number])
        if picture is not None:
            yield picture


def _warm() -> str:
    """Load what decodes, inside of the memory limit; its name and version."""
    import av  # noqa: PLC0415 - an extra
    from PIL import JpegImagePlugin  # noqa: F401, PLC0415

    from app.media import hearing, prints, stills, telling, watching  # noqa: F401, PLC0415

    av.logging.set_level(None)
    numbers = ".".join(map(str, av.library_versions["libavcodec"]))
    return f"libavcodec {numbers}"


def main() -> int:
    """Read one file, if the service sends one."""
    try:
        line = Line.take()
        setup = line.receive()
        if setup is None:
            return 0
        reader = Reader(line, MediaSetup.load(setup))
        if reader.start():
            reader.serve()
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError:  # the service is gone
        return 0
    return 0


if __name__ == "__main__":
    # Without the usual end: it would wait for threads of others, and for nothing.
    os._exit(main())
