"""Readings from OPC UA servers: a subscription to some nodes, each a metric of a machine.

The source's own timestamps are kept. A server holds a queue for each node while the connection lasts; what changes
while it is broken is lost but for the last value, which comes with the new subscription. Who cannot bear that lets a
gateway at the machine publish to a broker (`hanse.telemetry.mqtt`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node

from hanse.errors import EnvironmentFault, InputError
from hanse.telemetry.intake import Intake
from hanse.telemetry.reading import Reading

QUEUE = 1_000
"""Changes of one node that the server keeps until it tells us."""
_PERIOD_MS = 100
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class NodeMapping:
    """node: the id, as `ns=2;s=Press.State`. machine, metric: what its value is called in the league."""

    node: str
    machine: str
    metric: str


@dataclass(frozen=True, slots=True)
class Server:
    """url: `opc.tcp://host:4840/…`. source: what the gate knows it by."""

    url: str
    source: str
    nodes: tuple[NodeMapping, ...]
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.url})"


class OpcUaListener:
    """Listens to a server and hands what changes to an intake."""

    def __init__(self, server: Server, intake: Intake) -> None:
        self.server = server
        self.intake = intake

    def run(self, until: Callable[[], bool]) -> None:
        """Listens until `until()` says so; reconnects for ever, with pauses.

        Raises InputError for a node the server does not have, EnvironmentFault if it refuses us.
        """
        asyncio.run(self._run(until))

    async def _run(self, until: Callable[[], bool]) -> None:
        pause = 0.2
        while not until():
            try:
                await self._listen(until)
            except (ua.uaerrors.BadUserAccessDenied, ua.uaerrors.BadIdentityTokenRejected) as error:
                raise EnvironmentFault(
                    f"the server refuses us: {error}", where=self.server.url, hint="check username and password"
                ) from None
            except (OSError, TimeoutError, ua.uaerrors.UaError, asyncio.CancelledError):
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_WAIT)
            else:
                pause = 0.2

    async def _listen(self, until: Callable[[], bool]) -> None:
        client = Client(self.server.url, timeout=5)
        if self.server.username is not None:
            client.set_user(self.server.username)
            client.set_password(self.server.password or "")
        async with client:
            mapping = {client.get_node(one.node): one for one in self.server.nodes}
            for node, one in mapping.items():
                await _expect(node, one, self.server.url)
            changes = _Changes(self.server.source, mapping, self.intake)
            subscription = await client.create_subscription(_PERIOD_MS, changes)
            await subscription.subscribe_data_change(list(mapping), queuesize=QUEUE)
            while not until():
                await asyncio.sleep(_PERIOD_MS / 1000)
                self.intake.flush()
                await client.check_connection()


class _Changes:
    """What asyncua calls for every change of a value."""

    def __init__(self, source: str, mapping: dict[Node, NodeMapping], intake: Intake) -> None:
        self.source, self.mapping, self.intake = source, mapping, intake

    def datachange_notification(self, node: Node, value: Any, data: Any) -> None:
        one, stamped = self.mapping[node], data.monitored_item.Value
        if stamped.StatusCode is not None and not stamped.StatusCode.is_good():
            return  # the server itself does not vouch for it
        try:
            self.intake.take([Reading(self.source, one.machine, one.metric, self._moment(stamped), value)])
        except InputError as error:
            self.intake.broken(one.node, error)

    def _moment(self, stamped: Any) -> int:
        moment: datetime | None = stamped.SourceTimestamp or stamped.ServerTimestamp
        if moment is None:
            return int(self.intake.clock.now() * 1000)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


async def _expect(node: Node, one: NodeMapping, url: str) -> None:
    try:
        await node.read_browse_name()
    except (ua.uaerrors.BadNodeIdUnknown, ua.uaerrors.BadNodeIdInvalid):
        raise InputError(
            f"the server has no node {one.node}", where=url, hint="browse it with an OPC UA client"
        ) from None
