"""Work takes as long as the machine lets it, to the last hundredth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanse.lab.floor.pace import Pace

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=4)


@given(spans, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.integers(1, 100)), max_size=4),
       st.integers(0, 80), st.integers(0, 4000))  # fmt: skip
def test_work_is_done_at_its_finish_and_not_before(
    down: list[tuple[int, int]], slow: list[tuple[int, int, int]], start: int, work: int
) -> None:
    pace = Pace([(a, a + n) for a, n in down], [(a, a + n, speed) for a, n, speed in slow])
    end = pace.finish(start, work)
    assert pace.done(start, end) >= work
    assert end == start or pace.done(start, end - 1) < work
    assert pace.done(start, end) == sum(pace.speed(moment) for moment in range(start, end))


def test_a_breakdown_holds_work_up_and_a_slow_machine_stretches_it() -> None:
    pace = Pace(down=[(10, 15)], slow=[(20, 30, 50)])
    assert pace.finish(8, 300) == 16  # two before it stands, one after
    assert pace.finish(20, 500) == 30  # half as fast
    assert (pace.stands(10), pace.stands(15), pace.stood(0, 12), pace.down_since(12)) == (True, False, 2, 10)
