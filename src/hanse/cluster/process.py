"""A worker's process, seen by whoever started it (`worker.py` is what runs in it)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hanse.cluster import frames
from hanse.cluster.port import Bounds
from hanse.errors import EnvironmentFault

STARTING = 120.0
"""Seconds a process may take to begin."""

ENDING = 10.0
"""Seconds a process that does nothing may take to end."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS",
     "VECLIB_MAXIMUM_THREADS"), "1"
)  # fmt: skip
"""Told to libraries that would otherwise take all cores, each worker for itself. CP-SAT is told by its caller."""

Keep = tuple[str, bytes, bool]
"""Something shared for `worker.py`: key, bytes, whether it is a folder."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a piece. answer: data. error: data (None if it cannot travel) and said, the traceback. memory, time:
    it was ended, said is why. lost: the process is gone, said is what is known of that."""

    kind: Literal["answer", "error", "memory", "time", "lost"]
    data: bytes | None = None
    said: str = ""


class Process:
    """One worker, started now; `begin` waits for it. Not for two threads at once, but for `kill`."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="hanse-worker-"))
        self._lock, self._known = threading.Lock(), set[str]()
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # so that it finds what is found here
        temporary = self._home / "tmp"
        temporary.mkdir()
        with (self._home / "said").open("wb") as said:
            self._process = subprocess.Popen(
                (sys.executable, "-P", "-m", "hanse.cluster.worker", str(self._home)),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": path, "TMPDIR": str(temporary)},
                process_group=0,  # Ctrl-C is for the caller; and what a piece starts ends with its worker
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def begin(self) -> str:
        """Wait until it is there: its `versions.here()`. Raises EnvironmentFault if it does not come up."""
        with self._timed(STARTING):
            try:
                match frames.receive(self._out):
                    case ("ready", str(versions)):
                        return versions
            except (EOFError, OSError):
                pass
        raise EnvironmentFault(
            f"a worker process did not begin: {self._collect()}", where=f"{sys.executable} -m hanse.cluster.worker",
            hint="is there memory for one more, and is Hanse installed as a whole?",
        )  # fmt: skip

    def lacks(self, key: str) -> bool:
        """Whether it has to be given this shared thing."""
        return key not in self._known

    def do(self, data: bytes, keeps: list[Keep], bounds: Bounds) -> Report:
        """What comes of a piece. keeps: shared things that it lacks. After `memory`, `time` and `lost` it is gone."""
        with self._timed(bounds.seconds) as late:
            try:
                for keep in keeps:
                    frames.send(self._in, "keep", *keep)
                    self._known.add(keep[0])
                frames.send(self._in, "do", data, bounds.memory)
                message: tuple[Any, ...] = frames.receive(self._out)
            except (EOFError, OSError):
                message = ("lost",)
        match message:
            case ("answer", answer):
                return Report("answer", answer)
            case ("error", error, trace):
                return Report("error", error, trace)
            case ("memory", said):
                self._collect()
                return Report("memory", None, said)
        said = self._collect()
        return Report("time", None, f"it took more than {bounds.seconds:g} s") if late() else Report("lost", None, said)

    def kill(self) -> None:
        """End it at once, from any thread; whoever waits for its answer gets `lost`."""
        with self._lock:
            self._blow()

    def end(self) -> None:
        """End it in good order; at once if it will not."""
        timer = threading.Timer(ENDING, self.kill)
        timer.start()
        try:
            with suppress(OSError, EOFError):
                frames.send(self._in, "end")
                frames.receive(self._out)  # nothing but its end
        finally:
            timer.cancel()
        self._collect()

    @contextmanager
    def _timed(self, seconds: float | None) -> Iterator[Callable[[], bool]]:
        """Kills it after so many seconds; yields whether that happened."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self.kill()

        timer = None if seconds is None else threading.Timer(seconds, kill)
        if timer is not None:
            timer.start()
        try:
            yield late.is_set
        finally:
            if timer is not None:
                timer.cancel()

    def _blow(self) -> None:
        """The process and whatever it has started. It is not collected yet, so the number is still its own."""
        if self._process.returncode is not None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _collect(self) -> str:
        """Remove what is left of it; how it ended, in words."""
        self._await_its_end()
        with self._lock:
            self._blow()
            code = self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()
        said = (self._home / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        shutil.rmtree(self._home, ignore_errors=True)
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return f"its process ended {how}" + (f": {said[-1][:300]}" if said else "")

    def _await_its_end(self) -> None:
        """A moment, so that it is known how it ended by itself; collected it is only after what it has started."""
        until = time.monotonic() + 1.0
        while time.monotonic() < until and self._process.returncode is None:
            if not hasattr(os, "waitid"):
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(1.0)
            elif os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return
            else:
                time.sleep(0.002)
