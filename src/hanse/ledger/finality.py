"""Finality: from which depth on a chain's blocks are not replaced any more.

How a chain agrees on its blocks can be told from the blocks themselves. A chain of one development node decides at
once; so do QBFT and IBFT, whose blocks carry the signatures of more than two thirds. Clique's validators take turns,
and two of them may seal at the same time: a block counts when more than half of all validators have sealed one upon it.
A chain that calls blocks `finalized` by itself is believed. For all others a coordinator says the depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import DEVELOPMENT, Chain, Head, Unreachable

Engine = Literal["development", "bft", "clique", "finalizing", "unknown"]

PERIODIC: tuple[Engine, ...] = ("bft", "clique", "finalizing")
"""Those that make blocks all the time, whether anybody wants one or not."""

ISTANBUL = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
"""What IBFT and QBFT write into each block where others have a mix hash."""

EPOCH = 30_000
"""Clique writes the list of its validators into every such block, unless a network says otherwise."""

VANITY, SEAL, ADDRESS = 32, 65, 20
"""Bytes of a Clique header's extra data: before the list, after it, and each of it."""

UNKNOWN_DEPTH = 12
"""Of an engine that is not recognised."""

MOST_DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class Finality:
    """engine: how blocks are agreed on; depth: a block is final when so many came after it, None: when the chain itself
    calls it final; why: for people."""

    engine: Engine
    depth: int | None
    why: str

    @property
    def at_once(self) -> bool:
        """Whether every block is final."""
        return self.depth == 0

    def height(self, chain: Chain, head: int | None = None) -> int:
        """Number of the newest final block, -1 if there is none. head: of the newest block, if it is known."""
        if self.depth is None:
            found = chain.finalized()
            return -1 if found is None else found
        return max(-1, (chain.height() if head is None else head) - self.depth)


AT_ONCE = Finality("development", 0, "the chain has one node, which decides at once")


def parse(text: str) -> int | Literal["auto"] | None:
    """What a coordinator says: `auto`, `finalized` (None), or a depth in blocks. Raises InputError."""
    if text == "auto":
        return "auto"
    if text == "finalized":
        return None
    if text.isascii() and text.isdigit() and int(text) <= MOST_DEPTH:
        return int(text)
    raise InputError(
        f"{text!r} does not say how final blocks are",
        where="--finality",
        hint=f"auto, finalized, or how many blocks must follow: 0 to {MOST_DEPTH}",
    )


def finality(chain: Chain, said: str = "auto") -> Finality:
    """How final the blocks of this chain are. said: by the coordinator, see `parse`. Raises InputError, ChainFault."""
    wish = parse(said)
    if chain.forgets:
        return recognised("anvil", None, None) if wish == "auto" else _told("development", wish)
    head = chain.block(chain.height())
    if head is None:
        raise ChainFault("the chain has no newest block", where="finality", hint="ask again")
    listed = chain.block(head.number - head.number % EPOCH)
    if listed is None or not validators(listed.extra):
        listed = chain.block(0)
    found = recognised(chain.client(), head, listed)
    if wish != "auto":
        return _told(found.engine, wish)
    if found.engine == "unknown" and _finalizes(chain):
        return Finality("finalizing", None, "the chain says itself which blocks are final")
    return found


def recognised(client: str, head: Head | None, listed: Head | None) -> Finality:
    """The engine of a chain, by its program's name, its newest block, and a block that lists Clique's validators."""
    if client.startswith(DEVELOPMENT):
        return AT_ONCE
    if head is not None and head.mix.lower() == ISTANBUL:
        return Finality("bft", 0, "its blocks carry the signatures of more than two thirds of the validators")
    if head is not None and head.difficulty in (1, 2) and len(head.extra) >= VANITY + SEAL:
        count = validators(b"" if listed is None else listed.extra)
        if count:
            depth = count // 2 + 1
            return Finality("clique", depth, f"of its {count} validators {depth} must have sealed upon a block")
    return Finality("unknown", UNKNOWN_DEPTH, f"its way to agree is not known; {UNKNOWN_DEPTH} blocks are waited for")


def validators(extra: bytes) -> int:
    """How many validators a Clique block lists; 0 if it lists none."""
    listed = len(extra) - VANITY - SEAL
    return listed // ADDRESS if listed > 0 and listed % ADDRESS == 0 else 0


def _told(engine: Engine, wish: int | str | None) -> Finality:
    if wish is None:
        return Finality(engine, None, "the chain says itself which blocks are final")
    return Finality(engine, int(wish), f"{wish} blocks must follow a block, as the coordinator says")


def _finalizes(chain: Chain) -> bool:
    """Whether the chain calls any block but the first final."""
    try:
        return bool(chain.finalized())
    except Unreachable:
        raise
    except ChainFault:
        return False
