"""Apps: who may call, and how they are treated."""

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field
from pydantic.json_schema import WithJsonSchema

from app.access import App, AppSettings, Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Closed, View, shows

TABLE = Table("admin: apps")

_APPID = r"^[A-Za-z0-9._-]{1,64}$"
_SECRET = r"^[ -~]{1,256}$"  # noqa: S105 - a pattern
_EXAMPLE = {
    "appid": "wx3f0b1c5d7e9a2468",
    "enabled": True,
    "settings": {"strict": True},
}

Appid = Annotated[str, Path(pattern=_APPID)]
Secret = Annotated[str, Field(pattern=_SECRET)]


def _known(name: str) -> str:
    if name not in AppSettings.model_fields:
        message = f"use one of {', '.join(AppSettings.model_fields)}"
        raise ValueError(message)
    return name


SettingName = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "enum": list(AppSettings.model_fields)}),
]


class AppView(View):
    """An app; `settings` are those that were set, the others have their defaults."""

    appid: str
    enabled: bool
    settings: dict[str, bool | int | str | float | None]
    model_config = shows(_EXAMPLE)


class AppsView(View):
    """Every app, by appid."""

    items: list[AppView]
    model_config = shows({"items": [_EXAMPLE]})


class NewApp(Closed):
    """An app to be registered."""

    appid: Annotated[str, Field(pattern=_APPID)]
    secret: Secret | None = None
    """Taken over from elsewhere; default: a new random one."""
    settings: AppSettings = AppSettings()
    model_config = shows({"appid": "wx3f0b1c5d7e9a2468", "settings": {"strict": True}})


class AppSecret(View):
    """The secret of an app, shown only now."""

    appid: str
    secret: str
    model_config = shows(
        {"appid": "wx3f0b1c5d7e9a2468", "secret": "8f14e45fceea167a5a36dedd4bea2543"}
    )


class AppChange(Closed):
    """Settings to change; those not named stay as they are."""

    settings: AppSettings = AppSettings()
    reset: list[SettingName] = Field(default_factory=list)
    """Settings that go back to their defaults."""
    model_config = shows({"settings": {"minute_limit": 600}, "reset": ["strict"]})


class Rotation(Closed):
    """How to give an app another secret."""

    secret: Secret | None = None
    """Taken over from elsewhere; default: a new random one."""
    grace_seconds: Annotated[float, Field(strict=True, ge=0, le=31_536_000)] | None = (
        None
    )
    """How long the former one stays valid; default: until the next rotation."""
    model_config = shows({"grace_seconds": 86400})


def _view(app: App) -> AppView:
    return AppView(appid=app.appid, enabled=app.enabled, settings=app.settings.dump())


@TABLE.get("/apps", Scope.APPS_ADMIN)
async def list_apps(call: Current) -> AppsView:
    """List every app."""
    return AppsView(items=[_view(app) for app in await call.desk.access.list_apps()])


@TABLE.change(
    "POST", "/apps", Scope.APPS_ADMIN, "app.create", status=201, refusals=(409, 413)
)
async def create_app(call: Current, body: NewApp) -> AppSecret:
    """Register an app.

    The secret is in the answer and nowhere else.
    """
    call.note(body.appid, settings=body.settings.dump())
    made = await call.desk.access.create_app(
        body.appid, secret=body.secret, settings=body.settings
    )
    return AppSecret(appid=body.appid, secret=made)


@TABLE.get("/apps/{appid}", Scope.APPS_ADMIN, refusals=(404,))
async def show_app(call: Current, appid: Appid) -> AppView:
    """Show one app."""
    return _view(await call.desk.access.get_app(appid))


@TABLE.change(
    "PATCH", "/apps/{appid}", Scope.APPS_ADMIN, "app.settings", refusals=(404, 413)
)
async def change_app(call: Current, appid: Appid, body: AppChange) -> AppView:
    """Change settings of an app.

    In force on every process within 5 seconds.
    """
    changes = body.settings.dump()
    call.note(appid, settings=changes, reset=body.reset)
    own = (await call.desk.access.get_app(appid)).settings.dump()
    kept = {name: value for name, value in own.items() if name not in body.reset}
    await call.desk.access.update_settings(appid, AppSettings.load(kept | changes))
    return _view(await call.desk.access.get_app(appid))


@TABLE.change(
    "POST",
    "/apps/{appid}/rotate",
    Scope.APPS_ADMIN,
    "app.rotate",
    refusals=(404, 413),
)
async def rotate_app(
    call: Current, appid: Appid, body: Rotation | None = None
) -> AppSecret:
    """Give an app a new secret.

    Two secrets are valid at a time, so that callers can change over.
    """
    wanted = body or Rotation()
    call.note(appid, grace_seconds=wanted.grace_seconds)
    secret = await call.desk.access.rotate(
        appid, secret=wanted.secret, grace=wanted.grace_seconds
    )
    return AppSecret(appid=appid, secret=secret)


@TABLE.change(
    "POST", "/apps/{appid}/disable", Scope.APPS_ADMIN, "app.disable", refusals=(404,)
)
async def disable_app(call: Current, appid: Appid) -> AppView:
    """Refuse an app everywhere within 5 seconds."""
    call.note(appid)
    await call.desk.access.disable(appid)
    return _view(await call.desk.access.get_app(appid))


@TABLE.change(
    "POST", "/apps/{appid}/enable", Scope.APPS_ADMIN, "app.enable", refusals=(404,)
)
async def enable_app(call: Current, appid: Appid) -> AppView:
    """Let a disabled app in again."""
    call.note(appid)
    await call.desk.access.enable(appid)
    return _view(await call.desk.access.get_app(appid))
