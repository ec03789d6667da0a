"""Why budgets cannot be kept: a few machines that must be given more time than they may.

If costs are left aside, prices λ in [0, 1] with bound(λ) > 0 (`dual.py`) prove it: however the jobs are routed, the
machines priced get more time than their budgets, by at least the bound in total. That is Farkas' lemma, and with one
price for all the machines named it is a count in the manner of Hall's theorem: these operations fit nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanse.errors import InfeasibleError
from hanse.model.problem import Problem
from hanse.planning.composition.dual import Dual, Pricing
from hanse.planning.composition.forest import UNLIMITED, Forest, Ints
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Shortage:
    """machines: numbers of those that are short together. needed: least time they must be given, None if the proof
    weighs machines differently. allowed: sum of their budgets. missing: least time by which budgets must grow, in
    total over these machines or, without `needed`, over all."""

    machines: tuple[int, ...]
    needed: int | None
    allowed: int
    missing: int


def shortage(forest: Forest, budget: Ints, threads: int, over: Callable[[], bool]) -> Shortage | None:
    """A proof that no routes keep the budgets, None if none is found: there may still be no plan, because operations
    cannot be cut to fill the budgets."""
    bare = forest._replace(cost=np.zeros_like(forest.cost), moving=False)
    with Pricing(bare, budget, threads) as pricing:
        dual = Dual(pricing, MILLION)
        dual.try_prices(np.full(len(budget), MILLION) * (budget < UNLIMITED))  # too little for all is the common case
        if dual.bound <= 0:
            dual.generate(over, MILLION)
        if dual.bound <= 0:
            return None
        missing = -(-dual.bound // MILLION)
        chosen = dual.price > 0
        lacking = _lack(pricing, chosen)
        if lacking <= 0:
            return Shortage(tuple(np.flatnonzero(chosen).tolist()), None, int(budget[chosen].sum()), missing)
        for machine in np.flatnonzero(chosen)[np.argsort(dual.price[chosen], kind="stable")]:
            chosen[machine] = False  # smallest set that still proves it: drop whatever is not needed
            less = _lack(pricing, chosen)
            if less > 0:
                lacking = less
            else:
                chosen[machine] = True
            if over():
                break
        allowed = int(budget[chosen].sum())
        return Shortage(tuple(np.flatnonzero(chosen).tolist()), allowed + lacking, allowed, lacking)


def _lack(pricing: Pricing, chosen: npt.NDArray[np.bool_]) -> int:
    """By how much the least time these machines must be given exceeds their budgets."""
    return pricing.at(chosen.astype(np.int64)).bound


def infeasible(problem: Problem, short: Shortage) -> InfeasibleError:
    """The shortage in words."""
    names = list(problem.machines)
    listed = [f"{names[m]} (member {problem.owner[names[m]].id})" for m in short.machines]
    shown = ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")
    where = f"budget of machine {shown}" if len(listed) == 1 else f"budgets of machines {shown}"
    if short.needed is None:
        message = f"the budgets are short by at least {short.missing} in total, however the work is divided"
    elif len(listed) == 1:
        message = f"it must be given at least {short.needed}, its budget is {short.allowed}: short by {short.missing}"
    else:
        message = (
            f"together they must be given at least {short.needed}, their budgets allow {short.allowed}: "
            f"short by {short.missing}"
        )
    return InfeasibleError(
        message,
        where=where,
        hint=f"raise these budgets by {short.missing} or more in total, or let other machines do the work",
    )
