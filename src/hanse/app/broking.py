"""The broker (Ouyang 2019, M8): of several members' signed promises it makes one offer under its own signature, planned
by the same engines as everything else, its fee shown, every promise attached. It bids like anybody else, under seal.
"""

from __future__ import annotations

from collections.abc import Sequence

import hanse
from hanse import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport, Units
from hanse.errors import InfeasibleError, InputError
from hanse.market.quote import MOST_PARTS, Assembly, Signed, distinct
from hanse.planning.result import Result

SECONDS = 5.0
"""The engine's time."""


def assemble(
    parts: Sequence[str],
    promises: Sequence[Signed],
    *,
    begin: int,
    latest: int,
    budget: int,
    least_quality: int,
    fee: int,
    seconds: float = SECONDS,
) -> tuple[Assembly, Result]:
    """The cheapest choice of one promise for each part, in this order, that is ready by `latest`; and the engine's
    result, with its bound. begin, latest: seconds since 1970; budget: for all of it, fee included; fee: millionths of
    what the members get, rounded up. Promises below the least quality are left out. Raises InputError for no parts or
    the same twice, InfeasibleError naming the part nobody promised, or the limit that cannot be kept."""
    if not 0 < len(parts) <= MOST_PARTS or len(set(parts)) != len(parts):
        raise InputError(f"there are 1 to {MOST_PARTS} parts, each once", where="parts")
    offered = distinct([one for one in promises if one.promise.quality >= least_quality])
    for part in parts:
        if part not in offered:
            raise InfeasibleError(
                f'nobody promises "{part}" in the quality that is asked for', where="promises",
                hint="ask more members, or leave the request to others",
            )  # fmt: skip
    chosen = {part: sorted(offered[part], key=lambda one: (one.promise.price, one.promise.member)) for part in parts}
    minutes = (latest - begin) // 60
    result = hanse.solve(
        _problem(parts, chosen, minutes), objective="cost + 1000000 tardiness", time_limit=seconds, seed=0
    )
    if result.plan is None:
        raise InfeasibleError("no choice of promises makes a plan", where="promises")
    picked = {run.operation: int(run.machine.rpartition("/")[2]) for run in result.plan.assignments}
    found = tuple(chosen[part][picked[part]] for part in parts)
    cost = sum(one.promise.price for one in found)
    made = Assembly(found, -(-cost * fee // 1_000_000), begin)
    if made.ready > latest:
        raise InfeasibleError(
            f"the soonest choice is ready {(made.ready - latest) // 60} minutes too late", where="promises",
            hint="ask for shorter times",
        )  # fmt: skip
    if made.price > budget:
        raise InfeasibleError(
            f"the cheapest choice costs {made.price}, the budget is {budget} cents", where="promises",
            hint="ask for less, or take a smaller fee",
        )  # fmt: skip
    return made, result


def _problem(parts: Sequence[str], chosen: dict[str, list[Signed]], minutes: int) -> Problem:
    """The parts one after the other, each promise a machine of its own that does nothing else."""
    sites = (Site("here", (0, 0)),)
    enterprises, operations = [], []
    for i, part in enumerate(parts):
        modes = []
        for n, one in enumerate(chosen[part]):
            name = f"{i}/{n}"
            machine = Machine(name, frozenset({part}))
            enterprises.append(Enterprise(f"{one.promise.member}/{name}", "here", (machine,)))
            modes.append(Mode(name, max(1, one.promise.minutes), one.promise.price))
        operations.append(Operation(part, part, tuple(modes), after=(parts[i - 1],) if i else ()))
    return Problem(
        name="promises",
        sites=sites,
        enterprises=tuple(enterprises),
        jobs=(Job("request", (ProcessPlan("A", tuple(operations)),), customer="requester", due=max(0, minutes)),),
        units=Units(time="minute", money="cent", distance="metre"),
        transport=Transport.by_distance(sites, cost_rate=0, time_rate=0),
    )
