"""Parts solved across processes.

Processes are started afresh (`spawn`: nothing of the parent's threads or locks leaks in), at most so many at once and
at most twice as many parts in flight. A part's error is carried back with the part's name and ends the rest. Ctrl-C
reaches only the parent, which takes its workers down; a worker whose parent vanished ends itself.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.model.problem import Problem
from hanse.planning.decomposition.packing import pack, unpack

AnswerT = TypeVar("AnswerT")

Told = Callable[[int, int], None]
"""Called with (parts finished, parts in all)."""


class Task(Generic[AnswerT]):
    """What is done with each part: a picklable function of a problem, for a worker that receives bytes."""

    def __init__(self, work: Callable[[Problem], AnswerT]) -> None:
        self.work = work

    def __call__(self, data: bytes) -> AnswerT:
        return self.work(unpack(data))


class _Crew(SpawnContext):
    """The spawn context, keeping the processes it starts so that an interrupted parent can end exactly these."""

    def __init__(self) -> None:
        super().__init__()
        self.hands: list[SpawnProcess] = []

    def Process(self, *args: Any, **settings: Any) -> SpawnProcess:  # type: ignore[override]
        self.hands.append(SpawnProcess(*args, **settings))
        return self.hands[-1]

    def dismiss(self) -> None:
        for hand in self.hands:
            with suppress(ValueError, AttributeError):  # never started, or already gone
                hand.terminate()


def solve_parts(
    work: Callable[[Problem], AnswerT],
    problems: Sequence[tuple[str, Problem]],
    processes: int | None = None,
    told: Told | None = None,
) -> list[AnswerT]:
    """`work` of every (name, problem), in their order.

    work: must be importable (a module's function, a `functools.partial` of one or an object of a module's class) unless
    processes is 1, which stays in this process. processes: at most so many at once (default: one per core and part).
    told: hears of progress, in this thread.

    Raises InputError for processes < 1, what `work` raises (a HanseError says which part), EnvironmentFault if a worker
    dies, and KeyboardInterrupt after ending its workers.
    """
    if processes is not None and (isinstance(processes, bool) or not isinstance(processes, int) or processes < 1):
        raise InputError(f"{processes!r} is not a number of processes", where="processes", hint="use 1 or more")
    count = min(processes or os.cpu_count() or 1, len(problems))
    if count <= 1:
        return list(_alone(work, problems, told))
    return _together(work, problems, count, told)


def _alone(
    work: Callable[[Problem], AnswerT], problems: Sequence[tuple[str, Problem]], told: Told | None
) -> Iterator[AnswerT]:
    for done, (name, problem) in enumerate(problems, 1):
        try:
            answer = work(problem)
        except HanseError as error:
            raise error.at(name) from None
        if told is not None:
            told(done, len(problems))
        yield answer


def _together(
    work: Callable[[Problem], AnswerT], problems: Sequence[tuple[str, Problem]], count: int, told: Told | None
) -> list[AnswerT]:
    crew, task = _Crew(), Task(work)
    pool = ProcessPoolExecutor(count, mp_context=crew, initializer=_begin)
    answers: dict[int, AnswerT] = {}
    flying: dict[Future[AnswerT], int] = {}
    waiting = iter(range(len(problems)))
    try:
        while True:
            for place in waiting:
                flying[pool.submit(task, pack(problems[place][1]))] = place
                if len(flying) >= 2 * count:
                    break
            if not flying:
                break
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                place = flying.pop(future)
                answers[place] = _outcome(future, problems[place][0])
                if told is not None:
                    told(len(answers), len(problems))
        pool.shutdown()
    except BaseException:
        # Whatever went wrong, nobody wants the other parts any more, and a solver may not listen for minutes.
        crew.dismiss()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    return [answers[place] for place in range(len(problems))]


def _outcome(future: Future[AnswerT], name: str) -> AnswerT:
    try:
        return future.result()
    except HanseError as error:
        raise error.at(name) from None
    except BrokenProcessPool as error:
        raise EnvironmentFault(
            "a worker process ended before its part was planned",
            where=name,
            hint="it may have run out of memory: use fewer processes; a script of yours must start its work under "
            'if __name__ == "__main__"',
        ) from error


def _begin() -> None:
    """In a new worker: leave Ctrl-C to the parent, do not outlive it, and print nothing into its output (solver
    libraries greet from C, beyond the reach of `sys.stdout`, and the parent may be writing JSON)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
