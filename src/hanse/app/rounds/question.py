"""What a round asks: a frozen problem, and what every demand costs so far and is wanted to cost.

Both are contents by hash; the round names one document that names them. Whoever fetches them checks them against the
roots in the contract, so it does not matter who gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from hanse.errors import EvidenceError, InputError
from hanse.instances import hanse_json
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.content import ContentStore
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.rounds import MOST_DEMANDS
from hanse.model.bound import job_bounds
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import MILLION

Money = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["hanse-round/1"]
    problem: str
    baselines: list[Money]
    targets: list[Money]


@dataclass(frozen=True, eq=False)
class Question:
    """A problem and its targets, one for each job."""

    problem: Problem
    targets: Targets

    @property
    def baseline(self) -> int:
        """M, the sum of all baselines."""
        return sum(self.targets.baseline.tolist())

    @property
    def target(self) -> int:
        """B, the sum of all targets."""
        return sum(self.targets.target.tolist())


def ask(problem: Problem, margin: float = 0.25) -> Question:
    """The question of a problem: the target of a job is its cheapest way if nobody else were there, which no plan
    beats, and its baseline `margin` (a share) more. Raises InputError for a margin that leaves nothing to gain."""
    if not 0 < margin <= 10 or len(problem.jobs) > MOST_DEMANDS:
        raise InputError(
            f"a margin of {margin} over {len(problem.jobs)} jobs makes no round",
            where="margin",
            hint=f"a margin above 0 and at most 10, and at most {MOST_DEMANDS} jobs",
        )
    target = job_bounds(problem.facts, None, 1).tolist()
    return Question(problem, Targets.of([-int(-cost * (1 + margin) // 1) for cost in target], target))


def ask_better_than(problem: Problem, plan: Plan) -> Question:
    """The question of a problem somebody has a plan for: the baseline of a job is what the plan makes it cost."""
    from hanse.model.check import outcomes

    target = job_bounds(problem.facts, None, 1).tolist()
    costs = [outcome.cost for outcome in outcomes(problem, plan.assignments)]
    return Question(problem, Targets.of(costs, target))


def within(question: Question, reach: int) -> Question:
    """The question with no target further than `reach`, millionths of the way from a baseline to its cheapest way."""
    if reach >= MILLION:
        return question
    costs = question.targets.baseline.tolist()
    least = job_bounds(question.problem.facts, None, 1).tolist()
    furthest = [cost - (cost - low) * reach // MILLION for cost, low in zip(costs, least, strict=True)]
    wanted = [max(pair) for pair in zip(question.targets.target.tolist(), furthest, strict=True)]
    return Question(question.problem, Targets.of(costs, wanted))


def publish(question: Question, content: ContentStore) -> str:
    """Stores a question and returns the name of its document."""
    problem = content.put(hanse_json.write_problem(question.problem))
    baselines, targets = question.targets.baseline.tolist(), question.targets.target.tolist()
    return content.put(msgspec.json.encode(_Document("hanse-round/1", problem, baselines, targets)))


def fetch(row: RoundRow, content: ContentStore) -> Question:
    """The question of a round. Raises EnvironmentFault if it is not in the store, EvidenceError if it is not the one
    whose roots the round names, InputError if it is none at all."""
    try:
        document = msgspec.json.decode(content.get(row.document), type=_Document)
        problem = hanse_json.read_problem(content.get(document.problem))
        question = Question(problem, Targets.of(document.baselines, document.targets))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"the document of the round is none: {error}", where=row.document) from None
    if problem.root != row.problem or "0x" + question.targets.root.hex() != row.targets:
        raise EvidenceError("the document is of another problem, or of other targets", where=f"round {row.number}")
    if len(problem.jobs) != row.demands or (question.baseline, question.target) != (row.baseline, row.target):
        raise EvidenceError("the round's sums are not those of its targets", where=f"round {row.number}")
    return question
