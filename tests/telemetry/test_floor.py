"""The floor depends on what was said, not on when it was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.telemetry.floor import Floor, Progress
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Reading

PLAN = (Assignment("J1", "A", "O1", "M1", 0, 5), Assignment("J1", "A", "O2", "M2", 5, 9))


def said(machine: str, metric: str, measured: int, value: str) -> Reading:
    return Reading("E1/line", machine, metric, measured, value)


def test_an_operation_begins_and_ends() -> None:
    floor = Floor.of(PLAN)

    floor.absorb([said("M1", STARTED, 100, "J1/O1")])
    begun = floor.progress(PLAN[0])
    floor.absorb([said("M1", FINISHED, 400, "J1/O1")])

    assert begun == Progress(100, None)
    assert floor.progress(PLAN[0]) == Progress(100, 400)
    assert floor.progress(PLAN[1]) == Progress()


def test_an_end_before_its_beginning_hides_the_beginning() -> None:
    floor = Floor.of(PLAN)

    floor.absorb([said("M1", STARTED, 500, "J1/O1"), said("M1", FINISHED, 400, "J1/O1")])

    assert floor.progress(PLAN[0]) == Progress(None, 400)


def test_a_machine_is_what_it_said_last() -> None:
    floor = Floor.of(PLAN)

    floor.absorb([said("M1", STATE, 300, "down"), said("M1", STATE, 200, "running")])

    assert floor.state("M1") == "down"
    assert floor.since("M1") == 300
    assert floor.state("M2") is None


def test_a_machine_cannot_speak_for_another_machines_operation() -> None:
    floor = Floor.of(PLAN)

    floor.absorb([said("M2", FINISHED, 100, "J1/O1"), said("M1", STARTED, 1, "J9/O1"), said("M1", STATE, 1, "asleep")])

    assert floor.progress(PLAN[0]) == Progress()
    assert len(floor.strange) == 3
    assert "the plan gives J1/O1 to M1" in floor.strange[2] or any("J1/O1" in text for text in floor.strange)


def test_two_operations_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="both called"):
        Floor.of([Assignment("a/b", "A", "c", "M1", 0, 1), Assignment("a", "A", "b/c", "M1", 1, 2)])


statements = st.builds(
    said,
    st.sampled_from(["M1", "M2"]),
    st.sampled_from([STARTED, FINISHED, STATE, "Power"]),
    st.integers(0, 9),
    st.sampled_from(["J1/O1", "J1/O2", "J2/O1", "running", "down"]),
)


@given(st.lists(statements, max_size=12), st.data())
def test_order_and_repetition_change_nothing(told: list[Reading], data: st.DataObject) -> None:
    other = data.draw(st.permutations(told + told[:3]))
    one, two = Floor.of(PLAN), Floor.of(PLAN)

    one.absorb(told)
    for reading in other:
        two.absorb([reading])

    assert one == two
