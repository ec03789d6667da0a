"""Rights: keys of readers, sealed files, designs, licences, royalties, passports."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import ADDRESS, HASH, Address, Cents, Hash, Moment, Number, Shape, Signature, Words

Wrapped = Annotated[
    str, StringConstraints(pattern="^0x([0-9a-f]{2})+$", max_length=258), Field(examples=["0x" + "6b" * 80])
]
KeyNumber = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[1])]
Pieces = Annotated[int, Field(ge=1, le=2**32 - 1, examples=[100])]
Royalty = Annotated[int, Field(ge=0, le=10**15, examples=[250], description="Cents a piece.")]


class PublishKey(Shape):
    """key: X25519, 32 bytes; number: the next replaces it; signature: of the account, over EIP-712 `PublishedKey`."""

    key: Hash
    number: KeyNumber
    signature: Signature


class ReadingKeyNow(Shape):
    """Whose key it is, by its own signature: check it before you seal anything for it. realm: chain and contract that
    the signature is for."""

    account: Address
    key: Hash
    number: KeyNumber
    signature: Signature
    chain_id: int = Field(examples=[4219])
    contract: Address


class LetRead(Shape):
    """wrapped: the file's key, sealed for the reader; left out, the service does it with your unlocked key."""

    reader: Address
    wrapped: Wrapped | None = None


class WrappedKey(Shape):
    """The key of a sealed file, for you alone."""

    content: Hash
    wrapped: Wrapped


class GrantNow(Shape):
    reader: Address
    moment: Moment
    withdrawn: int | None = Field(examples=[None], description="When it ended; null while it lasts.")


class ReadNow(Shape):
    """what: granted, withdrawn, key (handed out), opened (here, for a managed account)."""

    number: int = Field(examples=[1])
    reader: Address
    what: str = Field(examples=["key"])
    moment: Moment


class ReadersNow(Shape):
    """Who may read a file of yours, and everything that happened to its key."""

    content: Hash
    grants: list[GrantNow]
    log: list[ReadNow]


class SealDesign(Shape):
    """salt: 32 random bytes that you use again when you register."""

    design: Hash
    salt: Hash


class RegisterDesign(Shape):
    """parents: registered designs it was made from."""

    design: Hash
    salt: Hash
    parents: list[Hash] = Field(default=[], max_length=16, examples=[[]])


class TransferDesign(Shape):
    to: Address


class DecideContest(Shape):
    claimant: Address
    upheld: bool
    words: Words


class ContestNow(Shape):
    claimant: Address
    evidence: Hash
    state: str = Field(examples=["open"])


class DesignNow(Shape):
    """author: who registered it first; owner: whose it is now."""

    number: Number
    design: Hash
    author: Address
    owner: Address
    parents: list[Hash] = Field(examples=[[HASH]])
    time: Moment
    contests: list[ContestNow]


class GiveLicence(Shape):
    """order: the only order it is for, 0 for any of the licensee; until: the moment from which no order uses it."""

    design: Hash
    licensee: Address
    pieces: Pieces
    until: Annotated[int, Field(ge=1, le=2**40 - 1, examples=[1_900_000_000])]
    royalty: Royalty
    order: Annotated[int, Field(ge=0, le=2**32 - 1, examples=[0])] = 0


class LicenceNow(Shape):
    """left: pieces that may still be ordered."""

    number: Number
    design: Hash
    licensor: Address = Field(examples=[ADDRESS])
    licensee: Address
    order: int = Field(examples=[0])
    pieces: Pieces
    left: int = Field(examples=[80])
    until: Moment
    royalty: Royalty


class UseLicence(Shape):
    licence: Number


class UseNow(Shape):
    """A design that an order uses. amount: held for its owner until the order ends; to_owner: what it then got."""

    order: Number
    design: Hash
    licence: Number
    owner: Address
    licensee: Address
    pieces: Pieces
    amount: Cents
    to_owner: Cents
    paid: bool


class SignPassport(Shape):
    """signature: of your wallet, over what GET gives to sign; left out, your unlocked key signs."""

    signature: Signature | None = None


class SayTurn(Shape):
    """What became of a product. materials: grams by name, that were won back, put in or thrown away."""

    kind: Literal["used", "serviced", "repaired", "passed on", "taken back", "recycled", "disposed of"] = Field(
        examples=["recycled"]
    )
    words: Words = ""
    materials: dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)], Annotated[int, Field(ge=1, le=10**12)]
    ] = Field(default={}, max_length=32, examples=[{"steel": 1_200}])


class PassportDraft(Shape):
    """A passport that nobody has signed yet, and what a wallet signs (EIP-712)."""

    passport: dict[str, Any] = Field(examples=[{"format": "hanse-passport/1"}])
    to_sign: dict[str, Any] = Field(examples=[{"primaryType": "Passport"}])


class PassportNow(Shape):
    """name: its hash, by which anyone finds it; page: where people read it, which is what its QR code says."""

    name: Hash
    page: str = Field(examples=["https://league.example/passports/0x5e"])
