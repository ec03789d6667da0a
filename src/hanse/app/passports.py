"""Passports of delivered products, from an open ledger: which records are an order's, and what they name."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hanse.errors import EvidenceError, HanseError, InputError
from hanse.ledger.contracts import Event, contract
from hanse.ledger.league import hash_text
from hanse.ledger.rpc import RpcChain
from hanse.model.canonical import canonical
from hanse.rights import life
from hanse.rights.passport import PARTS, draft
from hanse.rights.trail import prove

if TYPE_CHECKING:
    from pathlib import Path

    from hanse.ledger.content import ContentStore
    from hanse.ledger.store import Ledger
    from hanse.rights.passport import Verdict

SPAN = 2_000
"""Blocks per question."""

DOCUMENTS = {
    "specification": "hanse-order/1",
    "plans": "hanse-product/1",
    "metadata": "hanse-member/1",
    "evidence": "hanse-delivery/1",
    "root": "hanse-life/1",
}
"""What a passport takes along, by the word of the record that names it, and the deal (`hanse-deal/1`); drawings, prices
and problems it names by hash only."""

Json = dict[str, Any]


def make(
    chain: RpcChain, contracts: Mapping[str, str], content: ContentStore, order: int, withheld: Container[str] = ()
) -> Json:
    """The passport of an order, to be signed. contracts: addresses by name; withheld: documents it does not take along,
    by hash. Raises EvidenceError if it was not agreed on, ChainFault."""
    told = list(_events(chain, contracts))
    chosen = _of(told, order)
    proof = prove(chain, {(event.log.block, event.log.transaction) for event in chosen})
    newest = chain.block(max(event.log.block for event in chosen))
    if newest is None:
        raise EvidenceError("the chain has just lost a block of this order", where=f"order {order}", hint="run again")
    return draft(chain.chain_id(), contracts, order, proof, newest.hash, _documents(chosen, order, content, withheld))


def turn(order: int, kind: str, words: str, materials: Iterable[str]) -> life.Turn:
    """A turn of a product's life as somebody typed it. materials: each `name=grams`. Raises InputError."""
    found: dict[str, int] = {}
    for one in materials:
        name, mark, grams = one.partition("=")
        if not mark or not grams.strip().isascii() or not grams.strip().isdigit() or name.strip() in found:
            raise InputError(
                f"{one[:80]!r} is no material", where="material", hint="each once, as steel=1200, in grams"
            )
        found[name.strip()] = int(grams.strip()[:16])
    return life.Turn(order, kind, words, found)  # type: ignore[arg-type]


def record_turn(ledger: Ledger, role: str, said: life.Turn) -> tuple[int, str]:
    """Anchors it by the key of a role; returns its number there, and the hash of its document. Saying exactly the same
    as the last time does nothing. Raises InputError for somebody whom no passport would list."""
    league, topic, by = ledger.league, life.topic(said.order), ledger.league.address(role)
    index = ledger.sync()
    row = next((one for one in index.orders() if one.number == said.order), None)
    if row is None:
        raise InputError(f"there is no order {said.order}", where="order")
    makers = {
        one.member for deal in index.agreements() if deal.deal.order == said.order for one in deal.deal.milestones
    }
    certified = any(one.address == by and one.certified for one in index.members())
    if by != row.customer and by not in makers and not certified:
        raise InputError(
            "no passport would list it",
            where=role,
            hint="its customer, its makers and certified members say such things",
        )
    own = [one for one in index.anchors() if (one.account, one.topic) == (by, hash_text(topic))]
    name = ledger.content.put(said.document())
    number = 1 + max((one.number for one in own), default=0)
    if own and own[-1].root == name:
        return number - 1, name
    root = bytes.fromhex(name[2:])
    league.send(f"life/{said.order}/{by}/{number}", role, "Anchors", "anchor", topic, number, root).wait()
    return number, name


def read(path: Path) -> Any:
    """A passport from a file. Raises InputError."""
    from hanse.rights.passport import MOST_BYTES

    if not path.is_file():
        raise InputError("there is no such file", where=str(path))
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"a passport has at most {MOST_BYTES:,} bytes", where=str(path))
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise InputError("this is no JSON", where=str(path), hint="hanse passport make writes passports") from None


def told(verdict: Verdict) -> Json:
    """A verdict for programs."""
    return {
        "order": verdict.order,
        "issuer": verdict.issuer,
        "block": verdict.head[0],
        "hash": verdict.head[1],
        "records": verdict.records,
        "statement": verdict.statement,
    }


def _events(chain: RpcChain, contracts: Mapping[str, str]) -> Iterator[Event]:
    names = {contracts[name]: name for name in PARTS}
    height = chain.height()
    for first in range(0, height + 1, SPAN):
        for log in chain.logs(tuple(names), first, min(first + SPAN - 1, height)):
            event = contract(names[log.address]).event(log)
            if event is not None:
                yield event


def _of(told: list[Event], order: int) -> list[Event]:
    """Those that the statement about an order is made of."""
    placed = [one for one in told if one.name == "Placed" and one.values["order"] == order]
    active = {
        one.values["agreement"]: one for one in told if one.contract == "Settlement" and one.name == "Begun"
        if one.values["order"] == order
    }  # fmt: skip
    if not placed or not active:
        raise EvidenceError(
            "this order has no agreement in force", where=f"order {order}", hint="a passport is of what was agreed"
        )
    deal = [one for one in told if one.name == "Proposed" and one.values["agreement"] in active]
    members = {milestone[0] for one in deal for milestone in one.values["deal"][-1]}
    designs = {
        design
        for one in told
        if one.contract == "Designs" and one.name in ("Used", "Paid") and one.values["order"] == order
        for design in [one.values["design"]]
    }
    certified = {one.values["member"] for one in told if one.contract == "MemberRegistry" and one.name == "Certified"}
    may = certified | members | {placed[0].values["customer"]}
    lived = [one for one in told if one.contract == "Anchors" and one.values.get("topic") == life.topic(order)]
    lived = [one for one in lived if one.name == "Anchored" and one.values["account"] in may]
    keepers = {one.values["account"] for one in lived}
    last = max(one.log.block for one in told if one.contract == "Settlement" and one.values.get("agreement") in active)

    def belongs(one: Event) -> bool:
        its = one.values
        match one.contract:
            case "MemberRegistry":
                return its.get("member") in members | keepers
            case "ProductCatalogue":
                return one.name == "Added" and its["product"] == placed[0].values["product"]
            case "OrderBook":
                return its.get("order") == order
            case "Blocks":
                return one.name == "Appended" and order in its["orders"]
            case "Agreements":
                return its.get("agreement") in active
            case "Settlement":
                return its.get("agreement") in active
            case "Anchors":
                during = its["account"] in members and placed[0].log.block <= one.log.block <= last
                return one in lived or during
        return its.get("order") == order or its.get("design") in designs

    return [one for one in told if belongs(one)]


def _documents(chosen: list[Event], order: int, content: ContentStore, withheld: Container[str]) -> Json:
    """Documents that records name, and that we have. Deals and deliveries say of which order they are: whoever names
    another's in a record of its own must not read it here."""
    found: Json = {}
    for one in chosen:
        for value, kind in _hashes(one):
            if value in withheld:
                continue
            try:
                document = json.loads(content.get(value)) if content.has(value) else None
            except (HanseError, ValueError, RecursionError):
                continue  # a damaged copy, or no document: the passport names its hash
            if not isinstance(document, dict) or document.get("format") != kind:
                continue
            its = kind not in ("hanse-deal/1", "hanse-delivery/1", "hanse-life/1") or document.get("order") == order
            if its and canonical(document) == content.get(value):
                found[value] = document
    return found


def _hashes(event: Event) -> Iterator[tuple[str, str]]:
    """What a record names, and the format it has to have."""
    for name, kind in DOCUMENTS.items():
        if isinstance(event.values.get(name), bytes) and len(event.values[name]) == 32:
            yield hash_text(event.values[name]), kind
    if event.name == "Proposed":
        yield hash_text(event.values["deal"][1]), "hanse-deal/1"
