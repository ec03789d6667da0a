"""`StandingChain`: an anvil that many processes share, with a hand on its clock.

The embedded chain belongs to one process; several solvers on one machine need a chain that stands by itself. It ends
with the process that started it, and can be killed and come back without its last moments.
"""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hanse.errors import ChainFault
from hanse.ledger import anvil

START_SECONDS = 15.0
ANSWER_SECONDS = 10.0


class StandingChain:
    """Starts at once, on a port of its own choice; `close` it, or use `standing`. home: where its log and its state are
    kept. Raises EnvironmentFault without anvil, ChainFault if it will not start."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._log, self._state = home / "anvil.log", home / "chain.json"
        self._process = self._spawn("0")
        self._port = anvil.wait_for_port(self._process, self._log, START_SECONDS)

    @property
    def url(self) -> str:
        """What `--chain` takes."""
        return f"http://127.0.0.1:{self._port}"

    def save(self) -> None:
        """Keeps the present state, for `kill` to come back with."""
        # Over RPC: anvil itself saves in place, and a kill in the middle would leave half a file.
        self._state.write_bytes(anvil.state_of_one_moment(self._ask))

    def kill(self) -> None:
        """`kill -9`, and another one in its place that has what was saved last, and the same clock."""
        newest = self._ask("eth_getBlockByNumber", ["latest", False])
        anvil.stop(self._process)
        self._log.unlink()
        self._process = self._spawn(str(self._port), "--load-state", str(self._state))
        anvil.wait_for_port(self._process, self._log, START_SECONDS)
        ahead = int(newest["timestamp"], 16) - int(time.time())
        if ahead > 0:
            self._ask("evm_increaseTime", [ahead])

    def jump(self, moment: int) -> None:
        """Mines a block at `moment` (seconds since 1970), from which the chain's clock goes on. Raises ChainFault for a
        moment before its newest block."""
        self._ask("evm_setNextBlockTimestamp", [moment])
        self._ask("evm_mine", [])

    def close(self) -> None:
        """Ends it."""
        anvil.stop(self._process)

    def _spawn(self, port: str, *state: str) -> subprocess.Popen[bytes]:
        words = ["--port", port, "--accounts", "0", "--no-cors", "--gas-price", "0", "--base-fee", "0"]
        return anvil.spawn(anvil.find_anvil(), [*words, *state], self._log)

    def _ask(self, method: str, words: list[Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                told = json.load(answer)
        except OSError as failure:
            raise ChainFault(f"the chain does not answer ({failure})", where=self.url) from None
        if "error" in told:
            raise ChainFault(f"the chain refuses {method}: {told['error'].get('message')}", where=self.url)
        return told.get("result")


@contextmanager
def standing(home: Path) -> Iterator[StandingChain]:
    """A chain that is ended on leaving."""
    chain = StandingChain(home)
    try:
        yield chain
    finally:
        chain.close()
