"""Random problems and plans: certificates agree with the judge, bounds with brute force, and no truth is refuted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.lies import Falsehood, falsehoods
from hanse.ledger.certificates.refute import Asked, refute, witness_of
from hanse.ledger.certificates.rules import RULES, check_witness
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.view import NotShown
from hanse.ledger.certificates.witness import TREES, Branch, Lie, Witness
from hanse.model.bound import cheapest_path, job_bounds
from hanse.model.check import check, measure
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.routes import tree_of
from tests.ledger.certificates.liars import retold, twisted
from tests.strategies import problems

RULE_OF = {
    "release": {Lie.RELEASE},
    "precedence": {Lie.PRECEDENCE},
    "workpiece": {Lie.WORKPIECE},
    "capacity": {Lie.CAPACITY},
    "calendar": {Lie.CALENDAR},
    "budget": {Lie.BUDGET, Lie.JOB_BUDGET},
    "quality": {Lie.QUALITY},
}
"""What the judge calls a violation, and what the lies about it are."""


@st.composite
def plans(draw: st.DrawFn, problem: Problem, latest: int = 12) -> tuple[Assignment, ...]:
    """One mode and some start for every operation of one plan of each job; often infeasible."""
    result: list[Assignment] = []
    for job in problem.jobs:
        plan = draw(st.sampled_from(job.plans))
        for operation in plan.operations:
            mode, start = draw(st.sampled_from(operation.modes)), draw(st.integers(0, latest))
            result.append(Assignment(job.id, plan.id, operation.id, mode.machine, start, start + mode.duration))
    return tuple(draw(st.permutations(result)))


@st.composite
def one_by_one(draw: st.DrawFn, problem: Problem) -> tuple[Assignment, ...]:
    """A plan that runs one operation after the other: wrong only about calendars, budgets and quality."""
    result: list[Assignment] = []
    now = 7  # releases are at most 4 and legs take at most 3
    for job in problem.jobs:
        plan = draw(st.sampled_from(job.plans))
        for operation in plan.topological():
            mode = draw(st.sampled_from(operation.modes))
            result.append(Assignment(job.id, plan.id, operation.id, mode.machine, now, now + mode.duration))
            now += mode.duration + 3
    return tuple(result)


@st.composite
def prices(draw: st.DrawFn, problem: Problem) -> list[int]:
    return [draw(st.integers(0, 30)) if machine.budget is not None else 0 for machine in problem.machines.values()]


@st.composite
def certificates(
    draw: st.DrawFn, problem: Problem, plan: Callable[[Problem], st.SearchStrategy[tuple[Assignment, ...]]]
) -> tuple[Certificate, Targets | None]:
    """A certificate of some or all jobs at some prices, and the targets of its round if it is made in one."""
    count = len(problem.jobs)
    jobs = draw(st.sets(st.integers(0, count - 1), min_size=1))
    names = {problem.jobs[number].id for number in jobs}
    amounts = st.lists(st.integers(0, 50), min_size=count, max_size=count)
    targets = Targets.of(draw(amounts), draw(amounts)) if draw(st.booleans()) else None
    assignments = [at for at in draw(plan(problem)) if at.job in names]
    scale = draw(st.integers(1, 5))
    return build(problem, assignments, draw(prices(problem)), scale, jobs=jobs, targets=targets), targets


def judged(problem: Problem, assignments: tuple[Assignment, ...]) -> set[str]:
    """The rules the judge finds broken."""
    plan = Plan(
        problem.root, assignments, measure(problem, assignments), "cost", 0, None, "none", "feasible", "chance", 0.0
    )
    return {violation.rule for violation in check(problem, plan).violations} - {"claim"}


@given(problems(), st.data())
@settings(max_examples=400)
def test_certificates_and_the_judge_find_the_same_rules_broken(problem: Problem, data: st.DataObject) -> None:
    assignments = data.draw(plans(problem))
    certificate = build(problem, assignments)
    measures = measure(problem, assignments)
    assert (certificate.claim.cost, certificate.claim.energy) == (measures.cost, measures.energy)
    assert certificate.claim.makespan >= measures.makespan
    assert certificate.claim.bound == problem.cost_bound
    found = {lie.lie for lie in falsehoods(problem.rows, certificate)}
    broken = judged(problem, assignments)
    assert found <= set().union(*RULE_OF.values())
    for rule, lies in RULE_OF.items():
        assert bool(found & lies) == (rule in broken), rule
    witness = refute(problem, certificate)
    assert (witness is None) == (not broken)
    if not broken:
        assert certificate.claim.makespan == measures.makespan


@given(problems(), st.data())
@settings(max_examples=200)
def test_no_plan_that_keeps_the_budgets_costs_less_than_the_bound_at_any_prices(
    problem: Problem, data: st.DataObject
) -> None:
    assignments = data.draw(plans(problem))
    assume("budget" not in judged(problem, assignments))
    certificate = build(problem, assignments, data.draw(prices(problem)), data.draw(st.integers(1, 10)))
    assert certificate.claim.bound <= certificate.claim.cost
    assert not {lie.lie for lie in falsehoods(problem.rows, certificate)} & {Lie.PRICE, Lie.CHEAPER, Lie.BOUND, Lie.SUM}


def cheapest(problem: Problem, job: Job, plan: ProcessPlan, price: dict[str, int], scale: int) -> int:
    """The cheapest way to run a plan, by trying all."""
    best = None
    for modes in product(*(operation.modes for operation in plan.operations)):
        site = {o.id: problem.machine_site[m.machine] for o, m in zip(plan.operations, modes, strict=True)}
        cost = sum(mode.cost for mode in modes)
        cost += sum(problem.transport_cost(site[a], site[b]) for a, b in plan.arcs())
        if job.origin is not None:
            cost += sum(problem.transport_cost(problem.site_index[job.origin], site[o.id]) for o in plan.first())
        if job.destination is not None:
            cost += sum(problem.transport_cost(site[o.id], problem.site_index[job.destination]) for o in plan.last())
        total = cost * scale + sum(price[mode.machine] * mode.duration for mode in modes)
        best = total if best is None else min(best, total)
    assert best is not None
    return best


@given(problems(max_operations=4, max_modes=3), st.data())
@settings(max_examples=200)
def test_bounds_of_jobs_are_their_cheapest_paths(problem: Problem, data: st.DataObject) -> None:
    facts, scale = problem.rows.facts, data.draw(st.integers(1, 5))
    column = np.array(data.draw(prices(problem)))
    price = dict(zip(problem.machines, column.tolist(), strict=True))
    bounds = job_bounds(facts, column, scale)
    for number, job in enumerate(problem.jobs):
        brute = min(cheapest(problem, job, plan, price, scale) for plan in job.plans)
        forest = all(tree_of(plan) is not None for plan in job.plans)
        path = cheapest_path(facts, number, column, scale)
        assert bounds[number] == path.cost <= brute, "the first is the fast one, the last tries all"
        if forest:
            assert bounds[number] == brute


@given(problems(graphs=False, limits=False, max_operations=4, max_modes=3), st.data())
@settings(max_examples=100)
def test_over_forests_a_bound_one_unit_too_high_is_refuted_by_the_cheaper_path(
    problem: Problem, data: st.DataObject
) -> None:
    assignments = data.draw(one_by_one(problem))
    certificate = build(problem, assignments, data.draw(prices(problem)), data.draw(st.integers(1, 5)))
    assume(not falsehoods(problem.rows, certificate))
    job = data.draw(st.integers(0, len(problem.jobs) - 1))

    def tell(_: Any, sums: Any) -> None:
        sums[job, 0] += np.uint64(1)

    lying = retold(certificate, Branch.JOBS, tell)
    witness = refute(problem, lying)
    assert witness is not None
    assert (witness.lie, witness.subject) == (Lie.CHEAPER, job)
    assert not check_witness(problem.rows.tree.root, certificate.claim, witness)


@given(problems(), st.data())
@settings(max_examples=100)
def test_a_wrong_sum_at_any_node_is_refuted(problem: Problem, data: st.DataObject) -> None:
    certificate = build(problem, data.draw(plans(problem)))
    tree = certificate.plan.tree
    assert tree is not None
    assume(tree.depth > 0)
    level = data.draw(st.integers(1, tree.depth))
    position = data.draw(st.integers(0, len(tree.levels[level]) - 1))
    sums = data.draw(st.lists(st.integers(0, 50), min_size=3, max_size=3))
    lying = twisted(certificate, Branch.PLAN, level, position, sums)
    same = lying.claim.plan == certificate.claim.plan
    found = falsehoods(problem.rows, lying)
    assert (Lie.SUM in {lie.lie for lie in found}) == (not same)
    for lie in found:
        assert check_witness(problem.rows.tree.root, lying.claim, witness_of(problem.rows, lying, lie))


@st.composite
def told_wrong(draw: st.DrawFn, certificate: Certificate) -> Certificate:
    """The certificate with anything in any field of some leaf of some tree."""
    branch = draw(st.sampled_from([b for b in TREES if certificate[b].tree is not None]))
    wild = st.one_of(st.integers(0, 5), st.sampled_from([2**31, 2**32 - 1]))
    large = st.one_of(st.integers(0, 20), st.sampled_from([2**62, 2**63 - 1]))

    def tell(records: Any, sums: Any) -> None:
        position = draw(st.integers(0, len(sums) - 1))
        if records is not None:
            name = draw(st.sampled_from(list(records.dtype.names or ())))
            records[name][position] = draw(wild if records.dtype[name].itemsize == 4 else large)
        elif sums.shape[1]:
            sums[position, draw(st.integers(0, 2))] = draw(st.integers(0, 1000))

    return retold(certificate, branch, tell)


@given(problems(), st.data())
@settings(max_examples=200)
def test_what_is_false_is_found_and_shown_whatever_a_leaf_says(problem: Problem, data: st.DataObject) -> None:
    """Any field of any leaf of any tree may be anything: finding never fails, and each finding has its witness."""
    certificate, targets = data.draw(certificates(problem, plans))
    lying = data.draw(told_wrong(certificate))
    for lie in falsehoods(problem.rows, lying, targets):
        witness = witness_of(problem.rows, lying, lie, targets)
        assert check_witness(problem.rows.tree.root, lying.claim, Witness.decode(witness.encode())), str(lie)


@given(problems(), st.data())
@settings(max_examples=60)
def test_no_rule_ever_holds_against_a_true_claim(problem: Problem, data: st.DataObject) -> None:
    """Every rule, about every subject, shown every row and leaf it asks for: none is convinced."""
    true, targets = data.draw(certificates(problem, one_by_one))
    assume(not falsehoods(problem.rows, true, targets))
    numbers = range(max(problem.operation_count, len(problem.machines)) + 2)
    for lie in set(Lie) - {Lie.SUM, Lie.STRAY, Lie.BLANK}:
        for subject, other in product(numbers, numbers):
            picks = tuple(data.draw(st.integers(0, 1)) for _ in range(3)) if lie is Lie.CHEAPER and not other else ()
            said = Falsehood(lie, subject, other, picks, held=tuple({subject, other}))
            assert not convinced(problem, true, said, targets), str(said)
    for branch in TREES:
        tree = true[branch].tree
        depth = tree.depth if tree else -1
        for level in range(depth + 1):
            for position, lie in product(range(1 << (depth - level)), (Lie.SUM, Lie.STRAY, Lie.BLANK)):
                assert not convinced(problem, true, Falsehood(lie, node=(branch, level, position)), targets)


def convinced(problem: Problem, certificate: Certificate, lie: Falsehood, targets: Targets | None) -> bool:
    try:
        return RULES[lie.lie](certificate.claim, Asked(problem.rows, certificate, lie, targets))
    except NotShown:
        return False


@given(problems(), st.data())
@settings(max_examples=100)
def test_no_mutation_of_a_witness_is_ever_accepted_against_a_true_claim(problem: Problem, data: st.DataObject) -> None:
    true, targets = data.draw(certificates(problem, one_by_one))
    assume(not falsehoods(problem.rows, true, targets))
    # Lies told about the same trees: what they show opens under the true claim too.
    lie = data.draw(st.sampled_from(list(Lie)))
    claim = replace(true.claim, makespan=0, bound=true.claim.bound + 1)
    liar = Certificate(claim, true.plan, true.uses, true.jobs, true.prices)
    found = falsehoods(problem.rows, liar, targets)
    witness = witness_of(problem.rows, liar, found[0], targets)
    numbers = st.integers(0, 8)
    changed = replace(witness, lie=lie, subject=data.draw(numbers), other=data.draw(numbers))
    assert not check_witness(problem.rows.tree.root, true.claim, witness)
    assert not check_witness(problem.rows.tree.root, true.claim, changed)
    encoded = bytearray(witness.encode())
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        mutated = Witness.decode(bytes(encoded))
    except InputError:
        return
    assert not check_witness(problem.rows.tree.root, true.claim, mutated)
