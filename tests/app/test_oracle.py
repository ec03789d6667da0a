"""Feeds on a real chain: named by the notary, recorded with who said what, given as evidence, and seen by the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from hanse.app import oracle
from hanse.app.audit import Check
from hanse.app.audit_oracle import audit_oracle
from hanse.errors import EvidenceError, InputError
from hanse.identity.registry import Registry
from hanse.ledger.anchors import Anchors
from hanse.ledger.chain import Reverted
from hanse.ledger.league import NOTARY
from hanse.ledger.store import open_ledger
from hanse.model.canonical import canonical
from hanse.telemetry.feeds import Feed, Signed, Statement
from tests.app.cli import hanse
from tests.ledger.bargain import Bargain

GATES = [Account.from_key(bytes([number]) * 32) for number in (1, 2, 3, 4, 5)]


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("oracle")) as ledger:
        yield Bargain(ledger)


class Market:
    """A feed of this name on the chain, and its sources."""

    def __init__(self, bargain: Bargain, name: str) -> None:
        self.ledger = bargain.ledger
        named = tuple((str(key.address), f"gate {number}") for number, key in enumerate(GATES))
        self.feed = Feed(name, "number", "seconds late", named, 3, 600)
        self.of = oracle.OfLeague(self.ledger.league, self.ledger.chain_id)
        self.notary = self.ledger.league.address(NOTARY)
        self.publish(self.feed)

    def publish(self, feed: Feed) -> int:
        self.feed = feed
        self.revision, _ = oracle.publish(self.ledger.league, self.ledger.content, feed, self.of)
        return self.revision

    def says(self, source: int, value: int, subject: str = "milestone 0") -> Signed:
        return Signed.of(Statement(self.feed.name, subject, str(value), 100), self.of.where, GATES[source])

    def record(self, *said: Signed) -> bytes:
        return oracle.record(self.feed, self.revision, self.notary, "milestone 0", said, 200, self.of.where)

    def examine(self, data: bytes) -> oracle.Examined:
        return oracle.examine(data, self.ledger.content, self.of)


def test_a_record_says_what_counted_and_who_said_it(bargain: Bargain) -> None:
    market = Market(bargain, "told")
    # One of four lies, one is no source; neither is believed.
    stranger = Signed.of(Statement("told", "milestone 0", "1", 100), market.of.where, Account.from_key(b"\x63" * 32))
    found = market.examine(market.record(*(market.says(n, 60 + n) for n in range(3)), market.says(3, 10**9), stranger))

    assert (found.verdict.value, found.revision) == ("61", 1)
    assert [(one.name, one.value) for one in found.verdict.counted if one.value == "60"] == [("gate 0", "60")]
    assert market.publish(market.feed) == 1  # saying the same again does nothing


def test_too_few_sources_make_no_record_and_the_refusal_says_why(bargain: Bargain) -> None:
    market = Market(bargain, "few")

    with pytest.raises(EvidenceError, match="2 sources count") as refused:
        market.record(market.says(0, 60), market.says(1, 60), market.says(2, 60, subject="milestone 1"))
    assert "about something else" in refused.value.hint


def test_a_record_that_was_changed_is_found(bargain: Bargain) -> None:
    market = Market(bargain, "forged")
    true = json.loads(market.record(*(market.says(n, 60 + n) for n in range(3))))
    other = {**true["statements"][0], "value": "0"}
    lies = [
        {**true, "value": "0"},
        {**true, "subject": "milestone 1"},
        {**true, "at": 10_000},
        {**true, "statements": true["statements"][:2]},
        {**true, "statements": [other, *true["statements"][1:]]},
        {**true, "counted": [{**true["counted"][0], "name": "gate 9"}, *true["counted"][1:]]},
        {**true, "revision": 2},
        {**true, "notary": bargain.address("mill")},
    ]

    market.examine(canonical(true))
    for lie in lies:
        with pytest.raises(EvidenceError):
            market.examine(canonical(lie))
    with pytest.raises(InputError, match="is no hanse-oracle-record"):
        market.examine(b"{}")


def test_nobody_but_a_notary_names_a_feed(bargain: Bargain) -> None:
    market = Market(bargain, "usurped")
    own = Feed("usurped", "number", "", ((str(GATES[0].address), "my own"),), 1, 600)
    name = bargain.ledger.content.put(oracle.feed_document(own))
    anchors = Anchors(bargain.ledger.league)
    anchors.anchor("mill", oracle.topic("usurped"), 1, bytes.fromhex(name[2:]), key="usurp").wait()
    false = oracle.record(own, 1, bargain.address("mill"), "milestone 0", [market.says(0, 5)], 200, market.of.where)
    as_notary = json.loads(false) | {"notary": market.notary}

    with pytest.raises(EvidenceError, match="is no notary"):
        market.examine(false)
    with pytest.raises(EvidenceError, match="never anchored"):
        market.examine(canonical(as_notary))
    with pytest.raises(Reverted, match="AlreadyAnchored"):  # and the notary's own word stays
        anchors.anchor(NOTARY, oracle.topic("usurped"), 1, b"\1" * 32, key="usurp/2")


def test_a_notarys_new_key_names_feeds_in_its_seat_and_the_old_key_none(bargain: Bargain) -> None:
    """On a chain of two answers: whose the office is, and which key uses it."""
    market, identities = Market(bargain, "changed"), bargain.ledger.identities
    fresh = bargain.address("notary's new key")
    assert (market.of.is_notary(market.notary), market.of.is_notary(fresh)) == (True, False)
    identities.change_owner(NOTARY, market.notary, fresh, key="oracle/changed").wait()
    assert (market.of.is_notary(market.notary), market.of.is_notary(fresh)) == (False, False)
    identities.sit("notary's new key", market.notary, key="oracle/sits").wait()
    assert (market.of.is_notary(market.notary), market.of.is_notary(fresh)) == (False, True)
    registry = Registry.of(bargain.ledger.chain, bargain.ledger.league.addresses)
    assert (registry.notary_of(fresh), registry.notary_of(market.notary)) == (market.notary, None)
    identities.change_owner("notary's new key", market.notary, market.notary, key="oracle/back").wait()
    assert (market.of.is_notary(market.notary), market.of.is_notary(fresh)) == (True, False)


def test_a_withdrawn_source_counts_in_no_record_any_more(bargain: Bargain) -> None:
    market = Market(bargain, "withdrawn")
    before = market.record(*(market.says(n, 60 + n) for n in range(3)))
    enough = market.record(*(market.says(n, 60) for n in range(4)))

    assert market.publish(market.feed.without(GATES[0].address)) == 2

    with pytest.raises(EvidenceError, match="withdrawn gate 0"):
        market.examine(before)
    assert market.examine(enough).revision == 2
    with pytest.raises(EvidenceError, match="2 sources count"):
        market.record(*(market.says(n, 60 + n) for n in range(3)))


def test_lateness_in_a_dispute_is_evidence_that_the_audit_recomputes(bargain: Bargain) -> None:
    market, ledger = Market(bargain, "late"), bargain.ledger
    agreement, deal = bargain.agreed("disputed")
    worker = bargain.worker(deal, 0)
    ledger.settlement.start(worker, agreement, deal, 0, key="disputed/start").wait()
    delivered = ledger.content.put(market.record(*(market.says(n, 0) for n in range(3))))
    ledger.settlement.deliver(worker, agreement, deal, 0, delivered, key="disputed/deliver").wait()
    false = json.loads(ledger.content.get(delivered)) | {"value": "86400"}

    assert differences(bargain, market) == []
    lie = ledger.content.put(canonical(false))
    ledger.settlement.dispute("customer", agreement, deal, 0, lie, key="disputed/dispute").wait()

    assert [("does not say what its sources signed" in one) for one in differences(bargain, market)] == [True]


def differences(bargain: Bargain, market: Market) -> list[str]:
    check = Check("settled work and its payments")
    audit_oracle(check, bargain.ledger.sync(), bargain.ledger.content, market.of)
    assert check.count
    return check.differences


def test_notary_sources_and_an_auditor_type_their_commands(tmp_path: Path) -> None:
    data = tmp_path / "league"
    with open_ledger(data):
        pass
    feed = tmp_path / "feed.json"
    named = [{"address": str(key.address), "name": f"gate {number}"} for number, key in enumerate(GATES[:3])]
    feed.write_text(json.dumps({
        "format": oracle.FEED, "name": "delivery", "kind": "state", "unit": "", "sources": named, "threshold": 2,
        "fresh": 600,
    }))  # fmt: skip
    told = hanse("oracle", "feed", feed, "--data", data, "--json").json
    files = [tmp_path / f"{number}.json" for number in range(3)]
    for key, file, value in zip(GATES, files, ("delivered", "delivered", "missing"), strict=False):
        where = ("--chain-id", str(told["chain_id"]), "--anchors", told["anchors"], "--out", file)
        hanse("oracle", "say", "delivery", "order 7", value, *where, HANSE_KEY=key.key.hex())

    made = hanse("oracle", "record", "delivery", "order 7", *files, "--data", data, "--json").json
    verified = hanse("oracle", "verify", made["evidence"], "--data", data)
    few = hanse("oracle", "record", "delivery", "order 7", files[0], files[2], "--data", data)
    withdrawn = hanse("oracle", "withdraw", "delivery", GATES[0].address, "--data", data, "--json").json
    after = hanse("oracle", "verify", made["evidence"], "--data", data)

    assert (made["value"], len(made["counted"])) == ("delivered", 3)
    assert (verified.code, "order 7: delivered" in verified.out) == (0, True)
    few.failed(1, "do not agree")
    assert withdrawn["revision"] == 2
    after.failed(1, "withdrawn gate 0")
