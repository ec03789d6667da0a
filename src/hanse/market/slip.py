"""A bid's slip: what a bidder keeps between sealing and opening. Whoever has it sees the bid before its time; whoever
loses it loses the bond. It is made where the bidder is, and nowhere else until it is opened."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from eth_abi.exceptions import EncodingError

from hanse.errors import InputError
from hanse.market.quotation import Bid, seal

FORMAT = "hanse-bid/1"
LARGEST = 4_096
"""A slip has at most so many bytes."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A bid, and what it is for. chain: its id; contract: address of the quotations; request: its number; bidder: the
    address that seals and opens."""

    chain: int
    contract: str
    request: int
    bidder: str
    bid: Bid

    @property
    def seal(self) -> bytes:
        """What is put on the chain before the bid is opened."""
        return seal(self.chain, self.contract, self.request, self.bidder, self.bid)

    def text(self) -> str:
        """As JSON, for a file."""
        one = self.bid
        said = {
            "format": FORMAT, "chain": self.chain, "contract": self.contract, "request": self.request,
            "bidder": self.bidder, "price": one.price, "ready": one.ready, "quality": one.quality,
            "document": one.document, "salt": one.salt.hex(),
        }  # fmt: skip
        return json.dumps(said, indent=1) + "\n"


def made(
    chain: int, contract: str, request: int, bidder: str, price: int, ready: int, quality: int, document: str
) -> Slip:
    """A slip with a new salt. price: cents; ready: seconds since 1970; quality: millionths; document: content hash."""
    return Slip(chain, contract, request, bidder, Bid(price, ready, quality, secrets.token_bytes(32), document))


def read(text: str) -> Slip:
    """The inverse of `Slip.text`. Raises InputError for anything else."""
    hint = "give the file that was kept when the bid was sealed"
    try:
        if len(text) > LARGEST:
            raise ValueError
        said = json.loads(text)
        if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
            raise ValueError
        numbers = [said.pop(name) for name in ("chain", "request", "price", "ready", "quality")]
        words = [said.pop(name) for name in ("contract", "bidder", "document", "salt")]
        if said or any(type(one) is not int or one < 0 for one in numbers):
            raise ValueError
        chain, request, price, ready, quality = numbers
        contract, bidder, document, salt = words
        if (len(document), len(salt), len(contract), len(bidder)) != (66, 64, 42, 42):
            raise ValueError
        bid = Bid(price, ready, quality, bytes.fromhex(salt), "0x" + bytes.fromhex(document[2:]).hex())
        found = Slip(chain, contract, request, bidder, bid)
        found.seal  # noqa: B018 - it is one only if it can be sealed
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise InputError("this is no slip of a bid", where="bid", hint=hint) from None
    except EncodingError as failure:
        raise InputError(f"the bid does not fit: {failure}", where="bid", hint=hint) from None
    return found
