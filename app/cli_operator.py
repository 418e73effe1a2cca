"""What every operator command has: `--server`, `--key` and `--json`."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar

import typer

from app.cli_common import fail, json_option, print_json

if TYPE_CHECKING:
    from app.cli_admin import AdminClient

P = ParamSpec("P")
T = TypeVar("T")

Server = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar="SECCHECK_SERVER",
        help="Work on this server; default: on the configured database.",
    ),
]
Key = Annotated[
    str,
    typer.Option(
        metavar="KEY",
        envvar="SECCHECK_ADMIN_KEY",
        help="An admin key of that server; better given by the variable.",
    ),
]


@dataclass(frozen=True, slots=True)
class Operator:
    """One run of a command: whom it speaks to and how it answers."""

    server: str = ""
    key: str = field(default="", repr=False)
    as_json: bool = False

    def run(
        self, work: "Callable[[AdminClient], Awaitable[T]]", *, words: bool = True
    ) -> T:
        """Do the work against the admin API: of the server, or in this process.

        `words` tells that it is about words: a new database then gets the packs.

        Raises:
            CommandError: refused, or no answer.
        """
        if not self.server:
            from app.cli_local import local

            return local(work, words=words)
        return asyncio.run(self._far(work))

    async def _far(self, work: "Callable[[AdminClient], Awaitable[T]]") -> T:
        from app.cli_admin import remote

        async with remote(self.server, self.key) as client:
            return await work(client)

    def show(self, found: Any, text: Callable[[Any], None]) -> None:
        """Print an answer: as JSON when asked for, else with `text`.

        Raises:
            CommandError: the answer has another shape than this version knows.
        """
        if self.as_json:
            print_json(found)
            return
        try:
            text(found)
        except (KeyError, TypeError, AttributeError):
            fail("the answer has an unknown form; use the same version on both sides")


def command(
    group: typer.Typer, name: str | None = None
) -> Callable[
    [Callable[Concatenate[Operator, P], None]],
    Callable[Concatenate[Operator, P], None],
]:
    """Register a function whose first parameter is the Operator.

    Typer sees the other parameters and the three options that make an Operator.
    """

    def register(
        function: Callable[Concatenate[Operator, P], None],
    ) -> Callable[Concatenate[Operator, P], None]:
        group.command(name)(_with_options(function))
        return function

    return register


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    """The function as Typer should see it."""

    @functools.wraps(function)
    def run(*, server: str, key: str, as_json: bool, **given: Any) -> None:
        function(Operator(server.strip(), key.strip(), as_json), **given)

    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*map(_by_name, own), *_OPTIONS]
    )
    run.__annotations__ = {p.name: p.annotation for p in [*own, *_OPTIONS]}
    del run.__wrapped__  # it has one parameter more
    return run


def _by_name(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _option(name: str, kind: Any, default: Any) -> inspect.Parameter:
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, keyword, default=default, annotation=kind)


_OPTIONS = [
    _option("as_json", json_option, default=False),
    _option("server", Server, default=""),
    _option("key", Key, default=""),
]
