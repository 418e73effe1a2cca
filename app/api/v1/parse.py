"""Read a `POST /v1/texts:check` body: everything that is wrong, at once."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from app.api.problems import FieldError, ProblemError
from app.api.v1.render import MASK
from app.domain.scenes import Scene, parse_scene

MAX_ID = 128
MAX_USER_ID = 256
MAX_LISTS = 100
_MAX_ERRORS = 20
_KNOWN = frozenset(
    {"text", "texts", "scene", "user_id", "lists", "explain", "mask", "lang", "id"}
)
_KNOWN_IN_ITEM = frozenset({"text", "scene", "id"})


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_text` in code points, `max_texts` in one request, `lists` to choose from."""

    max_text: int
    max_texts: int
    lists: frozenset[str] = frozenset()


@dataclass(slots=True)
class Batch:
    """A whole request; `lists` None means every list.

    Each text has its scene and, to be echoed, the caller's id at the same place.
    Columns, because an object for each of a hundred texts costs more than its check.
    """

    texts: list[str] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    explain: bool = False
    mask: str = MASK
    lang: str = ""
    user_id: str | None = None
    lists: frozenset[str] | None = None


@dataclass(slots=True)
class _Reader:
    """Collects what is wrong while reading."""

    limits: Limits
    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, pointer: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, detail))

    def full(self) -> bool:
        return len(self.errors) >= _MAX_ERRORS


def parse(body: Any, limits: Limits, default_scene: Scene) -> Batch:
    """Read a parsed body.

    Raises:
        ProblemError: 422 naming every wrong field (the first 20).
    """
    reader = _Reader(limits)
    batch = Batch()
    if isinstance(body, dict):
        _read_body(reader, batch, body, default_scene)
    else:
        reader.wrong("", "must be an object")
    if reader.errors:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "One or more fields are missing or wrong; see `errors`.",
            errors=reader.errors[:_MAX_ERRORS],
        )
    return batch


def _read_body(
    reader: _Reader, batch: Batch, body: dict[str, Any], default_scene: Scene
) -> None:
    if not _KNOWN.issuperset(body):
        _report_unknown(reader, "", body, _KNOWN)
    scene = _scene(reader, "/scene", body.get("scene"), default_scene)
    batch.user_id = _string(reader, "/user_id", body.get("user_id"), MAX_USER_ID)
    batch.lists = _lists(reader, body.get("lists"))
    batch.explain = _boolean(reader, "/explain", body.get("explain"))
    batch.mask = _mask(reader, body.get("mask"))
    batch.lang = _string(reader, "/lang", body.get("lang"), 35) or ""
    text, texts = body.get("text"), body.get("texts")
    if (text is None) == (texts is None):
        reader.wrong("/texts", "send either `texts` or `text`")
    elif texts is None:
        caller_id = _string(reader, "/id", body.get("id"), MAX_ID)
        _add(reader, batch, "/text", text, (scene, caller_id))
    elif body.get("id") is not None:
        reader.wrong("/id", "belongs to `text`; give each of `texts` its own")
    else:
        _read_texts(reader, batch, texts, scene)


def _read_texts(reader: _Reader, batch: Batch, texts: Any, scene: Scene) -> None:
    if not isinstance(texts, list):
        reader.wrong("/texts", "must be an array")
        return
    if not 1 <= len(texts) <= reader.limits.max_texts:
        reader.wrong("/texts", f"must hold 1 to {reader.limits.max_texts} texts")
        return
    if _all_plain(texts, reader.limits.max_text):
        batch.texts = texts
        batch.scenes = [scene] * len(texts)
        batch.ids = [None] * len(texts)
        return
    for index, given in enumerate(texts):
        if isinstance(given, dict):
            _read_item(reader, batch, f"/texts/{index}", given, scene)
        else:
            _add(reader, batch, f"/texts/{index}", given, (scene, None))
        if reader.full():
            return


def _all_plain(texts: list[Any], longest: int) -> bool:
    """Whether these are strings and nothing else, none of them too long."""
    return set(map(type, texts)) == {str} and max(map(len, texts)) <= longest


def _read_item(
    reader: _Reader, batch: Batch, at: str, item: dict[str, Any], default: Scene
) -> None:
    if not _KNOWN_IN_ITEM.issuperset(item):
        _report_unknown(reader, at, item, _KNOWN_IN_ITEM)
    scene = _scene(reader, f"{at}/scene", item.get("scene"), default)
    caller_id = _string(reader, f"{at}/id", item.get("id"), MAX_ID)
    _add(reader, batch, f"{at}/text", item.get("text"), (scene, caller_id))


def _add(
    reader: _Reader, batch: Batch, at: str, text: Any, rest: tuple[Scene, str | None]
) -> None:
    if not isinstance(text, str):
        reader.wrong(at, "must be a string")
    elif len(text) > reader.limits.max_text:
        reader.wrong(at, f"must not exceed {reader.limits.max_text} code points")
    else:
        scene, caller_id = rest
        batch.texts.append(text)
        batch.scenes.append(scene)
        batch.ids.append(caller_id)


def _report_unknown(
    reader: _Reader, at: str, given: dict[str, Any], known: frozenset[str]
) -> None:
    # The unknown names are the caller's text, so they are not repeated.
    count = len(given.keys() - known)
    names = ", ".join(sorted(known))
    reader.wrong(at, f"has {count} unknown field(s); known are {names}")


def _scene(reader: _Reader, at: str, value: Any, default: Scene) -> Scene:
    if value is None or value == "":
        return default
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        found = _SCENES.get(str(value).lower() if isinstance(value, str) else value)
        if found is not None:
            return found
    reader.wrong(at, "must be one of " + ", ".join(Scene) + ", or 1 to 5")
    return default


_SCENES: dict[str | float, Scene] = {
    **{scene.value: scene for scene in Scene},
    **{number: parse_scene(str(number)) for number in range(1, 6)},
    **{str(number): parse_scene(str(number)) for number in range(1, 6)},
}


def _string(reader: _Reader, at: str, value: Any, longest: int) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= longest:
        return value
    reader.wrong(at, f"must be a string of at most {longest} code points")
    return None


def _lists(reader: _Reader, value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_LISTS:
        reader.wrong("/lists", f"must be an array of at most {MAX_LISTS} list names")
        return None
    names: set[str] = set()
    for index, name in enumerate(value):
        if isinstance(name, str) and name in reader.limits.lists:
            names.add(name)
        else:
            reader.wrong(f"/lists/{index}", "is not the name of a wordlist in service")
    return frozenset(names)


def _boolean(reader: _Reader, at: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    reader.wrong(at, "must be true or false")
    return False


def _mask(reader: _Reader, value: Any) -> str:
    if value is None:
        return MASK
    if isinstance(value, str) and len(value) == 1:
        return value
    reader.wrong("/mask", "must be one code point")
    return MASK
