"""What happens on a network is what happens on the embedded chain: the same awards, the same money, the same roots."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hanse.ledger.keys import KeyRing
from hanse.ledger.pace import action_seconds
from hanse.ledger.store import Ledger, open_ledger
from tests.app.cli import hanse
from tests.network.validators import Validators

pytestmark = pytest.mark.network

TIMES = {"seconds", "evidence"}
"""Nobody takes the same time twice; evidence of a plan says how long it took to find."""

ELSEWHERE = {"gas", "transaction", "hash", "previous", "orders", "order", "agreements", "outcomes"}
"""What is of a chain: gas, names of transactions and of blocks of plans, and the numbers of orders: those that come
together into one block get them in its order."""


@dataclass(frozen=True)
class Sailed:
    """What a voyage told, and what the chain itself has of it."""

    told: dict[str, Any]
    balances: dict[str, int]
    roots: list[Any]
    awards: list[Any]
    audit: dict[str, Any]


def sail(case: str, words: list[str], home: Path, chain: str | None) -> Sailed:
    where = ["--chain", chain] if chain is not None else []
    run = hanse("run", case, *words, "--data", home, "--out", home / "out", "--json", *where)
    assert run.code == 0, run.err
    with open_ledger(home, chain, create=False) as ledger:
        found = balances(ledger), roots(ledger), awards(ledger)
    audit = hanse("audit", "--data", home, "--json", *where)
    assert audit.code == 0, audit.out
    return Sailed(run.json, *found, audit.json)


def balances(ledger: Ledger) -> dict[str, int]:
    """Cents of every account that money ever went to, by address: from the contract, not from our index. Contracts of
    the league by their names, since their addresses differ, and solvers, whose keys are their own, by their claims."""
    index = ledger.sync()
    names = {address: name for name, address in ledger.league.addresses.by_contract().items()}
    names |= {one.solver: f"the solver of {one.covered}" for one in index.claims()}
    accounts = {who for one in index.transfers() for who in (one.payer, one.payee)}
    return {names.get(one, one): ledger.league.balance(one) for one in accounts}


def roots(ledger: Ledger) -> list[Any]:
    """Of every accepted block: problem, plan, and what it is worth. A block's own hash names its chain."""
    told = ("number", "problem", "plan", "value", "bound", "cost", "makespan")
    return [tuple(getattr(one, name) for name in told) for one in ledger.index.blocks()]


def awards(ledger: Ledger) -> list[Any]:
    """Of every round what was asked and given, and what became of each claim."""
    rounds = [
        (one.number, one.problem, one.targets, one.baseline, one.target, one.pot) for one in ledger.index.rounds()
    ]
    claims = sorted((one.round, one.status, one.reward or 0, one.claim) for one in ledger.index.claims())
    return [rounds, claims]


def timeless(told: Any) -> Any:
    """Without what must differ."""
    if isinstance(told, dict):
        return {name: timeless(one) for name, one in told.items() if name not in TIMES | ELSEWHERE}
    return [timeless(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize(
    ("case", "words"),
    # Of cases whose plan is proved to be the best: where the time is over first, no two runs need find the same.
    [("radmanesh2021-1", []), ("radmanesh2021", ["--solvers", "2"])],
    ids=["agreed and settled", "won by competing solvers"],
)
def test_a_voyage_brings_the_same_awards_balances_and_roots_on_the_embedded_chain_and_on_a_network(
    case: str, words: list[str], network: Validators, tmp_path: Path
) -> None:
    homes = [tmp_path / name for name in ("embedded", "network")]
    for home in homes:
        home.mkdir()
    KeyRing(homes[0] / "secret")
    shutil.copy(homes[0] / "secret", homes[1] / "secret")  # the same people
    embedded, there = sail(case, words, homes[0], None), sail(case, words, homes[1], network.url)
    assert there.awards == embedded.awards
    assert there.balances == embedded.balances
    assert there.roots == embedded.roots
    for told in ("members", "products", "parts"):
        assert timeless(there.told[told]) == timeless(embedded.told[told]), told
    assert [one["what"] for one in there.audit["checks"]] == [one["what"] for one in embedded.audit["checks"]]
    assert there.told["ledger"]["chain_id"] != embedded.told["ledger"]["chain_id"]
    assert there.roots
    assert any(there.balances.values())
    if words:
        rounds, claims = there.awards
        assert len(rounds) == 1
        assert [status for _, status, *_ in claims] == ["accepted", "skipped"]


def test_another_validator_tells_the_same_to_whoever_was_not_there(network: Validators, tmp_path: Path) -> None:
    """A house with nothing but the chain: its index is made from another validator's blocks."""
    with open_ledger(tmp_path / "one", network[0].url) as ledger:
        league = ledger.league.addresses.league
        ledger.league.mint(ledger.keys.address("somebody"), 5, key="money").wait()
        told = {table: ledger.sync().raw(table) for table in ledger.index.definitions()}
    network.wait_for_more(3)
    with open_ledger(tmp_path / "other", network[3].url, league=league) as ledger:
        assert {table: ledger.sync().raw(table) for table in ledger.index.definitions()} == told


def test_an_action_takes_some_blocks_of_a_network(network: Validators) -> None:
    assert action_seconds(network[1].chain) in (3, 6)  # a block a second, or two on a busy machine


def test_many_actions_of_many_fill_a_block(network: Validators, tmp_path: Path) -> None:
    with open_ledger(tmp_path, network.url) as ledger:
        with ledger.together():
            sent = [ledger.league.approve(f"member/{number % 5}", number, key=f"{number}") for number in range(300)]
        blocks = [one.wait().block for one in sent]
    assert len(set(blocks)) <= 30
    assert max(blocks.count(block) for block in set(blocks)) > 32  # more than were ever in flight on anvil
