"""A real broker: what was published with QoS 1 is in the journal, once, whatever breaks in between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pysparkplug
import pytest

from hanse.errors import EnvironmentFault
from hanse.telemetry.gate import Refusal
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal
from hanse.telemetry.mqtt import Broker, MqttListener
from tests.telemetry.conftest import Connect, Mosquitto


def listen(broker: Mosquitto, intake: Intake, until: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    MqttListener(Broker("127.0.0.1", broker.port), intake).run(lambda: until() or time.monotonic() > end)


def test_readings_come_in_and_are_acknowledged_once_stored(broker: Mosquitto, connect: Connect, intake: Intake) -> None:
    listen(broker, intake, lambda: True)
    listen(broker, intake, lambda: False, seconds=0.5)  # the session exists from here on
    gateway = connect()
    for i in range(200):
        gateway.say(f"M{i % 2 + 1}", 1_000 + i, [("Power", i / 2), ("Parts", i)])
    gateway.wait()

    listen(broker, intake, lambda: intake.stored >= 400)
    again = Intake(intake.journal, intake.gate)
    listen(broker, again, lambda: False, seconds=0.5)

    assert len(intake.journal) == 400
    assert [one.value for one in intake.journal.of_machine("M1") if one.metric == "Parts"] == list(range(0, 200, 2))
    assert (again.stored, again.known) == (0, 0)  # nothing was said again: all was acknowledged


def test_aliases_are_understood_after_a_restart(broker: Mosquitto, connect: Connect, intake: Intake) -> None:
    gateway = connect()
    listen(broker, intake, lambda: False, seconds=0.5)
    gateway.say("M1", 1_000, [("Power", 1.5)], kind="DBIRTH")
    gateway.wait()
    listen(broker, intake, lambda: intake.stored >= 1)

    short = pysparkplug.Metric(timestamp=2_000, name=None, datatype=pysparkplug.DataType.DOUBLE, value=2.5, alias=1)
    gateway.publish("M1", pysparkplug.DData(timestamp=2_000, seq=1, metrics=(short,)).encode(include_dtypes=False))
    gateway.wait()
    restarted = Intake(intake.journal, intake.gate)
    listen(broker, restarted, lambda: restarted.stored >= 1)

    assert [(one.metric, one.value) for one in intake.journal.of_machine("M1")] == [("Power", 1.5), ("Power", 2.5)]


def test_a_node_whose_birth_was_missed_is_asked_for_it(broker: Mosquitto, connect: Connect, intake: Intake) -> None:
    gateway = connect()
    listen(broker, intake, lambda: False, seconds=0.5)
    short = pysparkplug.Metric(timestamp=2_000, name=None, datatype=pysparkplug.DataType.DOUBLE, value=2.5, alias=1)
    gateway.publish("M1", pysparkplug.DData(timestamp=2_000, seq=1, metrics=(short,)).encode(include_dtypes=False))

    listen(broker, intake, lambda: bool(gateway.commands) and intake.refused > 0)

    assert gateway.commands == ["spBv1.0/E1/NCMD/line"]
    assert intake.journal.refusals() == {Refusal.MALFORMED.value: 1}


def test_strangers_liars_and_rubbish_change_nothing(broker: Mosquitto, connect: Connect, intake: Intake) -> None:
    listen(broker, intake, lambda: False, seconds=0.5)
    gateway, stranger = connect(), connect(node="press", group="E9")
    gateway.say("M1", 1_000, [("Power", 1.0)])
    gateway.say("M1", 1_000, [("Power", 2.0)])
    gateway.say("M3", 1_000, [("Power", 1.0)])
    gateway.say("M1", int(time.time() * 1000) + 3_600_000, [("Power", 1.0)])
    gateway.publish("M1", b"\xff\xff\xff")
    gateway.publish("M1", os.urandom(5_000))
    gateway.say("M1", 2_000, [("Power", float("nan"))])
    stranger.say("M1", 3_000, [("Power", 9.0)])
    gateway.say("M1", 4_000, [("Power", 4.0)])
    gateway.wait()
    stranger.wait()

    listen(broker, intake, lambda: intake.stored >= 2 and intake.refused >= 7)

    assert [one.value for one in intake.journal.of_machine("M1")] == [1.0, 4.0]
    assert intake.journal.of_machine("M3") == []
    refused = intake.journal.refusals()
    assert refused[Refusal.CONTRADICTION.value] == refused[Refusal.NOT_ITS_MACHINE.value] == 1
    assert refused[Refusal.CLOCK_AHEAD.value] == refused[Refusal.UNKNOWN_SOURCE.value] == 1
    assert refused[Refusal.MALFORMED.value] == 3


def test_a_broker_that_refuses_us_is_reported(broker: Mosquitto, intake: Intake) -> None:
    broker.stop()
    broker._file.write_text(broker._file.read_text().replace("allow_anonymous true", "allow_anonymous false"))
    broker.start()

    with pytest.raises(EnvironmentFault, match="refuses us"):
        listen(broker, intake, lambda: False, seconds=10)


def test_no_broker_is_waited_for(broker: Mosquitto, intake: Intake) -> None:
    broker.stop()

    listen(broker, intake, lambda: False, seconds=1)

    assert intake.stored == 0
    broker.start()


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_by_killing_the_listener_and_restarting_the_broker(
    broker: Mosquitto, connect: Connect, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = tmp_path / "telemetry.db"
    command = [sys.executable, "-m", "tests.telemetry.listening", str(broker.port), str(path)]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env={**os.environ}, cwd=Path(__file__).parents[2])

    listener = start()
    journal = Journal(path, member="E1", chain_id=31337)
    gateway = connect()
    said = probes = 0
    while not len(journal):  # a broker keeps nothing for a session that it has never seen
        gateway.say("M2", 1_000 + probes, [("Probe", probes)])
        probes += 1
        time.sleep(0.1)
    for turn in range(4):
        for _ in range(chance.randrange(100, 400)):
            gateway.say("M1", 1_000 + said, [("Parts", said)])
            said += 1
        time.sleep(chance.uniform(0, 0.3))
        if turn % 2 == 0:
            listener.send_signal(signal.SIGKILL)
            listener.wait()
            listener = start()
        else:
            broker.stop()
            broker.start()
    gateway.wait()
    end = time.monotonic() + 40
    while len(journal.of_machine("M1")) < said and time.monotonic() < end:
        time.sleep(0.1)
    listener.kill()
    listener.wait()

    assert [one.value for one in journal.of_machine("M1")] == list(range(said))
    journal.close()
