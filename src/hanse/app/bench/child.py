"""The process of one run: `python -m hanse.app.bench.child`, asked by one JSON object on standard input.

It answers in JSON lines on standard output, each as soon as it is known, so that a process that is killed has still
said what it had found: {"began": …} when the solver begins, {"at": …, "value": …, "bound": …} for every better plan or
bound, at last {"ended": …, "bound": …, "assignments": …}, or {"failed": …}. If it grows beyond its memory it says so
and ends itself.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

from hanse.errors import HanseError

LOOK = 0.05
"""Seconds between two looks at the memory."""

MEBI = 2**20


def peak_bytes() -> int:
    """The most memory this process has held; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


class _Voice:
    """Standard output, one line at a time, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: int | None = None
        self._bound: int | None = None

    def say(self, **said: Any) -> None:
        with self._lock:
            self._print(said)

    def tell(self, seconds: float, value: int | None, bound: int | None) -> None:
        """A point, if it is better than what was told."""
        with self._lock:
            better = value is not None and (self._value is None or value < self._value)
            tighter = bound is not None and (self._bound is None or bound > self._bound)
            if better or tighter:
                self._value, self._bound = value if better else self._value, bound if tighter else self._bound
                self._print({"at": round(seconds, 4), "value": self._value, "bound": self._bound})

    @staticmethod
    def _print(said: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Read what is asked, run it, say what comes of it."""
    asked, voice = json.load(sys.stdin), _Voice()
    threading.Thread(target=_watch_memory, args=(asked["memory"], voice), daemon=True).start()
    try:
        _run(asked, voice)
    except HanseError as error:
        voice.say(failed=error.message)
    except MemoryError:
        voice.say(failed="out of memory")
    voice.say(peak=peak_bytes() // MEBI)


def _watch_memory(limit: int, voice: _Voice) -> None:
    """End the process when it has taken more than `limit` MiB: gently by no means, so that nothing can hold it up."""
    while True:
        time.sleep(LOOK)
        if peak_bytes() > limit * MEBI:
            voice.say(failed=f"took more than {limit} MiB", peak=peak_bytes() // MEBI)
            os._exit(1)


def _run(asked: dict[str, Any], voice: _Voice) -> None:
    import hanse
    from hanse.app.bench.runs import DECLINED
    from hanse.app.bench.solvers import CannotState, Limits, solver_of, warm

    name = asked["solver"]
    solve, problem = solver_of(name), hanse.read(asked["path"])
    warm(name, problem)
    voice.say(began=True)
    begun = time.perf_counter()

    def tell(value: int | None, bound: int | None) -> None:
        voice.tell(time.perf_counter() - begun, value, bound)

    limits = Limits(asked["limit"], asked["threads"], asked["seed"])
    try:
        assignments, bound = solve(problem, limits, tell)
    except CannotState as reason:
        voice.say(failed=f"{DECLINED}: {reason}")
        return
    voice.say(ended=round(time.perf_counter() - begun, 4), bound=bound, assignments=assignments)


if __name__ == "__main__":
    main()
