"""`EmbeddedChain`: the chain Hanse brings along, one anvil process with its state on disk.

Anvil can save its own state, but only in place: a crash then leaves half a file. So Hanse takes the state over RPC and
puts it in place whole, now and then and at the end, and keeps the copy before. What the newest good copy lacks, the
outbox sends again; with no copy at all the chain begins anew with the same first block and the outbox sends everything.

    directory/state.json            the newest copy          directory/genesis.json   when this chain began
    directory/state.previous.json   the one before           directory/anvil.log/.pid the running process
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger import anvil
from hanse.ledger.chain import Receipt, Unreachable
from hanse.ledger.content import sync_directory
from hanse.ledger.rpc import RpcChain

CHAIN_ID = 4219
"""The embedded chain's id. It is nobody's public chain, so nothing signed for it means anything elsewhere."""

START_SECONDS = 15.0
SILENT_SECONDS = 20.0
"""After this long without an answer anvil counts as wedged and is replaced."""

SAVE_SECONDS = 5.0
SAVE_SHARE = 0.05
"""While transactions come in, the state is saved this often, but never for more than this share of the time."""

REVIVALS, REVIVAL_SECONDS = 5, 60.0
"""More deaths than this in so many seconds are a fault of the machine, not an accident."""


class EmbeddedChain(RpcChain):
    """Starts at once; use it as a context manager or `close()` it. Threads may share it.

    revived: called, if set, each time anvil had to be started again and may have forgotten its last seconds, before the
    interrupted question is asked once more. Raises EnvironmentFault without anvil, ChainFault if it will not start.
    """

    def __init__(self, directory: Path, *, binary: Path | None = None) -> None:
        self.directory = directory
        self.revived: Callable[[], None] | None = None
        self.starts = 0
        self._binary = binary or anvil.find_anvil()
        self._lock = threading.RLock()
        # The kernel ties anvil's life to the thread that started it, so that thread must live as long as we do.
        self._keeper = ThreadPoolExecutor(1, "hanse-chain")
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: list[float] = []
        self._dirty = False
        self._saved = -1
        self._closed = False
        self._save_due = 0.0
        try:
            directory.mkdir(parents=True, exist_ok=True)
            anvil.stop_orphan(self._pid_file)
            self._start()
        except OSError as failure:
            self._keeper.shutdown()
            raise EnvironmentFault(
                f"the chain's directory cannot be used ({failure.strerror})", where=str(directory)
            ) from None
        except BaseException:
            self._keeper.shutdown()
            raise

    def __enter__(self) -> EmbeddedChain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int:
        """Of the running anvil."""
        assert self._process is not None
        return self._process.pid

    @property
    def forgets(self) -> bool:
        """A crash may cost it its last seconds."""
        return True

    def save(self) -> None:
        """Puts the present state on disk; on return it survives a power cut. Raises ChainFault, EnvironmentFault."""
        with self._lock:
            begun = time.monotonic()
            self._dirty = False  # before it is read: what is sent meanwhile makes it dirty again
            try:
                height = int(super()._ask("eth_blockNumber", []), 16)
                state = anvil.state_of_one_moment(super()._ask)
            except ChainFault:
                self._dirty = True
                raise
            try:
                aside = self.directory / "state.new"
                with aside.open("wb") as file:
                    file.write(state)
                    file.flush()
                    os.fsync(file.fileno())
                if self._state_file.exists():
                    self._state_file.replace(self._previous_file)
                aside.replace(self._state_file)
                sync_directory(self.directory)
            except OSError as failure:
                self._dirty = True
                raise EnvironmentFault(
                    f"the chain's state cannot be saved ({failure.strerror})", where=str(self.directory)
                ) from None
            now = time.monotonic()
            self._saved = height
            self._save_due = now + max(SAVE_SECONDS, (now - begun) / SAVE_SHARE)

    def restart(self) -> None:
        """Replaces an anvil that answers but no longer mines by a new one; it may forget its last seconds."""
        with self._lock:
            if self._process is not None:
                anvil.stop(self._process)
            self._start()

    def close(self) -> None:
        """Saves the state and ends anvil. Twice is once."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                if self._alive() and self._has_news():
                    self.save()
            except Unreachable:
                pass  # it died a moment ago, and what it forgot is in the outbox
            finally:
                if self._process is not None:
                    anvil.stop(self._process)
                self._nodes.close()
                self._pid_file.unlink(missing_ok=True)
                self._keeper.shutdown()

    # Asking, with a chain that may die underneath.

    def receipts(self, transactions: Sequence[str]) -> list[Receipt | None]:
        return [self.receipt(one) for one in transactions]  # each has a block of its own

    def _bundle(self, questions: list[tuple[str, list[Any]]]) -> list[Any] | None:  # noqa: ARG002
        return None  # one by one: each may find the chain dead, and is asked again when it lives

    def _ask(self, method: str, params: list[Any]) -> Any:
        if self._closed:
            raise ChainFault("the embedded chain is closed", where=method)
        starts = self.starts
        try:
            answer = super()._ask(method, params)
        except Unreachable as silence:
            self._revive(starts, silence)
            answer = super()._ask(method, params)
        if method == "eth_sendRawTransaction":
            self._dirty = True
        elif time.monotonic() > self._save_due:
            self._save_due = time.monotonic() + SAVE_SECONDS
            with suppress(Unreachable):  # died just now: the next question starts it again
                if self._has_news():
                    self.save()
        return answer

    def _has_news(self) -> bool:
        """Whether there is anything that is not on disk: what we sent, and what others did, who know its address, such
        as solvers; our outbox could not send that again."""
        return self._dirty or int(super()._ask("eth_blockNumber", []), 16) != self._saved

    def _revive(self, starts: int, silence: Unreachable) -> None:
        """Starts anvil again, unless another thread did since the question was asked (`starts` then)."""
        with self._lock:
            if self.starts != starts:
                return
            now = time.monotonic()
            self._deaths = [death for death in self._deaths if now - death < REVIVAL_SECONDS] + [now]
            if len(self._deaths) > REVIVALS:
                raise ChainFault(
                    f"the local chain died {len(self._deaths)} times within {REVIVAL_SECONDS:.0f} seconds",
                    where=str(self._log_file),
                    hint="is the machine out of memory or disk?",
                ) from silence
            if self._process is not None:
                anvil.stop(self._process)
            self._start()
        # Outside the lock: the hook asks questions itself, and may have to wait for a thread that waits for us.
        if self.revived is not None:
            self.revived()

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    # Starting.

    def _start(self) -> None:
        """Starts from the newest state that is whole and that anvil accepts, else from the first block."""
        refused = []
        for state in (self._state_file, self._previous_file):
            if not state.exists():
                continue
            if _is_whole(state):
                try:
                    self._launch("--load-state", str(state))
                    break
                except ChainFault:
                    pass  # whose fault it is shows when the next candidate starts or does not
            refused.append(state)
        else:
            self._launch("--timestamp", str(self._genesis_time()))
            # Only the first block is dated back; without this all later ones would count on from there.
            super()._ask("anvil_setTime", [int(time.time())])
        # Only now, with anvil known to work, is it the files that are damaged. They are kept for whoever asks why.
        for state in refused:
            state.replace(state.with_name(state.name + ".damaged"))

    def _launch(self, *origin: str) -> None:
        arguments = [
            *("--host", "127.0.0.1", "--port", "0", "--no-cors", "--no-request-size-limit"),
            *("--chain-id", str(CHAIN_ID), "--hardfork", "cancun", "--gas-limit", "30000000"),
            # Nobody pays and nobody is rich: no fees, no funded accounts with well-known keys.
            *("--accounts", "0", "--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"),
            # Within a block as sent, so that a replay repeats history in its own order.
            *("--order", "fifo"),
            # Old states serve only questions about the past, which nobody asks beyond the last blocks.
            *("--prune-history", "64", "--threads", "1", "--color", "never"),
            *origin,
        ]
        self._process = self._keeper.submit(anvil.spawn, self._binary, arguments, self._log_file).result()
        try:
            port = anvil.wait_for_port(self._process, self._log_file, START_SECONDS)
            anvil.remember(self._process, self._pid_file)
            super().__init__(f"http://127.0.0.1:{port}", answer_seconds=SILENT_SECONDS, local=True)
            self._named = "the local chain"
            # A log line per question would fill the disk.
            super()._ask("anvil_setLoggingEnabled", [False])
            found = int(super()._ask("eth_chainId", []), 16)
            if found != CHAIN_ID:
                raise ChainFault(f"the saved state belongs to chain {found}, not {CHAIN_ID}", where=str(self.directory))
        except BaseException:
            anvil.stop(self._process)
            raise
        self.starts += 1
        self._dirty = True
        self._save_due = time.monotonic() + SAVE_SECONDS

    def _genesis_time(self) -> int:
        """When this chain began, in seconds. Kept, so that beginning anew gives the same first block."""
        file = self.directory / "genesis.json"
        try:
            return int(json.loads(file.read_text(encoding="utf-8"))["timestamp"])
        except (OSError, ValueError, KeyError, TypeError):
            now = int(time.time())
            aside = file.with_suffix(".new")
            aside.write_text(json.dumps({"timestamp": now}), encoding="utf-8")
            aside.replace(file)
            return now

    @property
    def _state_file(self) -> Path:
        return self.directory / "state.json"

    @property
    def _previous_file(self) -> Path:
        return self.directory / "state.previous.json"

    @property
    def _log_file(self) -> Path:
        return self.directory / "anvil.log"

    @property
    def _pid_file(self) -> Path:
        return self.directory / "anvil.pid"


def _is_whole(file: Path) -> bool:
    """Whether a state file is complete JSON of the expected shape, so that anvil is not even shown a broken one."""
    try:
        state = json.loads(file.read_bytes())
        return isinstance(state["blocks"], list) and "accounts" in state and "best_block_number" in state
    except (OSError, ValueError, KeyError, TypeError):
        return False
