"""Phrases the terminal and the record share."""

from __future__ import annotations

from hanse.app.report import words
from hanse.model.plan import Plan


def many(count: int, what: str) -> str:
    """`1 order`, `15 orders`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def distance(plan: Plan) -> str:
    """How far from the best possible a plan is, in words."""
    above = words.above_best(plan)
    if above is None:
        return words.BOUNDS["none"]
    far = "the best possible" if above == 0 else f"at most {words.percent(above)} above the best possible"
    return f"{far} ({words.BOUNDS[plan.bound_kind]})".replace("\u00a0", " ")
