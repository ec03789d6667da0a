"""A local league with one round, in which solvers may be anything that runs: honest, liars, or killed meanwhile."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanse.app.rounds.coordinate import Offer
from hanse.app.rounds.league import LocalLeague, local_league
from hanse.app.rounds.question import Question
from hanse.errors import HanseError
from hanse.ledger.content import ContentStore
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.ledger.standing import StandingChain
from hanse.ledger.store import Ledger

BOND, POT, PURSE = 1_000, 50_000, 5_000
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Arena:
    """Round 1 of a league."""

    league: LocalLeague

    @property
    def ledger(self) -> Ledger:
        return self.league.ledger

    @property
    def shared(self) -> ContentStore:
        return self.league.shared

    @property
    def chain(self) -> StandingChain:
        assert isinstance(self.league.chain, StandingChain)
        return self.league.chain

    @property
    def solvers(self) -> dict[str, subprocess.Popen[bytes]]:
        return self.league.processes

    def open(self, question: Question, **changes: Any) -> int:
        """Opens the round with windows of an hour."""
        return self.league.open(question, Offer(pot=POT, bond=BOND, **changes))

    def purse(self, name: str) -> str:
        """Gives a solver money for its bonds; its address."""
        return self.league.fund(name, PURSE)

    def start(self, name: str, *command: str) -> None:
        """Starts a solver: words of `hanse`, or of the module of liars if the first is `liar`."""
        module = "tests.app.rounds.liars" if command[0] == "liar" else "hanse.app.cli"
        words = command[1:] if command[0] == "liar" else command
        self.league.start(name, module, [*words, *([] if command[0] == "round" else ["--rounds", "1"])])

    def again(self, name: str) -> None:
        """Starts a solver that was started before once more."""
        self.league.again(name)

    def log(self, name: str) -> str:
        return self.league.log(name)

    def claims(self) -> tuple[ClaimRow, ...]:
        return self.league.claims(1)

    def row(self) -> RoundRow:
        return self.league.row(1)

    def until(self, done: Callable[[], bool]) -> None:
        """Waits; all logs in the error if it takes too long."""
        try:
            self.league.until(done, "what the test waits for")
        except HanseError as error:
            logs = "\n".join(f"--- {name}\n{self.log(name)}" for name in self.solvers)
            raise AssertionError(f"{error}\n{logs}") from error

    def jump(self, moment: Callable[[RoundRow], int]) -> None:
        """Ends a window of the round."""
        self.league.jump(1, moment)


@contextmanager
def arena(home: Path) -> Iterator[Arena]:
    """Everything is stopped on leaving. The coordinator's ledger is open, to open rounds and fill purses."""
    with local_league(home) as league:
        league.cwd = ROOT
        yield Arena(league)


def worth(made: Arena, who: str) -> int:
    """What an account owns, put down or not."""
    return made.ledger.league.balance(who) + made.ledger.rounds.stake(who)
