"""Limits of machines and jobs are shown broken by few leaves, and a witness stays small in a large plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hanse.errors import EvidenceError, InputError
from hanse.ledger.certificates.certificate import Certificate, Chosen, assemble, build
from hanse.ledger.certificates.certify import certify, verify
from hanse.ledger.certificates.leaves import PLAN as PLAN_LAYOUT
from hanse.ledger.certificates.leaves import contents
from hanse.ledger.certificates.lies import Falsehood, falsehoods
from hanse.ledger.certificates.opened import Opened
from hanse.ledger.certificates.refute import refute, witness_of
from hanse.ledger.certificates.rules import check_witness
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import Branch, Lie, Shown, Witness
from hanse.model.facts import Facts, facts_of
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.model.rows import NONE64, Rows
from tests.ledger.certificates.liars import PLAN, league, retold
from tests.model.build import job, machine, operation, plan, shops


def found(problem: Problem, *assignments: tuple[str, str, str, int, int]) -> Witness:
    """The one lie of a plan, shown."""
    certificate = build(problem, plan(problem, *assignments).assignments)
    (lie,) = falsehoods(problem.rows, certificate)
    witness = witness_of(problem.rows, certificate, lie)
    assert check_witness(problem.rows.tree.root, certificate.claim, witness)
    return witness


def three(**machine_settings: object) -> Problem:
    """Three jobs of one operation of duration 4 on one machine."""
    jobs = [job(name, operation("O", ("M1", 4, 10, 0, 500_000))) for name in ("J1", "J2", "J3")]
    return shops(machine("M1", **machine_settings), jobs=jobs)


APART = (("J1", "O", "M1", 0, 4), ("J2", "O", "M1", 4, 8), ("J3", "O", "M1", 8, 12))


def test_a_machine_given_one_unit_too_much_is_shown_by_its_last_use() -> None:
    assert refute(three(budget=12), build(three(budget=12), plan(three(budget=12), *APART).assignments)) is None
    witness = found(three(budget=11), *APART)
    assert (witness.lie, witness.subject) == (Lie.BUDGET, 2)
    assert (len(witness.uses.entries), len(witness.rows.entries)) == (1, 1)


def test_a_job_above_its_budget_is_shown_by_its_leaves() -> None:
    problem = three()
    poor = replace(problem, jobs=(problem.jobs[0], replace(problem.jobs[1], budget=9), problem.jobs[2]))
    witness = found(poor, *APART)
    assert (witness.lie, witness.subject, len(witness.plan.entries)) == (Lie.JOB_BUDGET, 1, 1)


def test_a_job_below_its_quality_is_shown_by_its_leaves() -> None:
    problem = three()
    proud = replace(problem, jobs=(*problem.jobs[:2], replace(problem.jobs[2], min_quality=500_001)))
    witness = found(proud, *APART)
    assert (witness.lie, witness.subject, len(witness.plan.entries)) == (Lie.QUALITY, 2, 1)


CROWD = (("J1", "O", "M1", 0, 4), ("J2", "O", "M1", 2, 6), ("J3", "O", "M1", 3, 7))


def test_a_machine_for_two_that_runs_three_is_shown_by_three_leaves_and_no_row() -> None:
    witness = found(three(capacity=2), *CROWD)
    assert (witness.lie, len(witness.plan.entries), witness.rows) == (Lie.CAPACITY, 3, Shown())


def test_a_machine_without_limit_says_so_in_its_leaves_and_holds_any_crowd() -> None:
    problem = three(capacity=None)
    certificate = build(problem, plan(problem, *CROWD).assignments)
    assert certificate.plan.records()["capacity"].tolist() == [NONE64] * 3
    assert refute(problem, certificate) is None


@pytest.mark.parametrize(("capacity", "told"), [(2, 3), (2, NONE64), (None, 3)])
def test_a_capacity_told_otherwise_hides_no_crowd_and_makes_none(capacity: int | None, told: int) -> None:
    problem = three(capacity=capacity)

    def tell(records: Any, _: Any) -> None:
        records["capacity"] = told

    liar = retold(build(problem, plan(problem, *CROWD).assignments), Branch.PLAN, tell)
    witness = refute(problem, liar)
    assert witness is not None
    assert (witness.lie, len(witness.plan.entries), len(witness.rows.entries)) == (Lie.RATED, 1, 1)


def test_an_instant_inside_another_operation_of_a_unary_machine_is_shown() -> None:
    jobs = [job("J1", operation("O", ("M1", 4))), job("J2", operation("O", ("M1", 0)))]
    problem = shops(machine("M1"), jobs=jobs)
    assert found(problem, ("J1", "O", "M1", 0, 4), ("J2", "O", "M1", 2, 2)).lie is Lie.CAPACITY
    for moment in (0, 4):
        at = plan(problem, ("J1", "O", "M1", 0, 4), ("J2", "O", "M1", moment, moment)).assignments
        assert refute(problem, build(problem, at)) is None


def test_a_product_that_arrives_late_is_shown_though_its_work_ends_in_time() -> None:
    problem = league()
    certificate = build(problem, PLAN)
    early = Certificate(
        replace(certificate.claim, makespan=21), certificate.plan, certificate.uses, certificate.jobs,
        certificate.prices,
    )  # fmt: skip
    assert {lie.lie for lie in falsehoods(problem.rows, early)} == {Lie.LATE}
    only = shops(machine("M1"), machine("M2"), jobs=[job("J", operation("O", ("M1", 4)), destination="M2")], leg=(1, 3))
    certificate = build(only, plan(only, ("J", "O", "M1", 0, 4)).assignments)
    assert certificate.claim.makespan == 7
    early = replace(certificate, claim=replace(certificate.claim, makespan=6))
    witness = refute(only, early)
    assert witness is not None
    assert (witness.lie, len(witness.rows.entries)) == (Lie.LATE, 2)


def test_a_machine_that_is_never_open_runs_nothing() -> None:
    jobs = [job("J", operation("O", ("M1", 4)))]
    assert found(shops(machine("M1", available=()), jobs=jobs), ("J", "O", "M1", 0, 4)).lie is Lie.CALENDAR


def limits() -> list[tuple[Problem, Certificate]]:
    """Problems, and certificates of plans that break one limit of a machine or a job."""
    poor, proud = three(), three()
    poor = replace(poor, name="job budget", jobs=(poor.jobs[0], replace(poor.jobs[1], budget=9), poor.jobs[2]))
    proud = replace(proud, name="quality", jobs=(*proud.jobs[:2], replace(proud.jobs[2], min_quality=500_001)))
    instant = shops(machine("M1"), jobs=[job("J1", operation("O", ("M1", 4))), job("J2", operation("O", ("M1", 0)))])
    told = [
        (replace(three(budget=11), name="budget"), APART),
        (poor, APART),
        (proud, APART),
        (replace(three(capacity=2), name="capacity"), CROWD),
        (replace(instant, name="instant"), (("J1", "O", "M1", 0, 4), ("J2", "O", "M1", 2, 2))),
    ]
    return [(problem, build(problem, plan(problem, *at).assignments)) for problem, at in told]


# --- certify and verify -----------------------------------------------------------------------------------------


def test_a_feasible_plan_is_certified_and_verified() -> None:
    problem = three(budget=12)
    answer = plan(problem, *APART)
    certificate = certify(problem, answer, prices=[3], scale=2)
    assert verify(problem, answer, certificate) == ()
    assert (certificate.claim.cost, certificate.claim.bound) == (30, 30)


def test_a_part_is_certified_and_verified_by_its_assignments() -> None:
    problem = three(budget=12)
    part = [Assignment("J1", "A", "O", "M1", 0, 4), Assignment("J3", "A", "O", "M1", 4, 8)]
    targets = Targets.of([15, 15, 20], [10, 10, 10])
    certificate = certify(problem, part, prices=[3], scale=2, jobs=[0, 2], targets=targets)
    assert verify(problem, part, certificate, targets) == ()
    claim = certificate.claim
    assert (claim.cost, claim.bound, claim.baseline, claim.target) == (20, 14, 35, 20)
    for other in (
        part[:1],
        [part[0], part[1]._replace(start=5, end=9)],
        [*part, Assignment("J2", "A", "O", "M1", 8, 12)],
    ):
        with pytest.raises(EvidenceError, match="another plan"):
            verify(problem, other, certificate, targets)


def test_an_infeasible_plan_is_not_certified() -> None:
    problem = three(budget=11)
    with pytest.raises(EvidenceError, match=r"budget \(2, 0\): With this use a machine"):
        certify(problem, plan(problem, *APART))


def test_the_certificate_of_another_plan_or_problem_is_told_apart() -> None:
    problem = three()
    first = plan(problem, *APART)
    second = plan(problem, ("J1", "O", "M1", 0, 4), ("J2", "O", "M1", 8, 12), ("J3", "O", "M1", 4, 8))
    with pytest.raises(EvidenceError, match="another plan"):
        verify(problem, second, certify(problem, first))
    with pytest.raises(EvidenceError, match="answers problem"):
        certify(three(budget=12), first)
    with pytest.raises(InputError, match="another problem"):
        falsehoods(three(budget=12).rows, certify(problem, first))


@pytest.mark.parametrize(
    ("prices", "scale", "message"),
    [
        ([1, 2], 1, "2 prices for 1 machines"),
        ([-1], 1, "negative"),
        ([1], 0, "not between"),
        ([2**61], 1, "smaller scale"),
    ],
)
def test_prices_that_are_none_are_refused(prices: list[int], scale: int, message: str) -> None:
    problem = three(budget=12)
    with pytest.raises(InputError, match=message):
        certify(problem, plan(problem, *APART), prices, scale)
    with pytest.raises(InputError, match="without budget"):
        certify(three(), plan(three(), *APART), [1])


@pytest.mark.parametrize(
    "broken",
    [
        APART[:2],
        (*APART, APART[0]),
        (*APART[:2], ("J3", "O", "M9", 8, 12)),
        (*APART[:2], ("J3", "P", "M1", 8, 12)),
        (*APART[:2], ("J3", "O", "M1", -4, 0)),
    ],
)
def test_assignments_that_are_no_plan_are_refused(broken: tuple[tuple[str, str, str, int, int], ...]) -> None:
    with pytest.raises(InputError):
        build(three(), [Assignment(j, "A", o, m, start, end) for j, o, m, start, end in broken])


# --- size -------------------------------------------------------------------------------------------------------

JOBS, TASKS = 2**14, 2**6
MIDDLE = 2**19 + 77


@pytest.fixture(scope="module")
def large() -> tuple[Rows, Certificate]:
    """2^20 operations in 2^14 jobs of 64, on 64 machines with windows and legs, and a plan of them."""
    rows = Rows.tell(_repeated(JOBS), bytes(32))
    each = np.arange(JOBS * TASKS)
    start = each // TASKS * 4
    certificate = assemble(rows, Chosen(each, each, start, start + 3, np.arange(JOBS)))
    return rows, certificate


def _repeated(jobs: int) -> Facts:
    """The columns of one job of 64 operations without arcs, told again for every job."""
    tasks = [operation(f"T{i}", (f"M{i}", 3, 10, 2, 500_000)) for i in range(TASKS)]
    machines = [machine(f"M{i}", available=((0, 10**6), (10**6, 10**7))) for i in range(TASKS)]
    one = facts_of(shops(*machines, jobs=[job("J", *tasks, origin="M0", destination="M1")], leg=(5, 1)))
    changes: dict[str, Any] = {}
    for name, column in vars(one).items():
        if name.startswith(("job_", "operation_", "mode_", "plan_")):
            changes[name] = np.tile(column, jobs)
    for name in ("first_plan", "first_operation", "first_job_operation", "first_mode"):
        step = np.diff(getattr(one, name))
        changes[name] = np.concatenate([[0], np.cumsum(np.tile(step, jobs))])
    changes["first_arc"] = np.zeros(jobs * TASKS + 1, dtype=np.int64)
    changes["plan_job"] = np.arange(jobs)
    changes["operation_job"] = changes["operation_plan"] = np.repeat(np.arange(jobs), TASKS)
    return replace(one, **changes)


def _told(certificate: Certificate, lie: Lie) -> Certificate:
    """One leaf in the middle changed."""
    records, sums = certificate.plan.records().copy(), certificate.plan.sums
    if lie is Lie.CALENDAR:
        records["start"][MIDDLE], records["end"][MIDDLE] = 10**6 - 1, 10**6 + 2
    else:
        sums[MIDDLE, {Lie.COST: 0, Lie.TRANSPORT: 1}[lie]] -= np.uint64(1)
    opened = Opened.of(PLAN_LAYOUT, contents(records), sums)
    return replace(certificate, plan=opened, claim=replace(certificate.claim, plan=opened.root))


def test_a_witness_of_one_leaf_among_a_million_is_at_most_four_kilobytes(large: tuple[Rows, Certificate]) -> None:
    rows, certificate = large
    assert len(certificate.plan.contents) == 2**20
    sizes: dict[str, int] = {}
    for lie in (Lie.COST, Lie.TRANSPORT, Lie.CALENDAR):
        told = _told(certificate, lie)
        other = 1 if lie is Lie.CALENDAR else 0
        witness = witness_of(rows, told, Falsehood(lie, MIDDLE, other))
        assert check_witness(rows.tree.root, told.claim, witness)
        sizes[lie.name] = len(witness.encode())
    assert max(sizes.values()) <= 4096, sizes
