"""Phrases the terminal and the record share."""

from __future__ import annotations

from hanse.app.report import words
from hanse.model.plan import Plan


def many(count: int, what: str) -> str:
    """`1 order`, `15 orders`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def distance(plan: Plan) -> str:
    """How far from the best possible a plan is and whose word that is: `the best possible (proved by the solver)`."""
    return f"{words.goodness([plan])} ({words.proof([plan])})".replace("\u00a0", " ")
