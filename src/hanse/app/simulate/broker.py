"""A publisher of Sparkplug B: every member's floor as a node, its machines as devices, data with QoS 1.

Births name no aliases, so nobody ever lacks one; who asks for a rebirth is answered. What a broker that went away has
not acknowledged is said again when it is back.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hanse.app.simulate.play import NODE
from hanse.errors import EnvironmentFault, InputError
from hanse.model.problem import Problem
from hanse.telemetry.reading import Reading
from hanse.telemetry.sparkplug import NAMESPACE, REBIRTH, encode

IN_FLIGHT = 500
PATIENCE = 30.0
"""Seconds in which a broker must answer."""


class Publisher:
    """Connected from birth; `close` waits until all is acknowledged."""

    def __init__(
        self, problem: Problem, host: str, port: int, username: str | None = None, password: str | None = None
    ):
        """Raises EnvironmentFault if no broker answers there or it refuses us, InputError for names that no topic
        can hold."""
        self._machines: dict[str, list[str]] = defaultdict(list)
        for name, owner in problem.owner.items():
            self._machines[owner.id].append(name)
        for name in (*self._machines, *problem.machines):
            if set(name) & set("/+#"):
                raise InputError(f'"{name}" cannot stand in a topic', where="mqtt", hint="rename it without / + #")
        self._where = f"mqtt://{host}:{port}"
        self._sent = self._heard = 0
        self._sequence: dict[str, int] = defaultdict(int)
        self._refused = ""
        self._rebirths: list[str] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="", protocol=paho.MQTTv5)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.reconnect_delay_set(1, 5)
        if username is not None:
            self._client.username_pw_set(username, password)
        self._client.on_publish = self._acknowledged
        self._client.on_connect = self._connected
        self._client.on_message = self._asked
        try:
            self._client.connect(host, port)
        except OSError as failure:
            raise EnvironmentFault(
                f"no broker answers ({failure.strerror or failure})",
                where=self._where,
                hint="start one, or name another",
            ) from None
        self._client.loop_start()
        self._wait(lambda: self._client.is_connected() or bool(self._refused), "does not answer")
        if self._refused:
            self._client.loop_stop()
            raise EnvironmentFault(f"the broker refuses us: {self._refused}", where=self._where)
        for member in self._machines:
            self._birth(member)

    def __call__(self, reading: Reading) -> None:
        """Publish a reading of a machine."""
        member = reading.source.removesuffix(f"/{NODE}")
        while self._rebirths:
            self._birth(self._rebirths.pop())
        self._publish(member, "DDATA", reading.machine, reading.measured, [(reading.metric, reading.value)])

    def close(self) -> None:
        """Raises EnvironmentFault if the broker does not acknowledge everything in time."""
        try:
            self._wait(lambda: self._heard >= self._sent, "did not acknowledge everything")
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _birth(self, member: str) -> None:
        """Node and machines of a member are there. What machines do they say when it changes."""
        now = int(time.time() * 1000)
        self._publish(member, "NBIRTH", None, now, [("bdSeq", 0), (REBIRTH, False)])
        for machine in self._machines[member]:
            self._publish(member, "DBIRTH", machine, now, [("Properties/Simulated", True)])

    def _publish(
        self, member: str, kind: str, machine: str | None, measured: int, metrics: list[tuple[str, Any]]
    ) -> None:
        topic = "/".join([NAMESPACE, member, kind, NODE, *([machine] if machine else [])])
        number, self._sequence[member] = self._sequence[member], self._sequence[member] + 1
        self._client.publish(topic, encode(measured, metrics, sequence=number), qos=1)
        self._sent += 1

    def _wait(self, done: Any, otherwise: str) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                raise EnvironmentFault(f"the broker {otherwise}", where=self._where)
            time.sleep(0.02)

    def _connected(self, client: paho.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self._refused = str(reason)
            return
        for member in self._machines:
            client.subscribe(f"{NAMESPACE}/{member}/NCMD/{NODE}", qos=1)

    def _asked(self, _: paho.Client, __: Any, message: paho.MQTTMessage) -> None:
        member = message.topic.split("/")[1]
        if member in self._machines and member not in self._rebirths:
            self._rebirths.append(member)

    def _acknowledged(self, *_: object) -> None:
        self._heard += 1
