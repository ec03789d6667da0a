"""Whoever does what, in whatever order, whatever crashes: the money is where the deals say, and all comes out.

Time goes in ticks of a thousand seconds, and every window ends in the middle between two of them, so that the seconds
which pass by themselves decide nothing. Whoever is late at all is late to the cap.
"""

from __future__ import annotations

import functools
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.app.audit import Check
from hanse.app.audit_settlement import audit_agreements, audit_purses, audit_settlement
from hanse.ledger.chain import Reverted
from hanse.ledger.deal import Deal, Milestone, by_member
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER, TREASURY, Sent
from hanse.ledger.settlement import Advance
from hanse.ledger.store import Ledger, open_ledger
from hanse.units import MILLION
from hanse.value.settlement import escrow, escrow_of, repaid, split
from tests.ledger.bargain import (
    COMPENSATION,
    DEPOSIT,
    EVIDENCE,
    MEMBERS,
    OPERATIONS,
    PRICE,
    PURSE,
    REASON,
    SUBSIDY,
    Bargain,
)

TICK = 1_000
WINDOW = 1_500
"""From a tick to the middle between the next one and the one after."""

ROLES = ("customer", *MEMBERS, COORDINATOR, "solver", TREASURY, ARBITER, SECOND_ARBITER, "stranger")

ANYONE = st.sampled_from(ROLES)
RIGHT = st.sampled_from([None] * 20 + list(ROLES))
"""Who acts: None is whoever should."""
WHICH = st.integers(0, 7)
SHARE = st.sampled_from([0, 1, 333_333, MILLION])


class Home:
    """A data directory that is opened again and again, with one league for many lives."""

    def __init__(self, data: Path) -> None:
        self.data, self.lives, self._open = data, 0, ExitStack()
        self.open()

    def open(self) -> Ledger:
        self.kills = 0
        self.ledger = self._open.enter_context(open_ledger(self.data))
        return self.ledger

    def close(self) -> None:
        self._open.close()


@dataclass
class Work:
    """A milestone, by the rules as the documentation tells them; times in ticks."""

    stage: str = "agreed"
    delivered: int = 0
    since: int = 0
    share: int = 0
    funded: bool = True
    financier: str = ""
    owed: int = 0


@dataclass
class Talk:
    """An agreement. begun: the tick of its proposal; signed: what the parties signed then."""

    number: int
    deal: Deal
    begun: int
    signed: list[bytes]
    nonces: dict[str, int]
    status: str = "open"
    works: list[Work] = field(default_factory=lambda: [Work(), Work()])


F = TypeVar("F", bound=Callable[..., Any])


def during(*stages: str) -> Callable[[F], F]:
    """Only if a milestone is in one of these stages, so that most of what is tried is to the point."""
    return precondition(
        lambda self: any(talk.status == "active" and work.stage in stages for talk in self.talks for work in talk.works)
    )


class Life(RuleBasedStateMachine):
    """The contracts beside a model of their money; every transaction is predicted to pass or to be refused."""

    home: ClassVar[Home]

    @initialize()
    def begin(self) -> None:
        self.home.lives += 1
        self.name = f"life {self.home.lives}"
        self.bargain = Bargain(self.home.ledger, self.name)
        self.tick, self.steps = 0, 0
        self.base = self.bargain.now
        self.talks: list[Talk] = []
        self.nonces = dict.fromkeys(ROLES, 0)
        self.free = dict.fromkeys(ROLES, 0) | {"customer": PURSE, COORDINATOR: PURSE}
        self.last: tuple[Callable[[], Sent], str] | None = None
        self.keep_time()
        for number in range(2):
            self.propose()
            self.sign(number, None)
            self.start(2 * number, None)
            self.deliver(0, None)

    @property
    def ledger(self) -> Ledger:
        return self.home.ledger

    def tried(self, expected: bool, act: Callable[[str], Sent]) -> bool:
        """Whether an action passed; it must be as expected."""
        self.steps += 1
        key = f"{self.name}, step {self.steps}"
        try:
            sent = act(key)
            sent.wait()
        except Reverted:
            assert not expected, f"{key} was refused"
            return False
        assert expected, f"{key} passed"
        self.last = (lambda: act(key)), sent.hash
        return True

    # Time, and what dies.

    def keep_time(self) -> None:
        """The chain is at this tick, and remembers it."""
        self.bargain.until(self.base + self.tick * TICK)
        cast("EmbeddedChain", self.ledger.chain).save()

    @rule()
    def a_tick_passes(self) -> None:
        self.tick += 1
        self.keep_time()

    @rule()
    def the_chain_is_killed(self) -> None:
        """Whatever it forgot is sent again by the next question."""
        chain = cast("EmbeddedChain", self.ledger.chain)
        chain.revived = self.go_on
        process = chain._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert self.bargain.now, "a question that starts it again"
        self.home.kills += 1
        if self.home.kills == 5:
            self.hanse_starts_again()  # one that sees its chain die eight times in a minute gives up
        self.do_the_last_again()

    @rule()
    def hanse_starts_again(self) -> None:
        self.home.close()
        self.bargain.ledger = self.home.open()
        self.bargain.until(self.bargain.now + 1)
        self.do_the_last_again()

    def go_on(self) -> None:
        """A chain that starts again goes by the machine's clock, which has not jumped ahead as the test did."""
        self.bargain.until(self.bargain.now + 1)
        self.ledger.outbox.replay()

    def do_the_last_again(self) -> None:
        """A program that was killed does what it did; nothing is signed twice."""
        if self.last is not None:
            again, name = self.last
            assert again().hash == name

    # Negotiation.

    @precondition(lambda self: len(self.talks) < 5)
    @rule()
    def propose(self) -> None:
        start = self.base + self.tick * TICK + TICK // 2
        work = by_member(
            Milestone(
                *(self.bargain.address(role), OPERATIONS, PRICE, start + 2 * TICK, start + 3 * TICK),
                *(COMPENSATION, SUBSIDY),
            )
            for role in MEMBERS
        )
        if len(self.talks) % 2:  # the second piece of work is paid in later, before it is begun
            work = (work[0], replace(work[1], fund_by=start + TICK))
        windows = dict.fromkeys(("review", "patience", "ruling", "appeal"), WINDOW) | {"patience": TICK}
        terms = self.bargain.conditions(**windows, grace=0, unit=1, per_unit=MILLION)
        deal = self.bargain.deal(self.bargain.order(), deadline=start + TICK, milestones=work, conditions=terms)
        sent = self.ledger.agreements.propose(COORDINATOR, deal, key=f"{self.name}, propose {len(self.talks)}")
        number = int(sent.value("agreement"))
        signed = self.bargain.signatures(number, deal)
        works = [Work(funded=one.fund_by == 0) for one in work]
        self.talks.append(Talk(number, deal, self.tick, signed, dict(self.nonces), works=works))

    @rule(which=WHICH, forged=st.sampled_from([None, None, 0, 1, 2]))
    def sign(self, which: int, forged: int | None) -> None:
        """Anyone brings the signatures of then, perhaps with one that is another's."""
        talk = self.talks[which % len(self.talks)]
        signed = list(talk.signed)
        if forged is not None:
            signed[forged] = signed[(forged + 1) % 3]
        customer, proposer = escrow(talk.deal)
        roles = ["customer", *MEMBERS]
        may = (
            talk.status == "open"
            and self.tick <= talk.begun + 1
            and forged is None
            and all(talk.nonces[role] == self.nonces[role] for role in roles)
            and self.free["customer"] + DEPOSIT >= customer
            and self.free[COORDINATOR] >= proposer
        )
        if self.tried(
            may, lambda key: self.ledger.agreements.activate("stranger", talk.number, talk.deal, signed, key=key)
        ):
            talk.status = "active"
            self.free["customer"] += DEPOSIT - customer
            self.free[COORDINATOR] -= proposer

    @precondition(lambda self: any(talk.status == "open" for talk in self.talks))
    @rule(which=WHICH, who=ANYONE)
    def decline(self, which: int, who: str) -> None:
        talk = self.talks[which % len(self.talks)]
        may = talk.status == "open" and who in ("customer", COORDINATOR, *MEMBERS)
        if self.tried(may, lambda key: self.ledger.agreements.decline(who, talk.number, talk.deal, "price", key=key)):
            talk.status = "declined"

    @rule(who=ANYONE)
    def withdraw_signatures(self, who: str) -> None:
        self.tried(True, lambda key: self.ledger.agreements.withdraw_signatures(who, key=key))
        self.nonces[who] += 1

    # Work. `one` finds an agreement, a milestone, and who should act.

    def one(self, which: int, *stages: str) -> tuple[Talk, int, Work, str]:
        """Mostly a milestone in one of these stages, if there is any; else any at all."""
        every = [(talk, at) for talk in self.talks for at in range(2)]
        fitting = [(talk, at) for talk, at in every if talk.status == "active" and talk.works[at].stage in stages]
        talk, at = fitting[which % len(fitting)] if fitting and which < 6 else every[which % len(every)]
        return talk, at, talk.works[at], self.bargain.worker(talk.deal, at)

    @during("agreed")
    @rule(which=WHICH, who=RIGHT)
    def fund(self, which: int, who: str | None) -> None:
        talk, at, work, _ = self.one(which, "agreed")
        amount, _ = escrow_of(talk.deal.milestones[at], talk.deal.conditions)
        may = (
            talk.status == "active"
            and who in (None, "customer")
            and work.stage == "agreed"
            and not work.funded
            and self.tick <= talk.begun + 1
            and self.free["customer"] >= amount
        )
        if self.tried(
            may, lambda key: self.ledger.settlement.fund(who or "customer", talk.number, talk.deal, [at], key=key)
        ):
            work.funded = True
            self.free["customer"] -= amount

    @during("agreed", "started")
    @rule(which=WHICH, who=ANYONE, amount=st.integers(1, PRICE), more=st.integers(0, PRICE))
    def advance(self, which: int, who: str, amount: int, more: int) -> None:
        """The member asks, and somebody gives it, perhaps when it is too late or for the second time."""
        talk, at, work, worker = self.one(which, "agreed", "started")
        in_time = work.stage in ("agreed", "started") and self.tick <= talk.begun + (2 if work.stage == "agreed" else 4)
        asks = (
            talk.status == "active"
            and in_time
            and work.funded
            and not work.financier
            and amount + more <= PRICE + COMPENSATION
        )
        terms = Advance(amount, amount + more, 2**40 - 1)
        self.tried(
            asks,
            lambda key: self.ledger.settlement.ask_advance(worker, talk.number, talk.deal, at, terms, key=key),
        )
        gives = asks and who not in (worker, ARBITER, SECOND_ARBITER) and self.free[who] >= amount
        if self.tried(
            gives,
            lambda key: self.ledger.settlement.give_advance(who, talk.number, talk.deal, at, terms, key=key),
        ):
            work.financier, work.owed = who, terms.repay
            self.free[who] -= amount
            self.free[worker] += amount

    @during("agreed")
    @rule(which=WHICH, who=RIGHT)
    def start(self, which: int, who: str | None) -> None:
        talk, at, work, worker = self.one(which, "agreed")
        in_time = self.tick <= talk.begun + 2
        may = talk.status == "active" and who in (None, worker) and work.stage == "agreed" and in_time and work.funded
        if self.tried(
            may, lambda key: self.ledger.settlement.start(who or worker, talk.number, talk.deal, at, key=key)
        ):
            work.stage = "started"

    @during("started")
    @rule(which=WHICH, who=RIGHT)
    def deliver(self, which: int, who: str | None) -> None:
        talk, at, work, worker = self.one(which, "started")
        in_time = self.tick <= talk.begun + 4
        may = talk.status == "active" and who in (None, worker) and work.stage == "started" and in_time
        if self.tried(
            may,
            lambda key: self.ledger.settlement.deliver(who or worker, talk.number, talk.deal, at, EVIDENCE, key=key),
        ):
            work.stage, work.delivered = "delivered", self.tick

    @during("delivered", "disputed", "ruled")
    @rule(which=WHICH, who=RIGHT, rating=st.sampled_from([None, 0, MILLION]))
    def accept(self, which: int, who: str | None, rating: int | None) -> None:
        talk, at, work, _ = self.one(which, "delivered", "disputed", "ruled")
        after = work.stage in ("delivered", "disputed", "ruled", "appealed")
        may = talk.status == "active" and who in (None, "customer") and after
        if self.tried(
            may,
            lambda key: self.ledger.settlement.accept(
                who or "customer", talk.number, talk.deal, [at], [rating], key=key
            ),
        ):
            self.end(talk, at, MILLION)

    @during("agreed", "started", "disputed")
    @rule(which=WHICH, who=ANYONE)
    def give_up(self, which: int, who: str) -> None:
        talk, at, work, worker = self.one(which, "agreed", "started", "disputed")
        may = talk.status == "active" and who == worker and work.stage != "settled"
        if self.tried(may, lambda key: self.ledger.settlement.give_up(who, talk.number, talk.deal, at, key=key)):
            self.end(talk, at, 0)

    @during("delivered")
    @rule(which=WHICH, who=RIGHT)
    def dispute(self, which: int, who: str | None) -> None:
        talk, at, work, _ = self.one(which, "delivered")
        in_time = self.tick <= work.delivered + 1
        may = talk.status == "active" and who in (None, "customer") and work.stage == "delivered" and in_time
        if self.tried(
            may,
            lambda key: self.ledger.settlement.dispute(
                who or "customer", talk.number, talk.deal, at, EVIDENCE, key=key
            ),
        ):
            work.stage, work.since, work.share = "disputed", self.tick, MILLION // 2

    @during("disputed", "appealed")
    @rule(which=WHICH, who=RIGHT, share=SHARE)
    def rule_on_it(self, which: int, who: str | None, share: int) -> None:
        talk, at, work, _ = self.one(which, "disputed", "appealed")
        right = SECOND_ARBITER if work.stage == "appealed" else ARBITER
        asked = work.stage in ("disputed", "appealed") and self.tick <= work.since + 1
        may = talk.status == "active" and who in (None, right) and asked
        if self.tried(
            may,
            lambda key: self.ledger.settlement.rule(who or right, talk.number, talk.deal, at, share, REASON, key=key),
        ):
            if work.stage == "appealed":
                self.end(talk, at, share)
            else:
                work.stage, work.since, work.share = "ruled", self.tick, share

    @during("ruled", "disputed")
    @rule(which=WHICH, who=RIGHT)
    def appeal(self, which: int, who: str | None) -> None:
        talk, at, work, worker = self.one(which, "ruled", "disputed")
        # A silent arbiter has ruled when its window was over: after a tick and a half.
        ruled = work.stage == "ruled" and self.tick <= work.since + 1
        silent = work.stage == "disputed" and work.since + 2 <= self.tick <= work.since + 2
        may = talk.status == "active" and who in (None, "customer", worker) and (ruled or silent)
        if self.tried(
            may, lambda key: self.ledger.settlement.appeal(who or worker, talk.number, talk.deal, at, EVIDENCE, key=key)
        ):
            work.stage, work.since = "appealed", self.tick

    @rule(which=WHICH)
    def settle(self, which: int) -> None:
        talk, at, work, _ = self.one(which, "delivered", "disputed", "ruled", "appealed", "agreed", "started")
        due = {
            "agreed": (talk.begun + (3 if work.funded else 2), 0),
            "started": (talk.begun + 5, 0),
            "delivered": (work.delivered + 2, MILLION),
            "disputed": (work.since + 3, work.share),
            "ruled": (work.since + 2, work.share),
            "appealed": (work.since + 2, work.share),
        }.get(work.stage)
        may = talk.status == "active" and due is not None and self.tick >= due[0]
        if self.tried(
            may, lambda key: self.ledger.settlement.settle("stranger", talk.number, talk.deal, [at], key=key)
        ):
            assert due is not None
            self.end(talk, at, due[1])

    def end(self, talk: Talk, at: int, share: int) -> None:
        work, milestone = talk.works[at], talk.deal.milestones[at]
        late = work.stage not in ("agreed", "started") and work.delivered > talk.begun + 3
        parts = split(milestone, talk.deal.conditions, share, TICK if late else 0)
        if not work.funded:
            parts = replace(parts, customer=0)
        back = repaid(work.owed, parts.member)
        parts = replace(parts, member=parts.member - back)
        if work.financier:
            self.free[work.financier] += back
        work.stage = "settled"
        gains = (parts.member, parts.solver, parts.treasury, parts.customer, parts.proposer)
        payees = (self.bargain.worker(talk.deal, at), "solver", TREASURY, "customer", COORDINATOR)
        for role, gain in zip(payees, gains, strict=True):
            self.free[role] += gain

    def take_all(self, role: str, key: str) -> Sent:
        return self.ledger.settlement.withdraw(role, self.free[role], key=key)

    # What must be true.

    def locked(self) -> int:
        return sum(
            (customer if work.funded else 0) + proposer
            for talk in self.talks
            for milestone, work in zip(talk.deal.milestones, talk.works, strict=True)
            if talk.status == "active" and work.stage != "settled"
            for customer, proposer in [escrow_of(milestone, talk.deal.conditions)]
        )

    @invariant()
    def money_is_where_the_deals_say(self) -> None:
        if not hasattr(self, "talks"):
            return
        settlement = self.ledger.settlement
        assert {role: settlement.free(self.bargain.address(role)) for role in ROLES} == self.free
        assert self.ledger.league.balance(settlement.address) == sum(self.free.values()) + self.locked()

    def teardown(self) -> None:
        if not hasattr(self, "talks"):
            return
        self.tick += 10
        self.keep_time()
        while self.locked():
            self.settle(0)
        for role in ROLES:
            assert self.tried(True, functools.partial(self.take_all, role))
            self.free[role] = 0
        self.money_is_where_the_deals_say()
        check = Check("everything")
        index = self.ledger.sync()
        audit_agreements(check, index, self.ledger.agreements, self.ledger.settlement)
        audit_settlement(check, index, self.ledger.settlement)
        audit_purses(check, index, self.ledger.settlement, self.ledger.league)
        assert check.differences == []


def test_agreements_of_hostile_people_on_a_chain_that_dies_lose_no_cent() -> None:
    with tempfile.TemporaryDirectory() as directory:
        Life.home = Home(Path(directory))
        try:
            case = Life.TestCase()
            Life.TestCase.settings = settings(max_examples=10, stateful_step_count=35, deadline=None)
            case.runTest()
        finally:
            Life.home.close()
