"""Claims that are each true and overbook a machine together: found, shown, believed by the contract too, and nothing
else is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.conflicts import Conflict, Kind, check_conflict, conflicts
from hanse.ledger.certificates.lies import falsehoods
from hanse.ledger.embedded import EmbeddedChain
from hanse.model.check import check, measure
from hanse.model.keccak import keccak
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from tests.ledger.certificates.judge import Judge
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    with EmbeddedChain(tmp_path_factory.mktemp("chain")) as chain:
        yield Judge.deployed(chain)


def four(*durations: int, **settings: object) -> Problem:
    """Jobs of one operation each, of these durations, on one machine."""
    jobs = [job(f"J{i}", operation("O", ("M1", duration))) for i, duration in enumerate(durations)]
    return shops(machine("M1", **settings), jobs=jobs)


def alone(problem: Problem, *starts: int) -> list[Certificate]:
    """A certificate for each job by itself, by its start."""
    result = []
    for number, (one, start) in enumerate(zip(problem.jobs, starts, strict=True)):
        end = start + one.plans[0].operations[0].modes[0].duration
        result.append(build(problem, [Assignment(one.id, "A", "O", "M1", start, end)], jobs=[number]))
    return result


def agreed(judge: Judge, claims: Sequence[Claim], conflict: bytes) -> bool:
    """What contract and twin both say."""
    try:
        said = check_conflict(claims, Conflict.decode(conflict, len(claims)))
    except InputError:
        said = False
    assert judge.clash(claims, conflict) == said
    return said


def found(problem: Problem, certificates: Sequence[Certificate]) -> list[tuple[Kind, tuple[int, ...]]]:
    return [(conflict.kind, places) for places, conflict in conflicts(problem.rows, certificates)]


def test_claims_that_overlap_on_a_unary_machine_conflict_in_pairs(judge: Judge) -> None:
    problem = four(4, 4, 4)
    certificates = alone(problem, 0, 10, 12)
    ((places, conflict),) = conflicts(problem.rows, certificates)
    assert (conflict.kind, places) == (Kind.CAPACITY, (1, 2))
    assert agreed(judge, [certificates[i].claim for i in places], conflict.encode())
    assert found(problem, [certificates[0], certificates[1]]) == []


def test_a_machine_for_two_is_overbooked_by_three() -> None:
    problem = four(4, 4, 4, 4, capacity=2)
    assert found(problem, alone(problem, 0, 1, 9, 2)) == [(Kind.CAPACITY, (0, 1, 3))]
    assert found(problem, alone(problem, 0, 1, 9, 4)) == []


def test_an_instant_inside_another_claims_work_is_a_conflict(judge: Judge) -> None:
    problem = four(4, 0)
    certificates = alone(problem, 0, 2)
    ((_, conflict),) = conflicts(problem.rows, certificates)
    assert agreed(judge, [certificate.claim for certificate in certificates], conflict.encode())
    assert found(problem, alone(problem, 0, 4)) == []


def test_a_budget_is_overdrawn_by_the_fewest_claims_that_do(judge: Judge) -> None:
    problem = four(4, 5, 6, 1, budget=9, capacity=None)
    certificates = alone(problem, 0, 0, 0, 0)
    ((places, conflict),) = conflicts(problem.rows, certificates)
    assert (conflict.kind, places) == (Kind.BUDGET, (1, 2))
    claims = [certificates[i].claim for i in places]
    assert agreed(judge, claims, conflict.encode())
    assert found(problem, alone(problem, 0, 0, 0, 0)[:2]) == [], "4 + 5 is within the budget"
    for others in (claims[::-1], [claims[0], claims[0]], claims[:1], [claims[0], certificates[3].claim]):
        assert not agreed(judge, others, conflict.encode())


def test_the_bytes_of_conflicts_are_golden() -> None:
    everything = b"".join(
        conflict.encode()
        for problem, starts in ((four(4, 4), (0, 2)), (four(4, 5, budget=8, capacity=None), (0, 0)))
        for _, conflict in conflicts(problem.rows, alone(problem, *starts))
    )
    assert keccak(everything).hex() == "414a455027ac6d45aad399e52823b2edc28c5ff737e9e7b079096bb0fa28da57"


def test_claims_of_one_job_are_no_set_to_ask_about() -> None:
    problem = four(4, 4)
    certificates = alone(problem, 0, 2)
    with pytest.raises(InputError, match="same job"):
        conflicts(problem.rows, [certificates[0], certificates[0]])


def test_a_conflict_changed_anywhere_is_rejected(judge: Judge) -> None:
    problem = four(4, 4)
    certificates = alone(problem, 0, 2)
    claims = [certificate.claim for certificate in certificates]
    ((_, conflict),) = conflicts(problem.rows, certificates)
    data = conflict.encode()
    for place in range(len(data)):
        assert not agreed(judge, claims, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]), place
    for other in (data[:-1], data + b"\0", b""):
        assert not agreed(judge, claims, other)


@st.composite
def started(draw: st.DrawFn, problem: Problem) -> tuple[Assignment, ...]:
    """Each job, of one operation a plan, in some mode at some time after its release."""
    result = []
    for one in problem.jobs:
        plan = draw(st.sampled_from(one.plans))
        mode = draw(st.sampled_from(plan.operations[0].modes))
        start = one.release + draw(st.integers(0, 4))
        result.append(Assignment(one.id, plan.id, plan.operations[0].id, mode.machine, start, start + mode.duration))
    return tuple(result)


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
def test_true_parts_conflict_exactly_where_together_they_are_infeasible(judge: Judge, data: st.DataObject) -> None:
    problem = data.draw(problems(limits=False, transport=False, max_operations=1, max_jobs=4, max_machines=2))
    assume(len(problem.jobs) > 1)
    assignments = data.draw(started(problem))
    parts = [[at for at in assignments if at.job == one.id] for one in problem.jobs]
    certificates = [build(problem, part, jobs=[number]) for number, part in enumerate(parts)]
    assume(not any(falsehoods(problem.rows, certificate) for certificate in certificates))
    whole = Plan(
        problem.root, assignments, measure(problem, assignments), "cost", 0, None, "none", "feasible", "chance", 0.0
    )
    broken = {violation.rule for violation in check(problem, whole).violations} - {"claim"}
    shown = conflicts(problem.rows, certificates)
    assert {"budget": Kind.BUDGET, "capacity": Kind.CAPACITY}.keys() >= broken
    assert {conflict.kind.name.lower() for _, conflict in shown} == broken
    for places, conflict in shown:
        chosen = [certificates[i] for i in places]
        assert agreed(judge, [one.claim for one in chosen], conflict.encode())
        for fewer in combinations(chosen, len(chosen) - 1):
            assert conflict.kind not in {one.kind for _, one in conflicts(problem.rows, fewer)}, "none is to spare"
