"""Following writes, and bringing what a wallet signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from hanse.app.api import reading, shapes
from hanse.app.api.callers import SignedIn
from hanse.app.api.routes.base import TAKEN, Limit
from hanse.app.api.routes.base import router as made

router = made("actions")

Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0c" * 16])]


@router.get("/actions", response_model=list[shapes.ActionNow])
def newest(who: SignedIn, limit: Limit = 20) -> list[shapes.ActionNow]:
    """One's own newest writes."""
    return [reading.actions.action(who.service, one) for one in who.service.actions.of(who.address, limit)]


@router.get("/actions/{id}", response_model=shapes.ActionNow)
def one(who: SignedIn, id: Id) -> shapes.ActionNow:
    """What became of a write of one's own."""
    return reading.actions.action(who.service, who.service.actions.action(id, who.address))


@router.post("/actions/{id}/signed", **TAKEN)
def bring(who: SignedIn, id: Id, body: shapes.Bring, response: Response) -> shapes.ActionNow:
    """The transactions of an action, signed by one's wallet."""
    raws = [bytes.fromhex(raw[2:]) for raw in body.signed]
    action = who.service.actions.bring(who.address, id, raws)
    response.headers["location"] = f"/api/v1/actions/{id}"
    return reading.actions.action(who.service, action)
