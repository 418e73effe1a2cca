"""Lines of a file as text; what cannot be decoded is named and passed over."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

from app.evaluate.errors import EvaluateError

MAX_LINE_BYTES: Final = 1 << 20
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be used, by line, and why; never its content."""

    source: str
    line: int
    why: str


@dataclass(slots=True)
class Lines:
    """The lines of one file; `line` tells how far it got.

    `broken` collects lines that are no text in the encoding.
    """

    path: Path
    encoding: str = "utf-8"
    line: int = 0
    broken: list[Broken] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        """Every readable line with its ending.

        Raises:
            EvaluateError: the file cannot be opened or is not in this encoding.
        """
        encoding = known_encoding(self.encoding)
        with _opened(self.path) as file:
            yield from self._decoded(file, encoding)
        self._judge_encoding()

    def _decoded(self, file: BinaryIO, encoding: str) -> Iterator[str]:
        for raw in self._raw(file):
            if self.line == 1 and raw.startswith(_WIDE):
                raise EvaluateError(f"{self.path} is UTF-16; save it as UTF-8")
            if len(raw) > MAX_LINE_BYTES:
                self.refuse(f"longer than {MAX_LINE_BYTES} bytes")
                continue
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                self.refuse(f"not {self.encoding.upper()}")
            else:
                yield text.removeprefix("\ufeff") if self.line == 1 else text

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        """Lines as bytes; an archive that is cut short ends with a note."""
        try:
            for raw in file:
                self.line += 1
                yield raw
        except (EOFError, gzip.BadGzipFile, zlib.error):
            if not self.line:
                message = f"{self.path} is no intact gzip file"
                raise EvaluateError(message) from None
            self.line += 1
            self.refuse("the compressed file ends here, damaged or cut short")
        except OSError as error:
            raise EvaluateError(f"cannot read {self.path}: {_why(error)}") from None

    def refuse(self, why: str, line: int | None = None) -> None:
        """Remember that a line, by default the current one, cannot be used."""
        self.broken.append(Broken(self.path.name, line or self.line, why))

    def _judge_encoding(self) -> None:
        """A file of which most is unreadable is in another encoding."""
        wrong = [b for b in self.broken if b.why == f"not {self.encoding.upper()}"]
        if wrong and len(wrong) * 2 > self.line:
            raise EvaluateError(
                f"{self.path} is not {self.encoding.upper()}: {len(wrong)} of"
                f" {self.line} lines cannot be read; save it as UTF-8 or name its"
                " encoding, such as --encoding gb18030"
            )


def known_encoding(name: str) -> str:
    """The canonical name of an encoding in which lines end with one byte.

    Raises:
        EvaluateError: there is no such encoding, or it is a wide one.
    """
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise EvaluateError(f"unknown encoding {name!r}") from None
    if known.startswith(("utf-16", "utf-32")):
        raise EvaluateError(f"{known} is not supported; save the file as UTF-8")
    return known


def _opened(path: Path) -> BinaryIO:
    try:
        if path.suffix.lower() == ".gz":
            return cast(BinaryIO, gzip.open(path, "rb"))
        return path.open("rb")
    except OSError as error:
        raise EvaluateError(f"cannot read {path}: {_why(error)}") from None


def _why(error: OSError) -> str:
    return error.strerror or str(error)
