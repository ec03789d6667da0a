"""What a member promises a broker for a part of a request, under its own signature (EIP-712), and the assembly that the
broker makes of several: every promise attached as it was signed, the broker's fee beside it.

A promise is for one broker, one request, one contract and chain, until it expires: nobody else can sell it, and nothing
in it can be altered. An assembly adds up: its price is the promises' sum and the fee, its time theirs one after the
other as the work goes. Whoever has the assembly checks all of it without asking anybody (`check`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from hanse.errors import EvidenceError, InputError
from hanse.ledger.signing import sign_typed
from hanse.model.canonical import canonical

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

FORMAT, ASSEMBLY = "hanse-promise/1", "hanse-assembly/1"
MOST_PARTS = 64
LARGEST = 1_000_000
"""An assembly has at most so many bytes."""

PROMISE = {
    "Promise": [
        {"name": name, "type": kind}
        for kind, name in (
            ("uint64", "request"),
            ("address", "broker"),
            ("string", "part"),
            ("uint256", "price"),
            ("uint64", "minutes"),
            ("uint32", "quality"),
            ("uint40", "expires"),
        )
    ]
}
"""What a wallet shows when a member signs. price: cents; minutes: of work; quality: millionths; expires: seconds."""


@dataclass(frozen=True, slots=True)
class Promise:
    """chain, contract: of the quotations; request: its number; broker, member: addresses; part: id of the part."""

    chain: int
    contract: str
    request: int
    broker: str
    member: str
    part: str
    price: int
    minutes: int
    quality: int
    expires: int

    def _typed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Domain and message."""
        domain = {
            "name": "Hanse promises", "version": "1", "chainId": self.chain, "verifyingContract": self.contract,
        }  # fmt: skip
        return domain, {field["name"]: getattr(self, field["name"]) for field in PROMISE["Promise"]}

    def sign(self, key: LocalAccount) -> Signed:
        """By the member's key. Raises InputError for another's."""
        if key.address != self.member:
            raise InputError("this is another member's promise", where=self.part, hint=f"sign as {self.member}")
        domain, message = self._typed()
        return Signed(self, sign_typed(key, domain, PROMISE, message))


@dataclass(frozen=True, slots=True)
class Signed:
    """A promise and the 65 bytes of its member."""

    promise: Promise
    signature: bytes

    @property
    def genuine(self) -> bool:
        """Whether the member signed exactly this."""
        from eth_account import Account
        from eth_account.messages import encode_typed_data

        domain, message = self.promise._typed()
        try:
            signable = encode_typed_data(domain, PROMISE, message)
            return bool(Account.recover_message(signable, signature=self.signature) == self.promise.member)
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            return False

    def words(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"format": FORMAT, **asdict(self.promise), "signature": self.signature.hex()}


@dataclass(frozen=True, slots=True)
class Assembly:
    """Promises in the order of the work, for one request, and what the broker adds. fee: cents; begin: when the work
    begins, seconds since 1970."""

    promises: tuple[Signed, ...]
    fee: int
    begin: int

    @property
    def price(self) -> int:
        """What the requester pays, cents."""
        return sum(one.promise.price for one in self.promises) + self.fee

    @property
    def ready(self) -> int:
        """When all of it is there, the parts one after the other."""
        return self.begin + 60 * sum(one.promise.minutes for one in self.promises)

    @property
    def quality(self) -> int:
        """The least of the promises'."""
        return min(one.promise.quality for one in self.promises)

    def document(self) -> bytes:
        """Its canonical bytes, whose hash the broker's bid names."""
        promises = [one.words() for one in self.promises]
        sums = {"price": self.price, "ready": self.ready, "quality": self.quality}
        return canonical({"format": ASSEMBLY, "fee": self.fee, "begin": self.begin, **sums, "promises": promises})


def read_promise(data: bytes | str | Mapping[str, Any]) -> Signed:
    """The inverse of `Signed.words`. Raises InputError if it is none; whether it is genuine is another question."""
    try:
        said = dict(data) if isinstance(data, Mapping) else json.loads(data)
        if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
            raise ValueError
        signature = bytes.fromhex(said.pop("signature"))
        kinds = {field.name: int if field.type == "int" else str for field in fields(Promise)}
        if set(said) != set(kinds) or any(type(said[name]) is not kind for name, kind in kinds.items()):
            raise ValueError
        if min(value for value in said.values() if isinstance(value, int)) < 0 or len(signature) != 65:
            raise ValueError
        return Signed(Promise(**said), signature)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("this is no signed promise", where="promise", hint="hanse market promise makes one") from None


def read_assembly(data: bytes | str) -> Assembly:
    """The inverse of `Assembly.document`. Raises InputError if it is none, EvidenceError if its sums are not its
    promises'."""
    try:
        if len(data) > LARGEST:
            raise ValueError
        said = json.loads(data)
        if not isinstance(said, dict) or said.pop("format", None) != ASSEMBLY:
            raise ValueError
        numbers = {name: said.pop(name) for name in ("fee", "begin", "price", "ready", "quality")}
        promises = said.pop("promises")
        if said or any(type(one) is not int or one < 0 for one in numbers.values()):
            raise ValueError
        if not isinstance(promises, list) or not 0 < len(promises) <= MOST_PARTS:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("this is no assembly of promises", where="assembly", hint="hanse broker makes one") from None
    found = Assembly(tuple(map(read_promise, promises)), numbers["fee"], numbers["begin"])
    for name in ("price", "ready", "quality"):
        if numbers[name] != getattr(found, name):
            raise EvidenceError(
                f"the {name} is said to be {numbers[name]} and adds up to {getattr(found, name)}", where="assembly"
            )
    return found


def check(assembly: Assembly, chain: int, contract: str, request: int, broker: str, now: int) -> None:
    """Raises EvidenceError for the first thing that is not as it should be: a promise that its member did not sign, for
    another request, broker, contract or chain, expired, or a part that is there twice."""
    parts: set[str] = set()
    for one in assembly.promises:
        its = one.promise
        wrong = {
            "its member did not sign this": not one.genuine,
            f"it is for request {its.request}": its.request != request,
            f"it was made to {its.broker}": its.broker != broker,
            "it is for another league": (its.chain, its.contract) != (chain, contract),
            "it has expired": its.expires < now,
            "this part is promised twice": its.part in parts,
        }
        for what, is_so in wrong.items():
            if is_so:
                raise EvidenceError(what, where=f'"{its.part}", promised by {its.member}')
        parts.add(its.part)


def distinct(promises: Sequence[Signed]) -> dict[str, list[Signed]]:
    """Promises by part."""
    found: dict[str, list[Signed]] = {}
    for one in promises:
        found.setdefault(one.promise.part, []).append(one)
    return found
