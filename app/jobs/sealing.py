"""Content of jobs at rest: encrypted, and bound to the job that it belongs to."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from app.jobs.values import Destination, JobVerdict, Json


class Seals(Protocol):
    """What `app.trial.cipher.Cipher` does."""

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypt, bound to a purpose."""
        ...

    def open(self, sealed: bytes, purpose: str) -> str:
        """Decrypt, or raise SealError."""
        ...


class Sealing:
    """Turns what is private of a job into bytes and back.

    Every reader raises SealError for what was sealed with another key.
    """

    def __init__(self, cipher: Seals) -> None:
        self._cipher = cipher

    def content(
        self, trace_id: str, url: str | None, extra: Mapping[str, Json]
    ) -> bytes:
        """What the check needs."""
        return self._seal("content", trace_id, {"url": url, "extra": extra})

    def open_content(
        self, trace_id: str, sealed: bytes
    ) -> tuple[str | None, Mapping[str, Json]]:
        """The URL, and what else was given."""
        found = self._open("content", trace_id, sealed)
        return (
            cast(str | None, found["url"]),
            cast(Mapping[str, Json], found["extra"]),
        )

    def plan(self, trace_id: str, plan: Sequence[Destination]) -> bytes:
        """Where callbacks go."""
        rows = [[one.name, one.kind, one.target, one.endpoint] for one in plan]
        return self._seal("plan", trace_id, {"plan": cast(Json, rows)})

    def open_plan(self, trace_id: str, sealed: bytes) -> tuple[Destination, ...]:
        """The same as it was given."""
        found = self._open("plan", trace_id, sealed)
        rows = cast(list[tuple[str, str, Mapping[str, Json], str]], found["plan"])
        return tuple(Destination(*row) for row in rows)

    def target(self, delivery: str, target: Mapping[str, Json]) -> bytes:
        """Where one callback goes."""
        return self._seal("target", delivery, target)

    def open_target(self, delivery: str, sealed: bytes) -> Mapping[str, Json]:
        """The same as it was given."""
        return self._open("target", delivery, sealed)

    def verdict(self, trace_id: str, verdict: JobVerdict) -> bytes:
        """What was found."""
        fields: Mapping[str, Json] = {
            "suggest": verdict.suggest,
            "label": verdict.label,
            "errcode": verdict.errcode,
            "errmsg": verdict.errmsg,
            "body": verdict.body,
        }
        return self._seal("verdict", trace_id, fields)

    def open_verdict(self, trace_id: str, sealed: bytes) -> JobVerdict:
        """The same as it was given."""
        found = self._open("verdict", trace_id, sealed)
        return JobVerdict(
            suggest=cast(str, found["suggest"]),
            label=cast(int, found["label"]),
            errcode=cast(int, found["errcode"]),
            errmsg=cast(str, found["errmsg"]),
            body=cast(Mapping[str, Json], found["body"]),
        )

    def upload(self, trace_id: str, data: bytes) -> bytes:
        """A file; base64, because texts are what the cipher takes."""
        text = base64.b64encode(data).decode("ascii")
        return self._cipher.seal(text, _purpose("upload", trace_id))

    def open_upload(self, trace_id: str, sealed: bytes) -> bytes:
        """The same file."""
        text = self._cipher.open(sealed, _purpose("upload", trace_id))
        return base64.b64decode(text)

    def _seal(self, what: str, key: str, value: Mapping[str, Json]) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._cipher.seal(text, _purpose(what, key))

    def _open(self, what: str, key: str, sealed: bytes) -> Mapping[str, Json]:
        text = self._cipher.open(sealed, _purpose(what, key))
        return cast(Mapping[str, Json], json.loads(text))


def _purpose(what: str, key: str) -> str:
    return f"job {what} {key}"
