"""Lies about the claim's own numbers and about bare nodes of its trees."""

from __future__ import annotations

from hanse.ledger import sumtree
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.view import NotShown, View, depth_of, root_of
from hanse.ledger.certificates.witness import Branch, Node
from hanse.model import merkle
from hanse.model.rows import Header, OperationRow


def bound(claim: Claim, seen: View) -> bool:
    """The bound is above what its sums prove."""
    del seen
    return claim.scale == 0 or claim.bound > claim.proved


def _node(seen: View) -> Node:
    node = seen.node
    if node is None:
        raise NotShown
    if merkle.climb(node.proof, {node.position: node.node}, sumtree.join) != root_of(seen.claim, node.branch):
        raise NotShown
    return node


def sum(claim: Claim, seen: View) -> bool:
    """A node's sums are not those of the two children its digest covers."""
    del claim
    node = _node(seen)
    if node.children is None or sumtree.digest_above(*node.children) != sumtree.digest_of(node.node):
        return False
    left, right = map(sumtree.sums_of, node.children)
    return sumtree.sums_of(node.node) != tuple(a + b for a, b in zip(left, right, strict=True))


def _due(seen: View, branch: Branch) -> int:
    """How many places of a tree of this claim are numbered; not all need have a leaf."""
    if branch is Branch.USES:
        return seen.claim.use_count
    header = seen.row(Header)
    return {Branch.PLAN: header.operations, Branch.JOBS: header.jobs, Branch.PRICES: header.machines}[branch]


def _bottom(seen: View) -> tuple[Node, bool]:
    """A node at the bottom of its tree, and whether a leaf belongs there: operations and jobs may not be covered."""
    node = _node(seen)
    due = _due(seen, node.branch)
    if node.children is not None or node.proof.depth != depth_of(due):
        raise NotShown
    if node.position >= due:
        return node, False
    if node.branch is Branch.PLAN:
        return node, seen.claim.covers(seen.row(OperationRow, node.position).job)
    return node, node.branch is not Branch.JOBS or seen.claim.covers(node.position)


def stray(claim: Claim, seen: View) -> bool:
    """Something stands where no leaf belongs."""
    del claim
    node, belongs = _bottom(seen)
    return not belongs and any(node.node)


def blank(claim: Claim, seen: View) -> bool:
    """Nothing stands where a leaf belongs."""
    node, belongs = _bottom(seen)
    if node.branch is Branch.PRICES and not any(claim.prices):
        return False
    return belongs and sumtree.digest_of(node.node) == merkle.NOTHING
