"""A study's file: scenarios under variants, each with the same seeds."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from hanse.errors import InputError
from hanse.lab.rules import Rules, spoken
from hanse.lab.study import BASE, Run, Scenario, read_study

TEXT = """
format = "hanse-lab/1"
name = "two things"
runs = 2
first_seed = 5

[scenario.calm]
[scenario.surge]
demand = 2.0

[variant.present]
"settlement.fee" = 0

[variant.strict]
"settlement.cap" = 400000
"""


def written(place: Path, text: str) -> Path:
    file = place / "study.toml"
    file.write_text(text)
    return file


def test_every_scenario_meets_every_variant_with_every_seed_and_the_present_rules_come_first(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, TEXT))
    runs = list(study.runs())
    assert len(runs) == len(study) == len(set(runs)) == 2 * 2 * 2
    assert runs[:2] == [Run("calm", BASE, 5), Run("calm", "strict", 5)]
    assert {run.seed for run in runs} == {5, 6}


def test_variants_change_what_the_league_has_now(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, TEXT))
    assert study.variants[BASE].settlement_fee == 0
    assert study.variants["strict"].settlement_fee == 0
    assert study.variants[BASE].differs(study.variants["strict"]) == {"settlement.cap": (200_000, 400_000)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[scenario.calm]\n[scenario.surge]\ndemand = 2.0", "[scenario]", "needs a scenario"),
        ("demand = 2.0", "demand = 0.0", "demand"),
        ("demand = 2.0", "demands = 2.0", "demands"),
        ("demand = 2.0", 'solvers = ["liar"]', "solvers"),
        ("runs = 2", "runs = 0", "runs"),
        ('"settlement.cap" = 400000', '"settlement.cap" = 200000', "changes nothing"),
        ('"settlement.cap" = 400000', '"settlement.cup" = 200000', "no parameter"),
        ("[variant.strict]", '[variant."../strict"]', "no name"),
        ("hanse-lab/1", "hanse-lab/9", "no study"),
        ("[scenario.calm]", "[scenario.calm", "no study"),
    ],
)
def test_what_is_no_study_is_refused_and_told_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError, match=said) as refusal:
        read_study(written(tmp_path, TEXT.replace(old, new)))
    assert "study.toml" in refusal.value.where
    with pytest.raises(InputError, match="cannot be read"):
        read_study(tmp_path / "missing.toml")


def test_a_study_that_would_never_end_is_refused(tmp_path: Path) -> None:
    many = "\n".join(f'[variant.v{i}]\n"settlement.cap" = {i}' for i in range(20))
    with pytest.raises(InputError, match="more than"):
        read_study(written(tmp_path, TEXT.replace("runs = 2", "runs = 1000") + many))


PAGE = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")


def test_the_study_of_the_manual_is_one(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, PAGE.split("```toml\n")[1].split("```")[0]))
    assert set(study.scenarios) == {"storm", "liars"}
    assert list(study.variants) == [BASE, "stricter"]


def test_the_manual_tells_every_rule_with_its_present_value_and_everything_of_a_scenario() -> None:
    for field in fields(Rules):
        group, _, word = spoken(field.name).partition(".")
        assert f"`{group}.{word}`" in PAGE or f"`.{word}`" in PAGE, field.name
    for name in Scenario.__struct_fields__:
        assert f"`{name}`" in PAGE
