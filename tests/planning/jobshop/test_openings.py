"""When an operation may start, against a list of all moments."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hanse.planning.jobshop.openings import Calendar, Openings, exactly

MOMENTS = st.lists(st.integers(0, 30), max_size=8, unique=True).map(sorted)


def windows_of(moments: list[int]) -> list[tuple[int, int]]:
    return [pair for number, pair in enumerate(pairwise(moments)) if number % 2 == 0]


@given(MOMENTS, st.integers(0, 6), st.integers(0, 32), st.integers(0, 32))
def test_a_start_is_admitted_exactly_if_a_window_holds_it_to_its_end(
    moments: list[int], duration: int, least: int, moment: int
) -> None:
    windows = windows_of(moments)
    starts = Openings(Calendar(windows).holding(duration), duration, least)
    admitted = [t for t in range(40) if t >= least and any(a <= t and t + duration <= b for a, b in windows)]
    assert [t for a, b in starts if b is not None for t in range(a, b + 1)] == admitted
    assert starts.earliest(moment) == next((t for t in admitted if t >= moment), None)
    assert len(starts) == len(list(starts))
    if starts:
        assert starts[-1][1] == admitted[-1]


@given(st.integers(0, 6), st.integers(0, 9), st.integers(0, 9))
def test_a_machine_without_a_calendar_is_open_from_the_least_start_on(duration: int, least: int, moment: int) -> None:
    starts = Openings(Calendar(None), duration, least)
    assert list(starts) == [(least, None)]
    assert starts.earliest(moment) == max(least, moment)


def test_what_is_decided_has_one_start() -> None:
    assert list(exactly(4, 3)) == [(4, 4)]
    assert exactly(4, 3).earliest(5) is None
