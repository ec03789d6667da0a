"""Rows of a problem: golden bytes, computable positions, and nothing of the problem left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.model import merkle
from hanse.model import rows as rows_of
from hanse.model.keccak import keccak
from hanse.model.problem import Enterprise, Job, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.model.rows import KINDS, NONE, NONE64, read_row
from tests.model.build import machine
from tests.strategies import problems


def every_kind() -> Problem:
    """One of everything: two sites, legs, windows, a second plan, an arc, and more modes than one row holds."""
    tools = (
        machine("M1", available=((0, 8), (9, 20)), budget=15, power=7),
        machine("M2", capacity=None),
        machine("M3"),
        machine("M4"),
    )
    first = Operation("A", "work", tuple(Mode(m.id, i + 1, 10 * i, i, 500_000 + i) for i, m in enumerate(tools)))
    second = Operation("B", "work", (Mode("M2", 5, 6, 7),), after=("A",))
    sites = (Site("S1", (-3, 4)), Site("S2"))
    members = (Enterprise("E1", "S1", tools[:1], 980_000), Enterprise("E2", "S2", tools[1:]))
    job = Job(
        "J", (ProcessPlan("P", (first, second)), ProcessPlan("Q", (second.__class__("B", "work", second.modes),))),
        "C", "S1", "S2", release=2, due=30, budget=99,
    )  # fmt: skip
    return Problem("every kind", sites, members, (job,), transport=Transport(((0, 5), (6, 0)), ((0, 1), (2, 0))))


def test_the_bytes_of_every_row_are_golden() -> None:
    assert [row.hex() for row in every_kind().rows] == GOLDEN_ROWS
    assert every_kind().root == GOLDEN_ROOT


def test_rows_say_what_the_problem_says() -> None:
    header, *others = (read_row(row) for row in every_kind().rows)
    assert header == rows_of.Header(2, 2, 2, 2, 4, 2, 1, 2, 3, 1, 4, keccak(rows_of.words(every_kind())))
    leg = rows_of.Leg
    slot = rows_of.ModeSlot
    nobody = slot(NONE, 0, 0, 0, 0, 0)
    assert others == [
        rows_of.SiteRow(0, 1, -3, 4),
        rows_of.SiteRow(1, 0, 0, 0),
        rows_of.LegsRow(0, 0, (leg(0, 0), leg(5, 1), leg(0, 0), leg(0, 0))),
        rows_of.LegsRow(1, 0, (leg(6, 2), leg(0, 0), leg(0, 0), leg(0, 0))),
        rows_of.EnterpriseRow(0, 0, 980_000),
        rows_of.EnterpriseRow(1, 1, 1_000_000),
        rows_of.MachineRow(0, 0, 0, 1, 15, 7, 0, 2),
        rows_of.MachineRow(1, 1, 1, NONE64, NONE64, 0, 2, NONE),
        rows_of.MachineRow(2, 1, 1, 1, NONE64, 0, 2, NONE),
        rows_of.MachineRow(3, 1, 1, 1, NONE64, 0, 2, NONE),
        rows_of.WindowRow(0, 0, 0, 8),
        rows_of.WindowRow(1, 0, 9, 20),
        rows_of.JobRow(0, 0, 1, 2, 30, 1_000_000, 99, NONE, 0, 0, 2, 0, 3),
        rows_of.PlanRow(0, 0, 0, 2),
        rows_of.PlanRow(1, 0, 2, 1),
        rows_of.OperationRow(0, 0, 0, 4, 0, 0, NONE, 0, NONE, 2, 0, 2),
        rows_of.OperationRow(1, 0, 0, 1, 0, 1, 0, NONE, 1, 2, 0, 2),
        rows_of.OperationRow(2, 0, 1, 1, 1, 0, NONE, 0, 1, 2, 0, 2),
        rows_of.ArcRow(0, 1, 0),
        rows_of.ModesRow(
            0, 0, (slot(0, 0, 1, 0, 0, 500_000), slot(1, 1, 2, 10, 1, 500_001), slot(2, 1, 3, 20, 2, 500_002))
        ),
        rows_of.ModesRow(0, 1, (slot(3, 1, 4, 30, 3, 500_003), nobody, nobody)),
        rows_of.ModesRow(1, 0, (slot(1, 1, 5, 6, 7, NONE), nobody, nobody)),
        rows_of.ModesRow(2, 0, (slot(1, 1, 5, 6, 7, NONE), nobody, nobody)),
    ]


@given(problems())
def test_every_row_stands_where_its_number_says(problem: Problem) -> None:
    rows, facts = problem.rows, problem.rows.facts
    assert len(rows) == sum(1 for _ in rows)
    numbered = (
        (rows_of.SiteRow, len(problem.sites)), (rows_of.EnterpriseRow, len(problem.enterprises)),
        (rows_of.MachineRow, len(problem.machines)), (rows_of.WindowRow, len(facts.window_start)),
        (rows_of.JobRow, len(problem.jobs)), (rows_of.PlanRow, len(facts.plan_job)),
        (rows_of.OperationRow, problem.operation_count), (rows_of.ArcRow, len(facts.arc_earlier)),
    )  # fmt: skip
    for shape, count in numbered:
        for number in range(count):
            row: Any = read_row(rows[rows.position(shape, number)])
            assert (type(row), row.number) == (shape, number)
        with pytest.raises(IndexError):
            rows.position(shape, count)
    legs = problem.transport
    for a in range(len(problem.sites)) if legs else ():
        for b in range(len(problem.sites)):
            row = read_row(rows[rows.position_of_leg(a, b)])
            assert row.legs[b % rows_of.LEGS] == (legs.cost[a][b], legs.time[a][b]) if legs else False
    for operation in range(problem.operation_count):
        row = read_row(rows[rows.position_of_part(operation, 0)])
        assert (row.operation, row.part) == (operation, 0)


@given(problems(), st.data())
def test_every_row_can_be_shown_with_any_others(problem: Problem, data: st.DataObject) -> None:
    rows = problem.rows
    positions = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=5))
    shown = {i: merkle.leaf(rows[i]) for i in positions}
    assert merkle.climb(rows.tree.prove(positions), shown) == rows.tree.root == merkle.root(list(rows))


@given(problems())
def test_columns_hold_every_mode(problem: Problem) -> None:
    facts = problem.rows.facts
    operations = [o for job in problem.jobs for plan in job.plans for o in plan.operations]
    modes = [mode for operation in operations for mode in operation.modes]
    names = list(problem.machines)
    assert [names[i] for i in facts.mode_machine] == [mode.machine for mode in modes]
    assert facts.mode_cost.tolist() == [mode.cost for mode in modes]
    assert np.diff(facts.first_mode).tolist() == [len(operation.modes) for operation in operations]
    assert facts.machine_site.tolist() == list(problem.machine_site.values())


@given(problems())
def test_an_operation_repeats_what_rules_ask_of_its_job(problem: Problem) -> None:
    rows, site = problem.rows, problem.site_index
    number = first_plan = 0
    for job in problem.jobs:
        for plan in job.plans:
            firsts, lasts = {o.id for o in plan.first()}, {o.id for o in plan.last()}
            for operation in plan.operations:
                row: Any = read_row(rows[rows.position(rows_of.OperationRow, number)])
                origin = NONE if job.origin is None or operation.id not in firsts else site[job.origin]
                destination = NONE if job.destination is None or operation.id not in lasts else site[job.destination]
                assert (row.origin, row.destination, row.release) == (origin, destination, job.release)
                assert (row.first_plan, row.plans) == (first_plan, len(job.plans))
                number += 1
        first_plan += len(job.plans)


@given(problems(), st.data())
def test_the_numbers_of_rows_increase(problem: Problem, data: st.DataObject) -> None:
    positions = sorted(data.draw(st.sets(st.integers(0, len(problem.rows) - 1), min_size=2, max_size=2)))
    first, second = (problem.rows[position] for position in positions)
    assert first[:9] < second[:9], "tags come first, then the numbers that tell rows of one kind apart"


def test_words_are_committed_to_by_their_hash() -> None:
    problem = every_kind()
    job = problem.jobs[0]
    changes = [
        replace(problem, jobs=(replace(job, id="K"),)),
        replace(problem, jobs=(replace(job, customer="D"),)),
        replace(problem, sites=(replace(problem.sites[0]), replace(problem.sites[1], position=(0, 0)))),
    ]
    assert len({problem.root, *(changed.root for changed in changes)}) == 4
    assert [a == b for a, b in zip(problem.rows, changes[0].rows, strict=True)].count(False) == 1


def test_every_row_is_hashed_by_one_permutation() -> None:
    assert all(1 + kind.struct.size <= 135 for kind in KINDS.values())
    assert all(kind.struct.size == kind.dtype.itemsize for kind in KINDS.values())


@given(st.binary(max_size=140))
def test_other_bytes_are_no_row(data: bytes) -> None:
    sizes = {tag: kind.struct.size for tag, kind in KINDS.items()}
    if data and sizes.get(data[0]) == len(data):
        read_row(data)
    else:
        with pytest.raises(InputError, match="no row"):
            read_row(data)


def test_rows_are_a_sequence() -> None:
    rows = every_kind().rows
    assert rows[-1] == list(rows)[-1]
    assert list(rows[1:3]) == list(rows)[1:3]
    with pytest.raises(IndexError):
        rows[len(rows)]


GOLDEN_ROOT = "0xc2fba2659155e3f6728dd6051f4aa8b58ab1d675f9e05f514631fe166ebd4e1c"
GOLDEN_ROWS: list[str] = [
    "010000000200000002000000020000000200000004000000020000000100000002000000030000000100000004863e402d0cee10cbec"
    "7394bd6bff52da2f1ad06e56fcc341b19db8ac32ee5a42",
    "020000000001fffffffffffffffd0000000000000004",
    "02000000010000000000000000000000000000000000",
    "030000000000000000000000000000000000000000000000000000000000000005000000000000000100000000000000000000000000"
    "00000000000000000000000000000000000000",
    "030000000100000000000000000000000600000000000000020000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000",
    "040000000000000000000ef420",
    "040000000100000001000f4240",
    "050000000000000000000000000000000000000001000000000000000f00000000000000070000000000000002",
    "05000000010000000100000001ffffffffffffffffffffffffffffffff000000000000000000000002ffffffff",
    "050000000200000001000000010000000000000001ffffffffffffffff000000000000000000000002ffffffff",
    "050000000300000001000000010000000000000001ffffffffffffffff000000000000000000000002ffffffff",
    "06000000000000000000000000000000000000000000000008",
    "06000000010000000000000000000000090000000000000014",
    "070000000000000000000000010000000000000002000000000000001e00000000000f42400000000000000063ffffffff0000000000"
    "000000020000000000000003",
    "0800000000000000000000000000000002",
    "0800000001000000000000000200000001",
    "09000000000000000000000000000000040000000000000000ffffffff00000000ffffffff00000000000000020000000000000002",
    "0900000001000000000000000000000001000000000000000100000000ffffffff0000000100000000000000020000000000000002",
    "09000000020000000000000001000000010000000100000000ffffffff000000000000000100000000000000020000000000000002",
    "0a000000000000000100000000",
    "0b000000000000000000000000000000000000000000000001000000000000000000000000000000000007a120000000010000000100"
    "00000000000002000000000000000a00000000000000010007a121000000020000000100000000000000030000000000000014000000"
    "00000000020007a122",
    "0b000000000000000100000003000000010000000000000004000000000000001e00000000000000030007a123ffffffff0000000000"
    "000000000000000000000000000000000000000000000000000000ffffffff0000000000000000000000000000000000000000000000"
    "000000000000000000",
    "0b00000001000000000000000100000001000000000000000500000000000000060000000000000007ffffffffffffffff0000000000"
    "000000000000000000000000000000000000000000000000000000ffffffff0000000000000000000000000000000000000000000000"
    "000000000000000000",
    "0b00000002000000000000000100000001000000000000000500000000000000060000000000000007ffffffffffffffff0000000000"
    "000000000000000000000000000000000000000000000000000000ffffffff0000000000000000000000000000000000000000000000"
    "000000000000000000",
]
