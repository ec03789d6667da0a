"""A passport says what the chain says: made from its records, checked without it, and found out if anything differs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from hanse.app.passport_page import page, qr
from hanse.errors import EvidenceError, InputError
from hanse.model.canonical import canonical, digest
from hanse.rights.passport import check, signed
from hanse.rights.proof import Header
from tests.app.cli import hanse
from tests.rights.conftest import DESIGN, Delivered

Change = Callable[[dict[str, Any]], None]


def test_it_tells_every_step_machine_reading_credential_and_design(delivered: Delivered) -> None:
    verdict = check(delivered.passport, [delivered.known], delivered.contracts)
    said = verdict.statement
    assert (said["product"]["name"], said["product"]["quantity"]) == ("Housing", 1)
    by_member = {one["member"]: one for one in said["steps"]}
    for role, machine in (("mill", "M1"), ("lathe", "M2")):
        step = by_member[delivered.members[role]]
        assert step["work"] == [["J1", f"O{role}", machine]]
        assert (step["ending"], step["rating"], step["disputed"]) == ("accepted", 990_000, False)
        assert step["started"] <= step["delivered"] <= step["ended"]
        assert len(step["records"]) == 3
    assert [(one["member"], one["root"]) for one in said["readings"]] == [(delivered.members["mill"], "0x" + "01" * 32)]
    assert {(one["name"], *one["services"]) for one in said["credentials"]} == {
        ("Mill Ltd", "milling"), ("Lathe Ltd", "turning"),
    }  # fmt: skip
    assert [(one["design"], one["pieces"]) for one in said["designs"]] == [(DESIGN, 1)]
    assert verdict.head[1] == delivered.known


def _step(key: str, value: Any) -> Change:
    return lambda passport: passport["statement"]["steps"][0].update({key: value})


FORGERIES: dict[str, Change] = {
    "another machine": _step("work", [["J1", "O1", "M9"]]),
    "earlier": _step("delivered", 1),
    "in time": _step("late", -1),
    "better rated": _step("rating", 1_000_000),
    "another member": _step("member", "0x" + "11" * 20),
    "more pieces": lambda passport: passport["statement"]["product"].update(quantity=1_000),
    "another name": lambda passport: passport["statement"]["credentials"][0].update(name="Famous Ltd"),
    "another reading": lambda passport: passport["statement"]["readings"][0].update(root="0x" + "02" * 32),
    "no design": lambda passport: passport["statement"].update(designs=[]),
    "something more": lambda passport: passport["statement"].update(organic=True),
    "another order": lambda passport: passport.update(order=passport["order"] + 1),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_claim_that_no_record_bears_out_is_found_out_whoever_signs_it(delivered: Delivered, name: str) -> None:
    forged = copy.deepcopy(delivered.passport)
    FORGERIES[name](forged)
    with pytest.raises(EvidenceError):
        check(forged, [delivered.known])
    with pytest.raises(EvidenceError):  # signed properly, by somebody
        check(signed(forged, Account.from_key("0x" + "7" * 64)), [delivered.known])


def test_a_document_that_was_exchanged_is_found_out(delivered: Delivered) -> None:
    forged = copy.deepcopy(delivered.passport)
    name = next(name for name, one in forged["documents"].items() if one["format"] == "hanse-member/1")
    forged["documents"][name] = forged["documents"][name] | {"name": "Famous Ltd"}
    with pytest.raises(EvidenceError, match="not the one that its hash names"):
        check(forged, [delivered.known])


def test_every_record_it_rests_on_is_needed(delivered: Delivered) -> None:
    """Whoever leaves one out changes the statement, or has nothing to make it from."""
    receipts = delivered.passport["proof"]["receipts"]
    for at in range(len(receipts)):
        forged = copy.deepcopy(delivered.passport)
        del forged["proof"]["receipts"][at]
        with pytest.raises(EvidenceError):
            check(signed(forged, Account.from_key("0x" + "7" * 64)), [delivered.known])


def test_it_is_of_one_chain_and_one_league(delivered: Delivered) -> None:
    with pytest.raises(EvidenceError, match="another league"):
        check(delivered.passport, [delivered.known], delivered.contracts | {"Settlement": "0x" + "11" * 20})
    forged = copy.deepcopy(delivered.passport)
    forged["league"]["chain_id"] += 1
    with pytest.raises(EvidenceError, match="not signed by whom it names"):
        check(forged, [delivered.known])
    forged = copy.deepcopy(delivered.passport)
    forged["league"]["contracts"]["Settlement"] = "0x" + "11" * 20
    with pytest.raises(EvidenceError):
        check(forged, [delivered.known])


def test_nobody_signs_for_another(delivered: Delivered) -> None:
    forged = copy.deepcopy(delivered.passport)
    forged["signature"]["by"] = delivered.members["mill"]
    with pytest.raises(EvidenceError, match="not signed by whom it names"):
        check(forged, [delivered.known])


def test_without_a_block_that_one_knows_nothing_is_shown(delivered: Delivered) -> None:
    for known in ([], ["0x" + "00" * 32]):
        with pytest.raises(EvidenceError, match="no block of this file is known to you"):
            check(delivered.passport, known)


def test_blocks_after_the_last_that_is_known_are_not_believed(delivered: Delivered) -> None:
    """Anybody can make up blocks that go on from a true one."""
    first = Header.of(bytes.fromhex(delivered.passport["proof"]["headers"][0][2:]))
    with pytest.raises(EvidenceError, match="blocks of it are not known to you"):
        check(delivered.passport, [first.hash])


@pytest.mark.parametrize("value", [None, [], {}, {"format": "hanse-passport/1"}, {"format": "hanse-passport/2"}])
def test_what_is_no_passport_is_refused_in_words(value: Any) -> None:
    with pytest.raises(InputError):
        check(value, ["0x" + "00" * 32])


@pytest.mark.parametrize("part", ["order", "league", "statement", "documents", "proof", "signature"])
def test_a_passport_lacks_nothing(delivered: Delivered, part: str) -> None:
    values: list[Any] = [None, "x", [], {}]
    for value in values:
        with pytest.raises((InputError, EvidenceError)):
            check(delivered.passport | {part: value}, [delivered.known])


def test_the_page_says_the_same_to_people_and_runs_nothing(delivered: Delivered) -> None:
    evil = copy.deepcopy(delivered.passport)
    evil["statement"]["product"]["name"] = "<script>alert(1)</script>"
    for passport in (delivered.passport, evil):
        shown = page(passport, "https://league.example/passports/0x1", "/api/v1/passports/0x1")
        assert "<script" not in shown
        assert "Olathe on M2" in shown
    assert "Housing" in page(delivered.passport, "")


def test_the_code_leads_to_the_page() -> None:
    assert qr("https://league.example/passports/0x1") != qr("https://league.example/passports/0x2")
    assert qr("https://league.example").startswith("<svg")


# --- on the command line ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def file(delivered: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("passports") / "passport.json"
    path.write_bytes(canonical(delivered.passport))
    return path


def test_a_passport_is_verified_offline(delivered: Delivered, file: Path, tmp_path: Path) -> None:
    league = tmp_path / "league.json"
    league.write_text(json.dumps({"contracts": delivered.contracts}))
    run = hanse("passport", "verify", file, "--known", delivered.known, "--league", league, "--json")
    assert run.code == 0, run
    assert run.json["statement"] == delivered.passport["statement"]
    told = hanse("passport", "verify", file, "--known", delivered.known)
    assert "Omill on M1: accepted" in told.out
    hanse("passport", "verify", file).failed(1, "no block of this file is known to you")
    assert digest(canonical(delivered.passport)) == digest(file.read_bytes())


def test_a_forged_passport_is_found_out_with_its_place(delivered: Delivered, tmp_path: Path) -> None:
    forged = copy.deepcopy(delivered.passport)
    FORGERIES["better rated"](forged)
    path = tmp_path / "forged.json"
    path.write_bytes(canonical(forged))
    hanse("passport", "verify", path, "--known", delivered.known).failed(1, "steps 1, rating", "claims 1000000")
    path.write_text("not JSON")
    hanse("passport", "verify", path).failed(2, "no JSON")


def test_any_evidence_is_verified_offline(delivered: Delivered, file: Path) -> None:
    run = hanse("evidence", "verify", file, "--known", delivered.known, "--json")
    assert run.code == 0, run
    names = {f"{one['name']}.{one['event']}" for one in run.json["records"]}
    assert {"OrderBook.Placed", "Agreements.Activated", "Settlement.Settled", "Designs.Used"} <= names
    hanse("evidence", "verify", file).failed(1, "no block of this file is known to you")
