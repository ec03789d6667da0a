"""Whoever does what, in whatever order and at whatever time: the money is where the rules say, and all comes out."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.ledger.embedded import EmbeddedChain
from hanse.market.award import Contender, Prize, award, earnings, ranking
from tests.ledger.arena import (
    ADMIN,
    BASELINE,
    EVIDENCE,
    JUDGE,
    REASON,
    SPONSOR,
    TARGET,
    Arena,
    Refused,
    claim_bytes,
    terms,
    words_of,
)

DEMANDS = 8
BOND = 1_001
SALT = b"s" * 32
ACTORS = (*("0x" + f"{number:02x}" * 20 for number in (0xE0, 0xE1, 0xE2)), SPONSOR)

LIES = {"bound": {"bound": 3}, "problem": {"problem": b"x" * 32}, "measure": {"targets": bytes(32)}}
"""What the contract itself sees; none of these can be revealed."""


@dataclass
class Claim:
    """A commitment, by what its author knows of it."""

    solver: str
    covered: int
    value: int
    data: bytes
    presentable: bool
    status: str = "sealed"

    def contender(self) -> Contender:
        size = self.covered.bit_count()
        stands = self.status in ("standing", "accepted", "skipped")
        return Contender(self.covered, self.value, size * BASELINE, size * TARGET, stands)


@dataclass
class Round:
    """A round, by the rules as the documentation tells them."""

    number: int
    pot: int
    first_wins: bool
    ends: tuple[int, int, int]
    most: int
    claims: list[Claim] = field(default_factory=list)
    conflicts: list[list[int]] = field(default_factory=list)
    paid: int = 0
    finalised: bool = False

    def phase(self, now: int) -> str:
        names = ("commit", "reveal", "challenge")
        return next((name for name, end in zip(names, self.ends, strict=True) if now < end), "award")

    def contenders(self) -> list[Contender]:
        return [claim.contender() for claim in self.claims]

    def waiting(self) -> list[int]:
        """Claims that the award has still to decide, by rank."""
        ranked = ranking(self.contenders(), self.first_wins)
        return [index for index in ranked if self.claims[index].status == "standing"]

    def locked(self) -> int:
        if self.finalised:
            return 0
        return self.pot - self.paid + BOND * sum(claim.status in ("sealed", "standing") for claim in self.claims)


class Competition(RuleBasedStateMachine):
    """The contract beside a model of its money; every transaction is predicted to pass or to be refused."""

    chain: ClassVar[EmbeddedChain]

    @initialize()
    def begin(self) -> None:
        self.arena = Arena(self.chain)
        self.free = dict.fromkeys(ACTORS, 20000)
        self.purse = dict.fromkeys(ACTORS, 0)
        self.rounds: list[Round] = []
        for actor in ACTORS:
            self.arena.fund(actor, 20_000)

    def tried(self, expected: bool, sender: str, function: str, *arguments: Any) -> bool:
        """Sends a transaction, and whether it passed; it must be as expected."""
        try:
            self.events = self.arena.act(sender, "Rounds", function, *arguments)
        except Refused:
            assert not expected, f"{function} was refused: {arguments}"
            return False
        assert expected, f"{function} passed: {arguments}"
        return True

    def chosen(self, which: int) -> tuple[Round, str]:
        """A round, and its phase at the next transaction; new ones more often."""
        one = self.rounds[-1 - which % min(2, len(self.rounds))]
        return one, one.phase(self.arena.now + 1)

    # Money.

    @rule(who=st.sampled_from(ACTORS), amount=st.integers(0, 30_000))
    def withdraw(self, who: str, amount: int) -> None:
        if self.tried(amount <= self.free[who], who, "withdraw", amount):
            self.free[who] -= amount
            self.purse[who] += amount

    @rule(who=st.sampled_from(ACTORS), amount=st.integers(0, 30_000))
    def deposit(self, who: str, amount: int) -> None:
        if self.tried(amount <= self.purse[who], who, "deposit", amount):
            self.free[who] += amount
            self.purse[who] -= amount

    @rule(seconds=st.sampled_from([5, 20, 40]))
    def time_passes(self, seconds: int) -> None:
        self.arena.later(seconds)

    # The sponsor.

    @rule(
        who=st.sampled_from([SPONSOR, SPONSOR, ACTORS[0]]),
        pot=st.integers(0, 9_000),
        challenge=st.sampled_from([0, 40]),
        most=st.integers(3, 6),
        first_wins=st.booleans(),
    )
    def open(self, who: str, pot: int, challenge: int, most: int, first_wins: bool) -> None:
        words = terms(DEMANDS, pot=pot, challenge=challenge, most=most, first_wins=first_wins, bond=BOND)
        if self.tried(who == SPONSOR and 0 < pot <= self.free[SPONSOR], who, "open", words):
            self.free[SPONSOR] -= pot
            now = self.arena.now
            ends = (now + 40, now + 80, now + 80 + challenge)
            self.rounds.append(Round(len(self.rounds) + 1, pot, first_wins, ends, most))

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), index=st.integers(0, 5), who=st.sampled_from([SPONSOR, *ACTORS]))
    def dismiss(self, which: int, index: int, who: str) -> None:
        one, phase = self.chosen(which)
        may = who == SPONSOR and phase == "challenge" and self.stands(one, index)
        if self.tried(may, who, "dismiss", one.number, index, REASON):
            one.claims[index].status = "dismissed"
            self.free[one.claims[index].solver] += BOND

    # Solvers.

    @precondition(lambda self: self.rounds)
    @rule(
        which=st.integers(0, 1),
        who=st.sampled_from(ACTORS),
        covered=st.sampled_from([1, 2, 4, 8, 3, 6, 12, 240, 255]),
        each=st.integers(55, 101),
        lie=st.sampled_from([None, None, None, None, *LIES]),
    )
    def commit(self, which: int, who: str, covered: int, each: int, lie: str | None) -> None:
        one, phase = self.chosen(which)
        size = covered.bit_count()
        false: dict[str, Any] = LIES[lie] if lie else {}  # type: ignore[assignment]
        data = claim_bytes(words_of(covered, DEMANDS), size * each, size * BASELINE, size * TARGET, **false)
        may = phase == "commit" and len(one.claims) < one.most and self.free[who] >= BOND
        seal = self.arena.seal(one.number, who, data, SALT)
        if self.tried(may, who, "commit", one.number, seal):
            self.free[who] -= BOND
            one.claims.append(Claim(who, covered, size * each, data, lie is None and each < BASELINE))

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), index=st.integers(0, 5), who=st.sampled_from(ACTORS))
    def copy_a_seal(self, which: int, index: int, who: str) -> None:
        one, phase = self.chosen(which)
        if index >= len(one.claims) or one.claims[index].solver == who:
            return
        seen = self.arena.read("Rounds", "claimOf", one.number, index)[0]
        may = phase == "commit" and len(one.claims) < one.most and self.free[who] >= BOND
        if self.tried(may, who, "commit", one.number, seen):
            self.free[who] -= BOND
            original = one.claims[index]
            one.claims.append(Claim(who, original.covered, original.value, original.data, False))

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), but=st.integers(0, 9), thief=st.sampled_from([None, None, *ACTORS]))
    def reveal_all_but_one(self, which: int, but: int, thief: str | None) -> None:
        one, phase = self.chosen(which)
        for index, claim in enumerate(one.claims):
            who = thief or claim.solver
            phase = one.phase(self.arena.now + 1)
            may = phase == "reveal" and claim.status == "sealed" and who == claim.solver and claim.presentable
            words = words_of(claim.covered, DEMANDS)
            if index != but and self.tried(may, who, "reveal", one.number, index, SALT, claim.data, words, EVIDENCE):
                claim.status = "standing"

    # The judge.

    def stands(self, one: Round, index: int) -> bool:
        return index < len(one.claims) and one.claims[index].status == "standing"

    @precondition(lambda self: self.rounds)
    @rule(
        which=st.integers(0, 1),
        index=st.integers(0, 5),
        who=st.sampled_from([JUDGE, JUDGE, *ACTORS]),
        challenger=st.sampled_from(ACTORS),
    )
    def strike(self, which: int, index: int, who: str, challenger: str) -> None:
        one, phase = self.chosen(which)
        may = who == JUDGE and phase == "challenge" and self.stands(one, index)
        if self.tried(may, who, "strike", one.number, index, challenger, 1):
            one.claims[index].status = "struck"
            self.free[challenger] += BOND // 2
            self.free[SPONSOR] += BOND - BOND // 2

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), indices=st.lists(st.integers(0, 4), min_size=1, max_size=3))
    def conflict(self, which: int, indices: list[int]) -> None:
        one, phase = self.chosen(which)
        may = phase == "challenge" and len(indices) > 1 and all(self.stands(one, index) for index in indices)
        if may:
            covers = [one.claims[index].covered for index in indices]
            known = any(
                set(told) <= set(indices) and self.last(one, told) == self.last(one, indices) for told in one.conflicts
            )
            may = len(set(indices)) == len(indices) and sum(covers) == _union(covers) and not known
        if self.tried(may, JUDGE, "conflict", one.number, indices):
            one.conflicts.append(indices)

    def last(self, one: Round, indices: list[int]) -> int:
        """Which of these claims ranks last."""
        order = ranking([claim.contender() for claim in one.claims], one.first_wins)
        return max(indices, key=lambda index: order.index(index) if index in order else -1)

    # Anyone.

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), most=st.integers(1, 6), who=st.sampled_from(ACTORS))
    def award(self, which: int, most: int, who: str) -> None:
        one, phase = self.chosen(which)
        order = one.waiting()[:most]
        if self.tried(phase == "award" and not one.finalised, who, "award", one.number, order):
            self.decided(one, order)

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), order=st.lists(st.integers(0, 5), min_size=1, max_size=4))
    def award_in_any_order(self, which: int, order: list[int]) -> None:
        one, phase = self.chosen(which)
        may = phase == "award" and not one.finalised and order == one.waiting()[: len(order)]
        if self.tried(may, ADMIN, "award", one.number, order):
            self.decided(one, order)

    def decided(self, one: Round, order: list[int]) -> None:
        accepted = award(one.contenders(), one.conflicts, first_wins=one.first_wins)
        paid = earnings(one.contenders(), accepted, Prize(one.pot, DEMANDS * BASELINE, DEMANDS * TARGET))
        rewards = dict(zip(accepted, paid, strict=True))
        for index in order:
            one.claims[index].status = "accepted" if index in rewards else "skipped"
            one.paid += rewards.get(index, 0)
            self.free[one.claims[index].solver] += BOND + rewards.get(index, 0)

    @precondition(lambda self: self.rounds)
    @rule(which=st.integers(0, 1), who=st.sampled_from(ACTORS))
    def finalise(self, which: int, who: str) -> None:
        one, phase = self.chosen(which)
        may = phase == "award" and not one.finalised and not one.waiting()
        if self.tried(may, who, "finalise", one.number):
            silent = sum(claim.status == "sealed" for claim in one.claims)
            self.free[SPONSOR] += one.pot - one.paid + silent * BOND
            one.finalised = True

    @invariant()
    def money_is_where_the_rules_say(self) -> None:
        if not hasattr(self, "arena"):
            return
        assert {actor: self.arena.free(actor) for actor in ACTORS} == self.free
        inside = sum(self.free.values()) + sum(one.locked() for one in self.rounds)
        assert self.arena.balance(self.arena.at["Rounds"]) == inside

    def teardown(self) -> None:
        if not hasattr(self, "arena"):
            return
        self.arena.later(1_000)
        for one in self.rounds:
            if not one.finalised:
                order = one.waiting()
                assert self.tried(True, ADMIN, "award", one.number, order)
                self.decided(one, order)
                silent = sum(claim.status == "sealed" for claim in one.claims)
                assert self.tried(True, ADMIN, "finalise", one.number)
                self.free[SPONSOR] += one.pot - one.paid + silent * BOND
                one.finalised = True
        self.money_is_where_the_rules_say()
        for actor in ACTORS:
            assert self.tried(True, actor, "withdraw", self.free[actor])
            self.purse[actor] += self.free[actor]
            assert self.arena.balance(actor) == self.purse[actor]
        assert self.arena.balance(self.arena.at["Rounds"]) == 0
        assert sum(self.purse.values()) == 20_000 * len(ACTORS)


def _union(bitmaps: list[int]) -> int:
    union = 0
    for bitmap in bitmaps:
        union |= bitmap
    return union


def test_a_competition_of_hostile_actors_loses_no_cent() -> None:
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        Competition.chain = stack.enter_context(EmbeddedChain(Path(directory)))
        case = Competition.TestCase()
        Competition.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
        case.runTest()
