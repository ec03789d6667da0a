"""What becomes of a product after it was delivered: said by those it concerns, listed in its passport, forged by
nobody."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.passport_page import page
from hanse.errors import EvidenceError, InputError
from hanse.ledger.anchors import Anchors
from hanse.ledger.store import open_ledger
from hanse.rights.life import HEAVIEST, KINDS, Turn, read, topic
from hanse.rights.passport import check, signed
from tests.app.cli import hanse
from tests.rights.conftest import Delivered

TURNS = st.builds(
    Turn,
    order=st.integers(1, 2**63 - 1),
    kind=st.sampled_from(KINDS),
    words=st.text(max_size=200),
    materials=st.dictionaries(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=64), st.integers(1, HEAVIEST), max_size=8
    ),
)


@given(TURNS)
def test_a_turn_is_read_back_and_only_as_of_its_order(turn: Turn) -> None:
    document = json.loads(turn.document())
    assert read(document, turn.order) == turn
    assert read(document, turn.order + 1) is None


@pytest.mark.parametrize(
    "change",
    [{"kind": "eaten"}, {"materials": {"steel": -1}}, {"materials": {"steel": True}}, {"more": 1}, {"format": "x"},
     {"materials": {"": 1}}, {"words": "x" * 2_001}],
)  # fmt: skip
def test_what_is_no_turn_is_none(change: dict[str, Any]) -> None:
    assert read({**json.loads(Turn(7, "recycled").document()), **change}, 7) is None
    nothing: tuple[Any, ...] = (None, [], "recycled", {})
    assert [read(one, 7) for one in nothing] == [None] * 4


@pytest.fixture(scope="module")
def data(delivered: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The delivered product, used by its customer and recycled by a member that did not make it; and what a stranger
    says of it. On a copy, so that others find it as it was delivered."""
    data = tmp_path_factory.mktemp("lived") / "league"
    shutil.copytree(delivered.data, data)
    order = str(delivered.order)
    with open_ledger(data) as ledger:
        league = ledger.league
        league.register("recycler", 1, "0x" + "11" * 32, key="recycler/register").wait()
        league.certify(league.address("recycler"), 1, "0x" + "11" * 32, key="recycler/certify").wait()
        root = bytes.fromhex(ledger.content.put(Turn(delivered.order, "disposed of").document())[2:])
        Anchors(league).anchor("vandal", topic(delivered.order), 1, root, key="vandal").wait()
    told = ("--data", str(data))
    hanse("passport", "life", order, "used", "--as", "customer", "--words", "in a pump", *told)
    said = ("--material", "steel=1200", "--material", "brass=80")
    first = hanse("passport", "life", order, "recycled", "--as", "recycler", *said, *told, "--json").json
    again = hanse("passport", "life", order, "recycled", "--as", "recycler", *said, *told, "--json").json
    assert again == first, "said twice, recorded once"
    return data


@pytest.fixture(scope="module")
def lived(delivered: Delivered, data: Path) -> tuple[Delivered, str, dict[str, Any]]:
    """Its passport after that, and the hash of a block that its reader knows."""
    out = data.parent / "passport.json"
    told = hanse("passport", "make", str(delivered.order), "--data", str(data), "--out", str(out), "--json").json
    return delivered, str(told["known"]), json.loads(out.read_bytes())


def test_the_passport_lists_what_became_of_the_product_and_who_said_so(
    lived: tuple[Delivered, str, dict[str, Any]],
) -> None:
    delivered, known, made = lived
    said = check(made, [known], delivered.contracts).statement
    assert [(one["as"], one["kind"], one["materials"]) for one in said["life"]] == [
        ("customer", "used", {}), ("certified", "recycled", {"steel": 1_200, "brass": 80}),
    ]  # fmt: skip
    before = delivered.passport["statement"]
    assert set(said) == {*before, "life"}
    assert "life" not in before, "a passport of before any of it stays what it is"
    assert [one["root"] for one in said["readings"]] == [one["root"] for one in before["readings"]]
    assert [one["member"] for one in said["credentials"]] == [one["member"] for one in before["credentials"]]
    shown = page(made, "https://x.example/p")
    assert "recycled" in shown
    assert "steel 1.2 kg" in shown


def test_whoever_forges_a_life_is_found_out(lived: tuple[Delivered, str, dict[str, Any]]) -> None:
    delivered, known, made = lived

    def forged(change: Any) -> dict[str, Any]:
        whole = copy.deepcopy(made)
        change(whole["statement"]["life"])
        return signed(whole, Account.from_key(b"\x09" * 32))

    for change in (
        lambda life: life.pop(), lambda life: life[1]["materials"].update(steel=9_999),
        lambda life: life[1].update(by=delivered.members["mill"]), lambda life: life[0].update(kind="recycled"),
    ):  # fmt: skip
        with pytest.raises(EvidenceError, match="do not say"):
            check(forged(change), [known], delivered.contracts)


def test_only_those_it_concerns_say_what_became_of_it(delivered: Delivered, data: Path) -> None:
    league = ("--data", str(data))
    hanse("passport", "life", str(delivered.order), "used", "--as", "vandal", *league).failed(
        2, "no passport would list"
    )
    hanse("passport", "life", "999", "used", "--as", "customer", *league).failed(2, "there is no order 999")
    hanse("passport", "life", str(delivered.order), "eaten", "--as", "customer", *league).failed(2, "no turn of a life")
    wrong = ("--material", "steel")
    hanse("passport", "life", "1", "recycled", "--as", "customer", *wrong, *league).failed(2, "is no material")
    with pytest.raises(InputError):
        Turn(0, "used")
