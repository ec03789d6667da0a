"""A day in the life of a league, on a chain whose clock is turned: people order, sign, work, deliver, accept, dispute
or say nothing, while the service is killed now and then. Every hour everything is recomputed from the chain."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hanse.app.api.shapes import MilestoneNow
from hanse.app.client import Client, Refused
from hanse.ledger.standing import StandingChain, standing
from tests.app.api.conftest import settle_in
from tests.app.api.house import PHRASE, Town, house, planned, question, until
from tests.campaign.trial import Found, Trial

STEP = 15
"""Minutes between two turns of everybody."""

MOST = 24 * 60
"""Minutes of one league."""

ORDERS = 0.6
"""Expected in a turn."""

PURSE = 100_000_000
"""Cents of the customer: enough for many days."""

KILLS = 0.04
"""Chance of a `kill -9` of the service in a turn: four in a day."""


def trials(count: int) -> list[Trial]:
    """Leagues that live together so many minutes, a day at most each."""
    return [
        Trial("a league's time", number, minutes, partial(_live, minutes))
        for number, minutes in enumerate(_days(count))
    ]


def _days(count: int) -> list[int]:
    return [min(MOST, count - begun) for begun in range(0, count, MOST)]


def _live(minutes: int, draw: random.Random, home: Path) -> Found:
    with standing(home / "chain") as chain, house(home, chain=chain.url, per_minute=10**9, patience=600.0) as at:
        town = Town(at)
        settle_in(town, "arbiter", "treasurer")
        day = Day(town, chain, draw)
        for turn in range(max(1, minutes // STEP)):
            day.turn()
            if turn % (60 // STEP) == 60 // STEP - 1:
                day.look()
        day.end()
        day.look()
        assert at.stop() == 0, at.log.read_text()[-3000:]
    return Found(minutes)


class Day:
    """One league's people, who act by chance. done: what they did, by its name."""

    def __init__(self, town: Town, chain: StandingChain, draw: random.Random) -> None:
        self.town, self.chain, self.draw = town, chain, draw
        self.done: Counter[str] = Counter()
        self.now = self._chain_time()
        self.ada.mint(town.address("customer"), PURSE)
        self.supply = self._supply()
        self.given: dict[str, str] = {town.address(who): who for who in town.people}

    @property
    def ada(self) -> Client:
        return self.town["ada"]

    def turn(self) -> None:
        """A quarter of an hour."""
        self.now = max(self.now, self._chain_time()) + 60 * STEP
        self.chain.jump(self.now)
        for _ in range(sum(self.draw.random() < ORDERS / 2 for _ in range(2))):
            self.order()
        for agreement in self.ada.agreements():
            if agreement.status == "active":
                for milestone in self.ada.agreement(agreement.number).milestones:
                    self.work(agreement.number, milestone)
        if self.draw.random() < KILLS:
            self.kill()

    def order(self) -> None:
        """From the customer's wish to the last signature; some are never planned, some never signed."""
        job = f"D{sum(self.done.values())}"
        placed = self.town["customer"].place_order(product=1, quantity=1, deposit=80_000, job=job)
        number = int(placed.result["order"])
        self.ada.match(number)
        self.done["ordered"] += 1
        if self.draw.random() < 0.1:
            self.town["customer"].cancel_order(number)
            self.done["cancelled"] += 1
            return
        problem, plan = planned(question({job: (self.town["customer"].session().name, None)}))
        self.ada.append_block(problem, plan, {job: number})
        self.ada.propose(number)
        (agreement,) = [one.number for one in self.ada.agreements() if one.order == number]
        for party in ("member", "lathe", "customer"):
            if self.draw.random() < 0.05:
                self.town[party].decline(agreement)
                self.done["declined"] += 1
                return
            self.town[party].sign(agreement)
        until(lambda: self.ada.agreement(agreement).status == "active", 60)
        self.done["agreed"] += 1

    def work(self, agreement: int, milestone: MilestoneNow) -> None:
        """What one milestone is next, or nothing: people are slow, and some never come."""
        if self.draw.random() < 0.5:
            return
        number, member = milestone.number, self.town[self.given[milestone.member]]
        customer = self.town["customer"]
        match milestone.stage:
            case "agreed":
                self.tried("started", lambda: member.start(agreement, number))
            case "started":
                self.tried("delivered", lambda: member.deliver(agreement, number, "done"))
            case "delivered" if self.draw.random() < 0.6:
                rating = self.draw.randrange(1_000_001)
                self.tried("accepted", lambda: customer.accept(agreement, [number], [rating]))
            case "delivered" if self.draw.random() < 0.5:
                self.tried("disputed", lambda: customer.dispute(agreement, number, "out of tolerance"))
            case "disputed":
                words = {"share": self.draw.randrange(1_000_001), "words": "as far as it is good"}
                path = f"agreements/{agreement}/milestones/{number}/ruling"
                self.tried("ruled", lambda: self.town["arbiter"]._write("POST", path, words))

    def tried(self, what: str, deed: Callable[[], object]) -> None:
        """Does it; too late is too late, and the contract says so."""
        try:
            deed()
            self.done[what] += 1
        except Refused as refused:
            if refused.status != 409:
                raise
            self.done[f"{what} too late"] += 1

    def kill(self) -> None:
        """`kill -9` of the service, and another one. Whoever has no wallet signs in again."""
        self.town.house.kill()
        self.town.house.start()
        self.ada.sign_in("Ada", PHRASE)
        self.done["killed"] += 1

    def end(self) -> None:
        """Weeks later every deadline is over, and what nobody did has ended by itself."""
        self.chain.jump(max(self.now, self._chain_time()) + 90 * 86_400)
        until(self._all_over, 180)

    def look(self) -> None:
        """Everything is recomputed from the chain, and no cent is more or less."""
        found = self.ada.audit()
        wrong = [(check.what, check.differences) for check in found.checks if not check.ok]
        assert not wrong, f"after {dict(self.done)}: {wrong}"
        assert self._supply() == self.supply, f"after {dict(self.done)}"

    def _all_over(self) -> bool:
        active = [one.number for one in self.ada.agreements() if one.status == "active"]
        return all(m.stage == "settled" for number in active for m in self.ada.agreement(number).milestones)

    def _supply(self) -> int:
        """Cents there are, by the token's own count."""
        asked = {"to": self.ada.league().contracts["LeagueToken"], "data": "0x18160ddd"}  # totalSupply()
        return int(self.chain._ask("eth_call", [asked, "latest"]), 16)

    def _chain_time(self) -> int:
        newest = self.chain._ask("eth_getBlockByNumber", ["latest", False])
        return int(newest["timestamp"], 16)
