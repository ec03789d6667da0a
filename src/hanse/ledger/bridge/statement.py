"""What attestors sign of a league's chain, as EIP-712 typed data, and whether enough of them did.

The domain names the chain and the contract that is to believe it, the message the league and its chain: a signature
counts in one place and of one league. Twin of `Beacon`'s digests and of its count of signatures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_hash.auto import keccak

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

NOTHING = bytes(32)
"""What the first statement names as the one before."""

_SOURCE = [("sourceChain", "uint256"), ("league", "address"), ("number", "uint64"), ("revision", "uint64")]
_STATEMENT = [
    ("previous", "bytes32"), ("first", "uint64"), ("last", "uint64"), ("blockHash", "bytes32"), ("root", "bytes32"),
]  # fmt: skip
_RETRACTION = [("reason", "bytes32")]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a signature counts. source, league: chain id of the league, and its address book there; target, beacon:
    chain id and address of the contract that believes it."""

    source: int
    league: str
    target: int
    beacon: str

    def message(self, name: str, fields: Sequence[tuple[str, str]], values: Sequence[Any]) -> SignableMessage:
        """Typed data in this scope."""
        every = [*_SOURCE, *fields]
        domain = {
            "name": "Hanse beacon", "version": "1", "chainId": self.target, "verifyingContract": self.beacon,
        }  # fmt: skip
        types = {name: [{"name": one, "type": kind} for one, kind in every]}
        said = dict(zip((one for one, _ in every), (self.source, self.league, *values), strict=True))
        return encode_typed_data(domain, types, said)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of the blocks first..last of the league's chain. number: from one, without gaps; revision: how many
    retractions there were before; previous: digest of the statement before; block_hash: of the last block; root: over
    the stretch's records."""

    number: int
    revision: int
    previous: bytes
    first: int
    last: int
    block_hash: bytes
    root: bytes

    @property
    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return astuple(self)

    def signable(self, scope: Scope) -> SignableMessage:
        return scope.message("Statement", _STATEMENT, self.words)


@dataclass(frozen=True, slots=True)
class Retraction:
    """What takes back the statements from `number` on, as long as there were `revision` retractions. reason: hash of
    the block that is in the place of the one that was stated."""

    number: int
    revision: int
    reason: bytes

    def signable(self, scope: Scope) -> SignableMessage:
        return scope.message("Retraction", _RETRACTION, astuple(self))


Said = Statement | Retraction


def digest(said: Said, scope: Scope) -> bytes:
    """What is signed: Keccak-256 of the typed data."""
    message = said.signable(scope)
    return bytes(keccak(b"\x19" + message.version + message.header + message.body))


def sign(said: Said, scope: Scope, key: LocalAccount) -> bytes:
    """65 bytes: r, s, v."""
    return bytes(key.sign_message(said.signable(scope)).signature)


def signer(said: Said, scope: Scope, signature: bytes) -> str | None:
    """Who signed it in this scope; None if the bytes are no signature."""
    try:
        return str(Account.recover_message(said.signable(scope), signature=signature))
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
        return None


def signers(said: Said, scope: Scope, signatures: Iterable[bytes], attestors: Iterable[str]) -> dict[str, bytes]:
    """The attestors among those who signed, each once, in the order in which the contract takes them."""
    known = {one.lower() for one in attestors}
    found = {who: signature for signature in signatures if (who := signer(said, scope, signature)) is not None}
    return {who: found[who] for who in sorted(found, key=str.lower) if who.lower() in known}
