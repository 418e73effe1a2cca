"""`seccheck app …`: who may call the service."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import describe, fail, json_option, print_json, print_table

if TYPE_CHECKING:
    from app.access import Access, App, AppSettings

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


@apps.command()
def create(appid: Appid, secret: Secret = None, changes: Changes = None) -> None:
    """Register an app and print its secret, which is shown only now."""
    from app.access import AppSettings
    from app.cli_database import with_access

    settings = _changed(AppSettings(), changes or [])
    made = with_access(lambda a: a.create_app(appid, secret=secret, settings=settings))
    _print_secret(appid, made)


@apps.command("list")
def list_apps(as_json: json_option = False) -> None:
    """List every app with the settings that it has of its own."""
    from app.cli_database import with_access

    found = with_access(lambda access: access.list_apps())
    if as_json:
        print_json([_as_json(app) for app in found])
        return
    rows = [
        (
            app.appid,
            "enabled" if app.enabled else "disabled",
            _own(app.settings) or "default",
        )
        for app in found
    ]
    print_table(("APPID", "STATE", "SETTINGS"), rows)


@apps.command()
def rotate(
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
    from app.cli_database import with_access

    made = with_access(lambda a: a.rotate(appid, secret=secret, grace=grace))
    _print_secret(appid, made)


@apps.command()
def disable(appid: Appid) -> None:
    """Refuse an app everywhere within 5 seconds."""
    from app.cli_database import with_access

    with_access(lambda access: access.disable(appid))
    typer.echo(f"{appid} is disabled")


@apps.command()
def enable(appid: Appid) -> None:
    """Let a disabled app in again."""
    from app.cli_database import with_access

    with_access(lambda access: access.enable(appid))
    typer.echo(f"{appid} is enabled")


@apps.command()
def update(appid: Appid, changes: Changes = None) -> None:
    """Change settings of an app; in force everywhere within 5 seconds."""
    from app.cli_database import with_access

    if not changes:
        fail("say what to change, for example --set strict=true")

    async def work(access: "Access") -> "AppSettings":
        settings = _changed((await access.get_app(appid)).settings, changes)
        await access.update_settings(appid, settings)
        return settings

    typer.echo(f"{appid} has {_own(with_access(work)) or 'the defaults'}")


def _changed(settings: "AppSettings", changes: list[str]) -> "AppSettings":
    """The settings with each NAME=VALUE worked in.

    Raises:
        CommandError: no such setting, or a value it cannot take.
    """
    from pydantic import ValidationError

    own: dict[str, Any] = settings.dump()
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            fail(f"write --set NAME=VALUE, not {change!r}")
        if name not in type(settings).model_fields:
            fail(f"unknown setting {name!r}; one of {_names(settings)}")
        own.pop(name, None)
        if value:
            own[name] = value
    try:
        return type(settings).model_validate(own)
    except ValidationError as error:
        fail(describe(error))


def _as_json(app: "App") -> dict[str, Any]:
    return {
        "appid": app.appid,
        "enabled": app.enabled,
        "settings": app.settings.dump(),
    }


def _own(settings: "AppSettings") -> str:
    """What the app has set itself, in the form that --set takes."""
    return " ".join(f"{name}={value}" for name, value in settings.dump().items())


def _names(settings: "AppSettings") -> str:
    return ", ".join(type(settings).model_fields)


def _print_secret(appid: str, secret: str) -> None:
    typer.echo(f"appid   {appid}\nsecret  {secret}")
