"""What a study plays: scenarios under variants of the rules, each with the same seeds; read from a TOML file.

    format = "hanse-lab/1"
    name = "stricter lateness"
    runs = 10

    [scenario.calm]
    [scenario.surge]
    demand = 1.5

    [variant.stricter]
    "settlement.cap" = 400000

The present rules are played too, under the name `present`; a table of that name says in what they differ from Hanse's
defaults.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from hanse.errors import InputError
from hanse.lab.rules import PRESENT, Rules

FORMAT = "hanse-lab/1"
BASE = "present"
"""The variant everything is compared with."""

MOST_RUNS = 10_000

Solver = Literal["honest", "false", "silent"]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1000)]

_NAME = re.compile(r"[a-z0-9][a-z0-9 _-]{0,39}")


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What meets the league. demand: orders, as a multiple of the world's. breakdowns, spells: expected a machine over
    the plan; repair: mean length of a breakdown, as a share of the plan; rush: rush orders for a hundred orders.
    solvers: who competes, in the order of their commitments: `honest` plans and claims what is true, `false` claims a
    cheap plan that cannot be, `silent` commits and never reveals. watch: seconds after the end of revealing at which an
    honest watcher looks at the claims. strict: added to every member's threshold. absent: share of agreed work that its
    member never begins. patience: a customer who must wait this many times longer than it wishes does not order."""

    demand: Annotated[float, msgspec.Meta(gt=0, le=20)] = 1.0
    breakdowns: Amount = 1.0
    repair: Annotated[float, msgspec.Meta(gt=0, le=10)] = 0.05
    spells: Amount = 1.0
    rush: Amount = 0.0
    solvers: Annotated[list[Solver], msgspec.Meta(max_length=16)] = msgspec.field(
        default_factory=lambda: ["honest", "honest"]
    )
    watch: Annotated[int, msgspec.Meta(ge=0, le=10**7)] = 600
    strict: Share = 0.0
    absent: Share = 0.0
    patience: Annotated[float, msgspec.Meta(ge=1, le=100)] = 4.0


class World(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose orders are played. source: `league`, the orders of the newest block of the league that was forked, if its
    problem says what customers weigh; `drawn`, a league of so many members and orders drawn with every seed by the
    ranges of Zhang 2019."""

    source: Literal["league", "drawn"] = "drawn"
    members: Annotated[int, msgspec.Meta(ge=5, le=200)] = 8
    orders: Annotated[int, msgspec.Meta(ge=1, le=500)] = 8


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["hanse-lab/1"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    scenario: dict[str, Scenario]
    runs: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    first_seed: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    world: World = World()
    variant: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


class Run(NamedTuple):
    """One of them, by its names and its seed."""

    scenario: str
    variant: str
    seed: int


@dataclass(frozen=True)
class Study:
    """Everything of a study's file. variants: the present rules first. text: the file, which its journal belongs to."""

    name: str
    seeds: range
    world: World
    scenarios: Mapping[str, Scenario]
    variants: Mapping[str, Rules]
    text: bytes = field(repr=False)

    def runs(self) -> Iterator[Run]:
        """All of them, seed by seed, so that a part of them already compares."""
        for seed in self.seeds:
            for scenario in self.scenarios:
                for variant in self.variants:
                    yield Run(scenario, variant, seed)

    def __len__(self) -> int:
        return len(self.seeds) * len(self.scenarios) * len(self.variants)


def read_study(path: Path) -> Study:
    """Raises InputError, which says where, for a file that is no study."""
    try:
        text = path.read_bytes()
    except OSError as failure:
        raise InputError(f"the study cannot be read ({failure.strerror})", where=str(path)) from None
    try:
        return _study(text)
    except InputError as error:
        raise error.at(str(path)) from None


def _study(text: bytes) -> Study:
    try:
        told = msgspec.convert(tomllib.loads(text.decode()), _File)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"this is no study: {error}", where="study", hint="see docs/lab.md") from None
    if not told.scenario:
        raise InputError("a study needs a scenario", where="scenario", hint="an empty table [scenario.calm] is one")
    for name in (*told.scenario, *told.variant):
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is no name", where="study", hint="small letters, digits, spaces, - and _")
    variants = {BASE: PRESENT.changed(told.variant.get(BASE, {}))}
    for name, given in told.variant.items():
        if name != BASE:
            try:
                variants[name] = variants[BASE].changed(given)
            except InputError as error:
                raise error.at(f"variant.{name}") from None
            if not variants[BASE].differs(variants[name]):
                raise InputError("this variant changes nothing", where=f"variant.{name}")
    study = Study(
        told.name, range(told.first_seed, told.first_seed + told.runs), told.world, told.scenario, variants, text
    )
    if len(study) > MOST_RUNS:
        raise InputError(f"{len(study)} runs are more than {MOST_RUNS}", where="study", hint="fewer seeds or variants")
    return study
