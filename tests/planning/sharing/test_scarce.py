"""The bound from prices on idle time never says more than the best takeovers, and more than each alone where it is
scarce."""

from __future__ import annotations

import pytest

from hanse.planning.sharing import optimal, scarce
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.guests import Guest, cast
from hanse.planning.sharing.rules import Rules


def asked(seed: int, rules: Rules, full: float = 1.0) -> tuple[Floor, Floor, list[Guest], list[Guest], list[int]]:
    """The floor with and without guests; all guests, those that can be helped, and the tardiness of each alone."""
    problem, rows = league(4, 2, 60, seed, services=2, full=full)
    floor, guests = Floor(problem, rows, rules), list(cast(problem, rows, rules).guests)
    lifted = floor.copy()
    for guest in guests:
        lifted.lift(guest.job.id, guest.home[guest.first :])
    helpful, least = optimal._relaxed(lifted, guests)
    return floor, lifted, guests, [guests[g] for g in helpful], least


RULES = [
    Rules(tails=False),
    Rules(moves="job", tails=False, setup=2),
    Rules(moves="operation", now=60),
    Rules(now=60, in_time=True, least=4),
]


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_no_sharing_beats_the_bound(seed: int, rules: Rules) -> None:
    floor, lifted, guests, helped, least = asked(seed, rules)
    best = optimal.optimal(floor, guests, 3.0, threads=1)
    rest = sum(g.tardiness(g.completion) for g in guests) - sum(g.tardiness(g.completion) for g in helped)
    told = scarce.bound(lifted, helped, least, 10**12, 1.0)
    assert sum(least) <= told
    assert rest + told <= best.tardiness


def test_scarcity_shows_in_the_bound_which_is_never_more_than_is_known_to_be_possible() -> None:
    floor, lifted, guests, helped, least = asked(0, Rules(tails=False), full=1.6)
    rest = sum(g.tardiness(g.completion) for g in guests) - sum(g.tardiness(g.completion) for g in helped)
    known = optimal.tardiness(floor, guests, optimal.first(floor, guests)) - rest
    assert sum(least) < scarce.bound(lifted, helped, least, known, 2.0) <= known
    assert scarce.bound(lifted, helped, least, sum(least), 0.1) == sum(least)


def test_times_far_from_zero_cost_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    _, lifted, _, helped, least = asked(0, Rules(tails=False), full=1.6)
    monkeypatch.setattr(scarce, "ROOM", 10)
    assert scarce.bound(lifted, helped, least, 10**12, 1.0) == sum(least)
