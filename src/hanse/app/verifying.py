"""A recorded plan, recomputed step by step from nothing but its files and what its block says.

Each step is done when it is asked for, so whoever watches sees it happen. Nobody's word is taken: roots, sums, rules
and certified bounds are computed here; of an attested bound the step says that it is somebody's word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eth_abi.abi import encode

from hanse.errors import HanseError
from hanse.instances import hanse_json
from hanse.ledger.league import AcceptedPlan
from hanse.model.check import certified_bound, check
from hanse.model.keccak import keccak
from hanse.model.objective import Objective
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import MILLION

What = Literal["seal", "chain", "problem", "plan", "rules", "sums", "bound", "orders"]
STEPS: tuple[What, ...] = ("seal", "chain", "problem", "plan", "rules", "sums", "bound", "orders")

Found = Literal["shown", "wrong", "word"]
"""`word`: nothing contradicts it, and nothing but somebody's word is for it."""

_STRUCT = "(bytes32,bytes32,bytes32,bytes32,bytes32,int128,int128,uint8,uint128,uint64,uint128,uint128,address)"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. said: what was shown, or what differs, in words; recorded, recomputed: both sides of it."""

    what: What
    found: Found
    said: str
    recorded: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the ledger says of a block, and where: number, hash, orders; of which chain and contract. before: hash of
    the block before it, as that says."""

    number: int
    hash: str
    before: str
    accepted: AcceptedPlan
    orders: tuple[int, ...]
    chain_id: int
    contract: str


def verify(
    block: Recorded, problem_file: bytes, plan_file: bytes, asked: Mapping[str, Mapping[str, Any]]
) -> Iterator[Step]:
    """All steps, in their order. asked: what each of its orders asks for (hanse-order/1), by job, as far as one may
    know it. Ends early if a file is none."""
    accepted = block.accepted
    yield _equal("seal", "the seal over all that the block says", block.hash, seal(block))
    yield _equal("chain", "the link to the plan recorded before it", accepted.previous, block.before)
    try:
        problem = hanse_json.read_problem(problem_file)
    except HanseError as error:
        yield Step("problem", "wrong", f"the problem's file cannot be read: {error.message}", accepted.problem, "")
        return
    yield _equal("problem", f"the root of {len(problem.jobs)} jobs and their machines", accepted.problem, problem.root)
    try:
        plan = hanse_json.read_plan(plan_file)
    except HanseError as error:
        yield Step("plan", "wrong", f"the plan's file cannot be read: {error.message}", accepted.plan, "")
        return
    yield _equal("plan", f"the root of {len(plan.assignments)} operations", accepted.plan, plan.root)
    yield _rules(problem, plan)
    yield _sums(accepted, plan)
    yield _bound(accepted, problem, plan)
    yield _orders(block, problem, asked)


def seal(block: Recorded) -> str:
    """The hash of a block, as the contract computes it."""
    orders = keccak(b"".join(number.to_bytes(32, "big") for number in block.orders))
    words = (block.chain_id, block.contract, block.number, orders, block.accepted.words())
    return "0x" + keccak(encode(["uint256", "address", "uint64", "bytes32", _STRUCT], words)).hex()


def _equal(what: What, of: str, recorded: str, recomputed: str) -> Step:
    same = recorded == recomputed
    return Step(what, "shown" if same else "wrong", of if same else f"{of} is another", recorded, recomputed)


def _rules(problem: Problem, plan: Plan) -> Step:
    """Machines, hours, order of operations, ways between sites, budgets: the independent judge, from the start."""
    bad = check(problem, plan).violations
    if bad:
        return Step("rules", "wrong", f"{len(bad)} rules are broken, first: {bad[0]}", "", str(bad[0]))
    return Step("rules", "shown", f"{len(plan.assignments)} operations keep every rule", "", "")


def _sums(accepted: AcceptedPlan, plan: Plan) -> Step:
    """The judge has measured the plan already; here its sums are held against the block's."""
    m = plan.measures
    said = (accepted.cost, accepted.makespan, accepted.tardiness, accepted.energy, accepted.value)
    true = (m.cost, m.makespan, m.tardiness, m.energy, plan.value)
    same = said == true and accepted.objective == plan.objective
    words = "cost, finish, lateness, energy and value add up" if same else "the sums are others"
    return Step("sums", "shown" if same else "wrong", words, ", ".join(map(str, said)), ", ".join(map(str, true)))


def _bound(accepted: AcceptedPlan, problem: Problem, plan: Plan) -> Step:
    recorded = f"{accepted.bound / MILLION:g}, {accepted.bound_kind}"
    if (accepted.bound, accepted.bound_kind) != (plan.lower_bound or 0, plan.bound_kind):
        claimed = f"{(plan.lower_bound or 0) / MILLION:g}, {plan.bound_kind}"
        return Step("bound", "wrong", "the plan claims another bound", recorded, claimed)
    if accepted.bound_kind == "none":
        return Step("bound", "word", "nothing is claimed about how good the plan is", recorded, "")
    proved = certified_bound(problem, Objective.parse(plan.objective), plan.prices)
    known = "" if proved is None else f"{proved / MILLION:g}"
    if accepted.bound_kind == "attested":
        return Step("bound", "word", f"no plan is better than the bound: the word of {plan.solver}", recorded, known)
    shown = proved is not None and proved >= accepted.bound
    words = "no plan can be better than the bound" if shown else "less can be proved than is claimed"
    return Step("bound", "shown" if shown else "wrong", words, recorded, known)


def _orders(block: Recorded, problem: Problem, asked: Mapping[str, Mapping[str, Any]]) -> Step:
    """What was planned is what was ordered."""
    names = "customer", "release", "due", "weight", "budget", "min_quality", "origin"
    jobs = {job.id: job for job in problem.jobs}
    if len(block.orders) != len(jobs):
        return Step("orders", "wrong", "there are not as many orders as jobs", str(len(block.orders)), str(len(jobs)))
    for name, said in asked.items():
        job = jobs.get(name)
        if job is None:
            return Step("orders", "wrong", f"an order asks for {name}, which is not planned", name, "")
        for field in names:
            if getattr(job, field) != said.get(field):
                return Step(
                    "orders", "wrong", f"{name}: another {field} was ordered", str(said.get(field)),
                    str(getattr(job, field)),
                )  # fmt: skip
    found: Found = "shown" if len(asked) == len(jobs) else "word"
    words = "every job is planned as it was ordered"
    if found == "word":
        words = f"{len(asked)} of {len(jobs)} orders could be compared; these are planned as they were ordered"
    return Step("orders", found, words, "", "")


def whole(steps: Sequence[Step]) -> Found:
    """What all steps together show."""
    kinds = {step.found for step in steps}
    return "wrong" if "wrong" in kinds else "word" if "word" in kinds else "shown"
