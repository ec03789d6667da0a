"""Ramakurthi 2022 reproduced: matching on a chain, races at equal evaluations, verdicts that follow the figures."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from hanse.app.reproduce.ramakurthi import as_json, reproduce, sheet, write
from hanse.app.reproduce.ramakurthi import run as order_of_work
from hanse.app.reproduce.ramakurthi.document import Findings, _test
from hanse.app.reproduce.ramakurthi.instances import scenario, with_energy
from hanse.app.reproduce.ramakurthi.published import published
from hanse.app.reproduce.ramakurthi.runs import DEFAULT, HYBRID, METHODS, search
from hanse.app.reproduce.ramakurthi.study import above
from hanse.app.reproduce.ramakurthi.verdict import Comparison, compare, holm, verdicts
from hanse.app.reproduce.sheet import markdown, page
from hanse.app.story import Story
from tests.instances.test_instances import FJS


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    folder = tmp_path_factory.mktemp("public")
    (folder / "tiny.fjs").write_bytes(FJS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_of_work, "QUICK_ROWS", 2)
        return reproduce(Story(Console(quiet=True)), quick=True, evaluations=400, instances=folder)


def test_the_contract_gives_the_ten_published_answers(found: Findings) -> None:
    assert len(found.matches) == 10
    assert all(match.answer == match.published for match in found.matches)
    assert {m.enterprise for m in found.matches if m.answer == "ACCEPT"} == {"E2", "E7"}


def test_every_method_has_every_seed_and_a_front(found: Findings) -> None:
    assert [race.group for race in found.races] == ["practical"] * 2 + ["experimental"] * 2 + ["public"]
    for race in found.races:
        assert [(r.method, r.seed) for r in race.runs] == [(m, s) for m in METHODS for s in range(2)]
        assert all(run.quality.found >= 1 and run.quality.hypervolume >= 0 for run in race.runs)
        assert all(run.quality.hypervolume <= race.whole + 1e-9 for run in race.runs)


def test_no_heuristic_is_below_a_proved_optimum(found: Findings) -> None:
    for proof in found.proofs:
        assert proof.complete
        assert proof.hybrid[0] >= proof.best[0]
        assert proof.hybrid[1] >= proof.best[1]
        assert proof.ratio <= 1 + 1e-9


def test_the_same_seed_finds_the_same_front_and_another_seed_another() -> None:
    problem = scenario(6, 6, 1)
    first, again, other = (search(problem, HYBRID, ("makespan", "energy"), seed, 500).vectors for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_instance_is_what_its_rule_says() -> None:
    problem, again = scenario(6, 12, 3), scenario(6, 12, 3)
    assert problem == again
    assert problem != scenario(6, 12, 4)
    ratings = published().ratings
    for job in problem.jobs:
        assert len(job.plans) == 3
        for operation in (o for plan in job.plans for o in plan.operations):
            for mode in operation.modes:
                assert mode.energy == ratings[int(mode.machine[1:]) - 1] * mode.duration
                assert 6 <= mode.duration <= 25


def test_energy_is_added_by_the_same_rule_to_a_problem_without() -> None:
    from hanse.instances.fjs import read_problem

    problem = with_energy(read_problem(FJS))
    ratings = published().ratings
    names = list(problem.machines)
    modes = [m for job in problem.jobs for plan in job.plans for o in plan.operations for m in o.modes]
    assert modes
    assert all(mode.energy == ratings[names.index(mode.machine)] * mode.duration for mode in modes)


def test_what_was_printed() -> None:
    given = published()
    assert (given.exact_beaten, len(given.practical), len(given.experimental)) == ((10, 10), 10, 35)
    assert dict(given.wins) == {"omega": (7, 9, 10), "kappa": (3, 8), "epsilon": (7,)}
    assert (given.ratings[0], given.practical[1].rival_energy) == (22, 6090)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]


def test_verdicts_turn_with_the_figures(found: Findings) -> None:
    def judged(findings: Findings) -> dict[str, str]:
        given = verdicts(findings.given, findings.matches, findings.races, findings.proofs)
        return {v.claim.split()[0] + " " + v.claim.split()[-1]: v.verdict for v in given}

    def swapped(name: str) -> str:
        return {DEFAULT: HYBRID, HYBRID: DEFAULT}.get(name, name)

    races = tuple(
        replace(race, runs=tuple(replace(run, method=swapped(run.method)) for run in race.runs)) for race in found.races
    )
    usual, turned = judged(found), judged(replace(found, races=races))
    volume = next(claim for claim in usual if claim.endswith("NSGA-III's."))
    assert turned[volume] == "not confirmed"
    lied = replace(found, matches=(replace(found.matches[0], answer="REJECT"), *found.matches[1:]))
    assert judged(lied) != usual
    below = replace(found.proofs[0], hybrid=(found.proofs[0].best[0] - 1, found.proofs[0].best[1]))
    assert "an error of ours" in judged(replace(found, proofs=(below,))).values()
    gains = {(t.group, t.other): t.gain for t in compare(races)}
    assert gains[("practical", DEFAULT)] < 0


def test_documents_are_whole_and_ask_nothing_of_any_network(found: Findings, tmp_path: Path) -> None:
    files = write(found, tmp_path)
    text = files.page.read_text()
    assert not re.findall(r"(?:src|href)=", text)
    for figure in sheet(found).figures:
        ElementTree.fromstring(figure.svg)
    assert markdown(sheet(found)).count("\n## ") >= 6
    assert page(sheet(found)) == text
    told = as_json(found)
    assert len(told["races"]) == len(found.races)
    assert "front" not in told["races"][0]["runs"][0]


def test_who_has_no_hypervolume_is_beaten_from_nothing_and_json_says_null() -> None:
    assert above(1.1, 1.0) == pytest.approx(10)
    assert (above(0.5, 0.0), above(0.0, 0.0), above(0.0, 1.0)) == (inf, 0.0, -100.0)
    told = _test(Comparison("public", DEFAULT, 1, inf, 0.0, inf, 1, 1, 0.5))
    assert (told["gain"], told["least"], told["most"]) == (None, 0.0, None)
