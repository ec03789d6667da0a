"""Faults of a real network in a row: how many, of which kinds, and whether everything was in order after each.

    HANSE_GETH=… python -m benchmarks.network_faults --faults 100 --seed 20261129

Needs root (the wires of validators are cut in network namespaces) and go-ethereum 1.13.15, which `make test-network`
builds. Writes benchmarks/results/network-faults.md. Ends with the first thing that is not in order.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.network.faults import KINDS, Campaign
from tests.network.wires import wired

import hanse
from hanse.ledger.store import open_ledger

RESULTS = Path(__file__).parent / "results" / "network-faults.md"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--faults", type=int, default=100)
    words.add_argument("--seed", type=int, default=20261129)
    words.add_argument("--out", type=Path, default=RESULTS)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as place, wired(Path(place) / "four") as net:
        urls = ",".join(one.url for one in net)
        with open_ledger(Path(place) / "data", urls, say=lambda _: None) as ledger:
            campaign, begun = Campaign(net, ledger, asked.seed), time.monotonic()
            for number in range(1, asked.faults + 1):
                kind = campaign.suffer()
                print(f"{number:4} {time.monotonic() - begun:7.1f} s  {kind}", flush=True)
            asked.out.write_text(_page(campaign, net[0].chain.client(), time.monotonic() - begun, asked.seed))


def _page(campaign: Campaign, engine: str, seconds: float, seed: int) -> str:
    total = sum(campaign.counts.values())
    rows = "".join(f"| {kind} | {campaign.counts[kind]} | {KINDS[kind][0].__doc__} |\n" for kind in KINDS)
    cured = f"""
{campaign.cures} times the validators stood in two halves of the same weight, which Clique does not solve by itself; the
cure of [the page about faults](../../docs/faults.md) set them going, and nothing that had been called final was lost.
"""
    return f"""# Faults of a real network

`python -m benchmarks.network_faults --faults {total} --seed {seed}`,
Hanse {hanse.__version__}, {datetime.now(UTC):%Y-%m-%d};
four validators of `{engine}` (Clique, a block a second), each in a network
namespace of its own, on one machine.

| fault | times | what it is |
|---|---|---|
{rows}
After each of these {total} faults in a row, all of this was so:

* the read models are what an index reads that never saw anything but the chain as it is, row by row;
* nothing waits in the outbox, nothing in it failed;
* each of {campaign.orders} orders that were placed before, in and after a fault is there once, and so is its deposit;
* none of {len(campaign.finals)} blocks that had been called final was replaced.

The index went back {campaign.replaced} times because blocks that it had read were replaced.
{cured if campaign.cures else ""}
It took {seconds / 60:.0f} minutes, most of which the network takes to make blocks.
"""


if __name__ == "__main__":
    main()
