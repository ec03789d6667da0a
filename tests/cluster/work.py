"""What pieces of the tests do, in a module that workers can import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hanse.errors import InfeasibleError
from hanse.ledger.anvil import tied
from hanse.model.problem import Problem


def twice(number: int) -> int:
    return 2 * number


def met(number: int, place: str) -> tuple[int, int]:
    """Process and its parent, once two pieces are here at the same time."""
    Path(place, f"{number}").touch()
    _wait(lambda: len(list(Path(place).iterdir())) >= 2)
    return os.getpid(), os.getppid()


def after(number: int, file: str) -> int:
    """Its number, once there is such a file."""
    _wait(Path(file).exists)
    return number


def _wait(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 100
    while not true() and time.monotonic() < until:
        time.sleep(0.01)


def slow(number: int, seconds: float) -> int:
    time.sleep(seconds)
    return number


def refuse(number: int) -> int:
    raise InfeasibleError(f"{number} has no plan", where="job J1", hint="another number")


def divide(number: int) -> float:
    return number / 0


class Odd(Exception):
    """Cannot be pickled and raised again."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)
        self.two = two


def odd(_: int) -> None:
    raise Odd("left", "right")


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(number: int, place: str) -> int:
    """The first worker that comes by dies of it."""
    try:
        Path(place, "died").touch(exist_ok=False)
    except FileExistsError:
        return number
    os.kill(os.getpid(), signal.SIGKILL)
    return -1


def held(number: int, place: str) -> int:
    """Says in a file which process works at it, every time one does; all but the first two wait for the file `go`."""
    Path(place, f"{number}-{os.getpid()}").touch()
    if number >= 2:
        _wait(Path(place, "go").exists)
    return number


def crash(_: int) -> None:
    sys.stderr.write("the kernel broke\n")
    sys.stderr.flush()
    os._exit(7)


def greedy(mebi: int) -> int:
    held = bytearray(mebi << 20)
    time.sleep(20)
    return len(held)


def greet(number: int) -> int:
    os.write(1, b"a solver library says hello\n")
    return number


def threads(_: int) -> list[str | None]:
    return [os.environ.get(name) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")]


def name_of(problem: Problem, number: int) -> tuple[str, int]:
    return f"{problem.name} {number}", id(problem)


def listed(folder: Path) -> list[str]:
    return sorted(f"{path.name}: {path.read_text()}" for path in folder.iterdir())


def started(place: str, bound: bool = False) -> None:
    """Leaves a child that would live for long, and a temporary file, and works on for as long. bound: as Hanse starts
    processes from pieces."""
    words = [sys.executable, "-c", "import time; time.sleep(100)"]
    child = subprocess.Popen(tied(words) if bound else words)
    _, path = tempfile.mkstemp()
    Path(place, f"{os.getpid()}-{child.pid}").write_text(path)
    time.sleep(100)
