"""A product's passport: every step, machine, reading, credential and design of one order, as the chain tells it.

The statement is a function of proven records and of documents that these name by hash, and of nothing else. A reader
makes it again from the records and compares: so a claim that no record bears out is found out, whoever has signed. Each
claim names its record, `block/transaction/log`.

What it cannot show is what is left out: a credential may have been revoked since. That is asked online.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hanse.errors import EvidenceError, InputError
from hanse.ledger.contracts import Event, contract
from hanse.ledger.deal import Deal, deal_of_words
from hanse.ledger.league import hash_text
from hanse.ledger.settlement import ENDINGS, UNRATED
from hanse.ledger.signing import sign_typed
from hanse.model.canonical import canonical, digest
from hanse.rights import life
from hanse.rights.proof import Record, verify
from hanse.rights.sealing import Realm

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

FORMAT = "hanse-passport/1"
PARTS = (
    "MemberRegistry", "ProductCatalogue", "OrderBook", "Blocks", "Agreements", "Settlement", "Anchors", "Designs",
)  # fmt: skip
"""Contracts whose records a passport is made of."""

MOST_BYTES, MOST_DOCUMENTS = 64_000_000, 500

_SIGNED = {
    "Passport": [
        {"name": "order", "type": "uint64"},
        {"name": "statement", "type": "bytes32"},
        {"name": "proof", "type": "bytes32"},
    ]
}

Json = dict[str, Any]
Told = tuple[Record, Event]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A passport that holds. issuer: the account that signed it; statement: what it says, made again from the records;
    head: number and hash of the newest block shown; records: how many bear it out."""

    order: int
    issuer: str
    statement: Json
    head: tuple[int, str]
    records: int


def draft(chain_id: int, contracts: Mapping[str, str], order: int, proof: Json, known: str, documents: Json) -> Json:
    """A passport that nobody has signed yet. contracts: addresses by name; proof: of all records it rests
    on; known: hash of its newest block; documents: by hash, as JSON. Raises EvidenceError if the
    records are not those of an order that was agreed on."""
    shown = verify(proof, {known})
    return {
        "format": FORMAT,
        "order": order,
        "league": {"chain_id": chain_id, "contracts": {name: contracts[name] for name in PARTS}},
        "statement": statement(order, contracts, shown.records, documents),
        "documents": documents,
        "proof": proof,
    }


def signed(passport: Json, account: LocalAccount) -> Json:
    """A draft, with the signature of whoever vouches for it."""
    return with_signature(
        passport, str(account.address), sign_typed(account, _domain(passport), _SIGNED, _message(passport))
    )


def with_signature(passport: Json, by: str, signature: bytes) -> Json:
    """A draft, with a signature made elsewhere over `to_sign`. Raises EvidenceError if it is not this account's."""
    whole = passport | {"signature": {"by": by, "bytes": "0x" + signature.hex()}}
    _issuer(whole)
    return whole


def to_sign(passport: Json) -> Json:
    """What a wallet shows and signs (EIP-712)."""
    domain = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]
    types = {"EIP712Domain": [{"name": name, "type": kind} for name, kind in domain], **_SIGNED}
    return {"types": types, "primaryType": "Passport", "domain": _domain(passport), "message": _said(passport)}


def check(passport: Any, known: Collection[str], contracts: Mapping[str, str] | None = None) -> Verdict:
    """What a passport shows. known: hashes of blocks; contracts: of the league that it should be of, None to take its
    word and look at them. Raises InputError if it is no passport, EvidenceError if any of it does not hold."""
    named = _form(passport)
    if contracts is not None:
        for name in PARTS:
            if named[name] != contracts.get(name):
                raise EvidenceError("this passport is of another league", where=f"{name} at {named[name]}")
    for name, document in passport["documents"].items():
        if digest(canonical(document)) != name:
            raise EvidenceError("a document is not the one that its hash names", where=name)
    shown = verify(passport["proof"], known)
    if shown.unknown:
        raise EvidenceError(
            f"{len(shown.unknown)} blocks of it are not known to you",
            where=f"block {shown.unknown[0]}",
            hint="give the hash of each with --known, from any node of the chain",
        )
    true = statement(passport["order"], named, shown.records, passport["documents"])
    if true != passport["statement"]:
        raise EvidenceError(
            "it claims what the chain's records do not say", where=_difference(passport["statement"], true)
        )
    return Verdict(passport["order"], _issuer(passport), true, shown.head, len(shown.records))


def statement(order: int, contracts: Mapping[str, str], records: Iterable[Record], documents: Json) -> Json:
    """What records say of an order. Raises EvidenceError if it was not agreed on among them."""
    told = list(_events(contracts, records))
    placed = _one(told, "OrderBook", "Placed", order=order)
    number, deal = _agreed(told, order)
    product = _one(told, "ProductCatalogue", "Added", product=placed[1].values["product"])
    members = list(dict.fromkeys(one.member for one in deal.milestones))
    lived = _life(told, order, deal, documents)
    later = {name for one in lived for name in one["records"]}
    span = placed[0].time, max(record.time for record, _ in told if record.name not in later)
    found = {
        "product": {
            "name": documents.get(hash_text(product[1].values["plans"]), {}).get("name", ""),
            "quantity": placed[1].values["quantity"],
            "customer": placed[1].values["customer"],
            "specification": hash_text(placed[1].values["specification"]),
            "ordered": placed[0].time,
            "records": [placed[0].name, product[0].name],
        },
        "plan": _plan(told, order, deal),
        "agreement": number,
        "steps": [_step(told, number, at, deal, documents) for at in range(len(deal.milestones))],
        "credentials": [_credential(told, member, documents) for member in members],
        "readings": [_reading(one) for one in _all(told, "Anchors", "Anchored") if _during(one, members, span, order)],
        "designs": [_design(told, one) for one in _all(told, "Designs", "Used", order=order)],
    }
    return found | ({"life": lived} if lived else {})  # passports from before there was any stay what they are


# --- parts of the statement -------------------------------------------------------------------------------------


def _agreed(told: list[Told], order: int) -> tuple[int, Deal]:
    """The agreement that came into force for an order."""
    for _, event in _all(told, "Agreements", "Activated"):
        for _, proposed in _all(told, "Agreements", "Proposed", agreement=event.values["agreement"]):
            deal = deal_of_words(proposed.values["deal"])
            if deal.order == order and deal.digest(event.values["agreement"]) == event.values["digest"]:
                return int(event.values["agreement"]), deal
    raise EvidenceError("no agreement about this order is among the records", where=f"order {order}")


def _plan(told: list[Told], order: int, deal: Deal) -> Json:
    for record, event in _all(told, "Blocks", "Appended"):
        _, problem, plan, *_ = event.values["plan"]
        if order in event.values["orders"] and hash_text(plan) == deal.plan:
            said = {"block": event.values["number"], "problem": hash_text(problem), "plan": deal.plan}
            return said | {"planned": record.time, "records": [record.name]}
    raise EvidenceError("the plan of this order is not among the records", where=f"order {order}")


def _step(told: list[Told], agreement: int, at: int, deal: Deal, documents: Json) -> Json:
    """A piece of work: who, what on which machines, when, and how it ended."""
    milestone = deal.milestones[at]
    found: Json = {"member": milestone.member, "work": _work(documents.get(deal.document, {}), milestone.operations)}
    found |= {"due": milestone.due, "started": None, "delivered": None, "evidence": None, "ended": None}
    found |= {"ending": None, "disputed": None, "share": None, "late": None, "rating": None, "records": []}
    for record, event in told:
        if event.contract != "Settlement" or event.values.get("agreement") != agreement:
            continue
        if event.values.get("milestone") != at:
            continue
        found["records"].append(record.name)
        if event.name == "Started":
            found["started"] = record.time
        elif event.name == "Delivered":
            found |= {"delivered": record.time, "evidence": hash_text(event.values["evidence"])}
        elif event.name == "Settled":
            its = event.values
            found |= {"ended": its["time"], "ending": ENDINGS[its["ending"]], "disputed": its["disputed"]}
            rating = None if its["rating"] == UNRATED else its["rating"]
            found |= {"share": its["share"], "late": its["lateness"], "rating": rating}
    return found


def _work(document: Json, operations: str) -> list[list[str]]:
    """Operations and machines of a piece of work, if the document that the deal names is here: the piece whose hash the
    deal has."""
    for piece in document.get("work", []) if document.get("format") == "hanse-deal/1" else []:
        if digest(canonical(piece.get("operations"))) == operations:
            return [list(map(str, place)) for place in piece["operations"]]
    return []


def _credential(told: list[Told], member: str, documents: Json) -> Json:
    """What the league's notary last said of a member, as far as it is among the records."""
    registered = _one(told, "MemberRegistry", "Registered", member=member)
    found: Json = {"member": member, "name": "", "services": [], "certified": None, "notary": None}
    found |= {"revoked": None, "records": [registered[0].name]}
    for record, event in told:
        if event.contract != "MemberRegistry" or event.values.get("member") != member:
            continue
        if event.name == "Certified":
            profile = documents.get(hash_text(event.values["metadata"]), {})
            found |= {"name": profile.get("name", ""), "services": profile.get("services", []), "revoked": None}
            found |= {"certified": record.time, "notary": event.values["notary"]}
            found["records"].append(record.name)
        elif event.name in ("Revoked", "Updated") and found["certified"] is not None:
            found |= {"revoked": record.time}
            found["records"].append(record.name)
    return found


def _reading(one: Told) -> Json:
    record, event = one
    its = event.values
    said = {"member": its["account"], "topic": hash_text(its["topic"]), "number": its["number"]}
    return said | {"root": hash_text(its["root"]), "anchored": record.time, "records": [record.name]}


def _during(one: Told, members: list[str], span: tuple[int, int], order: int) -> bool:
    its = one[1].values
    return its["account"] in members and its["topic"] != life.topic(order) and span[0] <= one[0].time <= span[1]


def _life(told: list[Told], order: int, deal: Deal, documents: Json) -> list[Json]:
    """What became of the product, as far as the customer, its makers, or members certified at the time said it."""
    makers, found = {one.member for one in deal.milestones}, []
    for record, event in _all(told, "Anchors", "Anchored", topic=life.topic(order)):
        by = event.values["account"]
        said_as = "customer" if by == deal.customer else "maker" if by in makers else _certificate(told, by, record)
        if not said_as:
            continue
        name = hash_text(event.values["root"])
        turn = life.read(documents.get(name), order)
        said: Json = {"by": by, "as": "certified" if said_as not in ("customer", "maker") else said_as}
        said |= {"kind": turn.kind if turn else "", "words": turn.words if turn else ""}
        said |= {"materials": dict(turn.materials) if turn else {}, "document": name, "time": record.time}
        proof = [record.name] if said["as"] != "certified" else [said_as, record.name]
        found.append(said | {"records": proof})
    return found


def _certificate(told: list[Told], member: str, at: Record) -> str:
    """The record of the certificate that a member held when a record was made; empty for none."""
    held = ""
    for record, event in told:
        if record is at:
            break
        if event.contract == "MemberRegistry" and event.values.get("member") == member:
            held = record.name if event.name == "Certified" else ""
    return held


def _design(told: list[Told], used: Told) -> Json:
    design = used[1].values["design"]
    registered = _one(told, "Designs", "Registered", design=design)
    owner, _, licence, pieces, *_ = used[1].values["its"]
    said = {"design": hash_text(design), "author": registered[1].values["author"], "registered": registered[0].time}
    return said | {"owner": owner, "licence": licence, "pieces": pieces, "records": [registered[0].name, used[0].name]}


# --- inside -----------------------------------------------------------------------------------------------------


def _events(contracts: Mapping[str, str], records: Iterable[Record]) -> Iterator[Told]:
    names = {contracts[name]: name for name in PARTS}
    for record in records:
        name = names.get(record.log.address)
        event = None if name is None else contract(name).event(record.log)
        if event is not None:
            yield record, event


def _all(told: list[Told], name: str, event: str, **wanted: Any) -> list[Told]:
    return [
        one
        for one in told
        if (one[1].contract, one[1].name) == (name, event)
        and all(one[1].values[key] == value for key, value in wanted.items())
    ]


def _one(told: list[Told], name: str, event: str, **wanted: Any) -> Told:
    found = _all(told, name, event, **wanted)
    if not found:
        said = ", ".join(f"{key} {hash_text(v) if isinstance(v, bytes) else v}" for key, v in wanted.items())
        raise EvidenceError("a record is missing", where=f"{name}.{event}, {said}")
    return found[-1]


def _form(passport: Any) -> dict[str, str]:
    """Addresses by name, of something that looks like a passport."""
    if not isinstance(passport, dict) or passport.get("format") != FORMAT:
        raise InputError("this is no passport", where="passport", hint="hanse passport make ORDER makes one")
    try:
        named = {name: str(passport["league"]["contracts"][name]) for name in PARTS}
        number, documents = passport["order"], passport["documents"]
        good = type(number) is int and 0 < number < 2**63 and type(passport["league"]["chain_id"]) is int
        good = good and isinstance(passport["statement"], dict) and isinstance(passport["proof"], dict)
        good = good and isinstance(documents, dict) and len(documents) <= MOST_DOCUMENTS
        good = good and all(isinstance(one, dict) for one in documents.values())
        good = good and isinstance(passport["signature"]["by"], str) and isinstance(passport["signature"]["bytes"], str)
        canonical(passport)  # or its hashes cannot be compared
    except (KeyError, TypeError, ValueError, RecursionError):
        good = False
    if not good:
        raise InputError("a part of the passport is missing or of another form", where="passport")
    return named


def _domain(passport: Json) -> dict[str, Any]:
    league = passport["league"]
    return Realm(league["chain_id"], league["contracts"]["Designs"]).domain()


def _said(passport: Json) -> Json:
    return {
        "order": passport["order"],
        "statement": digest(canonical(passport["statement"])),
        "proof": digest(canonical(passport["proof"])),
    }


def _message(passport: Json) -> Json:
    return {name: bytes.fromhex(v[2:]) if isinstance(v, str) else v for name, v in _said(passport).items()}


def _issuer(passport: Json) -> str:
    """Who signed. Raises EvidenceError unless it is who it says."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    try:
        signable = encode_typed_data(_domain(passport), _SIGNED, _message(passport))
        signer = str(Account.recover_message(signable, signature=passport["signature"]["bytes"]))
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
        signer = ""
    if signer != passport["signature"]["by"]:
        raise EvidenceError("this passport is not signed by whom it names", where=str(passport["signature"]["by"])[:80])
    return signer


def _difference(said: Any, true: Any, where: str = "statement") -> str:
    """The first place where two values differ."""
    if isinstance(said, dict) and isinstance(true, dict):
        for name in sorted({*said, *true}):
            if said.get(name) != true.get(name):
                return _difference(said.get(name), true.get(name), f"{where}, {name}")
    if isinstance(said, list) and isinstance(true, list) and len(said) == len(true):
        for at, (one, other) in enumerate(zip(said, true, strict=True)):
            if one != other:
                return _difference(one, other, f"{where} {at + 1}")
    return f"{where}: claims {json.dumps(said)[:80]}, recorded {json.dumps(true)[:80]}"
