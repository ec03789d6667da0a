"""Hanse: independent factories work as one.

The public door. Importing it starts nothing and loads no solver; each name is fetched when first used.

    >>> import hanse
    >>> problem = hanse.read("shop.json")
    >>> result = hanse.solve(problem, objective="makespan", time_limit=10)
    >>> hanse.check(problem, result.plan).valid
    True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hanse.app.client import Client
    from hanse.errors import (
        ChainFault,
        EnvironmentFault,
        EvidenceError,
        HanseError,
        InfeasibleError,
        InputError,
    )
    from hanse.instances import read, read_plan, write, write_plan
    from hanse.model.check import Judgement, Violation, check
    from hanse.model.objective import Objective
    from hanse.model.plan import Assignment, Measures, Plan
    from hanse.model.problem import (
        Enterprise,
        Job,
        Machine,
        Mode,
        Operation,
        Problem,
        ProcessPlan,
        Site,
        Transport,
    )
    from hanse.planning import Result, solve
    from hanse.units import Units

__version__ = "0.1.0"

_HOMES = {
    "hanse.app.client": ("Client",),
    "hanse.errors": ("ChainFault", "EnvironmentFault", "EvidenceError", "HanseError", "InfeasibleError", "InputError"),
    "hanse.instances": ("read", "read_plan", "write", "write_plan"),
    "hanse.model.check": ("Judgement", "Violation", "check"),
    "hanse.model.objective": ("Objective",),
    "hanse.model.plan": ("Assignment", "Measures", "Plan"),
    "hanse.model.problem": (
        "Enterprise", "Job", "Machine", "Mode", "Operation", "Problem", "ProcessPlan", "Site", "Transport",
    ),
    "hanse.planning": ("Result", "solve"),
    "hanse.units": ("Units",),
}  # fmt: skip

__all__ = [
    "Assignment",
    "ChainFault",
    "Client",
    "Enterprise",
    "EnvironmentFault",
    "EvidenceError",
    "HanseError",
    "InfeasibleError",
    "InputError",
    "Job",
    "Judgement",
    "Machine",
    "Measures",
    "Mode",
    "Objective",
    "Operation",
    "Plan",
    "Problem",
    "ProcessPlan",
    "Result",
    "Site",
    "Transport",
    "Units",
    "Violation",
    "check",
    "read",
    "read_plan",
    "solve",
    "write",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'hanse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
