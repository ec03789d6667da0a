"""A run in a process of its own: what it finds is judged, and whatever becomes of it is said, never raised."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import hanse
from hanse.app.bench import measure
from hanse.app.bench.families import Instance, Known
from hanse.app.bench.measure import Judged, judge, run_one
from hanse.app.bench.runs import Key
from tests.instances.test_instances import FJS

BOTH = [["J1", "A", "O1", "M1", 0, 3], ["J1", "A", "O2", "M1", 3, 7], ["J2", "A", "O1", "M2", 0, 6]]


@pytest.fixture
def shop(tmp_path: Path) -> Instance:
    path = tmp_path / "shop.fjs"
    path.write_bytes(FJS)
    return Instance("small", "shop", path, Known())


def ran(shop: Instance, solver: str, memory: int = 8192) -> Judged:
    key = Key(shop.family, shop.name, solver, 5.0, 1, 0, "1")
    return run_one(shop, hanse.read(shop.path), key, memory)


@pytest.mark.parametrize("solver", ["hanse:cpsat", "cpsat", "pyjobshop"])
def test_every_solver_finds_the_hand_computed_optimum_and_its_plan_is_judged(shop: Instance, solver: str) -> None:
    found = ran(shop, solver)
    assert found.run.failure == ""
    assert (found.run.value, found.run.bound, found.run.proved) == (7, 7, True)
    assert found.plan is not None
    assert hanse.check(hanse.read(shop.path), found.plan).valid
    assert found.run.trajectory[-1][1] == 7
    assert found.run.startup > 0
    assert found.run.peak > 10


def test_a_process_that_takes_too_much_memory_is_ended_and_says_so(shop: Instance) -> None:
    found = ran(shop, "cpsat", memory=20)
    assert found.plan is None
    assert "took more than 20 MiB" in found.run.failure


def child(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(measure, "CHILD", (sys.executable, "-c", code))


def test_a_process_that_hangs_is_killed_and_what_it_told_is_kept(
    shop: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "GRACE", -9.5)  # half a second beyond its begin
    told = '{"began": true}\\n{"at": 0.1, "value": 9, "bound": 4}\\n'
    child(monkeypatch, f"import sys, time; sys.stdout.write('{told}'); sys.stdout.flush(); time.sleep(60)")
    found = ran(shop, "cpsat")
    assert found.run.failure.startswith("killed")
    assert (found.run.value, found.run.bound, found.run.trajectory) == (None, 4, ((0.1, 9, 4),))


def test_a_process_that_crashes_says_its_last_words(shop: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "raise SystemError('the kernel broke')")
    assert "the kernel broke" in ran(shop, "cpsat").run.failure


def test_what_a_library_prints_is_not_taken_for_an_answer(shop: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "print('HiGHS banner'); print('{\"ended\"')")
    found = ran(shop, "cpsat")
    assert (found.run.value, found.run.bound) == (None, None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (BOTH[:2], "cannot be measured"),
        ([*BOTH[:2], ["J2", "A"]], "cannot be measured"),
        ([BOTH[0], ["J1", "A", "O2", "M1", 2, 6], BOTH[2]], "the judge refuses"),
    ],
)
def test_a_plan_that_is_not_true_is_no_answer(shop: Instance, rows: list[list[object]], said: str) -> None:
    problem, key = hanse.read(shop.path), Key("small", "shop", "liar", 5.0, 1, 0, "1")
    names = {job.id: job.plans[0].id for job in problem.jobs}
    named = [[row[0], names[str(row[0])], *row[2:]] if len(row) > 2 else row for row in rows]
    plan, wrong = judge(problem, named, key, None, 1.0)
    assert plan is None
    assert said in wrong
