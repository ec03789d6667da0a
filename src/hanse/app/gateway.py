"""A member's gateway: where its machines speak (a TOML file), and one process that listens to all of them."""

from __future__ import annotations

import os
import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from hanse.clock import Clock, SystemClock
from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.telemetry.forward import MOST_READINGS
from hanse.telemetry.gate import Gate
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.forwarding import Forwarder
    from hanse.telemetry.seal import SignedSeal


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A misspelt setting is an error, not a surprise."""


class MqttSettings(_Strict, frozen=True):
    """The broker. password_env: name of the environment variable that holds the password."""

    host: str
    port: int = 1883
    group: str = "+"
    client: str = ""
    username: str | None = None
    password_env: str | None = None
    tls: bool = False


class NodeSettings(_Strict, frozen=True):
    node: str
    machine: str
    metric: str


class OpcUaSettings(_Strict, frozen=True):
    """A server and its nodes. source: what [sources] calls it."""

    url: str
    source: str
    nodes: list[NodeSettings]
    username: str | None = None
    password_env: str | None = None


class ServiceSettings(_Strict, frozen=True):
    """Where sealed readings are handed on to. url: of the service; league: address of its contract; account: the
    member's, as it signs in."""

    url: str
    league: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]
    account: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]


class Settings(_Strict, frozen=True):
    """All of a gateway. sources: for each source the machines it speaks for. chain_id: of the league, for signatures.
    clock_ahead: seconds a source's clock may be ahead of ours. seal_every: seconds between seals."""

    member: str
    sources: dict[str, list[str]]
    chain_id: int = 0
    clock_ahead: float = 5.0
    seal_every: float = 60.0
    mqtt: MqttSettings | None = None
    opcua: list[OpcUaSettings] = []
    service: ServiceSettings | None = None

    @property
    def gate(self) -> Gate:
        machines = {source: frozenset(names) for source, names in self.sources.items()}
        return Gate(machines, ahead=round(self.clock_ahead * 1000))


def read_settings(path: Path) -> Settings:
    """The settings of a file. Raises InputError that names the wrong key, EnvironmentFault if it cannot be read."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Settings)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"no settings of a gateway: {error}", where=str(path), hint="see docs/telemetry.md") from None
    except OSError as failure:
        raise EnvironmentFault(f"the settings cannot be read ({failure.strerror})", where=str(path)) from None


def read_names(path: Path) -> dict[str, str]:
    """A JSON object of texts: what capabilities are called in the league. Raises InputError for anything else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"no table of names: {error}", where=str(path)) from None
    except OSError as failure:
        raise EnvironmentFault(f"the table cannot be read ({failure.strerror})", where=str(path)) from None


@dataclass(slots=True)
class Counts:
    """What came in since the start. forwarded: seals that a service took; trouble: why it takes none now."""

    stored: int = 0
    known: int = 0
    refused: int = 0
    seals: int = 0
    forwarded: int = 0
    trouble: str = ""


def seal(settings: Settings, journal: Journal, key: LocalAccount, now: int) -> list[SignedSeal]:
    """Seals all that came in since the last seal; in parcels that a service takes, if the settings name one. now:
    milliseconds since the epoch."""
    made, most = [], None if settings.service is None else MOST_READINGS
    while (signed := journal.seal(key, now, most=most)) is not None:
        made.append(signed)
    return made


def listen(
    settings: Settings,
    journal: Journal,
    key: LocalAccount,
    until: Callable[[], bool],
    told: Callable[[Counts], None] = lambda _: None,
    clock: Clock | None = None,
) -> Counts:
    """Listens to every source until `until()` says so, seals what came in, and hands it on if the settings name a
    service; one that is away is asked again later and holds nobody up. told: called about once a second.

    Raises what a listener raises (a broker that refuses us, a node that does not exist), after all have stopped.
    """
    clock = clock or SystemClock()
    stop, failures = threading.Event(), list[HanseError]()
    intakes: list[Intake] = []

    def start(run: Callable[[Callable[[], bool]], None]) -> threading.Thread:
        def work() -> None:
            try:
                run(stop.is_set)
            except HanseError as failure:
                failures.append(failure)
                stop.set()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def intake() -> Intake:
        intakes.append(Intake(journal, settings.gate, clock))
        return intakes[-1]

    threads = [start(run) for run in _listeners(settings, intake)]
    if not threads:
        raise InputError("no source to listen to", where=settings.member, hint="add [mqtt] or [[opcua]]")
    counts, sealed = Counts(), clock.elapsed()
    forwarder = _forwarder(settings, journal, key)
    if forwarder is not None:
        threads.append(start(forwarder.run))
    try:
        while not (stop.wait(0.2) or until()):
            if clock.elapsed() - sealed >= settings.seal_every:
                counts.seals += len(seal(settings, journal, key, int(clock.now() * 1000)))
                sealed = clock.elapsed()
                if forwarder is not None:
                    forwarder.wake.set()
            _count(counts, intakes, forwarder)
            told(counts)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    counts.seals += len(seal(settings, journal, key, int(clock.now() * 1000)))
    if forwarder is not None:
        forwarder.finish()
    _count(counts, intakes, forwarder)
    if failures:
        raise failures[0]
    return counts


def _forwarder(settings: Settings, journal: Journal, key: LocalAccount) -> Forwarder | None:
    if settings.service is None:
        return None
    from hanse.app.forwarding import Forwarder

    return Forwarder(settings.service, journal, key)


def _listeners(settings: Settings, intake: Callable[[], Intake]) -> list[Callable[[Callable[[], bool]], None]]:
    found: list[Callable[[Callable[[], bool]], None]] = []
    try:
        if settings.mqtt is not None:
            from hanse.telemetry.mqtt import Broker, MqttListener

            mqtt = settings.mqtt
            client, password = mqtt.client or f"hanse-{settings.member}", _password(mqtt.password_env)
            broker = Broker(mqtt.host, mqtt.port, mqtt.group, client, mqtt.username, password, mqtt.tls)
            found.append(MqttListener(broker, intake()).run)
        for one in settings.opcua:
            from hanse.telemetry.opcua import NodeMapping, OpcUaListener, Server

            nodes = tuple(NodeMapping(node.node, node.machine, node.metric) for node in one.nodes)
            server = Server(one.url, one.source, nodes, one.username, _password(one.password_env))
            found.append(OpcUaListener(server, intake()).run)
    except ModuleNotFoundError as missing:
        raise EnvironmentFault(
            f"{missing.name} is not installed", where="telemetry", hint="pip install 'hanse[telemetry]'"
        ) from None
    return found


def _password(variable: str | None) -> str | None:
    if variable is None:
        return None
    if variable not in os.environ:
        raise InputError(f"the environment variable {variable} is not set", where="password_env")
    return os.environ[variable]


def _count(counts: Counts, intakes: list[Intake], forwarder: Forwarder | None) -> None:
    if forwarder is not None:
        counts.forwarded, counts.trouble = forwarder.sent, forwarder.trouble
    counts.stored = sum(one.stored for one in intakes)
    counts.known = sum(one.known for one in intakes)
    counts.refused = sum(one.refused for one in intakes)
