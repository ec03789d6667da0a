"""A league that moves: a soft switch is told, a hard one is held to from its block; what was begun ends, and money
comes out."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import cast

import pytest

from hanse.errors import ChainFault
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.league import ADMIN
from hanse.ledger.store import Ledger, open_ledger
from hanse.ledger.succession import LeagueHasSuccessor, LeagueMoved, Successor, successor

NOTES = "0x" + "11" * 32


def announced(ledger: Ledger, book: str, start: int, *, hard: bool) -> None:
    words = book, start, hard, bytes(32)
    ledger.league.send(f"announce/{start}/{hard}", ADMIN, "Versions", "announce", *words).wait()
    ledger.league._follower._until = 0.0  # as if some seconds were over


def test_a_league_is_followed_where_it_goes(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with open_ledger(tmp_path) as ledger:
            league, book = ledger.league, ledger.league.addresses.token  # any contract stands for the next book
            assert successor(league) is None
            league.register("mill", 1, NOTES, key="register").wait()
            league.mint(league.address("mill"), 100, key="mint").wait()
            ledger.offers.allow("mill", 100, key="allow").wait()
            ledger.offers.deposit("mill", 100, key="deposit").wait()
            with pytest.raises(ChainFault, match="too soon"):
                announced(ledger, book, 1, hard=False)
            announced(ledger, book, ledger.chain.height() + 2, hard=False)
            league.register("soft", 1, NOTES, key="soft").wait()

    with pytest.warns(LeagueHasSuccessor, match="goes on at"):
        _and_leaves_for_good(tmp_path, book)


def _and_leaves_for_good(data: Path, book: str) -> None:
    with open_ledger(data) as ledger:
        league = ledger.league
        start = ledger.chain.height() + 4
        announced(ledger, book, start, hard=True)
        league.register("before", 1, NOTES, key="before").wait()
        while ledger.chain.height() < start:
            cast("EmbeddedChain", ledger.chain)._ask("evm_mine", [])
        with pytest.raises(LeagueMoved, match="nothing is begun here any more") as refused:
            league.register("after", 1, NOTES, key="after")
        assert book in refused.value.hint
        assert ledger.outbox.entry("after") is None
        ledger.offers.withdraw("mill", 100, key="withdraw").wait()
        assert league.balance(league.address("mill")) == 100
        found = ledger.sync().versions()
        assert [(one.book, one.hard) for one in found] == [(book, False), (book, True)]


def test_only_a_hard_switch_that_holds_refuses_and_never_a_way_out() -> None:
    for there in (Successor("0x", 10, hard=False), Successor("0x", 11, hard=True)):
        there.refuse("OrderBook", "place", 10)
    gone = Successor("0x", 10, hard=True)
    gone.refuse("Rounds", "withdraw", 10)
    gone.refuse("Quotations", "open", 10)
    with pytest.raises(LeagueMoved):
        gone.refuse("Rounds", "open", 10)  # begins one; opening a bid ends its seal
    with pytest.raises(LeagueMoved):
        gone.refuse("OrderBook", "place", 10)
