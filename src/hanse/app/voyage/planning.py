"""One question of a voyage: the frozen problem, a plan for it, the judge's word, and the block."""

from __future__ import annotations

from hanse.app import documents, journal
from hanse.app.cases.case import CasePart
from hanse.app.phrases import distance, many
from hanse.app.record import Block, Match, Order, Outcome, Part
from hanse.app.story import SolveProgress
from hanse.app.voyage.aboard import Aboard
from hanse.errors import EvidenceError, HanseError
from hanse.instances import hanse_json
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.market.matching import restrict
from hanse.model.check import check, outcomes
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.units import money_text, time_text


def plan_part(aboard: Aboard, i: int, part: CasePart, orders: tuple[Order, ...], matches: tuple[Match, ...]) -> Part:
    """One question: the frozen problem, a plan for it, the judge's word, and the block."""
    numbers = {order.job: order.number for order in orders if order.job in {j.id for j in part.problem.jobs}}
    jobs = {number: job for job, number in numbers.items()}
    candidates: dict[str, list[str]] = {job: [] for job in numbers}
    for match in matches:
        if match.order in jobs and match.answer != "REJECT":
            candidates[jobs[match.order]].append(match.member)
    problem = restrict(part.problem, candidates, numbers)
    chosen = aboard.journal.plan_of(i)
    if chosen is None or aboard.ledger.outbox.entry(f"block/{i}") is None:
        chosen = _choose(aboard, i, part, problem, numbers, candidates, chosen)
    plan = hanse_json.read_plan(aboard.ledger.content.get(chosen.plan))
    with aboard.story.stage("check the plan") as chapter:
        verdict = check(problem, plan)
        if not verdict.valid:
            raise EvidenceError(
                f"the recorded plan does not hold: {verdict.violations[0]}",
                where=f"{aboard.settings.data}, part {i}",
                hint="hanse audit tells what else differs",
            )
        results = tuple(
            Outcome(numbers[o.job], o.job, o.cost, o.completion, o.quality, o.within_limits, o.energy)
            for o in outcomes(problem, plan.assignments)
        )
        kept = sum(outcome.ok for outcome in results)
        chapter.done(f"checked by the independent judge: {kept} of {len(results)} orders within all limits")
    return Part(problem, plan, results, _append(aboard, i, plan, chosen, tuple(numbers.values())))


def _choose(
    aboard: Aboard,
    i: int,
    part: CasePart,
    problem: Problem,
    numbers: dict[str, int],
    candidates: dict[str, list[str]],
    before: journal.Chosen | None,
) -> journal.Chosen:
    """Plan, and write the plan down before anything is sent. A plan written down earlier is kept; only the block it
    follows is looked up anew, as nothing was sent for it."""
    previous = aboard.league.head() if aboard.league.block_count() else NOTHING
    if before is None:
        competed = _compete(aboard, i, problem, part) if aboard.settings.solvers and part.objective == "cost" else None
        with aboard.story.stage(f"plan {many(len(problem.jobs), 'order')}") as chapter:
            plan = competed or _solve(aboard, problem, part)
            cost = money_text(plan.measures.cost, problem.units)
            until = time_text(plan.measures.makespan, problem.units)
            operations = many(len(plan.assignments), "operation")
            chapter.done(f"planned {operations}: cost {cost}, done by {until}, {distance(plan)}")
        put = aboard.ledger.content.put
        files = put(hanse_json.write_problem(problem)), put(hanse_json.write_plan(plan))
        evidence = put(documents.evidence(problem=files[0], plan=files[1], orders=numbers, candidates=candidates))
        before = journal.Chosen(*files, evidence, previous)
    chosen = journal.Chosen(before.problem, before.plan, before.evidence, previous)
    aboard.write_down(aboard.journal.with_chosen(i, chosen))
    return chosen


def _compete(aboard: Aboard, i: int, problem: Problem, part: CasePart) -> Plan | None:
    """What solvers make of it in a round; None if that is no whole plan."""
    from hanse.app.competing import compete
    from hanse.app.rounds.board import Leaderboard

    count, home = aboard.settings.solvers, aboard.settings.data / "solvers" / str(i)
    seconds = aboard.settings.time_limit or part.time_limit
    with aboard.story.stage(f"{many(count, 'solver')} compete") as chapter:
        shown = Leaderboard(aboard.story.console)
        try:
            plan = compete(aboard.ledger, problem, home, count, aboard.settings.seed, seconds, shown.see)
        finally:
            chapter.done(shown.close())
    return plan


def _solve(aboard: Aboard, problem: Problem, part: CasePart) -> Plan:
    seconds = aboard.settings.time_limit or part.time_limit
    with SolveProgress(aboard.story.console, seconds) as progress:
        result = solve(
            problem,
            objective=part.objective,
            time_limit=seconds,
            threads=aboard.settings.threads,
            seed=aboard.settings.seed,
            progress=progress,
        )
    if result.plan is None:
        raise HanseError(f"no plan found in {seconds:g} s", where=problem.name, hint="give it more with --time-limit")
    return result.plan


def _append(aboard: Aboard, i: int, plan: Plan, chosen: journal.Chosen, orders: tuple[int, ...]) -> Block:
    with aboard.story.stage("record the block") as chapter:
        solver = aboard.league.address("solver")
        accepted = AcceptedPlan.of(plan, previous=chosen.previous, evidence=chosen.evidence, solver=solver)
        sent = aboard.league.append_block(accepted, orders, key=f"block/{i}")
        number, name = int(sent.value("number")), _hash(sent.value("hash"))
        chapter.done(f"recorded block {number} for {many(len(orders), 'order')}")
        return Block(number, name, chosen.previous, chosen.evidence, solver, orders, sent.hash, sent.gas)


def _hash(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
