"""Sparkplug B 3.0: what a topic says, and what a payload says (Eclipse Sparkplug Specification, §4 and §6.4).

Only what carries readings is here: births, which name metrics and give them short aliases, and data. The message type
is built from its description, field by field as in §6.4.1, because the libraries that bring it are tied to old
versions of the MQTT client.

Topics are `spBv1.0/GROUP/TYPE/NODE[/DEVICE]`. A source is `GROUP/NODE`; the device is the machine, and so is the node
for metrics of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from hanse.errors import InputError
from hanse.telemetry.reading import Reading, Value

NAMESPACE = "spBv1.0"
KINDS = frozenset({"NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH"})
BIRTHS = frozenset({"NBIRTH", "DBIRTH"})
LARGEST = 256 * 1024
"""Bytes of a payload; a thousand metrics need a tenth of it."""
MOST_METRICS = 10_000
REBIRTH = "Node Control/Rebirth"

# Data types of §6.4.16: by number the bits and the sign of whole numbers, and the field of the rest.
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED = {5: 8, 6: 16, 7: 32, 8: 64, 13: 64}
_FIELDS = {"int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value"}
_DATATYPES: dict[type, int] = {bool: 11, int: 4, float: 10, str: 12}
# Not about the machine: counters and controls of the protocol itself.
_PROTOCOL = ("bdSeq", "Node Control/", "Device Control/", "Properties/")


@dataclass(frozen=True, slots=True)
class Topic:
    """Where a message came by. device: None for messages of the node itself."""

    group: str
    kind: str
    node: str
    device: str | None = None

    @classmethod
    def parse(cls, text: str) -> Topic | None:
        """None for a topic that carries no readings."""
        parts = text.split("/")
        if parts[0] != NAMESPACE or len(parts) not in (4, 5) or parts[2] not in KINDS or not all(parts):
            return None
        if (len(parts) == 5) != (parts[2][0] == "D"):
            return None
        return cls(parts[1], parts[2], parts[3], parts[4] if len(parts) == 5 else None)

    def __str__(self) -> str:
        return "/".join([NAMESPACE, self.group, self.kind, self.node, *([self.device] if self.device else [])])

    @property
    def source(self) -> str:
        return f"{self.group}/{self.node}"

    @property
    def machine(self) -> str:
        return self.device or self.node

    @property
    def rebirth(self) -> str:
        """The topic on which this node takes commands."""
        return f"{NAMESPACE}/{self.group}/NCMD/{self.node}"


class Unnamed(Exception):
    """A payload uses an alias that no birth we have heard of explains: ask for a rebirth."""


class Session:
    """What births have said, by node and device. Remember the payloads of births to go on after a restart."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], dict[int, tuple[str, int]]] = {}

    def readings(self, topic: Topic, payload: bytes) -> list[Reading]:
        """The readings of a message. Raises InputError for bytes that are no payload or hold what no machine says,
        Unnamed for an alias without a birth."""
        if topic.kind in ("NDEATH", "DDEATH"):
            return []
        message = _decode(payload)
        names = self._birth(topic, message) if topic.kind in BIRTHS else self._names.get((topic.source, topic.machine))
        return list(_readings(topic, message, names or {}))

    def _birth(self, topic: Topic, message: Any) -> dict[int, tuple[str, int]]:
        names = {
            metric.alias: (metric.name, metric.datatype)
            for metric in message.metrics
            if metric.HasField("alias") and metric.name
        }
        self._names[topic.source, topic.machine] = names
        return names


def encode(measured: int, metrics: Iterable[tuple[str, Value]], *, sequence: int, alias: bool = False) -> bytes:
    """A payload with these metrics, all measured at one moment. alias: number them from 1, as a birth does."""
    message = _PAYLOAD()
    message.timestamp, message.seq = measured, sequence % 256
    for number, (name, value) in enumerate(metrics, start=1):
        metric = message.metrics.add()
        metric.name, metric.timestamp, metric.datatype = name, measured, _DATATYPES[type(value)]
        if alias:
            metric.alias = number
        if isinstance(value, bool):
            metric.boolean_value = value
        elif isinstance(value, int):
            metric.long_value = value % (1 << 64)
        elif isinstance(value, float):
            metric.double_value = value
        else:
            metric.string_value = value
    return bytes(message.SerializeToString())


def _decode(payload: bytes) -> Any:
    if len(payload) > LARGEST:
        raise InputError(f"a payload of {len(payload)} bytes, at most {LARGEST} are taken", where="Sparkplug payload")
    try:
        message = _PAYLOAD.FromString(payload)
    except DecodeError as error:
        raise InputError(f"not a Sparkplug B payload: {error}", where="Sparkplug payload") from error
    if len(message.metrics) > MOST_METRICS:
        raise InputError(f"{len(message.metrics)} metrics, at most {MOST_METRICS}", where="Sparkplug payload")
    return message


def _readings(topic: Topic, message: Any, names: dict[int, tuple[str, int]]) -> Iterator[Reading]:
    for metric in message.metrics:
        name, kind = metric.name, metric.datatype
        if not name:
            if metric.alias not in names:
                raise Unnamed(str(topic))
            name, known = names[metric.alias]
            kind = kind or known
        if not isinstance(name, str):  # the library gives bytes that are no UTF-8 as they are
            raise InputError(f"{name[:40]!r} is no text", where=f"Sparkplug payload of {topic}")
        if metric.is_null or name.startswith(_PROTOCOL):
            continue
        value = _value(metric, kind)
        if value is None:
            continue
        measured = metric.timestamp if metric.HasField("timestamp") else message.timestamp
        yield Reading(topic.source, topic.machine, name, measured, value)


def _value(metric: Any, kind: int) -> Value | None:
    """The value as its type says; None for kinds that are no single value (data sets, templates, bytes)."""
    field = metric.WhichOneof("value")
    if field not in _FIELDS:
        return None
    value = getattr(metric, field)
    if field in ("int_value", "long_value"):
        if kind in _SIGNED:
            bits = _SIGNED[kind]
            value %= 1 << bits
            return int(value - (1 << bits) if value >> (bits - 1) else value)
        if kind in _UNSIGNED:
            value %= 1 << _UNSIGNED[kind]
        if value >> 63:
            raise InputError(f"{value} does not fit into 64 bits with a sign", where=f"Sparkplug metric {metric.name}")
        return int(value)
    result: Value = value
    return result


def _payload_class() -> Any:
    """The message type `Payload` of §6.4.1, with the fields used here; others are skipped when read."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="sparkplug_b.proto", package="hanse.sparkplug", syntax="proto2")
    payload = file.message_type.add(name="Payload")
    metric = payload.nested_type.add(name="Metric")
    metric.oneof_decl.add(name="value")
    for name, number, kind, choice in (
        ("name", 1, field.TYPE_STRING, False),
        ("alias", 2, field.TYPE_UINT64, False),
        ("timestamp", 3, field.TYPE_UINT64, False),
        ("datatype", 4, field.TYPE_UINT32, False),
        ("is_historical", 5, field.TYPE_BOOL, False),
        ("is_null", 7, field.TYPE_BOOL, False),
        ("int_value", 10, field.TYPE_UINT32, True),
        ("long_value", 11, field.TYPE_UINT64, True),
        ("float_value", 12, field.TYPE_FLOAT, True),
        ("double_value", 13, field.TYPE_DOUBLE, True),
        ("boolean_value", 14, field.TYPE_BOOL, True),
        ("string_value", 15, field.TYPE_STRING, True),
        ("bytes_value", 16, field.TYPE_BYTES, True),
    ):
        added = metric.field.add(name=name, number=number, type=kind, label=field.LABEL_OPTIONAL)
        if choice:
            added.oneof_index = 0
    payload.field.add(name="timestamp", number=1, type=field.TYPE_UINT64, label=field.LABEL_OPTIONAL)
    payload.field.add(
        name="metrics",
        number=2,
        type=field.TYPE_MESSAGE,
        type_name=".hanse.sparkplug.Payload.Metric",
        label=field.LABEL_REPEATED,
    )
    payload.field.add(name="seq", number=3, type=field.TYPE_UINT64, label=field.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("hanse.sparkplug.Payload"))


_PAYLOAD: Any = _payload_class()
