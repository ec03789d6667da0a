"""A league of local solver processes on a chain of its own: coordinator here, solvers each in their own process.

Every solver is `hanse solver` with its own directory and its own keys; all they share is the chain and the folder of
contents. Nothing outlives the process that started the league.

Windows are an hour, so that no slow machine misses one; when everybody has done what a window is for, the chain's clock
jumps to its end. So a round takes as long as its work, and does not depend on luck.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import hanse
from hanse.app.rounds import coordinate
from hanse.app.rounds.agent import Agent, Duties, no_claim
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import Question
from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger import anvil
from hanse.ledger.content import ContentStore
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import COORDINATOR
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.ledger.rpc import RpcChain
from hanse.ledger.standing import StandingChain, standing
from hanse.ledger.store import Ledger, open_ledger

WINDOW = 3_600
"""Seconds of every window."""

PURSE = 100_000
"""Cents a solver gets for its bonds."""

POLL_SECONDS = 0.05
"""Between two looks at the chain."""

PATIENCE = 240.0
"""Seconds after which something that must happen has not happened."""

SOURCE = Path(hanse.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Played:
    """A round that was played to its end. sealed: by solver, seconds from the opening until its seal was on the chain;
    those who made no claim are left out. Seconds of work, waiting for a window's end not included: planning, from the
    opening to the last seal; settling, from there to the block that finalises."""

    row: RoundRow
    claims: tuple[ClaimRow, ...]
    conflicts: int
    sealed: dict[str, float]
    planning: float
    settling: float


@dataclass
class LocalLeague:
    """An open league. cwd: where processes run (None: here). address: of every solver by name; processes: those that
    were started, by name."""

    home: Path
    chain: StandingChain | RpcChain
    ledger: Ledger
    shared: ContentStore
    cwd: Path | None = None
    address: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _commands: dict[str, list[str]] = field(default_factory=dict)

    # --- solvers ----------------------------------------------------------------------------------------------------

    def enlist(self, name: str, choice: Choice, purse: int = PURSE) -> None:
        """Starts a solver with money for its bonds. It takes part in every round until it is dismissed."""
        self.fund(name, purse)
        words = ["--part", choice.part, "--method", choice.method, "--budget-seconds", str(choice.seconds)]
        words += ["--seed", str(choice.seed), "--threads", str(choice.threads)]
        self.start(name, "hanse.app.cli", ["solver", *words])

    def fund(self, name: str, purse: int = PURSE) -> str:
        """Makes a solver's keys and gives it money for its bonds; its address."""
        self.address[name] = KeyRing(self.home / name / "secret").address("solver")
        coordinate.fund(self.ledger, self.address[name], purse, key=f"purse/{name}")
        return self.address[name]

    def start(self, name: str, module: str, words: Sequence[str]) -> None:
        """Starts `python -m module words` with the options that every command of rounds takes."""
        given = ["--data", str(self.home / name), "--content", str(self.shared.directory), "--chain", self.chain.url]
        given += ["--league", self.ledger.league.addresses.league]
        self._commands[name] = [sys.executable, "-m", module, *words, *given]
        self.again(name)

    def again(self, name: str) -> None:
        """Starts a process that was started before once more."""
        paths = (str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")]))  # the same Hanse as this one
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                anvil.tied(self._commands[name]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.cwd,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,
            )

    def dismiss(self, *names: str) -> None:
        """Kills solvers; all, if none is named. Claims they have sealed and not opened yet lose their bonds."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.kill()
            process.wait()

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self.home / f"{name}.log").read_text()

    # --- rounds -----------------------------------------------------------------------------------------------------

    def open(self, question: Question, offer: coordinate.Offer | None = None) -> int:
        """Opens a round with windows of an hour; its number."""
        given = replace(offer or coordinate.Offer(), commit=WINDOW, reveal=WINDOW, challenge=WINDOW)
        return coordinate.open_round(self.ledger, self.shared, question, given)

    def play(self, question: Question, patience: float, offer: coordinate.Offer | None = None) -> Played:
        """Opens a round and leads it to its end. Sealed claims are taken until every solver has made one or says that
        it makes none, and for `patience` seconds at most. Raises EnvironmentFault if a solver fails, ChainFault if a
        step never comes."""
        begun = time.monotonic()
        number = self.open(question, offer)
        sealed = self._seals(number, begun, patience)
        opened = time.monotonic()
        self.jump(number, lambda row: row.commit_end)
        self.until(lambda: all(claim.status != "sealed" for claim in self.claims(number)), "every claim is opened")
        self.jump(number, lambda row: row.reveal_end)
        with closing(Drawer(self.home / "coordinator" / "drawer.sqlite3")) as drawer:
            agent = Agent(self.ledger, self.shared, drawer, Duties(COORDINATOR), lambda _: None)
            while self._challenged(agent, number):
                pass
            self.jump(number, lambda row: row.challenge_end)
            agent.turn()
        self.until(lambda: self.row(number).refund is not None, "the round is finalised")
        settling = time.monotonic() - opened
        row, claims, conflicts = self.row(number), self.claims(number), len(self.ledger.index.conflicts(number))
        return Played(row, claims, conflicts, sealed, max(sealed.values(), default=0.0), settling)

    def _seals(self, number: int, begun: float, patience: float) -> dict[str, float]:
        """Until every running solver has sealed a claim, or has said that it makes none."""
        names = {self.address[name]: name for name in self.processes if name in self.address}
        sealed: dict[str, float] = {}
        while not self._decided(number, set(names.values()) - set(sealed)) and time.monotonic() < begun + patience:
            for claim in self.claims(number):
                if claim.solver in names:
                    sealed.setdefault(names[claim.solver], time.monotonic() - begun)
            self._all_alive()
            time.sleep(POLL_SECONDS)
        return sealed

    def _decided(self, number: int, open_: set[str]) -> bool:
        return all(no_claim(number) in self.log(name) for name in open_)

    def _challenged(self, agent: Agent, number: int) -> bool:
        """One turn of the coordinator's own watcher; whether it changed anything."""
        before = [claim.status for claim in self.claims(number)], self.ledger.index.conflicts(number)
        agent.turn()
        return before != ([claim.status for claim in self.claims(number)], self.ledger.index.conflicts(number))

    def claims(self, number: int) -> tuple[ClaimRow, ...]:
        """Of a round, as the chain has them now."""
        return self.ledger.sync().claims(number)

    def row(self, number: int) -> RoundRow:
        """A round, as the chain has it now."""
        return next(row for row in self.ledger.sync().rounds() if row.number == number)

    def until(self, done: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Waits. Raises EnvironmentFault if a process fails meanwhile, ChainFault if it takes too long."""
        end = time.monotonic() + patience
        while not done():
            self._all_alive()
            if time.monotonic() > end:
                raise ChainFault(
                    f"not so within {patience:g} s: {what}", where=str(self.home), hint="see the logs in this folder"
                )
            time.sleep(POLL_SECONDS)

    def jump(self, number: int, moment: Callable[[RoundRow], int]) -> None:
        """Ends a window of a round, if it has not ended: the chain's next block, made now, is at that moment."""
        newest = self.ledger.chain.block(self.ledger.chain.height())
        end = moment(self.row(number))
        if newest is None or newest.timestamp < end:
            assert isinstance(self.chain, StandingChain), "other chains have clocks of their own"
            self.chain.jump(end)

    def _all_alive(self) -> None:
        for name, process in self.processes.items():
            if process.poll() not in (None, 0):
                said = self.log(name).strip().splitlines() or ["without a word"]
                last = next((line for line in reversed(said) if line.startswith("error: ")), said[-1])
                raise EnvironmentFault(
                    f"{name} ended with code {process.returncode}: {last.removeprefix('error: ')[:300]}",
                    where=str(self.home / f"{name}.log"),
                    hint="what it said before is in that file",
                )


@contextmanager
def local_league(home: Path) -> Iterator[LocalLeague]:
    """A new chain with a new league, its coordinator's ledger open; everything is stopped on leaving. home: holds all
    of it, one folder and one log for each solver."""
    with standing(home) as chain, open_ledger(home / "coordinator", chain.url) as ledger:
        made = LocalLeague(home, chain, ledger, ContentStore(home / "shared"))
        try:
            yield made
        finally:
            made.dismiss()
