"""A worked example of ours with windows between operations, since the paper's own shops have none.

The host runs two jobs by Jackson's rule, (P 5, Q 3) and (P 6, Q 2): its Q is idle in [0, 5), [8, 11) and from 13 on.
"""

from __future__ import annotations

from typing import NamedTuple

from hanse.app.reproduce.ramakurthi2023.league import Order, Shops, league, local
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import windows

GUESTS = ((3, 8, 11), (3, 9, 14))
"""Operations that ask for the host's Q: duration, ready, due."""


class Asked(NamedTuple):
    """An operation that asked, where it would start, and whether it ends by its due date."""

    duration: int
    ready: int
    due: int
    start: int
    accepted: bool


def constructed() -> tuple[tuple[str, ...], tuple[Asked, ...]]:
    """The windows of the host's Q, and what the guests are told."""
    shops: Shops = {"H": (Order((("P", 5), ("Q", 3)), None), Order((("P", 6), ("Q", 2)), None))}
    problem, present = league(shops, local(shops))
    floor, rules = Floor(problem, present, Rules()), Rules()
    offered = tuple(str(window) for window in windows(problem, present, rules) if window.machine == "H Q")
    starts = [floor.fit(floor.names.index("H Q"), ready, time) for time, ready, _ in GUESTS]
    told = (Asked(*guest, start, start + guest[0] <= guest[2]) for guest, start in zip(GUESTS, starts, strict=True))
    return offered, tuple(told)
