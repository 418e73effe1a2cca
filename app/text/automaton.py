"""All patterns found in one pass: one protocol, two engines.

`pyahocorasick` is always there; `daachorse` (extra `fast`) gives the same
matches about ten times faster and releases the interpreter lock.
"""

import pickle
from array import array
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import islice
from typing import Any, Literal, Protocol, Self

import ahocorasick

from app.text.symbols import OTHER, SENTINEL

Found = tuple[int, int, int]
"""Start, end (exclusive) and index of the pattern."""
Engine = Literal["auto", "pyahocorasick", "daachorse"]


class Automaton(Protocol):
    """Immutable after building; safe to share between threads for scanning."""

    name: str

    def scan(self, haystack: str, limit: int) -> list[Found]:
        """Every occurrence of every pattern, overlaps included, by end.

        At most `limit` occurrences are given. Occurrences with the same end
        come in no stated order. The haystack holds no lone surrogates.
        """
        ...

    def dump(self) -> bytes:
        """What `load` makes the same automaton of, on a machine of this kind."""
        ...


class PyAhoCorasick:
    """The default engine.

    Its nodes search their children one by one in the order of insertion, and
    the root has thousands. Two-character patterns that are never reported put
    the commonest characters first: two to three times the speed.
    """

    name = "pyahocorasick"

    def __init__(self, automaton: Any, lengths: Sequence[int]) -> None:
        """Wrap a finished automaton; callers use `build` or `load`."""
        self._automaton = automaton
        self._lengths = lengths

    @classmethod
    def build(cls, patterns: Sequence[str], order: str) -> Self:
        """Build; `order` lists the likeliest characters, most frequent first."""
        automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        for char in OTHER + order:
            automaton.add_word(char + SENTINEL, -1)
        for index, pattern in enumerate(patterns):
            automaton.add_word(pattern, index)
        automaton.make_automaton()
        return cls(automaton, array("H", map(len, patterns)))

    @classmethod
    def load(cls, dumped: bytes) -> Self:
        """The automaton that was dumped.

        Its format is a pickle: load only what this installation wrote itself.
        """
        return cls(*pickle.loads(dumped))  # noqa: S301 - our own file, checksummed

    def dump(self) -> bytes:
        """See the protocol."""
        return pickle.dumps((self._automaton, self._lengths))

    def scan(self, haystack: str, limit: int) -> list[Found]:
        """See the protocol."""
        lengths = self._lengths
        hits = (
            (end + 1 - lengths[index], end + 1, index)
            for end, index in self._automaton.iter(haystack)
            if index >= 0
        )
        return list(islice(hits, limit))


class Daachorse:
    """The fast engine; `find_overlapping` already answers in characters."""

    name = "daachorse"

    def __init__(self, automaton: Any) -> None:
        """Wrap a finished automaton; callers use `build` or `load`."""
        self._automaton = automaton
        self._scan = automaton.find_overlapping

    @classmethod
    def build(cls, patterns: Sequence[str]) -> Self:
        """Build the double array."""
        return cls(_daachorse()(list(patterns)))

    @classmethod
    def load(cls, dumped: bytes) -> Self:
        """The automaton that was dumped.

        Raises:
            ValueError: the bytes are no automaton.
        """
        return cls(_daachorse().deserialize(dumped))

    def dump(self) -> bytes:
        """See the protocol."""
        dumped: bytes = self._automaton.serialize()
        return dumped

    def scan(self, haystack: str, limit: int) -> list[Found]:
        """See the protocol."""
        hits: list[Found] = self._scan(haystack)
        return hits if len(hits) <= limit else hits[:limit]


def _daachorse() -> Any:
    """The class of the extra."""
    from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 an extra

    return CharwiseDoubleArrayAhoCorasick


def chosen(engine: Engine = "auto") -> Literal["pyahocorasick", "daachorse"]:
    """The wanted engine, or the best one that is installed.

    Raises:
        RuntimeError: daachorse was asked for by name and is not installed.
    """
    installed = find_spec("daachorse") is not None
    if engine == "daachorse" and not installed:
        message = "the engine daachorse is not installed; install seccheck[fast]"
        raise RuntimeError(message)
    return "daachorse" if installed and engine != "pyahocorasick" else "pyahocorasick"


def build(
    patterns: Sequence[str], order: Callable[[], str], engine: Engine = "auto"
) -> Automaton:
    """Compile distinct, non-empty patterns with the wanted or best engine.

    `order` gives the likeliest characters first, for the engine that needs it.

    Raises:
        RuntimeError: daachorse was asked for by name and is not installed.
    """
    if chosen(engine) == "daachorse":
        return Daachorse.build(patterns)
    return PyAhoCorasick.build(patterns, order())


def load(engine: str, dumped: bytes) -> Automaton:
    """The automaton that `dump` wrote.

    Raises:
        ValueError: the bytes are no automaton of this engine.
    """
    return (Daachorse if engine == "daachorse" else PyAhoCorasick).load(dumped)
