"""The reward curve and the award rule of the contract are those of Python, to the last bit and cent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.ledger.contracts import contract
from hanse.ledger.embedded import EmbeddedChain
from hanse.market.award import Contender, Prize, award, earnings, ranking
from hanse.market.reward import REWARD_LIMIT, VALUE_LIMIT, WIDTH_LIMIT, reward
from hanse.model.keccak import keccak
from tests.ledger.arena import (
    ADMIN,
    BASELINE,
    EVIDENCE,
    JUDGE,
    SPONSOR,
    TARGET,
    Arena,
    Refused,
    claim_bytes,
    terms,
    words_of,
)

SALT = b"s" * 32
SOLVERS = tuple("0x" + f"{number:02x}" * 20 for number in (0xE0, 0xE1, 0xE2))


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with tempfile.TemporaryDirectory() as directory, EmbeddedChain(Path(directory)) as chain:
        made = Arena(chain)
        made.fund(SPONSOR, 10**9)
        for solver in SOLVERS:
            made.fund(solver, 10**9)
        yield made


@st.composite
def curves(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Value, target, baseline, most: anywhere, most of them where the curve bends."""
    width = draw(st.one_of(st.integers(1, 100), st.integers(1, WIDTH_LIMIT - 1)))
    target = draw(st.integers(-VALUE_LIMIT + WIDTH_LIMIT, VALUE_LIMIT - WIDTH_LIMIT - 1))
    place = draw(st.one_of(st.fractions(0, 1), st.sampled_from([0, 1])))
    passed = int(place * width) + draw(st.integers(-2, 2))
    sign = draw(st.sampled_from([1, -1]))
    most = draw(st.one_of(st.integers(0, 1000), st.integers(0, REWARD_LIMIT - 1)))
    value = max(-VALUE_LIMIT, min(VALUE_LIMIT - 1, target + sign * passed))
    return value, target, target + sign * width, most


def contract_rewards(arena: Arena, questions: list[tuple[int, int, int, int]]) -> list[int]:
    """The contract's answers, all asked in one request."""
    rounds = contract("Rounds")
    calls = [
        {"from": ADMIN, "to": arena.at["Rounds"], "data": "0x" + rounds.encode("reward", *one).hex()}
        for one in questions
    ]
    answers = arena.chain._provider.make_batch_request([("eth_call", [call, "latest"]) for call in calls])
    return [int(rounds.decode("reward", bytes.fromhex(one["result"][2:]))) for one in answers]


@settings(max_examples=40, deadline=None)
@given(questions=st.lists(curves(), min_size=50, max_size=120))
def test_the_contract_pays_what_python_says_to_the_last_bit(
    arena: Arena, questions: list[tuple[int, int, int, int]]
) -> None:
    assert contract_rewards(arena, questions) == [reward(*one) for one in questions]


DEMANDS = 300


@st.composite
def games(draw: st.DrawFn) -> dict[str, Any]:
    """Claims as (covered, cost per demand), who lies, which sets are said to conflict, and how the award is cut up."""
    demands = st.sampled_from([*range(6), 255, 256, 299])
    parts = st.sets(demands, min_size=1, max_size=3).map(lambda chosen: sum(1 << one for one in chosen))
    claims = draw(st.lists(st.tuples(parts, st.integers(50, 99)), min_size=2, max_size=8))
    numbers = st.integers(0, len(claims) - 1)
    return {
        "claims": claims,
        "conflicts": draw(st.lists(st.lists(numbers, min_size=2, max_size=4), max_size=8)),
        "struck": draw(st.sets(numbers, max_size=2)),
        "first_wins": draw(st.booleans()),
        "pot": draw(st.integers(1, 10**6)),
        "batch": draw(st.integers(1, 8)),
    }


@settings(max_examples=25, deadline=None)
@given(game=games())
def test_the_contract_awards_what_python_awards_to_the_last_cent(arena: Arena, game: dict[str, Any]) -> None:
    pot, first_wins = game["pot"], game["first_wins"]
    opened = arena.act(SPONSOR, "Rounds", "open", terms(DEMANDS, pot=pot, first_wins=first_wins))
    number = opened[0].values["round"]
    claims = []
    for index, (covered, each) in enumerate(game["claims"]):
        size = covered.bit_count()
        claims.append(Contender(covered, size * each, size * BASELINE, size * TARGET, index not in game["struck"]))
    written = [claim_bytes(words_of(one.covered, DEMANDS), one.value, one.baseline, one.target) for one in claims]
    for index, claim in enumerate(written):
        solver = SOLVERS[index % 3]
        arena.act(solver, "Rounds", "commit", number, arena.seal(number, solver, claim, SALT))
    arena.later(40)
    for index, claim in enumerate(written):
        words = words_of(claims[index].covered, DEMANDS)
        arena.act(SOLVERS[index % 3], "Rounds", "reveal", number, index, SALT, claim, words, EVIDENCE)
    arena.later(40)
    told = []
    for conflict in game["conflicts"]:
        with suppress(Refused):
            arena.act(JUDGE, "Rounds", "conflict", number, conflict, [keccak(written[index]) for index in conflict])
            told.append(conflict)
    for index in game["struck"]:
        arena.act(JUDGE, "Rounds", "strike", number, index, keccak(written[index]), ADMIN, 1)
    arena.later(40)

    order = ranking(claims, first_wins)
    if len(order) > 1:
        with pytest.raises(Refused):
            arena.act(ADMIN, "Rounds", "award", number, order[::-1])
        with pytest.raises(Refused):
            arena.act(ADMIN, "Rounds", "award", number, order[1:])
    events = []
    for start in range(0, len(order), game["batch"]):
        events += arena.act(ADMIN, "Rounds", "award", number, order[start : start + game["batch"]])
    arena.act(ADMIN, "Rounds", "finalise", number)

    accepted = award(claims, told, first_wins=first_wins)
    paid = earnings(claims, accepted, Prize(pot, DEMANDS * BASELINE, DEMANDS * TARGET))
    said = [(event.values["index"], event.values["reward"]) for event in events if event.name == "Accepted"]
    assert said == list(zip(accepted, paid, strict=True))
    assert {event.values["index"] for event in events if event.name == "Skipped"} == set(order) - set(accepted)
