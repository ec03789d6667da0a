"""Asks validators how they are, all at the same moment, and twice, so that one sees whether they go on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3

from hanse.errors import ChainFault
from hanse.ledger.chain import Unreachable
from hanse.ledger.rpc import RpcChain
from hanse.network.rules import rules_of
from hanse.network.sealers import sealer

ANSWER_SECONDS = 10.0
LOOK_BACK = 40
"""So many of the newest blocks are compared."""

FIRST = ("timestamp", "extraData", "gasLimit", "mixHash")
"""What is compared of the first block; its hash besides."""


@dataclass(frozen=True, slots=True)
class Node:
    """What one node said. fault: why it said nothing. peers: how many others it is connected with, None if it does not
    tell. height: of its newest block, later: the same after the wait. timestamp: of its newest block; base_fee: wei per
    gas. blocks: hash of each of the newest by number, sealers: who made it. rules: the newest it follows. ahead:
    seconds by which its clock is before ours, None if it does not tell."""

    name: str
    url: str
    fault: str = ""
    chain_id: int = 0
    client: str = ""
    peers: int | None = None
    height: int = 0
    later: int = 0
    timestamp: int = 0
    base_fee: int | None = None
    first: dict[str, str] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    sealers: dict[int, str | None] = field(default_factory=dict)
    rules: str | None = None
    ahead: float | None = None


def probe(nodes: Sequence[tuple[str, str]], wait: float) -> tuple[Node, ...]:
    """How each is. nodes: name and URL of each. wait: seconds between the two looks. Raises InputError for no URL."""
    chains = [RpcChain(url, answer_seconds=ANSWER_SECONDS) for _, url in nodes]
    with ThreadPoolExecutor(max_workers=max(1, len(nodes))) as pool:
        names = [(name, chain.name) for (name, _), chain in zip(nodes, chains, strict=True)]
        seen = list(pool.map(_look, names, chains))
        if any(not node.fault for node in seen):
            time.sleep(wait)
        return tuple(pool.map(_look_again, seen, chains))


def _look(name: tuple[str, str], chain: RpcChain) -> Node:
    node = Node(*name)
    try:
        height = chain.height()
        told = {number: _fields(chain, number) for number in range(max(1, height - LOOK_BACK + 1), height + 1)}
        first, head = _fields(chain, 0), _fields(chain, height)
        fee = head.get("baseFeePerGas")
        return replace(
            node,
            chain_id=chain.chain_id(),
            client=chain.client(),
            peers=_peers(chain),
            height=height,
            later=height,
            timestamp=int(head["timestamp"], 16),
            base_fee=None if fee is None else int(fee, 16),
            first={name: str(first.get(name)) for name in (*FIRST, "hash")},
            blocks={number: str(block["hash"]) for number, block in told.items()},
            sealers={number: sealer(block) for number, block in told.items()},
            rules=rules_of(chain),
            ahead=_ahead(chain.url),
        )
    except ChainFault as fault:
        return replace(node, fault=fault.message)


def _look_again(node: Node, chain: RpcChain) -> Node:
    if node.fault:
        return node
    try:
        return replace(node, later=chain.height())
    except ChainFault as fault:
        return replace(node, fault=fault.message)


def _peers(chain: RpcChain) -> int | None:
    try:
        return chain.peers()
    except Unreachable:
        raise
    except ChainFault:
        return None


def _fields(chain: RpcChain, number: int) -> dict[str, Any]:
    found = chain.block_fields(number)
    if found is None:  # it turned while we looked; the next look is another one
        raise ChainFault(f"the node at {chain.name} lost block {number} while it was asked", hint="ask again")
    return found


def _ahead(url: str) -> float | None:
    """By how much a node's clock is ahead of ours: some programs say the second with each answer."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    begun = time.time()
    try:
        answer = urllib3.request("POST", url, json=body, timeout=ANSWER_SECONDS, retries=False)
        told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (urllib3.exceptions.HTTPError, KeyError, ValueError, TypeError):
        return None
    # It told a whole second, anywhere in which it may have been.
    early, late = told - time.time(), told + 1 - begun
    return early if early > 0 else late if late < 0 else 0.0
