"""What the paper claims, what was measured, and a plain verdict; every sentence is filled from the figures at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hanse.app.reproduce.ramakurthi2023.exact import unavoidable
from hanse.app.reproduce.ramakurthi2023.published import Move, Published
from hanse.app.reproduce.ramakurthi2023.small import Instance
from hanse.app.reproduce.ramakurthi2023.study import Drawn, League, Shared, Shop
from hanse.app.reproduce.verdict import Verdict
from hanse.planning.sharing.rules import Moves


def verdicts(
    given: Published, shops: Sequence[Shop], league: League, leagues: Sequence[Drawn], small: Sequence[Instance]
) -> tuple[Verdict, ...]:
    """One verdict per claim."""
    return (
        _makespans(given, shops),
        _windows(shops, leagues),
        *(_move(move, league) for move in given.moves),
        _rescued(league),
        _undisturbed(league),
        _enough(shops, league),
        _table3(given, small),
        _architectures(),
    )


def chosen(league: League, moves: Moves, in_time: bool) -> Shared:
    """The league shared with tails offered and default ties."""
    return next(
        each
        for each in league.shared
        if each.rules.moves == moves and each.rules.in_time == in_time and each.rules.tails and each.tie == "second"
    )


def _makespans(given: Published, shops: Sequence[Shop]) -> Verdict:
    ours = {shop.name: {schedule.makespan for schedule in shop.schedules.values()} for shop in shops}
    equal = [name for name, printed in given.makespans.items() if printed in ours[name]]
    proved = all(ours[shop.name] == {shop.best.makespan} and shop.best.proved for shop in shops)
    below = [
        f"{given.makespans[shop.name]} at {shop.name} is less than the {max(shop.loads)} units of work of one of its "
        "machines"
        for shop in shops
        if given.makespans[shop.name] < max(shop.loads)
    ]
    return Verdict(
        f"Jackson's rule gives the five shops makespans of {_list(given.makespans.values())}.",
        "true" if len(equal) == len(shops) else "false: the published makespans do not follow from the published table",
        f"Table 2 gives {_list(max(values) for values in ours.values())} under both tie rules"
        + (", which an exact engine proves least" if proved else "")
        + f"; {len(equal)} of {len(shops)} agree. "
        + ("; ".join(below) + "." if below else ""),
    )


def _windows(shops: Sequence[Shop], leagues: Sequence[Drawn]) -> Verdict:
    inside, some = sum(shop.interior for shop in shops), sum(each.interior > 0 for each in leagues)
    return Verdict(
        "Idle times longer than 1 between the operations of a machine are published, and others take them.",
        "true" if inside else "not in the paper's own example",
        f"The machines of Table 2 have {inside or 'no'} idle stretches between operations; what is free is the time "
        f"after the last one. In {some} of {len(leagues)} drawn leagues of the same shape there are some.",
    )


def _move(move: Move, league: League) -> Verdict:
    job = next(job for job in league.problem.jobs if job.id == move.job)
    done = _done(league, move.job)
    readings = [each for each in league.shared if each.rules.in_time]
    went = {str(t) for each in readings for t in (*each.rule.taken, *each.best.taken) if t.job == move.job}
    if job.due is None:
        verdict, why = "no reason to: it has no due date", "Table 2 gives it none"
    elif done <= job.due:
        verdict, why = "no reason to: it is on time at home", f"By Jackson's rule it ends at {done}, due {job.due}"
    elif not went:
        verdict = "not possible"
        why = f"It ends at {done}, due {job.due}, and no window anywhere ends it in time, under any reading"
    else:
        verdict, why = "possible", f"It can take {_list(sorted(went))}"
    twice = "; the paper names two hosts" if len(move.hosts) > 1 else ""
    return Verdict(f"{move.job} is taken over by {' or '.join(move.hosts)}.", verdict, f"{why} ({move.where}{twice}).")


def _rescued(league: League) -> Verdict:
    job, operation, free = (chosen(league, moves, True) for moves in ("job", "operation", "any"))
    saved = free.late - free.best.late
    inside = max(each.late - each.best.late for each in league.shared if not each.rules.tails)
    near = league.near[-1] if league.near else None
    missed = f" The nearest is {near.job}: at {near.machine.split()[0]} by {near.end}, due {near.due}." if near else ""
    hopeless = ", ".join(f"{name} by {late}" for name, late in unavoidable(league.problem).items())
    return Verdict(
        "Late jobs find windows at other enterprises and meet their due dates.",
        "true" if saved == free.late else f"true of {saved} job of {free.late}" if saved else "false",
        f"Whole jobs: {job.late - job.best.late} of {job.late} can be rescued.{missed} Single operations: "
        f"{operation.late - operation.best.late} ({_list(map(str, operation.best.taken)) or 'none'}). Any operations: "
        f"{saved}; no sharing saves more than {free.tardiness - free.bound} units of tardiness. Without the time after "
        f"last operations: {inside}. Unavoidably late even on idle machines: {hopeless}.",
    )


def _undisturbed(league: League) -> Verdict:
    last = {m: max(at.end for at in league.present if at.machine == m) for m in league.problem.machines}
    late = {job.id for job in league.problem.jobs if job.due is not None and _done(league, job.id) > job.due}
    taken = [t for each in league.shared for t in (*each.rule.taken, *each.best.taken)]
    pushed = sorted({t.job for t in taken} - late)
    strict = chosen(league, "operation", True).rule.taken
    longer = [f"{t.machine} works until {t.end}, not {last[t.machine]}" for t in strict if t.end > last[t.machine]]
    kept = "true of the hosts' jobs; their machines end later" if longer else "true"
    return Verdict(
        "Jobs taken over change neither the host's schedule nor its makespan.",
        "false" if pushed else kept,
        f"In {2 * len(league.shared)} plans, {len(pushed)} jobs moved that were not late themselves; a checker judged "
        f"each plan. {_list(longer) or 'No machine ends later'}.",
    )


def _enough(shops: Sequence[Shop], league: League) -> Verdict:
    before, eager = chosen(league, "any", True), chosen(league, "any", False)
    own = [(shop.punctual.late, shop.punctual.tardiness) for shop in shops]
    pooled, proof = league.pooled, "proved" if league.pooled.settled else "not proved"
    return Verdict(
        "(Ours) Taking windows in a plan that stays is nearly as good as planning together.",
        "false" if eager.best.late > pooled.late else "true",
        f"Late jobs and total tardiness: {before.late} and {before.tardiness} before, {before.best.late} and "
        f"{before.best.tardiness} by windows that meet due dates, {eager.rule.late} and {eager.rule.tardiness} if any "
        f"improvement counts, {eager.best.late} and {eager.best.tardiness} by the best choice of those, "
        f"{pooled.late} and {pooled.tardiness} planned together ({proof}; makespan {pooled.makespan}, at least "
        f"{pooled.bound}). If every shop planned for its due dates and shared nothing: {sum(late for late, _ in own)} "
        f"and {sum(tardy for _, tardy in own)}.",
    )


def _table3(given: Published, small: Sequence[Instance]) -> Verdict:
    shorter = sum(row.theirs < row.exact for row in given.table3)
    repeated = sum(a == b for row in given.table3 for a, b in zip(row.figures, row.table8, strict=True))
    beaten = sum(row.rule < row.cpsat for row in small)
    optimal = sum(row.rule == row.cpsat for row in small)
    return Verdict(
        f"The method finds shorter makespans than an exact solver in {shorter} of {len(given.table3)} small instances.",
        "impossible if both solved the same model to the end" if not beaten else "not refuted",
        f"In {len(small)} instances of these sizes CP-SAT and SCIP prove the same makespan; a quick rule is shorter in "
        f"{beaten}, equal in {optimal}. The paper's instances are not published. {repeated} of "
        f"{4 * len(given.table3)} figures are those of Table 8 in Ramakurthi 2022, which is about another algorithm.",
    )


def _architectures() -> Verdict:
    return Verdict(
        "Centralised, peer-to-peer and hybrid operation differ in what they achieve.",
        "not evaluated there",
        "The paper's conclusions name the three, its experiments do not compare them. They differ in messages, fees "
        "and delay, which a plan computed in one place does not have; `hanse simulate` plays them.",
    )


def _done(league: League, job: str) -> int:
    """When a job ends by Jackson's rule."""
    return max(at.end for at in league.present if at.job == job)


def _list(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))
