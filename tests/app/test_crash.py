"""`kill -9` of Hanse or of its chain, at any moment of a voyage: the same command goes on, and nothing is lost, doubled
or paid twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from hanse.app.cases import load
from tests.app.cli import HANSE, hanse


def begin(data: Path) -> subprocess.Popen[bytes]:
    """The default voyage in a process of its own."""
    command = [*HANSE, "run", "--data", str(data), "--out", str(data / "out"), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_chain(data: Path) -> None:
    """Kill the chain that runs for this directory, if one does."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((data / "chain" / "anvil.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)


def survive(data: Path, draw: random.Random, kills: int, patience: float = 300) -> dict[str, Any]:
    """Sail with `kills` kills at random moments, then to the end; the record. patience: seconds for a voyage that was
    not killed itself."""
    for _ in range(kills):
        sailing = begin(data)
        time.sleep(draw.uniform(0.2, 9.0))  # planning takes six
        if draw.random() < 0.5:
            kill_chain(data)
            time.sleep(draw.uniform(0.0, 1.0))
            if draw.random() < 0.5:
                sailing.kill()
        else:
            sailing.kill()
        _, said = sailing.communicate(timeout=patience)
        # Killed, finished in spite of it, or gave up with a clear message, as where no plan was found in time.
        assert b"Traceback" not in said, said.decode()
        assert sailing.returncode in (-signal.SIGKILL, 0, 3, 4), said.decode()
    last = hanse("run", "--data", data, "--out", data / "out", "--json")
    assert last.code == 0, last.err
    record: dict[str, Any] = last.json
    return record


def agrees(record: dict[str, Any], data: Path) -> None:
    """Exactly the members, orders, answers, money and block of one voyage are on the chain, and the audit says OK."""
    case = load("zhang2019")
    report = hanse("audit", "--data", data)
    assert report.code == 0, report.out
    counts = hanse("reindex", "--data", data, "--json").json
    assert counts["members"] == len(case.members)
    assert counts["products"] == len(case.products)
    assert counts["orders"] == len(case.orders)
    assert counts["answers"] == len(case.orders) * len(case.members)
    assert counts["blocks"] == 1
    assert sorted(order["number"] for order in record["orders"]) == list(range(1, len(case.orders) + 1))
    agreements = [one for part in record["parts"] for one in part["agreements"]]
    assert [one["state"] for one in agreements] == ["settled"] * len(case.orders)
    deposits, more = (sum(one[name] for one in agreements) for name in ("deposit", "added"))
    purses = more + sum(one["subsidies"] for one in agreements)
    with contextlib.closing(sqlite3.connect(data / "ledger.sqlite3")) as database:
        moved = [int(amount) for (amount,) in database.execute("SELECT amount FROM transfers")]
    # A deposit is minted, taken, handed over and taken out; what else is in an escrow minted, put down and taken out.
    assert sum(moved) == 4 * deposits + 3 * purses


@pytest.mark.parametrize("seed", range(3))
def test_a_voyage_survives_being_killed_at_random_moments(seed: int, tmp_path: Path) -> None:
    agrees(survive(tmp_path, random.Random(seed), kills=4), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_voyages_survive_being_killed_at_many_moments(seed: int, tmp_path: Path) -> None:
    agrees(survive(tmp_path, random.Random(seed), kills=6), tmp_path)


def test_a_truncated_chain_state_is_replayed_from_the_outbox(tmp_path: Path) -> None:
    first = hanse("run", "--data", tmp_path, "--out", tmp_path / "out", "--json").json
    for state in (tmp_path / "chain").glob("*.json"):
        state.write_bytes(state.read_bytes()[:1000])
    again = hanse("run", "--data", tmp_path, "--out", tmp_path / "out", "--json")
    assert again.code == 0, again.err
    assert again.json["orders"] == first["orders"]
    assert again.json["parts"][0]["block"] == first["parts"][0]["block"]
    agrees(again.json, tmp_path)
