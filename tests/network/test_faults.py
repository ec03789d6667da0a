"""Faults of a real network: validators killed, frozen, cut off, halved; what Hanse promised holds after each of them.

`HANSE_FAULTS=100` says how many in a row.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hanse.clock import SystemClock
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.watch import Watch
from tests.network.faults import Campaign
from tests.network.trial import Trial
from tests.network.wires import WiredValidators

pytestmark = pytest.mark.network

FAULTS = int(os.environ.get("HANSE_FAULTS", "40"))
SEED = int(os.environ.get("HANSE_FAULTS_SEED", "20261129"))


def test_the_engine_and_its_finality_are_recognised(ledger: Ledger) -> None:
    assert (ledger.finality.engine, ledger.finality.depth) == ("clique", 3)


def test_after_each_of_many_faults_in_a_row_everything_is_in_order(net: WiredValidators, ledger: Ledger) -> None:
    campaign = Campaign(net, ledger, SEED)
    for _ in range(FAULTS):
        campaign.suffer()


def test_in_equal_halves_nothing_becomes_final_hanse_says_so_and_all_agree_when_they_are_joined(
    net: WiredValidators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.watch.STALL_SECONDS", 4.0)
    with open_ledger(tmp_path, net[0].url, say=lambda _: None) as ledger:
        trial, watch = Trial(net, ledger), Watch(ledger.chain, ledger.finality, SystemClock())
        net.cut(0, 1)
        try:
            height = max(net.heights())
            trial.place(2)
            for _ in range(8):
                trial.go_on(1)
                watch.look(ledger.outbox.pending(), ledger.index.height())
            standing = watch.standing(ledger.index.height())
            assert standing.state == "stalled"
            assert max(net.heights()) <= height + 3  # two of each half, and one that was under way
            assert standing.final <= height
            assert len({one.chain.block(one.chain.height()) for one in net}) > 1  # not all have the same newest one
        finally:
            net.heal()
        trial.place(1)
        trial.in_order()
