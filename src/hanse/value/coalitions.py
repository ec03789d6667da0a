"""The league as a game: what each coalition of members reaches by planning with its own machines alone.

    v(S) = Σ over the jobs that S can make of worth - cost(S)          worth = 2 · most

`cost(S)` is the cheapest way to make the job with machines of S, transport included: the composition engine's answer.
`most` is what the job may cost at most: its budget, or without one its dearest way. So a job that is made counts as
much as it may cost (produced), and every cent below that counts once more (saved). v never falls when a member joins.

Jobs do not interact here, so the game is the sum of its jobs' games, and each of them has only the members as players
that appear in its modes. That is exact where the least cost of a plan is: for machines with any capacity, because a
plan may wait. Budgets of machine time, calendars and least qualities are set aside and said so (`set_aside`): then
v(S) is what S reaches at best.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np

from hanse.errors import InputError
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.tree import Tree, tree_of
from hanse.value.shapley import Ints

FAR = 1 << 60
"""Dearer than anything."""


@dataclass(frozen=True, slots=True)
class JobGame:
    """One job as a game. players: the members with a mode in it, as positions in the list the game was made for. most:
    what it may cost, money units. cost, parent, later, legs, starts: as `coalition_kernels` takes them."""

    job: str
    players: tuple[int, ...]
    most: int
    cost: Ints
    parent: Ints
    later: Ints
    legs: Ints
    starts: Ints

    @classmethod
    def of(cls, problem: Problem, job: Job, members: Sequence[str]) -> Self:
        """Raises InputError if the precedence of a plan is not a forest, for which no cheapest way is known."""
        owners = {problem.owner[mode.machine].id for plan in job.plans for o in plan.operations for mode in o.modes}
        everyone = [enterprise for enterprise in problem.enterprises if enterprise.id in owners]
        own = {enterprise.id: i for i, enterprise in enumerate(everyone)}
        sites = [problem.site_index[enterprise.site] for enterprise in everyone]
        legs = np.array([[problem.transport_cost(a, b) for b in sites] for a in sites], dtype=np.int64)
        trees = [_tree(job, plan) for plan in job.plans]
        starts = np.cumsum([0, *(len(tree.order) for tree in trees)]).astype(np.int64)
        parent = [up + (up >= 0) * int(at) for tree, at in zip(trees, starts, strict=False) for up in tree.parents]
        whole = cls(
            job.id,
            (),
            0,
            np.concatenate([_costs(problem, job, *both, own) for both in zip(job.plans, trees, strict=True)]),
            np.array(parent, dtype=np.int64),
            np.array([one for tree in trees for one in tree.later], dtype=np.int64),
            legs,
            starts,
        )
        most = whole.dearest() if job.budget is None else job.budget
        number = {member: i for i, member in enumerate(members)}
        kept = [i for i, enterprise in enumerate(everyone) if enterprise.id in number]
        players = tuple(number.get(enterprise.id, -1) for enterprise in everyone)
        return replace(whole, players=players, most=most).among(kept)

    def among(self, places: Sequence[int]) -> Self:
        """The game of some of its players, given by their places in `players`."""
        return replace(
            self,
            players=tuple(self.players[place] for place in places),
            cost=np.ascontiguousarray(self.cost[:, list(places)]),
            legs=np.ascontiguousarray(self.legs[np.ix_(places, places)]),
        )

    def dearest(self) -> int:
        """The dearest way to make it if each member uses its cheapest machine for what it does."""
        table = np.where(self.cost < FAR, self.cost, -FAR)
        totals = []
        for first, last in pairwise(self.starts.tolist()):
            total = 0
            for node in range(last - 1, first - 1, -1):
                up = self.parent[node]
                if up < 0:
                    total += int(table[node].max())
                else:
                    legs = self.legs if self.later[node] else self.legs.T
                    table[up] = np.maximum(table[up] + (legs + table[node]).max(axis=1), -FAR)
            totals.append(total)
        return max(totals)

    def reached(self, costs: Ints) -> Ints:
        """v of coalitions to which the job costs this."""
        return np.where(costs <= self.most, 2 * self.most - costs, 0)

    def values(self) -> Ints:
        """v by bit set of the players, of whom there are at most `shapley.EXACT`."""
        from hanse.value.coalition_kernels import all_coalitions

        if not self.players:
            return np.zeros(1, dtype=np.int64)
        return self.reached(all_coalitions(self.cost, self.parent, self.later, self.legs, self.starts))

    def arrivals(self, orders: Ints) -> Ints:
        """What each player adds, for each row of orders in which they arrive."""
        from hanse.value.coalition_kernels import arrive

        added = np.zeros(orders.shape, dtype=np.int64)
        arrive(self.cost, self.parent, self.later, self.legs, self.starts, self.most, orders, added)
        return added


def games_of(problem: Problem, jobs: Iterable[Job], members: Sequence[str]) -> tuple[JobGame, ...]:
    """The games of these jobs. Raises InputError for a precedence that is no forest, and for sums beyond 2^59."""
    games = tuple(JobGame.of(problem, job, members) for job in jobs)
    if 2 * sum(game.most for game in games) >= FAR:
        raise InputError("the jobs are worth more than 2^59", where="jobs", hint="declare a coarser unit of money")
    return games


def together(games: Iterable[JobGame], members: int) -> Ints:
    """v of all jobs by bit set of all members, of whom there are at most `shapley.EXACT`."""
    total = np.zeros(1 << members, dtype=np.int64)
    for game in games:
        local = np.zeros(1, dtype=np.int64)  # of each coalition of all, which of the job's players are in it
        bits = {player: 1 << i for i, player in enumerate(game.players)}
        for member in range(members):
            local = np.concatenate([local, local | bits.get(member, 0)])
        total += game.values()[local]
    return total


def set_aside(problem: Problem, jobs: Iterable[Job]) -> tuple[str, ...]:
    """What v does not look at although it can make a plan dearer, as sentences; empty if v is exact."""
    told = []
    chosen = tuple(jobs)
    used = {mode.machine for job in chosen for plan in job.plans for o in plan.operations for mode in o.modes}
    machines = [problem.machines[machine] for machine in sorted(used)]
    if any(machine.budget is not None for machine in machines):
        told.append("budgets of machine time are set aside")
    if any(machine.available is not None for machine in machines):
        told.append("calendars are set aside")
    if any(job.min_quality is not None for job in chosen):
        told.append("least qualities are set aside")
    return tuple(told)


def _tree(job: Job, plan: ProcessPlan) -> Tree:
    tree = tree_of(plan)
    if tree is None:
        raise InputError(
            "what each coalition saves is known for chains and trees of operations only",
            where=f"job {job.id}, plan {plan.id}",
            hint="leave the job out: name the others with --order",
        )
    return tree


def _costs(problem: Problem, job: Job, plan: ProcessPlan, tree: Tree, own: Mapping[str, int]) -> Ints:
    """For each node, each member's cheapest mode, with the legs from the origin and to the destination."""
    costs = np.full((len(tree.order), len(own)), FAR, dtype=np.int64)
    first, last = ({o.id for o in group} for group in (plan.first(), plan.last()))
    for node, position in enumerate(tree.order):
        operation = plan.operations[position]
        for mode in operation.modes:
            at, member = problem.machine_site[mode.machine], own[problem.owner[mode.machine].id]
            cost = mode.cost
            if job.origin is not None and operation.id in first:
                cost += problem.transport_cost(problem.site_index[job.origin], at)
            if job.destination is not None and operation.id in last:
                cost += problem.transport_cost(at, problem.site_index[job.destination])
            costs[node, member] = min(costs[node, member], cost)
    return costs
