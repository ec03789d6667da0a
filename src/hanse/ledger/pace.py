"""How a chain goes: with each transaction, as anvil does, or at intervals, as networks do; and what follows from it."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from hanse.ledger.outbox import WIDE_WINDOW, WINDOW
from hanse.ledger.rpc import RpcChain

LOOK_BACK = 5
"""So many blocks tell how far they are apart."""

BLOCKS_AN_ACTION = 3
"""An action of a network's user is in a block after so many, the one included in which it just missed its place."""


def window_of(chain: RpcChain) -> int:
    """How many transactions may be in flight. Raises Unreachable."""
    return WINDOW if goes_with_transactions(chain) else WIDE_WINDOW


def action_seconds(chain: RpcChain) -> int:
    """How long one action takes at most, in seconds of a network that is well; 0 where each has a block at once. Raises
    ChainFault."""
    if goes_with_transactions(chain):
        return 0
    height = chain.height()
    # The very first may be much older.
    heads = [chain.block(number) for number in range(max(1, height - LOOK_BACK), height + 1)]
    times = [head.timestamp for head in heads if head is not None]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return BLOCKS_AN_ACTION * int(median(gaps)) if gaps else 0


def goes_with_transactions(chain: RpcChain) -> bool:
    """Whether it is one for development, or does not say what it is. Raises Unreachable."""
    return chain.client() == "" or chain.forgets
