"""A solver's proposal: some of the demands, a plan for them, and its certificate."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hanse.app.rounds.question import Question
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.lies import falsehoods
from hanse.model.plan import Assignment, Prices
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition.parts import part_problem, shared_budgets
from hanse.planning.decomposition.split import Split, by_customer, by_product, by_region, deal
from hanse.planning.result import Limits
from hanse.units import MILLION

SPLITS: dict[str, Callable[[Problem, int], Split]] = {
    "region": by_region,
    "customer": by_customer,
    "product": by_product,
    "share": deal,
}
"""Ways to divide the demands among solvers who never talk to each other: all of them compute the same parts."""

_PART = re.compile(r"(\w+):(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a solver works on and how. part: `all`, or WAY:K/N, the K-th of N parts by one of `SPLITS`. method: of
    `planning.solve`. seconds: at most so long a round."""

    part: str = "all"
    method: str = "auto"
    seconds: float = 5.0
    seed: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        self.parsed()
        Limits(self.seconds, self.threads, self.seed)  # raises InputError for what is none

    def parsed(self) -> tuple[str, int, int]:
        """Way, K and N; `all` is ("all", 1, 1). Raises InputError."""
        if self.part == "all":
            return "all", 1, 1
        found = _PART.fullmatch(self.part)
        way, place, parts = (found[1], int(found[2]), int(found[3])) if found else ("", 0, 0)
        if way not in SPLITS or not 1 <= place <= parts:
            raise InputError(
                f'"{self.part}" names no part', where="--part", hint=f"all, or {'|'.join(SPLITS)}:K/N, as in region:2/4"
            )
        return way, place, parts


def propose(question: Question, choice: Choice) -> Certificate | None:
    """The certificate of the best plan found for the chosen part, None if none was found.

    Budgets of machines are shared among the parts of a split, so that solvers who divide the work alike never overbook
    a machine together; if a share is too small for a plan that improves, the whole budget is used, and the round
    decides. Raises HanseError if the plan found does not hold.
    """
    problem, (way, place, parts) = question.problem, choice.parsed()
    if way == "all":
        return _certified(question, _solved(problem, choice), range(len(problem.jobs)))
    split = SPLITS[way](problem, min(parts, len(problem.jobs)))
    if place > len(split.parts):
        return None
    part = split.parts[place - 1]
    number = {job.id: i for i, job in enumerate(problem.jobs)}
    jobs = [number[job] for job in part.jobs]
    half = replace(choice, seconds=choice.seconds / 2)
    best = None
    for budgets in (shared_budgets(problem, split)[place - 1], None):
        try:
            best = _certified(question, _solved(part_problem(problem, part, budgets), half), jobs)
        except InfeasibleError:
            continue
        if best is not None and best.claim.cost < best.claim.baseline:
            break
    return best


def _solved(problem: Problem, choice: Choice) -> tuple[tuple[Assignment, ...], Prices] | None:
    result = solve(problem, "cost", choice.method, choice.seconds, choice.threads, choice.seed)
    return None if result.plan is None else (result.plan.assignments, result.prices)


def _certified(
    question: Question, found: tuple[tuple[Assignment, ...], Prices] | None, jobs: Sequence[int]
) -> Certificate | None:
    """With the prices, if they prove more than none would."""
    if found is None:
        return None
    assignments, prices = found
    problem, targets = question.problem, question.targets
    made = [build(problem, assignments, jobs=jobs, targets=targets)]
    if prices:
        by_machine = dict(prices)
        column = [by_machine.get(name, 0) for name in problem.machines]
        made.append(build(problem, assignments, column, MILLION, jobs=jobs, targets=targets))
    best = max(made, key=lambda certificate: certificate.claim.bound)
    wrong = falsehoods(problem.rows, best, targets)
    if wrong:
        raise HanseError(f"our own plan does not hold: {wrong[0]}", where="proposal", hint="please report it")
    return best
