"""The command line: `seccheck …`. Commands import what they need when they run."""

import sys
from typing import Annotated

import typer

from app import __version__
from app.cli_apps import apps
from app.cli_audit import audits
from app.cli_check import check
from app.cli_common import CommandError, load_settings, note
from app.cli_eval import evaluate
from app.cli_jobs import jobs, secret_command
from app.cli_keys import keys
from app.cli_model import model
from app.cli_pictures import pictures
from app.cli_wordlist import wordlist

USAGE_ERROR = 2
"""Exit code when a command could not do what it was asked."""

INTERRUPTED = 130

cli = typer.Typer(
    name="seccheck",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A self-hosted content-safety service that speaks WeChat's security API.",
)
cli.add_typer(apps, name="app")
cli.add_typer(keys, name="admin-key")
cli.add_typer(model, name="model")
cli.add_typer(wordlist, name="wordlist")
cli.add_typer(pictures, name="picture")
cli.add_typer(jobs, name="job")
cli.add_typer(audits)
secret_command(apps)
cli.command()(check)
cli.command("eval")(evaluate)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes.")] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave jobs to `seccheck worker`.")
    ] = False,
) -> None:
    """Start the service; the first start prepares the database and prints access.

    Every setting comes from SECCHECK_* variables; the options here win over them.
    """
    from app.serve import serve as run_server

    settings = load_settings(host=host, port=port, workers=workers)
    if no_worker:
        job = settings.job.model_copy(update={"worker": False})
        settings = settings.model_copy(update={"job": job})
    run_server(settings)


@cli.command()
def worker() -> None:
    """Work on jobs of media checks, beside the API or on another machine.

    With the same database, secret key and settings as the API, started with
    --no-worker there or not.
    """
    from app.work import work

    work(load_settings())


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"seccheck {__version__}")
        raise typer.Exit


@cli.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """A self-hosted content-safety service that speaks WeChat's security API."""


def main(args: list[str] | None = None) -> None:
    """Run one command; leaves with its exit code and never with a traceback.

    Raises:
        SystemExit: 0 done, 1 done with findings or broken lines, 2 not done,
            130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a lone surrogate must not end us
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(args))


def _run(args: list[str] | None) -> int:
    try:
        cli(args, prog_name="seccheck", standalone_mode=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except CommandError as error:
        note(str(error))
    except Exception as error:  # noqa: BLE001 - the last place that can say it plainly
        note(_plain(error))
    return USAGE_ERROR


def _plain(error: Exception) -> str:
    """One line about an error that no command expected."""
    first = str(error).strip().splitlines()
    return f"{type(error).__name__}: {first[0]}" if first else type(error).__name__


if __name__ == "__main__":
    main()
