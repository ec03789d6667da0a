"""For those who keep the service running, and the stream of what changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hanse.app.api import shapes
from hanse.app.api.callers import SignedIn, TheService
from hanse.app.api.live import MOST_STREAMS
from hanse.app.api.problems import TooOften
from hanse.app.api.routes.base import PREFIX
from hanse.errors import EnvironmentFault

router = APIRouter(tags=["running"])


@router.get("/health", response_model=shapes.Health)
def health(service: TheService) -> shapes.Health:
    """The process answers; and what is wrong with the chain, in words, as far as it was seen."""
    try:
        standing = service.standing()
    except EnvironmentFault:  # the database is away; the process is there
        return shapes.Health(ok=True, parts={})
    return shapes.Health(ok=True, parts={"chain": standing.well}, chain=standing.said)


@router.get("/ready", response_model=shapes.Health, responses={503: {"model": shapes.Health}})
def ready(request: Request, response: Response, service: TheService) -> shapes.Health:
    """Whether the database answers and every worker does its turns; 503 if not. A chain that stands still is told as a
    part, and is no reason to send people away: what is known can be read, and what they do is kept."""
    parts = {worker.name: worker.well for worker in request.app.state.workers.all}
    said = ""
    try:
        parts["database"] = service.lookup.height() >= 0
        ok = all(parts.values())
        standing = service.standing()
        parts["chain"], said = standing.well, standing.said
    except EnvironmentFault:
        parts["database"] = ok = False
    response.status_code = 200 if ok else 503
    return shapes.Health(ok=ok, parts=parts, chain=said)


@router.get(PREFIX + "/chain", response_model=shapes.ChainNow)
def chain(who: SignedIn) -> shapes.ChainNow:
    """Whether the chain under the league goes on, how far it is read, and how final that is."""
    service = who.service
    now, finality = service.standing(), service.watch.finality
    return shapes.ChainNow(
        state=now.state,
        said=now.said,
        block=now.block,
        read=now.read,
        final=now.final,
        engine=finality.engine,
        why=finality.why,
        since=now.since,
        ahead=now.ahead,
        waiting=service.lookup.waiting(),
        turns=service.lookup.turns(),
    )


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": "hanse_outbox_waiting 0.0\n"}}}},
)
def metrics(request: Request) -> Response:
    """For Prometheus. Counts only, of nobody in particular."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


@router.get(
    PREFIX + "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": "id: 42\nevent: change\ndata: {}\n\n"}}}},
)
def events(
    who: SignedIn,
    last: Annotated[str | None, Header(alias="Last-Event-ID", pattern="^[0-9]{1,12}$")] = None,
    once: Annotated[bool, Query(description="End after the first event, for those who only ask.")] = False,
) -> StreamingResponse:
    """Server-sent events: what changed in which block. Ask for the things themselves where `at` says."""
    hub = who.service.hub
    if hub.streams >= MOST_STREAMS:
        raise TooOften("too many streams are open", where="events", hint="poll, or come back later")
    stream = hub.stream(None if last is None else int(last), once=once)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})
