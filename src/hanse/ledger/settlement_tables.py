"""The read models of agreements and their settlement: rows, tables, and how each event changes them (see `tables`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hanse.errors import ChainFault
from hanse.ledger.agreements import REASONS, AgreementStatus
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.deal import Deal, deal_of_text, deal_of_words
from hanse.ledger.league import hash_text
from hanse.ledger.settlement import CAUSES, ENDINGS, UNRATED, Ending, Stage
from hanse.ledger.tables import PLACE, Place, as_row, put
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement and its present version. treasury: who gets the fees; handed_over: the order's deposit;
    from_customer, from_proposer: what is locked, in cents. Empty and 0 until it is active."""

    number: int
    status: AgreementStatus
    deal: Deal
    treasury: str
    handed_over: int
    from_customer: int
    from_proposer: int
    place: Place


@dataclass(frozen=True, slots=True)
class InvolvedRow:
    """An account that may know of an agreement: its proposer, or a party of its present version."""

    account: str
    agreement: int
    place: Place


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a party said of a version. what: `countered`, or `declined: ` and the reason. milestone, price,
    compensation, start_by, due: what it would sign, if it countered. document: content hash of more words."""

    agreement: int
    party: str
    version: int
    what: str
    milestone: int | None
    price: int | None
    compensation: int | None
    start_by: int | None
    due: int | None
    document: str
    place: Place


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """Where a milestone of an active agreement stands. evidence: content hash of what was said last of it; said_by: by
    whom, empty if nothing was; share: what the member gets by the newest ruling, millionths, None before one; cause:
    what that ruling found, empty if it is by share; waived: who lets arbiters rule by share in spite of the
    clause, 1 the customer, 2 the member, 3 both."""

    agreement: int
    number: int
    stage: Stage
    evidence: str
    said_by: str
    share: int | None
    cause: str
    waived: int
    place: Place


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A milestone that ended: all that a reputation is made of. share: what the member got of what it earned,
    millionths; rating: the customer's, millionths, None without one; lateness: seconds; price: as agreed; to_…: what
    each got, cents; time: seconds since 1970."""

    agreement: int
    number: int
    order: int
    customer: str
    member: str
    ending: Ending
    disputed: bool
    share: int
    rating: int | None
    lateness: int
    price: int
    to_member: int
    to_solver: int
    to_treasury: int
    to_customer: int
    to_proposer: int
    time: int
    place: Place

    @property
    def fault(self) -> Literal["nobody", "member", "customer"]:
        """Whom a dispute found at fault: nobody if the arbiters were silent; the member unless it got all, also if it
        gave up; else the customer, also if it accepted in the end, and if it did not pay an instalment in."""
        if self.ending == "unfunded":
            return "customer"
        if not self.disputed or self.ending == "undecided":
            return "nobody"
        return "customer" if self.share == MILLION else "member"


@dataclass(frozen=True, slots=True)
class PurseRow:
    """A change of what an account may take out of the settlement: cents, negative where they were locked or taken."""

    account: str
    amount: int
    why: str
    place: Place


TABLES: Mapping[str, str] = {
    "agreements": "number INTEGER PRIMARY KEY, order_number INTEGER, status TEXT, deal TEXT, treasury TEXT, "
    f"handed_over TEXT, from_customer TEXT, from_proposer TEXT, {PLACE}",
    "involved": f"account TEXT, agreement INTEGER, {PLACE}, PRIMARY KEY (account, agreement)",
    "answers": "agreement INTEGER, party TEXT, version INTEGER, what TEXT, milestone INTEGER, price INTEGER, "
    f"compensation INTEGER, start_by INTEGER, due INTEGER, document TEXT, {PLACE}, "
    "PRIMARY KEY (chain_block, log_index)",
    "milestones": f"agreement INTEGER, number INTEGER, stage TEXT, evidence TEXT, said_by TEXT, share INTEGER, "
    f"cause TEXT, waived INTEGER, {PLACE}, PRIMARY KEY (agreement, number)",
    "settled": "agreement INTEGER, number INTEGER, order_number INTEGER, customer TEXT, member TEXT, ending TEXT, "
    "disputed BOOLEAN, share INTEGER, rating INTEGER, lateness INTEGER, price TEXT, to_member TEXT, to_solver TEXT, "
    f"to_treasury TEXT, to_customer TEXT, to_proposer TEXT, time INTEGER, {PLACE}, PRIMARY KEY (agreement, number)",
    "purse_moves": f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why)",
}
"""Columns by table, in the order of the fields of its row, but for the order of an agreement, which its deal tells."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once. Raises
    ChainFault if the event cannot follow those before."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_agreement(row: _Row) -> AgreementRow:
    return as_row(AgreementRow, (row[0], row[2], deal_of_text(row[3]), *row[4:]), numbers=(4, 5, 6))


def read_involved(row: _Row) -> InvolvedRow:
    return as_row(InvolvedRow, row)


def read_answer(row: _Row) -> AnswerRow:
    return as_row(AnswerRow, row)


def read_milestone(row: _Row) -> MilestoneRow:
    return as_row(MilestoneRow, row)


def read_settled(row: _Row) -> SettledRow:
    return as_row(SettledRow, row, numbers=(10, 11, 12, 13, 14, 15), flags=(6,))


def read_purse(row: _Row) -> PurseRow:
    return as_row(PurseRow, row, numbers=(1,))


def _proposed(database: Database, told: _Values, where: _Where) -> None:
    deal = deal_of_words(told["deal"])
    put(database, "agreements", told["agreement"], deal.order, "open", deal.text(), "", "0", "0", "0", *where)
    if deal.version > 1:  # parties of the version before may be none of this one
        database.write("DELETE FROM involved WHERE agreement = ?", (told["agreement"],))
    for account in dict.fromkeys((deal.proposer, *deal.parties())):
        put(database, "involved", account, told["agreement"], *where)


def _declined(database: Database, told: _Values, where: _Where) -> None:
    _agreement(database, told["agreement"], where, "status = 'declined'")
    what = f"declined: {REASONS[told['reason']]}"
    put(database, "answers", told["agreement"], told["party"], told["version"], what, *(None,) * 5, "", *where)


def _countered(database: Database, told: _Values, where: _Where) -> None:
    head = told["agreement"], told["party"], told["version"], "countered"
    put(database, "answers", *head, *told["wish"], hash_text(told["document"]), *where)


def _begun(database: Database, told: _Values, where: _Where) -> None:
    amounts = told["deposit"], told["fromCustomer"], told["fromProposer"]
    change = "status = 'active', treasury = ?, handed_over = ?, from_customer = ?, from_proposer = ?"
    _agreement(database, told["agreement"], where, change, (told["treasury"], *map(str, amounts)))
    deal, _ = _deal(database, told["agreement"])
    for number in range(len(deal.milestones)):
        put(database, "milestones", told["agreement"], number, "agreed", "", "", None, "", 0, *where)
    _move(database, deal.customer, amounts[0], "deposit of the order", where)
    _move(database, deal.customer, -amounts[1], "escrow", where)
    _move(database, deal.proposer, -amounts[2], "subsidies", where)


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _became(
    stage: Stage, said: str = "", by: Callable[[Deal, _Values], str] = lambda *_: ""
) -> Callable[[Database, _Values, _Where], None]:
    """said: the value of the event that says where to read why; by: who says it."""

    def change(database: Database, told: _Values, where: _Where) -> None:
        evidence = hash_text(told[said]) if said else ""
        # A ruling is by cause if the cause was found in the same transaction, just before.
        by_share = said == "reason"
        database.write(
            "UPDATE milestones SET stage = ?, evidence = ?, said_by = ?, share = coalesce(?, share),"
            " cause = CASE WHEN ? AND chain_transaction <> ? THEN '' ELSE cause END, chain_block = ?,"
            " log_index = ?, chain_transaction = ? WHERE agreement = ? AND number = ?",
            (
                stage,
                evidence,
                by(_deal(database, told["agreement"])[0], told),
                told.get("share"),
                by_share,
                where[2],
                *where,
                told["agreement"],
                told["milestone"],
            ),
        )

    return change


def _cause_found(database: Database, told: _Values, where: _Where) -> None:
    _milestone(database, told, where, "cause = ?", CAUSES[told["cause"]])


def _waived(database: Database, told: _Values, where: _Where) -> None:
    deal, _ = _deal(database, told["agreement"])
    _milestone(database, told, where, "waived = waived | ?", 1 if told["party"] == deal.customer else 2)


def _milestone(database: Database, told: _Values, where: _Where, what: str, value: object) -> None:
    database.write(
        f"UPDATE milestones SET {what}, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE agreement = ? AND number = ?",
        (value, *where, told["agreement"], told["milestone"]),
    )


def _settled(database: Database, told: _Values, where: _Where) -> None:
    agreement, number, parts = told["agreement"], told["milestone"], told["parts"]
    row = (
        *(agreement, number, told["order"], told["customer"], told["member"], ENDINGS[told["ending"]]),
        *(bool(told["disputed"]), told["share"], None if told["rating"] == UNRATED else told["rating"]),
        *(told["lateness"], str(told["price"]), *map(str, parts), told["time"]),
    )
    put(database, "settled", *row, *where)
    database.write(
        "UPDATE milestones SET stage = 'settled', chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE agreement = ? AND number = ?",
        (*where, agreement, number),
    )
    deal, treasury = _deal(database, agreement)
    for amount, account, why in zip(
        parts,
        (told["member"], deal.conditions.solver, treasury, deal.customer, deal.proposer),
        ("work", "reward", "fee", "back to the customer", "back to the proposer"),
        strict=True,
    ):
        if amount:
            _move(database, account, amount, why, where)


def _agreement(database: Database, number: int, where: _Where, what: str, values: tuple[Any, ...] = ()) -> None:
    """Updates the agreement an event is about."""
    database.write(
        f"UPDATE agreements SET {what}, chain_block = ?, log_index = ?, chain_transaction = ? WHERE number = ?",
        (*values, *where, number),
    )


def _deal(database: Database, number: int) -> tuple[Deal, str]:
    """The deal of an agreement, and its treasury."""
    found = database.row("SELECT deal, treasury FROM agreements WHERE number = ?", (number,))
    if found is None:
        raise ChainFault(f"agreement {number} goes on and was never proposed", where="index", hint="run again")
    return deal_of_text(found[0]), str(found[1])


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    put(database, "purse_moves", account, str(amount), why, *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Agreements", "Proposed"): _proposed,
    ("Agreements", "Declined"): _declined,
    ("Agreements", "Countered"): _countered,
    ("Settlement", "Begun"): _begun,
    ("Settlement", "Deposited"): _deposited,
    ("Settlement", "Withdrawn"): _withdrawn,
    ("Settlement", "Started"): _became("started"),
    ("Settlement", "Delivered"): _became(
        "delivered", "evidence", lambda deal, told: deal.milestones[told["milestone"]].member
    ),
    ("Settlement", "Disputed"): _became("disputed", "evidence", lambda deal, _: deal.customer),
    ("Settlement", "CauseFound"): _cause_found,
    ("Settlement", "ClauseWaived"): _waived,
    ("Settlement", "RuledOn"): _became("ruled", "reason", lambda deal, _: deal.conditions.arbiter),
    ("Settlement", "Appealed"): _became("appealed", "evidence", lambda _, told: str(told["party"])),
    ("Settlement", "FinallyRuled"): _became("settled", "reason", lambda deal, _: deal.conditions.second_arbiter),
    ("Settlement", "Settled"): _settled,
}
