"""Money of a voyage: what is promised adds up to what the plan costs, whoever pays."""

from __future__ import annotations

from hanse.app.money import CARRIERS, HELD, OPERATOR, flows
from hanse.app.record import Block, Order, Outcome, Part
from hanse.model.check import outcomes
from tests.app.report import voyages
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


def test_of_an_agreed_order_flows_are_what_was_really_paid() -> None:
    voyage = voyages.agreed()
    made = flows(voyage.orders, voyage.parts)
    agreements = [one for part in voyage.parts for one in part.agreements]
    assert all(flow.settled and flow.payee != HELD for flow in made)
    assert sum(flow.amount for flow in made) == sum(one.paid + one.reward + one.fee for one in agreements)
    compensation = [(flow.payer, flow.amount) for flow in made if flow.reason == "compensation for order 1"]
    assert compensation == [(voyage.orders[0].customer, 400), (OPERATOR, 400)]
    refused = agreements[-1].order
    assert not [flow for flow in made if flow.reason.endswith(f" {refused}")]
