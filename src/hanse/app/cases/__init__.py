"""The packaged cases: the papers' leagues, ready to run. One module per paper; `CASES` names them all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, resources
from typing import Any, cast

from hanse.app.cases.case import Case
from hanse.errors import InputError

DEFAULT = "zhang2019"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `hanse cases`. module and variant find its builder; nothing is built to list it."""

    id: str
    summary: str
    module: str
    variant: str


CASES = (
    Entry("zhang2019", "3D printing: 15 orders, 11 providers, flat prices, quality", "zhang2019", ""),
    Entry("ramakurthi2022", "a gearbox: ten enterprises answer one order", "ramakurthi2022", ""),
    Entry("ramakurthi2023", "five two-machine enterprises, 30 jobs, five plans", "ramakurthi2023", ""),
    Entry("radmanesh2021", "composition, worked example: 3 demands, 6 providers", "radmanesh2021", "example"),
    Entry("radmanesh2021-1", "composition, problem 1: 30 providers, 70 demands × 15 tasks", "radmanesh2021", "1"),
    Entry("radmanesh2021-2", "composition, problem 2: 50 providers, 90 demands × 25 tasks", "radmanesh2021", "2"),
    Entry("radmanesh2021-3", "composition, problem 3: 60 providers, 140 demands × 20 tasks", "radmanesh2021", "3"),
    Entry("radmanesh2021-4", "composition, problem 4: 90 providers, 180 demands × 40 tasks", "radmanesh2021", "4"),
)


def load(name: str, *, seed: int = 0) -> Case:
    """Build a case. `seed` draws the numbers a paper did not publish. Raises InputError for an unknown name."""
    for entry in CASES:
        if entry.id == name:
            module = import_module(f"hanse.app.cases.{entry.module}")
            return cast(Callable[[str, int], Case], module.build)(entry.variant, seed)
    raise InputError(f'there is no case "{name}"', where="CASE", hint=f"use one of: {', '.join(e.id for e in CASES)}")


def data(name: str) -> Any:
    """The packaged numbers of a paper."""
    return json.loads(resources.files("hanse.app.cases").joinpath("data", name).read_text(encoding="utf-8"))
