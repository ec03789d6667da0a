"""Utilities: the paper's formulas, exact, and nothing private shown."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.model.utility import bracket
from hanse.planning.preferences import Consumer, Member, Provider
from tests.planning.preferences.leagues import DECAYS, WEIGHTS, provider, providers

consumers = st.builds(Consumer, DECAYS, DECAYS, WEIGHTS)


def test_the_first_task_of_table_7_has_the_utility_of_the_formula() -> None:
    consumer = Consumer(Decimal("0.00001"), Decimal("0.1"), best=510_000)
    utility = consumer.utility(cost=15026, completion=65, total_quality=3_470_000, operations=4)
    assert utility == pytest.approx(1e6 * (math.exp(-0.15026) + math.exp(-6.5) + 0.8675) / 3, abs=2)
    assert round(consumer.satisfaction(utility), 2) == Decimal("1.13")


@given(consumers, st.integers(0, 10**6), st.integers(0, 200))
def test_a_consumer_is_never_better_off_paying_more_or_waiting_longer(consumer: Consumer, cost: int, time: int) -> None:
    assert 0 <= consumer.cost_term(cost + 1) <= consumer.cost_term(cost) <= 1_000_000
    assert 0 <= consumer.time_term(time + 1) <= consumer.time_term(time) <= 1_000_000


@given(consumers, st.lists(st.integers(0, 10**7), max_size=30), st.integers(1, 5))
def test_many_at_once_are_digit_for_digit_the_same(consumer: Consumer, values: list[int], count: int) -> None:
    array = np.array(values, dtype=np.int64)
    assert consumer.cost_terms(array).tolist() == [consumer.cost_term(value) for value in values]
    assert consumer.quality_terms(array, count).tolist() == [consumer.quality_term(value, count) for value in values]


@given(consumers, st.integers(0, 10**6))
def test_the_float_never_decides_what_the_decimal_would_not(consumer: Consumer, cost: int) -> None:
    from hanse.model.utility import fading

    assert consumer.cost_term(cost) == consumer._share(0, fading(consumer.cost_decay, cost))


@given(providers(), st.integers(0, 30), st.integers(0, 1_000_000), st.integers(0, 3000))
def test_a_provider_s_utility_follows_the_formula_and_rises_with_pay(p: Provider, t: int, eta: int, paid: int) -> None:
    a, b, c = p.weights
    cost = math.exp(-float(p.cost_decay) * (p.cost_rate * t - paid))
    once = (a * cost + b * math.exp(-float(p.time_decay) * t) + c * eta / 1e6) / sum(p.weights)
    lost = (1 - math.exp(-float(p.arrival) * t)) / (1 + float(p.discount) * t)
    assert float(p.utility(t, eta, paid)) == pytest.approx(once * (1 - lost), rel=1e-9, abs=1e-12)
    assert p.utility(t, eta, paid + 1) >= p.utility(t, eta, paid)
    assert 0 <= p.utility(t, eta) <= 1


def test_the_long_view_falls_and_then_rises() -> None:
    values = [bracket(Decimal("0.5"), Decimal("0.6"), t) for t in range(12)]
    lowest = values.index(min(values))
    assert values[0] == 1
    assert 0 < lowest < 11
    assert values[-1] > values[lowest]


def test_digits_do_not_depend_on_the_callers_decimal_context() -> None:
    first = provider().utility(5, 510_000)
    with localcontext() as context:
        context.prec = 5
        assert provider().utility(5, 510_000) == first


def test_what_is_private_is_not_shown() -> None:
    shown = repr(provider()) + repr(Member("P6", provider()))
    assert not any(secret in shown for secret in ("3006", "0.5", "0.61", "820000"))


@pytest.mark.parametrize(
    "changes",
    [
        {"cost_rate": -1}, {"arrival": Decimal(-1)}, {"discount": Decimal(-1)}, {"threshold": 1_000_001},
        {"cost_decay": Decimal(0)}, {"time_decay": Decimal("inf")}, {"weights": (0, 0, 0)}, {"weights": (-1, 1, 1)},
    ],
)  # fmt: skip
def test_preferences_that_cannot_be_are_refused_without_naming_them(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        provider(**changes)


def test_a_consumer_without_a_best_is_refused() -> None:
    with pytest.raises(InputError, match="positive"):
        Consumer(Decimal("0.1"), Decimal("0.1"), best=0)
