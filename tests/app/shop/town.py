"""Three members on one chain, each with its own agent: in this process, or in one of its own that can be killed.

Time 100 of the plans is now. E1's mill has job J next, due at 200; E2's mill is idle from 130 to 300, E3's from 200 on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hanse
from hanse.app.shop.agent import Agent
from hanse.app.shop.members import admit
from hanse.app.shop.serve import Place, opened
from hanse.app.shop.settings import open_shop, read_settings
from hanse.app.shop.telling import Told
from hanse.ledger import anvil
from hanse.ledger.content import ContentStore
from hanse.ledger.standing import StandingChain, standing
from hanse.ledger.store import Ledger, open_ledger
from hanse.market.offers import State
from hanse.model.check import measure
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Reading

ROOT = Path(__file__).parents[3]
MONEY = 1_000_000
NOW = 100
MEMBERS = ("E1", "E2", "E3")
PRICE = {"E1": 200, "E2": 300, "E3": 100}
LEG = 10


def mill(member: str) -> str:
    return f"mill of {member}"


def job(name: str, home: str, duration: int, due: int | None = None) -> Job:
    """One operation that every member can do."""
    modes = tuple(Mode(mill(member), duration) for member in MEMBERS)
    return Job(
        name, (ProcessPlan("A", (Operation("O", "milling", modes),)),), customer=home, due=due, origin=home,
        destination=home,
    )  # fmt: skip


def league(jobs: Sequence[Job]) -> Problem:
    """Three members, ten minutes apart."""
    members = tuple(Enterprise(m, m, (Machine(mill(m), frozenset({"milling"})),)) for m in MEMBERS)
    legs = tuple(tuple(0 if a == b else LEG for b in MEMBERS) for a in MEMBERS)
    return Problem("three mills", tuple(map(Site, MEMBERS)), members, tuple(jobs), transport=Transport(legs, legs))


Starts = dict[str, tuple[str, int]]
"""Home and planned start of every job."""

JOBS = (
    job("J", "E1", 60, due=200), job("K1", "E2", 30, due=400), job("K2", "E2", 30, due=400),
    job("L1", "E3", 100, due=400),
)  # fmt: skip
STARTS: Starts = {"J": ("E1", 110), "K1": ("E2", 100), "K2": ("E2", 300), "L1": ("E3", 100)}


def planned(problem: Problem, starts: Starts) -> Plan:
    rows = tuple(
        Assignment(one.id, "A", "O", mill(home), start, start + one.plans[0].operations[0].modes[0].duration)
        for one in problem.jobs
        for home, start in (starts[one.id],)
    )
    return Plan(problem.root, rows, measure(problem, rows), "makespan", 0, None, "none", "feasible", "by hand", 0.0)


SLOW = "repair = 240\nreplan = 0\n"
"""Settings: a breakdown is thought to take four hours, and nothing is planned anew."""


@dataclass
class Town:
    """epoch: minutes since 1970 at time 0 of the plans. told: what agents in this process said, by member."""

    home: Path
    chain: StandingChain
    league: str
    epoch: int
    told: dict[str, list[Told]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def shared(self) -> ContentStore:
        return ContentStore(self.home / "shared")

    def place(self, member: str) -> Place:
        return Place(
            self.home / f"{member}.toml", self.home / member, self.shared.directory, self.chain.url, self.league
        )

    def settle_in(self, problem: Problem, starts: Starts, extra: str = SLOW, gateway: str = "", **offers: str) -> None:
        """Writes every member's files. extra, gateway: more lines of all settings; offers: of a member's [offer]."""
        hanse.write(problem, self.home / "problem.json")
        hanse.write_plan(planned(problem, starts), self.home / "plan.json")
        for member in MEMBERS:
            sources = "\n".join(f'"{other}/line" = ["{mill(other)}"]' for other in MEMBERS)
            (self.home / f"{member}-gateway.toml").write_text(
                f'member = "{member}"\nclock_ahead = 1e9\nseal_every = 0.5\n[sources]\n{sources}\n{gateway}\n'
            )
            moment = time.strftime("%Y-%m-%dT%H:%M:00+00:00", time.gmtime(self.epoch * 60))
            (self.home / f"{member}.toml").write_text(
                f'member = "{member}"\nname = "{NAMES[member]}"\nproblem = "problem.json"\nplan = "plan.json"\n'
                f'epoch = "{moment}"\ngateway = "{member}-gateway.toml"\npoll = 0.05\n'
                f"{extra}\n[offer]\nprice = {PRICE[member]}\n{offers.get(member, '')}\n"
            )

    def minute(self, moment: int) -> int:
        return self.epoch + moment

    def jump(self, moment: int) -> None:
        """It is later now, by the clock of the chain."""
        self.chain.jump(60 * self.minute(moment) + 1)

    # --- readings ---------------------------------------------------------------------------------------------------

    def say(self, member: str, *readings: tuple[str, str, int, str]) -> None:
        """Writes readings into a member's journal: machine's owner, metric, time of the plan, value."""
        journal = Journal(self.home / member / "telemetry.db", member=member, chain_id=0)
        machines = {f"{other}/line": frozenset({mill(other)}) for other in MEMBERS}
        told = [
            Reading(f"{owner}/line", mill(owner), metric, 60_000 * self.minute(moment), value)
            for owner, metric, moment, value in readings
        ]
        added = journal.add(told, Gate(machines, ahead=1 << 40), int(time.time() * 1000))
        journal.close()
        assert not added.refused

    def heard(self, member: str) -> set[tuple[str, str]]:
        """Metrics and values in a member's journal."""
        journal = Journal(self.home / member / "telemetry.db", member=member, chain_id=0)
        found = {(reading.metric, str(reading.value)) for _, reading in journal.since(0)}
        journal.close()
        return found

    # --- agents -----------------------------------------------------------------------------------------------------

    @contextmanager
    def agent(self, member: str) -> Iterator[Agent]:
        """In this process."""
        place = self.place(member)
        settings = read_settings(place.config)
        shop, rows, listens = open_shop(settings, self.home)
        said = self.told.setdefault(member, [])
        with opened(place, settings, shop, rows, listens, said.append) as made:
            yield made

    @contextmanager
    def agents(self, *members: str) -> Iterator[dict[str, Agent]]:
        """Several, admitted and with money."""
        with ExitStack() as stack:
            found = {member: stack.enter_context(self.agent(member)) for member in members or MEMBERS}
            for one in found.values():
                one.turn()
            self.admit(*(one.look.address for one in found.values()))
            yield found

    def admit(self, *accounts: str) -> None:
        with self.coordinator() as ledger:
            for account in accounts:
                admit(ledger, account, MONEY)

    @contextmanager
    def coordinator(self) -> Iterator[Ledger]:
        with open_ledger(self.home / "coordinator", self.chain.url, league=self.league) as ledger:
            yield ledger

    def start(self, member: str, *words: str) -> None:
        """`hanse shop` in a process of its own."""
        place = self.place(member)
        command = [
            sys.executable, "-m", "hanse.app.cli", "shop", str(place.config), "--data", str(place.data), "--content",
            str(place.content), "--chain", self.chain.url, "--league", self.league, "--json", *words,
        ]  # fmt: skip
        with (self.home / f"{member}.log").open("ab") as log:
            self.processes[member] = subprocess.Popen(
                anvil.tied(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, start_new_session=True,
            )  # fmt: skip

    def kill(self, member: str) -> None:
        process = self.processes.pop(member)
        process.kill()
        process.wait()

    def log(self, member: str) -> str:
        path = self.home / f"{member}.log"
        return path.read_text() if path.exists() else ""

    def until(self, done: Callable[[], bool], seconds: float = 200) -> None:
        """Waits; all logs in the error if it takes too long."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                logs = "\n".join(f"--- {member}\n{self.log(member)}" for member in MEMBERS)
                raise AssertionError(f"not within {seconds:g} s\n{logs}")
            time.sleep(0.05)

    def close(self) -> None:
        for member in list(self.processes):
            self.kill(member)


NAMES = {"E1": "Albers", "E2": "Brandt", "E3": "Cohrs"}
DOWN = ("E1", STATE, 99, "down")
RUNNING = (("E2", STARTED, 100, "K1/O"), ("E3", STARTED, 100, "L1/O"))


@contextmanager
def town(home: Path, problem: Problem | None = None, starts: Starts | None = None, **settings: str) -> Iterator[Town]:
    """A new chain with a new league, and the three members' files; everything is stopped on leaving."""
    with standing(home / "chain") as chain:
        with open_ledger(home / "coordinator", chain.url) as ledger:
            address = ledger.league.addresses.league
        made = Town(home, chain, address, int(time.time()) // 60 - NOW)
        made.settle_in(league(JOBS) if problem is None else problem, STARTS if starts is None else starts, **settings)
        try:
            yield made
        finally:
            made.close()


def turns(agents: dict[str, Agent], rounds: int = 4) -> None:
    """Everybody's turn, so often."""
    for _ in range(rounds):
        for one in agents.values():
            one.turn()


def taken(ledger: Ledger) -> list[tuple[str, State, int, int]]:
    """Windows somebody has or had: guest, state, its start and its length."""
    return [
        (row.guest, row.window.state, row.window.start_of_guest, row.window.length)
        for row in ledger.sync().windows()
        if row.window.guest
    ]


__all__ = ["DOWN", "FINISHED", "RUNNING", "STARTED", "STATE"]
