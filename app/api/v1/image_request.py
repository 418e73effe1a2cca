"""Read a `POST /v1/images:check` request: everything that is wrong, at once."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from pydantic import AnyUrl, TypeAdapter, ValidationError

from app.api.forms import FormError, Part, read_form
from app.api.jsonio import BadJsonError, loads
from app.api.problems import FieldError, ProblemError
from app.domain.scenes import Scene, parse_scene

LONGEST_URL: Final = 2048
LONGEST_USER_ID: Final = 256
MOST_LISTS: Final = 100
_KNOWN: Final = frozenset({"urls", "scene", "user_id", "lists", "explain"})
_FILE: Final = "file"
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False, "": False}
_URL: Final = TypeAdapter(AnyUrl)
_WEB: Final = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """`most` pictures in one request, `lists` to choose from, the scene of others."""

    most: int
    lists: frozenset[str]
    scene: Scene


@dataclass(slots=True)
class Order:
    """A whole request; `lists` None means every list."""

    scene: Scene
    files: list[bytes] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    user_id: str | None = None
    lists: frozenset[str] | None = None
    explain: bool = False

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self.files) + len(self.urls)


@dataclass(slots=True)
class _Reader:
    """Collects what is wrong while reading."""

    limits: Limits
    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, pointer: str, detail: str) -> None:
        self.errors.append(FieldError(pointer, detail))

    def finish(self, order: Order) -> Order:
        """The order, unless something was wrong.

        Raises:
            ProblemError: 422 naming every wrong field.
        """
        if not self.errors and not 1 <= order.count <= self.limits.most:
            at = "/urls" if order.urls else "/file"
            self.wrong(at, f"must be 1 to {self.limits.most} pictures")
        if self.errors:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid-request",
                "One or more fields are missing or wrong; see `errors`.",
                errors=self.errors[:20],
            )
        return order


def read_json(body: bytes, limits: Limits) -> Order:
    """Read a body of JSON with `urls`.

    Raises:
        ProblemError: 400 for anything but JSON, 422 naming every wrong field.
    """
    try:
        given = loads(body)
    except BadJsonError:
        detail = "Send a multipart form with `file`, or a JSON object with `urls`."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-json", detail) from None
    reader, order = _Reader(limits), Order(limits.scene)
    if not isinstance(given, dict):
        reader.wrong("", "must be an object")
        return reader.finish(order)
    if unknown := given.keys() - _KNOWN:
        names = ", ".join(sorted(_KNOWN))
        reader.wrong("", f"has {len(unknown)} unknown field(s); known are {names}")
    _read_urls(reader, order, given.get("urls"))
    _read_scene(reader, order, given.get("scene"))
    _read_user(reader, order, given.get("user_id"))
    _read_lists(reader, order, given.get("lists"))
    explain = given.get("explain")
    if explain is not None and not isinstance(explain, bool):
        reader.wrong("/explain", "must be true or false")
    order.explain = explain is True
    return reader.finish(order)


def read_parts(content_type: str, body: bytes, limits: Limits) -> Order:
    """Read a form: `file` once or more, and the other fields as texts.

    Raises:
        ProblemError: 400 for a broken form, 422 naming every wrong field.
    """
    try:
        parts = read_form(content_type, body)
    except FormError as error:
        detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad-form", detail) from None
    reader, order = _Reader(limits), Order(limits.scene)
    for part in parts:
        if part.filename is not None or part.name == _FILE:
            order.files.append(part.data)
        else:
            _read_field(reader, order, part)
    return reader.finish(order)


def _read_field(reader: _Reader, order: Order, part: Part) -> None:
    try:
        text = part.data.decode()
    except UnicodeDecodeError:
        reader.wrong(f"/{part.name[:40]}", "must be a text in UTF-8")
        return
    match part.name:
        case "scene":
            _read_scene(reader, order, text)
        case "user_id":
            _read_user(reader, order, text or None)
        case "lists":
            # Repeated, or one text with commas.
            names = [name.strip() for name in text.split(",") if name.strip()]
            if names:
                _read_lists(reader, order, [*(order.lists or ()), *names])
        case "explain" if text.lower() in _FLAGS:
            order.explain = _FLAGS[text.lower()]
        case "explain":
            reader.wrong("/explain", "must be true or false")
        case _:
            known = ", ".join(sorted({*_KNOWN, _FILE} - {"urls"}))
            reader.wrong("", f"has an unknown field; known are {known}")


def _read_urls(reader: _Reader, order: Order, value: Any) -> None:
    if not isinstance(value, list):
        reader.wrong("/urls", "must be an array of addresses")
        return
    if not 1 <= len(value) <= reader.limits.most:
        reader.wrong("/urls", f"must hold 1 to {reader.limits.most} addresses")
        return
    for index, url in enumerate(value):
        if _is_url(url):
            order.urls.append(url)
        else:
            reader.wrong(f"/urls/{index}", "must be an http or https address")


def _is_url(url: Any) -> bool:
    """Whether this is one; the parser alone would forgive spaces and lost slashes."""
    if not isinstance(url, str) or len(url) > LONGEST_URL or not _WEB.fullmatch(url):
        return False
    try:
        _URL.validate_python(url)
    except ValidationError:
        return False
    return True


def _read_scene(reader: _Reader, order: Order, value: Any) -> None:
    if value is None or value == "":
        return
    try:
        order.scene = parse_scene(str(value) if type(value) is int else value)
    except (ValueError, AttributeError):
        reader.wrong("/scene", "must be one of " + ", ".join(Scene) + ", or 1 to 5")


def _read_user(reader: _Reader, order: Order, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str) and len(value) <= LONGEST_USER_ID:
        order.user_id = value
    else:
        detail = f"must be a string of at most {LONGEST_USER_ID} code points"
        reader.wrong("/user_id", detail)


def _read_lists(reader: _Reader, order: Order, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > MOST_LISTS:
        reader.wrong("/lists", f"must be an array of at most {MOST_LISTS} list names")
        return
    for index, name in enumerate(value):
        if not isinstance(name, str) or name not in reader.limits.lists:
            reader.wrong(f"/lists/{index}", "is not the name of a wordlist in service")
            return
    order.lists = frozenset(value)
