"""CP-SAT's side of `portfolio.py`: asked for something better than the best plan, again and again, or for a proof.

It is a module of its own because loading OR-Tools takes longer than a first plan.
"""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from hanse.errors import HanseError
from hanse.model.objective import Objective
from hanse.planning.jobshop.cpsat import SEEDS, draft_of
from hanse.planning.jobshop.dispatch import Draft, shift_left, value_of
from hanse.planning.jobshop.goal import set_goal
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.listening import Solutions, solve_listening
from hanse.planning.jobshop.shop import Shop
from hanse.planning.jobshop.sizes import step_of
from hanse.planning.jobshop.variables import declare
from hanse.planning.jobshop.watch import Watch, proved
from hanse.units import MILLION

ASK_AGAIN = 10.0
"""Seconds after which a better plan from the search is worth asking CP-SAT anew, for less."""

NEAR = 0.03
"""A value this near the bound, as a share of it, makes CP-SAT try for the bound itself, with half of its time."""


class Proof:
    """aims: whether the bound itself may be asked for. over: whether nothing is left to do for anyone."""

    def __init__(
        self, shop: Shop, objective: Objective, watch: Watch, seed: int, *, aims: bool, over: Callable[[], bool]
    ) -> None:
        self._shop, self._objective, self._watch, self._seed, self._aims = shop, objective, watch, seed, aims
        self._over, self._solver = over, cp_model.CpSolver()
        self._weight = objective.weight("makespan") * MILLION
        self._asked, self._since, self._aimed = 0, 0.0, False  # less than what, since when, and is it the bound

    def stop(self) -> None:
        """End the search at hand. Safe from any thread."""
        self._solver.stop_search()

    def better(self) -> None:
        """Someone else has a better plan, which may be worth asking anew. Safe from any thread."""
        value, asked, since = self._watch.value, self._asked, self._since
        # A plan that was known when CP-SAT was asked is no reason to ask again, however late this comes.
        if value is not None and value < asked and not self._aimed and self._watch.seconds > since + ASK_AGAIN:
            self._solver.stop_search()

    def ask(self, until: float, threads: int, found: Callable[[int, Draft], None]) -> bool:
        """Ask for something better than the best plan so far, until the time is up, there is nothing, or the search has
        a better one; whether to ask again. until: seconds since the beginning. found: called with a plan."""
        shop, watch, solver = self._shop, self._watch, self._solver
        assert watch.value is not None
        self._asked = asked = self._asked_for(watch.value, watch.bound or 0)
        self._since = watch.seconds
        variables = declare(shop, self._horizon(asked))
        with_cost = bool(self._objective.weight("cost"))
        goal = set_goal(variables, Legs(variables, with_cost=with_cost), self._objective, asked)
        parameters = solver.parameters
        left = until - watch.seconds
        parameters.max_time_in_seconds = max(0.01, left / 2 if self._aimed else left)
        parameters.num_workers = threads
        parameters.random_seed = self._seed % SEEDS
        solver.best_bound_callback = lambda bound: self._told(goal.millionths(proved(bound)), asked)
        if self._over():
            return False
        status, interrupted = solve_listening(solver, variables.model, Solutions(watch, goal))
        if status == cp_model.MODEL_INVALID:
            raise HanseError(f"the constraint model is invalid: {variables.model.validate()}", where="method portfolio")
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            draft = shift_left(shop, draft_of(variables, solver))
            value = value_of(shop, draft, self._objective)
            watch.tell(value, value if status == cp_model.OPTIMAL else None)
            found(value, draft)
        elif status == cp_model.INFEASIBLE:
            self._told(asked, asked)
        if interrupted:
            raise KeyboardInterrupt
        again = self._aimed or watch.value < asked
        self._aimed = self._aimed and status == cp_model.INFEASIBLE
        return again and status in (cp_model.UNKNOWN, cp_model.FEASIBLE, cp_model.INFEASIBLE)

    def _asked_for(self, value: int, bound: int) -> int:
        """Less than so many millionths is asked for: less than the best value, or, once, no more than the bound."""
        aim = bound + step_of(self._shop, self._objective)
        near = self._aims and aim < value <= (1 + NEAR) * bound
        self._aimed = near and (not self._asked or self._aimed)
        return aim if self._aimed else value

    def _horizon(self, asked: int) -> int:
        """No plan worth less than what is asked for is complete later."""
        if not self._weight:
            return self._shop.horizon
        return min(self._shop.horizon, (asked - 1) // self._weight)

    def _told(self, bound: int, asked: int) -> None:
        """A bound on plans worth less than what was asked for; the others are worth that anyway."""
        self._watch.tell(None, min(bound, asked))
