"""What a round wants of every order, by the rules of a run."""

from __future__ import annotations

from hanse.lab.rules import Rules
from hanse.ledger.certificates.targets import Targets
from hanse.model.bound import job_bounds
from hanse.model.check import outcomes
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import MILLION


def targets_of(problem: Problem, first: Plan, rules: Rules) -> Targets:
    """The baseline of a job is what the first plan makes it cost; its target lies `round_reach` of the way from
    there to its cheapest way."""
    costs = [outcome.cost for outcome in outcomes(problem, first.assignments)]
    least = job_bounds(problem.facts, None, 1).tolist()
    wanted = [cost - (cost - low) * rules.round_reach // MILLION for cost, low in zip(costs, least, strict=True)]
    return Targets.of(costs, wanted)
