"""Problems, plans, blocks and rounds."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from fastapi import Response

from hanse.app.api import governing, reading, shapes, tendering
from hanse.app.api.callers import Caller, Coordinator, Key, SignedIn
from hanse.app.api.problems import NotThere
from hanse.app.api.recording import recorded
from hanse.app.api.routes.base import TAKEN, Cursor, Hashed, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.money import put_down
from hanse.app.rounds.board import Line, board
from hanse.errors import InfeasibleError
from hanse.instances import hanse_json
from hanse.ledger.desk import Wanted
from hanse.ledger.rounds import chain_now

router = made("planning")

OPEN_GAS = 400_000
"""Opening a round takes less; it cannot be asked before the pot is put down."""

REST_SECONDS = 10.0
"""For planning what nobody was accepted for."""


@router.get("/problems/{root}", response_model=dict[str, Any], responses={200: {"description": "hanse-problem/1"}})
def problem(who: SignedIn, root: Hashed) -> Any:
    """A problem by its Merkle root: of a block, or of a round."""
    service = who.service
    asked = service.lookup.round_of(root)
    name = None if asked is None else reading.planning.question_of(service, asked)
    return _contents(who, name or _of_block(who, root, "problem"))


@router.get("/plans/{root}", response_model=dict[str, Any], responses={200: {"description": "hanse-plan/1"}})
def plan(who: SignedIn, root: Hashed) -> Any:
    """The plan of a block by its Merkle root."""
    return _contents(who, _of_block(who, root, "plan"))


@router.get(
    "/contents/{name}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"example": "{}"}}}},
)
def content(who: SignedIn, name: Hashed) -> Response:
    """The bytes behind a hash, if you see what names it. Check them: their Keccak-256 is their name."""
    if not who.service.content.has(name) or not (reading.sight.may_read(who, name) or tendering.may_read(who, name)):
        raise NotThere("this content is not here, or not for you", where=name)
    return Response(
        who.service.content.get(name),
        media_type="application/octet-stream",
        headers={"content-disposition": "attachment", "cache-control": "private, max-age=31536000, immutable"},
    )


@router.get("/blocks", response_model=shapes.Page[shapes.BlockNow])
def blocks(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.BlockNow]:
    """Accepted plans, each after the one before."""
    return reading.pages.page(who.service.lookup.blocks, lambda row: row.number, reading.planning.block, cursor, limit)


@router.get("/blocks/{number}", response_model=shapes.BlockNow)
def block(who: SignedIn, number: Numbered) -> shapes.BlockNow:
    """One block with all it commits to."""
    row = who.service.lookup.block(number)
    if row is None:
        raise NotThere(f"there is no block {number}", where=f"block {number}")
    return reading.planning.block(row)


@router.post("/blocks", **TAKEN)
def append(who: Coordinator, key: Key, body: shapes.AppendBlock, response: Response) -> shapes.ActionNow:
    """Record a plan for open orders. It is judged first, and held to what was ordered and matched."""
    return taken(who, response, key, "record a plan", None, body, lambda: [recorded(who, body)])


@router.get("/rounds", response_model=shapes.Page[shapes.RoundNow])
def rounds(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.RoundNow]:
    """Competitions of solvers."""
    return reading.pages.page(who.service.lookup.rounds, lambda row: row.number, reading.planning.round_, cursor, limit)


@router.get("/rounds/{number}", response_model=shapes.Leaderboard)
def round_(who: SignedIn, number: Numbered) -> shapes.Leaderboard:
    """One round with its leaderboard."""
    service = who.service
    shown = board(service.index, number, chain_now(service.quick(), service.clock))
    if shown is None:
        raise NotThere(f"there is no round {number}", where=f"round {number}")
    claims = [shapes.ClaimNow(**{name: getattr(line, name) for name in Line.__slots__}) for line in shown.lines]
    return shapes.Leaderboard(
        round=reading.planning.round_(shown.round), phase=shown.phase, left=shown.left, claims=claims
    )


@router.post("/rounds", **TAKEN)
def open_round(who: Coordinator, key: Key, body: shapes.OpenRound, response: Response) -> shapes.ActionNow:
    """Have solvers compete for the best plan of a problem. What your stake lacks for the pot is put down first."""
    service = who.service

    def build() -> list[Wanted]:
        from hanse.app.rounds import coordinate, question  # come with solvers

        asked = question.ask(hanse_json.read_problem(msgspec.json.encode(body.problem)), body.margin / 1_000_000)
        asked = coordinate.lawful(asked, governing.terms(service))
        windows = body.commit, body.reveal, body.challenge
        offer = coordinate.Offer(body.pot, body.bond, *windows, first_wins=body.first_wins)
        terms = coordinate.terms_of(asked, service.content, offer, governing.terms(service))
        opening = service.message("Rounds", "open", terms.words(), gas=OPEN_GAS)
        return [*put_down(who, "rounds", terms.pot - reading.money.purse(service, who.address, "rounds")), opening]

    return taken(who, response, key, "open a round", None, body, build)


@router.get("/rounds/{number}/plan", response_model=dict[str, Any], responses={200: {"description": "hanse-plan/1"}})
def brought(who: Coordinator, number: Numbered) -> Any:
    """What a finished round brought: its accepted claims as one plan, and what nobody was accepted for planned beside
    them."""
    from hanse.app.rounds import coordinate, question

    service = who.service
    row = service.lookup.round(number)
    if row is None:
        raise NotThere(f"there is no round {number}", where=f"round {number}")
    asked = question.fetch(row, service.content)
    found = coordinate.outcome(service.index.claims(number), service.content, row, asked, REST_SECONDS)
    if found.plan is None:
        raise InfeasibleError(
            "what nobody was accepted for cannot be planned beside the rest",
            where=f"round {number}",
            hint="open another round, or raise the budgets",
        )
    return msgspec.json.decode(hanse_json.write_plan(found.plan))


def _of_block(who: Caller, root: str, which: str) -> str | None:
    """Content hash of the problem or plan with that root, of a block whose orders the caller sees."""
    service = who.service
    row = service.lookup.block_of(root)
    if row is None or root != getattr(row, which) or not service.content.has(row.evidence):
        return None
    if who.eyes is not None and not any(service.lookup.order(number, who.eyes) for number in row.orders):
        return None
    return str(json.loads(service.content.get(row.evidence))[which])


def _contents(who: Caller, name: str | None) -> Any:
    if name is None or not who.service.content.has(name):
        raise NotThere("there is nothing with this root that you can see", where="root")
    return msgspec.json.decode(who.service.content.get(name))
