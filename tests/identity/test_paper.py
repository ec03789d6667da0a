"""A delegation on paper: signed by its owner, said once, and by nobody else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.identity.paper import Delegation, check_place, read

OWNER, THIEF = (Account.from_key(bytes([number]) * 32) for number in (7, 8))
CONTRACT = "0x" + "Aa" * 20
SAID = Delegation(4219, CONTRACT, OWNER.address, "hanse/readings", THIEF.address, 86_400, 3, 2_000_000_000)

CHANGES = st.sampled_from([
    {"chain_id": 1}, {"identities": "0x" + "bb" * 20}, {"identity": THIEF.address}, {"kind": "veriKey"},
    {"delegate": OWNER.address}, {"seconds": 86_401}, {"seconds": 0}, {"nonce": 4}, {"deadline": 2_000_000_001},
])  # fmt: skip


def test_a_paper_comes_back_as_it_was_signed() -> None:
    for said in (SAID, replace(SAID, seconds=0)):
        signature = said.sign(OWNER)
        data = json.dumps(said.document(signature)).encode()
        assert read(data) == (said, signature)
        assert said.signer(signature) == OWNER.address


@given(CHANGES)
def test_whatever_is_changed_in_it_its_signature_is_nobodys_word(change: dict[str, object]) -> None:
    signature = SAID.sign(OWNER)
    assert replace(SAID, **change).signer(signature) != OWNER.address  # type: ignore[arg-type]


def test_a_paper_of_another_league_is_not_taken_here() -> None:
    check_place(SAID, 4219, CONTRACT.lower())
    for chain, contract in ((4220, CONTRACT), (4219, "0x" + "bb" * 20)):
        with pytest.raises(InputError, match="another league"):
            check_place(SAID, chain, contract)


@pytest.mark.parametrize(
    "wrong",
    [b"", b"[]", b"{}", b"[" * 9_000, b'{"format": "hanse-delegation/1"}', b"\xff", b" " * 20_000],
)
def test_what_is_no_paper_is_refused_in_words(wrong: bytes) -> None:
    with pytest.raises(InputError, match="hanse-delegation"):
        read(wrong)


def test_fields_that_cannot_be_are_refused() -> None:
    paper = SAID.document(SAID.sign(OWNER))
    for change in (
        {"seconds": -1},
        {"kind": "x" * 33},
        {"signature": "0x12"},
        {"format": "hanse-delegation/2"},
        {"a": 1},
    ):
        with pytest.raises(InputError):
            read(json.dumps({**paper, **change}).encode())
    with pytest.raises(InputError):
        replace(SAID, seconds=3651 * 86_400)
