"""A small live league for the laboratory to copy: five members, four orders, a planned block that says what customers
weigh."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hanse.app import documents
from hanse.instances import hanse_json
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.ledger.store import Ledger
from hanse.model.problem import Problem
from hanse.planning.preferences.generate import league as drawn
from hanse.planning.preferences.judge import as_plan
from tests.lab.planned import rows_of

ORDERS = 4
DEPOSIT = 1_000


def problem_of_league() -> Problem:
    """What the block of the league is about."""
    return drawn(ORDERS, 5, 7)[0].carried


def settle_down(ledger: Ledger) -> None:
    """Members, orders and a block."""
    league, put = ledger.league, ledger.content.put
    hashed = put(b"anything")
    for i in range(5):
        league.register(f"member/E{i}", 3, hashed, key=f"register/{i}")
    product = int(league.add_product(3, hashed, key="product").value("product"))
    numbers = []
    for i in range(ORDERS):
        league.mint(league.address(f"customer/{i}"), DEPOSIT, key=f"mint/{i}").wait()
        league.approve(f"customer/{i}", DEPOSIT, key=f"approve/{i}").wait()
        sent = league.place(f"customer/{i}", product, 1, hashed, 100, DEPOSIT, key=f"place/{i}")
        numbers.append(int(sent.value("order")))
    problem = problem_of_league()
    plan = as_plan(problem, rows_of(problem), "test")
    files = put(hanse_json.write_problem(problem)), put(hanse_json.write_plan(plan))
    orders = {job.id: number for job, number in zip(problem.jobs, numbers, strict=True)}
    evidence = put(documents.evidence(problem=files[0], plan=files[1], orders=orders, candidates={}))
    block = AcceptedPlan.of(plan, previous=NOTHING, evidence=evidence, solver=league.address("solver"))
    league.append_block(block, numbers, key="block").wait()
    ledger.sync()


def prints(data: Path) -> dict[str, str]:
    """Of every file of a directory."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file()
    }


def rows(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a league's database."""
    names = ledger.database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {str(name): ledger.database.rows(f"SELECT * FROM {name}") for (name,) in names}
