"""The archive holds exactly what nobody dominates, whatever the order in which it is offered."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanse.planning.pareto.archive import Archive, crowding
from hanse.planning.pareto.indicators import non_dominated
from hanse.planning.pareto.space import Scores

rows = st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=40)


def offered(given_rows: list[tuple[int, ...]], batch: int, broken: float = 0.0, capacity: int = 400) -> Archive:
    archive = Archive(1, len(given_rows[0]), capacity)
    values = np.array(given_rows, dtype=float)
    for start in range(0, len(values), batch):
        part = values[start : start + batch]
        archive.offer(part[:, :1].copy(), Scores(part, np.full(len(part), broken)))
    return archive


@given(rows, st.integers(1, 7))
def test_it_is_the_non_dominated_set(given_rows: list[tuple[int, ...]], batch: int) -> None:
    archive = offered(given_rows, batch)
    assert archive.values.tolist() == non_dominated(np.array(given_rows, dtype=float)).tolist()
    assert archive.vectors[:, 0].tolist() == archive.values[:, 0].tolist()


@given(rows)
def test_a_plan_that_breaks_a_limit_never_enters(given_rows: list[tuple[int, ...]]) -> None:
    assert len(offered(given_rows, 5, broken=0.001)) == 0


def test_a_full_archive_keeps_the_best_of_each_objective() -> None:
    line: list[tuple[int, ...]] = [(i, 100 - i) for i in range(101)]
    archive = offered(line, 101, capacity=20)
    assert len(archive) == 20
    assert archive.ideal.tolist() == [0, 0]
    assert archive.nadir.tolist() == [100, 100]


def test_crowding_of_a_front_that_is_constant_in_one_objective_is_finite_inside() -> None:
    distances = crowding(np.array([[0.0, 5.0], [1.0, 5.0], [4.0, 5.0]]))
    assert distances.tolist() == [np.inf, 1.0, np.inf]
