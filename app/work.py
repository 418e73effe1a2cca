"""Running a worker: the rooms without the HTTP edge, until a signal says stop."""

import asyncio
import signal
from importlib import import_module

import typer

from app import logs
from app.bootstrap import plain_faults, prepare, welcome
from app.settings import Settings


def work(settings: Settings) -> None:
    """Prepare the database, then work on jobs; returns after a clean stop.

    Raises:
        CommandError: the database cannot be used.
    """
    logs.configure(level=settings.log_level, style=settings.log_format)
    with plain_faults():
        made = prepare(settings)
    if made is not None:  # they are shown once, whoever starts first
        typer.echo(welcome(made, host=settings.host, port=settings.port))
    typer.echo("Working on jobs (Ctrl-C stops)")
    job = settings.job.model_copy(update={"worker": True})
    asyncio.run(_work(settings.model_copy(update={"job": job})))
    typer.echo("Stopped.")


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # By name, as the server does it: nobody imports the composition root.
    running = import_module("app.main").running
    async with running(settings):
        await stop.wait()
