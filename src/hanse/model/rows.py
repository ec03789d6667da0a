"""The rows a problem and a plan are made of: what their Merkle roots cover, byte for byte.

A problem's rows are of fixed width, big endian, with numbers in place of names, so that a contract reads a field with
one shift and never parses. Every row begins with the tag of its kind and says itself which machine, operation or mode
it speaks of: a row shown under the root needs no other row to be understood. All are leaves of ONE tree, in this order:

    tag kind          says (u32 unless marked; q: signed 64 bits, Q: unsigned 64, s: 32 bytes, B: one byte)
    1   header        version, how many of each kind follow, s keccak of the document of words
    2   site          number, B placed, q x, q y
    3   legs          origin, part, 4 × (Q cost, Q time): to the sites 4·part … 4·part + 3
    4   enterprise    number, site, reliability
    5   machine       number, enterprise, site, Q capacity, Q budget, Q power, first window, windows
    6   window        number, machine, Q start, Q end
    7   job           number, origin, destination, Q release, Q due, Q weight, Q budget, least quality,
                      B single workpiece, first plan, plans, first operation, operations
    8   plan          number, job, first operation, operations
    9   operation     number, job, plan, modes, first arc, arcs, previous (where there is one arc), of its job: origin
                      (where it has no arcs), destination (where nothing follows it), Q release, first plan, plans
    10  arc           number, later operation, earlier operation
    11  modes         operation, part, 3 × (machine, site, Q duration, Q cost, Q energy, quality): its modes 3·part …

"None" is the largest number of its width. Windows without number (windows = none) mean: always available. Numbers count
from 0 in the order of the file, operations over all plans of all jobs. An operation repeats what
rules ask of its job, so that one row is shown for the two. Since kinds follow each other in this order, numbers
increasing, and the header counts them, the position of every row can be computed. Words (ids, services, customers,
units) stand in one canonical JSON document whose hash is in the header, so the root commits to them too.

Version 2 (1 was canonical JSON, never released). These shapes are anchored on chain: never change them, add a version.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.model import canonical as spelling
from hanse.model import merkle
from hanse.model.facts import Column, Facts, starts
from hanse.model.keccak import Bytes, keccak

if TYPE_CHECKING:
    from hanse.model.plan import Assignment
    from hanse.model.problem import Problem

VERSION: Final = 2
NONE: Final = 2**32 - 1
"""No number, in a field of 32 bits."""
NONE64: Final = 2**64 - 1
"""No quantity, in a field of 64 bits."""

LEGS: Final = 4
"""Legs in one row."""
MODES: Final = 3
"""Modes in one row. With the prefix of a leaf the row is hashed by one permutation, as is every row here."""


class Header(NamedTuple):
    version: int
    sites: int
    legs: int
    enterprises: int
    machines: int
    windows: int
    jobs: int
    plans: int
    operations: int
    arcs: int
    modes: int
    words: bytes


class SiteRow(NamedTuple):
    number: int
    placed: int
    x: int
    y: int


class Leg(NamedTuple):
    cost: int
    time: int


class LegsRow(NamedTuple):
    origin: int
    part: int
    legs: tuple[Leg, ...]


class EnterpriseRow(NamedTuple):
    number: int
    site: int
    reliability: int


class MachineRow(NamedTuple):
    number: int
    enterprise: int
    site: int
    capacity: int
    budget: int
    power: int
    first_window: int
    windows: int


class WindowRow(NamedTuple):
    number: int
    machine: int
    start: int
    end: int


class JobRow(NamedTuple):
    number: int
    origin: int
    destination: int
    release: int
    due: int
    weight: int
    budget: int
    min_quality: int
    single_workpiece: int
    first_plan: int
    plans: int
    first_operation: int
    operations: int


class PlanRow(NamedTuple):
    number: int
    job: int
    first_operation: int
    operations: int


class OperationRow(NamedTuple):
    number: int
    job: int
    plan: int
    modes: int
    first_arc: int
    arcs: int
    previous: int
    origin: int
    destination: int
    release: int
    first_plan: int
    plans: int


class ArcRow(NamedTuple):
    number: int
    later: int
    earlier: int


class ModeSlot(NamedTuple):
    machine: int
    site: int
    duration: int
    cost: int
    energy: int
    quality: int


class ModesRow(NamedTuple):
    operation: int
    part: int
    modes: tuple[ModeSlot, ...]


Row = (
    Header | SiteRow | LegsRow | EnterpriseRow | MachineRow | WindowRow | JobRow | PlanRow | OperationRow | ArcRow
    | ModesRow
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of row: its tag, the type it is read into, the codes of its fields, and of the slots repeated after."""

    tag: int
    shape: type[Any]
    codes: str
    slot: type[Any] | None = None
    slot_codes: str = ""
    repeat: int = 0

    @cached_property
    def struct(self) -> struct.Struct:
        return struct.Struct(">B" + self.codes + self.slot_codes * self.repeat)

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """The same layout for whole columns."""
        fields: list[Any] = [("tag", "u1"), *_columns(self.shape, self.codes)]
        if self.slot is not None:
            fields.append(("slots", _columns(self.slot, self.slot_codes), (self.repeat,)))
        return np.dtype(fields)

    def read(self, row: bytes) -> Row:
        """The row in words. Raises struct.error for a wrong length."""
        _, *values = self.struct.unpack(row)
        if self.slot is None:
            return self.shape(*values)  # type: ignore[no-any-return]
        head, width = len(self.shape._fields) - 1, len(self.slot._fields)
        slots = tuple(self.slot(*values[i : i + width]) for i in range(head, len(values), width))
        return self.shape(*values[:head], slots)  # type: ignore[no-any-return]


_NUMPY = {"B": "u1", "I": ">u4", "Q": ">u8", "q": ">i8", "32s": "V32"}


def _columns(shape: type[Any], codes: str) -> list[tuple[str, str]]:
    split = codes.replace("32s", "s")
    return [(name, _NUMPY["32s" if code == "s" else code]) for name, code in zip(shape._fields, split, strict=False)]


KINDS: Final = {
    kind.tag: kind
    for kind in (
        Kind(1, Header, "I" * 11 + "32s"),
        Kind(2, SiteRow, "IBqq"),
        Kind(3, LegsRow, "II", Leg, "QQ", LEGS),
        Kind(4, EnterpriseRow, "III"),
        Kind(5, MachineRow, "IIIQQQII"),
        Kind(6, WindowRow, "IIQQ"),
        Kind(7, JobRow, "IIIQQQQIBIIII"),
        Kind(8, PlanRow, "IIII"),
        Kind(9, OperationRow, "IIIIIIIIIQII"),
        Kind(10, ArcRow, "III"),
        Kind(11, ModesRow, "II", ModeSlot, "IIQQQI", MODES),
    )
}
TAGS: Final = {kind.shape: tag for tag, kind in KINDS.items()}
"""Tags by what their rows are read into."""


def read_row(row: bytes) -> Row:
    """A row in words. Raises InputError if it is no row of this version."""
    kind = KINDS.get(row[0]) if row else None
    if kind is None or len(row) != kind.struct.size:
        raise InputError("these bytes are no row of a problem", where=f"{len(row)} bytes")
    return kind.read(row)


@dataclass(frozen=True, eq=False)
class Rows(Sequence[bytes]):
    """All rows of a problem in their order: a sequence of bytes, kept as one array a kind."""

    facts: Facts
    tables: tuple[npt.NDArray[Any], ...]
    """One structured array for each of `KINDS`, in their order."""

    @classmethod
    def of(cls, problem: Problem) -> Rows:
        """The rows of a problem."""
        return cls.tell(problem.facts, keccak(words(problem)))

    @classmethod
    def tell(cls, facts: Facts, hash_of_words: bytes) -> Rows:
        """The rows of a problem given as columns."""
        return cls(facts, _tables(facts, hash_of_words))

    @cached_property
    def begins(self) -> dict[int, int]:
        """Position of the first row of each tag."""
        begins, position = {}, 0
        for tag, table in zip(KINDS, self.tables, strict=True):
            begins[tag] = position
            position += len(table)
        return begins

    @cached_property
    def tree(self) -> merkle.Tree:
        """The Merkle tree over all rows."""
        return merkle.Tree.grow(np.concatenate([merkle.leaves(_bytes(table)) for table in self.tables if len(table)]))

    def position(self, shape: type[Any], index: int) -> int:
        """Position of row `index` of the kind that is read into `shape`."""
        if not 0 <= index < len(self.tables[TAGS[shape] - 1]):
            raise IndexError(index)
        return self.begins[TAGS[shape]] + index

    def position_of_leg(self, origin: int, destination: int) -> int:
        """Position of the row that holds a leg."""
        parts = -(-len(self.facts.site_x) // LEGS)
        return self.position(LegsRow, origin * parts + destination // LEGS)

    def position_of_part(self, operation: int, part: int) -> int:
        """Position of the row that holds a part of the modes of an operation."""
        return self.position(ModesRow, int(self._first_modes_row[operation]) + part)

    @cached_property
    def _first_modes_row(self) -> Column:
        return starts((-(-np.diff(self.facts.first_mode) // MODES)).tolist())

    def __len__(self) -> int:
        return sum(map(len, self.tables))

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        position = index + len(self) if index < 0 else index
        for table in self.tables:
            if 0 <= position < len(table):
                return bytes(table[position : position + 1].tobytes())
            position -= len(table)
        raise IndexError(index)

    def __iter__(self) -> Iterator[bytes]:
        for table in self.tables:
            yield from (row.tobytes() for row in _bytes(table))


def words(problem: Problem) -> bytes:
    """The document of words: ids, services, customers and units, in the order of the rows; and, where there are any,
    preferences, and the enterprises in which no job overtakes another."""
    units = problem.units
    extra: dict[str, object] = {}
    if problem.preferences is not None:
        extra["preferences"] = problem.preferences.words()
    ordered = [enterprise.id for enterprise in problem.enterprises if enterprise.permutation]
    if ordered:
        extra["permutation"] = ordered
    return spelling.canonical(
        {
            "format": f"hanse-words/{VERSION}",
            "name": problem.name,
            "units": [units.time, units.money, units.distance, units.energy],
            "sites": [site.id for site in problem.sites],
            "enterprises": [[e.id, [[m.id, sorted(m.services)] for m in e.machines]] for e in problem.enterprises],
            "jobs": [
                [job.id, job.customer, [[plan.id, [[o.id, o.service] for o in plan.operations]] for plan in job.plans]]
                for job in problem.jobs
            ],
            **extra,
        }
    )


def _bytes(table: npt.NDArray[Any]) -> Bytes:
    return table.view(np.uint8).reshape(len(table), table.dtype.itemsize)


def _table(shape: type[Any], count: int, **columns: Any) -> npt.NDArray[Any]:
    kind = KINDS[TAGS[shape]]
    table = np.zeros(count, dtype=kind.dtype)
    table["tag"] = kind.tag
    for name, values in columns.items():
        table[name] = values
    return table


def _tables(f: Facts, hash_of_words: bytes) -> tuple[npt.NDArray[Any], ...]:
    """The rows of every kind. A -1 becomes all ones, which is none."""
    sites, machines, jobs = len(f.site_x), len(f.machine_site), len(f.job_origin)
    operations, arcs = len(f.operation_job), len(f.arc_earlier)
    count = np.diff(f.first_arc)
    previous = np.full(operations, -1)
    previous[count == 1] = f.arc_earlier[f.first_arc[:-1][count == 1]] if arcs else -1
    after_header = (
        _table(SiteRow, sites, number=np.arange(sites), placed=f.site_placed, x=f.site_x, y=f.site_y),
        _legs(f),
        _table(
            EnterpriseRow, len(f.enterprise_site), number=np.arange(len(f.enterprise_site)), site=f.enterprise_site,
            reliability=f.enterprise_reliability,
        ),
        _table(
            MachineRow, machines, number=np.arange(machines), enterprise=f.machine_enterprise, site=f.machine_site,
            capacity=f.machine_capacity, budget=f.machine_budget, power=f.machine_power,
            first_window=f.first_window[:-1], windows=np.where(f.machine_always == 1, -1, np.diff(f.first_window)),
        ),
        _table(
            WindowRow, len(f.window_machine), number=np.arange(len(f.window_machine)), machine=f.window_machine,
            start=f.window_start, end=f.window_end,
        ),
        _table(
            JobRow, jobs, number=np.arange(jobs), origin=f.job_origin, destination=f.job_destination,
            release=f.job_release, due=f.job_due, weight=f.job_weight, budget=f.job_budget,
            min_quality=f.job_min_quality, single_workpiece=f.job_single, first_plan=f.first_plan[:-1],
            plans=np.diff(f.first_plan), first_operation=f.first_job_operation[:-1],
            operations=np.diff(f.first_job_operation),
        ),
        _table(
            PlanRow, len(f.plan_job), number=np.arange(len(f.plan_job)), job=f.plan_job,
            first_operation=f.first_operation[:-1], operations=np.diff(f.first_operation),
        ),
        _table(
            OperationRow, operations, number=np.arange(operations), job=f.operation_job, plan=f.operation_plan,
            modes=np.diff(f.first_mode), first_arc=f.first_arc[:-1], arcs=count, previous=previous,
            origin=np.where(count == 0, f.job_origin[f.operation_job], -1),
            destination=np.where(f.operation_last == 1, f.job_destination[f.operation_job], -1),
            release=f.job_release[f.operation_job], first_plan=f.first_plan[f.operation_job],
            plans=np.diff(f.first_plan)[f.operation_job],
        ),
        _table(
            ArcRow, arcs, number=np.arange(arcs), later=np.repeat(np.arange(operations), count), earlier=f.arc_earlier
        ),
        _modes(f),
    )  # fmt: skip
    header = _table(Header, 1, version=VERSION)
    for name, table in zip(Header._fields[1:-1], after_header, strict=True):
        header[name] = len(table)
    header["words"] = np.void(hash_of_words)
    return header, *after_header


def _legs(f: Facts) -> npt.NDArray[Any]:
    """Every line of the two matrices in parts of `LEGS`, the last one filled up with zeros."""
    sites = len(f.site_x)
    parts = -(-sites // LEGS) if f.transport else 0
    table = _table(
        LegsRow, sites * parts, origin=np.repeat(np.arange(sites), parts), part=np.tile(np.arange(parts), sites)
    )
    for name, matrix in (("cost", f.leg_cost), ("time", f.leg_time)):
        wide = np.zeros((sites, parts * LEGS), dtype=np.int64)
        if parts:
            wide[:, :sites] = matrix
        table["slots"][name] = wide.reshape(-1, LEGS)
    return table


def _modes(f: Facts) -> npt.NDArray[Any]:
    """The modes of every operation in parts of `MODES`, the last one filled up with nobody's modes."""
    count = np.diff(f.first_mode)
    parts = -(-count // MODES)
    first = np.cumsum(parts) - parts
    rows = int(parts.sum())
    operation = np.repeat(np.arange(len(count)), parts)
    table = _table(ModesRow, rows, operation=operation, part=np.arange(rows) - first[operation])
    owner = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(owner)) - f.first_mode[owner]
    where = first[owner] + within // MODES, within % MODES
    table["slots"]["machine"] = NONE
    for name, values in (
        ("machine", f.mode_machine), ("site", f.machine_site[f.mode_machine]), ("duration", f.mode_duration),
        ("cost", f.mode_cost), ("energy", f.mode_energy), ("quality", f.mode_quality),
    ):  # fmt: skip
        table["slots"][name][where] = values
    return table


def plan_rows(problem_root: str, assignments: tuple[Assignment, ...]) -> Iterator[list[Any]]:
    """Header and one row per assignment, in the order of the plan: canonical JSON values, version 1."""
    yield ["hanse-plan/1", problem_root]
    for a in assignments:
        yield [a.job, a.plan, a.operation, a.machine, a.start, a.end]
