"""A league that is shown on another chain, over REST and in the browser: what counts there is computed again here,
proofs are taken away and looked at, and whatever is none is seen to be none."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from hanse.app.api.shapes import ProofChecked
from hanse.app.client import Client, Refused
from hanse.app.ui.texts import Bridge as say
from tests.app.api.house import House, house
from tests.app.ui.conftest import Windows, shot
from tests.app.ui.deals import opened
from tests.ledger.test_bridge import post, stated
from tests.ledger.two_chains import OTHER_ID, other_chain, shown_on

STEPS = ["path", "signed", "there", "here"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service whose league has a plan, a member, and a statement on another chain."""
    home = tmp_path_factory.mktemp("shown")
    with pytest.MonkeyPatch.context() as patch, other_chain(home, patch) as other:
        with shown_on(other, home) as made:
            post(made, stated(made, home))
            beacon = made.beacon.address
        with house(home, other=other, beacon=beacon) as at:
            yield at


@pytest.fixture(scope="module")
def ada(shown: House) -> Client:
    return shown.coordinator()


@pytest.fixture(scope="module")
def proof(ada: Client) -> dict[str, Any]:
    return ada.bridge_proof(block=1)


def looked(who: Client, proof: dict[str, Any]) -> tuple[ProofChecked, list[str]]:
    """The answer, and the steps that do not hold."""
    told = who.verify_proof(proof)
    assert [one.step for one in told.steps] == STEPS
    return told, [one.step for one in told.steps if not one.holds]


def test_what_counts_there_is_computed_again_from_our_own_chain(ada: Client) -> None:
    told = ada.bridge()
    assert (told.other_chain_id, told.threshold, len(told.statements)) == (OTHER_ID, 2, 1)
    (said,) = told.statements
    assert len(said.signed_by) == 2
    found = ada.bridge_statement(1)
    assert found.agrees
    assert (found.root, found.block_hash) == (said.root, said.block_hash)
    assert found.count > 5
    with pytest.raises(Refused, match="no such statement"):
        ada.bridge_statement(2)


def test_a_plan_and_a_certificate_are_proven_to_whoever_brings_the_proof(ada: Client, proof: dict[str, Any]) -> None:
    told, wrong = looked(ada, proof)
    assert (told.holds, wrong) == (True, [])
    assert (told.contract, told.event) == ("Blocks", "Appended")
    (member,) = [one.address for one in ada.members()]
    told, _ = looked(ada, ada.bridge_proof(member=member))
    assert (told.holds, told.event, told.values["member"]) == (True, "Certified", member)


def test_a_forged_proof_is_seen_to_be_none_and_where(ada: Client, proof: dict[str, Any]) -> None:
    def with_(change: str, value: Any) -> dict[str, Any]:
        forged = copy.deepcopy(proof)
        *way, last = change.split("/")
        part: Any = forged
        for one in way:
            part = part[one]
        part[last] = value
        return forged

    data = proof["record"]["data"]
    assert looked(ada, with_("record/data", data[:-2] + "77"))[1] == ["path", "there", "here"]
    assert looked(ada, with_("signatures", proof["signatures"][:1]))[1] == ["signed"]
    assert looked(ada, with_("scope/target", OTHER_ID + 1))[1] == ["signed", "there"]
    assert looked(ada, with_("statement/root", "0x" + "11" * 32))[1] == ["path", "signed", "there"]
    for none in ({}, {"format": "hanse-bridge-proof/1"}, with_("siblings", ["0x00"])):
        with pytest.raises(Refused, match="hanse-bridge-proof"):
            ada.verify_proof(none)


def test_what_is_newer_than_what_counts_there_is_not_proven_yet(ada: Client, shown: House) -> None:
    late = shown.managed(ada, "Late", "member")
    ada.set_services(["milling"])
    late.register("L1", "Late", ["milling"])
    ada.certify(ada.member(late.session().address))
    with pytest.raises(Refused, match="no statement covers"):
        ada.bridge_proof(member=late.session().address)
    with pytest.raises(Refused, match="holders of an office"):
        late.bridge_proof(transaction="0x" + "00" * 32)
    with pytest.raises(Refused, match="say what is to be proven"):
        late.bridge_proof()
    sent = next(ada.ledger()).transaction
    with pytest.raises(Refused, match="no statement covers"):
        ada.bridge_proof(transaction=sent)


def test_a_proof_is_taken_away_brought_back_and_verified_in_front_of_one(
    browser: Browser, shown: House, ada: Client
) -> None:
    with Windows(browser, shown) as window:
        page = opened(window(ada), "/bridge")
        page.locator("#shown").get_by_role("button", name=say.again).click()
        expect(page.locator("#shown")).to_contain_text(say.agrees)
        page.get_by_label(say.plan).click()
        page.get_by_role("option", name=say.plan_number.format(1)).click()
        with page.expect_download() as got:
            page.get_by_role("button", name=say.take_plan).click()
        proof = Path(got.value.path()).read_bytes()

        bring = page.locator("#bring")
        bring.locator("input[type=file]").set_input_files(
            {"name": "proof.json", "mimeType": "application/json", "buffer": proof}
        )
        expect(bring).to_contain_text(say.all_hold)
        expect(bring.locator(".steps .badge.good")).to_have_count(4)
        expect(bring).to_contain_text("Appended")
        shot(page, "bridge")

        phone = opened(window(ada, width=360, dark=True), "/bridge")
        forged = json.loads(proof)
        forged["record"]["height"] += 1
        phone.locator("#bring input[type=file]").set_input_files(
            {"name": "proof.json", "mimeType": "application/json", "buffer": json.dumps(forged).encode()}
        )
        expect(phone.locator("#bring")).to_contain_text(say.not_all)
        expect(phone.locator("#bring .steps .badge.bad")).to_have_count(3)
        expect(phone.locator("#bring")).not_to_contain_text(say.says)  # what a forger wrote is not repeated
        shot(phone, "bridge-phone")
        phone.locator("#bring input[type=file]").set_input_files(
            {"name": "letter.json", "mimeType": "application/json", "buffer": b"Dear all"}
        )
        expect(phone.get_by_text(say.wrong_file)).to_be_visible()
