"""Trajectories only ever improve; bounds never promise more than was proved."""

from __future__ import annotations

import pytest

from hanse.planning.jobshop.watch import Watch, proved


class _Standing:
    """A clock that stands still."""

    def now(self) -> float:
        return 0.0

    def elapsed(self) -> float:
        return 5.0


def test_only_news_becomes_a_point() -> None:
    watch = Watch(_Standing(), lambda _: None)
    for value, bound in ((9, None), (9, None), (None, 3), (10, 2), (7, 7)):
        watch.tell(value, bound)
    assert [(p.value, p.lower_bound) for p in watch.points] == [(9, None), (9, 3), (7, 7)]
    assert watch.points[0].seconds == 0


def test_a_failing_listener_stops_the_search_once_and_is_remembered() -> None:
    stops: list[str] = []

    def fail(_: object) -> None:
        raise ValueError("no")

    watch = Watch(_Standing(), fail)
    watch.on_stop(lambda: stops.append("stop"))
    watch.tell(9, None)
    watch.tell(8, None)
    assert isinstance(watch.failure, ValueError)
    assert stops == ["stop"]


@pytest.mark.parametrize(("bound", "least"), [(3.0, 3), (2.9999999, 3), (2.4, 3), (-0.5, 0), (0.0, 0)])
def test_a_small_bound_rounds_up_to_the_integer_it_came_from(bound: float, least: int) -> None:
    assert proved(bound) == least


def test_a_bound_beyond_exact_doubles_is_rounded_down_beyond_doubt() -> None:
    for exact in (2**53 + 1, 10**18 + 7, 2**60 - 1):
        assert exact - 2**12 < proved(float(exact)) <= exact
