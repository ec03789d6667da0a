"""What the paper claims of many solvers, what rounds between processes show, and a plain verdict, filled from the
figures at hand: other figures make another verdict."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hanse.app.reproduce.rounds.arrivals import Arrivals
from hanse.app.reproduce.rounds.contest import MIXED, REGIONS, RIVALS, STRONG, WEAK, Comparison, Contest
from hanse.app.reproduce.verdict import Verdict

NOISE = 0.001
"""Costs that differ by less (a share) are called the same: searches stopped by the clock differ by as much."""


def verdicts(compared: Sequence[Comparison], news: Sequence[Arrivals]) -> tuple[Verdict, ...]:
    """One verdict per claim that something was measured for. compared, news: at least one each, with a contest or a
    course."""
    found = (
        _splitting(compared),
        _weak(compared),
        _more(compared),
        _rivals(compared),
        _mixed(compared),
        _certified(compared),
        _overhead(compared),
        _news(news),
        _known(news),
    )
    return tuple(verdict for verdict in found if verdict is not None)


def excesses(compared: Sequence[Comparison], kind: str, method: str = STRONG) -> list[float]:
    """By how much (a share) contests of a kind with two solvers or more cost more than the central plan."""
    found = []
    for one in compared:
        for contest in one.contests:
            base = one.rival(contest).cost
            if (
                (contest.kind, contest.method) == (kind, method)
                and contest.solvers > 1
                and contest.cost is not None
                and base
            ):
                found.append(contest.cost / base - 1)
    return found


def _splitting(compared: Sequence[Comparison]) -> Verdict | None:
    rises = excesses(compared, REGIONS)
    if not rises:
        return None
    return Verdict(
        "Splitting the map among solvers makes plans better.",
        _better(rises),
        f"Rounds in which every solver plans a region cost {span(rises)} more than the central plan with as many cores "
        f"and seconds, in {len(rises)} rounds. All may use everyone's machines here, but each part only its share of "
        f"their hours. {_short(compared)}",
    )


def _short(compared: Sequence[Comparison]) -> str:
    """In how many rounds parts did not make a whole."""
    split = [one for each in compared for one in each.contests if one.kind == REGIONS and one.method == STRONG]
    short = sum(sum(entry.status == "accepted" for entry in one.entries) < one.solvers for one in split)
    if not short:
        return "Everybody's part was accepted, in every round."
    return (
        f"In {short} of them parts overbooked somebody together or made no claim, and the coordinator planned the rest."
    )


def _weak(compared: Sequence[Comparison]) -> Verdict | None:
    rises = excesses(compared, REGIONS, WEAK)
    if not rises:
        return None
    alone = [(one, plan.cost) for one in compared for plan in one.central if plan.method == WEAK and plan.cost]
    gaps = [1 - one.best_bound / cost for one, cost in alone]
    return Verdict(
        "The same, with solvers far from the optimum, as the paper's are.",
        _better(rises),
        f"A central CP-SAT is up to {span([max(gaps)])} from the best possible after these seconds. Rounds of CP-SAT "
        f"solvers with a region each cost {span(rises)} more than it (a minus says less), in {len(rises)} rounds: "
        + (
            "smaller problems help this method, as they help the paper's genetic algorithm."
            if max(rises) < -NOISE
            else "in sum this method does not gain by smaller problems, as the paper's genetic algorithm does."
        ),
    )


def _more(compared: Sequence[Comparison]) -> Verdict | None:
    chains = [
        [
            one.cost
            for one in each.contests
            if one.cost and one.method == STRONG and (one.kind == REGIONS or one.solvers == 1)
        ]
        for each in compared
    ]
    steps = [(a, b) for chain in chains for a, b in pairwise(chain)]
    if not steps:
        return None
    cheaper = sum(b < a * (1 - NOISE) for a, b in steps)
    dearer = sum(b > a * (1 + NOISE) for a, b in steps)
    return Verdict(
        "The more solvers, the better the plan.",
        "true" if cheaper == len(steps) else "false" if not cheaper else "mixed",
        f"One solver (or region) more made the plan cheaper in {cheaper} of {len(steps)} steps, dearer in {dearer}.",
    )


def _rivals(compared: Sequence[Comparison]) -> Verdict | None:
    rises = excesses(compared, RIVALS)
    if not rises:
        return None
    return Verdict(
        "Solvers who all plan everything, and compete, find better plans than one (our question).",
        _better(rises),
        "Two solvers with different seeds and no word between them cost "
        f"{span(rises, 2)} more than the central plan with two threads.",
    )


def _mixed(compared: Sequence[Comparison]) -> Verdict | None:
    rounds = [contest for one in compared for contest in one.contests if contest.kind == MIXED]
    if not rounds:
        return None
    winners = [entry for contest in rounds for entry in contest.entries if entry.status == "accepted"]
    whole = sum(entry.solver.startswith("all") for entry in winners)
    silent = sum(entry.status == "no claim" for contest in rounds for entry in contest.entries)
    return Verdict(
        "The award takes the best claims, whatever method and part they are of (our question).",
        "whole plans win, always" if winners and whole == len(winners)
        else "parts win as well" if winners
        else "nobody won",
        f"In {len(rounds)} rounds of rivals of all kinds {whole} of {len(winners)} accepted claims cover all demands. "
        "Claims are taken by improvement, the largest first, and a whole plan that improves at all well improves more "
        f"than any part. Solvers without a claim, having found nothing better than the baseline: {silent}.",
    )  # fmt: skip


def _certified(compared: Sequence[Comparison]) -> Verdict | None:
    whole, parts = list[float](), list[float]()
    for one in compared:
        for contest in one.contests:
            if contest.cost is not None and contest.bound is not None and contest.method == STRONG:
                accepted = sum(entry.status == "accepted" for entry in contest.entries)
                (whole if accepted == 1 else parts).append(1 - contest.bound / contest.cost)
    if not whole and not parts:
        return None
    closer = bool(whole and parts) and max(whole) < min(parts)
    return Verdict(
        "A round proves how good its plan is (the framework's promise).",
        "true, and more sharply of whole plans than of parts" if closer else "true",
        "; ".join(
            f"{who} certified within {span(gaps, 2)} of the best possible"
            for who, gaps in (("Claims of all demands are", whole), ("parts together", parts))
            if gaps
        )
        + ". A part's bound cannot know what the others ask of the hours.",
    )


def _overhead(compared: Sequence[Comparison]) -> Verdict:
    contests = [contest for one in compared for contest in one.contests]
    settling = [contest.settling for contest in contests]
    share = [contest.settling / (contest.planning + contest.settling) for contest in contests]
    return Verdict(
        "Doing without a middleman costs little time (our question).",
        "true of the work" if max(share) < 0.5 else "not seen in these runs",
        f"Opening claims, checking all of them from scratch, award and end take {min(settling):.1f} to "
        f"{max(settling):.1f} s, {span(share)} of the round. Real rounds wait for their windows besides.",
    )


def _news(news: Sequence[Arrivals]) -> Verdict:
    rounds = [course for one in news for course in one.courses if course.planner.startswith("rounds")]
    planned = [course for course in rounds if course.cost is not None]
    waits = [course.waited for course in planned]
    when = f", everything planned {min(waits):.1f} to {max(waits):.1f} s after the news" if waits else ""
    return Verdict(
        "Demands may arrive and change while solvers work.",
        "true: successive rounds take them in" if rounds and len(planned) == len(rounds)
        else "true of some courses only" if planned
        else "false in these runs",
        f"In {len(planned)} of {len(rounds)} courses of two rounds every demand, new and changed ones too, is in one "
        f"plan that the judge accepts{when}. A round's question is frozen: news wait for the next round.",
    )  # fmt: skip


def _known(news: Sequence[Arrivals]) -> Verdict | None:
    rounds, alone = _prices(news, "rounds"), _prices(news, "central")
    if not rounds:
        return None
    free, kept = _prices(news, "rounds", 0), _prices(news, "rounds", 50)
    wiser = bool(free and kept) and max(kept) < min(free) - NOISE
    return Verdict(
        "And nothing is lost by it.",
        "true in these runs" if max(rounds) <= NOISE
        else "false: not knowing has a price" + (", less if hours are kept back" if wiser else ""),
        f"Two rounds cost {span(rounds)} more than a central plan that knew everything; a central solver told in two "
        f"steps costs {span(alone)} more: that much is the price of not knowing, the rest that of parts. With all "
        f"hours open to the first round {span(free)}, with half of them kept back {span(kept)}.",
    )  # fmt: skip


def _prices(news: Sequence[Arrivals], planner: str, kept_back: int | None = None) -> list[float]:
    """Of courses whose planner begins so: by how much they cost more than knowing all (shares)."""
    return [
        course.cost / one.clairvoyant.cost - 1
        for one in news
        for course in one.courses
        if course.cost is not None
        and one.clairvoyant.cost
        and course.planner.startswith(planner)
        and kept_back in (None, course.kept_back)
    ]


def _better(rises: Sequence[float]) -> str:
    if max(rises) < -NOISE:
        return "true"
    if min(rises) > NOISE:
        return "false"
    return "no difference worth naming" if max(map(abs, rises)) <= NOISE else "mixed"


def span(shares: Sequence[float], digits: int = 1) -> str:
    """`0.3 to 4.1 %`, one figure if both ends round to it, `nothing measured` without any."""
    if not shares:
        return "(nothing measured)"
    low, high = f"{100 * min(shares):.{digits}f}", f"{100 * max(shares):.{digits}f}"
    return f"{low} %" if low == high else f"{low} to {high} %"


def won(contest: Contest) -> str:
    """Who was accepted."""
    winners = [entry.solver for entry in contest.entries if entry.status == "accepted"]
    return "; ".join(winners) or "nobody"
