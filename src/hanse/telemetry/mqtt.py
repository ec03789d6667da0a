"""Readings from an MQTT broker that speaks Sparkplug B (Eclipse Mosquitto, HiveMQ, EMQX, …).

Nothing acknowledged is lost: the session is persistent, so the broker keeps for us what comes while we are away, and a
message is acknowledged (QoS 1) only after the journal has it. Killed in between, we hear it again, and the journal
knows it already. Publishers must publish with QoS 1 for that; Sparkplug's own QoS 0 loses what is in flight when a
connection breaks.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from hanse.errors import EnvironmentFault, InputError
from hanse.telemetry.intake import Intake
from hanse.telemetry.sparkplug import BIRTHS, NAMESPACE, REBIRTH, Session, Topic, Unnamed, encode

IN_FLIGHT = 1_000
"""Messages a broker may send before the first of them is acknowledged."""
KEPT_DAYS = 7
"""How long a broker keeps our session while we are away."""
_NOTE = "sparkplug birth "
_QUIET = 0.05
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is. client: our name there, one for each journal. secure: TLS with the system's certificates."""

    host: str
    port: int = 1883
    group: str = "+"
    client: str = "hanse"
    username: str | None = None
    password: str | None = None
    secure: bool = False

    def __str__(self) -> str:
        return f"{'mqtts' if self.secure else 'mqtt'}://{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Broker({self})"


class MqttListener:
    """Listens to a broker and hands what it says to an intake, in the caller's thread."""

    def __init__(self, broker: Broker, intake: Intake) -> None:
        self.broker = broker
        self.intake = intake
        self._session = Session()
        self._unacknowledged: list[tuple[int, int]] = []
        self._refused = ""
        self._asked: set[str] = set()
        for name, payload in intake.journal.notes(_NOTE).items():
            topic = Topic.parse(name.removeprefix(_NOTE))
            if topic is not None:
                self._session.readings(topic, payload)
        self._client = self._connectable()

    def run(self, until: Callable[[], bool]) -> None:
        """Listens until `until()` says so, which is asked at least every second; reconnects for ever, with pauses.

        Raises EnvironmentFault if the broker refuses us, which waiting would not change.
        """
        pause = 0.2
        while not until():
            if not self._client.is_connected() and not self._connect(pause, until):
                pause = min(2 * pause, _LONGEST_WAIT)
                continue
            pause = 0.2
            self._listen(until)
        self._leave()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        """Lets the last acknowledgements arrive; lost ones would only cost the broker a repetition. It answers in the
        order it was told things, so its answer to a last question says that it has read them; a connection that is just
        closed may be dropped unread, if we are soon back."""
        client, answered = self._client, []
        client.on_unsubscribe = lambda *_: answered.append(True)
        client.unsubscribe(f"{NAMESPACE}/nobody")
        for _ in range(50):
            if answered or client.loop(0.1) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                break
        client.disconnect()

    def _connectable(self) -> paho.Client:
        broker = self.broker
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=broker.client, protocol=paho.MQTTv5, manual_ack=True
        )
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.secure:
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _connect(self, pause: float, until: Callable[[], bool]) -> bool:
        """Whether we are connected; takes about `pause` seconds if not."""
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = KEPT_DAYS * 24 * 3600
        session.ReceiveMaximum = IN_FLIGHT
        self._unacknowledged = []  # of the connection before; the broker will say them again
        clock = self.intake.clock
        begun = clock.elapsed()
        try:
            self._client.connect(self.broker.host, self.broker.port, clean_start=False, properties=session)
            while not self._client.is_connected() and clock.elapsed() - begun < 5 and not until():
                if self._client.loop(0.1) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    break
                self._stop_if_refused()
        except OSError:
            pass
        self._stop_if_refused()
        if self._client.is_connected():
            return True
        while clock.elapsed() - begun < pause and not until():
            _sleep(min(0.1, pause))
        return False

    def _stop_if_refused(self) -> None:
        if self._refused:
            raise EnvironmentFault(
                f"the broker refuses us: {self._refused}",
                where=str(self.broker),
                hint="check username, password and rights",
            )

    def _listen(self, until: Callable[[], bool]) -> None:
        """Reads until the connection breaks. Stores when nothing more comes at once, or when a batch is full."""
        while not until():
            before = len(self._unacknowledged)
            if self._client.loop(_QUIET) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
            if len(self._unacknowledged) == before or before >= IN_FLIGHT // 2 or self.intake.due:
                self._flush()

    def _flush(self) -> None:
        self.intake.flush()
        for identifier, qos in self._unacknowledged:
            self._client.ack(identifier, qos)
        self._unacknowledged = []

    def _on_connect(self, client: paho.Client, _: Any, __: Any, reason: ReasonCode, ___: Any) -> None:
        if reason.is_failure:
            self._refused = str(reason)
            return
        self._asked.clear()
        client.subscribe(f"{NAMESPACE}/{self.broker.group}/#", qos=1)

    def _on_message(self, client: paho.Client, _: Any, message: paho.MQTTMessage) -> None:
        self._unacknowledged.append((message.mid, message.qos))
        topic = Topic.parse(message.topic)
        if topic is None:
            return
        payload = bytes(message.payload)
        try:
            readings = self._session.readings(topic, payload)
        except InputError as error:
            self.intake.broken(message.topic, error)
        except Unnamed:
            self._ask_for_birth(client, topic)
            self.intake.broken(message.topic, InputError("an alias that no birth explains; a rebirth was asked for"))
        else:
            if topic.kind in BIRTHS and topic.source in self.intake.gate.machines:
                self.intake.note(_NOTE + str(topic), payload)
            self.intake.take(readings)

    def _ask_for_birth(self, client: paho.Client, topic: Topic) -> None:
        """Once a connection and node: asking is not to become a flood."""
        if topic.rebirth not in self._asked and len(self._asked) < 1000:
            self._asked.add(topic.rebirth)
            now = int(self.intake.clock.now() * 1000)
            client.publish(topic.rebirth, encode(now, [(REBIRTH, True)], sequence=0), qos=1)


def _sleep(seconds: float) -> None:
    import time

    time.sleep(seconds)
