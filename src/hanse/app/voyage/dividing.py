"""Prices of an agreement that divide what the customer's budget leaves by contribution, and how anybody counts them
again.

They are prices like others: every party signs them, the escrow holds them, the settlement pays them. The deal's
document says that they were made so and of which sum; problem and plan are in the evidence of the block. So whoever
signs, and every audit, recomputes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hanse.app.voyage.terms import FEE, REWARD, Extra, Piece, pieces_of
from hanse.errors import InputError
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.value.surplus import divided, proceeds

RULE = "costs first, the rest by contribution"


def shared(
    problem: Problem, job: str, work: tuple[Piece, ...], extra: Mapping[str, Extra]
) -> tuple[tuple[Piece, ...], dict[str, Any] | None]:
    """The work at prices that use up the customer's budget, less reward, fee and its part of compensations; and what
    the document says of it. As it was, and None, for an order without a budget or one that leaves nothing. Raises
    InputError if its precedence is no forest."""
    budget = next(one.budget for one in problem.jobs if one.id == job)
    costs = {piece.member: piece.price for piece in work}
    if budget is None:
        return work, None
    amount = proceeds(budget, sum(one.compensation - one.subsidy for one in extra.values()), REWARD + FEE)
    if amount <= sum(costs.values()):
        return work, None
    priced = divided(problem, job, costs, amount)
    return tuple(replace(piece, price=priced[piece.member]) for piece in work), {"rule": RULE, "amount": amount}


def recounted(problem: Problem, plan: Plan, job: str, said: object) -> dict[str, int]:
    """Price by hash of a member's operations, as a document's `division` demands it. Raises InputError if it cannot
    be."""
    amount = said.get("amount") if isinstance(said, dict) and said.get("rule") == RULE else None
    if not isinstance(amount, int):
        raise InputError("this is no known way to divide", where=f"order {job}, division")
    work = pieces_of(problem, plan)[job]
    priced = divided(problem, job, {piece.member: piece.price for piece in work}, amount)
    return {piece.document: priced[piece.member] for piece in work}
