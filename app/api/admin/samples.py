"""The ring of recent texts: how much is kept of whom, and forgetting it."""

from typing import TYPE_CHECKING, Any

from app.access import Scope
from app.api.admin.apps import Appid
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Instant, View, instant, shows

if TYPE_CHECKING:
    from app.trial import Kept

TABLE = Table("admin: trials")

_APPID = "wx3f0b1c5d7e9a2468"
_KEPT: dict[str, Any] = {
    "appid": _APPID,
    "share": 0.05,
    "hours": 24,
    "texts": 8211,
    "bytes": 871405,
    "oldest": "2026-11-19T03:04:05Z",
}


class KeptView(View):
    """What is kept of an app, encrypted."""

    appid: str
    share: float
    """Share of its texts, its setting `sample_share`; 0 once it opted out."""
    hours: float
    """After which a text is forgotten, its setting `sample_hours`."""
    texts: int
    bytes: int
    oldest: Instant | None
    """Null while nothing is kept."""
    model_config = shows(_KEPT)


class SamplesView(View):
    """Apps that opted into keeping samples, or of which any are left."""

    items: list[KeptView]
    model_config = shows({"items": [_KEPT]})


class ForgottenView(View):
    """How many texts were forgotten."""

    appid: str
    texts: int
    model_config = shows({"appid": _APPID, "texts": 8211})


def _view(kept: "Kept") -> KeptView:
    return KeptView(
        appid=kept.appid,
        share=kept.share,
        hours=kept.hours,
        texts=kept.texts,
        bytes=kept.size,
        oldest=None if kept.oldest is None else instant(kept.oldest),
    )


@TABLE.get("/samples", Scope.WORDS_READ)
async def list_samples(call: Current) -> SamplesView:
    """List what is kept of whom, without any text.

    Nothing is kept of an app before its setting `sample_share` says so.
    """
    found = await call.desk.trial.samples.kept()
    return SamplesView(items=[_view(one) for one in found])


@TABLE.change("DELETE", "/samples/{appid}", Scope.APPS_ADMIN, "samples.forget")
async def forget_samples(call: Current, appid: Appid) -> ForgottenView:
    """Forget all kept texts of an app at once.

    New ones are kept until its setting `sample_share` is 0.
    """
    call.note(appid)
    texts = await call.desk.trial.samples.forget(appid)
    call.note(appid, texts=texts)
    return ForgottenView(appid=appid, texts=texts)
