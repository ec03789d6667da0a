"""A value counts for enough sources; a minority, a stale, a repeated or a foreign word moves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.telemetry.feeds import Feed, Kind, Refusal, Signed, Statement, Where, judge

WHERE = Where(4219, "0x" + "ab" * 20)
KEYS = [Account.from_key(bytes([number]) * 32) for number in range(1, 8)]
NOW, SUBJECT = 1_000_000, "agreement 4, milestone 0"


def feed(kind: Kind = "number", sources: int = 5, threshold: int = 3) -> Feed:
    named = tuple((str(key.address), f"gate {number}") for number, key in enumerate(KEYS[:sources]))
    return Feed("delivered", kind, "seconds late", named, threshold, 600)


def says(source: int, value: object, measured: int = NOW - 5, subject: str = SUBJECT, where: Where = WHERE) -> Signed:
    return Signed.of(Statement("delivered", subject, str(value), measured), where, KEYS[source])


def test_a_number_is_the_median_of_those_who_count_with_who_said_what_when() -> None:
    verdict = judge(feed(), SUBJECT, [says(0, 10), says(1, 30, NOW - 9), says(2, 20)], NOW, WHERE)

    assert verdict.value == "20"
    assert next((one.name, one.value, one.measured) for one in verdict.counted) == ("gate 1", "30", NOW - 9)
    assert verdict.refused == ()


def test_a_state_counts_if_enough_agree_on_it() -> None:
    said = [says(0, "delivered"), says(1, "missing"), says(2, "delivered"), says(3, "delivered")]

    assert judge(feed("state"), SUBJECT, said, NOW, WHERE).value == "delivered"
    assert judge(feed("state"), SUBJECT, said[:3], NOW, WHERE).value is None


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (says(2, 1, NOW - 601), Refusal.STALE),
        (says(2, 1, NOW + 1), Refusal.FUTURE),
        (says(2, 1, subject="agreement 5, milestone 0"), Refusal.ANOTHER),
        (says(5, 1), Refusal.NO_SOURCE),
        (says(2, "late"), Refusal.NO_NUMBER),
        (says(2, 1, where=replace(WHERE, chain_id=1)), Refusal.NO_SOURCE),
        (says(2, 1, where=replace(WHERE, anchors="0x" + "cd" * 20)), Refusal.NO_SOURCE),
        (replace(says(2, 1), signature=b"\1" * 65), Refusal.NO_SOURCE),
        (says(1, 30, NOW - 50), Refusal.REPEATED),
    ],
)
def test_what_does_not_count_does_not_make_up_the_number(odd: Signed, why: Refusal) -> None:
    verdict = judge(feed(), SUBJECT, [says(0, 10), says(1, 30), odd], NOW, WHERE)

    assert verdict.value is None
    assert [reason for _, reason in verdict.refused] == [why]
    assert judge(feed(), SUBJECT, [says(0, 10), says(1, 30), odd, says(3, 20)], NOW, WHERE).value == "20"


def test_a_source_that_says_two_things_of_one_moment_does_not_count_at_all() -> None:
    verdict = judge(feed(), SUBJECT, [says(0, 1), says(1, 1), says(2, 1), says(2, 99)], NOW, WHERE)

    assert verdict.value is None
    assert verdict.refused == ((KEYS[2].address, Refusal.CONTRADICTION),)


def test_a_false_word_of_most_sources_counts_and_the_record_shows_whose_it_is() -> None:
    # All three signed, and all three are wrong: the rule proves who said it, not that it was so.
    verdict = judge(feed(), SUBJECT, [says(0, 999), says(1, 999), says(2, 999)], NOW, WHERE)

    assert verdict.value == "999"
    assert {one.source for one in verdict.counted} == {key.address for key in KEYS[:3]}


def test_a_withdrawn_source_does_not_count() -> None:
    left = feed().without(KEYS[0].address)

    assert judge(left, SUBJECT, [says(0, 10), says(1, 30), says(2, 20)], NOW, WHERE).value is None
    with pytest.raises(InputError, match="is no source"):
        left.without(KEYS[0].address)


@pytest.mark.parametrize(
    "bad",
    [{"threshold": 2}, {"threshold": 6}, {"sources": ()}, {"name": ""}, {"fresh": 0}, {"kind": "colour"}],
)
def test_what_is_no_feed_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(feed(), **bad)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(
    honest=st.lists(st.integers(-1000, 1000), min_size=4, max_size=4),
    lies=st.lists(st.integers(-(10**17), 10**17), max_size=3),
    shuffle=st.randoms(use_true_random=False),
)
def test_a_minority_never_moves_a_number_beyond_what_the_others_say(
    honest: list[int], lies: list[int], shuffle: object
) -> None:
    said = [says(source, value) for source, value in enumerate([*honest, *lies])]
    shuffle.shuffle(said)  # type: ignore[attr-defined]

    verdict = judge(feed(sources=7, threshold=4), SUBJECT, said, NOW, WHERE)

    assert verdict.value is not None
    assert min(honest) <= int(verdict.value) <= max(honest)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["delivered", "missing"]), min_size=3, max_size=3), st.booleans())
def test_a_minority_never_makes_a_state(lies: list[str], late: bool) -> None:
    said = [says(number, "delivered") for number in range(4)] + [says(4 + n, lie) for n, lie in enumerate(lies)]
    said = said[:4] + said[4 + late :]

    assert judge(feed("state", 7, 4), SUBJECT, said, NOW, WHERE).value == "delivered"
