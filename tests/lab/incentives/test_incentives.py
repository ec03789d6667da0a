"""Lies against honest others: what is known of some of them must come out."""

from __future__ import annotations

import pytest

from hanse.lab.incentives import ROLES, judged, played
from hanse.lab.rules import PRESENT
from hanse.lab.study import World

WORLD = World(members=6, orders=6)


@pytest.fixture(scope="module", params=list(ROLES))
def games(request: pytest.FixtureRequest) -> tuple[str, list[dict[str, int] | None]]:
    """A role, and some seeds of it."""
    return request.param, [played(request.param, WORLD, PRESENT, seed) for seed in range(6)]


def test_every_lie_is_played_with_every_seed_and_the_same_seed_brings_the_same(
    games: tuple[str, list[dict[str, int] | None]],
) -> None:
    role, found = games
    assert any(found)
    assert all(set(game) == set(ROLES[role].lies) for game in found if game is not None)
    assert played(role, WORLD, PRESENT, 0) == found[0]


def test_verdicts_follow_the_interval(games: tuple[str, list[dict[str, int] | None]]) -> None:
    role, found = games
    lies = judged(role, found)
    assert [lie.gain.mean for lie in lies] == sorted((lie.gain.mean for lie in lies), reverse=True)
    for lie in lies:
        assert lie.verdict == {1: "pays", -1: "costs", 0: "not sure"}[lie.gain.sure]
        assert lie.gain.level == pytest.approx(1 - 0.05 / len(ROLES[role].lies))


def test_no_game_no_verdict() -> None:
    assert judged("solver", [None, None]) == ()


def solver_games(**changed: object) -> list[dict[str, int]]:
    rules = PRESENT.changed({name.replace("_", ".", 1): value for name, value in changed.items()})
    return [game for seed in range(8) if (game := played("solver", WORLD, rules, seed)) is not None]


def test_a_solver_that_is_caught_or_silent_loses_its_bond_and_what_the_truth_would_have_earned() -> None:
    for game in solver_games():
        assert game["claim a cost that is not true"] == game["reveal too late"] < 0
        assert game["claim a cost that is not true"] < game["refute its own lie"] < 0
        assert game["copy another's seal"] < 0


def test_a_solver_never_earns_more_in_a_round_by_hiding_a_part_of_its_improvement() -> None:
    for game in solver_games():
        assert game["hide half of the improvement"] <= game["hide a tenth of the improvement"] <= 0


def test_a_higher_bond_makes_a_lie_dearer() -> None:
    cheap, dear = (solver_games(round_bond=bond) for bond in (10_000, 1_000_000))
    for one, other in zip(cheap, dear, strict=True):
        assert other["claim a cost that is not true"] < one["claim a cost that is not true"]


def test_without_a_watcher_a_lie_pays_which_is_why_there_are_watchers() -> None:
    assert all(game["claim it where nobody watches"] > 0 for game in solver_games())


def test_where_lateness_costs_at_once_a_member_gains_less_by_saying_that_it_is_faster() -> None:
    lie = "say it is faster than it is"
    strict = PRESENT.changed({"settlement.grace": 0, "settlement.unit": 3_600, "settlement.per_unit": 200_000})
    strict = strict.changed({"settlement.cap": 1_000_000})
    lenient, severe = (
        [game[lie] for seed in range(6) if (game := played("provider", WORLD, rules, seed)) is not None]
        for rules in (PRESENT, strict)
    )
    assert sum(severe) < sum(lenient)
