"""The read models of communities, proposals, the charter and versions: rows, tables, and how each event changes them
(see `tables`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse.governance.rules import SUPPORTS, Count, Rules, Support
from hanse.ledger.contracts import Event
from hanse.ledger.council import Action
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A community. hand: what acts for it; parent: community it is a member of, 0 for none; treasury: cents."""

    number: int
    name: str
    hand: str
    parent: int
    rules: Rules
    treasury: int
    place: Place


@dataclass(frozen=True, slots=True)
class BelongsRow:
    """A membership. child: community whose hand the member is, 0 for a person; contributed: cents since it joined;
    delegate: whose vote its weight is part of."""

    community: int
    member: str
    child: int
    contributed: int
    delegate: str
    place: Place


@dataclass(frozen=True, slots=True)
class CommunityMoveRow:
    """A change of what an account has free among the communities: cents, negative where they were given or taken
    out."""

    account: str
    amount: int
    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with its votes so far."""

    number: int
    community: int
    proposer: str
    digest: str
    actions: tuple[Action, ...]
    description: str
    made: int
    count: Count
    place: Place


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote and its weight."""

    proposal: int
    voter: str
    support: Support
    weight: int
    place: Place


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A successor of the league. book: its address; start: block from which it holds; hard: nothing is begun in the
    old one from then on."""

    number: int
    book: str
    start: int
    hard: bool
    place: Place


TABLES: Mapping[str, str] = {
    "communities": (
        f"number INTEGER PRIMARY KEY, name TEXT, hand TEXT, parent INTEGER, rules TEXT, treasury TEXT, {PLACE}"
    ),
    "belongs": (
        f"community INTEGER, member TEXT, child INTEGER, contributed TEXT, delegate TEXT, {PLACE},"
        " PRIMARY KEY (community, member)"
    ),
    "community_invited": f"community INTEGER, account TEXT, {PLACE}, PRIMARY KEY (community, account)",
    "community_moves": (
        f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why, account)"
    ),
    "proposals": (
        "number INTEGER PRIMARY KEY, community INTEGER, proposer TEXT, digest TEXT, actions TEXT, description TEXT,"
        " made BIGINT, starts BIGINT, ends BIGINT, quorum TEXT, yes TEXT, no TEXT, abstained TEXT, queued BOOLEAN,"
        f" executed BOOLEAN, cancelled BOOLEAN, eta BIGINT, {PLACE}"
    ),
    "votes": f"proposal INTEGER, voter TEXT, support TEXT, weight TEXT, {PLACE}, PRIMARY KEY (proposal, voter)",
    "terms": f"number INTEGER PRIMARY KEY, value TEXT, {PLACE}",
    "versions": f"number INTEGER PRIMARY KEY, book TEXT, start BIGINT, hard BOOLEAN, {PLACE}",
}
"""Columns by table, in the order of the fields of its row. Amounts, weights and values of 64 bits are text."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]
_PLACED = "chain_block = ?, log_index = ?, chain_transaction = ?"


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_community(row: _Row) -> CommunityRow:
    number, name, hand, parent, rules, treasury = row[:6]
    return CommunityRow(number, name, hand, parent, Rules.of(json.loads(rules)), int(treasury), Place(*row[6:]))


def read_belongs(row: _Row) -> BelongsRow:
    return as_row(BelongsRow, row, numbers=(3,))


def read_move(row: _Row) -> CommunityMoveRow:
    return as_row(CommunityMoveRow, row, numbers=(1,))


def read_proposal(row: _Row) -> ProposalRow:
    number, community, proposer, digest, actions, description, made, starts, ends, *rest = row
    quorum, yes, no, abstained, queued, executed, cancelled, eta = rest[:8]
    weights = int(quorum), int(yes), int(no), int(abstained)
    count = Count(starts, ends, *weights, bool(queued), bool(executed), bool(cancelled), int(eta))
    does = tuple(Action(target, bytes.fromhex(data)) for target, data in json.loads(actions))
    return ProposalRow(number, community, proposer, digest, does, description, made, count, Place(*rest[8:]))


def read_vote(row: _Row) -> VoteRow:
    return as_row(VoteRow, row, numbers=(3,))


def read_version(row: _Row) -> VersionRow:
    return as_row(VersionRow, row, flags=(3,))


def _founded(database: Database, told: _Values, where: _Where) -> None:
    rules = json.dumps(told["rules"])
    put(database, "communities", told["community"], told["name"], told["hand"], 0, rules, "0", *where)


def _amended(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told["community"], "rules", json.dumps(told["rules"]), where)


def _invited(database: Database, told: _Values, where: _Where) -> None:
    put(database, "community_invited", told["community"], told["account"], *where)


def _joined(database: Database, told: _Values, where: _Where) -> None:
    community, member, child = told["community"], told["member"], told["child"]
    put(database, "belongs", community, member, child, "0", member, *where)
    database.write("DELETE FROM community_invited WHERE community = ? AND account = ?", (community, member))
    _touch(database, community, where)
    if child:
        _change(database, child, "parent", community, where)


def _left(database: Database, told: _Values, where: _Where) -> None:
    community, member = told["community"], told["member"]
    child = _by_hand(database, member)
    database.write("DELETE FROM belongs WHERE community = ? AND member = ?", (community, member))
    _touch(database, community, where)
    if child:
        _change(database, child, "parent", 0, where)


def _delegated(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        f"UPDATE belongs SET delegate = ?, {_PLACED} WHERE community = ? AND member = ?",
        (told["to"], *where, told["community"], told["member"]),
    )
    _touch(database, told["community"], where)


def _contributed(database: Database, told: _Values, where: _Where) -> None:
    community, member, amount = told["community"], told["member"], told["amount"]
    _give(database, member, -amount, "contribution", where)
    _fill(database, community, amount, where)
    clause = "community = ? AND member = ?"
    row = database.row(f"SELECT contributed FROM belongs WHERE {clause}", (community, member))
    so_far = 0 if row is None else int(row[0])
    database.write(
        f"UPDATE belongs SET contributed = ?, {_PLACED} WHERE {clause}",
        (str(so_far + amount), *where, community, member),
    )


def _paid(database: Database, told: _Values, where: _Where) -> None:
    _fill(database, told["community"], -told["amount"], where)
    _give(database, told["to"], told["amount"], "paid by a community", where)


def _shared(database: Database, told: _Values, where: _Where) -> None:
    _fill(database, told["community"], -told["amount"], where)
    for member, amount in zip(told["members"], told["amounts"], strict=True):
        _give(database, member, amount, "share of a community", where)


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _proposed(database: Database, told: _Values, where: _Where) -> None:
    actions = json.dumps([[target, data.hex()] for target, data in told["actions"]])
    put(
        database, "proposals", told["number"], told["community"], told["proposer"], hash_text(told["digest"]), actions,
        told["description"], told["made"], told["start"], told["end"], str(told["quorum"]), "0", "0", "0", False, False,
        False, 0, *where,
    )  # fmt: skip


def _voted(database: Database, told: _Values, where: _Where) -> None:
    number, support, weight = told["number"], SUPPORTS[told["support"]], told["weight"]
    put(database, "votes", number, told["voter"], support, str(weight), *where)
    column = {"for": "yes", "against": "no", "abstain": "abstained"}[support]
    rows = database.rows("SELECT weight FROM votes WHERE proposal = ? AND support = ?", (number, support))
    total = sum(int(row[0]) for row in rows)
    database.write(f"UPDATE proposals SET {column} = ?, {_PLACED} WHERE number = ?", (str(total), *where, number))


def _queued(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        f"UPDATE proposals SET queued = TRUE, eta = ?, {_PLACED} WHERE number = ?",
        (told["eta"], *where, told["number"]),
    )


def _executed(database: Database, told: _Values, where: _Where) -> None:
    database.write(f"UPDATE proposals SET executed = TRUE, {_PLACED} WHERE number = ?", (*where, told["number"]))


def _cancelled(database: Database, told: _Values, where: _Where) -> None:
    database.write(f"UPDATE proposals SET cancelled = TRUE, {_PLACED} WHERE number = ?", (*where, told["number"]))


def _term(database: Database, told: _Values, where: _Where) -> None:
    put(database, "terms", told["term"], str(told["value"]), *where)


def _announced(database: Database, told: _Values, where: _Where) -> None:
    put(database, "versions", told["number"], told["book"], told["from"], told["hard"], *where)


def _taken_back(database: Database, told: _Values, _: _Where) -> None:
    database.write("DELETE FROM versions WHERE number = ?", (told["number"],))


def _fill(database: Database, community: int, amount: int, where: _Where) -> None:
    """More in a treasury, or less."""
    row = database.row("SELECT treasury FROM communities WHERE number = ?", (community,))
    _change(database, community, "treasury", str(int(row[0]) + amount), where)


def _give(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    """To a community's treasury if it is its hand, else to what an account has free."""
    child = _by_hand(database, account)
    if child:
        _fill(database, child, amount, where)
    elif amount:
        _move(database, account, amount, why, where)


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    put(database, "community_moves", account, str(amount), why, *where)


def _by_hand(database: Database, hand: str) -> int:
    row = database.row("SELECT number FROM communities WHERE hand = ?", (hand,))
    return 0 if row is None else int(row[0])


def _change(database: Database, community: int, column: str, value: object, where: _Where) -> None:
    database.write(f"UPDATE communities SET {column} = ?, {_PLACED} WHERE number = ?", (value, *where, community))


def _touch(database: Database, community: int, where: _Where) -> None:
    """Something of it is another."""
    database.write(f"UPDATE communities SET {_PLACED} WHERE number = ?", (*where, community))


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Communities", "FoundedCommunity"): _founded,
    ("Communities", "Amended"): _amended,
    ("Communities", "Invited"): _invited,
    ("Communities", "Joined"): _joined,
    ("Communities", "Left"): _left,
    ("Communities", "Delegated"): _delegated,
    ("Communities", "Contributed"): _contributed,
    ("Communities", "Paid"): _paid,
    ("Communities", "Shared"): _shared,
    ("Communities", "Deposited"): _deposited,
    ("Communities", "Withdrawn"): _withdrawn,
    ("Council", "Proposed"): _proposed,
    ("Council", "Voted"): _voted,
    ("Council", "Queued"): _queued,
    ("Council", "Executed"): _executed,
    ("Council", "Cancelled"): _cancelled,
    ("Charter", "TermSet"): _term,
    ("Versions", "Announced"): _announced,
    ("Versions", "TakenBack"): _taken_back,
}
