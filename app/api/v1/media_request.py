"""Read a `POST /v1/media` request: everything that is wrong, at once."""

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from app.api.forms import FormError, Part, read_form
from app.api.jsonio import BadJsonError, loads
from app.api.media.address import is_address
from app.api.problems import FieldError, ProblemError
from app.domain.scenes import Scene, parse_scene
from app.jobs import Media

LONGEST_USER_ID: Final = 256
LONGEST_KEY: Final = 128
MOST_LISTS: Final = 100
_KNOWN: Final = frozenset(
    {"url", "type", "scene", "user_id", "lists", "idempotency_key", "callback_url"}
)
_FILE: Final = "file"
_KEY: Final = re.compile(r"[!-~]{1,128}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class MediaOrder:
    """What is to be checked: a file, or what is at `url`.

    `scene` None means the app's, `lists` None every list.
    """

    media: Media = Media.IMAGE
    url: str | None = field(default=None, repr=False)
    file: bytes | None = field(default=None, repr=False)
    scene: Scene | None = None
    user_id: str | None = field(default=None, repr=False)
    lists: frozenset[str] | None = None
    idempotency_key: str | None = None
    callback_url: str | None = field(default=None, repr=False)

    def canonical(self, file_digest: str | None) -> str:
        """All that makes two requests the same, whatever form they came in."""
        told = {
            "type": self.media,
            "url": self.url,
            "file": file_digest,
            "scene": self.scene,
            "user_id": self.user_id,
            "lists": None if self.lists is None else sorted(self.lists),
            "callback_url": self.callback_url,
        }
        return json.dumps(told, sort_keys=True)


@dataclass(slots=True)
class _Reader:
    """Collects what is wrong while reading; `lists` are those in service."""

    lists: frozenset[str]
    order: MediaOrder = field(default_factory=MediaOrder)
    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, pointer: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, detail))

    def finish(self, header_key: str | None) -> MediaOrder:
        """The order, unless something was wrong.

        Raises:
            ProblemError: 422 naming every wrong field.
        """
        if header_key is not None:
            self._key(header_key)
        if self.errors:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid-request",
                "One or more fields are missing or wrong; see `errors`.",
                errors=self.errors[:20],
            )
        return self.order

    def _key(self, given: str) -> None:
        known = self.order.idempotency_key
        if known is not None and known != given:
            self.wrong("/idempotency_key", "differs from the header Idempotency-Key")
        self.read("idempotency_key", given)

    def read(self, name: str, value: Any) -> None:
        """Read one field; None is an absent one."""
        if value is not None:
            _READERS[name](self, value)

    def read_type(self, value: Any) -> None:
        try:
            self.order.media = Media(value)
        except ValueError:
            self.wrong("/type", "must be one of " + ", ".join(Media))

    def read_url(self, value: Any) -> None:
        self.order.url = self._address("/url", value)

    def read_callback(self, value: Any) -> None:
        self.order.callback_url = self._address("/callback_url", value)

    def _address(self, pointer: str, value: Any) -> str | None:
        if isinstance(value, str) and is_address(value):
            return value
        self.wrong(pointer, "must be an http or https address")
        return None

    def read_scene(self, value: Any) -> None:
        try:
            self.order.scene = parse_scene(str(value) if type(value) is int else value)
        except (ValueError, AttributeError):
            self.wrong("/scene", "must be one of " + ", ".join(Scene) + ", or 1 to 5")

    def read_user(self, value: Any) -> None:
        if isinstance(value, str) and len(value) <= LONGEST_USER_ID:
            self.order.user_id = _SURROGATE.sub("\ufffd", value)
        else:
            detail = f"must be a string of at most {LONGEST_USER_ID} code points"
            self.wrong("/user_id", detail)

    def read_lists(self, value: Any) -> None:
        if not isinstance(value, list) or len(value) > MOST_LISTS:
            self.wrong("/lists", f"must be an array of at most {MOST_LISTS} list names")
            return
        for index, name in enumerate(value):
            if not isinstance(name, str) or name not in self.lists:
                self.wrong(
                    f"/lists/{index}", "is not the name of a wordlist in service"
                )
                return
        self.order.lists = frozenset(value)

    def read_key(self, value: Any) -> None:
        if isinstance(value, str) and _KEY.fullmatch(value):
            self.order.idempotency_key = value
        else:
            detail = f"must be 1 to {LONGEST_KEY} printable ASCII characters, no spaces"
            self.wrong("/idempotency_key", detail)


_READERS: Final = {
    "type": _Reader.read_type,
    "url": _Reader.read_url,
    "scene": _Reader.read_scene,
    "user_id": _Reader.read_user,
    "lists": _Reader.read_lists,
    "idempotency_key": _Reader.read_key,
    "callback_url": _Reader.read_callback,
}


def read_json(body: bytes, lists: frozenset[str], header_key: str | None) -> MediaOrder:
    """Read a body of JSON with `url`; `header_key` is the header Idempotency-Key.

    Raises:
        ProblemError: 400 for anything but JSON, 422 naming every wrong field.
    """
    try:
        given = loads(body)
    except BadJsonError:
        detail = "Send a multipart form with `file`, or a JSON object with `url`."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", detail) from None
    reader = _Reader(lists)
    if not isinstance(given, dict):
        reader.wrong("", "must be an object")
        return reader.finish(None)
    if unknown := given.keys() - _KNOWN:
        names = ", ".join(sorted(_KNOWN))
        reader.wrong("", f"has {len(unknown)} unknown field(s); known are {names}")
    for name in ("url", "type"):
        if given.get(name) is None:
            reader.wrong(f"/{name}", "is missing")
    for name in _READERS:
        reader.read(name, given.get(name))
    return reader.finish(header_key)


def read_parts(
    content_type: str, body: bytes, lists: frozenset[str], header_key: str | None
) -> MediaOrder:
    """Read a form: `file`, and the other fields as texts.

    Raises:
        ProblemError: 400 for a broken form, 422 naming every wrong field.
    """
    try:
        parts = read_form(content_type, body)
    except FormError as error:
        detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-form", detail) from None
    reader = _Reader(lists)
    files = [part.data for part in parts if _is_file(part)]
    if len(files) == 1 and files[0]:
        reader.order.file = files[0]
    else:
        reader.wrong("/file", "must be one file, and not empty")
    _read_fields(reader, [part for part in parts if not _is_file(part)])
    return reader.finish(header_key)


def _is_file(part: Part) -> bool:
    return part.filename is not None or part.name == _FILE


def _read_fields(reader: _Reader, parts: list[Part]) -> None:
    """The texts of a form; an empty one is absent."""
    given: dict[str, list[str]] = {}
    for part in parts:
        if part.name not in _KNOWN - {"url"}:
            known = ", ".join(sorted({*_KNOWN, _FILE} - {"url"}))
            reader.wrong("", f"has an unknown field; known are {known}")
            continue
        try:
            text = part.data.decode()
        except UnicodeDecodeError:
            reader.wrong(f"/{part.name}", "must be a text in UTF-8")
            continue
        if text:
            given.setdefault(part.name, []).append(text)
    if "type" not in given:
        reader.wrong("/type", "is missing")
    # Repeated, or one text with commas.
    names = [
        name.strip() for text in given.pop("lists", ()) for name in text.split(",")
    ]
    reader.read("lists", [name for name in names if name] or None)
    for name, (text, *more) in given.items():
        if more:
            reader.wrong(f"/{name}", "is there twice")
        reader.read(name, text)
