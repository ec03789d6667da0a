"""Agents that cheat, each in its own way, as processes of their own:

python -m tests.app.rounds.liars KIND --data DIR --content DIR --chain URL --league ADDRESS --rounds 1
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hanse.app.rounds.agent import Agent, Duties
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import Question
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.leaves import BASELINE, BOUND, WORK
from hanse.ledger.certificates.witness import Branch
from hanse.ledger.chain import Reverted
from hanse.ledger.content import ContentStore
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.store import open_ledger
from hanse.planning import solve
from tests.ledger.certificates.liars import retold, twisted


def cheaper_work(honest: Certificate) -> Certificate:
    """The first operation costs half of what its mode does."""

    def tell(_: Any, sums: Any) -> None:
        sums[0, WORK] //= 2

    return retold(honest, Branch.PLAN, tell)


def wrong_sum(honest: Certificate) -> Certificate:
    """A node in the tree of the plan says less than its children."""
    assert honest.plan.tree is not None
    return twisted(honest, Branch.PLAN, honest.plan.tree.depth - 1, 1, [1, 2, 3])


def high_bound(honest: Certificate) -> Certificate:
    """The plan is as good as it can be, it says: a job's bound is higher than its cheapest path."""

    def tell(_: Any, sums: Any) -> None:
        sums[0, BOUND] += 50 * honest.claim.scale

    return retold(honest, Branch.JOBS, tell)


def other_baseline(honest: Certificate) -> Certificate:
    """The first job was much dearer before, it says."""

    def tell(_: Any, sums: Any) -> None:
        sums[0, BASELINE] += 5_000

    return retold(honest, Branch.JOBS, tell)


def over_budget(honest: Certificate, question: Question) -> Certificate:
    """The best plan if no machine had a budget."""
    del honest
    members = tuple(
        replace(e, machines=tuple(replace(m, budget=None) for m in e.machines)) for e in question.problem.enterprises
    )
    free = solve(replace(question.problem, enterprises=members), "cost").plan
    assert free is not None
    return build(question.problem, free.assignments, targets=question.targets)


LIES: dict[str, Callable[[Certificate], Certificate]] = {
    "cheaper-work": cheaper_work,
    "wrong-sum": wrong_sum,
    "high-bound": high_bound,
    "other-baseline": other_baseline,
}


class Idle(Agent):
    """Refutes nobody, so that all it gains or loses is by its own claim."""

    def _challenge(self, row: RoundRow, *, late: bool) -> None:
        """Says nothing about anybody."""


class Liar(Idle):
    """Changes its certificate before it seals it."""

    kind = ""

    def proposal(self, question: Question, choice: Choice, left: float) -> Certificate | None:
        honest = super().proposal(question, choice, left)
        assert honest is not None
        return over_budget(honest, question) if self.kind == "over-budget" else LIES[self.kind](honest)


class Silent(Idle):
    """Commits and never reveals."""

    def _reveal(self, row: RoundRow) -> None:
        """Keeps its claim to itself."""


class Unpublished(Idle):
    """Opens its claim and keeps the certificate to itself."""

    def _reveal(self, row: RoundRow) -> None:
        shared, self.shared = self.shared, self.ledger.content
        super()._reveal(row)
        self.shared = shared


class Copier(Idle):
    """Commits somebody else's seal as its own, and tries to open it with what the other one reveals."""

    def _commit(self, row: RoundRow, left: float) -> None:
        del left
        others = [claim for claim in self.ledger.index.claims(row.number) if claim.solver != self.address]
        if self._own(row) is None and others and self._afford(row):
            key = f"round/{row.number}/commit"
            self.ledger.league.send(
                key, self.duties.role, "Rounds", "commit", row.number, bytes.fromhex(others[0].seal[2:])
            ).wait()
            self.ledger.sync()

    def _reveal(self, row: RoundRow) -> None:
        own = self._own(row)
        for claim in self.ledger.index.claims(row.number) if own is not None and own.status == "sealed" else ():
            if own is not None and claim.claim and claim.number != own.number:
                covered = b"".join(word.to_bytes(32, "big") for word in claim.covered)
                words = (self.duties.role, row.number, own.number, bytes(32), claim.claim, covered, claim.evidence)
                self.ledger.rounds.reveal_claim(*words, key=f"copy/{time.monotonic_ns()}").wait()


def tell(said: str) -> None:
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=(*LIES, "over-budget", "silent", "copier", "unpublished"))
    for name in ("data", "content", "chain", "league"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    given = parser.parse_args()
    made = {"silent": Silent, "copier": Copier, "unpublished": Unpublished}.get(given.kind, Liar)
    with (
        open_ledger(Path(given.data), given.chain, league=given.league, create=False) as ledger,
        closing(Drawer(Path(given.data) / "drawer.sqlite3")) as drawer,
    ):
        duties = Duties(choice=Choice(seconds=1.0), settle=False)
        agent = made(ledger, ContentStore(Path(given.content)), drawer, duties, tell)
        if isinstance(agent, Liar):
            agent.kind = given.kind
        while True:
            try:
                agent.run(lambda: agent.ended() >= given.rounds)
                return
            except Reverted as refusal:
                tell(f"refused: {refusal.message}")


if __name__ == "__main__":
    main()
