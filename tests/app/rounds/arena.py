"""A standing chain, a coordinator and solvers as processes of their own, and a hand on the chain's clock.

Windows are hours, so that no slow machine misses one; when everybody has done what a window is for, the clock jumps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hanse.app.rounds import coordinate
from hanse.app.rounds.question import Question
from hanse.ledger import anvil
from hanse.ledger.content import ContentStore
from hanse.ledger.keys import KeyRing
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.ledger.store import Ledger, open_ledger

HOUR = 3_600
BOND, POT, PURSE = 1_000, 50_000, 5_000
ROOT = Path(__file__).parents[3]


class Standing:
    """A chain of its own process that can be killed and comes back with what it had a second ago."""

    def __init__(self, home: Path) -> None:
        self._log, self._state = home / "anvil.log", home / "chain.json"
        self.process = self._spawn("0")
        self.port = anvil.wait_for_port(self.process, self._log, 15)
        self.url = f"http://127.0.0.1:{self.port}"

    def _spawn(self, port: str) -> subprocess.Popen[bytes]:
        words = ["--port", port, "--accounts", "0", "--no-cors", "--gas-price", "0", "--base-fee", "0"]
        kept = ["--state", str(self._state), "--state-interval", "1"]
        return anvil.spawn(anvil.find_anvil(), words + kept, self._log)

    def kill(self) -> None:
        """`kill -9`, and another one in its place."""
        self.process.kill()
        self.process.wait()
        self._log.unlink()
        self.process = self._spawn(str(self.port))
        anvil.wait_for_port(self.process, self._log, 15)


@dataclass
class Arena:
    """One league with one round. solvers: by name, their processes."""

    home: Path
    chain: Standing
    ledger: Ledger
    shared: ContentStore
    solvers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    def open(self, question: Question, **changes: Any) -> int:
        """Opens the round with windows of an hour."""
        offer = {"pot": POT, "bond": BOND, "commit": HOUR, "reveal": HOUR, "challenge": HOUR} | changes
        return coordinate.open_round(self.ledger, self.shared, question, coordinate.Offer(**offer))

    def purse(self, name: str) -> str:
        """Gives a solver money for its bonds; its address."""
        address = KeyRing(self.home / name / "secret").address("solver")
        coordinate.fund(self.ledger, address, PURSE, key=f"purse/{name}")
        return address

    def start(self, name: str, *command: str) -> None:
        """Starts a solver: words of `hanse`, or of the module of liars if the first is `liar`."""
        module = "tests.app.rounds.liars" if command[0] == "liar" else "hanse.app.cli"
        words = command[1:] if command[0] == "liar" else command
        given = ["--data", str(self.home / name), "--content", str(self.shared.directory), "--chain", self.chain.url]
        given += ["--league", self.ledger.league.addresses.league]
        given += [] if command[0] == "round" else ["--rounds", "1"]
        self.commands[name] = [sys.executable, "-m", module, *words, *given]
        self.again(name)

    def again(self, name: str) -> None:
        """Starts a solver that was started before once more."""
        with (self.home / f"{name}.log").open("ab") as log:
            environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
            self.solvers[name] = subprocess.Popen(
                self.commands[name], stdout=log, stderr=log, cwd=ROOT, env=environment
            )

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def claims(self) -> tuple[ClaimRow, ...]:
        return self.ledger.sync().claims(1)

    def row(self) -> RoundRow:
        return self.ledger.sync().rounds()[0]

    def until(self, done: Callable[[], bool], seconds: float = 240.0) -> None:
        """Waits; all logs in the error if it takes too long."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise AssertionError("\n".join(f"--- {name}\n{self.log(name)}" for name in self.solvers))
            time.sleep(0.1)

    def jump(self, moment: Callable[[RoundRow], int]) -> None:
        """Ends a window of the round: the chain's next block, made now, is at this time at the earliest."""
        newest = self.ledger.chain.block(self.ledger.chain.height())
        assert newest is not None
        if newest.timestamp < moment(self.row()):
            self._ask("evm_setNextBlockTimestamp", [moment(self.row())])
            self._ask("evm_mine", [])

    def stop(self) -> None:
        """Kills all solvers."""
        for solver in self.solvers.values():
            solver.kill()
            solver.wait()

    def _ask(self, method: str, words: list[Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words}).encode()
        request = urllib.request.Request(self.chain.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["result"]


@contextmanager
def arena(home: Path) -> Iterator[Arena]:
    """Everything is stopped on leaving. The coordinator's ledger is open, to open rounds and fill purses."""
    with standing(home) as chain:
        made: Arena | None = None
        try:
            with open_ledger(home / "coordinator", chain.url) as ledger:
                made = Arena(home, chain, ledger, ContentStore(home / "shared"))
                yield made
        finally:
            if made is not None:
                made.stop()


@contextmanager
def standing(home: Path) -> Iterator[Standing]:
    chain = Standing(home)
    try:
        yield chain
    finally:
        anvil.stop(chain.process)


def worth(made: Arena, who: str) -> int:
    """What an account owns, put down or not."""
    return made.ledger.league.balance(who) + made.ledger.rounds.stake(who)
