"""`hanse serve`: from a data directory to a process that answers, and ends cleanly when it is told to."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from hanse.app.api import logs
from hanse.app.api.application import application
from hanse.app.api.auditing import Auditing
from hanse.app.api.people import INVITATION_SECONDS
from hanse.app.api.service import Service, open_service
from hanse.app.api.settings import ServeSettings
from hanse.app.api.studies import Studies
from hanse.app.api.workers import Workers
from hanse.app.ui.attached import attach
from hanse.errors import EnvironmentFault

THREADS = 16
"""Requests answered at the same time; the others wait their turn."""

GOODBYE_SECONDS = 5
"""Requests that are being answered get so long when the service ends."""


def serve(settings: ServeSettings, *, said: Callable[[str], None] | None = None) -> None:
    """Serves until SIGTERM or SIGINT. said: hears what a person at the terminal should know. Raises EnvironmentFault,
    ChainFault, InputError if it cannot begin."""
    logs.start()
    tell = said or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - before any log
    with _listening(settings) as listening, open_service(settings, told=tell) as service:
        app = assembled(service)
        attach(app, service)
        tell(f"{service.league.name} answers at {settings.origin} (API: {settings.origin}/api/v1/openapi.json)")
        code = first_invitation(service) if service.ledger.leads else None
        if code is not None:
            tell(f"invitation of the first coordinator, works once: {code}")
            tell(f"open {settings.origin}/join?invitation={code}")
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
            limit_concurrency=2000,
            lifespan="on",
        )
        _Server(config).run(sockets=[listening])


def _listening(settings: ServeSettings) -> socket.socket:
    """The socket, before anything is opened: whoever asks meanwhile waits."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as failure:
        raise EnvironmentFault(
            f"port {settings.port} of {settings.host} cannot be used ({failure.strerror})",
            where="--port",
            hint="is another service there? choose another port",
        ) from None


class _Server(uvicorn.Server):
    """uvicorn's own ends the process by the signal that ended it, before the ledger is closed; this one returns."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def assembled(service: Service) -> FastAPI:
    """The application with its workers, which run as long as it does."""
    app, workers, auditing = application(service), Workers(service), Auditing(service)
    app.state.workers, app.state.auditing = workers, auditing
    app.state.studies = studies = Studies(_studies(service.settings))
    if service.relay is None:
        service.wake, service.remind = workers.wake, workers.remind
    measure(app.state.registry, service, workers)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        service.hub.attach(asyncio.get_running_loop())
        workers.start()
        logs.say("started", league=service.league.name, block=service.lookup.height())
        try:
            yield
        finally:
            service.hub.close()
            await asyncio.to_thread(workers.stop)
            await asyncio.to_thread(studies.close)
            await asyncio.to_thread(auditing.close)
            logs.say("ended", waiting=service.lookup.waiting())

    app.router.lifespan_context = life
    return app


def _studies(settings: ServeSettings) -> Path:
    """Where this server's studies are: it empties it, so of several servers each has its own."""
    home = settings.data / "studies"
    return home / settings.node if settings.several else home


def first_invitation(service: Service) -> str | None:
    """An invitation to be coordinator, notary and treasurer, as long as no account is coordinator; the one before it
    works no more. None if there is somebody."""
    if any(service.people.account(address) for address in service.holders("coordinator")):
        return None
    service.people.withdraw_first()
    return service.people.invite("", ["coordinator", "notary", "treasurer"], "first start", INVITATION_SECONDS)


def measure(registry: CollectorRegistry, service: Service, workers: Workers) -> None:
    """Gauges that look when they are asked; no number while the database is away."""

    def looked(ask: Callable[[], float]) -> float:
        try:
            return ask()
        except EnvironmentFault:
            return float("nan")

    gauges: dict[str, tuple[str, Callable[[], float]]] = {
        "hanse_outbox_waiting": ("Transactions in no block yet.", lambda: float(service.lookup.waiting())),
        "hanse_index_block": ("Newest block in the read models.", lambda: float(service.lookup.height())),
        "hanse_leads": ("Whether it sends, reads blocks and keeps times.", lambda: float(service.ledger.leads)),
        "hanse_streams": ("Open streams of events.", lambda: float(service.hub.streams)),
    }
    for worker in workers.all:
        failures = partial(getattr, worker, "failures")
        gauges[f"hanse_worker_{worker.name}_failures"] = ("Failures in a row.", failures)
    for name, (words, ask) in gauges.items():
        Gauge(name, words, registry=registry).set_function(partial(looked, ask))
