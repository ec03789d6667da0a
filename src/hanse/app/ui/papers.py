"""What lies behind agreements: plans, problems and deals, read once a visit (they never change), and what they say of
whose work, when and how long."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.app.ui.door import Door
from hanse.units import TIME_UNITS

T = TypeVar("T")

WITHOUT_LENGTH = 60
"""Seconds of a unit of a plan that has no length, as agreements count it."""


class Task(NamedTuple):
    """An operation as planned. start, end: units of the plan; second: how many seconds one is; owner: member id; cost:
    cents, without transport."""

    job: str
    operation: str
    service: str
    machine: str
    owner: str
    start: int
    end: int
    second: int
    cost: int

    @property
    def seconds(self) -> int:
        return (self.end - self.start) * self.second


class Machine(NamedTuple):
    """available: windows in units of the plan, None for always. offers: whether its free time can be offered: it runs
    one thing at a time, and time is all it is short of."""

    id: str
    owner: str
    services: tuple[str, ...]
    available: tuple[tuple[int, int], ...] | None
    offers: bool = True


class Planned(NamedTuple):
    """A recorded plan."""

    tasks: tuple[Task, ...]
    machines: tuple[Machine, ...]
    second: int


class Papers:
    """Documents as the visitor may read them; None where it may not."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._kept: dict[str, Any] = {}

    async def planned(self, block: shapes.BlockNow) -> Planned | None:
        """The plan of a block."""
        return await self._once(f"plan {block.plan}", lambda: self._planned(block))

    async def work(self, agreement: shapes.AgreementNow) -> dict[str, list[tuple[str, str, str]]]:
        """By member id, what it does under an agreement: job, operation, machine."""
        told = await self._once(f"deal {agreement.document}", lambda: self._read(agreement.document))
        if not isinstance(told, dict) or told.get("format") != "hanse-deal/1":
            return {}
        return {one["member"]: [(job, op, machine) for job, op, machine in one["operations"]] for one in told["work"]}

    async def _planned(self, block: shapes.BlockNow) -> Planned:
        problem = await self._door.json(f"problems/{block.problem}")
        return planned(problem, await self._door.json(f"plans/{block.plan}"))

    async def _read(self, name: str) -> Any:
        try:
            return json.loads(await self._door.bytes(f"contents/{name}"))
        except ValueError:
            return None

    async def _once(self, name: str, load: Callable[[], Awaitable[T]]) -> T | None:
        if name not in self._kept:
            try:
                self._kept[name] = await load()
            except Refused as refusal:
                if refusal.status not in (404, 422):
                    raise
                self._kept[name] = None
        found: T | None = self._kept[name]
        return found


def planned(problem: dict[str, Any], plan: dict[str, Any]) -> Planned:
    """A hanse-problem/1 and a hanse-plan/1 of it, read together."""
    second = int(TIME_UNITS.get(problem.get("units", {}).get("time", "unit"), 0)) or WITHOUT_LENGTH
    machines = []
    for house in problem["enterprises"]:
        for one in house["machines"]:
            available = one.get("available")
            windows = None if available is None else tuple((start, end) for start, end in available)
            offers = one.get("capacity", 1) == 1 and one.get("budget") is None
            machines.append(Machine(one["id"], house["id"], tuple(one.get("services", ())), windows, offers))
    owner = {one.id: one.owner for one in machines}
    steps = {
        (job["id"], way["id"], one["id"]): one
        for job in problem["jobs"]
        for way in job["plans"]
        for one in way["operations"]
    }

    def task(one: dict[str, Any]) -> Task:
        step = steps[one["job"], one["plan"], one["operation"]]
        cost = next(mode["cost"] for mode in step["modes"] if mode["machine"] == one["machine"])
        place = one["job"], one["operation"], step["service"], one["machine"], owner[one["machine"]]
        return Task(*place, one["start"], one["end"], second, cost)

    return Planned(tuple(map(task, plan["assignments"])), tuple(machines), second)


def free(
    busy: list[tuple[int, int]], open_: tuple[tuple[int, int], ...] | None, start: int, end: int
) -> list[tuple[int, int]]:
    """What of [start, end) is open and not busy. All in the same unit; `open_` None for always."""
    found: list[tuple[int, int]] = []
    for opens, closes in open_ if open_ is not None else ((start, end),):
        at, until = max(start, opens), min(end, closes)
        for begins, ends in sorted(busy):
            if ends <= at:
                continue
            if begins >= until:
                break
            if begins > at:
                found.append((at, begins))
            at = max(at, ends)
        if at < until:
            found.append((at, until))
    return found
