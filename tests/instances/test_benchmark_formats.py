"""The formats of public benchmark collections: read as their authors mean them, refused with the line that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hanse
from hanse.errors import InputError
from hanse.instances import birgin, dfjsp_transfer, dpfsp, fjs, ipps
from hanse.model.problem import Problem

GRAPH = b"# a diamond and a lonely operation\n5 4 2\n0 1\n0 2\n1 3\n2 3\n1 0 3\n2 0 4 1 5\n1 1 2\n1 0 1\n1 1 7\n"
FLOW = b"2 3 2\n5 6 7\n1 2 3\n"
TRANSFER = {
    "name": "two halls",
    "n_jobs": 1,
    "n_machines": 2,
    "n_factories": 2,
    "factory_of_machine": [1, 2],
    "transport": [[0, 9], [8, 0]],
    "jobs": [[[[1, 5], [2, 4]], [[2, 3]]]],
}
PLANNING = b"""1 2 9
out
0 1 2
1 (3,4)
3 5
4 5
5 8
2 6
6 7
7 8
in
5 (3,4)
info
0 start
1 1 1 4
2 supernode
3 1 1 5
4 2 1 6 2 3
5 1 2 2
6 1 2 7
7 1 1 1
8 end
"""
"""Node 1, then 3 or 4, then 5; beside them 6 and 7, reached through structure."""


def arcs(problem: Problem, job: int = 0, plan: int = 0) -> set[tuple[str, str]]:
    return set(problem.jobs[job].plans[plan].arcs())


def test_operations_connected_by_precedence_become_one_job(tmp_path: Path) -> None:
    (tmp_path / "graph.txt").write_bytes(GRAPH)
    problem = hanse.read(tmp_path / "graph.txt")
    assert [[o.id for o in job.plans[0].operations] for job in problem.jobs] == [["O0", "O1", "O2", "O3"], ["O4"]]
    assert arcs(problem) == {("O0", "O1"), ("O0", "O2"), ("O1", "O3"), ("O2", "O3")}
    assert [(m.machine, m.duration) for m in problem.jobs[0].plans[0].operations[1].modes] == [("M0", 4), ("M1", 5)]


def test_a_file_without_precedence_is_still_known() -> None:
    assert birgin.recognises(b"1 0 1\n1 0 3\n")
    assert len(birgin.read_problem(b"1 0 1\n1 0 3\n").jobs) == 1


def test_each_factory_of_a_flow_shop_is_one_process_plan(tmp_path: Path) -> None:
    (tmp_path / "flow.txt").write_bytes(FLOW)
    problem = hanse.read(tmp_path / "flow.txt")
    assert [[plan.id for plan in job.plans] for job in problem.jobs] == [["F1", "F2"]] * 2
    steps = problem.jobs[1].plans[1].operations
    assert [(o.modes[0].machine, o.modes[0].duration) for o in steps] == [("F2M1", 1), ("F2M2", 2), ("F2M3", 3)]
    assert arcs(problem, 1, 1) == {("O1", "O2"), ("O2", "O3")}


def test_factories_are_sites_and_moving_between_them_takes_time(tmp_path: Path) -> None:
    (tmp_path / "halls.json").write_text(json.dumps(TRANSFER))
    problem = hanse.read(tmp_path / "halls.json")
    assert problem.machine_site == {"M1": 0, "M2": 1}
    assert (problem.transport_time(0, 1), problem.transport_time(1, 0), problem.transport_cost(0, 1)) == (9, 8, 0)
    result = hanse.solve(problem, time_limit=10)
    assert result.measures is not None
    assert result.measures.makespan == 7  # both on M2: 4 + 3, against 5 + 9 + 3


def test_every_choice_in_an_and_or_graph_is_a_process_plan_of_a_single_workpiece(tmp_path: Path) -> None:
    (tmp_path / "planning.ipps").write_bytes(PLANNING)
    problem = hanse.read(tmp_path / "planning.ipps")
    assert problem.jobs[0].single_workpiece
    assert [[o.id for o in plan.operations] for plan in problem.jobs[0].plans] == [
        ["O1", "O3", "O5", "O6", "O7"],
        ["O1", "O4", "O5", "O6", "O7"],
    ]
    assert arcs(problem) == {("O1", "O3"), ("O3", "O5"), ("O6", "O7")}
    result = hanse.solve(problem, time_limit=10)
    assert result.measures is not None
    assert result.measures.makespan == 4 + 3 + 2 + 7 + 1  # one workpiece: the lasting sum of the shorter plan


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (GRAPH, birgin),
        (b"2 1 2 \n0 1\n1 0 3\n1 1 3\n", birgin),
        (FLOW, dpfsp),
        (b"3 2 2\n5 6\n1 2\n3 3\n", dpfsp),
        (PLANNING, ipps),
        (json.dumps(TRANSFER).encode(), dfjsp_transfer),
        (b"2 2 1.5\n2  1 1 3  2 1 4 2 5\n1  1 2 6\n", fjs),
        (b"1 4 1\n1 1 2 3\n", fjs),
    ],
)
def test_each_format_is_told_apart_by_its_content(data: bytes, reader: ModuleType) -> None:
    known = [format_ for format_ in hanse.instances.formats() if format_.recognises(data)]
    assert known[0] is reader


@pytest.mark.parametrize(
    ("reader", "text", "place"),
    [
        (birgin, GRAPH.replace(b"1 3\n2 3", b"1 3\n3 0"), "plan A"),
        (birgin, GRAPH.replace(b"0 2\n", b"0 9\n"), "line 4"),
        (birgin, GRAPH.replace(b"2 0 4 1 5", b"2 0 4 1"), "line 8"),
        (birgin, GRAPH.replace(b"2 0 4 1 5", b"2 0 4 7 5"), "line 8"),
        (birgin, GRAPH.replace(b"2 0 4 1 5", b"2 0 4 0 5"), "line 8"),
        (birgin, GRAPH[:-6], "line 2"),
        (birgin, b"1 0\n1 0 3", "line 1"),
        (birgin, b"", "line 1"),
        (dpfsp, b"2 3 2\n5 6 7\n", "line 1"),
        (dpfsp, b"2 3 2\n5 6 7\n1 2\n", "line 3"),
        (dpfsp, b"2 3 2\n5 6 7\n1 -2 3\n", "line 3"),
        (dpfsp, b"1 999999 999999\n1\n", "line 1"),
        (ipps, PLANNING.replace(b"1 (3,4)", b"1 (3,99)"), "line 4"),
        (ipps, PLANNING.replace(b"1 (3,4)", b"1 [3,4]"), "line 4"),
        (ipps, PLANNING.replace(b"1 (3,4)", b"(3,4)"), "line 4"),
        (ipps, PLANNING.replace(b"5 (3,4)", b"5 (3,7)"), "line 12"),
        (ipps, PLANNING.replace(b"3 1 1 5", b"3 1 9 5"), "line 17"),
        (ipps, PLANNING.replace(b"3 1 1 5", b"1 1 1 5"), "line 17"),
        (ipps, PLANNING.replace(b"3 1 1 5", b"3 2 1 5"), "line 17"),
        (ipps, PLANNING.replace(b"8 end\n", b""), "info"),
        (ipps, PLANNING.replace(b"1 2 9", b"2 2 9"), "line 1"),
        (ipps, PLANNING.replace(b"out\n", b""), "line 2"),
        (ipps, PLANNING.replace(b"5 8\n", b"5 1\n"), "circle"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(reader: ModuleType, text: bytes, place: str) -> None:
    with pytest.raises(InputError) as caught:
        reader.read_problem(text)
    assert place in caught.value.where or place in caught.value.message


def test_more_alternatives_than_anybody_plans_with_are_refused() -> None:
    # Fourteen choices between two nodes, one after the other: 2^14 process plans.
    lines = ["1 1 44", "out", "0 1"]
    for i in range(14):
        a = 1 + 3 * i
        lines += [f"{a} ({a + 1},{a + 2})", f"{a + 1} {a + 3}", f"{a + 2} {a + 3}"]
    lines += ["info", "0 start", *(f"{node} 1 1 1" for node in range(1, 43)), "43 end"]
    with pytest.raises(InputError, match="process plans"):
        ipps.read_problem("\n".join(lines).encode())


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"factory_of_machine": [1]}, "factory_of_machine"),
        ({"factory_of_machine": [1, 3]}, "factory_of_machine[1]"),
        ({"transport": [[0]]}, "transport"),
        ({"transport": [[0, 1], [2]]}, "transport"),
        ({"jobs": [[[[9, 5]]]]}, "jobs[0][0]"),
        ({"jobs": [[[[1, -5]]]]}, "jobs[0][0]"),
        ({"jobs": [[[]]]}, "jobs[0][0]"),
        ({"jobs": [[]]}, "jobs[0]"),
        ({"jobs": "many"}, "jobs"),
    ],
)
def test_a_broken_transfer_file_is_refused_with_its_place(changes: dict[str, object], place: str) -> None:
    with pytest.raises(InputError) as caught:
        dfjsp_transfer.read_problem(json.dumps({**TRANSFER, **changes}).encode())
    assert place in caught.value.where


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_never_crashes(data: bytes) -> None:
    for reader in (birgin, dpfsp, ipps, dfjsp_transfer):
        reader.recognises(data)
        with pytest.raises(InputError):
            reader.read_problem(data)


@given(st.integers(1, len(PLANNING) - 1))
def test_a_truncated_file_is_refused(length: int) -> None:
    if not PLANNING[:length].rstrip().endswith(b"8 end"):
        with pytest.raises(InputError):
            ipps.read_problem(PLANNING[:length])


def test_a_format_that_is_only_read_is_not_written(tmp_path: Path) -> None:
    problem = ipps.read_problem(PLANNING)
    with pytest.raises(InputError, match="ipps files are read but not written"):
        hanse.write(problem, tmp_path / "copy.ipps")
    hanse.write(problem, tmp_path / "copy.json")
    assert hanse.read(tmp_path / "copy.json").root == problem.root
