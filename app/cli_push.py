"""`seccheck app push-…`, and what `create` and `update` take about pushes."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from app.cli_common import fail, visible
from app.cli_operator import Operator, command
from app.cli_view import Item

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

Appid = Annotated[str, typer.Argument(help="The app's id, such as wx0123456789abcdef.")]
_SECRET_HELP = "@FILE reads it from a file; the variable counts with --push-url only."  # noqa: S105 - a sentence


class _Format(StrEnum):
    XML = "xml"
    JSON = "json"


class _Mode(StrEnum):
    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


Url = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Push events of media checks there; it must pass the URL check."
        " Empty: push nothing.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        metavar="T",
        envvar="SECCHECK_PUSH_TOKEN",
        help=f"The Token, 3 to 32 letters and digits. {_SECRET_HELP}",
    ),
]
AesKey = Annotated[
    str | None,
    typer.Option(
        metavar="K",
        envvar="SECCHECK_PUSH_AES_KEY",
        help=f"The EncodingAESKey, 43 letters and digits. {_SECRET_HELP}",
    ),
]
FormatIs = Annotated[_Format | None, typer.Option(help="Default: xml.")]
ModeIs = Annotated[_Mode | None, typer.Option(help="Default: plain.")]
ToUser = Annotated[
    str | None,
    typer.Option(metavar="GH", help="ToUserName; default: derived from the appid."),
]
Hosts = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST",
        help="A host that callback URLs named in calls may lead to; repeatable,"
        " replaces all former ones. Empty: none.",
    ),
]
NoVerify = Annotated[
    bool, typer.Option("--no-verify", help="Do not ask the receiver first.")
]


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What a command was told about pushes; None is not told."""

    push_url: str | None = field(default=None, repr=False)
    push_token: str | None = field(default=None, repr=False)
    push_aes_key: str | None = field(default=None, repr=False)
    push_format: str | None = None
    push_mode: str | None = None
    push_to_user: str | None = None
    callback_host: list[str] | None = None
    no_verify: bool = False

    @property
    def given(self) -> bool:
        """Whether there is anything to change."""
        return any(value is not None for value in self._changes().values())

    async def put(self, api: "AdminClient", appid: str) -> Any:
        """Change what was told and leave the rest as it is.

        Raises:
            CommandError: refused, or no answer.
        """
        path = push_path(appid)
        now = await api.get(path)
        kept = ("url", "format", "mode", "to_user", "callback_hosts")
        body = {name: now[name] for name in kept}
        body |= {k: v for k, v in self._changes().items() if v is not None}
        body["url"] = body["url"] or None
        body["verify"] = self._verify()
        return await api.send("PUT", path, body=body)

    def _verify(self) -> bool | None:
        """A URL that is named is checked, also when it is the former one."""
        if self.no_verify:
            return False
        return True if self.push_url else None

    def _changes(self) -> dict[str, Any]:
        hosts = self.callback_host
        return {
            "url": self.push_url,
            "token": self.push_token,
            "aes_key": self.push_aes_key,
            "format": self.push_format,
            "mode": self.push_mode,
            "to_user": self.push_to_user,
            "callback_hosts": [host for host in hosts if host] if hosts else None,
        }


def takes_push(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options about pushes, as one parameter `push`."""

    @functools.wraps(function)
    def run(op: Operator, *, ctx: typer.Context, **given: Any) -> None:
        told = {option.name: given.pop(option.name) for option in _OPTIONS}
        function(op, push=_read(ctx, told), **given)

    signature = inspect.signature(function, eval_str=True)
    own = [one for one in signature.parameters.values() if one.name != "push"]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*own, _CONTEXT, *_OPTIONS]
    )
    del run.__wrapped__  # it has other parameters
    return run


def _option(name: str, kind: Any, default: Any = None) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=kind)


_OPTIONS = [
    _option("push_url", Url),
    _option("push_token", Token),
    _option("push_aes_key", AesKey),
    _option("push_format", FormatIs),
    _option("push_mode", ModeIs),
    _option("push_to_user", ToUser),
    _option("callback_host", Hosts),
    _option("no_verify", NoVerify, default=False),
]


_CONTEXT = _option("ctx", typer.Context, inspect.Parameter.empty)


def _read(ctx: typer.Context, told: dict[str, Any]) -> PushOptions:
    """The options, with secrets from where they are.

    Raises:
        CommandError: a file of a secret cannot be read.
    """
    for name in ("push_token", "push_aes_key"):
        source = ctx.get_parameter_source(name)
        known = source is not None and source.name == "ENVIRONMENT"
        if known and not told["push_url"]:
            told[name] = None  # it is meant for another app, maybe
        told[name] = _secret(told[name])
    return PushOptions(**told)


def _secret(given: str | None) -> str | None:
    if given is None or not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        fail(f"the file {given[1:]} of a secret cannot be read")


def push_path(appid: str) -> str:
    """Where the push settings of an app are in the admin API."""
    return f"/apps/{quote(appid, safe='')}/push"


def push_commands(apps: typer.Typer) -> None:
    """Add the commands of their own to `seccheck app`."""
    command(apps, "push-show")(show_push)
    command(apps, "push-test")(try_push)


def show_push(op: Operator, appid: Appid) -> None:
    """Show where the events of an app are pushed; secrets are never shown."""
    op.show(op.run(lambda api: api.get(push_path(appid)), words=False), print_push)


def try_push(
    op: Operator,
    appid: Appid,
    version: Annotated[
        int,
        typer.Option(min=1, max=2, help="Of the check that the event would be about."),
    ] = 2,
) -> None:
    """Push a test event to the receiver of an app; exit code 1: it did not arrive."""
    path, body = f"{push_path(appid)}:test", {"version": version}
    found = op.run(lambda api: api.post(path, body), words=False)
    op.show(found, _tried)
    if found.get("outcome") != "taken":
        raise typer.Exit(1)


def print_push(found: Item) -> None:
    """Print push settings, one a line."""
    url, hosts = found["url"], found["callback_hosts"]
    asked = found["verified_at"] or "not asked"
    lines = {
        "push": visible(url) if url else "nothing",
        "format": found["format"],
        "mode": found["mode"],
        "to_user": found["to_user"],
        "token": "set" if found["token_set"] else "not set",
        "aes_key": "set" if found["aes_key_set"] else "not set",
        "url check": f"passed {asked}" if found["verified_at"] else asked,
        "callback hosts": " ".join(hosts) or "none",
    }
    for name, value in lines.items():
        typer.echo(f"{name:<15} {value}")


def _tried(found: Item) -> None:
    said = f"{found['outcome']}: {found['why']}" if found["why"] else found["outcome"]
    typer.echo(f"{'outcome':<15} {said}")
    typer.echo(f"{'trace_id':<15} {found['trace_id']}")
