"""The commands of the bridge, as a league, three attestors, a relayer and a stranger type them; on two real chains."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from hanse.instances import write_plan
from hanse.ledger.rpc import RpcChain
from tests.app.cli import HANSE, Run, hanse
from tests.ledger.two_chains import Chains, two_chains


@dataclass(frozen=True)
class Desk:
    """Whoever types. at: the words that name both chains, the league and the beacon; attestors: their addresses."""

    chains: Chains
    folder: Path
    beacon: str
    attestors: tuple[str, ...]

    @property
    def at(self) -> tuple[str, ...]:
        ledger = self.chains.ledger
        league = ledger.league.addresses.league
        return ("--chain", ledger.chain.url, "--league", league, "--other", self.chains.other, "--beacon", self.beacon)  # type: ignore[attr-defined]

    @property
    def trusted(self) -> tuple[str, ...]:
        return tuple(word for one in self.attestors for word in ("--attestor", one))

    def attest(self, number: int, paper: Path) -> Run:
        data = self.folder / f"attestor {number}"
        return hanse("bridge", "attest", paper, *self.at, "--depth", "0", "--data", data, "--json")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch, two_chains(folder, patch) as chains:
        keys = [hanse("bridge", "key", "--data", folder / f"attestor {number}", "--json").json for number in range(3)]
        attestors = tuple(key["attestor"] for key in keys)
        named = [word for one in attestors for word in ("--attestor", one)]
        founded = hanse(
            "bridge", "found", "--other", chains.other, "--league", chains.ledger.league.addresses.league,
            "--source-chain", str(chains.ledger.chain_id), *named, "--threshold", "2",
            "--data", folder / "keeper", "--json",
        )  # fmt: skip
        yield Desk(chains, folder, founded.json["beacon"], attestors)


@pytest.fixture(scope="module")
def paper(desk: Desk) -> Path:
    """The first statement, signed by two of three."""
    path = desk.folder / "statement.json"
    assert desk.attest(0, path).json["signatures"] == 1
    assert desk.attest(1, path).json["signatures"] == 2
    return path


def test_a_relayer_that_is_killed_brings_a_statement_once(desk: Desk, paper: Path) -> None:
    words = ("bridge", "anchor", str(paper), "--other", desk.chains.other, "--data", str(desk.folder / "courier"))
    chain = cast("RpcChain", desk.chains.sender.chain)
    chain._ask("evm_setAutomine", [False])
    process = subprocess.Popen([*HANSE, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if int(chain._ask("txpool_status", [])["pending"], 16):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        chain._ask("anvil_dropAllTransactions", [])  # and the chain forgets it as well
    finally:
        process.kill()
        chain._ask("evm_setAutomine", [True])

    again = hanse(*words, "--json")
    twice = hanse(*words, "--json")
    status = hanse("bridge", "status", *desk.at, "--json")

    assert again.json["anchored"] == 1, again
    assert twice.json == {"anchored": 1}
    assert status.json["statements"] == 1
    assert (status.code, status.json["turned"]) == (0, None)


def test_a_stranger_verifies_a_plan_offline_and_by_the_contract(desk: Desk, paper: Path, tmp_path: Path) -> None:
    hanse("bridge", "anchor", paper, "--other", desk.chains.other, "--data", desk.folder / "courier")
    plan, proof = tmp_path / "plan.json", tmp_path / "proof.json"
    write_plan(desk.chains.plan, plan)
    made = hanse(
        "bridge", "prove", proof, *desk.at, "--of", plan, "--tell", "--data", desk.folder / "courier", "--json"
    )

    offline = hanse("bridge", "verify", proof, "--of", plan, *desk.trusted, "--json")
    asked = hanse("bridge", "verify", proof, "--other", desk.chains.other, "--beacon", desk.beacon)

    assert made.json["event"] == "Appended", made
    assert offline.json["of"] == "the plan plan.json"
    assert set(offline.json["signed_by"]) == set(desk.attestors[:2])
    assert (asked.code, "Blocks told Appended" in asked.out) == (0, True)
    hanse("bridge", "verify", proof, *desk.trusted, "--threshold", "3").failed(1, "2 of the attestors you trust")
    hanse("bridge", "verify", proof).failed(2, "whom do you trust?")
    hanse("bridge", "verify", proof, *desk.trusted, "--beacon", "0x" + "11" * 20).failed(1, "is for the beacon")
    proof.write_text(proof.read_text().replace('"position": ', '"position": 1'))
    hanse("bridge", "verify", proof, *desk.trusted).failed(1, "does not lead to the root")


def test_too_few_signatures_are_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    league = desk.chains.ledger.league
    league.mint(league.address("customer"), 5, key="mint/again").wait()
    lonely = tmp_path / "lonely.json"
    desk.attest(2, lonely)

    refused = hanse("bridge", "anchor", lonely, "--other", desk.chains.other, "--data", desk.folder / "courier")

    refused.failed(2, "attestors have signed, 2 must", "hanse bridge attest")
