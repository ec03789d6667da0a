"""Files that only their readers can open.

    file ── ChaCha20-Poly1305 under a key of its own ──▶ sealed file          what a service keeps and hands out
    key of the file ── HPKE (RFC 9180) to each reader ──▶ a wrapped key       one per reader; made anew for a new one

The head of a sealed file (whose it is, its name, the hash of the file inside) is authenticated with it, and a wrapped
key is bound to this sealed file and to this reader, so nothing can be exchanged for anything else. Primitives are
those of `cryptography`; nothing here is a cipher of our own.

A reader's key is X25519. It is derived from a signature of its account (EIP-712, deterministic by RFC 6979), so a
wallet keeps nothing new; its public half is bound to the account by a second signature, which everybody can check.
"""

from __future__ import annotations

import json
import secrets
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hanse.errors import EvidenceError, InputError
from hanse.model.canonical import canonical, digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

FORMAT = "hanse-sealed/1"
MAGIC = b"hanse-sealed/1\n"
"""How a sealed file begins; then the length of its head (4 bytes, big-endian), its head, and the rest."""

MOST_HEAD = 4_096
KEY_BYTES, NONCE_BYTES = 32, 12

_WRAP = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class Realm:
    """Of which league a signature is. contract: address of its Designs."""

    chain_id: int
    contract: str

    def domain(self) -> dict[str, Any]:
        return {"name": "Hanse rights", "version": "1", "chainId": self.chain_id, "verifyingContract": self.contract}


@dataclass(frozen=True, slots=True)
class Head:
    """What everybody may know of a sealed file. owner: whose it is; file: its name; bytes: its length; design: hash of
    the file inside, by which designs are registered; nonce: of the cipher, hexadecimal; format: of the whole."""

    owner: str
    file: str
    bytes: int
    design: str
    nonce: str
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class ReaderKey:
    """The public key of an account, and its word that it is. number: which of its keys; the newest counts."""

    account: str
    key: bytes
    number: int
    signature: bytes

    def check(self, realm: Realm) -> None:
        """Raises EvidenceError unless the account signed this for this league."""
        from eth_account import Account
        from eth_account.messages import encode_typed_data

        try:
            signable = encode_typed_data(realm.domain(), _BINDING, _bound(self.account, self.key, self.number))
            signer = str(Account.recover_message(signable, signature=self.signature))
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            signer = ""
        if signer != self.account:
            raise EvidenceError(
                "this reading key is not signed by its account for this league",
                where=self.account,
                hint="its owner publishes it again: hanse rights key",
            )


# --- keys of readers --------------------------------------------------------------------------------------------


def secret_of(account: LocalAccount, realm: Realm, number: int = 1) -> X25519PrivateKey:
    """The reading key of an account. number: another number is another key, for when one became known."""
    from hanse.ledger.signing import sign_typed

    said = {
        "purpose": "Derive the key with which I read sealed files. Sign this only for your league.",
        "number": number,
    }
    return secret_from(sign_typed(account, realm.domain(), _DERIVING, said))


def secret_from(signature: bytes) -> X25519PrivateKey:
    """The reading key that a wallet's signature of `DERIVING` stands for. Only r and s count: wallets differ in v."""
    seed = HKDF(SHA256(), 32, b"hanse reading key", b"x25519").derive(signature[:64])
    return X25519PrivateKey.from_private_bytes(seed)


def public_of(secret: X25519PrivateKey) -> bytes:
    """32 bytes."""
    return secret.public_key().public_bytes_raw()


def publish(account: LocalAccount, realm: Realm, number: int = 1) -> ReaderKey:
    """The public half of an account's reading key, signed."""
    from hanse.ledger.signing import sign_typed

    key = public_of(secret_of(account, realm, number))
    said = _bound(str(account.address), key, number)
    return ReaderKey(str(account.address), key, number, sign_typed(account, realm.domain(), _BINDING, said))


_DERIVING = {"ReadingKey": [{"name": "purpose", "type": "string"}, {"name": "number", "type": "uint64"}]}
_BINDING = {
    "PublishedKey": [
        {"name": "account", "type": "address"},
        {"name": "key", "type": "bytes32"},
        {"name": "number", "type": "uint64"},
    ]
}


def _bound(account: str, key: bytes, number: int) -> dict[str, Any]:
    return {"account": account, "key": key, "number": number}


# --- files ------------------------------------------------------------------------------------------------------


def seal(data: bytes, *, owner: str, file: str) -> tuple[bytes, bytes]:
    """A sealed file, and the key that opens it. Every call takes a new key."""
    key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    head = canonical(asdict(Head(owner, file, len(data), digest(data), nonce.hex())))
    if len(head) > MOST_HEAD:
        raise InputError("the name of the file is too long", where=file[:80], hint="at most 128 letters")
    front = MAGIC + struct.pack(">I", len(head)) + head
    return front + ChaCha20Poly1305(key).encrypt(nonce, data, front), key


def head_of(sealed: bytes) -> Head:
    """What a sealed file says of itself; only opening it shows that it is true. Raises InputError."""
    return _parted(sealed)[0]


def is_sealed(data: bytes) -> bool:
    """Whether this begins as sealed files do."""
    return data.startswith(MAGIC)


def unseal(sealed: bytes, key: bytes) -> bytes:
    """The file inside. Raises InputError for what is no sealed file, EvidenceError if anything of it was changed."""
    head, front, body = _parted(sealed)
    try:
        data = ChaCha20Poly1305(key).decrypt(bytes.fromhex(head.nonce), body, front)
    except (InvalidTag, ValueError):
        raise EvidenceError(
            "this sealed file was changed, or the key is another file's", where=head.file, hint="fetch both again"
        ) from None
    if digest(data) != head.design or len(data) != head.bytes:
        raise EvidenceError("the file inside is not the one that its head names", where=head.file)
    return data


def wrap(key: bytes, sealed: bytes, reader: ReaderKey) -> bytes:
    """The key of a sealed file for one reader, whose key was checked. For nobody else, and for no other file."""
    return _WRAP.encrypt(key, X25519PublicKey.from_public_bytes(reader.key), _info(sealed, reader.account))


def unwrap(wrapped: bytes, sealed: bytes, account: str, secret: X25519PrivateKey) -> bytes:
    """The key of a sealed file. Raises EvidenceError if it was wrapped for another file or another reader."""
    try:
        return _WRAP.decrypt(wrapped, secret, _info(sealed, account))
    except (InvalidTag, ValueError):
        raise EvidenceError(
            "this key was not wrapped for this file and this reader",
            where=account,
            hint="ask the file's owner to let you read it again",
        ) from None


def _info(sealed: bytes, account: str) -> bytes:
    return b"hanse file key/1 " + bytes.fromhex(digest(sealed)[2:]) + bytes.fromhex(account[2:])


def _parted(sealed: bytes) -> tuple[Head, bytes, bytes]:
    start = len(MAGIC) + 4
    try:
        if not is_sealed(sealed):
            raise ValueError
        (length,) = struct.unpack(">I", sealed[len(MAGIC) : start])
        if length > MOST_HEAD:
            raise ValueError
        front = sealed[: start + length]
        said = json.loads(front[start:])
        head = Head(**said)
        if canonical(said) != front[start:] or head.format != FORMAT or len(bytes.fromhex(head.nonce)) != NONCE_BYTES:
            raise ValueError
        if not (isinstance(head.file, str) and isinstance(head.owner, str) and type(head.bytes) is int):
            raise ValueError
    except (ValueError, TypeError, RecursionError, struct.error):
        raise InputError(
            "this is no sealed file", where="sealed file", hint="hanse rights seal FILE makes one"
        ) from None
    return head, front, sealed[len(front) :]
