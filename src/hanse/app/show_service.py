"""What the command line prints of what a service answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from hanse.app import carbon
from hanse.app.report import words
from hanse.app.tables import table
from hanse.units import MILLION, money_text

if TYPE_CHECKING:
    from hanse.app.api.shapes import AgreementNow, AuditNow, Borne, OrderNow, OrderStory, QuotesNow, ResourceNow


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


def resources(rows: Sequence[ResourceNow], console: Console | None = None) -> None:
    """One line a resource."""
    made = table(
        "Resources", ("name", "left"), ("kind", "left"), ("of", "left"), ("capacity", "right"), ("price", "right"),
    )  # fmt: skip
    for row in rows:
        price = f"{money_text(row.price, words.LEAGUE)} a {row.unit} a {row.per}"
        made.add_row(row.name, row.kind, row.member_name, f"{row.capacity} {row.unit}", price)
    (console or Console()).print(made if rows else "nobody offers such a resource")


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


def agreements(rows: Sequence[AgreementNow], console: Console | None = None) -> None:
    """Each with its work."""
    out = console or Console()
    for row in rows:
        _agreement(row, out)
    if not rows:
        out.print("no agreements yet that you can see")


def _agreement(one: AgreementNow, out: Console) -> None:
    price = money_text(one.price, words.LEAGUE)
    out.print(f"  agreement {one.number}, version {one.version}: {one.status}, {price}", highlight=False)
    if one.liability is not None:
        out.print(f"    {_bears(one.liability)}", highlight=False, soft_wrap=True)
    for party in one.waiting:
        out.print(f"    waits for {party}", highlight=False)
    for work in one.milestones:
        paid = f", paid {money_text(work.paid, words.LEAGUE)}" if work.paid else ""
        ruled = "" if work.share is None else f", {_percent(work.share)} for the member"
        ruled += f" ({work.cause})" if work.cause else ""
        stage = f"{work.ending or work.stage}{ruled}{paid}"
        out.print(f"    work {work.number} of {work.member[:10]}…: {stage}", highlight=False, soft_wrap=True)
        for party in work.waived:
            out.print(f"      {party} lets the arbiter decide freely", highlight=False)


def _bears(clause: Borne) -> str:
    shares = (_percent(one) for one in (clause.quality, clause.breakdown, clause.transport))
    return "the member bears {} of bad quality, {} of a breakdown, {} of transport".format(*shares)


def _percent(millionths: int) -> str:
    return f"{millionths / 10_000:g} %"


def quotes(told: QuotesNow, console: Console | None = None) -> None:
    """One line a quote, and what they bind."""
    out = console or Console()
    made = table(
        f"Quotes of order {told.order}", ("quote", "left"), ("price", "right"), ("ready", "left"),
        ("carbon", "right"), ("reliability", "right"), ("by", "left"), ("", "left"),
    )  # fmt: skip
    for one in told.quotes:
        made.add_row(
            ", ".join(one.names),
            money_text(one.price, words.LEAGUE),
            f"{datetime.fromtimestamp(one.ready, UTC):%Y-%m-%d %H:%M}" + (" (late)" if one.late else ""),
            "–" if one.carbon is None else carbon.text(one.carbon),
            f"{one.reliability / MILLION:.0%}",
            ", ".join(dict.fromkeys(step.member for step in one.steps)),
            "✔ chosen" if told.chosen in one.names else "",
        )
    out.print(made)
    until = "–" if told.until is None else f"{datetime.fromtimestamp(told.until, UTC):%Y-%m-%d %H:%M}"
    out.print(f"times are UTC; to be chosen by {until}. {told.binds}", highlight=False)


def audit(told: AuditNow, console: Console | None = None) -> None:
    """One line per check, and under it whatever differs."""
    out = console or Console()
    for check in told.checks:
        sign = "[green]✔[/]" if check.ok else "[red]✘[/]"
        out.print(f"{sign} {check.what}: {check.count} recomputed", highlight=False, soft_wrap=True)
        for difference in check.differences:
            out.print(f"    {difference}", style="red", highlight=False, markup=False, soft_wrap=True)
    out.print("OK, everything agrees" if told.ok else "the records differ, see above", highlight=False)
