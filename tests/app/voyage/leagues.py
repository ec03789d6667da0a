"""A small league with preferences: one scanner, one printer, three orders whose scans please its owner more or less."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hanse.app import cases
from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.app.record import Voyage
from hanse.app.story import Story
from hanse.app.voyage import run
from hanse.app.wiring import Settings
from hanse.model.preferences import Preferences
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.model.utility import Consumer, Provider
from hanse.planning.preferences.member import Member
from hanse.units import MILLION, Units

SCANS = {"J1": 2, "J2": 3, "J3": 12}
"""How long each order's scan takes: the last is what the scanner's owner would rather not do."""

PRICE = 5_000
DEPOSIT = 3_000


def scanner(threshold: int = 800_000, cost_rate: int = 1_000) -> Member:
    """The owner of the scanner. cost_rate 0: nothing is lost by working, so no payment makes up for the time."""
    decay = Decimal("0.00001"), Decimal("0.01")
    return Member("S", Provider(cost_rate, Decimal("0.02"), Decimal("0.01"), threshold, *decay))


def league(owner: Member, *, fund: int, budget: int | None = None) -> Case:
    """The case. budget: of every order, in cents."""
    consumers = {job: Consumer(Decimal("0.00001"), Decimal("0.01")) for job in SCANS}
    jobs = tuple(
        Job(
            name,
            (
                ProcessPlan(
                    "A",
                    (
                        Operation("scan", "scanning", (Mode("S", duration, PRICE, 0, 900_000),)),
                        Operation("print", "printing", (Mode("P", 4, PRICE, 0, 800_000),), ("scan",)),
                    ),
                ),
            ),
            f"customer of {name}",
            due=100,
            budget=budget,
        )
        for name, duration in SCANS.items()
    )
    services = {"S": "scanning", "P": "printing"}
    problem = Problem(
        name="a scanner and a printer",
        sites=tuple(map(Site, services)),
        enterprises=tuple(
            Enterprise(one, one, (Machine(one, frozenset([service])),)) for one, service in services.items()
        ),
        jobs=jobs,
        units=Units("minute", "cent"),
        preferences=Preferences(consumers, dict.fromkeys(SCANS, MILLION // 2)),
    )
    names = tuple(services.values())
    return Case(
        "scanner", "A scanner and a printer", "made up for tests", (), names,
        members=tuple(CaseMember(one, f"The {one}", (service,)) for one, service in services.items()),
        products=(CaseProduct("1", "copy", names),),
        orders=tuple(CaseOrder(name, "1", 1, DEPOSIT) for name in SCANS),
        parts=(CasePart(problem, "cost + 1000 tardiness", 5.0, {"S": owner}, fund),),
    )  # fmt: skip


def settings(home: Path) -> Settings:
    return Settings("scanner", home / "data", home / "out")


def sail(case: Case, home: Path, monkeypatch: pytest.MonkeyPatch, **how: Any) -> Voyage:
    """Run the case as `hanse run` does. how: other settings."""

    def load(name: str, *, seed: int) -> Case:
        assert (name, seed) == (case.id, 0)
        return case

    monkeypatch.setattr(cases, "load", load)
    return run(replace(settings(home), **how), Story(Console(file=io.StringIO(), quiet=True)))[0]
