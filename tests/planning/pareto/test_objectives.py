"""Objectives by hand: two machines of two members, one of which waits and one leg that takes time."""

from __future__ import annotations

import pytest

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.pareto.objectives import NAMES, Extras, parse, values


def problem() -> Problem:
    """J1: cut on A1 (4, energy 40), then mill on B1 (2, energy 10), 3 away; J2: cut on A1 (1, energy 10), at 10."""
    cut, mill = frozenset({"cut"}), frozenset({"mill"})
    legs = Transport(((0, 7), (7, 0)), ((0, 3), (3, 0)))
    return Problem(
        "by hand",
        (Site("A"), Site("B")),
        (
            Enterprise("A", "A", (Machine("A1", cut, power=10), Machine("A2", cut)), 900_000),
            Enterprise("B", "B", (Machine("B1", mill, power=5),), 800_000),
        ),
        (
            Job(
                "J1",
                (
                    ProcessPlan(
                        "P",
                        (
                            Operation("O1", "cut", (Mode("A1", 4, 1, 40),)),
                            Operation("O2", "mill", (Mode("B1", 2, 1, 10),), ("O1",)),
                        ),
                    ),
                ),
                destination="A",
                due=10,
            ),
            Job("J2", (ProcessPlan("P", (Operation("O1", "cut", (Mode("A1", 1, 1, 10), Mode("A2", 1, 1, 10))),)),)),
        ),
        transport=legs,
    )


def plan(machine: str) -> list[Assignment]:
    return [
        Assignment("J1", "P", "O1", "A1", 0, 4),
        Assignment("J1", "P", "O2", "B1", 7, 9),
        Assignment("J2", "P", "O1", machine, 10, 11),
    ]


def test_every_objective_by_hand() -> None:
    found = dict(zip(NAMES, values(problem(), plan("A1"), NAMES, Extras(50, 4)), strict=True))
    assert found == {
        "makespan": 12,  # 9 and 3 back to A
        "cost": 17,  # 3 for the modes, 7 there and 7 back
        "tardiness": 2_000_000,
        "energy": 60,
        "total_energy": 60 + 30 + 24,  # A1 waits 6 of 11 at half of 10; two legs of 3 at 4
        "utilisation": round((5 / 11 + 1) / 2 * 1e6),
        "pooled_utilisation": round(7 / 13 * 1e6),
        "reliability": 720_000,
        "machine_reliability": 720_000,
    }


def test_reliability_of_machines_counts_a_member_once_per_machine() -> None:
    assert values(problem(), plan("A2"), ["reliability", "machine_reliability"], Extras()) == [720_000, 648_000]


def test_total_energy_without_extras_is_energy() -> None:
    assert values(problem(), plan("A1"), ["energy", "total_energy"], Extras()) == [60, 60]


@pytest.mark.parametrize("text", ["makespan", "makespan,makespan", "makespan,speed", "", "makespan,"])
def test_what_is_no_trade_off_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text)
    assert refused.value.hint


@pytest.mark.parametrize(("idle", "moving"), [(101, 0), (-1, 0), (0, -1), (True, 0)])
def test_rates_that_cannot_be_are_refused(idle: int, moving: int) -> None:
    with pytest.raises(InputError):
        Extras(idle, moving)
