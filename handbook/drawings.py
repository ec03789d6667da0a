"""Pictures of certificates, drawn from the real ones of `example.py`: every digest, sum and bound is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from handbook import example
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.ledger import sumtree
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.leaves import TRANSPORT, WORK
from hanse.model.bound import job_bounds

BLUE, RED, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]
PALE = {BLUE: "#d6e6f2", RED: "#f9dfd0", GREEN: "#d3ece4", LINE: "#f3f5f7"}
WIDE, TOP = 880.0, 26.0


def box(x: float, y: float, wide: float, high: float, colour: str, *, thick: float = 1.5) -> str:
    """A frame with a pale inside."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="4" '
        f'fill="{PALE[colour]}" fill-opacity="0.75" stroke="{colour}" stroke-width="{thick}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, thick: float = 1.5, dash: str = "") -> str:
    """A straight one."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{thick}"{dashed}/>'
    )


# The tree of a plan.


def tree() -> str:
    """The sum tree of the true plan."""
    return _tree(example.honest(), lambda *_: BLUE, "The plan as a tree of digests and sums")


def witness() -> str:
    """The same of the false plan: what the witness shows, what it takes along, and what the chain computes."""
    claim, shown = example.liar()
    tree_ = claim.plan.tree
    assert tree_ is not None
    leaves = [entry.position for entry in shown.plan.entries]
    known, taken = {(0, i) for i in leaves}, set[tuple[int, int]]()
    climbing = leaves
    for level in range(tree_.depth):
        taken |= {(level, i ^ 1) for i in climbing if i ^ 1 not in climbing}
        climbing = sorted({i // 2 for i in climbing})
        known |= {(level + 1, i) for i in climbing}
    assert len(taken) == len(shown.plan.proof.siblings)

    def colour(level: int, position: int) -> str:
        if (level, position) in taken:
            return BLUE
        if (level, position) in known:
            return RED if level == 0 else GREEN
        return LINE

    return _tree(claim, colour, "Two leaves that contradict each other, and the way from them to the root")


def _tree(claim: Certificate, colour: Callable[[int, int], str], title: str) -> str:
    """A plan's tree, root above. colour: of the node at a level (0: leaves) and a position."""
    tree_ = claim.plan.tree
    assert tree_ is not None
    step, wide, gap = WIDE / len(tree_.levels[0]), 98.0, 86.0
    bottom = TOP + tree_.depth * gap

    def middle(level: int, position: int) -> float:
        return step * float(2**level) * (position + 0.5)

    lines, boxes = [], []
    for level, nodes in enumerate(tree_.levels):
        y = bottom - level * gap
        for position in range(len(nodes)):
            x, ink = middle(level, position), colour(level, position)
            if level < tree_.depth:
                lines.append(line(x, y, middle(level + 1, position // 2), y - gap + 44, LINE))
            node = tree_.node(level, position)
            sums = sumtree.sums_of(node)
            boxes.append(box(x - wide / 2, y, wide, 44, ink))
            boxes.append(text(x, y + 18, f"{sumtree.digest_of(node).hex()[:8]}…", 12, INK, anchor="middle"))
            boxes.append(text(x, y + 36, f"cost {sums[WORK] + sums[TRANSPORT]}", 12, INK, anchor="middle", weight=600))
    boxes += _leaves(claim, [middle(0, i) for i in range(len(tree_.levels[0]))], bottom + 60)
    boxes.append(text(WIDE / 2, 16, "root: digest and sum are in the claim on the chain", 12, QUIET, anchor="middle"))
    return svg(WIDE, bottom + 110, [*lines, *boxes], title)


def _leaves(claim: Certificate, at: Iterable[float], y: float) -> list[str]:
    """What each leaf says, below it."""
    names = [(job.id, operation.id) for job in example.problem().jobs for operation in job.plans[0].operations]
    machines = list(example.problem().machines)
    records = claim.plan.records()
    parts = []
    for (job, operation), x, leaf in zip(names, at, records, strict=True):
        words = (f"{job} {operation}", machines[int(leaf["machine"])], f"{leaf['start']} to {leaf['end']}")
        for i, said in enumerate(words):
            parts.append(text(x, y + 16 * i, said, 12, INK if i == 0 else QUIET, anchor="middle"))
    return parts


# The bound.


def bound() -> str:
    """How prices prove a bound: cheapest paths at prices, less what the capacity is worth, beside the plan's cost."""
    claim = example.honest().claim
    paths = (example.honest().jobs.sums[:, 0] / claim.scale).tolist()
    rent = example.PRICE * example.BUDGET / claim.scale
    scale = (WIDE - 260) / sum(paths)
    parts, x = [], 200.0
    parts.append(text(190, TOP + 24, "cheapest path of each", 13, INK, anchor="end"))
    for job, cost in zip(example.problem().jobs, paths, strict=True):
        parts.append(box(x, TOP, cost * scale - 3, 36, BLUE))
        parts.append(text(x + cost * scale / 2, TOP + 23, f"{job.id}: {cost:g}", 13, INK, anchor="middle"))
        x += cost * scale
    y = TOP + 60
    parts.append(text(190, y + 24, "less λ · budget of M1", 13, INK, anchor="end"))
    parts.append(box(x - rent * scale, y, rent * scale - 3, 36, RED))
    parts.append(text(x - rent * scale / 2, y + 23, f"−{rent:g}", 13, INK, anchor="middle"))
    for name, value, ink in (("no plan costs less than", claim.bound, GREEN), ("this plan costs", claim.cost, BLUE)):
        y += 60
        parts.append(text(190, y + 24, name, 13, INK, anchor="end"))
        parts.append(box(200, y, value * scale - 3, 36, ink))
        parts.append(text(200 + value * scale / 2, y + 23, str(value), 13, INK, anchor="middle", weight=600))
    parts.append(
        line(200 + claim.bound * scale - 1.5, TOP - 8, 200 + claim.bound * scale - 1.5, y + 44, GREEN, 1.5, "4 4")
    )
    return svg(WIDE, y + 60, parts, "How prices prove a bound")


def curve() -> str:
    """The bound that each price proves: highest at the right one, and true at every one."""
    facts, fine = example.problem().facts, 60
    prices = range(fine + 1)
    bounds = []
    for price in prices:
        column = np.array([price, 0, 0], dtype=np.int64)
        bounds.append((int(job_bounds(facts, column, fine).sum()) - price * example.BUDGET) / fine)
    high, left, right, floor = 220.0, 70.0, WIDE - 40, 190.0
    cost = example.honest().claim.cost

    def place(price: float, value: float) -> tuple[float, float]:
        return left + price / fine * (right - left), TOP + high - (value - floor) / (cost + 10 - floor) * high

    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(p, b) for p, b in zip(prices, bounds, strict=True)))
    parts = [line(left, TOP + high, right, TOP + high, QUIET), line(left, TOP, left, TOP + high, QUIET)]
    for value in range(200, cost + 1, 20):
        x, y = place(0, value)
        parts += [line(x - 4, y, x, y, QUIET), text(x - 8, y + 4, str(value), 12, QUIET, anchor="end")]
    for share in (0, 1 / 3, 2 / 3, 1):
        x, y = place(share * fine, floor)
        name = "0" if share == 0 else f"{share:.2f}"
        parts += [line(x, y, x, y + 4, QUIET), text(x, y + 18, name, 12, QUIET, anchor="middle")]
    x, y = place(0, cost)
    parts.append(line(left, y, right, y, BLUE, 1.5, "6 4"))
    parts.append(text(right, y - 6, f"the plan: {cost}", 12, BLUE, anchor="end"))
    parts.append(f'<polyline points="{points}" fill="none" stroke="{GREEN}" stroke-width="2.5"/>')
    parts.append(text(right, TOP + high + 36, "price λ of a minute of M1", 12, QUIET, anchor="end"))
    x, y = place(0.7 * fine, bounds[round(0.7 * fine)])
    parts.append(text(x + 12, y - 6, "what that price proves", 12, GREEN))
    return svg(WIDE, TOP + high + 48, parts, "The bound that each price proves")


def chart() -> str:
    """Both plans as bars: the true one, and the one of the liar."""
    parts: list[str] = []
    y = 0.0
    for title, moved in (("The plan", {}), ("The liar's plan", {"J2": 30})):
        parts.append(text(0, y + 16, title, 13, INK, weight=600))
        for row, machine in enumerate(("M1", "M2", "L")):
            top = y + 26 + 34 * row
            parts.append(text(24, top + 19, machine, 12, QUIET, anchor="end"))
            for one in example.assignments(**moved):
                if one.machine == machine:
                    wrong = bool(moved) and machine == "M1"
                    wide = 4.6 * (one.end - one.start)
                    parts.append(box(36 + 4.6 * one.start, top, wide, 26, RED if wrong else BLUE))
                    parts.append(text(40 + 4.6 * one.start, top + 18, f"{one.job} {one.operation}", 11, INK))
        y += 140
    return svg(WIDE, y - 4, parts, "Two plans for four gearboxes")


ALL: dict[str, Callable[[], str]] = {
    "bound": bound, "chart": chart, "curve": curve, "tree": tree, "witness": witness,
}  # fmt: skip
"""What `<!-- drawing: NAME -->` in a page may name."""
