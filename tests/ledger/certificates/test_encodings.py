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
from hanse.ledger.certificates.witness import TREES, Lie, Witness
from hanse.model.keccak import keccak
from tests.ledger.certificates.liars import PART, STORIES, Story, retold
from tests.ledger.certificates.test_lies import LIES, Tell, cases, stories


def read_claim(data: bytes) -> Claim:
    """A claim of the story of a part."""
    return Claim.decode(data, PART.honest().claim.covered)


DECODERS: list[Callable[[bytes], object]] = [read_claim, Witness.decode, Certificate.decode]


def test_the_bytes_of_claim_and_certificate_are_golden() -> None:
    certificate = PART.honest()
    assert certificate.claim.encode().hex() == GOLDEN_CLAIM
    assert certificate.claim.digest == keccak(bytes.fromhex(GOLDEN_CLAIM))
    assert keccak(certificate.encode()).hex() == GOLDEN_CERTIFICATE


def test_the_bytes_of_every_witness_are_golden() -> None:
    everything = b"".join(
        witness_of(story.problem.rows, certificate, found, story.targets).encode()
        for story in STORIES.values()
        for _, _, tell in LIES
        for certificate in (tell(story),)
        for found in falsehoods(story.problem.rows, certificate, story.targets)
    )
    assert keccak(everything).hex() == GOLDEN_WITNESSES


@stories
def test_claim_and_certificate_survive_the_wire(story: Story) -> None:
    certificate = story.honest()
    assert Claim.decode(certificate.claim.encode(), certificate.claim.covered) == certificate.claim
    again = Certificate.decode(certificate.encode())
    assert again.encode() == certificate.encode()
    assert refute(story.problem, again, story.targets) is None


@stories
@cases
def test_a_lying_certificate_survives_the_wire_and_is_refuted_after_it(story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    witness = refute(story.problem, Certificate.decode(certificate.encode()), story.targets)
    assert witness is not None, lie
    assert check_witness(story.root, certificate.claim, witness)


@given(st.binary(max_size=400), st.sampled_from(DECODERS), st.booleans())
@settings(max_examples=500)
def test_random_bytes_are_refused_in_words(data: bytes, decode: Callable[[bytes], object], versioned: bool) -> None:
    with suppress(InputError):
        decode(b"\x01" + data if versioned else data)


@given(st.data())
@settings(max_examples=300)
def test_damaged_bytes_are_refused_or_make_no_true_claim_false(data: st.DataObject) -> None:
    certificate = PART.honest()
    _, _, tell = data.draw(st.sampled_from(LIES))
    witness = refute(PART.problem, tell(PART), PART.targets)
    assert witness is not None
    encoded: dict[Callable[[bytes], object], bytes] = {
        read_claim: certificate.claim.encode(), Witness.decode: witness.encode(),
        Certificate.decode: certificate.encode(),
    }  # fmt: skip
    decode = data.draw(st.sampled_from(DECODERS))
    damaged = bytearray(encoded[decode])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(damaged))))
    try:
        read = decode(bytes(damaged[:cut]))
        if isinstance(read, Certificate):
            falsehoods(PART.problem.rows, read, PART.targets)
    except InputError:
        return
    if isinstance(read, Witness):
        assert not check_witness(PART.root, certificate.claim, read)


def test_a_thing_of_another_version_is_refused() -> None:
    certificate = PART.honest()
    for decode, data in ((read_claim, certificate.claim.encode()), (Certificate.decode, certificate.encode())):
        with pytest.raises(InputError, match="version 1"):
            decode(b"\x02" + data[1:])
    with pytest.raises(InputError, match="version 1"):
        Witness.decode(b"\x02" + Witness(Lie.BOUND).encode()[1:])


def test_bytes_after_the_end_are_refused() -> None:
    for decode, data in ((Witness.decode, Witness(Lie.BOUND).encode()), (Certificate.decode, PART.honest().encode())):
        with pytest.raises(InputError, match="1 bytes too many"):
            decode(data + b"\x00")


def test_a_claim_knows_its_numbers() -> None:
    claim = PART.honest().claim
    assert (claim.cost, claim.energy, claim.makespan) == (41, 10, 23)
    assert claim.bound == claim.proved


def test_a_claim_with_impossible_numbers_is_not_made() -> None:
    with pytest.raises(InputError, match="too large"):
        replace(PART.honest().claim, scale=2**32)
    with pytest.raises(InputError, match="wrong length"):
        replace(PART.honest().claim, uses=b"")


def test_a_tree_told_again_unchanged_is_the_same() -> None:
    certificate = PART.honest()
    for branch in TREES:
        assert retold(certificate, branch, lambda *_: None).encode() == certificate.encode()


GOLDEN_CLAIM = (
    "01d47d41f210dfc069944f432ed37a4574c6192996553951f56965f3fd6235fdb485accada5a94052b1b3cc7757d7da5f908"
    "1f91b79d275c53de22fcadfa4ad7f6a66cc928b5edb82af9bd49922954155ab7b0942694bea4ce44661d9a8736c6888fa957"
    "596bb19147a7851d2fbbaa58db2a530582ca2c19b61a4bac9baaf87804000000000000001a000000000000000f0000000000"
    "00000a0000000000000017a7e535d0ae987cb157f28533424592c1108a20cc5592d0a620c874d4af74351d00000005da95c3"
    "b4dd2b6d7b92712af7963e378475ee92fc6bfd17c3582569318f76d1fd000000000000013e000000000000003c0000000000"
    "000030d1334e5a34d30f6acd41473e7b25c6a3a1159c5cd0de9f237d07e883d7dabe9600000000000000460000000a000000"
    "0000000019"
)
GOLDEN_CERTIFICATE = "d69d564702294d70709be2944e964fdbdd7e6211c882b7b837f9218f3fbe449f"
GOLDEN_WITNESSES = "873dce5ec90671c6363bc2d67a18f2824353ae05c0b228b68046961f6365281b"
