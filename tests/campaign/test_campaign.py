"""A campaign goes on where it was stopped, tells of every failure, and its trials are what they say."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from tests.campaign import contracts, day, inputs, kills, service
from tests.campaign.__main__ import campaign
from tests.campaign.journal import Journal, page, record, rows
from tests.campaign.trial import Found, Trial, shares

Did = list[tuple[str, float]]


def some(did: Did, breaks: str = "") -> list[Trial]:
    """Four trials that note what chance gave them."""

    def run(name: str, draw: random.Random, home: Path) -> Found:
        assert list(home.iterdir()) == []
        (home / "left").touch()
        did.append((name, draw.random()))
        if name == breaks:
            raise KeyError(name)
        return Found(10, ("it is small",) if name == "odd 1" else ())

    return [Trial(kind, number, 10, partial(run, f"{kind} {number}")) for kind in ("even", "odd") for number in (0, 1)]


def go(trials: list[Trial], data: Path, seed: int = 7, workers: int = 1) -> list[str]:
    return campaign("part", seed, trials, data, workers, Console(file=io.StringIO()))


def test_every_failure_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    did: Did = []
    broken = go(some(did, breaks="even 1"), tmp_path)
    assert [name for name, _ in did] == ["even 0", "even 1", "odd 0", "odd 1"]
    assert [one.splitlines()[0] for one in broken] == ["even 1", "odd 1"]
    assert "KeyError" in broken[0]


def test_a_campaign_that_was_stopped_goes_on_with_the_same_chance(tmp_path: Path) -> None:
    whole, before, after = Did(), Did(), Did()
    go(some(whole), tmp_path / "whole")
    go(some(before)[:2], tmp_path / "stopped")
    file = tmp_path / "stopped" / "part-7.jsonl"
    file.write_bytes(file.read_bytes() + b'{"name": "odd 0", "ki')  # killed while it wrote
    assert len(go(some(after), tmp_path / "stopped")) == 1
    assert before + after == whole
    assert len(Journal(file).entries) == 4
    other = Did()
    go(some(other), tmp_path / "another seed", seed=8)
    assert {chance for _, chance in other}.isdisjoint(chance for _, chance in whole)


def test_trials_at_once_do_the_same(tmp_path: Path) -> None:
    one, three = Did(), Did()
    go(some(one), tmp_path / "1")
    go(some(three), tmp_path / "3", workers=3)
    assert sorted(one) == sorted(three)


def test_results_are_sums_by_kind_and_going_on_replaces_them(tmp_path: Path) -> None:
    go(some([]), tmp_path)
    entries = Journal(tmp_path / "part-7.jsonl").entries
    file = tmp_path / "campaign.jsonl"
    record(rows("part", 7, list(entries.values())[:1]), file)
    record(rows("part", 7, entries.values()), file)
    record(rows("part", 8, entries.values()), file)
    told = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(one["seed"], one["kind"], one["done"], one["failures"]) for one in told] == [
        (7, "even", 20, 0), (7, "odd", 20, 1), (8, "even", 20, 0), (8, "odd", 20, 1),
    ]  # fmt: skip
    assert file.with_suffix(".md").read_text().count("| part | odd |") == 2
    assert page([]).startswith("# ")


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (inputs.trials, 6_000), (service.trials, 30), (kills.trials, 100), (contracts.trials, 100_000),
        (day.trials, 3_000),
    ],
    ids=["inputs", "service", "kills", "contracts", "day"],
)  # fmt: skip
def test_trials_have_names_of_their_own_and_do_as_much_as_was_asked(
    make: Callable[[int], list[Trial]], count: int
) -> None:
    made = make(count)
    assert len({one.name for one in made}) == len(made)
    assert sum(one.size for one in made) >= count
    assert all(one.size > 0 for one in made)


def test_shares_are_of_the_size_and_together_the_whole() -> None:
    assert shares(10, 4) == [4, 4, 2]
    assert shares(0, 4) == []


def test_every_suite_with_invariants_is_fuzzed() -> None:
    from tests.contracts.test_forge import SUITES

    assert set(contracts.suites()) == {name for name in SUITES if name.endswith("InvariantsTest")}
