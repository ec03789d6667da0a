"""Read models of a round as the award rule sees them."""

from __future__ import annotations

import dataclasses

import pytest

from hanse.errors import EvidenceError
from hanse.ledger.round_tables import ClaimRow
from hanse.ledger.rounds import ClaimStatus
from hanse.ledger.tables import Place
from hanse.market.award import Contender
from hanse.market.competition import contenders, next_order
from tests.ledger.arena import claim_bytes


def row(number: int, status: ClaimStatus, covered: tuple[int, ...], cost: int) -> ClaimRow:
    """A revealed claim with baseline 200 and target 120."""
    data = claim_bytes(covered, cost, 200, 120)
    return ClaimRow(1, number, "0x", "0x", status, data, covered, "0x", None, "", Place(1, number, "0x"))


def test_a_claim_is_read_from_its_bytes() -> None:
    assert contenders([row(0, "standing", (0b11, 1), 150)]) == [Contender(0b11 | 1 << 256, 150, 200, 120, True)]


@pytest.mark.parametrize("status", ["struck", "dismissed"])
def test_what_was_taken_out_stands_no_more(status: ClaimStatus) -> None:
    assert [one.stands for one in contenders([row(0, status, (1,), 150)])] == [False]


def test_what_was_never_revealed_keeps_its_number_and_covers_nothing() -> None:
    sealed = dataclasses.replace(row(0, "sealed", (), 0), claim=b"")
    first, second = contenders([sealed, row(1, "standing", (1,), 150)])
    assert (first.stands, first.covered, second.stands) == (False, 0, True)


def test_the_next_order_leaves_out_what_is_decided() -> None:
    claims = [row(0, "standing", (1,), 150), row(1, "accepted", (2,), 120), row(2, "standing", (4,), 140)]
    assert next_order(claims, first_wins=False) == (2, 0)
    assert next_order(claims, first_wins=True) == (0, 2)


def test_a_claim_of_another_length_is_refused_by_name() -> None:
    wrong = dataclasses.replace(row(7, "standing", (1,), 150), claim=b"short")
    with pytest.raises(EvidenceError, match="no claim of version 1") as refusal:
        contenders([wrong])
    assert refusal.value.where == "round 1, claim 7"
