"""What the command line prints: tables for people, JSON for programs. No decisions are taken here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hanse.app import carbon
from hanse.app.phrases import distance
from hanse.app.show_agreements import agreements, asked
from hanse.app.tables import ROWS, cut, table
from hanse.model.check import Judgement
from hanse.model.objective import UTILITY
from hanse.model.plan import Measures, Plan
from hanse.model.problem import Problem
from hanse.planning.result import Result
from hanse.units import MILLION, Units, decimal, money_text, time_text

if TYPE_CHECKING:  # the chain comes with these, which showing a plan does not need
    from hanse.app.audit import AuditReport
    from hanse.app.record import Match, Order, Part, Voyage
    from hanse.app.voyage import Files

SIGNS = {"ACCEPT": ("●", "green"), "PARTIAL": ("◐", "yellow"), "REJECT": ("·", "dim")}


def short(hash_: str) -> str:
    """The first eight signs of a hash, for people."""
    return hash_[:10] + "…"


def measures_json(measures: Measures) -> dict[str, int | float]:
    """Measures by name, ratios as decimals."""
    values: dict[str, int] = {name: value for name, value in asdict(measures).items() if value is not None}
    whole = ("cost", "makespan", "energy")
    return {name: value if name in whole else decimal(value) for name, value in values.items()}


# --- solve and check --------------------------------------------------------------------------------------------


def result(
    problem: Problem, answer: Result, console: Console, file: Path, out: Path | None, grid: int = carbon.GRID
) -> None:
    """A solved problem: what was found, how good it is, where it is. grid: grams of CO2e per kWh."""
    plan = answer.plan
    assert plan is not None
    asked = replace(plan, lower_bound=answer.lower_bound, bound_kind=answer.bound_kind)
    kept = "" if answer.lower_bound == plan.lower_bound else ", what is frozen being kept"
    console.print(f"{problem!r}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{answer.status}: {_said(plan)}, {distance(asked)}{kept}, {answer.seconds:.2f} s",
        highlight=False,
        soft_wrap=True,
    )
    console.print(_measures_table(plan.measures, problem.units, grid))
    if out is not None:
        console.print(f"plan written to {out}; check it: hanse check {file} {out}", highlight=False, soft_wrap=True)


def _said(plan: Plan) -> str:
    if plan.measures.utility is not None and plan.objective == UTILITY:
        return f"utility {plan.measures.utility / MILLION:.6f}, {plan.value / MILLION:.6f} less than 1 for every job"
    return f"{plan.objective} {plan.value / MILLION:g}"


def judgement_json(verdict: Judgement) -> dict[str, Any]:
    """The verdict for programs."""
    return {
        "valid": verdict.valid,
        "violations": [{"rule": v.rule, "where": v.where, "message": v.message} for v in verdict.violations],
        "measures": None if verdict.measures is None else measures_json(verdict.measures),
    }


def judgement(problem: Problem, plan: Plan, verdict: Judgement, console: Console) -> None:
    """The verdict for people: one line if all is well, every violation otherwise."""
    if verdict.valid:
        console.print("[green]✔[/] feasible, and everything the plan claims is true", highlight=False)
        console.print(_measures_table(plan.measures, problem.units))
        return
    for violation in verdict.violations:
        console.print(f"✘ {violation}", style="red", highlight=False, markup=False, soft_wrap=True)
    count = len(verdict.violations)
    console.print(f"{count} violation{'s' if count > 1 else ''}", highlight=False)


def _measures_table(measures: Measures, units: Units, grid: int = carbon.GRID) -> Table:
    table = Table(show_header=True, box=None, pad_edge=False)
    names = ("cost", "makespan", "tardiness", "energy", "utilisation", "reliability")
    for name in (*names, "utility") if measures.utility is not None else names:
        table.add_column(name, justify="right")
    table.add_row(
        money_text(measures.cost, units),
        time_text(measures.makespan, units),
        time_text(decimal(measures.tardiness), units),
        carbon.both(measures.energy, units, grid) if measures.energy else "0",
        f"{measures.utilisation / MILLION:.1%}",
        f"{measures.reliability / MILLION:.4f}",
        *([] if measures.utility is None else [f"{measures.utility / MILLION:.6f}"]),
    )
    return table


# --- voyage -----------------------------------------------------------------------------------------------------


def voyage_json(record: Voyage, files: Files) -> dict[str, Any]:
    """The whole record for programs: integers in their units, full hashes, the plans as hanse-plan/1."""
    return {
        "case": record.case,
        "title": record.title,
        "source": record.source,
        "notes": record.notes,
        "version": record.version,
        "created": record.created,
        "services": record.services,
        "members": [asdict(member) for member in record.members],
        "products": [asdict(product) for product in record.products],
        "orders": [asdict(order) for order in record.orders],
        "matches": [asdict(match) for match in record.matches],
        "parts": [_part_json(part, record.grid) for part in record.parts],
        "grid": record.grid,
        "flows": [asdict(flow) for flow in record.flows],
        "stages": [asdict(stage) for stage in record.stages],
        "ledger": asdict(record.ledger),
        "files": {"report": str(files.report), "problems": _paths(files.problems), "plans": _paths(files.plans)},
        "data": str(files.data),
    }


def _paths(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]


def _part_json(part: Part, grid: int) -> dict[str, Any]:
    plan, units = part.plan, part.problem.units
    return {
        "problem": plan.problem,
        "plan": plan.root,
        "objective": plan.objective,
        "value": decimal(plan.value),
        "lower_bound": None if plan.lower_bound is None else decimal(plan.lower_bound),
        "bound_kind": plan.bound_kind,
        "status": plan.status,
        "measures": measures_json(plan.measures),
        "carbon": carbon.grams(plan.measures.energy, units, grid),
        "outcomes": [
            asdict(o)
            | {
                "quality": None if o.quality is None else decimal(o.quality),
                "carbon": carbon.grams(o.energy, units, grid),
            }
            for o in part.outcomes
        ],
        "block": asdict(part.block),
        "agreements": [asdict(agreement) | {"paid": agreement.paid} for agreement in part.agreements],
    }


def voyage(record: Voyage, files: Files, console: Console) -> None:
    """The tables after the story: members, orders, matching, plans against limits, blocks, and what to do next."""
    console.print()
    console.print(f"[bold]{record.title}[/]", highlight=False)
    for note in record.notes:
        console.print(f"  {note}", style="dim", highlight=False, markup=False)
    console.print(_members(record))
    console.print(_matching(record))
    for part in record.parts:
        console.print(_outcomes(record, part))
        if part.agreements:
            console.print(agreements(record, part))
            console.print(asked(record, part))
    console.print(_blocks(record))
    console.print(f"\nopen {files.report}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"verify it yourself: hanse audit --data {files.data}", highlight=False, markup=False, soft_wrap=True)


def _members(record: Voyage) -> Table:
    rows = table("Members", ("member", "left"), ("services", "left"), ("evidence", "left"), ("gas", "right"))
    for member in record.members[:ROWS]:
        services = ", ".join(member.services)
        services = services if len(services) <= 48 else f"{len(member.services)} services"
        rows.add_row(member.name, services, short(member.address), _count(member.gas))
    cut(rows, len(record.members))
    return rows


def _matching(record: Voyage) -> Table:
    """Orders down, members across; one sign per answer."""
    answers: dict[tuple[int, str], Match] = {(m.order, m.member): m for m in record.matches}
    columns = [member.id for member in record.members]
    rows = table("Matching   ● ACCEPT   ◐ PARTIALLY ACCEPT   · REJECT", ("order", "left"), ("answers", "left"))
    for order in record.orders[:ROWS]:
        signs = Text()
        counts = {"ACCEPT": 0, "PARTIAL": 0, "REJECT": 0}
        for name in columns:
            match = answers.get((order.number, name))
            if match is None:
                continue
            counts[match.answer] += 1
            if len(columns) <= 16:
                sign, style = SIGNS[match.answer]
                signs.append(f"{name}{sign} ", style=style)
        if len(columns) > 16:
            signs.append(", ".join(f"{count} {answer}" for answer, count in counts.items() if count))
        rows.add_row(f"{order.number} {order.job}", signs)
    cut(rows, len(record.orders))
    return rows


def _outcomes(record: Voyage, part: Part) -> Table:
    units, jobs = part.problem.units, {job.id: job for job in part.problem.jobs}
    orders: dict[int, Order] = {order.number: order for order in record.orders}
    m = part.plan.measures
    title = (
        f"{part.problem.name}: cost {money_text(m.cost, units)}, done by {time_text(m.makespan, units)}, "
        f"{distance(part.plan)}"
    )
    rows = table(
        title, ("order", "left"), ("customer", "left"), ("cost", "right"), ("budget", "right"),
        ("done", "right"), ("due", "right"), ("quality", "right"), ("least", "right"),
        *([("energy", "right")] if m.energy else []), ("", "left"),
    )  # fmt: skip
    for outcome in part.outcomes[:ROWS]:
        job = jobs[outcome.job]
        rows.add_row(
            f"{outcome.order} {outcome.job}",
            orders[outcome.order].customer,
            money_text(outcome.cost, units),
            "–" if job.budget is None else money_text(job.budget, units),
            time_text(outcome.completion, units),
            "–" if job.due is None else time_text(job.due, units),
            "–" if outcome.quality is None else f"{outcome.quality / MILLION:.2f}",
            "–" if job.min_quality is None else f"{job.min_quality / MILLION:.2f}",
            *([carbon.both(outcome.energy, units, record.grid)] if m.energy else []),
            Text("✔", style="green") if outcome.ok else Text("✘", style="red"),
        )
    cut(rows, len(part.outcomes))
    return rows


def _blocks(record: Voyage) -> Table:
    rows = table(
        f"Blocks on chain {record.ledger.chain_id}",
        ("block", "right"), ("hash", "left"), ("previous", "left"), ("problem", "left"), ("plan", "left"),
        ("orders", "right"), ("gas", "right"),
    )  # fmt: skip
    for part in record.parts:
        block = part.block
        rows.add_row(
            str(block.number), short(block.hash), short(block.previous), short(part.plan.problem),
            short(part.plan.root), str(len(block.orders)), _count(block.gas),
        )  # fmt: skip
    return rows


def _count(value: int) -> str:
    return f"{value:,}".replace(",", " ")


# --- audit ------------------------------------------------------------------------------------------------------


def audit_json(report: AuditReport) -> dict[str, Any]:
    """The audit for programs."""
    return {"ok": report.ok, "checks": [asdict(check) | {"ok": check.ok} for check in report.checks]}


def audit(report: AuditReport, console: Console) -> None:
    """One line per check, and under it whatever differs."""
    for check in report.checks:
        sign = "[green]✔[/]" if check.ok else "[red]✘[/]"
        console.print(f"{sign} {check.what}: {check.count} recomputed", highlight=False, soft_wrap=True)
        for difference in check.differences:
            console.print(f"    {difference}", style="red", highlight=False, markup=False, soft_wrap=True)
    console.print("OK, everything agrees" if report.ok else "the records differ, see above", highlight=False)
