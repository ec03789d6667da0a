"""An independent solver, or a watcher: a process that takes part in every round of a league by itself.

Each turn it reads the chain anew and does what the moment asks for. All it has to remember is in its drawer and its
outbox, which are on disk before anything is sent; so it may be killed at any moment and started again.

    sealed claims taken    choose demands, plan them, seal the claim, commit
    reveal                 publish the certificate, open the claim
    challenge              check the others' claims from scratch; refute lies, show conflicts
    afterwards             have the claims awarded and the round finalised, whoever is first
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hanse.app.rounds import judging
from hanse.app.rounds.drawer import Drawer, Sealed
from hanse.app.rounds.proposing import Choice, propose
from hanse.app.rounds.question import Question, fetch
from hanse.clock import Clock, SystemClock
from hanse.errors import ChainFault, HanseError
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.chain import Reverted
from hanse.ledger.content import ContentStore
from hanse.ledger.finality import PERIODIC
from hanse.ledger.league import Sent
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.ledger.rounds import chain_now
from hanse.ledger.store import Ledger
from hanse.market.competition import next_order

POLL_SECONDS = 0.2
"""Between two turns."""

LONGEST_PAUSE = 10.0
"""Between two attempts to reach the chain."""

LAST_MOMENT = 1.0
"""Seconds before the end of a window after which nothing is begun: the next block may come later than now."""

Tell = Callable[[str], None]
"""Hears one sentence for everything that is done."""


def no_claim(round_: int) -> str:
    """How the sentence begins in which a solver says that it will make no claim in a round."""
    return f"round {round_}: no claim"


@dataclass(frozen=True, slots=True)
class Duties:
    """What an agent does. role: whose account signs. choice: what it solves, None for a watcher. sponsor: dismisses
    claims nobody can see, which only who opened the round may. settle: has rounds awarded and finalised."""

    role: str = "solver"
    choice: Choice | None = None
    sponsor: bool = False
    settle: bool = True


class Agent:
    """Takes part over an open ledger. shared: the store certificates are published in and fetched from."""

    def __init__(
        self,
        ledger: Ledger,
        shared: ContentStore,
        drawer: Drawer,
        duties: Duties,
        tell: Tell,
        clock: Clock | None = None,
    ) -> None:
        self.ledger, self.shared, self.drawer, self.duties, self._tell = ledger, shared, drawer, duties, tell
        self._clock = clock or SystemClock()
        self._questions: dict[int, Question] = {}
        self._certificates: dict[tuple[int, int], Certificate] = {}
        self._told: set[str] = set()

    @property
    def address(self) -> str:
        return self.ledger.league.address(self.duties.role)

    def run(self, over: Callable[[], bool]) -> None:
        """Turn after turn, until it is `over` by what the index knows. A chain out of reach is waited for."""
        pause = POLL_SECONDS
        while not over():
            try:
                if pause > POLL_SECONDS:
                    self.ledger.outbox.replay()  # the chain may have lost its last blocks
                self.turn()
                pause = POLL_SECONDS
            except ChainFault as fault:
                self._say(f"waiting for the chain: {fault.message}")
                pause = min(LONGEST_PAUSE, 2 * pause)
            time.sleep(pause)

    def ended(self) -> int:
        """How many rounds are over."""
        return sum(row.refund is not None for row in self.ledger.index.rounds())

    def over(self, number: int) -> bool:
        """Whether that round is."""
        return any(row.number == number and row.refund is not None for row in self.ledger.index.rounds())

    def turn(self) -> None:
        """Do what every open round asks for now. What the contract refuses, because somebody was faster or a window has
        closed, is left; the next turn sees what is."""
        index = self.ledger.sync()
        for row in index.rounds():
            if row.refund is not None:
                continue
            try:
                self._take_part(row, chain_now(self.ledger.chain, self._clock))
            except Reverted as refusal:
                # Without the figures, which may be new every second.
                self._say(f"round {row.number}: {': '.join(refusal.message.split(': ')[:2])}")
                self.ledger.sync()

    def _take_part(self, row: RoundRow, now: int) -> None:
        if now < row.commit_end - LAST_MOMENT:
            self._commit(row, row.commit_end - LAST_MOMENT - now)
        elif row.commit_end <= now < row.reveal_end - LAST_MOMENT:
            if self._sealing_is_over(row):
                self._reveal(row)
        elif row.reveal_end <= now < row.challenge_end - LAST_MOMENT:
            self._challenge(row, late=now > (row.reveal_end + row.challenge_end) / 2)
        elif now >= row.challenge_end and self.duties.settle:
            self._settle(row)

    def question(self, row: RoundRow) -> Question | None:
        """What the round asks, None if it cannot be seen."""
        if row.number not in self._questions:
            try:
                self._questions[row.number] = fetch(row, self.shared)
            except HanseError as error:
                self._say(f"round {row.number}: its question cannot be read: {error.message}")
                return None
        return self._questions[row.number]

    # --- one's own claim --------------------------------------------------------------------------------------------

    def _commit(self, row: RoundRow, left: float) -> None:
        if self.duties.choice is None or self._own(row) is not None:
            return
        sealed = self.drawer.get(row.number) or self._seal(row, left)
        if sealed is None or not self._afford(row):
            return
        claim, evidence = sealed.opened().claim, self.ledger.content.put(sealed.certificate)
        sent = self.ledger.rounds.commit_claim(
            self.duties.role, row.number, claim.digest, evidence, sealed.salt, key=f"round/{row.number}/commit"
        )
        sent.wait()
        self.ledger.sync()
        jobs = int.from_bytes(claim.covered, "big").bit_count()
        self._say(f"round {row.number}: sealed a claim about {jobs} demands, {claim.baseline - claim.cost} better")

    def _seal(self, row: RoundRow, left: float) -> Sealed | None:
        """Plan, and put the claim into the drawer if it is worth one."""
        question = self.question(row)
        assert self.duties.choice is not None
        if question is None or f"tried {row.number}" in self._told:
            return None
        self._told.add(f"tried {row.number}")
        judge, its_own = self.ledger.rounds.round_state(row.number).judge, self.ledger.league.addresses.challenge
        if judge != its_own:
            # Whoever judges may strike what is true, and take half of the bond.
            self._say(f"{no_claim(row.number)}: its judge is {judge}, the league's is {its_own}")
            return None
        try:
            certificate = self.proposal(question, self.duties.choice, left)
        except HanseError as error:
            self._say(f"{no_claim(row.number)}: {error.message}")
            return None
        claim = None if certificate is None else certificate.claim
        if certificate is None or claim is None or claim.baseline - claim.cost < row.least:
            self._say(f"{no_claim(row.number)}: no plan good enough")
            return None
        return self.drawer.put(row.number, certificate)

    def proposal(self, question: Question, choice: Choice, left: float) -> Certificate | None:
        """The claim to make, at most so many seconds away."""
        seconds = min(choice.seconds, max(0.05, left - LAST_MOMENT))
        return propose(question, Choice(choice.part, choice.method, seconds, choice.seed, choice.threads))

    def _afford(self, row: RoundRow) -> bool:
        """Put down what the bond lacks. Says so, once, if the account cannot."""
        rounds, role = self.ledger.rounds, self.duties.role
        lacks = row.bond - rounds.stake(self.address)
        if lacks <= 0:
            return True
        if self.ledger.league.balance(self.address) < lacks:
            self._say(f"round {row.number}: {self.address} lacks {lacks} for the bond")
            return False
        rounds.allow_stake(role, lacks, key=f"round/{row.number}/allow").wait()
        rounds.deposit_stake(role, lacks, key=f"round/{row.number}/deposit").wait()
        return True

    def _own(self, row: RoundRow) -> ClaimRow | None:
        claims = self.ledger.index.claims(row.number)
        return next((claim for claim in claims if claim.solver == self.address), None)

    def _sealing_is_over(self, row: RoundRow) -> bool:
        """Whether nobody can seal a claim any more. By a clock that is ahead, of this machine or of the validator that
        is asked, it would seem so too early, and an opened claim would be there for others to copy. So a final block
        tells; or in the second half of the window, when waiting costs the bond, one that another was built upon."""
        chain, finality = self.ledger.chain, self.ledger.finality
        if finality.engine not in PERIODIC:
            return True  # its next block may be the one that opens the claim: nothing but a clock tells
        height, half = chain.height(), (row.commit_end + row.reveal_end) / 2
        final, followed = (chain.block(max(0, at)) for at in (finality.height(chain, height), height - 1))
        return any(
            head is not None and head.timestamp >= end for head, end in ((final, row.commit_end), (followed, half))
        )

    def _reveal(self, row: RoundRow) -> None:
        own, sealed = self._own(row), self.drawer.get(row.number)
        if own is None or sealed is None or own.status != "sealed":
            return
        claim, evidence = sealed.opened().claim, self.shared.put(sealed.certificate)
        self.ledger.rounds.reveal_claim(
            self.duties.role, row.number, own.number, sealed.salt, claim.encode(), claim.covered, evidence,
            key=f"round/{row.number}/reveal",
        ).wait()  # fmt: skip
        self.ledger.sync()
        self._say(f"round {row.number}: opened claim {own.number}: cost {claim.cost}, bound {claim.bound}")

    # --- the others' claims -----------------------------------------------------------------------------------------

    def _challenge(self, row: RoundRow, *, late: bool) -> None:
        question = self.question(row)
        if question is None:
            return
        known = self.drawer.known_true(row.number)
        for claim in self.ledger.index.claims(row.number):
            held = (row.number, claim.number) in self._certificates
            if claim.status == "standing" and not (held and (claim.number, claim.seal) in known):
                self._check(row, question, claim, late=late, known=(claim.number, claim.seal) in known)
        claims = self.ledger.sync().claims(row.number)
        certificates = {number: one for (round_, number), one in self._certificates.items() if round_ == row.number}
        if all(claim.number in certificates for claim in claims if claim.status == "standing"):
            self._show_conflicts(row, question, claims, certificates)

    def _check(self, row: RoundRow, question: Question, claim: ClaimRow, *, late: bool, known: bool) -> None:
        begun = self._clock.elapsed()
        verdict = judging.judge(question, claim, self.shared)
        where, seconds = f"round {row.number}, claim {claim.number}", self._clock.elapsed() - begun
        if verdict.witness is not None:
            key = f"round/{row.number}/refute/{claim.number}"
            words = (row.number, claim.number, claim.claim, verdict.witness.encode())
            self._act("refute", key, *words).wait()
            self._say(f"{where}: refuted ({verdict.witness.lie.name.lower().replace('_', ' ')})")
        elif verdict.certificate is not None and verdict.holds:
            self._certificates[row.number, claim.number] = verdict.certificate
            if not known:
                self.drawer.note_true(row.number, claim.number, claim.seal)
                self._say(f"{where}: true, checked in {seconds:.3f} s")
        elif self.duties.sponsor and late:
            reason = self.shared.put(f"not published: {verdict.silent}".encode())
            self.ledger.rounds.dismiss_claim(
                row.number, claim.number, reason, key=f"round/{row.number}/dismiss/{claim.number}"
            ).wait()
            self._say(f"{where}: dismissed, as nobody can see it: {verdict.silent}")
        else:
            self._say(f"{where}: cannot be seen yet: {verdict.silent}")

    def _show_conflicts(
        self, row: RoundRow, question: Question, claims: tuple[ClaimRow, ...], certificates: dict[int, Certificate]
    ) -> None:
        """Until those about to be accepted fit together."""
        known = self.ledger.index.conflicts(row.number)
        for numbers, shown in judging.clashes(question, row, claims, known, certificates):
            told = [claims[number].claim + certificates[number].claim.covered for number in numbers]
            key = f"round/{row.number}/conflict/{len(known)}/{'-'.join(map(str, numbers))}"
            self._act("conflict", key, row.number, numbers, told, shown).wait()
            self._say(f"round {row.number}: claims {', '.join(map(str, numbers))} overbook a machine together")
            return  # the next turn asks again, with this one known

    def _act(self, function: str, key: str, *arguments: object) -> Sent:
        return self.ledger.league.send(key, self.duties.role, "Challenge", function, *arguments)

    # --- the end ----------------------------------------------------------------------------------------------------

    def _settle(self, row: RoundRow) -> None:
        claims = self.ledger.index.claims(row.number)
        rounds, role = self.ledger.rounds, self.duties.role
        order = next_order(claims, first_wins=row.first_wins)
        if order:
            rounds.award(role, row.number, order, key=f"round/{row.number}/award").wait()
            self.ledger.sync()
        rounds.finalise(role, row.number, key=f"round/{row.number}/finalise").wait()
        self.ledger.sync()
        self._say(f"round {row.number}: over")

    def _say(self, sentence: str) -> None:
        """Once each."""
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)
