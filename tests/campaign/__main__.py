"""A campaign of faults, for hours: `make campaign`, or

    python -m tests.campaign [--part inputs|service|kills|contracts|day] [--seed 1] [--count N] [--workers 1]

Every trial has its own seed, made of the campaign's and its name. A campaign that was stopped goes on where it was:
what has ended is in out/campaign. At its end the sums go to benchmarks/results/campaign.jsonl and campaign.md. Leaves
with 1 if anything broke; out/campaign tells what, and how to see it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.campaign import contracts, day, inputs, kills, service
from tests.campaign.journal import RESULTS, ROOT, Journal, record, rows
from tests.campaign.trial import Found, Trial

PARTS: dict[str, tuple[Callable[[int], Sequence[Trial]], int, str]] = {
    "inputs": (inputs.trials, 10_000, "inputs for each reader"),
    "service": (service.trials, 10_000, "requests to each route"),
    "kills": (kills.trials, 1_000, "kills"),
    "contracts": (contracts.trials, 1_000_000, "calls"),
    "day": (day.trials, 1_440, "minutes of a league's time"),
}
"""By name: what makes the trials of a count, the whole count, and what is counted."""


def tried(trial: Trial, seed: int) -> Found:
    """Runs it in a folder of its own; whatever it raises is a failure."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as home:
        try:
            return trial.run(trial.draw(seed), Path(home))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - a campaign tells of every failure and goes on
            return Found(0, (traceback.format_exc(),))


def campaign(part: str, seed: int, trials: Sequence[Trial], data: Path, workers: int, say: Console) -> list[str]:
    """Does what is not done yet, so many trials at once; what broke, this time or before."""
    journal = Journal(data / f"{part}-{seed}.jsonl")
    waiting = [one for one in trials if one.name not in journal.entries]

    def go(trial: Trial) -> tuple[Trial, Found, float]:
        begun = time.monotonic()
        return trial, tried(trial, seed), time.monotonic() - begun

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=say
    )
    with bar, ThreadPool(workers) as pool:
        whole = sum(one.size for one in trials)
        task = bar.add_task(part, total=whole, completed=whole - sum(one.size for one in waiting))
        for trial, found, seconds in pool.imap_unordered(go, waiting):
            entry = journal.add(trial.name, trial.kind, found, seconds)
            for failure in entry.failures:
                say.print(f"✘ {trial.name}", failure[-2000:], sep="\n", markup=False, highlight=False)
            bar.update(task, description=f"{part}: {trial.name}", advance=trial.size)
    return [f"{name}\n{said}" for name, one in journal.entries.items() for said in one.failures]


def main(words: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__.split("\n")[0])
    asked.add_argument("--part", choices=PARTS, action="append", help="all of them unless said")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--count", type=int, help="; ".join(f"{name}: {one[1]:,} {one[2]}" for name, one in PARTS.items())
    )
    asked.add_argument("--workers", type=int, default=1, help="trials at once")
    asked.add_argument("--only", default="", help="trials whose name has these words")
    asked.add_argument("--data", type=Path, default=ROOT / "out" / "campaign")
    asked.add_argument("--no-record", action="store_true", help="leave benchmarks/results as it is")
    given = asked.parse_args(words)
    say, broken = Console(stderr=True), []
    for part in given.part or PARTS:
        make, whole, what = PARTS[part]
        count = given.count or whole
        say.print(f"{part}: {count:,} {what}, seed {given.seed}")
        trials = [one for one in make(count) if given.only in one.name]
        broken += campaign(part, given.seed, trials, given.data, given.workers, say)
        if not given.no_record:
            done = Journal(given.data / f"{part}-{given.seed}.jsonl").entries.values()
            record(rows(part, given.seed, done), RESULTS)
    say.print(f"{len(broken)} failures; what has ended is in {given.data}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
