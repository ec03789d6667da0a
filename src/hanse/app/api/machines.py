"""What members' machines say, as their gateways hand it on: the newest of it, for pages and forecasts.

The whole record stays with the member, in its gateway's journal; here is a bounded copy. A parcel that was taken is on
disk; the same one again changes nothing. Seals of a gateway come in their order: another one under a number that was
taken, or one that does not name the one before, is refused; those that were left out are counted.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from hanse.app.api.problems import Conflict
from hanse.ledger.database import Database
from hanse.telemetry.reading import ENERGY, FINISHED, STARTED, Reading, Value
from hanse.telemetry.seal import Seal

KEPT = 20_000
"""Readings kept of one member, the newest by when they were measured; and as many of operations begun and over."""

KEPT_SEALS = 1_000
"""Of one gateway."""

REMEMBERED = 32
"""Members whose operations are held in memory, so that a look at a page does not read them all again."""

MOST_METRICS = 50
"""Shown of one machine."""

AHEAD = 60_000
"""Milliseconds a machine's clock may be ahead of ours."""

DAY = 86_400_000


class Taken(NamedTuple):
    """What became of a parcel's readings; refused: of machines that are not the gateway's, from the future, or another
    value for a moment that is known. newest: number of the gateway's newest seal here."""

    stored: int
    known: int
    refused: int
    newest: int


class Last(NamedTuple):
    """What a machine said last of a metric. measured: milliseconds since 1970."""

    metric: str
    value: Value
    measured: int
    gateway: str
    seal: int


@dataclass(frozen=True, slots=True)
class Said:
    """A machine as it told of itself. energy: Wh of the last day, None if it has no meter."""

    machine: str
    last: tuple[Last, ...]
    energy: float | None


class Machines:
    """All that is kept, in `database`."""

    def __init__(self, database: Database) -> None:
        self._database, self._lock = database, threading.Lock()
        self._told: OrderedDict[str, tuple[Any, tuple[Reading, ...]]] = OrderedDict()

    def take(
        self, account: str, gateway: str, machines: frozenset[str], seal: Seal, digest: str,
        readings: Iterable[Reading], now: int,
    ) -> Taken:  # fmt: skip
        """Takes in a parcel whose signatures were checked, all or nothing. machines: what the gateway may speak for;
        now: our clock, milliseconds since 1970. Raises Conflict for a seal out of its turn."""
        with self._database.transaction():
            last = self._database.row(
                "SELECT number, digest FROM api_seals WHERE account = ? AND gateway = ? ORDER BY number DESC LIMIT 1",
                (account, gateway),
            )
            there = self._there(account, gateway, seal.number, digest, last)
            if there is not None:
                return there
            missing = 0 if last is None else seal.number - last[0] - 1
            if last is not None and not missing and "0x" + seal.previous.hex() != last[1]:
                raise Conflict(
                    "this seal does not follow the one before",
                    where=f"seal {seal.number}",
                    hint="the gateway's journal was changed; give the gateway a new key, and say so",
                )
            stored, known, refused = self._insert(account, gateway, machines, seal.number, readings, now)
            self._database.write(
                "INSERT INTO api_seals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (account, gateway, seal.number, seal.count, digest, missing, now, stored, known, refused),
            )
            self._forget(account, gateway)
        return Taken(stored, known, refused, seal.number)

    def told(self, accounts: Iterable[str]) -> frozenset[str]:
        """Those of the accounts whose machines ever said anything."""
        query = "SELECT 1 FROM api_seals WHERE account = ? LIMIT 1"
        return frozenset(one for one in accounts if self._database.row(query, (one,)) is not None)

    def names(self, account: str) -> tuple[str, ...]:
        """What a member's machines that are heard here are called."""
        rows = self._database.rows("SELECT DISTINCT machine FROM api_readings WHERE account = ?", (account,))
        return tuple(str(row[0]) for row in rows)

    def said(self, account: str, now: int) -> tuple[Said, ...]:
        """A member's machines, by name, with what each said last of every metric."""
        rows = self._database.rows(
            "SELECT machine, metric, value, measured, gateway, seal FROM api_readings AS one WHERE account = ?1"
            " AND measured = (SELECT max(measured) FROM api_readings WHERE account = ?1 AND machine = one.machine"
            " AND metric = one.metric) ORDER BY machine, metric, value",
            (account,),
        )
        found: dict[str, dict[str, Last]] = defaultdict(dict)
        for machine, metric, value, measured, gateway, number in rows:
            found[machine][metric] = Last(metric, json.loads(value), measured, gateway, number)
        return tuple(
            Said(machine, tuple(last.values())[:MOST_METRICS], self._energy(account, machine, now))
            for machine, last in found.items()
        )

    def series(self, account: str, machine: str, metric: str, after: int, most: int) -> list[tuple[int, Value]]:
        """What a machine said of a metric and when, the newest first; after: so many left out."""
        rows = self._database.rows(
            "SELECT measured, value FROM api_readings WHERE account = ? AND machine = ? AND metric = ?"
            " ORDER BY measured DESC, source LIMIT ? OFFSET ?",
            (account, machine, metric, most, after),
        )
        return [(measured, json.loads(value)) for measured, value in rows]

    def events(self, account: str, machines: frozenset[str], jobs: frozenset[str]) -> list[Reading]:
        """What was said of operations of these jobs at these machines, and the machines' states."""
        told = self._operations(account)
        found = [one for one in told if one.machine in machines and str(one.value).rpartition("/")[0] in jobs]
        for machine in sorted(machines):
            state = self.series(account, machine, "State", 0, 1)
            found += [Reading("state", machine, "State", measured, value) for measured, value in state]
        return found

    def seals(self, account: str) -> Mapping[str, tuple[int, int, int, int]]:
        """By gateway: number of its newest seal, when it came (ms), how many were left out, readings refused."""
        rows = self._database.rows(
            "SELECT gateway, max(number), max(received), sum(missing), sum(refused) FROM api_seals"
            " WHERE account = ? GROUP BY gateway",
            (account,),
        )
        return {one: (int(a), int(b), int(c), int(d)) for one, a, b, c, d in rows}

    # --- inside -----------------------------------------------------------------------------------------------------

    def _operations(self, account: str) -> tuple[Reading, ...]:
        """All that is kept of operations begun and over, read again when there is a new seal of any gateway. Seals are
        looked at first: what comes in between is read, and looked at again next time."""
        query = "SELECT gateway, max(number) FROM api_seals WHERE account = ? GROUP BY gateway ORDER BY gateway"
        seals = self._database.rows(query, (account,))
        with self._lock:
            known = self._told.get(account)
        if known is None or known[0] != seals:
            rows = self._database.rows(
                "SELECT source, machine, metric, measured, value FROM api_readings WHERE account = ? AND event",
                (account,),
            )
            known = (
                seals,
                tuple(
                    Reading(source, machine, metric, measured, json.loads(value))
                    for source, machine, metric, measured, value in rows
                ),
            )
        with self._lock:
            self._told[account] = known
            self._told.move_to_end(account)
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
        return known[1]

    def _there(
        self, account: str, gateway: str, number: int, digest: str, last: tuple[int, str] | None
    ) -> Taken | None:
        """What became of this seal, if it was taken before. Raises Conflict if another one was."""
        if last is None or number > last[0]:
            return None
        row = self._database.row(
            "SELECT digest, stored, known, refused FROM api_seals WHERE account = ? AND gateway = ? AND number = ?",
            (account, gateway, number),
        )
        if row is None or row[0] != digest:
            raise Conflict(
                "another seal was taken under this number" if row else "later seals were taken already",
                where=f"seal {number}",
                hint=f"the newest here is seal {last[0]}",
            )
        return Taken(0, row[1] + row[2], row[3], last[0])

    def _insert(
        self, account: str, gateway: str, machines: frozenset[str], seal: int, readings: Iterable[Reading], now: int
    ) -> tuple[int, int, int]:
        stored = known = refused = 0
        for one in readings:
            if one.machine not in machines or one.measured > now + AHEAD:
                refused += 1
                continue
            value, place = json.dumps(one.value), (account, one.machine, one.metric, one.measured, one.source)
            changed = self._database.change(
                "INSERT INTO api_readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (*place, value, one.metric in (STARTED, FINISHED), gateway, seal),
            )
            if changed:
                stored += 1
            elif self._value(place) == value:
                known += 1
            else:
                refused += 1
        return stored, known, refused

    def _value(self, place: tuple[str, str, str, int, str]) -> str:
        where = "account = ? AND machine = ? AND metric = ? AND measured = ? AND source = ?"
        return str(self._database.row(f"SELECT value FROM api_readings WHERE {where}", place)[0])

    def _forget(self, account: str, gateway: str) -> None:
        """What is beyond what is kept, the oldest."""
        for event in (True, False):
            row = self._database.row(
                "SELECT measured FROM api_readings WHERE account = ? AND event = ?"
                " ORDER BY measured DESC LIMIT 1 OFFSET ?",
                (account, event, KEPT),
            )
            if row is not None:
                self._database.write(
                    "DELETE FROM api_readings WHERE account = ? AND event = ? AND measured <= ?",
                    (account, event, row[0]),
                )
        row = self._database.row(
            "SELECT number FROM api_seals WHERE account = ? AND gateway = ? ORDER BY number DESC LIMIT 1 OFFSET ?",
            (account, gateway, KEPT_SEALS),
        )
        if row is not None:
            place = account, gateway, row[0]
            self._database.write("DELETE FROM api_seals WHERE account = ? AND gateway = ? AND number <= ?", place)

    def _energy(self, account: str, machine: str, now: int) -> float | None:
        """By its meter, over the last day: a step down is a meter that was changed, and begins anew."""
        rows = self._database.rows(
            "SELECT value FROM api_readings WHERE account = ? AND machine = ? AND metric = ? AND measured > ?"
            " ORDER BY measured",
            (account, machine, ENERGY, now - DAY),
        )
        read = [value for (text,) in rows if isinstance(value := json.loads(text), int | float)]
        if not read:
            return None
        return float(sum(max(0, later - before) for before, later in pairwise(read)))
