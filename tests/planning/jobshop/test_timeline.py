"""When something is free next, against trying every moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.planning.jobshop.openings import Calendar, Openings
from hanse.planning.jobshop.timeline import Resource, Several, Single, earliest

JOBS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=8)


def fits(busy: list[tuple[int, int]], capacity: int, start: int, duration: int, instants: bool) -> bool:
    """The judge's rule, moment by moment."""
    end = start + duration
    if capacity == 1 and instants:
        return not any(start < b and a < end for a, b in busy)
    return all(sum(a <= moment < b for a, b in busy) < capacity for moment in range(start, end))


@pytest.mark.parametrize("capacity", [1, 2, 3])
@pytest.mark.parametrize("instants", [True, False])
@given(JOBS)
def test_the_earliest_start_is_the_first_moment_that_fits(
    capacity: int, instants: bool, jobs: list[tuple[int, int]]
) -> None:
    resource: Resource = Single(instants=instants) if capacity == 1 else Several(capacity)
    busy: list[tuple[int, int]] = []
    for ready, duration in jobs:
        start = resource.earliest(ready, duration)
        assert start == next(t for t in range(ready, 99) if fits(busy, capacity, t, duration, instants))
        resource.add(start, duration)
        busy.append((start, start + duration))


def test_a_start_must_suit_all_resources_and_a_window() -> None:
    machine, workpiece = Single(instants=True), Single(instants=False)
    machine.add(0, 3)
    workpiece.add(3, 2)
    both = [machine, workpiece]
    assert earliest(both, Openings(Calendar(None), 2, 0), 0, 2) == 5
    assert earliest(both, Openings(Calendar([(0, 6), (7, 11)]), 2, 0), 0, 2) == 7
    assert earliest(both, Openings(Calendar([(0, 6)]), 2, 0), 0, 2) is None
    assert earliest([], Openings(Calendar([]), 2, 0), 0, 2) is None
