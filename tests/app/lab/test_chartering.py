"""What the laboratory advises becomes a proposal to the members: as people type it, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from hanse.app.lab import chartering
from hanse.errors import EvidenceError, InputError
from hanse.governance.charter import TERMS
from hanse.lab.fork import fork
from hanse.ledger.league import hash_text
from hanse.ledger.store import open_ledger
from hanse.model.keccak import keccak
from tests.app.cli import hanse
from tests.app.lab.test_cli_lab import finished
from tests.lab.live import settle_down


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A league with a member who may propose."""
    place = tmp_path_factory.mktemp("league") / "live"
    with open_ledger(place) as ledger:
        settle_down(ledger)
        notes = hash_text(keccak(b"anything"))
        ledger.league.certify(ledger.league.address("member/E0"), 3, notes, key="certify").wait()
        ledger.communities.join("member/E0", 1, key="join").wait()
    return place


@pytest.fixture(scope="module")
def advised(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `hanse lab advise` wrote."""
    home = tmp_path_factory.mktemp("advised")
    made = fork(data, home / "fork")
    file, out = finished(made, home, better=100)
    assert hanse("lab", "advise", made.directory, file, "--out", out, "--by", "cost").code == 0
    return out / "proposal.json"


def changed(advised: Path, **other: Any) -> chartering.Advice:
    """It, with other words."""
    return chartering.read_advice(json.dumps(json.loads(advised.read_bytes()) | other).encode(), "test")


def rules(advised: Path, **new: Any) -> chartering.Advice:
    """It, with other rules; a name's first _ is a dot."""
    named = [{"name": name.replace("_", ".", 1), "old": 1, "new": value} for name, value in new.items()]
    return changed(advised, parameters=named)


def test_advice_is_proposed_with_its_evidence(data: Path, advised: Path) -> None:
    propose = ("govern", "propose", "1", "--from", advised, "--as", "member/E0", "--data", data)
    told = hanse(*propose, "--why", "cheaper for all", "--json").json
    assert told["does"] == ["lower the highest fee of the league from 100 % to 0 %"]
    said = json.loads(advised.read_bytes())
    assert told["why"].startswith("cheaper for all\ncheap: cheaper\nbetter: cost of an order")
    assert said["evidence"] in told["why"]
    with open_ledger(data, create=False) as ledger:
        assert ledger.content.get(said["evidence"]) == (advised.parent / "evidence.json").read_bytes()


def test_what_is_not_the_findings_or_no_advice_is_refused_and_nothing_is_proposed(
    data: Path, advised: Path, tmp_path: Path
) -> None:
    proposals = len(hanse("govern", "show", "--data", data, "--json").json["proposals"])
    propose = ("govern", "propose", "1", "--as", "member/E0", "--data", data)
    copy = tmp_path / "proposal.json"
    shutil.copy(advised, copy)
    hanse(*propose, "--from", copy).failed(2, "evidence.json", "no such file")
    (tmp_path / "evidence.json").write_text("{}")
    hanse(*propose, "--from", copy).failed(1, "not the findings of this proposal")
    hanse(*propose, "--from", tmp_path / "evidence.json").failed(2, "no proposal of the laboratory")
    hanse(*propose, "set review 5d", "--from", copy, "--why", "both").failed(2, "sentences, or --from")
    hanse("govern", "propose", "7", *propose[3:], "--from", advised).failed(2, "only the league's community")
    assert len(hanse("govern", "show", "--data", data, "--json").json["proposals"]) == proposals


def test_every_rule_that_the_charter_does_not_know_is_named(advised: Path) -> None:
    with pytest.raises(InputError, match=r"does not hold people to: settlement.cap, promotion.fund"):
        chartering.sentences(rules(advised, settlement_cap=1, settlement_fee=0, promotion_fund=2))
    with pytest.raises(InputError, match=r"no rules: settlement.tip"):
        chartering.sentences(rules(advised, settlement_tip=1, settlement_cap=1))


def test_pots_bonds_and_targets_are_decided_in_the_unit_they_were_played_in(advised: Path) -> None:
    played = rules(advised, round_pot=6_000, round_bond=50_000, round_reach=800_000)
    wanted = ["set round-bond 50000", "set round-reach 800000", "set round-reward 6000"]
    assert chartering.sentences(played) == wanted
    values = [one.value for one in TERMS]
    assert chartering.news(played, values) == wanted


def test_one_least_window_holds_for_both_so_both_are_asked_for_alike(advised: Path) -> None:
    both = rules(advised, round_commit=7_200, round_reveal=7_200, round_challenge=60, round_least=5)
    assert chartering.sentences(both) == ["set round-challenge 60", "set round-improvement 5", "set round-window 7200"]
    for wrong in (rules(advised, round_commit=7_200), rules(advised, round_commit=60, round_reveal=61)):
        with pytest.raises(InputError, match=r"round\.commit"):
            chartering.sentences(wrong)


def test_what_the_charter_says_already_is_not_proposed(advised: Path) -> None:
    values = [one.value for one in TERMS]
    assert chartering.news(rules(advised, settlement_fee=5, round_least=1), values) == ["set fee 5"]
    with pytest.raises(InputError, match="says so already"):
        chartering.news(rules(advised, round_least=1), values)


def test_advice_to_another_league_and_other_evidence_are_refused(advised: Path) -> None:
    one = changed(advised)
    chartering.check_league(one, one.league.lower(), one.chain)
    for league, chain in (("0x" + "11" * 20, one.chain), (one.league, one.chain + 1)):
        with pytest.raises(InputError, match="another league"):
            chartering.check_league(one, league, chain)
    with pytest.raises(EvidenceError, match="not the findings"):
        chartering.check_evidence(one, b"other", "test")
    with pytest.raises(InputError, match="not hanse-proposal/1"):
        changed(advised, format="hanse-proposal/2")


def test_what_got_worse_is_read_by_whoever_votes(advised: Path) -> None:
    measure = {"unit": "income, cents", "effect": -3.0, "low": -4.0, "high": -2.0, "pairs": 6}
    worse = changed(advised, expected=[measure | {"measure": "income", "judged": "worse"}])
    assert "worse: income, cents -3.00 [-4.00, -2.00]" in chartering.description(worse)
    with pytest.raises(InputError, match="more than 2000 bytes"):
        chartering.description(worse, "x" * 2_000)
