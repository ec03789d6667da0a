"""CP-SAT in a thread of its own, so that Ctrl-C is heard: inside the solver, Python would hear it at the end only; and
who tells the watch of what it finds."""

from __future__ import annotations

import threading

from ortools.sat.python import cp_model

from hanse.planning.jobshop.goal import Goal
from hanse.planning.jobshop.watch import Watch, proved


class Solutions(cp_model.CpSolverSolutionCallback):
    """Tells the watch of every plan the solver finds."""

    def __init__(self, watch: Watch, goal: Goal) -> None:
        super().__init__()
        self._watch, self._goal = watch, goal

    def on_solution_callback(self) -> None:
        value = self._goal.millionths(round(self.objective_value))
        self._watch.tell(value, self._goal.millionths(proved(self.best_objective_bound)))


def solve_listening(
    solver: cp_model.CpSolver, model: cp_model.CpModel, told: cp_model.CpSolverSolutionCallback
) -> tuple[cp_model.CpSolverStatus, bool]:
    """The solver's status, and whether Ctrl-C ended it; what it found until then is in `solver`."""
    solver.parameters.catch_sigint_signal = False
    found: list[cp_model.CpSolverStatus] = []
    done = threading.Event()  # not `join`: interrupted, it may take a running thread for an ended one (Python 3.11)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(solver.solve(model, told))
        except BaseException as failure:  # noqa: BLE001 - raised below, in the caller's thread
            failed.append(failure)
        finally:
            done.set()

    interrupted = False
    threading.Thread(target=work, name="cpsat", daemon=True).start()
    while not done.is_set():
        try:
            done.wait()
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            solver.stop_search()
    if failed:
        raise failed[0]
    return found[0], interrupted
