"""What the validators' answers mean, and what to do: pure, from answers to findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import rlp  # type: ignore[import-untyped]
from eth_utils.address import to_checksum_address

from hanse.network.genesis import SEAL, VANITY
from hanse.network.probe import FIRST, Node
from hanse.network.rules import NEEDED, RULES
from hanse.network.sites import Engine

Weight = Literal["good", "note", "wrong"]

BEHIND = 5
"""Blocks by which a node may be behind the others while a block travels."""

CLOCK_SECONDS = 2.0
"""Clocks may differ by so much: blocks of a second are refused by whoever thinks them from the future."""

CLOCK_FIRST = "set the clocks right first (see clock): blocks from the future are refused"
"""Where blocks are missing and clocks are wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. where: a validator's name, or all. next: what to do, if it is not good."""

    weight: Weight
    about: str
    where: str
    message: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a network should be. engine: None if it cannot be told. validators: name by address. first: fields of the
    first block; period: seconds between blocks."""

    engine: Engine | None
    validators: dict[str, str]
    chain_id: int | None = None
    period: int | None = None
    first: dict[str, str] = field(default_factory=dict)

    @property
    def away(self) -> int:
        """How many validators may be away, and blocks are made all the same."""
        count = len(self.validators)
        return (count - 1) // 2 if self.engine == "geth-clique" else max(0, count - 1) // 3

    @property
    def depth(self) -> int:
        """So many blocks above a block make it final."""
        return len(self.validators) // 2 + 1 if self.engine == "geth-clique" else 0


def expected_of(network: dict[str, Any]) -> Expected:
    """From network.json."""
    validators = {one["address"]: one["name"] for one in network["validators"]}
    return Expected(network["engine"], validators, network["chain_id"], network["period"], network["first"])


def guessed(nodes: Sequence[Node]) -> Expected:
    """From what most nodes have as their first block, where nobody says what it should be."""
    told = Counter(node.first["extraData"] for node in nodes if not node.fault)
    if not told:
        return Expected(None, {})
    extra = bytes.fromhex(told.most_common(1)[0][0].removeprefix("0x"))
    body = extra[len(VANITY) : -len(SEAL)]
    if body and len(body) % 20 == 0 and extra[-len(SEAL) :] == SEAL:
        return Expected("geth-clique", _named([body[at : at + 20] for at in range(0, len(body), 20)]))
    try:
        _, validators, *_ = rlp.decode(extra)
        return Expected("besu-qbft", _named(validators))
    except (rlp.exceptions.RLPException, ValueError, TypeError):
        return Expected(None, {})


def judge(nodes: Sequence[Node], expected: Expected, waited: float) -> tuple[Finding, ...]:
    """Everything there is to say, the good included. waited: seconds between the two looks at each node."""
    alive = [node for node in nodes if not node.fault]
    found = [*_silent(nodes)]
    if alive:
        for look in (_same_chain, _first_blocks, _rules, _peers, _fork, _sealers, _clocks, _fees, _clients):
            found += look(alive, expected)
        found += _heads(alive, expected, waited)
    return tuple(found)


def _silent(nodes: Sequence[Node]) -> Iterable[Finding]:
    for node in nodes:
        if node.fault:
            yield Finding(
                "wrong", "answer", node.name, node.fault,
                "is it running (systemctl status hanse-validator, docker compose ps)? is its port open to here?",
            )  # fmt: skip


def _same_chain(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    wanted = expected.chain_id if expected.chain_id is not None else _most(nodes, lambda node: node.chain_id)
    others = [node for node in nodes if node.chain_id != wanted]
    for node in others:
        yield Finding(
            "wrong", "chain", node.name, f"it is on chain {node.chain_id}, not on {wanted}",
            "it runs with another genesis.json, or another program listens at this address",
        )  # fmt: skip
    if not others:
        yield Finding("good", "chain", "all", f"chain {wanted}")


def _first_blocks(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    most = _most(nodes, lambda node: node.first["hash"])
    good = True
    for node in nodes:
        wrong = [name for name in FIRST if name in expected.first and node.first[name] != expected.first[name]]
        if node.first["hash"] != most and not wrong:
            wrong = ["hash"]
        if wrong:
            good = False
            yield Finding(
                "wrong", "first block", node.name, f"its first block is another one ({', '.join(wrong)})",
                "stop it, give it the genesis.json of the others, empty its chain's directory, start it again",
            )  # fmt: skip
    if good:
        yield Finding("good", "first block", "all", f"{most[:10]}… for all")


def _rules(nodes: Sequence[Node], _: Expected) -> Iterable[Finding]:
    least = RULES.index(NEEDED)
    most = _most(nodes, lambda node: node.rules)
    good = True
    for node in nodes:
        if node.rules is None or RULES.index(node.rules) < least:
            good = False
            yield Finding(
                "wrong", "rules", node.name, "it follows rules that are too old for the league's contracts",
                f"a network for Hanse follows {NEEDED} or newer from its first block: make it with hanse network init",
            )  # fmt: skip
        elif node.rules != most:
            good = False
            yield Finding(
                "wrong", "rules", node.name, f"it follows the rules {node.rules}, most others {most}",
                "all validators need one genesis.json and one version of their program",
            )  # fmt: skip
    if good:
        yield Finding("good", "rules", "all", f"{most} for all")


def _peers(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    others = max(0, len(expected.validators) - 1)
    for node in nodes:
        if node.peers is None:
            yield Finding("note", "peers", node.name, "it does not tell with whom it is connected", "look at its log")
        elif others and node.peers == 0:
            yield Finding(
                "wrong", "peers", node.name, "it is connected with nobody",
                "is port 30303 open between the validators, TCP and UDP? are their addresses as in its list?",
            )  # fmt: skip
        elif node.peers < others:
            yield Finding(
                "note", "peers", node.name, f"it is connected with {node.peers} of {others} others",
                "the missing ones are stopped, or port 30303 is closed between them",
            )  # fmt: skip
    if all(node.peers is not None and node.peers >= others for node in nodes):
        yield Finding("good", "peers", "all", f"each is connected with {others} others or more")


def _heads(nodes: Sequence[Node], expected: Expected, waited: float) -> Iterable[Finding]:
    best = max(node.later for node in nodes)
    if all(node.later == node.height for node in nodes):
        need = len(expected.validators) - expected.away
        start = "start the validators that are away"
        if need:
            start = f"blocks need {need} of {len(expected.validators)} validators that run and see each other: {start}"
        yield Finding(
            "wrong", "blocks", "all", f"no new block in {waited:.0f} seconds, {best} is the newest",
            CLOCK_FIRST if any(map(_wrong_clock, nodes)) else start,
        )  # fmt: skip
    else:
        yield Finding("good", "blocks", "all", f"block {best}, and new ones come")
    for node in nodes:
        if best - node.later > BEHIND:
            yield Finding(
                "wrong", "blocks", node.name, f"it is {best - node.later} blocks behind",
                CLOCK_FIRST if _wrong_clock(node)
                else "if its height grows, wait; otherwise read its log and start it again",
            )  # fmt: skip


def _fork(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    newest = min(node.height for node in nodes)
    common = sorted(set.intersection(*(set(node.blocks) for node in nodes)))
    differ = [number for number in common if len({node.blocks[number] for node in nodes}) > 1]
    final = [number for number in differ if number <= newest - expected.depth]
    if final or (nodes and not common and newest > 0 and len(nodes) > 1 and _far_apart(nodes)):
        at = final[0] if final else newest
        yield Finding(
            "wrong", "fork", "all", f"the validators have different blocks at {at}, which should be final",
            "two halves went on apart: reconnect them; if they stay apart, empty the chain of the smaller half",
        )  # fmt: skip
    elif differ:
        yield Finding(
            "note", "fork", "all", f"the validators differ about block {differ[0]}, which is not final yet",
            "ask again in a moment: the newest blocks of Clique may yet turn",
        )  # fmt: skip
    else:
        yield Finding("good", "fork", "all", "the validators have the same blocks")
    if expected.engine == "geth-clique":
        yield Finding("good", "finality", "all", f"a block is final when {expected.depth} are above it")
    elif expected.engine == "besu-qbft":
        yield Finding("good", "finality", "all", "a block is final at once")
    else:
        yield Finding("note", "finality", "all", "this is neither QBFT nor Clique: ask who runs it what is final")


def _far_apart(nodes: Sequence[Node]) -> bool:
    """Whether they share no block of those looked at although their heights are near."""
    return max(node.height for node in nodes) - min(node.height for node in nodes) <= BEHIND


def _sealers(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    best = max(nodes, key=lambda node: node.height)
    made = set(best.sealers.values())
    # Each makes one in turn; a turn or two may go to others.
    if len(best.sealers) < 3 * len(expected.validators) or not expected.validators or None in made:
        return
    idle = [name for address, name in expected.validators.items() if address not in made]
    turned = {node.name for node in nodes if _wrong_clock(node)}
    for name in idle:
        spare = expected.away - len(idle)
        yield Finding(
            "wrong" if spare <= 0 else "note", "validators", name,
            f"it made none of the last {len(best.sealers)} blocks"
            + ("; if one more is away, there are no blocks" if spare == 0 else ""),
            CLOCK_FIRST if name in turned
            else "start it, and look at its log: does it hold the key of its address, does it see its peers?",
        )  # fmt: skip
    if not idle:
        yield Finding("good", "validators", "all", f"all {len(expected.validators)} make blocks")


def _clocks(nodes: Sequence[Node], _: Expected) -> Iterable[Finding]:
    told = [node for node in nodes if node.ahead is not None]
    wrong = [node for node in told if _wrong_clock(node)]
    for node in wrong:
        ahead = node.ahead or 0
        yield Finding(
            "wrong", "clock", node.name, f"its clock is {abs(ahead):.0f} s {'before' if ahead > 0 else 'behind'} ours",
            "set both by the network's time (chrony, systemd-timesyncd); windows of rounds and offers end by it",
        )  # fmt: skip
    if told and not wrong:
        yield Finding("good", "clock", "all", "clocks agree with ours")
    if not told:
        yield Finding("note", "clock", "all", "the nodes do not tell their time", "compare it on each: timedatectl")


def _wrong_clock(node: Node) -> bool:
    """Whether it differs from ours by more than it may."""
    return abs(node.ahead or 0) > CLOCK_SECONDS


def _fees(nodes: Sequence[Node], _: Expected) -> Iterable[Finding]:
    most = max((node.base_fee or 0 for node in nodes), default=0)
    if most:
        yield Finding(
            "note", "fee", "all", f"gas costs {most} wei",
            "put the key of an account with coins into HANSE_FUNDER_KEY; in Clique a fee that once rose stays",
        )  # fmt: skip
    else:
        yield Finding("good", "fee", "all", "gas is free")


def _clients(nodes: Sequence[Node], expected: Expected) -> Iterable[Finding]:
    versions = {node.client for node in nodes}
    if len(versions) > 1:
        yield Finding(
            "note", "program", "all", f"they run {len(versions)} versions: {', '.join(sorted(versions))}",
            "bring them to one, one after another, never more than one away",
        )  # fmt: skip
    for node in nodes:
        if expected.engine == "geth-clique" and _too_new(node.client):
            yield Finding(
                "wrong", "program", node.name, f"{node.client} does not seal Clique any more",
                "go-ethereum 1.13.15 is the last that does",
            )  # fmt: skip


def _too_new(client: str) -> bool:
    parts = client.lower().removeprefix("geth/v").partition("-")[0].split(".")
    try:
        return client.lower().startswith("geth/v") and (int(parts[0]), int(parts[1])) >= (1, 14)
    except (ValueError, IndexError):
        return False


def _named(validators: Sequence[bytes]) -> dict[str, str]:
    addresses = [str(to_checksum_address(one)) for one in validators]
    return {address: address for address in addresses}


def _most(nodes: Sequence[Node], what: Callable[[Node], Any]) -> Any:
    return Counter(map(what, nodes)).most_common(1)[0][0]
