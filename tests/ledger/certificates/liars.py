"""Solvers who lie: certificates told again with something changed, everything above it recomputed, so that only the
lie itself is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hanse.ledger import sumtree
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.opened import Opened
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import LAYOUTS, TREES, Branch
from hanse.model import merkle
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from tests.model.build import job, machine, operation, shops

Tell = Callable[[Any, Any], None]
"""Changes leaves (a structured array) and their sums in place."""


def league() -> Problem:
    """Three shops, legs of cost 5 and time 2; M1 with windows and a budget, M2 with room for two. J1 has two
    alternative plans, J2 is one workpiece, J3 wants quality."""
    first = job(
        "J1",
        operation("A", ("M1", 4, 10, 3, 900_000), ("M2", 5, 8, 2, 800_000)),
        operation("B", ("M2", 3, 7, 1, 700_000), ("M3", 2, 9, 4, 600_000), after=["A"]),
        origin="M2",
        destination="M3",
        release=1,
        budget=60,
    )
    other = job("X", operation("C", ("M3", 9, 30, 1, 500_000))).plans[0]
    return shops(
        machine("M1", budget=20, available=((0, 10), (12, 40))),
        machine("M2", capacity=2, budget=30),
        machine("M3", capacity=1),
        jobs=[
            replace(first, plans=(*first.plans, replace(other, id="B"))),
            job(
                "J2",
                operation("A", ("M1", 5, 4, 2, 800_000), ("M3", 3, 6, 1, 900_000)),
                operation("B", ("M2", 4, 3, 3, 700_000)),
                single_workpiece=True,
            ),
            job("J3", operation("A", ("M1", 3, 2, 1, 500_000), ("M2", 2, 5, 1, 900_000)), min_quality=450_000),
        ],
        leg=(5, 2),
    )


PLAN = (
    Assignment("J1", "A", "A", "M1", 3, 7),
    Assignment("J1", "A", "B", "M2", 9, 12),
    Assignment("J2", "A", "A", "M1", 12, 17),
    Assignment("J2", "A", "B", "M2", 17, 21),
    Assignment("J3", "A", "A", "M1", 20, 23),
)
"""A feasible plan of the league. Operations: 0 and 1 of J1's plan A, 2 of its plan B, 3 and 4 of J2, 5 of J3."""

PRICES = (2, 1, 0)


@dataclass(frozen=True)
class Story:
    """What an honest solver certifies, and liars tell otherwise.

    jobs: the numbers of those it covers, None for all; targets: those of its round, None outside one.
    """

    problem: Problem
    jobs: tuple[int, ...] | None = None
    targets: Targets | None = None

    @property
    def root(self) -> bytes:
        return self.problem.rows.tree.root

    def honest(self) -> Certificate:
        return self.elsewhere()

    def elsewhere(self, *changed: Assignment) -> Certificate:
        """A certificate of the plan with some operations run otherwise, all sums right."""
        new = {(at.job, at.operation): at for at in changed}
        told = [new.get((at.job, at.operation), at) for at in PLAN]
        return build(self.problem, told, PRICES, scale=10, jobs=self.jobs, targets=self.targets)


def larger() -> Problem:
    """The league with a fourth job, of operation 6, which a part leaves to others."""
    whole = league()
    return replace(whole, jobs=(*whole.jobs, job("J4", operation("A", ("M1", 3, 2, 1, 500_000)))))


WHOLE = Story(league())
"""All jobs, outside a round."""
PART = Story(larger(), (0, 1, 2), Targets.of([30, 20, 10, 5], [25, 15, 8, 2]))
"""The same plan as three of four jobs, in a round."""
STORIES = {"whole": WHOLE, "part": PART}


def retold(certificate: Certificate, branch: Branch, tell: Tell) -> Certificate:
    """The certificate with the leaves of one tree changed, that tree grown again and the bound drawn from it."""
    opened = certificate[branch]
    contents, sums = opened.contents.copy(), opened.sums
    tell(replace(opened, contents=contents).records() if contents.shape[1] else None, sums)
    assert opened.tree is not None
    there: Any = opened.tree.levels[0][:, : sumtree.DIGEST].any(axis=1)
    return with_tree(certificate, branch, Opened.of(LAYOUTS[branch], contents, sums, there))


def with_tree(certificate: Certificate, branch: Branch, opened: Opened) -> Certificate:
    """The certificate with another tree, its root in the claim and the bound drawn from it."""
    name = branch.name.lower()
    claim = replace(certificate.claim, **{name: opened.root})  # type: ignore[arg-type]
    trees = {other.name.lower(): certificate[other] for other in TREES} | {name: opened}
    return Certificate(replace(claim, bound=claim.proved), **trees)


def twisted(certificate: Certificate, branch: Branch, level: int, position: int, sums: list[int]) -> Certificate:
    """The certificate with other sums at one inner node, and all above it made to fit."""
    opened = certificate[branch]
    assert opened.tree is not None
    levels = [part.copy() for part in opened.tree.levels]
    levels[level][position, 32:] = np.frombuffer(sumtree.node(b"", sums), dtype=np.uint8)
    grown = merkle.Tree.grow(levels[level], sumtree.join_many)
    return with_tree(certificate, branch, replace(opened, tree=merkle.Tree((*levels[:level], *grown.levels))))


def with_bottom(certificate: Certificate, branch: Branch, change: Callable[[Any], Any]) -> Certificate:
    """The certificate with other nodes at the bottom of a tree; contents are filled up to as many."""
    opened = certificate[branch]
    assert opened.tree is not None
    bottom = change(opened.tree.levels[0].copy())
    contents = np.zeros((len(bottom), opened.contents.shape[1]), dtype=np.uint8)
    kept = min(len(bottom), len(opened.contents))
    contents[:kept] = opened.contents[:kept]
    tree = merkle.Tree.grow(bottom, sumtree.join_many)
    return with_tree(certificate, branch, replace(opened, contents=contents, tree=tree))
