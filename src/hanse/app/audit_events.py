"""What an auditor replays: all events of one contract, read from the chain itself and not from the read models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hanse.ledger.contracts import Event, contract
from hanse.ledger.index import SPAN

if TYPE_CHECKING:
    from hanse.ledger.store import Ledger


def events(ledger: Ledger, name: str, until: int | None = None) -> Iterator[tuple[Event, int]]:
    """Events of a contract of the league in chain order, each with the time of its block (seconds since 1970; 0 if the
    node does not know it). name: of its artefact; until: the last block that counts, None for the newest. Raises
    ChainFault."""
    chain, code = ledger.chain, contract(name)
    height = chain.height() if until is None else until
    address = ledger.league.addresses.by_contract()[name]
    times: dict[int, int] = {}
    for first in range(0, height + 1, SPAN):
        for log in chain.logs((address,), first, min(first + SPAN - 1, height)):
            event = code.event(log)
            if event is None:
                continue
            if log.block not in times:
                head = chain.block(log.block)
                times[log.block] = 0 if head is None else head.timestamp
            yield event, times[log.block]
