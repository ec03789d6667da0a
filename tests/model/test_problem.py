"""Problems check themselves at birth, and their root commits to every row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hanse.errors import InputError
from hanse.model import merkle
from hanse.model.problem import Enterprise, Machine, Operation, Problem, ProcessPlan, Site, Transport
from hanse.units import Units
from tests.model.build import job, machine, operation, shops


def small() -> Problem:
    return shops(machine("M1"), jobs=[job("J", operation("O", ("M1", 4, 10)))], leg=(1, 1))


def test_equal_problems_have_one_root_and_any_change_gives_another() -> None:
    problem = small()
    assert problem.root == small().root
    changes = [
        replace(problem, name="other"),
        replace(problem, units=Units(time="minute")),
        replace(problem, transport=None),
        replace(problem, jobs=(replace(problem.jobs[0], due=3),)),
        replace(problem, jobs=(replace(problem.jobs[0], single_workpiece=True),)),
        replace(problem, enterprises=(replace(problem.enterprises[0], reliability=990_000),)),
    ]
    assert len({problem.root, *(changed.root for changed in changes)}) == len(changes) + 1


def test_every_row_of_a_problem_can_be_shown_under_its_root() -> None:
    problem = small()
    root = bytes.fromhex(problem.root[2:])
    assert all(merkle.verify(row, merkle.prove(problem.rows, i), root) for i, row in enumerate(problem.rows))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: job("J"), "no operations"),
        (lambda: operation("O"), "no mode"),
        (lambda: operation("O", ("M1", -1)), "less than 0"),
        (lambda: operation("O", ("M1", 10**13)), "larger than"),
        (lambda: operation("O", ("M1", 1, 0, 0, 1_000_001)), "not between 0 and 1"),
        (lambda: operation("O", ("M1", 1), ("M1", 2)), "appears twice"),
        (lambda: operation("", ("M1", 1)), "cannot name"),
        (lambda: job("J", operation("O", ("M1", 1)), operation("O", ("M1", 1))), "appears twice"),
        (lambda: job("J", operation("O", ("M1", 1), after=["X"])), 'unknown operation "X"'),
        (lambda: job("J", operation("O", ("M1", 1), after=["O"])), "circle"),
        (lambda: job("J", operation("O", ("M1", 1)), release=-1), "less than 0"),
        (lambda: machine("M1", capacity=0), "less than 1"),
        (lambda: machine("M1", available=((5, 5),)), "empty or out of order"),
        (lambda: machine("M1", available=((5, 9), (8, 12))), "empty or out of order"),
        (lambda: Enterprise("E", "S", (), reliability=1_000_001), "not between 0 and 1"),
        (lambda: Transport(((0, 1),), ((0,),)), "not square"),
        (lambda: Transport(((0, -1), (0, 0)), ((0, 0), (0, 0))), "negative"),
        (lambda: Units(time="parsec"), "not a unit of time"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(build: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build()  # type: ignore[operator]


def test_a_cyclic_precedence_is_refused_and_named() -> None:
    with pytest.raises(InputError, match="circle through O1, O2"):
        ProcessPlan("A", (operation("O1", ("M1", 1), after=["O2"]), operation("O2", ("M1", 1), after=["O1"])))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"jobs": ()}, "no jobs"),
        ({"jobs": (job("J", operation("O", ("M9", 1))),)}, 'unknown machine "M9"'),
        ({"jobs": (job("J", operation("O", ("M1", 1))),) * 2}, '"J" appears twice'),
        ({"jobs": (job("J", operation("O", ("M1", 1)), origin="X"),)}, 'unknown site "X"'),
        ({"jobs": (job("J", operation("O", ("M1", 1)), min_quality=1),)}, "states none"),
        ({"sites": (Site("M1"), Site("M1"))}, "covers 1 sites|appears twice"),
        ({"transport": Transport.none(2)}, "covers 2 sites"),
        ({"enterprises": (Enterprise("E", "X", ()),)}, 'unknown site "X"'),
        (
            {"enterprises": tuple(Enterprise(e, "M1", (machine("M1"),)) for e in ("E1", "E2"))},
            '"M1" appears twice',
        ),
        ({"enterprises": (Enterprise("E", "M1", (Machine("M1", frozenset({"other"})),)),)}, "does not offer"),
    ],
)
def test_a_problem_with_a_dangling_or_double_reference_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(small(), **change)


def test_transport_by_distance_is_rounded_half_to_even_once() -> None:
    sites = (Site("A", (0, 0)), Site("B", (3, 4)), Site("C", (0, 1)))
    transport = Transport.by_distance(sites, cost_rate=0.5, time_rate=1.5)
    assert transport.cost[0] == (0, 2, 0)  # 2.5 and 0.5, each to even
    assert transport.time[0] == (0, 8, 2)  # 7.5 and 1.5
    with pytest.raises(InputError, match="needs a position"):
        Transport.by_distance((Site("A"),), cost_rate=1, time_rate=1)


def test_the_order_of_operations_respects_precedence() -> None:
    plan = ProcessPlan(
        "A",
        (
            operation("C", ("M1", 1), after=["A", "B"]),
            operation("A", ("M1", 1)),
            operation("B", ("M1", 1), after=["A"]),
        ),
    )
    order: list[Operation] = list(plan.topological())
    assert [operation.id for operation in order] == ["A", "B", "C"]
    assert [operation.id for operation in plan.first()] == ["A"]
    assert [operation.id for operation in plan.last()] == ["C"]
