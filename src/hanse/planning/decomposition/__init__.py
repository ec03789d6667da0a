"""Decomposition: one problem cut into parts that different solvers plan at the same time.

    split.py     who is in which part: by region, customer, product or any attribute of a job
    regions.py   the plane cut in k regions: k-means or bisection
    parts.py     a part as a problem of its own, with the same ids
    merge.py     the parts' plans as one plan, judged against the whole problem
    decompose.py the front door, and what the split costs and buys

Two kinds of split, and what is true of each (models.md, section 1):

* the parts *divide the jobs* and keep every machine: without coupling the best plans of the parts are together the best
  plan of the whole; with coupling (capacities, budgets) they may get in each other's way, which the merge names;
* the parts are also *restricted* to machines of their own: nothing can collide, but OPT(split) ≥ OPT(whole).
"""

from hanse.planning.decomposition.decompose import Decomposition, PartResult, decompose
from hanse.planning.decomposition.merge import Merged, merge
from hanse.planning.decomposition.parts import part_problem
from hanse.planning.decomposition.split import (
    Part,
    Split,
    by_attribute,
    by_customer,
    by_product,
    by_region,
    deal,
)

__all__ = [
    "Decomposition",
    "Merged",
    "Part",
    "PartResult",
    "Split",
    "by_attribute",
    "by_customer",
    "by_product",
    "by_region",
    "deal",
    "decompose",
    "merge",
    "part_problem",
]
