"""From a lie to its witness: ask the rule itself, and show exactly what it looked at."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from hanse.errors import EvidenceError
from hanse.ledger import sumtree
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.leaves import Leaf
from hanse.ledger.certificates.lies import Falsehood, falsehoods
from hanse.ledger.certificates.opened import show_rows
from hanse.ledger.certificates.rules import RULES, check_witness
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.view import NotShown, Sums, View
from hanse.ledger.certificates.witness import LAYOUTS, TREES, Branch, Node, Shown, Witness
from hanse.model import merkle
from hanse.model.problem import Problem
from hanse.model.rows import LEGS, Header, Leg, LegsRow, ModesRow, Rows, read_row

_Shape = TypeVar("_Shape")


class Asked(View):
    """Answers a rule from the whole problem and certificate, and remembers what it was asked for."""

    def __init__(self, rows: Rows, certificate: Certificate, lie: Falsehood, targets: Targets | None = None) -> None:
        self.claim, self.subject, self.other, self.picks = certificate.claim, lie.subject, lie.other, lie.picks
        self.node = _node(certificate, lie)
        self._all, self._held = rows, lie.held
        self._trees = {branch: certificate[branch] for branch in TREES}
        if targets is not None:
            self._trees[Branch.TARGETS] = targets.opened
        self._rows: set[int] = set()
        self._leaves: dict[Branch, set[int]] = {branch: set() for branch in Branch}

    def row(self, shape: type[_Shape], *number: int) -> _Shape:
        try:
            if shape is LegsRow:
                position = self._all.position_of_leg(number[0], number[1] * LEGS)
            elif shape is ModesRow:
                position = self._all.position_of_part(*number)
            else:
                position = self._all.position(shape, *number or (0,))
        except IndexError as error:
            raise NotShown from error
        self._rows.add(position)
        return cast("_Shape", read_row(self._all[position]))

    def read(self, branch: Branch, position: int) -> tuple[Leaf, Sums]:
        opened = self._trees.get(branch)
        if opened is None or opened.tree is None or position >= len(opened.contents):
            raise NotShown
        if sumtree.digest_of(opened.tree.node(0, position)) == merkle.NOTHING:
            raise NotShown  # a blank place has no content that anyone could show
        self._leaves[branch].add(position)
        entry = opened.entry(position)
        return LAYOUTS[branch].read(entry.content), entry.sums

    def held(self) -> list[int]:
        return list(self._held)

    def leg(self, origin: int, destination: int) -> Leg:
        if not self._all.facts.transport:
            self.row(Header)
            return Leg(0, 0)
        return self.row(LegsRow, origin, destination // LEGS).legs[destination % LEGS]

    def shown(self) -> dict[str, Shown]:
        """All that was asked for, with proofs, by the names of a witness's fields."""
        result: dict[str, Shown] = {}
        if self._rows:
            result["rows"] = show_rows(self._all, self._rows)
        for branch, positions in self._leaves.items():
            if positions:
                result[branch.name.lower()] = self._trees[branch].show(positions)
        return result


def _node(certificate: Certificate, lie: Falsehood) -> Node | None:
    if lie.node is None:
        return None
    branch, level, position = lie.node
    tree = certificate[branch].tree
    assert tree is not None, "lies about nodes are found in trees"
    children = (tree.node(level - 1, 2 * position), tree.node(level - 1, 2 * position + 1)) if level else None
    return Node(branch, position, tree.node(level, position), tree.prove([position], level), children)


def witness_of(rows: Rows, certificate: Certificate, lie: Falsehood, targets: Targets | None = None) -> Witness:
    """The witness of one lie. Raises EvidenceError if its rule does not agree that it is one."""
    asked = Asked(rows, certificate, lie, targets)
    if not RULES[lie.lie](certificate.claim, asked):
        raise EvidenceError(f"found {lie}, but no witness shows it", where="certificate")
    shown: dict[str, Any] = asked.shown()
    return Witness(lie.lie, lie.subject, lie.other, lie.picks, node=asked.node, **shown)


def refute(problem: Problem, certificate: Certificate, targets: Targets | None = None) -> Witness | None:
    """The smallest witness against a claim, None if it is true.

    targets: those of the round the claim names, None if it names none. Raises InputError if the certificate does not
    open its claim, so that nobody can say what it claims.
    """
    rows = problem.rows
    found = falsehoods(rows, certificate, targets)
    witnesses = [witness_of(rows, certificate, lie, targets) for lie in found]
    smallest = min(witnesses, key=lambda witness: len(witness.encode()), default=None)
    assert smallest is None or check_witness(rows.tree.root, certificate.claim, smallest)
    return smallest
