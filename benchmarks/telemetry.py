"""Readings from a broker to the journal, while the broker restarts and the listener is killed; beside a bare client.

    python benchmarks/telemetry.py [SECONDS] [READINGS_PER_SECOND] [METRICS_PER_MESSAGE]

The peer is the MQTT library itself (paho), which only counts what it receives: the least that any listener costs.
Needs mosquitto. Figures go to benchmarks/results/telemetry.md.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hanse.telemetry.gate import Gate
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal
from hanse.telemetry.mqtt import Broker, MqttListener
from hanse.telemetry.sparkplug import encode

RESULTS = Path(__file__).parent / "results" / "telemetry.md"
MACHINES = [f"M{i}" for i in range(20)]


def broker(home: Path, port: int) -> subprocess.Popen[bytes]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        sys.exit("no mosquitto on this machine: apt install mosquitto")
    file = home / "mosquitto.conf"
    file.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {home}/\n"
        "max_inflight_messages 1000\nmax_queued_messages 1000000\nuser root\n"
    )
    process = subprocess.Popen([program, "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)


def listen(port: int, path: Path) -> None:
    """A process of its own: Hanse's listener, until it is stopped."""
    journal = Journal(path, member="E1", chain_id=1)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    listener = MqttListener(Broker("127.0.0.1", port), Intake(journal, Gate({"E1/line": frozenset(MACHINES)})))
    begun = time.process_time()
    listener.run(lambda: bool(stopped))
    print(time.process_time() - begun)


def count(port: int) -> None:
    """A process of its own: the peer."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=paho.MQTTv5)
    heard: list[int] = []
    client.on_message = lambda _, __, message: heard.append(len(message.payload))
    client.connect("127.0.0.1", port)
    client.subscribe("spBv1.0/#", qos=1)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    begun = time.process_time()
    while not stopped:
        client.loop(0.05)
    print(time.process_time() - begun, len(heard))


def publish(port: int, seconds: float, rate: int, metrics: int) -> int:
    """How many readings were published, and acknowledged by the broker."""
    heard = 0

    def acknowledged(*_: object) -> None:
        nonlocal heard
        heard += 1

    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="gateway", protocol=paho.MQTTv5)
    client.max_inflight_messages_set(500)
    client.reconnect_delay_set(1, 1)
    client.on_publish = acknowledged
    client.connect("127.0.0.1", port)
    client.loop_start()
    begun, messages = time.monotonic(), 0
    base = int(time.time() * 1000) - 10_000_000
    while (passed := time.monotonic() - begun) < seconds:
        while messages * metrics < passed * rate:
            machine = MACHINES[messages % len(MACHINES)]
            values = [(f"Sensor{k}", 20.5 + k) for k in range(metrics)]
            client.publish(
                f"spBv1.0/E1/DDATA/line/{machine}", encode(base + messages, values, sequence=messages), qos=1
            )
            messages += 1
        time.sleep(0.005)
    while heard < messages:
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()
    return messages * metrics


def main(seconds: float, rate: int, metrics: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        home, path = Path(place), Path(place) / "telemetry.db"
        running = broker(home, port)

        def start(what: str) -> subprocess.Popen[str]:
            command = [sys.executable, __file__, what, str(port), str(path)]
            return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

        # First, undisturbed: what a reading costs, beside what the library alone costs.
        ours, bare = start("listen"), start("count")
        time.sleep(6)
        calm = publish(port, min(seconds, 15), rate, metrics)
        journal = Journal(path, member="E1", chain_id=1)
        while len(journal) < calm:
            time.sleep(0.1)
        for process in (ours, bare):
            process.terminate()
        our_cpu, (bare_cpu, heard) = float(ours.communicate()[0]), map(float, bare.communicate()[0].split())

        # Then with everything that can happen: the listener is killed, the broker restarted, half-way.
        ours = start("listen")
        time.sleep(4)
        with ThreadPoolExecutor(1) as pool:
            publishing = pool.submit(publish, port, seconds, rate, metrics)
            time.sleep(seconds / 3)
            ours.kill()
            ours.wait()
            ours = start("listen")
            time.sleep(seconds / 3)
            running.terminate()
            running.wait()
            running = broker(home, port)
            said = publishing.result()
        until = time.monotonic() + 60
        while len(journal) < calm + said and time.monotonic() < until:
            time.sleep(0.1)
        stored = len(journal) - calm
        ours.terminate()
        ours.communicate()
        running.terminate()
        running.wait()
        journal.close()
    per_reading, per_bare = our_cpu / calm, bare_cpu / (heard * metrics)
    report = f"""# Telemetry: from the broker to the journal

`python benchmarks/telemetry.py {seconds:g} {rate} {metrics}`, {datetime.now(UTC):%Y-%m-%d}, {platform.machine()},
{os.cpu_count()} cores shared with other work, Python {platform.python_version()}, mosquitto on the same machine, QoS 1,
{metrics} metrics a message.

| | Hanse: decoded, checked, on disk, acknowledged | paho alone: received, counted |
|---|---:|---:|
| CPU time a reading | {per_reading * 1e6:.1f} µs | {per_bare * 1e6:.1f} µs |
| readings a second that fills one core | {1 / per_reading:,.0f} | {1 / per_bare:,.0f} |

Ratio {per_reading / per_bare:.1f}.

With the listener killed (SIGKILL) after a third of the time and the broker restarted after two: {rate:,} readings a
second for {seconds:g} s, {said:,} published, {stored:,} in the journal, **{said - stored:,} lost**.
"""
    RESULTS.write_text(report)
    print(report)


if __name__ == "__main__":
    if sys.argv[1:2] == ["listen"]:
        listen(int(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["count"]:
        count(int(sys.argv[2]))
    else:
        given = sys.argv[1:] + ["60", "5000", "10"][len(sys.argv) - 1 :]
        main(float(given[0]), int(given[1]), int(given[2]))
