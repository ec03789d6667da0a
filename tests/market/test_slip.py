"""What a bidder keeps: read back exactly, and nothing else is taken for it."""

from __future__ import annotations

import json

import pytest

from hanse.errors import InputError
from hanse.market import slip

CONTRACT, BIDDER = "0x" + "11" * 20, "0x" + "22" * 20


def made() -> slip.Slip:
    return slip.made(4219, CONTRACT, 7, BIDDER, 30_000, 1_800_000_000, 900_000, "0x" + "00" * 32)


def test_a_slip_is_read_back_and_seals_the_same() -> None:
    one = made()
    assert slip.read(one.text()) == one
    assert slip.read(one.text()).seal == one.seal


def test_two_equal_bids_have_different_seals() -> None:
    """Or whoever guesses a price could check the guess."""
    assert made().seal != made().seal


@pytest.mark.parametrize(
    "change",
    [
        {"format": "hanse-bid/2"}, {"price": -1}, {"price": 2**96}, {"price": "1"}, {"price": True},
        {"salt": "zz" * 32}, {"salt": 7}, {"contract": "0x"}, {"more": 1}, {"bidder": None},
        {"document": "0x" + "0g" * 32},
    ],
)  # fmt: skip
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        slip.read(json.dumps(json.loads(made().text()) | change))


@pytest.mark.parametrize("text", ["", "[]", "{}", "x" * 5_000, "7"])
def test_no_slip_at_all_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no slip"):
        slip.read(text)
