"""Large-neighbourhood search under budgets, compiled: take a few jobs out, route them again at prices that reflect what
is left of every budget, polish them operation by operation, keep what is not much worse (simulated annealing).

The value searched is cost + Σ over machines of weight · (time beyond the budget): budgets are soft on the way, and the
best plan that keeps all of them is remembered. Routing a job is the dynamic programme of `kernels.py`, so a step
changes up to three jobs at once and still takes a fraction of a millisecond.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.forest import Forest, Ints
from hanse.planning.composition.jit import compiled
from hanse.planning.composition.kernels import FAR, fold, leg, route_cost, walk

TOGETHER = 3
"""Most jobs that are taken out at once."""


ADAPT = 50
"""Steps between two changes of the weights."""


class Chain(NamedTuple):
    """One searching thread's own memory.

    plan, choice, load, cost: the present routes, the time they give each machine, their cost by job. best_*: the best
    routes within all budgets. weight: price of one unit of time beyond the budget, by machine. totals: [value of best
    (-1: none), steps done, steps accepted]. chance: state of the random numbers, [1]. The rest is scratch.
    """

    plan: Ints
    choice: Ints
    load: Ints
    cost: Ints
    best_plan: Ints
    best_choice: Ints
    weight: Ints
    totals: Ints
    chance: npt.NDArray[np.uint64]
    old_plan: Ints
    old_choice: Ints
    new_choice: Ints
    use: Ints
    price: Ints
    table: Ints
    reach: Ints


@compiled
def put(forest: Forest, plan: int, choice: Ints, load: Ints, sign: int) -> None:
    """Add a route's time to the loads (sign 1) or take it away (-1)."""
    for node in range(forest.plans[plan], forest.plans[plan + 1]):
        load[forest.machine[choice[node]]] += sign * forest.duration[choice[node]]


def chain_of(forest: Forest, plan: Ints, choice: Ints, weight: Ints, seed: int) -> Chain:
    """A chain that starts from these routes with these weights."""
    widest = int(np.max(forest.modes[forest.plans[forest.jobs[1:]]] - forest.modes[forest.plans[forest.jobs[:-1]]]))
    # splitmix64 of the seed: nearby seeds give unrelated streams
    mixed = (seed + 0x9E3779B97F4A7C15) & (2**64 - 1)
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    machines = len(weight)
    zeros = np.zeros(machines, dtype=np.int64)
    chain = Chain(
        plan.copy(), choice.copy(), zeros.copy(), np.zeros(len(plan), dtype=np.int64), plan.copy(), choice.copy(),
        weight.copy(), np.array([-1, 0, 0], dtype=np.int64), np.array([(mixed ^ (mixed >> 31)) | 1], dtype=np.uint64),
        plan.copy(), choice.copy(), choice.copy(), zeros.copy(), zeros.copy(),
        np.zeros(widest, dtype=np.int64), np.zeros(2 * forest.legs.shape[1], dtype=np.int64),
    )  # fmt: skip
    restart(forest, chain, plan, choice)
    return chain


@compiled
def restart(forest: Forest, chain: Chain, plan: Ints, choice: Ints) -> None:
    """Go on from these routes; weights, the best and the random numbers stay."""
    chain.plan[:] = plan
    chain.choice[:] = choice
    chain.load[:] = 0
    for job in range(len(plan)):
        put(forest, plan[job], choice, chain.load, 1)
        chain.cost[job] = route_cost(forest, job, plan[job], choice)


@compiled
def drawn(chance: npt.NDArray[np.uint64]) -> float:
    """The next random number in [0, 1): xorshift64*."""
    x = chance[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    chance[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def overrun(load: int, budget: int) -> int:
    """Time beyond the budget."""
    return load - budget if load > budget else 0


@compiled
def penalty(chain: Chain, budget: Ints) -> int:
    """Weighted time beyond the budgets."""
    total = 0
    for r in range(len(budget)):
        total += chain.weight[r] * overrun(chain.load[r], budget[r])
    return total


@compiled
def reroute(forest: Forest, budget: Ints, price: Ints, chain: Chain, job: int, greed: float, noise: float) -> None:
    """Route a job that was taken out of the loads, and put it back.

    Prices start at the dual's, shaken; where the route overdraws what is left, they rise towards the weight of an
    overrun, three times. The best of the tries by true cost and overrun is taken.
    """
    least = FAR
    for r in range(len(budget)):
        left = budget[r] - chain.load[r]
        own = price[r] * (greed + noise * (2.0 * drawn(chain.chance) - 1.0))
        chain.price[r] = chain.weight[r] if left <= 0 else max(0, int(own))
    for attempt in range(4):
        _, plan = fold(forest, chain.price, job, chain.table, chain.reach)
        walk(forest, job, plan, chain.table, chain.new_choice)
        chain.use[:] = 0
        put(forest, plan, chain.new_choice, chain.use, 1)
        value = route_cost(forest, job, plan, chain.new_choice)
        over = False
        for r in range(len(budget)):
            if chain.use[r] > 0:
                beyond = overrun(chain.load[r] + chain.use[r], budget[r]) - overrun(chain.load[r], budget[r])
                value += chain.weight[r] * beyond
                if beyond > 0 and attempt < 3:
                    rise = (chain.weight[r] - chain.price[r]) * beyond // chain.use[r]
                    if rise > 0:
                        over = True
                        chain.price[r] += rise
        if value < least:
            least = value
            chain.plan[job] = plan
            for node in range(forest.plans[plan], forest.plans[plan + 1]):
                chain.choice[node] = chain.new_choice[node]
        if not over:
            break
    put(forest, chain.plan[job], chain.choice, chain.load, 1)


@compiled
def polish(forest: Forest, budget: Ints, chain: Chain, job: int) -> int:
    """Move single operations of a job to better machines until none is; what that saves."""
    plan, choice, load, weight = chain.plan[job], chain.choice, chain.load, chain.weight
    block, saved = forest.block[job], 0
    moved = True
    while moved:
        moved = False
        for node in range(forest.plans[plan], forest.plans[plan + 1]):
            now, up = choice[node], forest.parent[node]
            here = forest.machine[now]
            base = -forest.cost[now]
            if up >= 0:
                base -= leg(forest, block, node, choice[up], now)
            for child in range(node + 1, forest.plans[plan + 1]):
                if forest.parent[child] == node:
                    base -= leg(forest, block, child, now, choice[child])
                elif forest.parent[child] > node:
                    break
            base += weight[here] * (
                overrun(load[here] - forest.duration[now], budget[here]) - overrun(load[here], budget[here])
            )
            best, least = -1, 0
            for m in range(forest.modes[node], forest.modes[node + 1]):
                there = forest.machine[m]
                if there == here:
                    continue
                change = base + forest.cost[m]
                if change >= least:
                    continue
                if up >= 0:
                    change += leg(forest, block, node, choice[up], m)
                    if change >= least:
                        continue
                over = overrun(load[there] + forest.duration[m], budget[there]) - overrun(load[there], budget[there])
                change += weight[there] * over
                if change >= least:
                    continue
                for child in range(node + 1, forest.plans[plan + 1]):
                    if forest.parent[child] == node:
                        change += leg(forest, block, child, m, choice[child])
                    elif forest.parent[child] > node:
                        break
                if change < least:
                    best, least = m, change
            if best >= 0:
                load[here] -= forest.duration[now]
                load[forest.machine[best]] += forest.duration[best]
                choice[node] = best
                saved -= least
                moved = True
    return saved


@compiled
def uses(forest: Forest, plan: int, choice: Ints, machine: int) -> bool:
    """Whether a route gives the machine anything to do."""
    found = False
    for node in range(forest.plans[plan], forest.plans[plan + 1]):
        found = found or forest.machine[choice[node]] == machine
    return found


@compiled
def pick(forest: Forest, budget: Ints, price: Ints, chain: Chain, taken: Ints) -> int:
    """Choose jobs to take out, into `taken`; how many. Half of the time they share a machine that is over its budget
    or leaves priced time unused, because that is where the gap is."""
    jobs = len(chain.plan)
    wanted = min(jobs, 1 + int(drawn(chain.chance) * TOGETHER))
    count = 0
    machine = -1
    if drawn(chain.chance) < 0.5:
        total = 0.0
        for r in range(len(budget)):
            off = chain.load[r] - budget[r]
            total += float(chain.weight[r]) * off if off > 0 else float(price[r]) * -off
        mark = drawn(chain.chance) * total
        for r in range(len(budget)):
            off = chain.load[r] - budget[r]
            mark -= float(chain.weight[r]) * off if off > 0 else float(price[r]) * -off
            if mark < 0:
                machine = r
                break
    if machine >= 0:
        start = int(drawn(chain.chance) * jobs)
        for i in range(jobs):
            job = (start + i) % jobs
            if count < wanted and uses(forest, chain.plan[job], chain.choice, machine):
                taken[count] = job
                count += 1
    while count < wanted:
        job = int(drawn(chain.chance) * jobs)
        fresh = True
        for i in range(count):
            if taken[i] == job:
                fresh = False
        if fresh:
            taken[count] = job
            count += 1
    return count


@compiled
def adapt(budget: Ints, floor: Ints, chain: Chain, highest: int) -> None:
    """Make overruns dearer where there are some, slowly cheaper where there are none, never below the floor."""
    for r in range(len(budget)):
        if chain.load[r] > budget[r]:
            chain.weight[r] = min(highest, chain.weight[r] + chain.weight[r] // 7 + 1)
        else:
            chain.weight[r] = max(floor[r], chain.weight[r] - chain.weight[r] // 50)


@compiled
def search(
    forest: Forest,
    budget: Ints,
    price: Ints,
    floor: Ints,
    chain: Chain,
    steps: int,
    temperature: float,
    highest: int,
) -> None:
    """So many steps at a temperature (money in the forest's scale).

    price: of the dual. floor: least weights of overruns; highest: their limit, so that sums fit 64 bits.
    """
    taken = np.zeros(TOGETHER, dtype=np.int64)
    saved_cost = np.zeros(TOGETHER, dtype=np.int64)
    value = penalty(chain, budget) + np.sum(chain.cost)
    old_load = chain.load.copy()
    for step in range(steps):
        if step % ADAPT == 0:
            adapt(budget, floor, chain, highest)
            value = penalty(chain, budget) + np.sum(chain.cost)
        count = pick(forest, budget, price, chain, taken)
        old_load[:] = chain.load
        for i in range(count):
            job = taken[i]
            plan = chain.plan[job]
            chain.old_plan[job] = plan
            saved_cost[i] = chain.cost[job]
            for node in range(forest.plans[plan], forest.plans[plan + 1]):
                chain.old_choice[node] = chain.choice[node]
            put(forest, plan, chain.choice, chain.load, -1)
        greed = drawn(chain.chance)
        noise = 0.5 * drawn(chain.chance)
        for i in range(count):
            reroute(forest, budget, price, chain, taken[i], greed, noise)
        for i in range(count):
            polish(forest, budget, chain, taken[i])
        change = 0
        for r in range(len(budget)):
            change += chain.weight[r] * (overrun(chain.load[r], budget[r]) - overrun(old_load[r], budget[r]))
        for i in range(count):
            chain.cost[taken[i]] = route_cost(forest, taken[i], chain.plan[taken[i]], chain.choice)
            change += chain.cost[taken[i]] - saved_cost[i]
        if change <= 0 or float(change) < -temperature * math.log(max(drawn(chain.chance), 1e-300)):
            value += change
            chain.totals[2] += 1
            feasible = True
            for r in range(len(budget)):
                if chain.load[r] > budget[r]:
                    feasible = False
                    break
            if feasible and (chain.totals[0] < 0 or value < chain.totals[0]):
                chain.totals[0] = value
                chain.best_plan[:] = chain.plan
                chain.best_choice[:] = chain.choice
        else:
            for i in range(count):
                job = taken[i]
                plan = chain.old_plan[job]
                chain.plan[job] = plan
                chain.cost[job] = saved_cost[i]
                for node in range(forest.plans[plan], forest.plans[plan + 1]):
                    chain.choice[node] = chain.old_choice[node]
            chain.load[:] = old_load
        chain.totals[1] += 1
