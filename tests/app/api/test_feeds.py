"""Feeds over REST: named by notaries, recorded with who said what, recomputed for everybody; and what liars gain."""

from __future__ import annotations

import time

import pytest
from eth_account import Account

from hanse.app import oracle
from hanse.app.api import shapes
from hanse.app.client import Client, Refused
from hanse.telemetry.feeds import Signed, Statement, Where
from tests.app.api.house import Town

GATES = [Account.from_key(bytes([number]) * 32) for number in (21, 22, 23)]
SUBJECT = "agreement 1, milestone 0"


def named(town: Town, name: str, gates: int = 3, threshold: int = 2) -> shapes.FeedNow:
    """A feed of the notary's, of so many of the gates."""
    sources = [shapes.FeedSource(address=GATES[n].address, name=f"gate {n}") for n in range(gates)]
    feed = shapes.PublishFeed(
        name=name, kind="number", unit="seconds late", sources=sources, threshold=threshold, fresh=600
    )
    town["notary"].publish_feed(feed)
    return found(town["stranger"], name)


def found(who: Client, name: str) -> shapes.FeedNow:
    return next(one for one in who.feeds() if one.name == name)


def said(town: Town, feed: str, *values: int, chain: int = 0) -> list[shapes.StatementFile]:
    """What the gates sign, one after the other. chain: added to the id of the chain they sign for."""
    league = town["ada"].league()
    where = Where(league.chain_id + chain, league.contracts["Anchors"])
    now = int(time.time())
    told = [Signed.of(Statement(feed, SUBJECT, str(value), now - 1), where, GATES[i]) for i, value in enumerate(values)]
    return [shapes.StatementFile.model_validate(oracle.statement_document(one)) for one in told]


def test_a_record_tells_the_value_and_who_said_it_to_everybody_who_has_its_hash(town: Town) -> None:
    feed = named(town, "gates")
    assert (feed.revision, feed.threshold, len(feed.sources)) == (1, 2, 3)
    made = town["customer"].make_record("gates", SUBJECT, said(town, "gates", 60, 62, 10**9))
    assert (made.value, made.unit, made.holds) == ("62", "seconds late", True)
    assert [(one.name, one.value) for one in sorted(made.counted, key=lambda one: one.name)] == [
        ("gate 0", "60"), ("gate 1", "62"), ("gate 2", "1000000000"),
    ]  # fmt: skip
    assert town["stranger"].record(made.evidence) == made


def test_a_source_with_a_wallet_signs_here_and_one_without_at_the_service(town: Town) -> None:
    sources = {"member": town["member"], "ada": town["ada"]}
    assert (sources["member"]._wallet is None, sources["ada"]._wallet is None) == (False, True)
    feed = shapes.PublishFeed(
        name="people", kind="state", unit="", threshold=2, fresh=600,
        sources=[shapes.FeedSource(address=town.address(name), name=name) for name in sources],
    )  # fmt: skip
    town["notary"].publish_feed(feed)
    statements = [who.say("people", SUBJECT, "delivered") for who in sources.values()]
    made = town["customer"].make_record("people", SUBJECT, statements, notary=town.address("notary"))
    assert (made.value, made.holds) == ("delivered", True)
    assert {one.name for one in made.counted} == set(sources)


def test_a_record_that_was_given_as_evidence_is_listed_with_the_work_it_is_about(town: Town) -> None:
    named(town, "yard")
    made = town["customer"].make_record("yard", SUBJECT, said(town, "yard", 60, 62, 64))
    assert made.evidence not in [one.evidence for one in town["customer"].records()]
    town["customer"].dispute(1, 0, made.evidence)
    listed = next(one for one in town["customer"].records() if one.evidence == made.evidence)
    assert (listed.agreement, listed.milestone, listed.holds) == (1, 0, True)
    assert town["stranger"].records() == []


def test_who_is_withdrawn_counts_in_no_record_any_more_old_ones_included(town: Town) -> None:
    named(town, "dock")
    made = town["customer"].make_record("dock", SUBJECT, said(town, "dock", 60, 62))
    assert named(town, "dock", gates=1, threshold=1).revision == 2
    now = town["stranger"].record(made.evidence)
    assert not now.holds
    assert "gate 1" in now.fault or "too few" in now.fault
    assert now.counted == made.counted  # who said it stays to be seen


def test_too_few_or_another_leagues_words_make_no_record(town: Town) -> None:
    named(town, "lorry")
    customer = town["customer"]
    with pytest.raises(Refused, match="1 sources count"):
        customer.make_record("lorry", SUBJECT, said(town, "lorry", 60))
    with pytest.raises(Refused, match="0 sources count"):
        customer.make_record("lorry", SUBJECT, said(town, "lorry", 60, 61, 62, chain=1))
    with pytest.raises(Refused, match="no notary has named such a feed"):
        customer.make_record("nobody's", SUBJECT, said(town, "lorry", 60, 61, 62))


def test_only_a_notary_names_a_feed_and_says_nothing_twice(town: Town) -> None:
    feed = shapes.PublishFeed(**named(town, "crane").model_dump(exclude={"notary", "revision", "document"}))
    with pytest.raises(Refused, match="already"):
        town["notary"].publish_feed(feed)
    with pytest.raises(Refused, match="only a notary"):
        town["customer"].publish_feed(feed)
    with pytest.raises(Refused, match="no threshold"):
        town["notary"].publish_feed(feed.model_copy(update={"threshold": 1}))
    assert found(town["ada"], "crane").revision == 1


def test_a_file_that_is_no_record_is_none(town: Town) -> None:
    """Nobody reads another's words by asking for them as a record."""
    document = town["ada"].agreement(1).document
    with pytest.raises(Refused, match="no such record"):
        town["stranger"].record(document)
