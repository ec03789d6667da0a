"""One run: a league's orders from placing to settlement, on a copy of its chain, under some rules and some troubles."""

from __future__ import annotations

from dataclasses import dataclass

from hanse.app.lab import contest, work
from hanse.errors import InfeasibleError
from hanse.lab.demand import Demand, draw
from hanse.lab.floor.operate import Outcome
from hanse.lab.fork import Bench, ForkChain
from hanse.lab.planner import First, peaceful
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario, World
from hanse.ledger.store import Ledger
from hanse.model.problem import Problem
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Season:
    """What came of a run. orders; agreed: what all signed, refused: somebody declined, undone: agreed, and some of it
    never came. on_time: delivered whole by the wished date, millionths of all orders. lateness: hours after it, of all
    delivered orders. cost: cents customers paid for each order of which anything was paid; energy: of each agreed
    order. income: cents of all members; spread: its Gini coefficient, millionths; utility: of customers by what they
    paid and when they got it, mean over all orders, millionths, nothing for an order that was not delivered. gas: of
    all that was done on the chain. rewards: cents of solvers in rounds; struck, silent, believed: claims. stays: agreed
    on the floor."""

    orders: int
    agreed: int
    refused: int
    undone: int
    on_time: int
    lateness: int
    cost: int
    energy: int
    income: int
    spread: int
    utility: int
    gas: int
    rewards: int
    struck: int
    silent: int
    believed: int
    stays: int


def season(bench: Bench, base: Problem | None, world: World, scenario: Scenario, rules: Rules, seed: int) -> Season:
    """Play it. base: problem of the league, where its orders are played. Raises InfeasibleError if no plan is found
    within what customers wait and pay."""
    demand = draw(world, base, scenario, seed)
    first = peaceful(demand.asked, (seed, 0xF1), contest.FIRST)
    if first is None:
        first = peaceful(demand.asked, (seed, 0xF2), contest.HONEST)
    if first is None:
        raise InfeasibleError(
            "no plan keeps budgets and patience", where=f"seed {seed}", hint="less demand, or more patience"
        )
    asked = Demand(first[0], demand.problem, demand.members)
    with bench.run() as ledger:
        return _played(ledger, bench.chain, asked, first, scenario, rules, seed)


def _played(
    ledger: Ledger, chain: ForkChain, demand: Demand, first: First, scenario: Scenario, rules: Rules, seed: int
) -> Season:
    orders = work.place(ledger, demand)
    won = contest.compete(ledger, chain, first, rules, scenario, seed)
    part = work.record(ledger, demand, won.plan, orders)
    made = work.agree(ledger, chain, demand, part, orders, rules)
    floor = work.play(demand, won.plan, made, rules, scenario, seed)
    work.settle(ledger, chain, made, floor, scenario, seed)
    index = ledger.sync()
    paid, incomes, undone = dict[int, int](), dict.fromkeys(demand.members, 0), set[int]()
    role = {ledger.league.address(f"member/{name}"): name for name in demand.members}
    for row in index.settled():
        paid.setdefault(row.agreement, 0)
        paid[row.agreement] += row.to_member + row.to_solver + row.to_treasury
        if row.member in role:
            incomes[role[row.member]] += row.to_member
        if row.ending != "accepted":
            undone.add(row.agreement)
    mine = [one for one in made if one.number]
    done = {one.job.id: floor.done[one.job.id] for one in mine if floor is not None and one.number not in undone}
    late = [max(0, done[one.job.id] - (one.job.due or 0)) for one in mine if one.job.id in done]
    utility = sum(
        _utility(demand, one, paid.get(one.number, 0), done[one.job.id]) for one in mine if one.job.id in done
    )
    charged = [paid[one.number] for one in mine if paid.get(one.number)]
    return Season(
        orders=len(made),
        agreed=len(mine),
        refused=sum(one.refused for one in made),
        undone=sum(one.number in undone for one in mine),
        on_time=sum(hours == 0 for hours in late) * MILLION // len(made),
        lateness=sum(late),
        cost=sum(charged) // max(1, len(charged)),
        energy=_energy(floor, mine) // max(1, len(mine)),
        income=sum(incomes.values()),
        spread=gini(list(incomes.values())),
        utility=utility // len(made),
        gas=ledger.gas,
        rewards=won.rewards,
        struck=won.struck,
        silent=won.silent,
        believed=won.believed,
        stays=0 if floor is None else floor.tally.taken,
    )


def _utility(demand: Demand, one: work.Agreed, paid: int, done: int) -> int:
    operations = sum(len(piece.places) for piece in one.work)
    quality = sum((piece.quality or 0) * len(piece.places) for piece in one.work)
    return demand.consumers[one.job.id].utility(paid, done, quality, operations)


def _energy(floor: Outcome | None, mine: list[work.Agreed]) -> int:
    """Of the machines on which the operations were made in the end."""
    if floor is None:
        return 0
    total = 0
    for one in mine:
        modes = {operation.id: operation.modes for operation in one.job.plans[0].operations}
        for task in floor.shop.tasks[one.job.id]:
            total += next(m.energy for m in modes[task.at.operation] if m.machine == task.at.machine)
    return total


def gini(values: list[int]) -> int:
    """How unevenly amounts are spread, millionths: 0 if all are the same, towards a million if one has all. Amounts are
    at least 0; of nothing at all it is 0."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0
    count = len(ordered)
    ranked = sum((2 * i - count - 1) * value for i, value in enumerate(ordered, 1))
    return ranked * MILLION // (count * total)
