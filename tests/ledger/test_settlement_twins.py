"""The contract divides every escrow as Python does, to the last cent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.ledger.contracts import contract, role
from hanse.ledger.deal import Conditions, Deal, Milestone
from hanse.ledger.embedded import EmbeddedChain
from hanse.units import MILLION
from hanse.value.settlement import escrow, penalty, split
from tests.ledger.arena import ADMIN, Arena
from tests.value.test_settlement import AMOUNT, HASH, LATE, NOBODY, SHARE, conditions, milestones

Question = tuple[Milestone, Conditions, int, int]

TREASURY = "0x" + "7e" * 20


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with tempfile.TemporaryDirectory() as directory, EmbeddedChain(Path(directory)) as chain:
        made = Arena(chain)
        made.deploy("OrderBook", ADMIN, made.at["LeagueToken"])
        made.deploy("Settlement", ADMIN, made.at["LeagueToken"], made.at["OrderBook"], TREASURY)
        made.deploy("Identities")
        made.deploy("Agreements", ADMIN, made.at["Settlement"], made.at["Rounds"], made.at["Identities"])
        made.act(ADMIN, "Settlement", "grantRole", role("ARBITER_ROLE"), ADMIN)
        yield made


def deal_of(work: Milestone, terms: Conditions) -> Deal:
    return Deal(HASH, HASH, 1, NOBODY, ADMIN, 1, terms, (work,))


def answers(arena: Arena, name: str, function: str, questions: list[tuple[Any, ...]]) -> list[Any]:
    """The contract's answers, all asked in one request."""
    asked = contract(name)
    calls = [
        {"from": ADMIN, "to": arena.at[name], "data": "0x" + asked.encode(function, *words).hex()}
        for words in questions
    ]
    told = arena.chain._provider.make_batch_request([("eth_call", [call, "latest"]) for call in calls])
    return [asked.decode(function, bytes.fromhex(one["result"][2:])) for one in told]


@settings(max_examples=20, deadline=None)
@given(questions=st.lists(st.tuples(milestones(), conditions(), SHARE, LATE), min_size=10, max_size=30))
def test_the_contract_divides_as_python_does(arena: Arena, questions: list[Question]) -> None:
    asked = [(deal_of(work, terms).words(), 0, share, late) for work, terms, share, late in questions]
    parts = [split(*one) for one in questions]
    true = [(one.member, one.solver, one.treasury, one.customer, one.proposer) for one in parts]
    assert answers(arena, "Settlement", "split", asked) == true
    late_only = [(deal, at, late) for deal, at, _, late in asked]
    assert answers(arena, "Settlement", "penalty", late_only) == [
        penalty(work.price, late, terms) for work, terms, _, late in questions
    ]
    assert answers(arena, "Settlement", "escrow", [(deal,) for deal, *_ in asked]) == [
        escrow(deal_of(work, terms)) for work, terms, *_ in questions
    ]


@settings(max_examples=15, deadline=None)
@given(
    works=st.lists(st.tuples(st.integers(0, 3), AMOUNT), min_size=1, max_size=32),
    terms=conditions(),
    agreement=st.integers(1, 2**64),
)
def test_a_deal_has_one_hash_and_a_party_one_share(
    arena: Arena, works: list[tuple[int, int]], terms: Conditions, agreement: int
) -> None:
    members = ["0x" + f"{0x20 + number:02x}" * 20 for number in range(4)]
    work = tuple(
        Milestone(members[who], f"0x{place:064x}", price, 5, 9, price // 2, price // 3)
        for place, (who, price) in enumerate(sorted(works))
    )
    deal = Deal(HASH, HASH, 2**64 - 1, NOBODY, ADMIN, 2**40 - 1, terms, tuple(sorted(work, key=lambda one: one.member)))
    assert bytes(arena.read("Agreements", "digestOf", agreement, deal.words())) == deal.digest(agreement)
    customer = deal.share(NOBODY)
    assert (customer.price + customer.compensation, customer.operations) == (escrow(deal)[0], bytes(32))
    for member in set(deal.parties()) - {NOBODY}:
        own = [one for one in deal.milestones if one.member == member]
        assert deal.share(member).price == sum(one.price for one in own)
    assert sum(deal.share(one).compensation for one in deal.parties()[1:]) == sum(one.compensation for one in work)


def test_what_the_contract_would_not_divide_it_refuses(arena: Arena) -> None:
    terms = Conditions(NOBODY, NOBODY, NOBODY)
    work = Milestone(NOBODY, HASH, 100, 0, 0)
    call = contract("Settlement").encode("split", deal_of(work, terms).words(), 0, MILLION + 1, 0)
    told = arena.chain._provider.make_batch_request(
        [("eth_call", [{"from": ADMIN, "to": arena.at["Settlement"], "data": "0x" + call.hex()}, "latest"])]
    )
    assert "error" in told[0]
