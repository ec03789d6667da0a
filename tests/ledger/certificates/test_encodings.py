"""What is anchored on chain never changes its bytes, and bytes of any kind are read or refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.lies import falsehoods
from hanse.ledger.certificates.refute import refute, witness_of
from hanse.ledger.certificates.rules import check_witness
from hanse.ledger.certificates.witness import Branch, Lie, Witness
from hanse.model.keccak import keccak
from tests.ledger.certificates.liars import honest, league, retold
from tests.ledger.certificates.test_lies import LIES

DECODERS: list[Callable[[bytes], object]] = [Claim.decode, Witness.decode, Certificate.decode]


def test_the_bytes_of_claim_and_certificate_are_golden() -> None:
    certificate = honest()
    assert certificate.claim.encode().hex() == GOLDEN_CLAIM
    assert certificate.claim.digest == keccak(bytes.fromhex(GOLDEN_CLAIM))
    assert keccak(certificate.encode()).hex() == GOLDEN_CERTIFICATE


def test_the_bytes_of_every_witness_are_golden() -> None:
    everything = b"".join(
        witness_of(league().rows, certificate, found).encode()
        for _, _, tell in LIES
        for certificate in (tell(),)
        for found in falsehoods(league().rows, certificate)
    )
    assert keccak(everything).hex() == GOLDEN_WITNESSES


def test_claim_and_certificate_survive_the_wire() -> None:
    certificate = honest()
    assert Claim.decode(certificate.claim.encode()) == certificate.claim
    again = Certificate.decode(certificate.encode())
    assert again.encode() == certificate.encode()
    assert refute(league(), again) is None


@pytest.mark.parametrize("tell", [case[2] for case in LIES], ids=[case[0] for case in LIES])
def test_a_lying_certificate_survives_the_wire_and_is_refuted_after_it(tell: Callable[[], Certificate]) -> None:
    certificate = tell()
    witness = refute(league(), Certificate.decode(certificate.encode()))
    assert witness is not None
    assert check_witness(league().rows.tree.root, certificate.claim, witness)


@given(st.binary(max_size=400), st.sampled_from(DECODERS), st.booleans())
@settings(max_examples=500)
def test_random_bytes_are_refused_in_words(data: bytes, decode: Callable[[bytes], object], versioned: bool) -> None:
    with suppress(InputError):
        decode(b"\x01" + data if versioned else data)


@given(st.data())
@settings(max_examples=300)
def test_damaged_bytes_are_refused_or_make_no_true_claim_false(data: st.DataObject) -> None:
    certificate = honest()
    _, _, tell = data.draw(st.sampled_from(LIES))
    witness = refute(league(), tell())
    assert witness is not None
    encoded = {
        Claim.decode: certificate.claim.encode(), Witness.decode: witness.encode(),
        Certificate.decode: certificate.encode(),
    }  # fmt: skip
    decode = data.draw(st.sampled_from(DECODERS))
    damaged = bytearray(encoded[decode])  # type: ignore[index]
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(damaged))))
    try:
        read = decode(bytes(damaged[:cut]))
        if isinstance(read, Certificate):
            falsehoods(league().rows, read)
    except InputError:
        return
    if isinstance(read, Witness):
        assert not check_witness(league().rows.tree.root, certificate.claim, read)


def test_a_thing_of_another_version_is_refused() -> None:
    certificate = honest()
    for decode, data in ((Claim.decode, certificate.claim.encode()), (Certificate.decode, certificate.encode())):
        with pytest.raises(InputError, match="version 1"):
            decode(b"\x02" + data[1:])
    with pytest.raises(InputError, match="version 1"):
        Witness.decode(b"\x02" + Witness(Lie.BOUND).encode()[1:])


def test_bytes_after_the_end_are_refused() -> None:
    for decode, data in ((Witness.decode, Witness(Lie.BOUND).encode()), (Certificate.decode, honest().encode())):
        with pytest.raises(InputError, match="1 bytes too many"):
            decode(data + b"\x00")


def test_a_claim_knows_its_numbers() -> None:
    claim = honest().claim
    assert (claim.cost, claim.energy, claim.makespan) == (41, 10, 23)
    assert claim.bound == claim.proved


def test_a_claim_with_impossible_numbers_is_not_made() -> None:
    with pytest.raises(InputError, match="too large"):
        replace(honest().claim, scale=2**32)
    with pytest.raises(InputError, match="wrong length"):
        replace(honest().claim, uses=b"")


def test_a_tree_told_again_unchanged_is_the_same() -> None:
    certificate = honest()
    for branch in Branch:
        assert retold(certificate, branch, lambda *_: None).encode() == certificate.encode()


GOLDEN_CLAIM = (
    "0126c7e74e32eb277c54b147a0a245be2da8df2f5bcd7e4c0a896ef5125f4b41c4dcdad0799bf5bba812c61bd1b63566c432"
    "77e4fb0f3731eba309191a659ae89f000000000000001a000000000000000f000000000000000a0000000000000017a7e535"
    "d0ae987cb157f28533424592c1108a20cc5592d0a620c874d4af74351d00000005b86728fb81ea3a51e63b189da693d7dbe5"
    "c89202507ccde9f14fe415b5d0d221000000000000013ed1334e5a34d30f6acd41473e7b25c6a3a1159c5cd0de9f237d07e8"
    "83d7dabe9600000000000000460000000a0000000000000019"
)
GOLDEN_CERTIFICATE = "2430fd1742453a2ed3874ce64541d5a47745720553291371c728f0853bc4ac75"
GOLDEN_WITNESSES = "2c71bd18ee3ac81106597fd5f62d06f89be53515a65c08f5a23303d94b20f27c"
