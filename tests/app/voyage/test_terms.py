"""What is proposed of an order: prices add up to the plan, nothing breaks a budget, and every term is in bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanse.app.record import Block, Order, Outcome, Part
from hanse.app.voyage.terms import FEE, REWARD, SIGNING, Extra, Piece, deal, pieces
from hanse.model.check import outcomes
from hanse.model.keccak import keccak
from hanse.value.settlement import escrow
from tests.model.build import job, machine, operation, plan, shops

MOMENT = 1_800_000_000


def address(role: str) -> str:
    return "0x" + keccak(role.encode())[:20].hex()


def planned(budget: int | None = None) -> Part:
    """Two members, the second works twice; every way between two sites costs 5."""
    steps = (
        operation("O1", ("M1", 3, 1_000, 0, 900_000)),
        operation("O2", ("M2", 4, 2_000, 0, 700_000), after=["O1"]),
        operation("O3", ("M2", 2, 500, 0, 800_000), after=["O2"]),
    )
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, customer="Anna", budget=budget)], leg=(5, 2))
    answer = plan(problem, ("J", "O1", "M1", 0, 3), ("J", "O2", "M2", 5, 9), ("J", "O3", "M2", 9, 11))
    (o,) = outcomes(problem, answer.assignments)
    outcome = Outcome(7, "J", o.cost, o.completion, o.quality, o.within_limits)
    return Part(problem, answer, (outcome,), Block(1, "0x", "0x", "0x", "0x", (7,), "0x", 0))


def order() -> Order:
    return Order(7, "J", "Anna", address("customer/Anna"), 1, 1, "0x", 600, 0)


def test_each_member_has_one_piece_and_their_prices_are_the_cost_of_the_order() -> None:
    part = planned()
    first, second = pieces(part)["J"]
    assert (first.member, first.price, first.start, first.end, first.quality) == ("M1", 1_000, 0, 3, 900_000)
    assert [place.operation for place in second.places] == ["O2", "O3"]
    assert (second.member, second.price, second.end, second.quality) == ("M2", 2_505, 11, 750_000), "with its transport"
    assert first.price + second.price == part.outcomes[0].cost
    assert first.document != second.document


def test_work_is_due_when_the_plan_says_counted_from_the_deadline() -> None:
    part = planned()
    made = deal(part, order(), pieces(part)["J"], "0x" + "11" * 32, MOMENT, address, {}, 1)
    assert made.deadline == MOMENT + SIGNING
    times = {one.member: (one.start_by - made.deadline, one.due - made.deadline) for one in made.milestones}
    assert times == {address("member/M1"): (0, 180), address("member/M2"): (300, 660)}
    assert (made.conditions.reward, made.conditions.fee) == (REWARD, FEE)


@given(
    st.none() | st.integers(0, 10_000),
    st.integers(0, 2_000).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole))),
)
def test_reward_and_fee_never_break_a_budget_that_work_and_compensation_keep(
    budget: int | None, paid: tuple[int, int]
) -> None:
    part, extra = planned(budget), {"M2": Extra(*paid)}
    made = deal(part, order(), pieces(part)["J"], "0x" + "11" * 32, MOMENT, address, extra, 1)
    from_customer, from_operator = escrow(made)
    needed = part.outcomes[0].cost + paid[0] - paid[1]
    assert from_operator == paid[1]
    assert from_customer >= needed
    if budget is not None:
        assert from_customer <= max(budget, needed)


def test_a_piece_is_named_by_its_operations_alone() -> None:
    one = pieces(planned())["J"][0]
    assert one.document == Piece("another", one.places, 1, 2, 3, None).document
