"""`hanse simulate`: weeks compared, and a floor whose readings a gateway hears."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hanse
from hanse.app.cli_simulate import simulate
from hanse.app.simulate import document
from hanse.app.simulate.play import Moments, Player
from hanse.app.simulate.table import Table
from hanse.errors import EnvironmentFault, InputError
from hanse.lab.floor.operate import Way, operate
from hanse.lab.floor.shop import Event
from hanse.lab.floor.trouble import CALM, Odds, draw
from hanse.lab.floor.week import drawn, way_of, week
from hanse.model.problem import Problem
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.share import sealed
from hanse.telemetry.floor import Floor
from hanse.telemetry.forecast import Calendar, forecast
from hanse.telemetry.gate import Gate
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading
from hanse.telemetry.table import read_table
from tests.app.cli import hanse as run
from tests.telemetry.conftest import Mosquitto, broker

__all__ = ["broker"]  # the fixture


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    problem, rows = league(3, 2, 12, 0, services=4)
    hanse.write(problem, tmp_path / "problem.json")
    hanse.write_plan(sealed(problem, rows, "local", 0.0), tmp_path / "plan.json")
    return tmp_path / "problem.json", tmp_path / "plan.json"


def gate(problem: Problem) -> Gate:
    return Gate({f"{e.id}/floor": frozenset(m.id for m in e.machines) for e in problem.enterprises})


def test_readings_of_a_calm_floor_tell_the_plan_to_whoever_reads_them(files: tuple[Path, Path], tmp_path: Path) -> None:
    problem, plan = hanse.read(files[0]), hanse.read_plan(files[1])
    table = Table(tmp_path / "log.csv")
    moments = Moments(1_000_000, 60_000)
    player = Player(problem, moments, [table], live=False)
    operate(problem, plan.assignments, draw(problem, plan.assignments, CALM, 0), Way("none"), player)
    table.close()
    floor = Floor.of(plan.assignments)
    floor.absorb(read_table(tmp_path / "log.csv"))
    assert floor.strange == ()
    end = max(at.end for at in plan.assignments)
    seen = forecast(problem, plan, floor, Calendar(1_000_000, 60_000), moments.at(end))
    assert all(job.done for job in seen.jobs)
    assert seen.assignments == plan.assignments


def test_a_player_waits_for_the_moment_of_every_event() -> None:
    problem, _ = league(2, 2, 4, 0)
    heard: list[tuple[float, Reading]] = []

    class Still:
        """Time passes only in sleep."""

        at = 100.0

        def now(self) -> float:
            return self.at

        def elapsed(self) -> float:
            return self.at

        def sleep(self, seconds: float) -> None:
            self.at += seconds

    clock = Still()
    player = Player(
        problem,
        Moments(101_000, 500),
        [lambda r: heard.append((clock.at, r))],
        live=True,
        clock=clock,
        sleep=clock.sleep,
    )
    player([Event(0, "E0M0", "State", "down"), Event(3, "E0M0", "State", "idle")])
    assert [round(at, 6) for at, _ in heard] == [101.0, 102.5]
    assert [reading.measured for _, reading in heard] == [101_000, 102_500]
    assert heard[0][1].source == "E0/floor"


def test_the_command_writes_readings_that_a_gateway_takes_all_of(files: tuple[Path, Path], tmp_path: Path) -> None:
    csv = tmp_path / "log.csv"
    told = run("simulate", *files, "--csv", csv, "--seed", "3", "--json").json
    problem = hanse.read(files[0])
    journal = Journal(tmp_path / "t.db", member="league", chain_id=1)
    added = journal.add(read_table(csv), gate(problem), int(time.time() * 1000))
    assert (len(added.fresh), added.refused) == (told["readings"], 0)
    assert told["readings"] > 2 * 12
    journal.close()


def test_a_real_broker_hears_the_floor_live(files: tuple[Path, Path], broker: Mosquitto, tmp_path: Path) -> None:
    from hanse.telemetry.mqtt import Broker, MqttListener

    problem = hanse.read(files[0])
    journal = Journal(tmp_path / "t.db", member="league", chain_id=1)
    intake = Intake(journal, gate(problem))
    over = threading.Event()
    listener = threading.Thread(target=MqttListener(Broker("127.0.0.1", broker.port), intake).run, args=[over.is_set])
    listener.start()
    time.sleep(1.0)
    where = f"127.0.0.1:{broker.port}"
    told = run("simulate", *files, "--mqtt", where, "--speed", "30000", "--seed", "3", "--json").json
    until = time.monotonic() + 20
    # Births say that the machines are there: one more reading of each.
    while intake.stored < told["readings"] + len(problem.machines) and time.monotonic() < until:
        time.sleep(0.05)
    over.set()
    listener.join()
    heard = [reading for _, reading in journal.since()]
    journal.close()
    assert intake.refused == 0
    said = [reading for reading in heard if reading.metric.startswith(("Operation/", "State", "Energy"))]
    assert len(said) == told["readings"]
    assert sum(reading.metric == "Operation/Finished" for reading in said) >= len(hanse.read_plan(files[1]).assignments)
    assert all(reading.measured >= told["epoch"] for reading in said)


def test_weeks_are_compared_and_written(tmp_path: Path) -> None:
    told = run("simulate", "--members", "2", "--seeds", "1", "--mode", "central,peer", "--out", tmp_path, "--json").json
    assert [verdict["verdict"] for verdict in told["verdicts"]] == ["true"] * 4
    one = told["weeks"][0]
    assert all(each["tardiness"] < one["alone"]["tardiness"] and each["hosts_late"] == [] for each in one["ways"])
    page = (tmp_path / "simulate.html").read_text()
    assert "greedy, peer" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert json.loads((tmp_path / "simulate.json").read_text()) == told


def test_verdicts_change_when_the_figures_do() -> None:
    problem, rows = drawn(0, 2)
    odds = Odds()
    one = week(problem, rows, odds, [way_of(rows, odds)], 0)
    assert [v.verdict for v in document.verdicts([one])] == ["true", "true"]
    worse = replace(one.ways[0], tardiness=one.alone + 1, hosts_late=("J1",))
    assert [v.verdict for v in document.verdicts([replace(one, ways=(worse,))])] == ["false", "false"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sharing": "magic"}, "not known"),
        ({"mode": "anarchy"}, "not known"),
        ({"sharing": "best", "mode": "peer"}, "peers decide"),
        ({"speed": 0.0}, "time must go on"),
        ({"breakdowns": -1.0}, "not between"),
        ({"mqtt": "nowhere"}, "names no broker"),
        ({"csv": Path("x.csv"), "epoch": "yesterday"}, "is no time"),
        ({"csv": Path("x.csv"), "sharing": "greedy,best"}, "not known"),
        ({"file": Path("problem.json")}, "needs its plan"),
    ],
)
def test_what_cannot_be_played_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        simulate(members=2, quiet=True, **arguments)
    assert not Path("x.csv").exists()


def test_a_plan_that_is_not_valid_is_not_played(files: tuple[Path, Path]) -> None:
    plan = json.loads(files[1].read_text())
    plan["assignments"][0]["end"] += 1
    files[1].write_text(json.dumps(plan))
    run("simulate", *files).failed(2, "not valid", "hanse check")


def test_no_broker_is_a_fault_of_the_environment(files: tuple[Path, Path]) -> None:
    from hanse.app.simulate.broker import Publisher

    with pytest.raises(EnvironmentFault, match="no broker answers"):
        Publisher(hanse.read(files[0]), "127.0.0.1", 1)


def test_a_member_whose_name_no_topic_can_hold_is_refused() -> None:
    from hanse.app.simulate.broker import Publisher

    problem, _ = league(2, 2, 4, 0)
    first = replace(problem.enterprises[0], id="E+0")
    with pytest.raises(InputError, match="topic"):
        Publisher(replace(problem, enterprises=(first, *problem.enterprises[1:])), "127.0.0.1", 1)
