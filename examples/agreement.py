"""An order is agreed, made and paid on a chain of its own: who signs, what is locked, and where every cent ends."""

import tempfile
import time
from pathlib import Path

from hanse.ledger.deal import DAY, Conditions, Deal, Milestone, by_member
from hanse.ledger.league import ARBITER, COORDINATOR, NOTHING, SECOND_ARBITER, TREASURY, AcceptedPlan
from hanse.ledger.store import open_ledger

with tempfile.TemporaryDirectory() as data, open_ledger(Path(data)) as ledger:
    league, agreements, settlement, address = ledger.league, ledger.agreements, ledger.settlement, ledger.league.address
    text = ledger.content.put(b"a shaft, turned and milled")  # in life: what is ordered, planned and proved, in words

    # An order of Anna's with a deposit of 30.00, and a block that plans it.
    league.mint(address("anna"), 15_000, key="anna gets money").wait()
    league.approve("anna", 3_000, key="anna allows her deposit").wait()
    product = league.add_product(0b11, text, key="product").value("product")
    order = league.place("anna", product, 1, text, 0, 3_000, key="anna orders").value("order")
    plan = AcceptedPlan(NOTHING, text, text, text, "cost", 9_500, 0, "none", 9_500, 90, 0, 0, address("solver"))
    league.append_block(plan, [order], key="block").wait()

    # What is proposed to her and to the two shops.
    now = int(time.time())
    work = by_member(
        Milestone(address(shop), text, price, now + 2 * DAY, now + 5 * DAY)
        for shop, price in (("turner", 3_500), ("miller", 6_000))
    )
    people = address("solver"), address(ARBITER), address(SECOND_ARBITER)
    terms = Conditions(*people, reward=20_000, fee=10_000)  # two and one percent
    deal = Deal(text, text, order, address("anna"), address(COORDINATOR), now + DAY, terms, work)
    number = agreements.propose(COORDINATOR, deal, key="propose").value("agreement")

    # Anna puts the rest of her escrow down; all sign; anyone brings the signatures.
    settlement.allow("anna", 7_000, key="anna allows the escrow").wait()
    settlement.deposit("anna", 7_000, key="anna puts it down").wait()
    roles = {address(role): role for role in ("anna", "turner", "miller")}
    signatures = [agreements.sign(roles[party], number, deal) for party in deal.parties()]
    agreements.activate("miller", number, deal, signatures, key="activate").wait()
    print(f"agreement {number} is {agreements.state(number).status}; free to Anna: {settlement.free(address('anna'))}")

    # The shops work; Anna accepts, and rates.
    for at, milestone in enumerate(deal.milestones):
        shop = roles[milestone.member]
        settlement.start(shop, number, deal, at, key=f"{shop} starts").wait()
        settlement.deliver(shop, number, deal, at, text, key=f"{shop} delivers").wait()
    settlement.accept("anna", number, deal, [0, 1], [950_000, None], key="anna accepts").wait()

    for role in ("turner", "miller", "solver", TREASURY, "anna"):
        amount = settlement.free(address(role))
        settlement.withdraw(role, amount, key=f"{role} takes out").wait()
        print(f"{role} takes out {amount / 100:.2f}")
