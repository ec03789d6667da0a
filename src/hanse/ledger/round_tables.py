"""The read models of rounds: their rows, their tables, and how each event changes them; the others are in `tables`.

Money that moves inside the contract is kept as moves, one row each, so that reading an event twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse.errors import ChainFault
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.rounds import ClaimStatus
from hanse.ledger.tables import PLACE, Place, as_row, put


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round, with all its terms (see rounds.Terms) and the ends of its windows. refund, forfeited: what went to the
    sponsor at the end, None before."""

    number: int
    sponsor: str
    problem: str
    targets: str
    document: str
    baseline: int
    target: int
    least: int
    pot: int
    bond: int
    commit_end: int
    reveal_end: int
    challenge_end: int
    demands: int
    most: int
    first_wins: bool
    refund: int | None
    forfeited: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim. claim: its bytes, covered: words of its bitmap, evidence: content hash; all empty before it is revealed.
    reward: cents, once accepted. reason: content hash, once dismissed."""

    round: int
    number: int
    solver: str
    seal: str
    status: ClaimStatus
    claim: bytes
    covered: tuple[int, ...]
    evidence: str
    reward: int | None
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class StrikeRow:
    """A claim that was shown to be a lie. lie: number of the kind; the amounts are what its bond becomes
    when the round is finalised."""

    round: int
    claim: int
    challenger: str
    lie: int
    to_challenger: int
    to_sponsor: int
    place: Place


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Claims that cannot all be accepted: `last` ranks last among them."""

    round: int
    last: int
    others: tuple[int, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class StakeRow:
    """A change of what an account has free: cents, negative where they were locked or taken out."""

    account: str
    amount: int
    why: str
    place: Place


TABLES: Mapping[str, str] = {
    "rounds": "number INTEGER PRIMARY KEY, sponsor TEXT, problem TEXT, targets TEXT, document TEXT, baseline TEXT, "
    "target TEXT, least TEXT, pot TEXT, bond TEXT, commit_end INTEGER, reveal_end INTEGER, challenge_end INTEGER, "
    f"demands INTEGER, most INTEGER, first_wins BOOLEAN, refund TEXT, forfeited TEXT, {PLACE}",
    "claims": "round INTEGER, number INTEGER, solver TEXT, seal TEXT, status TEXT, claim BLOB, covered TEXT, "
    f"evidence TEXT, reward TEXT, reason TEXT, {PLACE}, PRIMARY KEY (round, number)",
    "strikes": "round INTEGER, claim INTEGER, challenger TEXT, lie INTEGER, to_challenger TEXT, to_sponsor TEXT, "
    f"{PLACE}, PRIMARY KEY (round, claim)",
    "conflicts": f"round INTEGER, last INTEGER, others TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index)",
    "stake_moves": f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why)",
}
"""Columns by table, in the order of the fields of its row."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once. Raises
    ChainFault if the event cannot follow those before."""
    handler = _HANDLERS.get(event.name) if event.contract == "Rounds" else None
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_round(row: _Row) -> RoundRow:
    ends = tuple(None if value is None else int(value) for value in row[16:18])
    return as_row(RoundRow, (*row[:16], *ends, *row[18:]), numbers=(5, 6, 7, 8, 9), flags=(15,))


def read_claim(row: _Row) -> ClaimRow:
    covered, reward = tuple(json.loads(row[6])), None if row[8] is None else int(row[8])
    return as_row(ClaimRow, (*row[:6], covered, row[7], reward, *row[9:]))


def read_strike(row: _Row) -> StrikeRow:
    return as_row(StrikeRow, row, numbers=(4, 5))


def read_conflict(row: _Row) -> ConflictRow:
    return as_row(ConflictRow, (*row[:2], tuple(json.loads(row[2])), *row[3:]))


def read_stake(row: _Row) -> StakeRow:
    return as_row(StakeRow, row, numbers=(1,))


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    put(database, "stake_moves", account, str(amount), why, *where)


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _opened(database: Database, told: _Values, where: _Where) -> None:
    problem, targets, document, baseline, target, least, pot, bond, _, _, _, demands, most, first = told["terms"]
    ends = (told["commitEnd"], told["revealEnd"], told["challengeEnd"])
    amounts = map(str, (baseline, target, max(1, least), pot, bond))
    hashes = map(hash_text, (problem, targets, document))
    row = (told["round"], told["sponsor"], *hashes, *amounts, *ends, demands, most, bool(first), None, None)
    put(database, "rounds", *row, *where)
    _move(database, told["sponsor"], -pot, "pot", where)


def _committed(database: Database, told: _Values, where: _Where) -> None:
    row = (told["round"], told["index"], told["solver"], hash_text(told["seal"]), "sealed", b"", "[]", "", None, "")
    put(database, "claims", *row, *where)
    _move(database, told["solver"], -_round(database, told["round"])[1], "bond", where)


def _revealed(database: Database, told: _Values, where: _Where) -> None:
    values = (told["claim"], json.dumps(told["covered"]), hash_text(told["evidence"]))
    _change(database, told, where, "status = 'standing', claim = ?, covered = ?, evidence = ?", values)


def _struck(database: Database, told: _Values, where: _Where) -> None:
    bond = _round(database, told["round"])[1]
    shares = bond // 2, bond - bond // 2
    row = (told["round"], told["index"], told["challenger"], told["lie"], *map(str, shares))
    put(database, "strikes", *row, *where)
    _change(database, told, where, "status = 'struck'")


def _dismissed(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told, where, "status = 'dismissed', reason = ?", (hash_text(told["reason"]),))
    solver = database.row("SELECT solver FROM claims WHERE round = ? AND number = ?", (told["round"], told["index"]))
    _move(database, solver[0], _round(database, told["round"])[1], "bond back", where)


def _conflicting(database: Database, told: _Values, where: _Where) -> None:
    others = [number for number in range(64) if told["others"] >> number & 1]
    put(database, "conflicts", told["round"], told["last"], json.dumps(others), *where)


def _accepted(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told, where, "status = 'accepted', reward = ?", (str(told["reward"]),))
    _move(database, told["solver"], told["reward"], "reward", where)
    _move(database, told["solver"], _round(database, told["round"])[1], "bond back", where)


def _skipped(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told, where, "status = 'skipped'")
    _move(database, told["solver"], _round(database, told["round"])[1], "bond back", where)


def _finalised(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE rounds SET refund = ?, forfeited = ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE number = ?",
        (str(told["refund"]), str(told["forfeited"]), *where, told["round"]),
    )
    sponsor = _round(database, told["round"])[0]
    _move(database, sponsor, told["refund"], "rest of the pot", where)
    _move(database, sponsor, told["forfeited"], "bonds of the silent", where)
    lies = "SELECT claim, challenger, to_challenger, to_sponsor FROM strikes WHERE round = ? ORDER BY claim"
    for claim, challenger, half, rest in database.rows(lies, (told["round"],)):
        _move(database, challenger, int(half), f"bond of liar {claim}, to the challenger", where)
        _move(database, sponsor, int(rest), f"bond of liar {claim}, to the sponsor", where)


def _change(database: Database, told: _Values, where: _Where, what: str, values: tuple[Any, ...] = ()) -> None:
    """Updates the claim an event is about."""
    database.write(
        f"UPDATE claims SET {what}, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE round = ? AND number = ?",
        (*values, *where, told["round"], told["index"]),
    )


def _round(database: Database, number: int) -> tuple[str, int]:
    """Sponsor and bond of a round."""
    found = database.row("SELECT sponsor, bond FROM rounds WHERE number = ?", (number,))
    if found is None:
        raise ChainFault(f"round {number} goes on and was never opened", where="index", hint="run again")
    return str(found[0]), int(found[1])


_HANDLERS: Mapping[str, Callable[[Database, _Values, _Where], None]] = {
    "Deposited": _deposited,
    "Withdrawn": _withdrawn,
    "Opened": _opened,
    "Committed": _committed,
    "Revealed": _revealed,
    "Struck": _struck,
    "Dismissed": _dismissed,
    "Conflicting": _conflicting,
    "Accepted": _accepted,
    "Skipped": _skipped,
    "Finalised": _finalised,
}
