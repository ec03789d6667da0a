"""Whoever does what, in whatever order and at whatever time: the money is where the rules say, and all comes out."""

from __future__ import annotations

import dataclasses
import functools
import operator
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.ledger.embedded import EmbeddedChain
from hanse.market.award import Contender, Prize, award, earnings, ranking
from hanse.model.keccak import keccak
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

F = TypeVar("F", bound=Callable[..., Any])

LIES: dict[str, dict[str, Any]] = {
    "bound": {"bound": 3},
    "problem": {"problem": b"x" * 32},
    "measure": {"targets": bytes(32)},
}
"""What the contract itself sees; none of these can be revealed."""


Draft = tuple[str, int, int, str | None]


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
        return (
            self.pot - self.paid + BOND * sum(claim.status in ("sealed", "standing", "struck") for claim in self.claims)
        )


def during(*phases: str) -> Callable[[F], F]:
    """Only in these phases of the newest round, so that most of what is tried is to the point."""
    return precondition(lambda self: self.rounds[-1].phase(self.arena.now + 1) in phases)


SOLVER = st.sampled_from(ACTORS)
INDEX = st.integers(0, 7)

PARTS = st.sampled_from([1, 2, 4, 8, 16, 32, 64, 3, 6, 12, 240, 255])
DRAFTS = st.lists(
    st.tuples(SOLVER, PARTS, st.integers(55, 101), st.sampled_from([None] * 8 + list(LIES))), min_size=2, max_size=5
)
"""Claims to be: whose, of which demands, at what cost each, and what is false in it."""


class Competition(RuleBasedStateMachine):
    """The contract beside a model of its money; every transaction is predicted to pass or to be refused."""

    chain: ClassVar[EmbeddedChain]

    @initialize(pot=st.integers(1, 9_000), first_wins=st.booleans(), drafts=DRAFTS)
    def begin(self, pot: int, first_wins: bool, drafts: list[Draft]) -> None:
        self.arena = Arena(self.chain)
        self.free = dict.fromkeys(ACTORS, 20_000)
        self.purse = dict.fromkeys(ACTORS, 0)
        self.rounds: list[Round] = []
        for actor in ACTORS:
            self.arena.fund(actor, 20_000)
        self.open(SPONSOR, pot, 40, 8, first_wins)
        self.commit_some(drafts)

    def tried(self, expected: bool, sender: str, function: str, *arguments: Any) -> bool:
        """Sends a transaction, and whether it passed; it must be as expected."""
        try:
            self.arena.act(sender, "Rounds", function, *arguments)
        except Refused:
            assert not expected, f"{function} was refused: {arguments}"
            return False
        assert expected, f"{function} passed: {arguments}"
        return True

    def some(self, index: int) -> int:
        """A claim of the newest round, if it has any."""
        return index % max(1, len(self.rounds[-1].claims))

    def phase(self, one: Round) -> str:
        """Of a round, at the next transaction."""
        return one.phase(self.arena.now + 1)

    # Money and time.

    @rule(who=SOLVER, amount=st.integers(0, 1_000) | st.just(21_000), out=st.booleans())
    def move_money(self, who: str, amount: int, out: bool) -> None:
        source = self.free if out else self.purse
        if self.tried(amount <= source[who], who, "withdraw" if out else "deposit", amount):
            self.free[who] += -amount if out else amount
            self.purse[who] += amount if out else -amount

    @rule(silent=st.none() | st.sampled_from([None, None, *ACTORS]))
    def the_phase_ends(self, silent: str | None) -> None:
        """To the second; who is honest and not silent has revealed before."""
        one = self.rounds[-1]
        for index, claim in enumerate(one.claims):
            if claim.solver != silent and claim.presentable and claim.status == "sealed":
                if self.phase(one) != "reveal":
                    break
                self.reveal(one, index, claim.solver)
        left = [end - self.arena.now - 1 for end in one.ends if end > self.arena.now + 1]
        self.arena.later(left[0] if left else 5)

    @rule(which=st.integers(0, 5), index=INDEX, who=st.sampled_from([*ACTORS, JUDGE]))
    def something_at_any_time(self, which: int, index: int, who: str) -> None:
        """In any round and phase, by anyone; nearly always refused, and always as the model says."""
        one = self.rounds[index % len(self.rounds)]
        if which == 0:
            self.commit(one, ACTORS[index % 4], 1, 60, None)
        elif which == 1:
            self.reveal(one, index, who)
        elif which == 2:
            self.strike(one, index, who, ACTORS[0])
        elif which == 3:
            self.dismiss(one, index, who)
        elif which == 4:
            self.award(one, [index])
        else:
            self.finalise(one)

    # The sponsor.

    @during("award")
    @rule(
        who=st.sampled_from([SPONSOR, SPONSOR, ACTORS[0]]),
        pot=st.integers(0, 9_000),
        challenge=st.sampled_from([0, 40, 40]),
        most=st.integers(3, 8),
        first_wins=st.booleans(),
        drafts=DRAFTS,
    )
    def open_another(
        self, who: str, pot: int, challenge: int, most: int, first_wins: bool, drafts: list[Draft]
    ) -> None:
        self.open(who, pot, challenge, most, first_wins)
        self.commit_some(drafts)

    def open(self, who: str, pot: int, challenge: int, most: int, first_wins: bool) -> None:
        words = terms(DEMANDS, pot=pot, challenge=challenge, most=most, first_wins=first_wins, bond=BOND)
        if self.tried(who == SPONSOR and 0 < pot <= self.free[SPONSOR], who, "open", words):
            self.free[SPONSOR] -= pot
            now = self.arena.now
            ends = (now + 40, now + 80, now + 80 + challenge)
            self.rounds.append(Round(len(self.rounds) + 1, pot, first_wins, ends, most))

    @during("challenge")
    @rule(index=INDEX, who=st.sampled_from([SPONSOR, SPONSOR, *ACTORS]))
    def dismiss_one(self, index: int, who: str) -> None:
        self.dismiss(self.rounds[-1], self.some(index), who)

    def dismiss(self, one: Round, index: int, who: str) -> None:
        may = who == SPONSOR and self.phase(one) == "challenge" and stands(one, index)
        if self.tried(may, who, "dismiss", one.number, index, REASON):
            one.claims[index].status = "dismissed"
            self.free[one.claims[index].solver] += BOND

    # Solvers.

    @during("commit")
    @rule(drafts=DRAFTS)
    def commit_some(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self.commit(self.rounds[-1], *draft)

    def commit(self, one: Round, who: str, covered: int, each: int, lie: str | None) -> None:
        size = covered.bit_count()
        false: dict[str, Any] = dict(LIES[lie]) if lie else {}
        data = claim_bytes(words_of(covered, DEMANDS), size * each, size * BASELINE, size * TARGET, **false)
        claim = Claim(who, covered, size * each, data, lie is None and each < BASELINE)
        self.sealed(one, claim, self.arena.seal(one.number, who, data, SALT))

    @during("commit")
    @rule(index=INDEX, who=SOLVER)
    def copy_a_seal(self, index: int, who: str) -> None:
        one = self.rounds[-1]
        if index >= len(one.claims) or one.claims[index].solver == who:
            return
        copied = dataclasses.replace(one.claims[index], solver=who, presentable=False)
        self.sealed(one, copied, self.arena.read("Rounds", "claimOf", one.number, index)[0])

    def sealed(self, one: Round, claim: Claim, seal: bytes) -> None:
        who = claim.solver
        may = self.phase(one) == "commit" and len(one.claims) < one.most and self.free[who] >= BOND
        if self.tried(may, who, "commit", one.number, seal):
            self.free[who] -= BOND
            one.claims.append(claim)

    @during("reveal")
    @rule(but=INDEX, thief=st.sampled_from([None, None, None, *ACTORS]))
    def reveal_all_but_one(self, but: int, thief: str | None) -> None:
        one = self.rounds[-1]
        for index, claim in enumerate(one.claims):
            if index != but:
                self.reveal(one, index, thief or claim.solver)

    def reveal(self, one: Round, index: int, who: str) -> None:
        if index >= len(one.claims):
            return
        claim = one.claims[index]
        its_own = who == claim.solver and claim.presentable and claim.status == "sealed"
        may = its_own and self.phase(one) == "reveal"
        words = words_of(claim.covered, DEMANDS)
        if self.tried(may, who, "reveal", one.number, index, SALT, claim.data, words, EVIDENCE):
            claim.status = "standing"

    # The judge.

    @during("challenge")
    @rule(index=INDEX, who=st.sampled_from([JUDGE, JUDGE, *ACTORS]), challenger=SOLVER, judged=st.integers(0, 3))
    def strike_one(self, index: int, who: str, challenger: str, judged: int) -> None:
        self.strike(self.rounds[-1], self.some(index), who, challenger, another=judged == 0)

    def strike(self, one: Round, index: int, who: str, challenger: str, *, another: bool = False) -> None:
        """another: what was judged is not the claim that stands there."""
        may = who == JUDGE and self.phase(one) == "challenge" and stands(one, index) and not another
        digest = bytes(32) if another else digest_of(one, index)
        if self.tried(may, who, "strike", one.number, index, digest, challenger, 1):
            one.claims[index].status, one.claims[index].solver = "struck", challenger

    @during("challenge")
    @rule(indices=st.lists(INDEX, min_size=1, max_size=3))
    def conflict_of_any(self, indices: list[int]) -> None:
        self.conflict(self.rounds[-1], indices)

    @during("challenge")
    @rule(data=st.data())
    def conflict_of_standing_claims(self, data: st.DataObject) -> None:
        one = self.rounds[-1]
        if len(one.waiting()) > 1:
            standing = st.sampled_from(one.waiting())
            self.conflict(one, data.draw(st.lists(standing, min_size=2, max_size=3, unique=True)))

    def conflict(self, one: Round, indices: list[int]) -> None:
        may = self.phase(one) == "challenge" and len(indices) > 1 and all(stands(one, index) for index in indices)
        if may:
            covers = [one.claims[index].covered for index in indices]
            disjoint = sum(covers) == functools.reduce(operator.or_, covers)
            may = len(set(indices)) == len(indices) and disjoint and not self.known(one, indices)
        digests = [digest_of(one, index) for index in indices]
        if self.tried(may, JUDGE, "conflict", one.number, indices, digests):
            one.conflicts.append(indices)

    def known(self, one: Round, indices: list[int]) -> bool:
        """Whether a part of this conflict, with the same claim last, was told before."""
        order = one.waiting()
        parts = [told for told in one.conflicts if set(told) <= set(indices)]
        return any(max(told, key=order.index) == max(indices, key=order.index) for told in parts)

    # Anyone.

    @during("award")
    @rule(most=st.integers(1, 6))
    def award_the_next(self, most: int) -> None:
        self.award(self.rounds[-1], self.rounds[-1].waiting()[:most])

    @during("award")
    @rule(order=st.lists(INDEX, min_size=1, max_size=4))
    def award_in_any_order(self, order: list[int]) -> None:
        self.award(self.rounds[-1], order)

    def award(self, one: Round, order: list[int]) -> None:
        due = self.phase(one) == "award" and not one.finalised
        if not self.tried(due and order == one.waiting()[: len(order)], ADMIN, "award", one.number, order):
            return
        accepted = award(one.contenders(), one.conflicts, first_wins=one.first_wins)
        paid = earnings(one.contenders(), accepted, Prize(one.pot, DEMANDS * BASELINE, DEMANDS * TARGET))
        rewards = dict(zip(accepted, paid, strict=True))
        for index in order:
            one.claims[index].status = "accepted" if index in rewards else "skipped"
            one.paid += rewards.get(index, 0)
            self.free[one.claims[index].solver] += BOND + rewards.get(index, 0)

    @during("award")
    @rule()
    def finalise_the_newest(self) -> None:
        self.finalise(self.rounds[-1])

    def finalise(self, one: Round) -> None:
        may = self.phase(one) == "award" and not one.finalised and not one.waiting()
        if self.tried(may, ADMIN, "finalise", one.number):
            silent = sum(claim.status == "sealed" for claim in one.claims)
            self.free[SPONSOR] += one.pot - one.paid + silent * BOND
            for claim in one.claims:
                if claim.status == "struck":
                    self.free[claim.solver] += BOND // 2
                    self.free[SPONSOR] += BOND - BOND // 2
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
                self.award(one, one.waiting())
                self.finalise(one)
            assert one.finalised
        self.money_is_where_the_rules_say()
        for actor in ACTORS:
            assert self.tried(True, actor, "withdraw", self.free[actor])
            self.purse[actor] += self.free[actor]
            assert self.arena.balance(actor) == self.purse[actor]
        assert self.arena.balance(self.arena.at["Rounds"]) == 0
        assert sum(self.purse.values()) == 20_000 * len(ACTORS)


def digest_of(one: Round, index: int) -> bytes:
    """Of a claim, whoever it is; of no claim, something."""
    return keccak(one.claims[index].data if index < len(one.claims) else b"")


def stands(one: Round, index: int) -> bool:
    return index < len(one.claims) and one.claims[index].status == "standing"


def test_a_competition_of_hostile_actors_loses_no_cent() -> None:
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        Competition.chain = stack.enter_context(EmbeddedChain(Path(directory)))
        case = Competition.TestCase()
        Competition.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
        case.runTest()
