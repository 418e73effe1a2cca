"""`python -m app.image.child`: a worker, which decodes pictures and looks at them.

It is told its setup, loads the classifiers, and then takes one picture after the
other from the service. Whatever it has seen it says at once, so that a classifier
that ends it takes nothing along.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

from app.image import answers, sandbox
from app.image.answers import AnswerError
from app.image.errors import PictureError
from app.image.setup import Choice, Order, Setup
from app.image.trim import Trimmer
from app.image.wire import OUT_OF_MEMORY, Line
from app.plugins.discovery import PluginError, load
from app.plugins.door import Classifier, Facts, Reading, Refreshing, Sample


@dataclass(slots=True)
class _Loaded:
    """A classifier with the values that it was last given."""

    classifier: Classifier
    model: str
    values: Mapping[str, str] = field(default_factory=dict)

    def refresh(self, values: Mapping[str, str]) -> None:
        if values != self.values and isinstance(self.classifier, Refreshing):
            self.classifier.refresh(values)
        self.values = values


class Worker:
    """The classifiers of one worker process and its line to the service."""

    def __init__(self, line: Line, setup: Setup) -> None:
        self._line = line
        self._setup = setup
        self._loaded: dict[str, _Loaded] = {}
        self._trimmer = Trimmer(setup.worker.memory)

    def start(self) -> None:
        """Load everything, say how it went, and give up what is not needed."""
        worker = self._setup.worker
        sandbox.enter(worker, self._setup.parent)
        _warm()
        for choice in self._setup.choices:
            sandbox.renew(worker.start_seconds)
            self._load(choice)
        self._say({"kind": "ready", "confined": sandbox.lock(worker)})

    def _load(self, choice: Choice) -> None:
        self._say({"kind": "loading", "name": choice.name})
        try:
            made = load(choice.offer or choice.name, choice.settings)
            model = made.model
        except PluginError as error:
            self._say({"kind": "unloaded", "name": choice.name, "why": str(error)})
        else:
            self._loaded[choice.name] = _Loaded(made, model)
            self._say({"kind": "loaded", "name": choice.name, "model": model})

    def serve(self) -> None:
        """Look at pictures until the service has no more."""
        while (order := self._line.receive()) is not None:
            picture = self._line.receive()
            if picture is None:
                return
            sandbox.renew(self._setup.worker.cpu_seconds)
            self._look(Order.load(order), picture)
            self._trimmer.after()

    def _look(self, order: Order, picture: bytes) -> None:
        from app.image.decode import decode  # noqa: PLC0415 - see `_warm`

        began = time.perf_counter()
        try:
            sample = decode(picture, self._setup.picture)
        except PictureError as error:
            self._say({"kind": "refused", "fault": error.fault, "why": str(error)})
            return
        facts = asdict(_facts(sample))
        self._say({"kind": "facts", "milliseconds": _since(began), **facts})
        if order.shots:
            self._send_shots(sample)
        for name, loaded in self._loaded.items():
            if name not in order.skip:
                self._send(_read(name, loaded, order.values.get(name, {}), sample))
        self._say({"kind": "done"})

    def _send(self, reading: Reading) -> None:
        """Say what was read, or that it is nothing that can be said."""
        try:
            body = answers.dump(reading)
            answers.reading(answers.load(body), reading.classifier, reading.model)
        except AnswerError as error:
            failed = replace(
                _nothing(reading), error=f"its answer is unusable: {error}"
            )
            body = answers.dump(failed)
        self._line.send(body)

    def _send_shots(self, sample: Sample) -> None:
        from app.image.shots import take_shots  # noqa: PLC0415 - see `_warm`

        for shot in take_shots(sample, self._setup.shot_side):
            about = {"kind": "shot", "scale": shot.scale, "frame": shot.frame}
            self._line.send(answers.dump(about), shot.jpeg)

    def _say(self, message: Mapping[str, object]) -> None:
        self._line.send(answers.dump(message))


def _read(
    name: str, loaded: _Loaded, values: Mapping[str, str], sample: Sample
) -> Reading:
    """Let one classifier look; what it raises counts as not looked at."""
    began = time.perf_counter()
    try:
        loaded.refresh(values)
        reading = loaded.classifier.classify(sample)
        if not isinstance(reading, Reading):  # somebody else's code
            raise TypeError
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - somebody else's code
        failed = f"it failed with {type(error).__name__}"
        reading = Reading(name, loaded.model, error=failed)
    return replace(
        reading, classifier=name, model=loaded.model, milliseconds=_since(began)
    )


def _nothing(reading: Reading) -> Reading:
    return Reading(reading.classifier, reading.model, reading.milliseconds)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _facts(sample: Sample) -> Facts:
    return Facts(
        width=sample.width,
        height=sample.height,
        format=sample.format,
        animated=sample.animated,
        frame_count=sample.frame_count,
        shown=len(sample.frames),
        complete=sample.complete,
    )


def _warm() -> None:
    """Load the decoders, which happens inside of the memory limit and only once."""
    from app.image import decode, shots  # noqa: F401, PLC0415

    with suppress(ImportError):
        import pillow_heif  # noqa: F401, PLC0415 - an extra


def main() -> int:
    """Serve until the service closes the line."""
    try:
        line = Line.take()
        setup = line.receive()
        if setup is None:
            return 0
        worker = Worker(line, Setup.load(setup))
        worker.start()
        worker.serve()
    except MemoryError:
        return OUT_OF_MEMORY
    except OSError:  # the service is gone
        return 0
    return 0


if __name__ == "__main__":
    # Without the usual end: it would wait for threads of others, and for nothing.
    os._exit(main())
