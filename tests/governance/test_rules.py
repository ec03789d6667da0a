"""How communities decide and share, as pure rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.governance.rules import DAY, GRACE, JOININGS, LONGEST, MEASURES, Count, Rules, divide, quorum

AMOUNTS = st.lists(st.integers(0, 2**64), max_size=40)


@given(st.integers(0, 2**100), AMOUNTS)
def test_shares_add_up_and_each_is_within_a_cent_of_its_part(amount: int, measures: list[int]) -> None:
    shares = divide(amount, measures)
    total = sum(measures)
    assert sum(shares) == (amount if total else 0)
    for share, measure in zip(shares, measures, strict=True):
        assert share == 0 or measure
        assert not total or abs(share * total - amount * measure) <= total


@given(st.integers(0, 2**100), st.integers(1, 1_000_000))
def test_a_quorum_is_the_least_weight_that_is_that_part(total: int, part: int) -> None:
    needed = quorum(total, part)
    assert 1 <= needed <= max(1, total)
    assert needed * 1_000_000 >= total * part
    assert needed == 1 or (needed - 1) * 1_000_000 < total * part


RULES = st.builds(
    Rules,
    st.sampled_from(JOININGS),
    st.sampled_from(MEASURES),
    st.sampled_from(MEASURES),
    st.integers(1, 1_000_000),
    st.integers(0, LONGEST),
    st.integers(60, LONGEST),
)


@given(RULES)
def test_rules_survive_the_way_to_the_contract_and_back(rules: Rules) -> None:
    assert Rules.of(rules.words()) == rules


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"joining": "anyhow"}, "joining"),
        ({"joining": "open", "weight": "loud"}, "weight"),
        ({"joining": "open", "quorum": 0}, "quorum"),
        ({"joining": "open", "period": 59}, "period"),
        ({"joining": "open", "delay": LONGEST + 1}, "delay"),
    ],
)
def test_what_no_contract_would_take_is_named(words: dict[str, object], wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        Rules(**words)  # type: ignore[arg-type]


def test_a_proposal_lives_by_the_clock_until_somebody_acts() -> None:
    count = Count(start=DAY, end=2 * DAY, quorum=2, yes=1, abstained=1)
    assert [count.state(now) for now in (DAY - 1, DAY, 2 * DAY - 1, 2 * DAY)] == [
        "pending", "active", "active", "succeeded",
    ]  # fmt: skip
    assert Count(DAY, 2 * DAY, 2, yes=1).state(2 * DAY) == "defeated"  # too few
    assert Count(DAY, 2 * DAY, 2, yes=2, no=2).state(2 * DAY) == "defeated"  # as many against
    assert Count(DAY, 2 * DAY, 1, yes=1, queued=True).state(9 * DAY) == "queued"
    assert Count(DAY, 2 * DAY, 1, yes=1, queued=True, executed=True).state(9 * DAY) == "executed"
    assert Count(DAY, 2 * DAY, 1, queued=True, cancelled=True).state(0) == "cancelled"


def test_a_decision_lapses_when_its_grace_is_over_and_what_was_done_or_dropped_does_not() -> None:
    decided = Count(DAY, 2 * DAY, 1, yes=1)
    assert [decided.state(2 * DAY + GRACE + late) for late in (-1, 0)] == ["succeeded", "lapsed"]
    queued = replace(decided, queued=True, eta=20 * DAY)
    assert [queued.state(20 * DAY + GRACE + late) for late in (-1, 0)] == ["queued", "lapsed"]
    for other in (replace(queued, executed=True), replace(queued, cancelled=True), Count(DAY, 2 * DAY, 2, yes=1)):
        assert other.state(90 * DAY) in ("executed", "cancelled", "defeated")
