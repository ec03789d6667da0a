"""The solver's lies, in rounds of three solvers: who wins and what it earns is `market.award` and `market.reward`.

Everybody has a plan of its own, by ruin and recreate with its own chance, and claims all orders. The first solver lies,
the others do not. Gains are cents, what the truth would have earned taken off. A bond is lost by whoever is silent or
refuted; one honest watcher refutes every lie (the contracts can, see docs/certificates.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hanse.lab.demand import draw
from hanse.lab.planner import peaceful, planned
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario, World
from hanse.lab.targets import targets_of
from hanse.market.award import Contender, Prize, award, earnings
from hanse.model.check import outcomes
from hanse.planning.preferences.judge import as_plan
from hanse.units import MILLION

SOLVERS, FIRST, STEPS = 3, 5, 60

MINDED = (3, 1, 1)
"""What solvers weigh of cost, time and quality: rounds pay for cost."""

UNIT = "cents"

LIES: Mapping[str, str] = {
    "hide a tenth of the improvement": "",
    "hide half of the improvement": "",
    "hold half back for the next round": "a lower pot, or a target that moves with the baseline, in rounds about what "
    "was improved lately; or ask for the same orders once only",
    "hold half back where it has no rival": "more solvers; a target that moves with the baseline; or ask for the same "
    "orders once only",
    "leave out what is dearer than before": "nothing: choosing a part is allowed, and the rest costs the league less",
    "one claim for each order": "nothing against splitting itself; a least improvement (round.least) above what one "
    "order brings, where many small claims are a burden",
    "copy another's seal": "",
    "reveal too late": "",
    "claim a cost that is not true": "",
    "claim it where nobody watches": "a watcher of one's own: half of a liar's bond is its; a bond as large as "
    "the pot (round.bond)",
    "claim a higher bound where nobody watches": "",
    "refute its own lie": "",
}
"""Every lie, and what helps against it if it pays."""

ALLOWED = frozenset({"leave out what is dearer than before", "one claim for each order"})
UNWATCHED = frozenset({"claim it where nobody watches", "claim a higher bound where nobody watches"})


@dataclass(frozen=True, slots=True)
class _Round:
    """baseline, target: by order. costs: of every solver's plan, by order. pot, bond: cents."""

    baseline: list[int]
    target: list[int]
    costs: list[list[int]]
    pot: int
    bond: int


def gains(world: World, rules: Rules, seed: int) -> dict[str, int] | None:
    """What each lie brings the first solver in the round of a seed; None if that has nothing to improve."""
    made = _drawn(world, rules, seed)
    if made is None:
        return None
    truth = _paid(made, [_whole(made, 0)])
    own, half = sum(made.baseline) - sum(made.costs[0]), _whole(made, 0)
    found = {
        "hide a tenth of the improvement": _paid(made, [replace(half, value=half.value + own // 10)]),
        "hide half of the improvement": _paid(made, [replace(half, value=half.value + own // 2)]),
        "hold half back for the next round": _twice(made, rules),
        "leave out what is dearer than before": _paid(made, _parts(made)),
        "one claim for each order": _paid(made, _singles(made)),
        "copy another's seal": truth - made.bond,
        "reveal too late": -made.bond + _paid(made, []),
        "claim a cost that is not true": -made.bond,
        "claim it where nobody watches": _paid(made, [replace(half, value=half.target)]),
        "claim a higher bound where nobody watches": truth,
        "refute its own lie": -made.bond + made.bond // 2,
    }
    alone = replace(made, costs=made.costs[:1])
    found["hold half back where it has no rival"] = truth + _twice(alone, rules) - _paid(alone, [_whole(alone, 0)])
    return {name: value - truth for name, value in found.items()}


def _drawn(world: World, rules: Rules, seed: int) -> _Round | None:
    demand = draw(world, None, Scenario(), seed)
    first = peaceful(demand.asked, (seed, 0xF1), FIRST)
    if first is None:
        return None
    question, rows = first
    problem = question.carried
    targets = targets_of(problem, as_plan(problem, rows), rules)
    baseline, target = targets.baseline.tolist(), targets.target.tolist()
    if sum(target) >= sum(baseline):
        return None
    cheap = replace(question, consumers={k: replace(c, weights=MINDED) for k, c in question.consumers.items()})
    costs = []
    for i in range(SOLVERS):
        plan = planned(cheap, (seed, 0x50, i), STEPS)
        costs.append([o.cost for o in outcomes(problem, plan)] if plan is not None else list(baseline))
    if sum(costs[0]) >= sum(baseline):
        return None  # it has nothing to claim, nor to lie about
    pot = max(1, sum(baseline) * rules.round_pot // MILLION)
    return _Round(baseline, target, costs, pot, max(2, pot * rules.round_bond // MILLION))


def _claim(made: _Round, orders: Sequence[int], costs: Sequence[int]) -> Contender:
    value, baseline, target = (sum(of[o] for o in orders) for of in (costs, made.baseline, made.target))
    return Contender(sum(1 << o for o in orders), value, baseline, target, stands=value < baseline)


def _whole(made: _Round, solver: int) -> Contender:
    return _claim(made, range(len(made.baseline)), made.costs[solver])


def _parts(made: _Round) -> list[Contender]:
    """One claim of all orders that it makes cheaper."""
    better = [o for o, cost in enumerate(made.costs[0]) if cost < made.baseline[o]]
    return [_claim(made, better, made.costs[0])] if better else []


def _singles(made: _Round) -> list[Contender]:
    better = [o for o, cost in enumerate(made.costs[0]) if cost < made.baseline[o]]
    return [_claim(made, [o], made.costs[0]) for o in better][:32]


def _paid(made: _Round, own: Sequence[Contender]) -> int:
    """Rewards of the first solver if it makes these claims, before the others make theirs."""
    claims = [*own, *(_whole(made, i) for i in range(1, len(made.costs)))]
    accepted = award(claims)
    paid = earnings(claims, accepted, Prize(made.pot, sum(made.baseline), sum(made.target)))
    return sum(amount for number, amount in zip(accepted, paid, strict=True) if number < len(own))


def _twice(made: _Round, rules: Rules) -> int:
    """Half now, all in a second round about what was accepted in the first, with a pot by the same rule."""
    whole = _whole(made, 0)
    shown = [(a + b) // 2 for a, b in zip(made.baseline, made.costs[0], strict=True)]
    now = replace(whole, value=sum(shown))
    earned = _paid(made, [now])
    best = min([shown, *made.costs[1:]], key=sum)
    if sum(made.target) >= sum(best):
        return earned
    pot = max(1, sum(best) * rules.round_pot // MILLION)
    target = [min(a, b) for a, b in zip(made.target, best, strict=True)]
    again = replace(made, baseline=best, target=target, pot=pot)
    return earned + _paid(again, [_whole(again, 0)])
