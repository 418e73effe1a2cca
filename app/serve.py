"""Running the service: prepare once, then serve until a signal says stop."""

import math
import os
import signal
import socket

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app import logs
from app.api.wire import OneWriteProtocol
from app.bootstrap import plain_faults, prepare, welcome
from app.cli_common import fail
from app.settings import Settings

HEALTHCHECK_SECONDS = 30
"""A worker silent for so long is replaced; compiling a huge list takes seconds."""

BACKLOG = 2048
"""Connections that the kernel holds while every worker is busy."""


def serve(settings: Settings) -> None:
    """Prepare the database, then serve; returns after a clean stop.

    Raises:
        CommandError: the address cannot be listened on, the database cannot be
            used, or the start failed.
    """
    logs.configure(level=settings.log_level, style=settings.log_format)
    # The address first: credentials are shown once, and a start that fails
    # after showing them would be a trap.
    listener = _listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    with plain_faults():
        made = prepare(settings)
    if made is not None:
        typer.echo(welcome(made, host=settings.host, port=port))
    typer.echo(f"Serving on http://{settings.host}:{port} (Ctrl-C stops)")
    _hand_on(settings)
    config = _config(settings)
    if settings.workers > 1:
        _run_many(config, listener)
    else:
        _run_one(config, listener)
    typer.echo("Stopped.")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        fail(f"cannot listen on {host} port {port}: {error.strerror or error}")
    listener.set_inheritable(True)
    return listener


def _hand_on(settings: Settings) -> None:
    """Let worker processes, which read the environment, see the options given."""
    os.environ["SECCHECK_HOST"] = settings.host
    os.environ["SECCHECK_PORT"] = str(settings.port)
    os.environ["SECCHECK_WORKERS"] = str(settings.workers)
    os.environ["SECCHECK_JOB_WORKER"] = str(settings.job.worker).lower()


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "app.main:create_app",
        factory=True,
        http=OneWriteProtocol,
        workers=settings.workers,
        log_config=None,  # app.logs decides what is written
        access_log=False,  # uvicorn's would show query strings, and so tokens
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=math.ceil(settings.shutdown_timeout.total_seconds()),
        timeout_worker_healthcheck=HEALTHCHECK_SECONDS,
    )


def _run_one(config: uvicorn.Config, listener: socket.socket) -> None:
    # After its shutdown uvicorn raises the signal again for whoever is outside;
    # here nobody is, and a stop that was asked for is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    server = uvicorn.Server(config)
    try:
        server.run([listener])
    except SystemExit:
        fail("the service could not start; the log says why")
    if not server.started:
        fail("the service could not start; the log says why")


def _run_many(config: uvicorn.Config, listener: socket.socket) -> None:
    supervisor = Multiprocess(config, [listener])
    supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        fail("the workers could not start; the log says why")
