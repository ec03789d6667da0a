"""Parcels of readings: only what a gateway sealed, for the member, league and chain it is for, is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import EvidenceError, InputError
from hanse.telemetry.forward import MOST_READINGS, Destination, Parcel, pack, unpack
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading, Value
from hanse.telemetry.seal import SignedSeal

KEY, OTHER = (Account.from_key(bytes([n]) * 32) for n in (1, 2))
HERE = Destination("0x" + "a1" * 20, "E1", "0x" + "b2" * 20, 31337)
GATE = Gate({"E1/line": frozenset({"M1"})})
VALUES: list[Value] = [1, 2.5, True, "ü", -0.0]
SAID = [Reading("E1/line", "M1", "Power", at, value) for at, value in enumerate(VALUES)]


def sealed(path: Path, said: list[Reading]) -> tuple[SignedSeal, list[bytes]]:
    journal = Journal(path / "t.db", member="E1", chain_id=31337)
    journal.add(said, GATE, 10_000)
    journal.seal(KEY, 10_000)
    found = journal.sealed(0)
    journal.close()
    assert found is not None
    return found


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return pack(*sealed(tmp_path, SAID), HERE, KEY)


def test_what_was_sealed_comes_out_as_it_was_said(parcel: Parcel) -> None:
    signer, said = unpack(parcel, HERE)
    assert signer == KEY.address
    assert list(said) == SAID


@pytest.mark.parametrize(
    "there",
    [
        replace(HERE, account="0x" + "a2" * 20),
        replace(HERE, member="E2"),
        replace(HERE, league="0x" + "b3" * 20),
        replace(HERE, chain_id=1),
    ],
)
def test_a_parcel_for_somebody_else_is_none_here(parcel: Parcel, there: Destination) -> None:
    with pytest.raises(EvidenceError, match="not signed for this member of this league"):
        unpack(parcel, there)


def test_a_stranger_cannot_readdress_what_another_sealed(parcel: Parcel) -> None:
    """Seals are no secret: whoever has one signs a new address for it, and is not the one who sealed it."""
    there = replace(HERE, account="0x" + "a2" * 20)
    with pytest.raises(EvidenceError, match="not signed"):
        unpack(pack(parcel.seal, parcel.contents, there, OTHER), there)


@pytest.mark.parametrize("signature", [b"", b"\0" * 65, b"\xff" * 65])
def test_bytes_that_are_no_signature_are_refused(parcel: Parcel, signature: bytes) -> None:
    for false in (replace(parcel, signature=signature), replace(parcel, seal=SignedSeal(parcel.seal.seal, signature))):
        with pytest.raises(EvidenceError):
            unpack(false, HERE)


@given(st.integers(0, len(SAID) - 1), st.binary(min_size=1, max_size=40))
def test_no_reading_can_be_another(tmp_path_factory: pytest.TempPathFactory, at: int, instead: bytes) -> None:
    parcel = pack(*sealed(tmp_path_factory.mktemp("one"), SAID), HERE, KEY)
    contents = list(parcel.contents)
    contents[at] = instead
    with pytest.raises(EvidenceError, match="not what was sealed"):
        unpack(replace(parcel, contents=tuple(contents)), HERE)


def test_no_reading_can_be_left_out_or_change_its_place(parcel: Parcel) -> None:
    for contents in (parcel.contents[1:], parcel.contents[::-1], (*parcel.contents, parcel.contents[0]), ()):
        with pytest.raises(EvidenceError):
            unpack(replace(parcel, contents=contents), HERE)


def test_a_gateway_that_seals_rubbish_is_told_so(tmp_path: Path) -> None:
    from hanse.model import merkle

    seal, _ = sealed(tmp_path, SAID[:1])
    contents = [b'["E1/line","M1","Power",0, 1]']  # a space too many
    false = replace(seal.seal, root=merkle.root(contents)).sign(KEY, "E1", 31337)
    with pytest.raises(InputError, match="not the canonical spelling"):
        unpack(pack(false, contents, HERE, KEY), HERE)


def test_seals_for_a_service_hold_so_many_readings_and_no_more(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "t.db", member="E1", chain_id=31337)
    journal.add((Reading("E1/line", "M1", "Power", at, at) for at in range(2 * MOST_READINGS + 1)), GATE, 10_000)
    counts = []
    while (made := journal.seal(KEY, 10_000, most=MOST_READINGS)) is not None:
        counts.append(made.seal.count)
    assert counts == [MOST_READINGS, MOST_READINGS, 1]
    assert journal.verify(KEY.address) == 2 * MOST_READINGS + 1
    journal.close()
