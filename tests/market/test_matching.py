"""The matching rule and what it leaves of a problem."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.cases import data
from hanse.errors import InfeasibleError, InputError
from hanse.market.matching import answer, restrict, service_names, service_set
from hanse.model.problem import Job, ProcessPlan
from tests.model.build import job, machine, operation, shops

bits = st.integers(0, 2**256 - 1)


def test_the_ten_published_answers_of_ramakurthi_2022() -> None:
    numbers = data("ramakurthi2022.json")
    catalogue = tuple(numbers["services"])
    required = service_set(numbers["required"], catalogue)
    for row in numbers["enterprises"]:
        assert answer(required, service_set(row["offered"], catalogue)) == row["published_answer"], row["enterprise"]


@given(bits.filter(bool), bits)
def test_the_answer_counts_matched_services(required: int, offered: int) -> None:
    matched = sum(1 for i in range(256) if required >> i & 1 and offered >> i & 1)
    needed = sum(required >> i & 1 for i in range(256))
    expected = "REJECT" if matched == 0 else "ACCEPT" if matched == needed else "PARTIAL"
    assert answer(required, offered) == expected


def test_an_order_that_needs_nothing_is_malformed() -> None:
    with pytest.raises(InputError, match="at least one service"):
        answer(0, 1)


@given(st.lists(st.sampled_from([f"S{i}" for i in range(256)]), unique=True))
def test_sets_and_names_are_two_spellings_of_one_thing(names: list[str]) -> None:
    catalogue = [f"S{i}" for i in range(256)]
    assert set(service_names(service_set(names, catalogue), catalogue)) == set(names)


def test_unknown_services_and_too_many_are_refused() -> None:
    with pytest.raises(InputError, match='no service "honing"'):
        service_set(["honing"], ["milling"])
    with pytest.raises(InputError, match="at most 256"):
        service_set([], [str(i) for i in range(257)])


def test_only_modes_of_candidates_remain() -> None:
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J", operation("O", ("M1", 1), ("M2", 2)))])
    left = restrict(problem, {"J": ["M2"]}, {"J": 1})
    assert [mode.machine for mode in left.jobs[0].plans[0].operations[0].modes] == ["M2"]


def test_a_process_plan_nobody_is_left_for_is_dropped() -> None:
    plans = (ProcessPlan("A", (operation("O", ("M1", 1)),)), ProcessPlan("B", (operation("O", ("M2", 1)),)))
    problem = shops(machine("M1"), machine("M2"), jobs=[Job("J", plans)])
    assert [plan.id for plan in restrict(problem, {"J": ["M2"]}, {}).jobs[0].plans] == ["B"]


def test_an_order_nobody_can_make_names_the_service_and_who_comes_closest() -> None:
    steps = (operation("O1", ("M1", 1)), operation("O2", ("M2", 1), after=["O1"]))
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J", *steps)])
    with pytest.raises(InfeasibleError, match='no certified member offers "work"') as caught:
        restrict(problem, {"J": ["M1"]}, {"J": 4})
    assert "order 4" in str(caught.value)
    assert "closest: M1" in str(caught.value)
