"""`ForkChain`: the chain of a fork, in an anvil that is thrown away, with a hand on its clock and on every account.

Its time is simulated: it stands still but for one second a block, and jumps when it is told to. Fees are nothing.
Nothing of it is saved; from the same state the same transactions make the same blocks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hanse.errors import ChainFault
from hanse.ledger import anvil
from hanse.ledger.chain import Head
from hanse.ledger.rpc import RpcChain

CHAIN_ID = 4220
"""Of every fork. It is nobody's chain, and not Hanse's own."""

START_SECONDS = 30.0
"""A chain that forks another asks it a dozen questions first."""

SILENT_SECONDS = 60.0

IMPERSONATED_GAS = 1_000_000
"""Allowed to a transaction in somebody's name; granting a role takes a tenth of it."""


class ForkChain(RpcChain):
    """Starts at once; `close` it. state: a saved state to begin from; or url and block: of the chain that is forked.
    log: where anvil writes. Raises EnvironmentFault without anvil, ChainFault if it will not start."""

    def __init__(self, log: Path, *, state: Path | None = None, url: str | None = None, block: int = 0) -> None:
        words = [
            *("--host", "127.0.0.1", "--port", "0", "--no-cors", "--no-request-size-limit", "--threads", "1"),
            *("--chain-id", str(CHAIN_ID), "--hardfork", "cancun", "--gas-limit", "30000000", "--color", "never"),
            *("--accounts", "0", "--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"),
            *("--order", "fifo"),
        ]
        if state is not None:
            words += ["--load-state", str(state)]
        if url is not None:
            words += ["--fork-url", url, "--fork-block-number", str(block), "--no-storage-caching"]
        self._process = anvil.spawn(anvil.find_anvil(), words, log)
        try:
            port = anvil.wait_for_port(self._process, log, START_SECONDS)
            super().__init__(f"http://127.0.0.1:{port}", answer_seconds=SILENT_SECONDS, local=True)
            self._named = "the laboratory's chain"
            self._ask("anvil_setLoggingEnabled", [False])
            # Otherwise the first block would have the machine's time.
            self._ask("anvil_setTime", [self.head().timestamp])
            self._ask("anvil_setBlockTimestampInterval", [1])
        except BaseException:
            anvil.stop(self._process)
            raise

    def head(self) -> Head:
        """The newest block."""
        found = self.block(self.height())
        if found is None:
            raise ChainFault("the laboratory's chain has no newest block", where=self.url)
        return found

    def jump(self, moment: int) -> None:
        """A block at `moment`, seconds since 1970, from which time goes on. Not back: an earlier moment is no jump."""
        if moment > self.head().timestamp:
            self._ask("evm_setNextBlockTimestamp", [moment])
            self._ask("evm_mine", [])

    def act_as(self, sender: str, to: str, data: bytes) -> None:
        """A transaction of any account, without its key. Raises ChainFault if it reverts."""
        self._ask("anvil_impersonateAccount", [sender])
        words = {"from": sender, "to": to, "data": "0x" + data.hex(), "gas": hex(IMPERSONATED_GAS), "gasPrice": "0x0"}
        name = self._ask("eth_sendTransaction", [words])
        receipt, until = self.receipt(str(name)), time.monotonic() + START_SECONDS
        while receipt is None and time.monotonic() < until:
            time.sleep(0.001)  # the answer may be faster than the block
            receipt = self.receipt(str(name))
        if receipt is None or not receipt.ok:
            raise ChainFault("a transaction in somebody's name was refused", where=f"{sender} to {to}")

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Whatever is done inside is undone on leaving, the time included."""
        mark: Any = self._ask("evm_snapshot", [])
        try:
            yield
        finally:
            self._ask("evm_revert", [mark])

    def close(self) -> None:
        """Ends it."""
        anvil.stop(self._process)
        self._nodes.close()
