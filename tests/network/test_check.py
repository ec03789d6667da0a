"""`hanse network check` on nodes that are there: a chain of our own for each kind of rules, and nobody at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hanse.ledger.anvil import find_anvil, spawn, stop, wait_for_port
from hanse.ledger.rpc import RpcChain
from hanse.network import init, probe
from hanse.network.rules import rules_of
from hanse.network.sealers import sealer
from tests.app.cli import hanse
from tests.network.validators import local_network

BLOCK = json.loads((Path(__file__).parent / "clique_block.json").read_text())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chain with London's rules, free gas and a block a second."""
    words = ["--port", "0", "--hardfork", "london", "--block-time", "1", "--base-fee", "0", "--accounts", "0"]
    log = tmp_path_factory.mktemp("chain") / "log"
    process = spawn(find_anvil(), words, log)
    yield f"http://127.0.0.1:{wait_for_port(process, log, 15)}"
    stop(process)


def test_a_chain_that_goes_on_is_well_and_is_said_to_be_neither_qbft_nor_clique(url: str) -> None:
    run = hanse("network", "check", url, "--wait", "3", "--json")
    assert run.code == 0, run
    assert run.json["ok"] is True
    (node,) = run.json["nodes"]
    assert (node["chain_id"], node["rules"], node["base_fee"], node["fault"]) == (31337, "london", 0, None)
    told = {one["about"]: one["weight"] for one in run.json["findings"]}
    assert (told["blocks"], told["finality"]) == ("good", "note")


def test_one_that_is_silent_beside_it_is_wrong_and_nobody_at_all_is_no_environment(url: str) -> None:
    run = hanse("network", "check", url, "http://127.0.0.1:9", "--wait", "3")
    assert run.code == 1
    assert "✘ answer       http://127.0.0.1:9: " in run.out
    assert "next: is it running" in run.out
    nobody = hanse("network", "check", "http://user:word@127.0.0.1:9/key", "--json")
    assert nobody.code == 4
    assert "word" not in nobody.out
    assert "/key" not in nobody.out


def test_what_is_no_network_and_no_url_is_bad_input(tmp_path: Path) -> None:
    hanse("network", "check", tmp_path).failed(2, "no network that `hanse network init` made")
    hanse("network", "check", "http://", "http://127.0.0.1:9").failed(2, "http")


def test_a_directory_says_what_is_expected_and_another_first_block_is_noticed(url: str, tmp_path: Path) -> None:
    init(local_network(), tmp_path / "network")
    named = tmp_path / "network" / "network.json"
    told = json.loads(named.read_text())
    for one in told["validators"]:
        one["url"] = url
    named.write_text(json.dumps(told))
    run = hanse("network", "check", tmp_path / "network", "--wait", "3", "--json")
    assert run.code == 1
    wrong = {(one["about"], one["where"]) for one in run.json["findings"] if one["weight"] == "wrong"}
    names = [f"validator-{number}" for number in range(1, 5)]
    assert wrong == {(about, name) for about in ("chain", "first block") for name in names}


@pytest.mark.parametrize(("hardfork", "newest"), [("berlin", None), ("shanghai", "shanghai"), ("cancun", "cancun")])
def test_rules_are_found_by_running_them(hardfork: str, newest: str | None, tmp_path: Path) -> None:
    process = spawn(find_anvil(), ["--port", "0", "--hardfork", hardfork, "--accounts", "0"], tmp_path / "log")
    try:
        assert rules_of(RpcChain(f"http://127.0.0.1:{wait_for_port(process, tmp_path / 'log', 15)}")) == newest
    finally:
        stop(process)


def test_a_chain_without_time_between_blocks_stands_still(tmp_path: Path) -> None:
    process = spawn(find_anvil(), ["--port", "0", "--accounts", "0"], tmp_path / "log")
    try:
        port = wait_for_port(process, tmp_path / "log", 15)
        (node,) = probe([("one", f"http://127.0.0.1:{port}")], 0.1)
    finally:
        stop(process)
    assert (node.height, node.later, node.ahead) == (0, 0, node.ahead)


def test_the_author_of_a_block_is_found_in_its_seal_and_a_changed_block_has_another() -> None:
    """A block that go-ethereum 1.13.15 sealed, and who its log said had."""
    told: dict[str, Any] = BLOCK["block"]
    assert sealer(told) == BLOCK["sealer"]
    assert sealer({**told, "gasUsed": "0x1"}) != BLOCK["sealer"]
    assert sealer({**told, "extraData": told["extraData"][:66] + "00" * 65}) is None
    assert sealer({**told, "miner": BLOCK["sealer"]}) == BLOCK["sealer"]  # as in QBFT
