"""Multipart forms, read as leniently as real clients need it.

Neither the name nor the type that a client gives to a file is believed.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS: Final = 200
_LONGEST_BOUNDARY: Final = 200
_KIND: Final = b"multipart/"


class FormError(ValueError):
    """The body is no form, or one that ends early; the message says which."""


@dataclass(slots=True)
class Part:
    """One part of a form; `filename` is None for a plain field."""

    name: str = ""
    filename: str | None = None
    data: bytes = b""


def is_form(content_type: str, body: bytes) -> bool:
    """Whether a body is meant as a form, by its type or by how it begins."""
    return content_type.lower().startswith("multipart/") or _boundary(body) is not None


def read_form(content_type: str, body: bytes) -> list[Part]:
    """The parts in their order.

    A boundary that the header lacks, or states otherwise than the body has it, is
    taken from the body: some clients lose it on the way.

    Raises:
        FormError: this is no form, it has too many parts, or it ends early.
    """
    kind, options = parse_options_header(content_type)
    stated = options.get(b"boundary") if kind.lower().startswith(_KIND) else None
    boundary = _boundary(body) or stated
    if not boundary:
        raise FormError("the body is no multipart form")
    reader = _Reader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise FormError("the multipart form is not well-formed") from None
    if not reader.ended:
        raise FormError("the multipart form ends early")
    return reader.parts


def _boundary(body: bytes) -> bytes | None:
    """The boundary as the first line of the body has it."""
    line = body[: _LONGEST_BOUNDARY + 4].lstrip(b"\r\n").partition(b"\n")[0].rstrip()
    after = body.lstrip(b"\r\n")[len(line) :].lstrip(b"\r\n")[:40].lower()
    if line.startswith(b"--") and len(line) > 2 and after.startswith(b"content-"):
        return line[2:]
    return None


@dataclass(slots=True)
class _Reader:
    """Collects what the parser finds."""

    parts: list[Part] = field(default_factory=list)
    ended: bool = False
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _data: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._header,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            raise FormError(f"the form has more than {MOST_PARTS} parts")
        self.parts.append(Part())
        self._data = bytearray()

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        name, value = bytes(self._name).lower(), bytes(self._value)
        self._name, self._value = bytearray(), bytearray()
        if name == b"content-disposition":
            _, options = parse_options_header(value)
            part = self.parts[-1]
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if (filename := options.get(b"filename")) is not None:
                part.filename = filename.decode("utf-8", "replace")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _end(self) -> None:
        self.parts[-1].data = bytes(self._data)

    def _finish(self) -> None:
        self.ended = True
