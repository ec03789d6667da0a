"""Every lie of a certificate, found with whole columns at a time; `rules` says one at a time what each of them is.

Looked for in stages: what a stage takes for granted, the stages before have checked, and the first stage that finds
anything is the last. So nothing here is surprised by numbers that point nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import coverage, leaves
from hanse.ledger.certificates.certificate import Certificate, arcs_of, arrivals_of, legs_cost
from hanse.ledger.certificates.claim import NO_ROUND, Claim
from hanse.ledger.certificates.coverage import Mask
from hanse.ledger.certificates.rules import RULES
from hanse.ledger.certificates.rules.leaf import NO_TIME
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.view import depth_of, root_of
from hanse.ledger.certificates.witness import Branch, Lie
from hanse.model.bound import cheapest_path, job_bounds
from hanse.model.facts import Column, Facts
from hanse.model.rows import NONE, Rows


@dataclass(frozen=True, slots=True)
class Falsehood:
    """One lie, and whom it is about; `subject`, `other` and `picks` as in a witness.

    held: the operations to show for `CAPACITY`. node: branch, level and position for lies about nodes.
    """

    lie: Lie
    subject: int = 0
    other: int = 0
    picks: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    node: tuple[Branch, int, int] | None = None

    def __str__(self) -> str:
        about = f"{self.node[0].name.lower()} {self.node[1:]}" if self.node else f"{self.subject}, {self.other}"
        return f"{self.lie.name.lower()} ({about}): {(RULES[self.lie].__doc__ or '').strip()}"


def falsehoods(rows: Rows, certificate: Certificate, targets: Targets | None = None) -> tuple[Falsehood, ...]:
    """The first lie of each kind in the first stage that has any; empty if all is true.

    targets: those of the round the claim names, None if it names none. Raises InputError if the certificate does not
    open its claim: such a claim is not a lie but silence.
    """
    said = _Said(certificate, targets, coverage.mask_of(certificate.claim.covered, len(rows.facts.job_origin)))
    _check_opens(rows, said)
    for stage in (_nodes, _structure, _modes, _plan, _dual):
        found = tuple(stage(rows.facts, said))
        if found:
            return found
    return ()


@dataclass(frozen=True, eq=False)
class _Said:
    """What the stages look at. covered: for each job whether the claim is about it."""

    certificate: Certificate
    targets: Targets | None
    covered: Mask

    @property
    def claim(self) -> Claim:
        return self.certificate.claim

    def due(self, facts: Facts) -> dict[Branch, Mask]:
        """For each tree and position whether a leaf belongs there."""
        priced = any(self.claim.prices)
        return {
            Branch.PLAN: self.covered[facts.operation_job],
            Branch.USES: np.ones(self.claim.use_count, dtype=bool),
            Branch.JOBS: self.covered,
            Branch.PRICES: np.ones(len(facts.machine_site) if priced else 0, dtype=bool),
        }


def _check_opens(rows: Rows, said: _Said) -> None:
    claim = said.claim
    if claim.problem != rows.tree.root:
        raise InputError("the claim is about another problem", where="0x" + claim.problem.hex())
    if claim.targets != (said.targets.root if said.targets else NO_ROUND):
        raise InputError(
            "the claim names other targets", where="0x" + claim.targets.hex(), hint="give the targets of its round"
        )
    if said.targets is not None and len(said.targets.baseline) != len(said.covered):
        raise InputError("the targets are of another number of jobs", where="targets")
    # Before the mask is made: a claim may say any number of uses.
    if claim.use_count > len(said.certificate.uses.contents):
        raise _closed(Branch.USES)
    for branch, due in said.due(rows.facts).items():
        opened = said.certificate[branch]
        depth = opened.tree.depth if opened.tree else 0
        if (
            not opened.opens(root_of(claim, branch), due)
            or depth != depth_of(len(due))
            or (len(due) and not opened.tree)
        ):
            raise _closed(branch)


def _closed(branch: Branch) -> InputError:
    return InputError(
        f"the tree of the {branch.name.lower()} does not open its root",
        where="certificate",
        hint="ask for the whole certificate; a claim that is never opened must not be accepted",
    )


def _first(lie: Lie, wrong: Mask) -> Iterator[Falsehood]:
    if wrong.any():
        yield Falsehood(lie, int(wrong.argmax()))


# --- the claim and the nodes ------------------------------------------------------------------------------------


def _nodes(facts: Facts, said: _Said) -> Iterator[Falsehood]:
    if said.claim.scale == 0 or said.claim.bound > said.claim.proved:
        yield Falsehood(Lie.BOUND)
    for branch, due in said.due(facts).items():
        tree = said.certificate[branch].tree
        if tree is None:
            continue
        wrong = sumtree.inconsistent(tree)
        if wrong is not None:
            yield Falsehood(Lie.SUM, node=(branch, *wrong))
            continue
        bottom = tree.levels[0]
        belongs = np.zeros(len(bottom), dtype=bool)
        belongs[: len(due)] = due
        blank = belongs & ~bottom[:, : sumtree.DIGEST].any(axis=1)
        if blank.any():
            yield Falsehood(Lie.BLANK, node=(branch, 0, int(blank.argmax())))
        stray = ~belongs & bottom.any(axis=1)
        if stray.any():
            yield Falsehood(Lie.STRAY, node=(branch, 0, int(stray.argmax())))


# --- the plan ---------------------------------------------------------------------------------------------------


def _structure(facts: Facts, said: _Said) -> Iterator[Falsehood]:
    job = facts.operation_job
    records, sums = said.certificate.plan.records()[: len(job)], said.certificate.plan.sums
    due = said.covered[job]
    plan, used = np.where(due, records["plan"].astype(np.int64), -1), records["mode"] != NONE
    foreign = due & ((plan < facts.first_plan[job]) | (plan >= facts.first_plan[job + 1]))
    yield from _first(Lie.FOREIGN_PLAN, foreign)
    torn = (plan[1:] != plan[:-1]) & (job[1:] == job[:-1])
    if torn.any():
        yield Falsehood(Lie.TORN, int(torn.argmax()), int(torn.argmax()) + 1)
    followed = plan == facts.operation_plan
    yield from _first(Lie.MISSING, followed & ~used)
    yield from _first(Lie.DOUBLED, due & ~followed & (used | sums[: len(plan)].any(axis=1)))


def _modes(facts: Facts, said: _Said) -> Iterator[Falsehood]:
    job = facts.operation_job
    records, sums = said.certificate.plan.records()[: len(job)], said.certificate.plan.sums
    used = np.flatnonzero((records["mode"] != NONE) & said.covered[job])
    at = {name: records[name][used].astype(np.uint64) for name in records.dtype.names or ()}
    within = at["mode"] >= np.diff(facts.first_mode)[used].astype(np.uint64)
    if within.any():
        yield Falsehood(Lie.INELIGIBLE, int(used[within.argmax()]))
        return
    mode = facts.first_mode[used] + at["mode"].astype(np.int64)
    machine = facts.mode_machine[mode]
    quality = facts.mode_quality[mode]
    true = machine, facts.machine_site[machine], np.where(quality < 0, NONE, quality)
    wrong = np.zeros(len(used), dtype=bool)
    for name, values in zip(("machine", "site", "quality"), true, strict=True):
        wrong |= at[name] != values.astype(np.uint64)
    late = (at["end"] >= NO_TIME) | (at["end"] - at["start"] != facts.mode_duration[mode].astype(np.uint64))
    checks = {
        Lie.MACHINE: wrong,
        Lie.RATED: ~wrong & (at["capacity"] != facts.machine_capacity[machine].astype(np.uint64)),
        Lie.DURATION: late | (at["end"] < at["start"]),
        Lie.COST: sums[used, leaves.WORK] != facts.mode_cost[mode].astype(np.uint64),
        Lie.ENERGY: sums[used, leaves.ENERGY] != facts.mode_energy[mode].astype(np.uint64),
    }
    for lie, found in checks.items():
        if found.any():
            yield Falsehood(lie, int(used[found.argmax()]))


@dataclass(frozen=True, slots=True)
class _Plan:
    """The leaves as columns, once they agree with their modes. -1: does not run, or none."""

    used: Column
    machine: Column
    site: Column
    start: Column
    end: Column
    quality: Column
    place: Column
    sums: Column


def _read_plan(facts: Facts, said: _Said) -> _Plan:
    count = len(facts.operation_job)
    records = said.certificate.plan.records()[:count]
    columns = {name: records[name].astype(np.int64) for name in ("machine", "site", "start", "end", "quality", "place")}
    runs = (records["mode"] != NONE) & said.covered[facts.operation_job]
    for name in ("machine", "site", "quality", "place"):
        columns[name][(columns[name] == NONE) | ~runs] = -1
    sums = said.certificate.plan.sums[:count].astype(np.int64)
    return _Plan(np.flatnonzero(runs), sums=sums, **columns)


def _plan(facts: Facts, said: _Said) -> Iterator[Falsehood]:
    plan = _read_plan(facts, said)
    used = plan.used
    transport = said.certificate.plan.sums[: len(plan.site), leaves.TRANSPORT]
    yield from _first(Lie.TRANSPORT, transport != legs_cost(facts, plan.site).astype(np.uint64))
    job = facts.operation_job[used]
    origin = facts.job_origin[job]
    leg = np.where(origin >= 0, facts.leg_time[np.maximum(origin, 0), plan.site[used]], 0)
    first = np.diff(facts.first_arc)[used] == 0
    early = np.flatnonzero(first & (plan.start[used] < facts.job_release[job] + leg))
    if len(early):
        yield Falsehood(Lie.RELEASE, int(used[early[0]]))
    later, earlier = arcs_of(facts)
    both = (plan.site[later] >= 0) & (plan.site[earlier] >= 0)
    later, earlier = later[both], earlier[both]
    arrives = plan.end[earlier] + facts.leg_time[plan.site[earlier], plan.site[later]]
    broken = plan.start[later] < arrives
    if broken.any():
        yield Falsehood(Lie.PRECEDENCE, int(later[broken.argmax()]), int(earlier[broken.argmax()]))
    arrival = arrivals_of(facts, used, plan.site[used], plan.end[used]).astype(np.uint64)
    late = arrival > np.uint64(said.claim.makespan)
    if late.any():
        yield Falsehood(Lie.LATE, int(used[late.argmax()]))
    yield from _calendar(facts, plan)
    yield from _machines(facts, plan)
    yield from _workpieces(facts, plan)
    yield from _jobs(facts, plan)
    yield from _uses(facts, plan, said)


def _ranks(*times: Column) -> tuple[list[Column], int]:
    """Times as ranks, and a number larger than all of them: for comparing pairs (group, time) as one integer."""
    _, ranks = np.unique(np.concatenate(times), return_inverse=True)
    parts = np.split(ranks.astype(np.int64), np.cumsum([len(part) for part in times])[:-1])
    return parts, int(ranks.max(initial=0)) + 1


def _calendar(facts: Facts, plan: _Plan) -> Iterator[Falsehood]:
    used = plan.used[facts.machine_always[plan.machine[plan.used]] == 0]
    if not len(used):
        return
    machine, start, end = plan.machine[used], plan.start[used], plan.end[used]
    (opens, begins), wide = _ranks(facts.window_start, start)
    begun = np.searchsorted(facts.window_machine * wide + opens, machine * wide + begins, side="right")
    begun -= facts.first_window[machine]
    closes = np.full(len(used), -1)
    some = begun > 0
    closes[some] = facts.window_end[facts.first_window[machine[some]] + begun[some] - 1]
    outside = end > closes
    if outside.any():
        worst = int(outside.argmax())
        yield Falsehood(Lie.CALENDAR, int(used[worst]), int(begun[worst]))


def _machines(facts: Facts, plan: _Plan) -> Iterator[Falsehood]:
    used = plan.used[facts.machine_capacity[plan.machine[plan.used]] >= 0]
    held = _too_many(used, plan.machine[used], plan, facts.machine_capacity)
    held = held or _inside(used[facts.machine_capacity[plan.machine[used]] == 1], plan)
    if held:
        yield Falsehood(Lie.CAPACITY, int(plan.machine[held[0]]), held=held)


def _workpieces(facts: Facts, plan: _Plan) -> Iterator[Falsehood]:
    job = facts.operation_job[plan.used]
    used = plan.used[facts.job_single[job] == 1]
    held = _too_many(used, facts.operation_job[used], plan, facts.job_single)
    if held:
        yield Falsehood(Lie.WORKPIECE, held[0], held[1])


def _too_many(used: Column, group: Column, plan: _Plan, capacity: Column) -> tuple[int, ...]:
    """Operations of one group that run at one moment, one more than its capacity; none if that never happens."""
    lasting = plan.end[used] > plan.start[used]
    used, group = used[lasting], group[lasting]
    (starts, ends), wide = _ranks(plan.start[used], plan.end[used])
    begun, ended, now = np.sort(group * wide + starts), np.sort(group * wide + ends), group * wide + starts
    running = np.searchsorted(begun, now, side="right") - np.searchsorted(begun, group * wide)
    running -= np.searchsorted(ended, now, side="right") - np.searchsorted(ended, group * wide)
    over = running > capacity[group]
    if not over.any():
        return ()
    worst = int(over.argmax())
    together = (group == group[worst]) & (starts <= starts[worst]) & (ends > starts[worst])
    return tuple(used[np.flatnonzero(together)[: int(capacity[group[worst]]) + 1]].tolist())


def _inside(used: Column, plan: _Plan) -> tuple[int, ...]:
    """An operation without duration, and one it happens inside of on its machine."""
    lasting = plan.end[used] > plan.start[used]
    long, short = used[lasting], used[~lasting]
    (starts, ends, moments), wide = _ranks(plan.start[long], plan.end[long], plan.start[short])
    machine, now = plan.machine[long] * wide, plan.machine[short] * wide
    # Ended operations have begun, so the difference counts those around the moment.
    around = np.searchsorted(np.sort(machine + starts), now + moments) - np.searchsorted(np.sort(machine), now)
    around -= np.searchsorted(np.sort(machine + ends), now + moments, side="right")
    around += np.searchsorted(np.sort(machine), now)
    if not (around > 0).any():
        return ()
    worst = int((around > 0).argmax())
    holds = (machine == now[worst]) & (starts < moments[worst]) & (ends > moments[worst])
    return tuple(sorted((int(short[worst]), int(long[holds.argmax()]))))


def _jobs(facts: Facts, plan: _Plan) -> Iterator[Falsehood]:
    begins = facts.first_job_operation[:-1]
    cost = np.add.reduceat(plan.sums[:, leaves.WORK] + plan.sums[:, leaves.TRANSPORT], begins)
    yield from _first(Lie.JOB_BUDGET, (facts.job_budget >= 0) & (cost > facts.job_budget))
    reached = np.add.reduceat(np.maximum(plan.quality, 0), begins)
    running = np.add.reduceat(plan.machine >= 0, begins, dtype=np.int64)
    asked = facts.job_min_quality
    yield from _first(Lie.QUALITY, (asked >= 0) & (reached < asked * running))


def _uses(facts: Facts, plan: _Plan, said: _Said) -> Iterator[Falsehood]:
    count, used = said.claim.use_count, plan.used
    records = said.certificate.uses.records()[:count]
    machine, operation = (records[name].astype(np.int64) for name in ("machine", "operation"))
    before, duration = (records[name].astype(np.uint64) for name in ("before", "duration"))
    place, limited = plan.place[used], facts.machine_budget[plan.machine[used]] >= 0
    wrong = np.where(place < 0, limited, place >= count)
    told = np.flatnonzero((place >= 0) & (place < count))
    at, where = used[told], place[told]
    wrong[told] = (machine[where] != plan.machine[at]) | (operation[where] != at)
    wrong[told] |= duration[where] != (plan.end[at] - plan.start[at]).astype(np.uint64)
    if wrong.any():
        yield Falsehood(Lie.PLACE, int(used[wrong.argmax()]))
    if not count:
        return
    same, goes_on = machine[1:] == machine[:-1], before[1:] == before[:-1] + duration[:-1]
    running = np.append(before[:1] != 0, np.where(same, ~goes_on, (machine[1:] < machine[:-1]) | (before[1:] != 0)))
    yield from _first(Lie.RUNNING, running)
    known = machine < len(facts.machine_budget)
    budget = np.where(known, facts.machine_budget[np.where(known, machine, 0)], -1)
    most = np.maximum(budget, 0).astype(np.uint64)
    given = before + duration
    yield from _first(Lie.BUDGET, (budget >= 0) & ((before > most) | (duration > most) | (given > most)))


# --- the bound --------------------------------------------------------------------------------------------------


def _dual(facts: Facts, said: _Said) -> Iterator[Falsehood]:
    certificate = said.certificate
    told = certificate.jobs.sums[: len(said.covered)]
    yield from _first(Lie.TARGET, said.covered & (told[:, leaves.BASELINE :] != _asked(said)).any(axis=1))
    prices, scale = certificate.price_column, certificate.claim.scale
    if prices is not None:
        prices = prices[: len(facts.machine_site)]
        wrong = _wrong_prices(facts, prices, certificate.prices.sums[: len(prices), 0])
        if wrong.any():
            yield Falsehood(Lie.PRICE, int(wrong.argmax()))
            return
    high = told[:, leaves.BOUND] > job_bounds(facts, prices, scale).astype(np.uint64)
    for job in np.flatnonzero(high).tolist():
        path = cheapest_path(facts, job, prices, scale)
        yield Falsehood(Lie.CHEAPER, job, path.plan, path.picks)
        return


def _asked(said: _Said) -> sumtree.Sums:
    """Baseline and target of each job as its round has them, zeros outside one."""
    if said.targets is None:
        return np.zeros((len(said.covered), 2), dtype=np.uint64)
    return np.stack([said.targets.baseline, said.targets.target], axis=1)


def _wrong_prices(facts: Facts, prices: Column, products: sumtree.Sums) -> Mask:
    limited = facts.machine_budget >= 0
    exact = [max(price, 0) * max(budget, 0) for price, budget in zip(prices.tolist(), facts.machine_budget.tolist(),
                                                                  strict=True)]  # fmt: skip
    wrong = np.array([said != true for said, true in zip(products.tolist(), exact, strict=True)], dtype=bool)
    return wrong | (prices < 0) | (~limited & (prices > 0))
