"""The rule of loyalty on a real chain: an agreement is counted again by the one it names, and nobody makes one for its
own deal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.app.audit import Check
from hanse.app.audit_loyalty import audit_loyalty
from hanse.app.loyal import TOPIC, policy_document, read_policy
from hanse.errors import HanseError
from hanse.ledger.anchors import Anchors
from hanse.ledger.league import COORDINATOR
from hanse.ledger.store import open_ledger
from hanse.model.canonical import canonical
from hanse.value.loyalty import LoyaltyPolicy
from tests.ledger.bargain import Bargain

GENEROUS = LoyaltyPolicy(rate=500_000, most=1_000_000)


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("loyal")) as ledger:
        yield Bargain(ledger)


def agreed(bargain: Bargain, name: str, policy: str, off: int = 0) -> None:
    """An agreement that says by which rule its fee was lowered, by so many millionths of the price."""
    said = {"fee": bargain.conditions().fee + off, "at": bargain.now, "policy": policy}
    document = bargain.ledger.content.put(canonical({"format": "hanse-deal/1", "order": 1, "loyalty": said}))
    bargain.agreed(name, document=document)


def anchor(bargain: Bargain, number: int, policy: LoyaltyPolicy) -> str:
    name = bargain.ledger.content.put(policy_document(policy))
    root = bytes.fromhex(name[2:])
    Anchors(bargain.ledger.league).anchor(COORDINATOR, TOPIC, number, root, key=f"policy/{number}").wait()
    return name


def differences(bargain: Bargain) -> list[str]:
    check = Check("agreements")
    audit_loyalty(check, bargain.ledger.sync(), bargain.ledger.content)
    assert check.count
    found, check.differences[:] = list(check.differences), []
    return found


def test_a_rule_that_was_not_anchored_before_the_deal_is_none(bargain: Bargain) -> None:
    agreed(bargain, "true", anchor(bargain, 1, LoyaltyPolicy(rate=200_000)))
    assert differences(bargain) == []
    own = bargain.ledger.content.put(policy_document(GENEROUS))
    agreed(bargain, "own", own)
    assert [("anchored before" in one) for one in differences(bargain)] == [True]
    anchor(bargain, 2, GENEROUS)  # afterwards is too late
    assert [("anchored before" in one) for one in differences(bargain)] == [True]
    agreed(bargain, "missing", "0x" + "ab" * 32)
    agreed(bargain, "friend", anchor(bargain, 3, LoyaltyPolicy(cap=1)), off=5_000)  # there are no points
    told = differences(bargain)
    assert sum("its policy" in one for one in told) == 2
    assert sum("beyond the 0 that points allow" in one for one in told) == 1


def test_a_rule_is_read_back_and_nothing_else_is_taken_for_one() -> None:
    assert read_policy(policy_document(GENEROUS)) == GENEROUS
    true = {"format": "hanse-loyalty/1", "rate": 1, "half_life": 1, "cap": 1, "most": 1}
    for change in ({"rate": 500_001}, {"rate": True}, {"rate": "1"}, {"half_life": 0}, {"more": 1}, {"format": "x"}):
        with pytest.raises(HanseError):
            read_policy(canonical({**true, **change}))
    for wrong in (b"", b"[]", b"{}"):
        with pytest.raises(HanseError):
            read_policy(wrong)
