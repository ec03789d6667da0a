"""A gateway as machines have it: an independent MQTT client that publishes Sparkplug B with QoS 1."""

from __future__ import annotations

import time
from collections.abc import Iterable

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hanse.telemetry.reading import Value
from hanse.telemetry.sparkplug import encode


class Gateway:
    """Publishes for some machines under `spBv1.0/GROUP/…/NODE/…`; holds what is not acknowledged and says it again."""

    def __init__(self, port: int, node: str = "line", group: str = "E1") -> None:
        self._topic = f"spBv1.0/{group}/{{kind}}/{node}/{{machine}}"
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"{group}-{node}", protocol=paho.MQTTv5)
        self._client.max_inflight_messages_set(500)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._sent = self._heard = 0
        self._client.on_publish = self._acknowledged
        self.commands: list[str] = []
        self._client.on_message = lambda _, __, message: self.commands.append(message.topic)
        self._client.subscribe(f"spBv1.0/{group}/NCMD/{node}", qos=1)

    def say(self, machine: str, measured: int, metrics: Iterable[tuple[str, Value]], *, kind: str = "DDATA") -> None:
        self.publish(machine, encode(measured, metrics, sequence=self._sent, alias=kind == "DBIRTH"), kind=kind)

    def publish(self, machine: str, payload: bytes, *, kind: str = "DDATA") -> None:
        topic = self._topic.format(kind=kind, machine=machine)
        self._client.publish(topic, payload, qos=1)  # kept and said again if we are not connected
        self._sent += 1

    def wait(self, seconds: float = 30) -> None:
        """Until the broker has acknowledged everything."""
        until = time.monotonic() + seconds
        while self._heard < self._sent:
            if time.monotonic() > until:
                raise TimeoutError("the broker did not acknowledge")
            time.sleep(0.02)

    def _acknowledged(self, *_: object) -> None:
        self._heard += 1

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
