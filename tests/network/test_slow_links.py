"""Validators far from each other: blocks come late, so two are often made at once, and one of them is replaced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.ledger.store import open_ledger
from tests.network.links import DistantValidators, distant
from tests.network.trial import Trial

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial[DistantValidators]]:
    """Four validators whose links can be slow, and a league that asks the first of them."""
    home = tmp_path_factory.mktemp("distant")
    with distant(home / "four") as net, open_ledger(home / "data", net.url, say=lambda _: None) as ledger:
        yield Trial(net, ledger)


@pytest.mark.parametrize(
    ("delay", "places"),
    [(0.3, ()), (0.5, ()), (1.0, (0,))],
    ids=["all are slow", "there and back takes as long as a block", "ours alone is far away"],
)
def test_slow_links_cost_time_and_replaced_blocks_and_nothing_else(
    delay: float, places: tuple[int, ...], trial: Trial[DistantValidators]
) -> None:
    trial.net.delay(delay, *places)
    height, finals = trial.ledger.chain.height(), len(trial.finals)
    for _ in range(3):
        trial.place(2)
        trial.go_on(2)
    assert trial.ledger.chain.height() >= height + 3  # of six
    assert len(trial.finals) > finals
    trial.net.delay(0)
    trial.place(1)
    trial.in_order()


def test_blocks_were_replaced_at_the_ends_of_long_links(trial: Trial[DistantValidators]) -> None:
    """Otherwise the tests above have shown nothing."""
    trial.net.delay(0.5)
    for _ in range(30):
        if trial.replaced:
            break
        trial.go_on(1)
    trial.net.delay(0)
    assert trial.replaced
    trial.in_order()
