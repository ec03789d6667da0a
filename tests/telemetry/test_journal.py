"""The journal keeps what it was told, once, in the order of arrival, and its seals show any change."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.errors import EvidenceError, InputError
from hanse.model import merkle
from hanse.telemetry import journal as journals
from hanse.telemetry.gate import Gate, Refusal
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading

GATE = Gate({"E1/line": frozenset({"M1", "M2"})})
KEY = Account.from_key(b"\x07" * 32)
NOW = 1_000_000


def reading(measured: int, value: float = 1.0, machine: str = "M1", source: str = "E1/line") -> Reading:
    return Reading(source, machine, "Power", measured, value)


def test_what_was_said_twice_is_kept_once(journal: Journal) -> None:
    first = journal.add([reading(1), reading(2), reading(1)], GATE, NOW)
    again = journal.add([reading(2), reading(3)], GATE, NOW)

    assert (len(first.fresh), first.known) == (2, 1)
    assert (again.fresh, again.known) == ((reading(3),), 1)
    assert [measured.measured for _, measured in journal.since()] == [1, 2, 3]


def test_what_a_machine_measured_comes_by_time_whenever_it_arrived(journal: Journal) -> None:
    journal.add([reading(5), reading(3, machine="M2"), reading(1), reading(4)], GATE, NOW)

    assert [one.measured for one in journal.of_machine("M1")] == [1, 4, 5]
    assert [one.measured for one in journal.of_machine("M1", start=2, end=5)] == [4]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (reading(1, source="E2/line"), Refusal.UNKNOWN_SOURCE),
        (reading(1, machine="M9"), Refusal.NOT_ITS_MACHINE),
        (reading(NOW + 5_001), Refusal.CLOCK_AHEAD),
    ],
)
def test_the_gate_turns_away_whoever_has_no_business(journal: Journal, bad: Reading, reason: Refusal) -> None:
    added = journal.add([reading(1), bad, reading(2)], GATE, NOW)

    assert added.fresh == (reading(1), reading(2))
    assert journal.refusals() == {reason.value: 1}


def test_a_second_value_of_the_same_moment_is_refused_and_the_first_stays(journal: Journal) -> None:
    journal.add([reading(1, 1.0)], GATE, NOW)

    added = journal.add([reading(1, 2.0)], GATE, NOW)

    assert added.refused == 1
    assert journal.of_machine("M1") == [reading(1, 1.0)]
    assert journal.refusals() == {Refusal.CONTRADICTION.value: 1}


def test_a_flood_of_refused_readings_does_not_fill_the_disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "KEPT_REFUSALS", 10)

    journal.add([reading(i, source="flood") for i in range(100)], GATE, NOW)

    assert journal.refusals() == {Refusal.UNKNOWN_SOURCE.value: 100}
    assert journal.database.row("SELECT count(*) FROM refusals") == (10,)


def test_nothing_of_a_batch_is_kept_if_it_breaks_in_the_middle(journal: Journal) -> None:
    def cut() -> Iterator[Reading]:
        yield from (reading(1), reading(2))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        journal.add(cut(), GATE, NOW)

    assert len(journal) == 0


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["M1", "M2"])), max_size=40), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_order_and_repetition_leaves_the_same_readings(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str]], data: st.DataObject
) -> None:
    said = [reading(measured, measured / 2, machine) for measured, machine in told]
    other = data.draw(st.permutations(said + said[: len(said) // 2]))
    records = []
    for number, order in enumerate((said, other)):
        journal = Journal(tmp_path_factory.mktemp("order") / f"{number}.db", member="E1", chain_id=1)
        for start in range(0, len(order), 7):
            journal.add(order[start : start + 7], GATE, NOW)
        records.append([journal.of_machine("M1"), journal.of_machine("M2")])
        journal.close()

    assert records[0] == records[1]


# --- seals ----------------------------------------------------------------------------------------------------------


def test_seals_cover_everything_once_and_follow_each_other(journal: Journal) -> None:
    journal.add([reading(i) for i in range(5)], GATE, NOW)
    first = journal.seal(KEY, NOW)
    nothing = journal.seal(KEY, NOW + 1)
    journal.add([reading(9), reading(7)], GATE, NOW)
    second = journal.seal(KEY, NOW + 2)

    assert first is not None
    assert second is not None
    assert nothing is None
    assert (first.seal.first, first.seal.count, second.seal.first, second.seal.count) == (1, 5, 6, 2)
    assert second.seal.previous == first.seal.digest("E1", 31337)
    assert first.seal.root == merkle.root([reading(i).content for i in range(5)])
    assert journal.verify(KEY.address) == 7


def test_anyone_can_check_one_reading_against_its_seal(journal: Journal) -> None:
    journal.add([reading(i) for i in range(7)], GATE, NOW)
    journal.seal(KEY, NOW)

    shown = journal.show(4)

    assert shown.reading == reading(3)
    assert shown.verify("E1", 31337, KEY.address)
    assert not shown.verify("E2", 31337, KEY.address)
    assert not shown.verify("E1", 1, KEY.address)
    assert not shown.verify("E1", 31337, Account.from_key(b"\x08" * 32).address)
    forged = type(shown)(reading(3, 99.0), shown.path, shown.seal)
    assert not forged.verify("E1", 31337, KEY.address)


def test_a_reading_without_a_seal_cannot_be_shown(journal: Journal) -> None:
    journal.add([reading(1)], GATE, NOW)

    with pytest.raises(InputError, match="no seal covers reading 1"):
        journal.show(1)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE readings SET content = CAST(replace(CAST(content AS TEXT), '1.0', '2.0') AS BLOB) WHERE number = 2",
        "DELETE FROM readings WHERE number = 2",
        "DELETE FROM seals WHERE number = 1",
        "UPDATE seals SET count = count - 1 WHERE number = 1",
        "UPDATE seals SET sealed = sealed + 1 WHERE number = 1",
        "UPDATE seals SET signature = zeroblob(65) WHERE number = 2",
    ],
)
def test_any_tampering_is_found(journal: Journal, tampering: str) -> None:
    for start in (0, 10):
        journal.add([reading(start + i) for i in range(4)], GATE, NOW)
        journal.seal(KEY, NOW + start)
    with sqlite3.connect(journal.database.path) as outside:
        changed = outside.execute(tampering).rowcount
    outside.close()

    assert changed == 1
    with pytest.raises(EvidenceError):
        journal.verify(KEY.address)


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading
journal = Journal(Path(sys.argv[1]), member="E1", chain_id=1)
gate = Gate({"s": frozenset({"m"})})
for start in range(0, 1000, 50):
    journal.add([Reading("s", "m", "t", start + i, i) for i in range(50)], gate, 10_000)
    print(start + 50, flush=True)
    if start == 500:
        journal.database.write("BEGIN")
        journal.add([Reading("s", "m", "t", 5000 + i, i) for i in range(50)], gate, 10_000)
        os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "j.db")], capture_output=True, text=True, check=False
    )
    acknowledged = int(done.stdout.split()[-1])

    journal = Journal(tmp_path / "j.db", member="E1", chain_id=1)

    assert done.returncode == -9
    assert acknowledged == 550
    assert [one.measured for _, one in journal.since()] == list(range(acknowledged))
    journal.close()
