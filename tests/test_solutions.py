"""Every plan that is kept as better than the best known answers its instance, and is what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import hanse

ROOT = Path(__file__).parents[1]
INSTANCES = Path(os.environ.get("HANSE_INSTANCES", ROOT.parent / "shared" / "benchmarks"))
"""The public instances, which are not packaged."""

SOLUTIONS = sorted((ROOT / "benchmarks" / "solutions").glob("*.json"))


@pytest.mark.parametrize("file", SOLUTIONS, ids=lambda file: file.stem)
def test_a_kept_plan_is_judged_valid(file: Path) -> None:
    family, instance = file.stem.split("-", 1)
    found = sorted((INSTANCES / family).glob(f"{instance}.*"))
    if not found:
        pytest.skip("no public instances here: HANSE_INSTANCES names their folder")
    problem, plan = hanse.read(found[0]), hanse.read_plan(file)

    assert plan.problem == problem.root
    assert hanse.check(problem, plan).violations == ()


def test_every_kept_plan_is_in_the_table() -> None:
    table = (ROOT / "benchmarks" / "solutions" / "README.md").read_text(encoding="utf-8")

    for file in SOLUTIONS:
        family, instance = file.stem.split("-", 1)
        assert f"| {family} | {instance} | {hanse.read_plan(file).measures.makespan}" in table
