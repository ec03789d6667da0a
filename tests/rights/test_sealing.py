"""Sealed files: who can open them, who cannot, and that nothing of them can be exchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import EvidenceError, InputError
from hanse.model.canonical import digest
from hanse.rights.sealing import (
    MAGIC,
    MOST_HEAD,
    Realm,
    head_of,
    is_sealed,
    public_of,
    publish,
    seal,
    secret_from,
    secret_of,
    unseal,
    unwrap,
    wrap,
)

REALM = Realm(4_219, "0x" + "1b" * 20)
OWNER, READER, STRANGER = (Account.from_key("0x" + digit * 64) for digit in "123")
DRAWING = b"%PDF-1.7 a flange"


def sealed_for_reader() -> tuple[bytes, bytes, bytes]:
    """A sealed drawing, its key, and its key for the reader."""
    sealed, key = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    return sealed, key, wrap(key, sealed, publish(READER, REALM))


def test_a_reader_opens_what_was_sealed_for_it() -> None:
    sealed, _, wrapped = sealed_for_reader()
    assert DRAWING not in sealed
    assert unseal(sealed, unwrap(wrapped, sealed, READER.address, secret_of(READER, REALM))) == DRAWING


def test_the_head_says_whose_it_is_and_which_design() -> None:
    head = head_of(sealed_for_reader()[0])
    assert (head.owner, head.file, head.bytes, head.design) == (
        OWNER.address, "flange.pdf", len(DRAWING), digest(DRAWING),
    )  # fmt: skip


def test_a_stranger_opens_nothing_with_the_key_of_another_reader() -> None:
    sealed, _, wrapped = sealed_for_reader()
    for account in (STRANGER.address, READER.address):
        with pytest.raises(EvidenceError, match="not wrapped for this file and this reader"):
            unwrap(wrapped, sealed, account, secret_of(STRANGER, REALM))


def test_a_wrapped_key_opens_no_other_file_and_serves_no_other_name() -> None:
    sealed, key, wrapped = sealed_for_reader()
    other, _ = seal(b"%PDF-1.7 another", owner=OWNER.address, file="flange.pdf")
    with pytest.raises(EvidenceError):
        unwrap(wrapped, other, READER.address, secret_of(READER, REALM))
    with pytest.raises(EvidenceError):
        unwrap(wrapped, sealed, STRANGER.address, secret_of(READER, REALM))
    with pytest.raises(EvidenceError):
        unseal(other, key)


@given(at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_changed_byte_anywhere_is_noticed(at: int, flip: int) -> None:
    """Whether in the head (whose it is, its name), which is the additional data, or in the body."""
    sealed, key = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    at %= len(sealed)
    changed = sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :]
    with pytest.raises((EvidenceError, InputError)):
        unseal(changed, key)


def test_a_head_and_a_body_of_two_files_are_no_file() -> None:
    first, key = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    second, _ = seal(DRAWING, owner=STRANGER.address, file="flange.pdf")
    front = len(second) - len(DRAWING) - 16
    with pytest.raises(EvidenceError, match="changed"):
        unseal(second[:front] + first[front:], key)


def test_whoever_knows_the_key_cannot_name_another_design_either() -> None:
    """A head that lies about what is inside, sealed properly: the hash is looked at after opening."""
    import json

    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    from hanse.model.canonical import canonical

    sealed, key = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    start = len(MAGIC) + 4
    said = json.loads(sealed[start : len(sealed) - len(DRAWING) - 16])
    head = canonical(said | {"design": digest(b"a design that is free")})
    front = MAGIC + len(head).to_bytes(4, "big") + head
    lie = front + ChaCha20Poly1305(key).encrypt(bytes.fromhex(said["nonce"]), DRAWING, front)
    with pytest.raises(EvidenceError, match="not the one that its head names"):
        unseal(lie, key)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-", MAGIC, MAGIC + b"\0\0\0\2{}", MAGIC + (MOST_HEAD + 1).to_bytes(4, "big")]
)
def test_what_is_no_sealed_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(InputError, match="no sealed file"):
        head_of(data)
    assert is_sealed(data) == data.startswith(MAGIC)


def test_a_wallet_derives_the_same_key_every_time_and_another_in_another_league() -> None:
    own = public_of(secret_of(READER, REALM))
    assert public_of(secret_of(READER, REALM)) == own
    others = [
        public_of(secret_of(READER, replace(REALM, chain_id=1))),
        public_of(secret_of(READER, replace(REALM, contract="0x" + "2b" * 20))),
        public_of(secret_of(READER, REALM, 2)),
        public_of(secret_of(STRANGER, REALM)),
    ]
    assert len({own, *others}) == 5


def test_the_way_in_which_a_wallet_writes_v_does_not_matter() -> None:
    assert public_of(secret_from(b"\1" * 64 + b"\x1b")) == public_of(secret_from(b"\1" * 64 + b"\0"))


def test_a_published_key_is_its_accounts_and_its_leagues() -> None:
    published = publish(READER, REALM)
    published.check(REALM)
    for lie in (
        replace(published, account=STRANGER.address),
        replace(published, key=public_of(secret_of(STRANGER, REALM))),
        replace(published, number=2),
        replace(published, signature=publish(STRANGER, REALM).signature),
        replace(published, signature=b"\0" * 65),
        replace(published, signature=b""),
    ):
        with pytest.raises(EvidenceError, match="not signed by its account"):
            lie.check(REALM)
    for realm in (replace(REALM, chain_id=1), replace(REALM, contract="0x" + "2b" * 20)):
        with pytest.raises(EvidenceError):
            published.check(realm)


def test_every_file_and_every_version_has_a_key_of_its_own() -> None:
    first, key = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    second, other = seal(DRAWING, owner=OWNER.address, file="flange.pdf")
    assert key != other
    assert first != second
