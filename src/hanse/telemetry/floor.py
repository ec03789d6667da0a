"""The shop floor as the readings tell it: which operations began and ended, and what each machine does.

What it holds depends on the *set* of readings only: any order, any repetition gives the same floor (of two beginnings
of one operation the earlier counts, of two ends too; a machine's state is the one measured last). So a gateway that was
offline, or a broker that delivers twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.telemetry.reading import FINISHED, STARTED, STATE, STATES, Reading


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of one operation; milliseconds since the epoch, None for not yet."""

    started: int | None = None
    finished: int | None = None


@dataclass(slots=True)
class Floor:
    """The operations of a plan, as the machines report them.

    strange: readings that cannot be about this plan, as text, each once, at most `MOST_STRANGE`.
    """

    _operations: dict[str, Assignment]
    _started: dict[str, int] = field(default_factory=dict)
    _finished: dict[str, int] = field(default_factory=dict)
    _states: dict[str, tuple[int, str]] = field(default_factory=dict)
    _strange: set[str] = field(default_factory=set)

    MOST_STRANGE = 1000

    @classmethod
    def of(cls, assignments: Iterable[Assignment]) -> Floor:
        """The floor before anything happened. Raises InputError if two operations would be told by one name."""
        operations: dict[str, Assignment] = {}
        for at in assignments:
            if name_of(at) in operations:
                raise InputError(
                    f'two operations are both called "{name_of(at)}"',
                    where="plan",
                    hint="leave the slash out of the ids of jobs and operations",
                )
            operations[name_of(at)] = at
        return cls(operations)

    def absorb(self, readings: Iterable[Reading]) -> None:
        """Takes in readings; those it knows already change nothing."""
        for reading in readings:
            if reading.metric == STATE:
                self._absorb_state(reading)
            elif reading.metric in (STARTED, FINISHED):
                self._absorb_operation(reading)

    def progress(self, at: Assignment) -> Progress:
        """What is known of an operation of the plan. An end before its beginning hides the beginning: the operation
        is over, and when it began is not known."""
        name = name_of(at)
        started, finished = self._started.get(name), self._finished.get(name)
        if started is not None and finished is not None and started > finished:
            started = None
        return Progress(started, finished)

    def state(self, machine: str) -> str | None:
        """What the machine said last: running, idle or down; None if it never did."""
        known = self._states.get(machine)
        return None if known is None else known[1]

    def since(self, machine: str) -> int | None:
        """When it said so."""
        known = self._states.get(machine)
        return None if known is None else known[0]

    @property
    def strange(self) -> tuple[str, ...]:
        return tuple(sorted(self._strange))

    def _absorb_state(self, reading: Reading) -> None:
        if reading.value not in STATES:
            self._wonder(f"{reading.machine}: no machine's state is {str(reading.value)[:40]!r}")
            return
        said = (reading.measured, str(reading.value))
        # Two states of one moment come from two sources: the greater word counts, whichever came first.
        self._states[reading.machine] = max(self._states.get(reading.machine, said), said)

    def _absorb_operation(self, reading: Reading) -> None:
        name = str(reading.value)
        at = self._operations.get(name)
        if at is None:
            self._wonder(f"{reading.machine}: the plan has no operation {name[:80]!r}")
        elif at.machine != reading.machine:
            self._wonder(f"{reading.machine}: the plan gives {name} to {at.machine}")
        else:
            known = self._started if reading.metric == STARTED else self._finished
            known[name] = min(known.get(name, reading.measured), reading.measured)

    def _wonder(self, what: str) -> None:
        if len(self._strange) < self.MOST_STRANGE:
            self._strange.add(what)


def name_of(at: Assignment) -> str:
    """How a machine names an operation: `job/operation`."""
    return f"{at.job}/{at.operation}"
