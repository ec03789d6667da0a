"""Who took a nonce: found on the chain itself, so that nothing is called lost that a node only does not show yet."""

from __future__ import annotations

from dataclasses import dataclass

from hanse.errors import ChainFault
from hanse.ledger.chain import Chain, Unreachable


@dataclass(frozen=True, slots=True)
class Taker:
    """The transaction of a sender that has a certain nonce, and the block it is in."""

    transaction: str
    block: int


class Forgotten(ChainFault):
    """The node has forgotten how it was then, which many do after a hundred blocks or so."""


def taker(chain: Chain, sender: str, nonce: int) -> Taker | None:
    """The transaction of `sender` in a block that has this nonce; None if there is none now. Raises Forgotten,
    Unreachable."""
    try:
        block = _first_after(chain, sender, nonce)
        found = () if block is None else chain.transactions(block)
    except Unreachable:
        raise
    except ChainFault as fault:
        raise Forgotten(fault.message, where=sender) from None
    for name, by, number in found:
        if block is not None and (by.lower(), number) == (sender.lower(), nonce):
            return Taker(name, block)
    return None


def _first_after(chain: Chain, sender: str, nonce: int) -> int | None:
    """The first block after which more than `nonce` transactions of `sender` are in blocks: looked for backwards in
    growing steps, because it is most likely a new one, then by halving."""
    high, step = chain.height(), 1
    if chain.nonce(sender, high) <= nonce:
        return None
    low = high - step
    while low >= 0 and chain.nonce(sender, low) > nonce:
        high, step = low, 2 * step
        low = high - step
    low = max(low, -1)
    while high - low > 1:
        middle = (low + high) // 2
        if chain.nonce(sender, middle) > nonce:
            high = middle
        else:
            low = middle
    return high
