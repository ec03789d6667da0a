"""The process of one study: it reads a file or calculates a plan or a front, with nothing of the service in its memory.

    python -P -m hanse.app.api.study FOLDER

The folder holds `asked.json` and, by what is asked, `file` or `problem.json`. What is found is written beside it; what
happens on the way is told in lines of JSON on standard output: `{"point": [seconds, value, bound]}`, `{"share": 0.4}`,
and last `{"done": {…}}` or `{"failed": {…}}`. It ends when standard input does: a service that was killed leaves
nobody who calculates for it. SIGINT ends a search with the best plan until then.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hanse.errors import HanseError, InputError
from hanse.instances import write_bytes

if TYPE_CHECKING:
    from hanse.model.plan import Plan
    from hanse.model.problem import Problem

MEMORY = {
    "look": 2 * 2**30,
    "plan": 8 * 2**30,
    "front": 8 * 2**30,
    "round": 8 * 2**30,
    "quotes": 8 * 2**30,
    "lab": 32 * 2**30,
}
"""Bytes of address space: a file that unpacks to more than there is ends its reader, and nothing else."""

NICE = 5
"""Whoever waits for a page goes first."""

Tell = Callable[[dict[str, Any]], None]


def main() -> int:
    """Does what the folder asks. Returns the exit code: 0 also if it was refused, for that was told."""
    folder = Path(sys.argv[1])
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    os.nice(NICE)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # whatever a library prints is no word of the protocol

        def tell(said: dict[str, Any]) -> None:
            out.write(json.dumps(said) + "\n")
            out.flush()

        try:
            asked = json.loads((folder / "asked.json").read_bytes())
            _limit(MEMORY[asked["what"]])
            does = {"look": _look, "plan": _plan, "front": _front, "round": _round, "quotes": _quotes, "lab": _lab}[
                asked["what"]
            ]
            tell({"done": does(folder, asked, tell)})
        except HanseError as error:
            tell({"failed": {"message": error.message, "where": error.where, "hint": error.hint}})
        except KeyboardInterrupt:
            tell({"failed": {"message": "it was ended before there was anything", "where": "", "hint": ""}})
        except MemoryError:
            tell({"failed": {"message": "it takes more memory than a study may", "where": "", "hint": "ask for less"}})
        except Exception as error:  # noqa: BLE001 - a bug: its place goes to the log, without what it was about
            told = {"message": "it met a fault of ours", "where": "", "hint": "the league's keeper finds it in the log"}
            tell({"failed": told, "fault": _place(error)})
    return 0


def _place(error: Exception) -> str:
    """What kind of error, and where it was raised."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    file = "" if at is None else f"{at.tb_frame.f_code.co_filename.rsplit('/hanse/', 1)[-1]}:{at.tb_lineno}"
    return f"{type(error).__name__} at {file}"


def _end_with_the_service() -> None:
    while os.read(0, 4096):  # not by sys.stdin: whoever ends while that is read aborts
        pass
    os._exit(1)


def _limit(memory: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _look(folder: Path, asked: dict[str, Any], _: Tell) -> dict[str, Any]:
    """What a file holds: counts, faults, and the problem, as `problem.json`, if there are none."""
    from hanse.instances import formats, tables

    data, name = (folder / "file").read_bytes(), Path(asked["name"]).stem
    faults: list[dict[str, str]] = []
    counts: dict[str, int] = {}
    total, problem, kind = 0, None, ""
    try:
        reader = next((one for one in formats() if one.recognises(data)), None)
        if reader is None:
            known = ", ".join(f"{one.NAME} ({one.SUFFIX})" for one in formats())
            raise InputError("the content matches no known format", where="the file", hint=f"known: {known}")
        kind = reader.NAME
        if kind == tables.NAME:
            seen = tables.look(data, name)
            counts, problem, total = dict(seen.counts), seen.problem, seen.total
            faults = [{"where": one.where, "message": one.message, "hint": one.hint} for one in seen.faults]
        else:
            problem = reader.read_problem(data, name)
    except InputError as error:
        faults, total = [{"where": error.where, "message": error.message, "hint": error.hint}], 1
    if problem is not None:
        counts = counts or _counts(problem)
        _write_problem(folder, problem)
    return {"kind": kind, "counts": counts, "faults": faults, "total": total, "root": problem and problem.root}


def _counts(problem: Problem) -> dict[str, int]:
    """How much of everything, by the names that tables have for it."""
    plans = [plan for job in problem.jobs for plan in job.plans]
    return {
        "members": len(problem.enterprises),
        "machines": len(problem.machines),
        "orders": len(problem.jobs),
        "operations": sum(len(plan.operations) for plan in plans),
    }


def _write_problem(folder: Path, problem: Problem) -> None:
    from hanse.instances import hanse_json

    write_bytes(folder / "problem.json", hanse_json.write_problem(problem))


def _plan(folder: Path, asked: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """The best plan in the time given: `plan.json`, `drawing.json` as charts want it, `plan.html` to keep."""
    import hanse

    problem = _problem(folder)
    result = hanse.solve(
        problem,
        asked["objective"],
        time_limit=asked["seconds"],
        progress=lambda point: tell({"point": [round(point.seconds, 3), point.value, point.lower_bound]}),
    )
    if result.plan is None:
        raise HanseError(
            f"no plan was found in {asked['seconds']} s, and none is proved impossible", hint="give more time"
        )
    return _told(folder, problem, result.plan)


def _round(folder: Path, asked: dict[str, Any], _: Tell) -> dict[str, Any]:
    """What a round that is over brought, as a plan: accepted claims put together, the rest planned here."""
    from hanse.app.rounds import coordinate, question
    from hanse.ledger.content import ContentStore
    from hanse.ledger.round_tables import ClaimRow, RoundRow

    row = msgspec.convert(asked["round"], RoundRow)
    claims = msgspec.convert(asked["claims"], list[ClaimRow])
    content = ContentStore(Path(asked["content"]))
    asked_for = question.fetch(row, content)
    found = coordinate.outcome(claims, content, row, asked_for, asked["seconds"])
    if found.plan is None:
        raise HanseError(
            "the jobs nobody was accepted for cannot be planned beside the others",
            where=f"round {row.number}",
            hint="open another round, or raise the budgets",
        )
    return _told(folder, asked_for.problem, found.plan)


def _found() -> None:
    """From now on nothing is left to be ended: what was found is written, though somebody has enough this moment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _told(folder: Path, problem: Problem, plan: Plan) -> dict[str, Any]:
    from hanse.app.report.gantt import drawn, gantt_html
    from hanse.instances import hanse_json

    _found()
    write_bytes(folder / "plan.json", hanse_json.write_plan(plan))
    write_bytes(folder / "drawing.json", json.dumps(drawn(problem, plan), separators=(",", ":")).encode())
    write_bytes(folder / "plan.html", gantt_html(problem, plan).encode())
    return {"results": ["problem.json", "plan.json", "drawing.json", "plan.html"]}


def _front(folder: Path, asked: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """All good compromises: `front.json`, `front.csv`, and the page they are looked at on, `front.html`."""
    from hanse.app.pareto import files, page
    from hanse.planning.pareto import explore

    problem = _problem(folder)
    front = explore(
        problem,
        asked["objective"],
        time_limit=asked["seconds"],
        told=lambda share, _: tell({"share": share}),
    )
    _found()
    files.write(front, folder)
    page.write(front, folder / "front.html")
    return {"results": ["problem.json", "front.json", "front.csv", "front.html"]}


def _quotes(folder: Path, asked: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """What the customer of a problem of one job chooses from: `quotes.json`."""
    from hanse.instances import hanse_json
    from hanse.planning.quotes import quotes

    found = quotes(_problem(folder), asked["seconds"], told=lambda share: tell({"share": share}))
    kept = [
        {"names": one.names, "proved": one.proved, "plan": json.loads(hanse_json.write_plan(one.plan))} for one in found
    ]
    write_bytes(folder / "quotes.json", json.dumps(kept).encode())
    return {"results": ["problem.json", "quotes.json"]}


def _lab(folder: Path, asked: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Rules compared on a copy of the league: `lab.html`, `lab.json`, `evidence.json`, and `proposal.json` if one is
    surely better."""
    from hanse.app.lab.whole import whole

    def told(done: int, total: int) -> None:
        tell({"share": done / total})

    data, chain = Path(asked["data"]), asked["chain"]
    return {"results": whole(data, chain, asked["study"], asked["objective"], folder, told)}


def _problem(folder: Path) -> Problem:
    from hanse.instances import hanse_json

    return hanse_json.read_problem((folder / "problem.json").read_bytes())


if __name__ == "__main__":
    sys.exit(main())
