"""What all routes share: their class, the parameters of lists, and how a write is acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller
from hanse.ledger.desk import Wanted

PREFIX = "/api/v1"

Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the part before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many.")]
Numbered = Annotated[int, Path(ge=1, le=2**32 - 1, examples=[7])]
Addressed = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{40}$", examples=[shapes.ADDRESS])]
Hashed = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", examples=[shapes.HASH])]


class TaggedRoute(APIRoute):
    """Answers of GET carry an ETag; whoever has that version already gets 304 and no body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handle(request)
            body = getattr(response, "body", b"")
            if request.method != "GET" or response.status_code != 200 or not body:
                return response
            tag = f'"{sha256(body).hexdigest()[:32]}"'
            if tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers={"etag": tag})
            response.headers["etag"] = tag
            return response

        return tagged


def router(tag: str) -> APIRouter:
    """Routes about one subject."""
    return APIRouter(prefix=PREFIX, route_class=TaggedRoute, tags=[tag])


TAKEN: dict[str, Any] = {"status_code": 202, "response_model": shapes.ActionNow}
"""How a write is declared: it is acknowledged when it cannot be lost any more; `Location` says where to follow it."""


def taken(
    who: Caller,
    response: Response,
    key: str,
    what: str,
    about: object,
    body: BaseModel | None,
    build: Callable[[], Sequence[Wanted]],
) -> shapes.ActionNow:
    """Takes a write and acknowledges it. about: what the path names; with `body` it makes this intention what it is."""
    asked = [about, None if body is None else body.model_dump(mode="json")]
    action = who.act(key, what, asked, build)
    response.headers["location"] = f"{PREFIX}/actions/{action.id}"
    return reading.actions.action(who.service, action)
