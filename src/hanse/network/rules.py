"""Which rules a node's machine follows, found by running a few bytes on it: what a node says of itself is not asked."""

from __future__ import annotations

from hanse.errors import ChainFault
from hanse.ledger.chain import Call, Unreachable
from hanse.ledger.rpc import RpcChain
from hanse.network.genesis import ZERO

RULES = ("london", "shanghai", "cancun", "osaka")
"""In the order in which they came; each contains those before."""

NEEDED = "london"
"""The league's contracts are compiled for it (and for the merge, which changed nothing they use)."""

_NEW = {"london": "48", "shanghai": "5f", "cancun": "60005c", "osaka": "60001e"}
"""An instruction that each brought: BASEFEE, PUSH0, TLOAD, CLZ. Before it, it is no instruction at all."""


def rules_of(chain: RpcChain) -> str | None:
    """The newest rules that a node follows, None for those before London. Raises Unreachable."""
    newest = None
    for name in RULES:
        try:
            # Run as if it created a contract: drop what the instruction gave, and end well.
            chain.call(Call(ZERO, None, bytes.fromhex(_NEW[name] + "50" + "00")))
        except Unreachable:
            raise
        except ChainFault:
            break
        newest = name
    return newest
