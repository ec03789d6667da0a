"""Whatever requesters, bidders and strangers do, whenever they do it, the contract does what its twin does."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from secrets import token_bytes
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.ledger.contracts import role
from hanse.ledger.embedded import EmbeddedChain
from hanse.market import quotation as rules
from hanse.market.quotation import DAY, Bid, Cause, Liability, Outcome, Request, Stage, Terms
from hanse.units import MILLION
from tests.ledger.arena import ADMIN, Arena
from tests.ledger.arena import Refused as RefusedByContract

PEOPLE = tuple("0x" + f"{number:02x}" * 20 for number in (0xE0, 0xE1, 0xE2, 0xE3))
STRANGER, ARBITER = ("0x" + f"{number:02x}" * 20 for number in (0x57, 0xA1))
MONEY = 60_000
DOCUMENT = "0x" + "11" * 32


class QuotationsMachine(RuleBasedStateMachine):
    """Four people who ask, bid and hand work on; `now` is the time of the next block."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.arena = Arena(self.stack.enter_context(EmbeddedChain(home)))
        self.chain = self.arena.chain.chain_id()
        self.requests: dict[int, Request] = {}
        self.hidden: dict[tuple[int, str], Bid] = {}
        self.free = dict.fromkeys(PEOPLE, MONEY)

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def found(self) -> None:
        arena = self.arena
        arena.deploy("MemberRegistry", ADMIN)
        arena.deploy("Quotations", ADMIN, arena.at["LeagueToken"], arena.at["MemberRegistry"])
        arena.act(ADMIN, "Quotations", "grantRole", role("ARBITER_ROLE"), ARBITER)
        for person in PEOPLE:
            arena.act(ADMIN, "LeagueToken", "mint", person, MONEY, token_bytes(32))
            arena.act(person, "LeagueToken", "approve", arena.at["Quotations"], 2**255)
            arena.act(person, "Quotations", "deposit", MONEY)

    @property
    def now(self) -> int:
        return self.arena.now + 1

    @rule(seconds=st.integers(0, 3_000))
    def wait(self, seconds: int) -> None:
        self.arena.later(seconds)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), when=st.integers(0, 4), around=st.integers(-2, 1))
    def wait_for(self, data: st.DataObject, when: int, around: int) -> None:
        """About the moment when something of a request begins or ends."""
        one = self.some(data)
        ends = [one.terms.commit_end, one.terms.reveal_end, one.delivered + one.terms.review]
        ends += [one.disputed + rules.DECISION, one.overdue if one.leader else 0]
        wanted = ends[when] + around - self.now
        if 0 < wanted < 30 * DAY:
            self.arena.later(wanted)

    @rule(
        who=st.sampled_from(PEOPLE),
        budget=st.integers(0, 40_000),
        bond=st.integers(0, 3_000),
        rates=st.tuples(*[st.integers(0, MILLION)] * 5),
        handed=st.booleans(),
    )
    def post(self, who: str, budget: int, bond: int, rates: tuple[int, ...], handed: bool) -> None:
        now = self.now
        parent = next((n for n, one in self.requests.items() if handed and self.works(one) == who), 0)
        ends = now + 1_000, now + 2_000, now + 5 * DAY
        terms = Terms(
            *ends, budget, bond, ARBITER, DOCUMENT, now + DAY, 500_000, 2 * DAY, 3 * DAY, 100, 1_000,
            parent=parent, liability=Liability(*rates),
        )  # fmt: skip
        one = Request(len(self.requests) + 1, who, terms)
        fits = budget and bond and self.free[who] >= budget
        try:
            self.arena.act(who, "Quotations", "post", terms.words())
        except RefusedByContract:
            assert not fits
            return
        assert fits
        self.requests[one.number] = one
        self.free[who] -= budget

    @precondition(lambda self: self.requests)
    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        price=st.integers(0, 30_000),
        days=st.integers(0, 6),
        quality=st.integers(450_000, MILLION + 10),
    )
    def bid(self, data: st.DataObject, who: str, price: int, days: int, quality: int) -> None:
        one = self.some(data, Stage.OPEN)
        shown = Bid(price, one.terms.reveal_end + days * DAY, quality, b"salt" * 8)
        seal = self.seal(one, who, shown)
        outcome = None
        if rules.may_bid(one, self.requests, who):
            outcome = self.twin(rules.bid, one, who, seal, self.now)
        if outcome is not None and self.free[who] + outcome.moves.get(who, 0) < 0:
            outcome = None
        if self.both(outcome, one, who, "bid", seal):
            self.hidden[one.number, who] = shown

    @precondition(lambda self: self.hidden)
    @rule(data=st.data(), thief=st.integers(0, 5))
    def open(self, data: st.DataObject, thief: int) -> None:
        """Its own bid, or, seldom, somebody else's."""
        number, who = data.draw(st.sampled_from(sorted(self.hidden)))
        one, shown = self.requests[number], self.hidden[number, who]
        sender = who if thief else PEOPLE[thief]
        outcome = self.twin(rules.show, one, sender, shown, self.seal(one, sender, shown), self.now)
        self.both(outcome, one, sender, "open", shown.words())

    @precondition(lambda self: self.hidden)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        number, who = data.draw(st.sampled_from(sorted(self.hidden)))
        one = self.requests[number]
        self.both(self.twin(rules.release, one, who, self.now), one, STRANGER, "release", who)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), what=st.sampled_from(["award", "award", "settle"]))
    def anyones_step(self, data: st.DataObject, what: str) -> None:
        one = self.some(data)
        self.both(self.twin(getattr(rules, what), one, self.now), one, STRANGER, what)

    @precondition(lambda self: self.requests)
    @rule(
        data=st.data(),
        who=st.integers(0, 9),
        what=st.sampled_from(["deliver", "deliver", "accept", "cancel", "report", "decide", "giveUp"]),
        cause=st.sampled_from(list(Cause)),
    )
    def partys_step(self, data: st.DataObject, who: int, what: str, cause: Cause) -> None:
        """By whoever may, or by anyone else, who must be refused."""
        one = self.some(data)
        right = {"accept": one.requester, "cancel": one.requester, "decide": ARBITER}.get(what) or self.works(one)
        if what == "report" and one.stage is Stage.DELIVERED:
            right = one.requester
        sender = right if who > 3 and right else (*PEOPLE, STRANGER)[who % 5]
        if what in ("cancel", "giveUp") and who < 8:
            return  # seldom, or nothing would last
        step, arguments, words = {
            "deliver": (rules.deliver, (self.now,), (bytes(32),)),
            "accept": (rules.accept, (), (cause * 1_000,)),
            "cancel": (rules.cancel, (self.now,), ()),
            "report": (rules.report, (cause, self.now), (int(cause), bytes(32))),
            "decide": (rules.decide, (cause, self.now), (int(cause),)),
            "giveUp": (rules.give_up, (), ()),
        }[what]
        self.both(self.twin(step, one, sender, *arguments), one, sender, what, *words)

    @invariant()
    def money_is_where_it_should_be(self) -> None:
        if "Quotations" not in self.arena.at or not self.requests:
            return
        for person, free in self.free.items():
            assert int(self.arena.read("Quotations", "free", person)) == free
        held = sum(one.held for one in self.requests.values())
        balance = self.arena.balance(self.arena.at["Quotations"])
        assert balance == sum(self.free.values()) + held == len(PEOPLE) * MONEY

    # --- inside -----------------------------------------------------------------------------------------------------

    def some(self, data: st.DataObject, *stages: Stage) -> Request:
        """A request, rather one that goes on."""
        going = [n for n, one in self.requests.items() if one.stage not in (Stage.VOID, Stage.DONE)]
        wanted = [n for n in going if not stages or self.requests[n].stage in stages] or list(self.requests)
        return self.requests[data.draw(st.sampled_from(wanted))]

    def works(self, one: Request) -> str:
        """Who has been awarded it and has not delivered."""
        return one.leader.bidder if one.leader and one.stage is Stage.AWARDED else ""

    def seal(self, one: Request, who: str, shown: Bid) -> bytes:
        return rules.seal(self.chain, self.arena.at["Quotations"], one.number, who, shown)

    def twin(self, step: Any, *arguments: Any) -> Outcome | None:
        try:
            outcome: Outcome = step(*arguments)
        except rules.Refused:
            return None
        return outcome

    def both(self, outcome: Outcome | None, one: Request, sender: str, function: str, *words: Any) -> bool:
        """The contract does the same: it takes the step, and all is as the twin says, or it refuses."""
        try:
            self.arena.act(sender, "Quotations", function, one.number, *words)
        except RefusedByContract:
            assert outcome is None, (function, words, outcome)
            return False
        assert outcome is not None, (function, words)
        self.requests[one.number] = outcome.request
        for account, amount in outcome.moves.items():
            self.free[account] += amount
        kept = self.arena.read("Quotations", "requestOf", one.number)
        assert kept[2] == outcome.request.stage
        leader = outcome.request.leader
        assert leader is None or (kept[6].lower(), kept[7], kept[8]) == (leader.bidder, leader.bid.price, leader.value)
        return True


TestQuotationsMachine = QuotationsMachine.TestCase
TestQuotationsMachine.settings = settings(max_examples=12, stateful_step_count=60)
