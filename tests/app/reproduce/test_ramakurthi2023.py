"""Ramakurthi 2023 reproduced: its verified facts, sharing that hurts nobody, verdicts that follow the figures."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from hanse.app.reproduce.ramakurthi2023 import as_json, exact, reproduce, sheet, small, write
from hanse.app.reproduce.ramakurthi2023 import run as order_of_work
from hanse.app.reproduce.ramakurthi2023.constructed import constructed
from hanse.app.reproduce.ramakurthi2023.document import Findings
from hanse.app.reproduce.ramakurthi2023.exact import Reference, unavoidable
from hanse.app.reproduce.ramakurthi2023.league import Order, alone, draw, judged, league, local
from hanse.app.reproduce.ramakurthi2023.study import Shop
from hanse.app.reproduce.ramakurthi2023.verdict import chosen, verdicts
from hanse.app.reproduce.sheet import markdown, show
from hanse.app.story import Story
from hanse.errors import HanseError, InputError
from hanse.planning.jobshop.jackson import Tie
from hanse.planning.solve import solve

SHOPS = ("E1", "E2", "E3", "E4", "E5")


@pytest.fixture(scope="module")
def found() -> Findings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_of_work, "QUICK_LEAGUES", 4)
        patch.setattr(order_of_work, "QUICK_INSTANCES", 1)
        return reproduce(Story(Console(quiet=True)), quick=True)


def test_jacksons_makespans_are_those_of_the_table_and_none_is_as_printed(found: Findings) -> None:
    ours = [{schedule.makespan for schedule in shop.schedules.values()} for shop in found.shops]
    assert ours == [{40}, {80}, {93}, {92}, {115}]
    assert [found.given.makespans[name] for name in SHOPS] == [36, 82, 132, 116, 155]


@pytest.mark.parametrize(
    ("tie", "late"),
    [
        ("second", [{1: 11, 2: 13, 3: 28, 5: 20}, {}, {2: 64, 5: 37}, {2: 36, 4: 9}, {}]),
        ("first", [{1: 11, 2: 17, 3: 13, 5: 24}, {}, {2: 64, 5: 37}, {2: 36, 4: 9}, {}]),
    ],
)
def test_the_late_jobs_of_the_shops_are_the_verified_ones(
    found: Findings, tie: Tie, late: list[dict[int, int]]
) -> None:
    assert [shop.late[tie] for shop in found.shops] == late


def test_references_of_single_shops_are_the_verified_ones_and_proved(found: Findings) -> None:
    def told(best: Reference) -> tuple[int, int, int]:
        assert best.proved
        return best.late, best.tardiness, best.makespan

    on_time = [(2, 14, 48), (0, 0, 80), (1, 30, 99), (1, 2, 102), (0, 0, 115)]
    short = [(3, 30, 40), (0, 0, 80), (2, 28, 93), (1, 4, 92), (0, 0, 115)]
    assert [told(shop.punctual) for shop in found.shops] == on_time
    assert [told(shop.best) for shop in found.shops] == short


def test_planned_together_two_jobs_are_late_by_18_and_77_is_the_least_makespan(found: Findings) -> None:
    pooled, least = found.league.pooled, found.league.pooled_makespan
    assert (pooled.late, pooled.tardiness, pooled.settled) == (2, 18, True)
    assert pooled.bound == 77 <= pooled.makespan
    assert (least.makespan, least.bound) == (77, 77)
    assert unavoidable(found.league.problem) == {"E3-J5": 16, "E4-J2": 2}


def test_one_second_operation_and_no_whole_job_is_rescued_and_the_near_miss_misses_by_one(found: Findings) -> None:
    assert chosen(found.league, "job", True).best.taken == ()
    rescue = chosen(found.league, "operation", True)
    assert [str(t) for t in rescue.rule.taken] == [str(t) for t in rescue.best.taken] == ["E4-J4 Q: E1 Q 40-49"]
    assert [str(t) for t in found.league.near] == ["E4-J4 P: E1 P 28-44", "E4-J4 Q: E1 Q 44-53"]
    assert found.league.near[-1].due == 52


def test_the_papers_shops_offer_nothing_between_operations(found: Findings) -> None:
    assert [shop.interior for shop in found.shops] == [0] * 5
    assert len(found.league.offered) == 10
    assert all(window.tail for window in found.league.offered)


def test_the_worked_example_takes_the_guest_that_fits_and_not_the_other() -> None:
    offered, asked = constructed()
    assert offered == ("H Q [0, 5)", "H Q [8, 11)", "H Q [13, …)")
    assert [(a.start, a.accepted) for a in asked] == [(8, True), (13, False)]


def test_sharing_never_moves_a_job_that_was_on_time_and_best_is_never_worse_than_the_rule(found: Findings) -> None:
    late = {f"{shop.name}-J{job}" for shop in found.shops for job in shop.late["second"]}
    for each in found.league.shared:
        assert {t.job for t in (*each.rule.taken, *each.best.taken)} <= late
        assert each.bound == each.best.tardiness <= each.rule.tardiness <= each.tardiness
    for other in found.drawn:
        for rule, best in other.after.values():
            assert best[1] <= rule[1] <= other.tardiness


def test_a_takeover_that_pushes_into_a_hosts_job_is_found_out(found: Findings) -> None:
    rows = chosen(found.league, "operation", True).rule.assignments
    assert judged(found.league.problem, rows).makespan == 115
    early = tuple(at._replace(start=39, end=48) if (at.job, at.operation) == ("E4-J4", "Q") else at for at in rows)
    with pytest.raises(HanseError, match="the plan is wrong"):
        judged(found.league.problem, early)


def test_a_set_of_late_jobs_is_not_settled_without_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = alone("E1", (Order((("P", 2), ("Q", 4)), 3), Order((("P", 5), ("Q", 6)), 11)))
    assert exact.punctual(shop, 5.0).settled
    monkeypatch.setattr(exact, "solve", lambda *a, **k: replace(solve(*a, **k), lower_bound=0))
    assert not exact.punctual(shop, 5.0).settled
    assert not exact.shortest(shop, 5.0).settled


def test_more_work_than_the_weights_can_order_is_refused() -> None:
    with pytest.raises(InputError, match="too much work"):
        exact.shortest(alone("E1", (Order((("P", 900), ("Q", 900)), 3),)), 1.0)


@pytest.mark.parametrize("seed", range(3))
def test_two_exact_solvers_agree_and_no_rule_is_shorter(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for jobs, machines in ((3, 2), (3, 3)):
        each = small.solved(small.draw(jobs, machines, chance), 0)
        assert each.cpsat == each.scip <= each.rule
        assert each.jackson in (None, each.cpsat)


def test_solvers_that_disagree_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small, "scip", lambda *_: 1)
    with pytest.raises(HanseError, match="SCIP 1"):
        small.solved(small.draw(2, 2, np.random.default_rng(0)), 0)


def test_drawn_leagues_have_the_durations_and_promises_they_say() -> None:
    shops = draw(np.random.default_rng(1), due=1.0)
    for orders in shops.values():
        for order in orders:
            assert all(2 <= time <= 26 for _, time in order.steps)
            assert order.due is not None
            assert order.due >= sum(time for _, time in order.steps)
    problem, rows = league(shops, local(shops))
    assert len(rows) == 2 * len(problem.jobs) == 60


def test_verdicts_change_when_the_figures_do(found: Findings) -> None:
    def told(shops: tuple[Shop, ...] = found.shops, given: Findings = found) -> list[str]:
        judged = verdicts(given.given, shops, given.league, given.drawn, given.small)
        return [verdict.verdict for verdict in judged]

    assert told()[0].startswith("false")
    printed = dict(zip(SHOPS, (40, 80, 93, 92, 115), strict=True))
    assert told(given=replace(found, given=replace(found.given, makespans=printed)))[0] == "true"
    assert told(tuple(replace(shop, interior=1) for shop in found.shops))[1] == "true"
    assert "impossible" in told()[-2]
    lucky = tuple(replace(each, rule=each.cpsat - 1) for each in found.small)
    assert told(given=replace(found, small=lucky))[-2] == "not refuted"


def test_documents_ask_nothing_of_any_network_and_are_well_formed(found: Findings, tmp_path: Path) -> None:
    files = write(found, tmp_path)
    text = files.page.read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)\s*=|url\((?!#idle\))", text.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    for path in files.figures:
        ElementTree.parse(path)
    assert json.loads(files.data.read_text()) == json.loads(json.dumps(as_json(found)))
    for block in markdown(sheet(found)).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, block


def test_pictures_show_every_operation_every_window_and_what_was_taken(found: Findings) -> None:
    before, in_time = (figure.svg for figure in sheet(found).figures[:2])
    assert before.count("<title>E") == 60
    assert before.count("<title>idle:") == 10
    assert "<title>E4-J4 Q, 40-49</title>" in in_time
    assert "<title>E4-J4 was here, 52 to 61</title>" in in_time


def test_the_terminal_shows_tables_and_verdicts(found: Findings, capsys: pytest.CaptureFixture[str]) -> None:
    show(sheet(found), Path("findings.html"), Console(width=200))
    said = capsys.readouterr().out
    assert "open findings.html" in said
    assert "do not follow from the published table" in said
