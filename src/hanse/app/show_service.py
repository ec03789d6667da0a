"""What the command line prints of what a service answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from hanse.app.report import words
from hanse.app.tables import table
from hanse.units import money_text

if TYPE_CHECKING:
    from hanse.app.api.shapes import AgreementNow, AuditNow, OrderNow, OrderStory


def orders(rows: Sequence[OrderNow], console: Console | None = None) -> None:
    """One line an order."""
    made = table(
        "Orders", ("order", "right"), ("product", "right"), ("quantity", "right"), ("due", "right"),
        ("deposit", "right"), ("state", "left"),
    )  # fmt: skip
    for row in rows:
        deposit = money_text(row.deposit, words.LEAGUE)
        made.add_row(str(row.number), str(row.product), str(row.quantity), str(row.due or "–"), deposit, row.status)
    (console or Console()).print(made if rows else "no orders yet that you can see")


def story(told: OrderStory, console: Console | None = None) -> None:
    """An order from its beginning to where it is."""
    out = console or Console()
    row = told.order
    out.print(f"order {row.number}: {row.quantity} of product {row.product}, {row.status}", highlight=False)
    counts = {name: sum(one.answer == name for one in told.answers) for name in ("ACCEPT", "PARTIAL", "REJECT")}
    out.print("  matched: " + ", ".join(f"{n} {name}" for name, n in counts.items() if n), highlight=False)
    if told.block is not None:
        out.print(f"  planned in block {told.block.number}, plan {told.block.plan[:10]}…", highlight=False)
    for one in told.agreements:
        _agreement(one, out)


def _agreement(one: AgreementNow, out: Console) -> None:
    price = money_text(one.price, words.LEAGUE)
    out.print(f"  agreement {one.number}, version {one.version}: {one.status}, {price}", highlight=False)
    for party in one.waiting:
        out.print(f"    waits for {party}", highlight=False)
    for work in one.milestones:
        paid = f", paid {money_text(work.paid, words.LEAGUE)}" if work.paid else ""
        out.print(f"    work {work.number} of {work.member[:10]}…: {work.ending or work.stage}{paid}", highlight=False)


def audit(told: AuditNow, console: Console | None = None) -> None:
    """One line per check, and under it whatever differs."""
    out = console or Console()
    for check in told.checks:
        sign = "[green]✔[/]" if check.ok else "[red]✘[/]"
        out.print(f"{sign} {check.what}: {check.count} recomputed", highlight=False, soft_wrap=True)
        for difference in check.differences:
            out.print(f"    {difference}", style="red", highlight=False, markup=False, soft_wrap=True)
    out.print("OK, everything agrees" if told.ok else "the records differ, see above", highlight=False)
