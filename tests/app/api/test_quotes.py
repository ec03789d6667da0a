"""Quotes with dates: from a matched order to what its customer chose, recorded. Nobody is promised what others have,
and nobody chooses for another."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.errors import HanseError
from hanse.instances import hanse_json
from tests.app.api.house import Town, planned, question
from tests.app.api.test_commands import key_of
from tests.app.cli import hanse

_numbers = count(1)


def ordered(town: Town, product: int = 1, *, match: bool = True, **more: Any) -> int:
    """A new order of the customer, matched."""
    told = town["customer"].place_order(
        **{"product": product, "quantity": 1, "deposit": 0, "job": f"Q{next(_numbers)}", **more}
    )
    number = int(told.result["order"])
    if match:
        town["ada"].match(number)
    return number


def refused(asked: Callable[[], object]) -> int:
    with pytest.raises(Refused) as caught:
        asked()
    return caught.value.status


def one(quotes: shapes.QuotesNow, name: str) -> shapes.QuoteNow:
    return next(quote for quote in quotes.quotes if name in quote.names)


def job_of(town: Town, order: int) -> str:
    return str(town["ada"].order(order).asked["job"])


def figures(*jobs: str) -> Any:
    """The problem of two shops with a second mill that is quick and dear, for jobs of the customer."""
    document = json.loads(hanse_json.write_problem(question(dict.fromkeys(jobs, ("Customer", None)))))
    for house in document["enterprises"]:
        house["machines"][0]["capacity"] = 1
    quick = {**document["enterprises"][0]["machines"][0], "id": "M9"}
    document["enterprises"][0]["machines"].append(quick)
    for job in document["jobs"]:
        job["plans"][0]["operations"][0]["modes"].append({"machine": "M9", "duration": 20, "cost": 90_000})
    return document


@pytest.fixture(scope="module")
def product(town: Town) -> int:
    """A product whose figures were brought with an order of one piece."""
    found = int(town["ada"].add_product("pump", "Pump", ["milling", "turning"]).result["product"])
    town["ada"].bring_figures(figures(job_of(town, ordered(town, found))))
    return found


def test_a_customer_is_quoted_chooses_and_has_it_planned(town: Town) -> None:
    customer, ada = town["customer"], town["ada"]
    number = ordered(town, int(ada.add_product("fan", "Fan", ["milling", "turning"]).result["product"]))
    nothing = customer.quotes(number)
    assert (nothing.quotes, nothing.made, nothing.valid) == ([], None, False)
    with pytest.raises(Refused, match="does not know yet what making this takes"):
        customer.ask_quotes(number)

    ada.bring_figures(figures(job_of(town, number)))
    found = customer.ask_quotes(number)
    assert found.valid
    assert "binds nobody" in found.binds
    assert (found.reckoned_from, found.reckoned_pieces) == (number, 1)
    cheap, soon = one(found, "cheapest"), one(found, "soonest")
    assert cheap.price < soon.price
    assert cheap.ready > soon.ready
    assert "cheapest" in cheap.proved
    assert "soonest" in soon.proved
    assert {step.machine for step in soon.steps} == {"M9", "M2"}
    assert found.begins is not None
    assert soon.ready == found.begins + 60 * soon.completion

    assert customer.choose(found, "soonest").chosen == "soonest"
    [told] = [one for one in ada.choices() if one.order == number]
    assert (told.name, told.objective, told.price) == ("soonest", "makespan", soon.price)
    ada.record_choice(number)
    story = ada.order(number)
    assert story.order.status == "planned"
    assert story.block is not None
    assert story.block.cost == soon.price
    assert ada.choices() == []
    # What is planned is planned: there is nothing more to be asked or chosen.
    assert refused(lambda: customer.ask_quotes(number)) == 409
    assert refused(lambda: customer.choose(found, "cheapest")) == 409


def test_what_was_planned_for_others_is_in_nobodys_way_twice(town: Town, product: int) -> None:
    """The next order gets the time that those before left, and is reckoned by the rule of three."""
    first = ordered(town, product)
    town["customer"].choose(town["customer"].ask_quotes(first), "soonest")
    town["ada"].record_choice(first)
    second = ordered(town, product, quantity=3)
    found = town["customer"].ask_quotes(second)
    assert found.reckoned_pieces == 1
    soon = one(found, "soonest")
    assert sum(step.ends - step.begins for step in soon.steps) == 3 * 60 * (20 + 30)
    block = town["ada"].order(first).block
    assert block is not None
    assert found.begins is not None
    taken = town["ada"].plan(block.plan)["assignments"]
    busy = {(at["machine"], found.begins + 60 * at["start"], found.begins + 60 * at["end"]) for at in taken}
    assert not [
        (step, work)
        for step in soon.steps
        for work in busy
        if step.machine == work[0] and step.begins < work[2] and step.ends > work[1]
    ]


def test_what_was_promised_to_another_meanwhile_is_not_recorded(town: Town, product: int) -> None:
    customer, ada = town["customer"], town["ada"]
    number, other = ordered(town, product), ordered(town, product)
    mine, theirs = customer.ask_quotes(number), customer.ask_quotes(other)
    assert one(mine, "soonest").completion == one(theirs, "soonest").completion
    customer.choose(mine, "soonest")
    customer.choose(theirs, "soonest")
    ada.record_choice(number)
    with pytest.raises(Refused, match="cannot be promised any more"):
        ada.record_choice(other)
    assert ada.order(other).order.status == "open"
    again = customer.ask_quotes(other)
    assert again.chosen == ""
    customer.choose(again, "soonest")
    ada.record_choice(other)
    assert ada.order(other).order.status == "planned"


def test_a_plan_made_by_hand_takes_no_machine_that_is_promised(town: Town, product: int) -> None:
    """Whether the other one was recorded from a quote or by hand; and if two are recorded at once, one is."""
    ada, numbers = town["ada"], [ordered(town, product) for _ in range(2)]
    by_hand = {}
    for number, after in ((numbers[0], 3_000), (numbers[1], 3_059)):
        document = figures(job_of(town, number))
        for house in document["enterprises"]:
            house["machines"] = house["machines"][:1]  # the mill takes 60 minutes, so the second begins one too early
            house["machines"][0]["available"] = [[after, 9_000]]
        document["jobs"][0]["plans"][0]["operations"][0]["modes"].pop()
        by_hand[number] = planned(hanse_json.read_problem(json.dumps(document).encode()))
    first, second = numbers
    assert ada.append_block(*by_hand[first], {job_of(town, first): first}).state == "done"
    with pytest.raises(
        Refused, match="M1 of E1 is promised already from 3000 to 3060; the plan needs it from 3059"
    ) as no:
        ada.append_block(*by_hand[second], {job_of(town, second): second})
    assert no.value.status == 409
    assert "GET /schedule" in no.value.hint
    assert ada.order(second).order.status == "open"
    problem, _ = by_hand[second]
    for house in problem["enterprises"]:
        house["machines"][0]["available"] = [[3_060, 9_000]]
    later = planned(hanse_json.read_problem(json.dumps(problem).encode()))
    assert ada.append_block(*later, {job_of(town, second): second}).state == "done"


def test_nobody_sees_or_chooses_for_another(town: Town, product: int) -> None:
    number = ordered(town, product)
    found = town["customer"].ask_quotes(number)
    for who, status in (("stranger", 404), ("member", 403), ("notary", 403)):
        assert refused(partial(town[who].quotes, number)) == status
        assert refused(partial(town[who].ask_quotes, number)) == status
    for who, status in (("stranger", 404), ("member", 403), ("ada", 403)):
        assert refused(partial(town[who].choose, found, "cheapest")) == status
    assert refused(lambda: town["customer"].record_choice(number)) == 403
    with pytest.raises(Refused, match="has not chosen yet"):
        town["ada"].record_choice(number)
    assert town["ada"].quotes(number) == found


def test_quotes_that_are_not_there_or_not_the_newest_are_not_chosen(town: Town, product: int) -> None:
    customer, number = town["customer"], ordered(town, product)
    found = customer.ask_quotes(number)
    assert refused(lambda: customer.choose(found, "best")) == 422
    assert (
        refused(lambda: customer.choose(found, "balanced")) == 404
    )  # there are two ways, and each is best in something
    newer = customer.ask_quotes(number)
    assert refused(lambda: customer.choose(found, "cheapest")) == 409
    assert customer.quotes(number) == newer


def test_an_order_nobody_was_matched_with_or_that_cannot_keep_its_limit_has_no_quotes(town: Town, product: int) -> None:
    customer = town["customer"]
    with pytest.raises(Refused, match="no certified member was matched"):
        customer.ask_quotes(ordered(town, product, match=False))
    poor = ordered(town, product, budget=100)
    with pytest.raises(HanseError, match="budget"):
        customer.ask_quotes(poor)
    assert customer.quotes(poor).quotes == []


def test_figures_are_for_coordinators_and_are_of_orders(town: Town, product: int) -> None:
    number = ordered(town, product)
    document = figures(job_of(town, number))
    assert refused(lambda: town["member"].bring_figures(document)) == 403
    with pytest.raises(Refused, match="no job of it is an open order"):
        town["ada"].bring_figures(figures("nobodys"))
    brought = town["ada"].bring_figures(document)
    assert town["ada"].figures()[0] == brought
    assert brought.orders == {job_of(town, number): number}


def test_the_question_of_an_order_is_a_problem_for_a_round_of_solvers(town: Town, product: int) -> None:
    number = ordered(town, product)
    asked = town["ada"].question(number)
    problem, plan = planned(hanse_json.read_problem(json.dumps(asked).encode()))
    assert [job["id"] for job in problem["jobs"]] == [job_of(town, number)]
    assert town["ada"].append_block(problem, plan, {job_of(town, number): number}).state == "done"


def test_the_command_line_quotes_and_chooses(town: Town, product: int) -> None:
    number, key, url = ordered(town, product), key_of(town, "customer"), town.house.url
    found = hanse("quotes", str(number), "--url", url, "--json", HANSE_KEY=key).json
    assert {name for quote in found["quotes"] for name in quote["names"]} >= {"cheapest", "soonest"}
    shown = hanse("quotes", str(number), "--url", url, "--choose", "cheapest", HANSE_KEY=key)
    assert shown.code == 0, shown
    assert "chosen" in shown.out
    assert town["customer"].quotes(number).made == found["made"]
    assert town["customer"].quotes(number).chosen == "cheapest"
    hanse("quotes", str(number), "--url", url, "--choose", "balanced", HANSE_KEY=key).failed(1, "no quote 'balanced'")
