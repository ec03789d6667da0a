"""Money of a voyage: what is promised adds up to what the plan costs, whoever pays."""

from __future__ import annotations

from hanse.app.money import CARRIERS, HELD, flows
from hanse.app.record import Block, Order, Outcome, Part
from hanse.model.check import outcomes
from tests.model.build import job, machine, operation, plan, shops


def test_promises_add_up_to_the_cost_of_the_plan_and_deposits_are_apart() -> None:
    steps = (operation("O1", ("M1", 3, 10)), operation("O2", ("M2", 4, 20), after=["O1"]))
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, customer="Anna")], leg=(5, 2))
    answer = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9))
    (result,) = outcomes(problem, answer.assignments)
    part = Part(
        problem,
        answer,
        (Outcome(7, "J", result.cost, result.completion, result.quality, result.within_limits),),
        Block(1, "0x", "0x", "0x", "0x", (7,), "0x", 0),
    )
    order = Order(7, "J", "Anna", "0x", 1, 1, "0x", 6, 0)
    made = flows((order,), (part,))
    assert [(f.payer, f.payee, f.amount) for f in made if f.settled] == [("Anna", HELD, 6)]
    promised = {f.payee: f.amount for f in made if not f.settled}
    assert promised == {"M1": 10, "M2": 20, CARRIERS: 5}
    assert sum(promised.values()) == answer.measures.cost
