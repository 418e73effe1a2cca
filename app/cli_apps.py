"""`seccheck app …`: who may call the service."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import CommandError, describe, fail, print_json, print_table
from app.cli_operator import Operator, command
from app.cli_push import PushOptions, print_push, push_commands, takes_push
from app.cli_view import Item

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

apps = typer.Typer(no_args_is_help=True, help="Manage the apps that may call.")

Appid = Annotated[str, typer.Argument(help="The app's id, such as wx0123456789abcdef.")]
Secret = Annotated[
    str | None, typer.Option(help="Use this secret instead of a random one.")
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the app, such as strict=true or day_limit=100000;"
        " an empty value goes back to the default. Repeatable.",
    ),
]


@command(apps)
@takes_push
def create(
    op: Operator,
    appid: Appid,
    push: PushOptions,
    secret: Secret = None,
    changes: Changes = None,
) -> None:
    """Register an app and print its secret, which is shown only now."""
    settings, _ = _read(changes or [])
    body: dict[str, Any] = {"appid": appid, "settings": settings}
    body |= {} if secret is None else {"secret": secret}
    made, fault = op.run(lambda api: _create(api, body, push), words=False)
    op.show(made, _print_made)
    if fault:
        fail(f"the app was made, but it pushes nothing: {fault}")


async def _create(
    api: "AdminClient", body: Item, push: PushOptions
) -> tuple[dict[str, Any], str]:
    """The new app, and why it got no push; its secret must be shown in any case."""
    made = await api.post("/apps", body)
    try:
        return made | await _pushed(api, body["appid"], push), ""
    except CommandError as error:
        return made, str(error)


async def _pushed(api: "AdminClient", appid: str, push: PushOptions) -> dict[str, Any]:
    """Set what was told about pushes, if anything."""
    return {"push": await push.put(api, appid)} if push.given else {}


@command(apps, "list")
def list_apps(op: Operator) -> None:
    """List every app with the settings that it has of its own."""
    page = op.run(lambda api: api.get("/apps"), words=False)
    if op.as_json:
        print_json(page["items"])
        return
    op.show(page, _apps)


@command(apps)
def rotate(
    op: Operator,
    appid: Appid,
    secret: Secret = None,
    grace: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Seconds that the former secret stays valid;"
            " without it, until the next rotation.",
        ),
    ] = None,
) -> None:
    """Give an app a new secret; the former one keeps working beside it."""
    given = {"secret": secret, "grace_seconds": grace}
    body = {name: value for name, value in given.items() if value is not None}
    op.show(op.run(_on(appid, "rotate", body), words=False), _print_secret)


@command(apps)
def disable(op: Operator, appid: Appid) -> None:
    """Refuse an app everywhere within 5 seconds."""
    op.show(op.run(_on(appid, "disable"), words=False), _state)


@command(apps)
def enable(op: Operator, appid: Appid) -> None:
    """Let a disabled app in again."""
    op.show(op.run(_on(appid, "enable"), words=False), _state)


@command(apps)
@takes_push
def update(
    op: Operator, appid: Appid, push: PushOptions, changes: Changes = None
) -> None:
    """Change settings of an app; in force everywhere within 5 seconds."""
    if not changes and not push.given:
        fail("say what to change, for example --set strict=true")
    settings, reset = _read(changes or [])
    body = {"settings": settings, "reset": reset}

    async def work(api: "AdminClient") -> dict[str, Any]:
        pushed = await _pushed(api, appid, push)  # first: it alone may well fail
        found: dict[str, Any] = await (
            api.send("PATCH", _path(appid), body=body)
            if changes
            else api.get(_path(appid))
        )
        return found | pushed

    op.show(op.run(work, words=False), _updated)


push_commands(apps)


def _read(changes: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The settings that NAME=VALUE set, and those that NAME= puts back.

    Raises:
        CommandError: no such setting, or a value it cannot take.
    """
    from pydantic import ValidationError

    from app.access import AppSettings

    given: dict[str, str] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            fail(f"write --set NAME=VALUE, not {change!r}")
        if name not in AppSettings.model_fields:
            known = ", ".join(AppSettings.model_fields)
            fail(f"unknown setting {name!r}; one of {known}")
        given[name] = value
    wanted = {name: value for name, value in given.items() if value}
    try:
        settings = AppSettings.model_validate(wanted).dump()
    except ValidationError as error:
        fail(describe(error))
    return settings, [name for name, value in given.items() if not value]


def _on(
    appid: str, verb: str, body: Any = None
) -> "Callable[[AdminClient], Awaitable[Any]]":
    """A request that does something with an app."""
    return lambda api: api.post(f"{_path(appid)}/{verb}", body)


def _path(appid: str) -> str:
    from urllib.parse import quote

    return f"/apps/{quote(appid, safe='')}"


def _apps(page: Item) -> None:
    rows = [
        (
            app["appid"],
            "enabled" if app["enabled"] else "disabled",
            _own(app["settings"]) or "default",
        )
        for app in page["items"]
    ]
    print_table(("APPID", "STATE", "SETTINGS"), rows)


def _state(app: Item) -> None:
    typer.echo(f"{app['appid']} is {'enabled' if app['enabled'] else 'disabled'}")


def _updated(app: Item) -> None:
    typer.echo(f"{app['appid']} has {_own(app['settings']) or 'the defaults'}")
    _push(app)


def _push(app: Item) -> None:
    if "push" in app:
        print_push(app["push"])


def _own(settings: Item) -> str:
    """What the app has set itself, in the form that --set takes."""
    return " ".join(f"{name}={_plain(value)}" for name, value in settings.items())


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _print_secret(made: Item) -> None:
    typer.echo(f"appid   {made['appid']}\nsecret  {made['secret']}")


def _print_made(made: Item) -> None:
    _print_secret(made)
    _push(made)
