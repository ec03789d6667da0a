"""`hanse decompose`: the split by its name, and what is shown of the result."""

from __future__ import annotations

from typing import Any, get_args

from rich.console import Console
from rich.table import Table

from hanse.app.show import measures_json
from hanse.errors import InputError
from hanse.model.problem import Problem
from hanse.planning.decomposition import Decomposition, Split, by_customer, by_product, by_region
from hanse.planning.decomposition.split import Method
from hanse.planning.result import Result
from hanse.units import MILLION, decimal

BY = ("region", "customer", "product")


def split(problem: Problem, by: str, parts: int, *, restrict: bool, cut: str, seed: int) -> Split:
    """The split the command line names. Raises InputError for a name it does not know and for `restrict` without
    regions, where no machine belongs to a part."""
    if by not in BY:
        raise InputError(f'"{by}" is not a way to split', where="--by", hint=f"use one of: {', '.join(BY)}")
    if by == "region":
        if cut not in get_args(Method):
            raise InputError(f'"{cut}" is not a way to cut the plane', where="--cut", hint="use bisection or kmeans")
        method: Method = "kmeans" if cut == "kmeans" else "bisection"
        return by_region(problem, parts, method=method, restrict=restrict, seed=seed)
    if restrict:
        raise InputError(
            f"a {by} has no machines of its own", where="--restrict", hint="use it with --by region, or leave it out"
        )
    return by_customer(problem, parts) if by == "customer" else by_product(problem, parts)


def as_json(found: Decomposition, whole: Result | None) -> dict[str, Any]:
    """Parts, merged plan's figures, conflicts, and the whole beside them."""
    merged = found.merged
    base = None if whole is None or whole.plan is None else whole.plan
    excess = None if base is None else found.excess(base.value)
    return {
        "by": found.split.by,
        "restricted": found.split.restricted,
        "parts": [
            {
                "name": one.part.name,
                "jobs": list(one.part.jobs),
                "machines": None if one.part.machines is None else sorted(one.part.machines),
                "value": None if one.result.plan is None else decimal(one.result.plan.value),
                "lower_bound": None if one.result.lower_bound is None else decimal(one.result.lower_bound),
                "status": one.result.status,
                "seconds": one.result.seconds,
            }
            for one in found.parts
        ],
        "valid": found.plan is not None,
        "violations": [{"rule": v.rule, "where": v.where, "message": v.message} for v in found.violations],
        "value": None if merged is None else decimal(merged.value),
        "measures": None if merged is None else measures_json(merged.measures),
        "lower_bound": None if found.lower_bound is None else decimal(found.lower_bound),
        "bound_kind": found.bound_kind,
        "seconds": found.seconds,
        "slowest_part_seconds": found.slowest,
        "work_seconds": round(found.work, 6),
        "whole": None
        if whole is None
        else {
            "value": None if base is None else decimal(base.value),
            "status": whole.status,
            "seconds": whole.seconds,
            "excess": excess,
        },
    }


def show(problem: Problem, found: Decomposition, whole: Result | None, console: Console) -> None:
    """One row per part, then the merged plan, then what the split cost and bought."""

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)

    say(f"{problem!r}")
    table = Table(box=None, pad_edge=False)
    for name in ("part", "jobs", "machines", "status", "value", "seconds"):
        table.add_column(name, justify="left" if name in ("part", "status") else "right")
    for one in found.parts:
        plan = one.result.plan
        table.add_row(
            one.part.name,
            str(len(one.part.jobs)),
            "all" if one.part.machines is None else str(len(one.part.machines)),
            one.result.status,
            "none" if plan is None else f"{plan.value / MILLION:g}",
            f"{one.result.seconds:.2f}",
        )
    console.print(table)
    if found.merged is None:
        say("no merged plan: a part found none in its time; give more with --time-limit", "yellow")
    for violation in found.violations:
        say(f"✘ {violation}", "red")
    if found.violations:
        say(
            f"{len(found.violations)} conflicts between the parts: share the budgets out (--share-budgets), restrict "
            "the parts to regions (--restrict), or plan the whole"
        )
    if found.plan is not None:
        value = f"{found.plan.objective} {found.plan.value / MILLION:g}"
        say(f"merged and judged: {value}, slowest part {found.slowest:.2f} s, {found.seconds:.2f} s in all")
    if whole is not None and whole.plan is not None:
        excess = found.excess(whole.plan.value)
        cost = "" if excess is None else f"; the split costs {excess:+.2%}"
        say(f"whole: {whole.plan.value / MILLION:g} ({whole.status}) in {whole.seconds:.2f} s{cost}")
