"""Indicators as ThreatExchange hands them out: the JSON of its `/threat_updates`.

Read of an indicator (ThreatExchange API reference, "ThreatIndicator" and
"ThreatDescriptor"; python-threatexchange reads the same members):

- `indicator`: the hash; `raw_indicator` where `indicator` is an object or missing,
  as in a descriptor; an object's own `indicator` otherwise.
- `type`: must be HASH_PDQ if it is there; `signal_type` "pdq" means the same.
- `should_delete`: true takes the picture out of the list.
- `descriptors.data[]`, or the members of the object itself in a bare descriptor:
  `status`, of which NON_MALICIOUS of all of them means an allowed picture; `tags`, a
  list of words or `{"data": [{"text": …}]}`, of which the first that is one of our
  labels counts; `description`, the first of which is the note.
- `quality` and `centre`: ours, which others do not know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.labels import Label
from app.lexicon.formats.source import Source
from app.pictures.formats.elements import elements
from app.pictures.formats.row import (
    CellError,
    Defaults,
    FileError,
    Item,
    Row,
    judged,
    read_hash,
    refused,
    stop,
)
from app.pictures.picture import MAX_NOTE, UNKNOWN_QUALITY, Picture

KIND = "HASH_PDQ"
ALLOWED = "NON_MALICIOUS"
LISTED = "MALICIOUS"
_KINDS = frozenset({KIND, "PDQ"})
_LABELS = {label.title: label for label in Label if label is not Label.NORMAL}


def exchange_rows(source: Source, defaults: Defaults) -> Iterator[Row]:
    """A row for each indicator."""
    try:
        source.check()
        for line, found in elements(source.chunks()):
            yield _row(line, found, defaults)
    except FileError as error:
        yield stop(error)


def _row(line: int, found: Any, defaults: Defaults) -> Row:
    if not isinstance(found, dict):
        return refused(line, "", "an indicator is an object")
    try:
        item = _item(found, defaults)
    except CellError as error:
        return refused(line, error.column, error.message)
    return judged(line, item)


def _item(found: Mapping[str, Any], defaults: Defaults) -> Item:
    """What an indicator says.

    Raises:
        CellError: it is of another kind, or has no hash.
    """
    kind = found.get("type") or found.get("signal_type") or KIND
    if not isinstance(kind, str) or kind.upper() not in _KINDS:
        raise CellError("type", f"the type {str(kind)[:40]!r} is not {KIND}")
    value = read_hash(_hash_of(found), "indicator")
    if found.get("should_delete") is True:
        return Item(Picture(value), gone=True)
    said = _descriptors(found)
    centre = found.get("centre")
    picture = Picture(
        value,
        _label(said, defaults.label),
        _quality(found.get("quality")),
        None if centre is None else read_hash(str(centre), "centre"),
        _note(said, defaults.note),
    )
    return Item(picture)


def _hash_of(found: Mapping[str, Any]) -> str:
    value = found.get("indicator")
    if isinstance(value, dict):
        value = value.get("indicator")
    if not isinstance(value, str):
        value = found.get("raw_indicator")
    return value if isinstance(value, str) else ""


def _descriptors(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What members said of the indicator; of a bare descriptor, itself."""
    said = found.get("descriptors", found)
    if isinstance(said, dict) and "data" in said:
        said = said["data"]
    several = said if isinstance(said, list) else [said]
    return [one for one in several if isinstance(one, dict)]


def _label(said: list[Mapping[str, Any]], default: Label | None) -> Label | None:
    statuses = {str(one.get("status", "")).upper() for one in said}
    if statuses == {ALLOWED}:
        return None
    for one in said:
        for tag in _tags(one.get("tags")):
            label = _LABELS.get(tag.strip().lower())
            if label is not None:
                return label
    return default


def _tags(tags: Any) -> Iterator[str]:
    if isinstance(tags, dict):
        tags = tags.get("data")
    for tag in tags if isinstance(tags, list) else ():
        word = tag.get("text") if isinstance(tag, dict) else tag
        if isinstance(word, str):
            yield word


def _note(said: list[Mapping[str, Any]], default: str) -> str:
    for one in said:
        text = one.get("description")
        if isinstance(text, str) and text.strip():
            return text.strip()[:MAX_NOTE]
    return default


def _quality(value: Any) -> int:
    if value is None:
        return UNKNOWN_QUALITY
    if isinstance(value, bool) or not isinstance(value, int):
        raise CellError("quality", "the quality is no whole number from 0 to 100")
    return value
