"""What the command line prints of agreements: what became of every order, and who was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from hanse.app.report import words
from hanse.app.tables import ROWS, cut, table
from hanse.units import MILLION, money_text

if TYPE_CHECKING:  # the chain comes with these
    from hanse.app.record import Change, Part, Voyage

STYLES = {"settled": "green", "undone": "red", "running": "yellow", "declined": "red", "not proposed": "red"}


def agreements(record: Voyage, part: Part) -> Table:
    """One row per order: what its escrow was made of and where it went."""
    customers = {order.number: order.customer for order in record.orders}
    rows = table(
        "Agreements: deposit + added + operator = members + reward + fee + back",
        ("order", "left"), ("state", "left"), ("deposit", "right"), ("added", "right"), ("operator", "right"),
        ("members", "right"), ("reward", "right"), ("fee", "right"), ("back", "right"),
    )  # fmt: skip
    for one in part.agreements[:ROWS]:
        back = one.back + one.back_to_operator
        amounts = (one.deposit, one.added, one.subsidies, one.paid, one.reward, one.fee, back)
        rows.add_row(
            f"{one.order} {customers[one.order]}",
            Text(one.state, style=STYLES[one.state]),
            *(money_text(amount, words.LEAGUE) for amount in amounts),
        )
    cut(rows, len(part.agreements))
    return rows


def asked(record: Voyage, part: Part) -> Table:
    """One row per order for its customer, and one for each member asked."""
    customers = {order.number: order.customer for order in record.orders}
    rows = table(
        "Who was asked; who pays compensation; satisfaction and reputation before → after",
        ("order", "left"), ("asked", "left"), ("answer", "left"), ("satisfied", "right"), ("customer", "right"),
        ("operator", "right"), ("reputation", "right"),
    )  # fmt: skip
    for agreement in part.agreements[:ROWS]:
        signed = "signed" if agreement.state in ("settled", "running") else agreement.state
        satisfied, credit = change(agreement.satisfaction), change(agreement.credit)
        rows.add_row(str(agreement.order), customers[agreement.order], signed, satisfied, "", "", credit)
        for one in agreement.asked:
            payers = (one.compensation - one.subsidy, one.subsidy)
            rows.add_row(
                "",
                one.member,
                ", ".join(one.said),
                change(one.satisfaction),
                *(money_text(amount, words.LEAGUE) if one.compensation else "" for amount in payers),
                change(one.reputation),
            )
    cut(rows, len(part.agreements))
    return rows


def change(ratio: Change | None) -> str:
    """`0.812 → 0.820`, or one number if it stays."""
    if ratio is None:
        return "–"
    before, after = (f"{value / MILLION:.3f}" for value in (ratio.before, ratio.after))
    return before if before == after else f"{before} → {after}"
