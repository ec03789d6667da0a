"""Jackson's rule on the paper's five shops (verified facts), against all orders, and refusals."""

from __future__ import annotations

import json
from importlib import resources
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.planning.jobshop.jackson import TwoStep, jackson

CASE = json.loads(resources.files("hanse.app.cases").joinpath("data", "ramakurthi2023.json").read_text())


def shop(name: str) -> list[TwoStep]:
    rows = [row["operations"] for row in CASE["jobs"] if row["enterprise"] == name]
    return [TwoStep("PQ" if ops[0][0] == "P" else "QP", tuple(time for _, time in ops)) for ops in rows]


@pytest.mark.parametrize(("name", "makespan"), [("E1", 40), ("E2", 80), ("E3", 93), ("E4", 92), ("E5", 115)])
def test_the_papers_shops_have_the_verified_makespans_under_both_tie_rules(name: str, makespan: int) -> None:
    assert jackson(shop(name)).makespan == jackson(shop(name), tie="first").makespan == makespan


def test_the_tie_rule_changes_completions_of_the_first_shop() -> None:
    assert list(dict(sorted(jackson(shop("E1")).completions().items())).values()) == [21, 27, 40, 24, 36, 28]
    assert list(dict(sorted(jackson(shop("E1"), "first").completions().items())).values()) == [21, 31, 25, 24, 40, 28]


JOBS = st.lists(
    st.one_of(
        st.builds(TwoStep, st.sampled_from(["PQ", "QP"]), st.tuples(st.integers(0, 5), st.integers(0, 5))),
        st.builds(TwoStep, st.sampled_from(["P", "Q"]), st.tuples(st.integers(0, 5))),
    ),
    max_size=4,
)


def length(jobs: list[TwoStep], order_p: tuple[int, ...], order_q: tuple[int, ...]) -> int | None:
    """Makespan if the machines run their jobs in these orders, None if they wait for each other for ever."""
    queues, free, done = {"P": list(order_p), "Q": list(order_q)}, {"P": 0, "Q": 0}, [0] * len(jobs)
    step = [0] * len(jobs)
    while any(queues.values()):
        ready = [m for m, queue in queues.items() if queue and jobs[queue[0]].route[step[queue[0]]] == m]
        if not ready:
            return None
        m = ready[0]
        j = queues[m].pop(0)
        free[m] = done[j] = max(free[m], done[j]) + jobs[j].durations[step[j]]
        step[j] += 1
    return max(free.values())


@settings(max_examples=40, deadline=None)
@given(JOBS)
def test_no_pair_of_orders_is_shorter(jobs: list[TwoStep]) -> None:
    on = {m: [i for i, job in enumerate(jobs) if m in job.route] for m in "PQ"}
    lengths = [length(jobs, p, q) for p in permutations(on["P"]) for q in permutations(on["Q"])]
    assert jackson(jobs).makespan == min(found for found in lengths if found is not None)


def test_routes_and_durations_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="not a job of a two-machine shop"):
        jackson([TwoStep("PQ", (3,))])
    with pytest.raises(InputError, match="negative"):
        jackson([TwoStep("P", (-1,))])
