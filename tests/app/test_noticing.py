"""The board of notices: what stands on it, and what nobody can put there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hanse.app.noticing import Board, Reader
from hanse.ledger.content import ContentStore
from hanse.ledger.offer_tables import AnchorRow
from hanse.ledger.tables import Place
from hanse.market.notice import LIVE, Notice
from hanse.market.search import About

ANNA, BERT = "0x" + "aa" * 20, "0x" + "bb" * 20
SERVICES = ("milling", "turning")
NOTICE = Notice("offered", "milling", ("milling",), 9_000, 10, 1_000)


class Chain:
    """Anchors in the order they were made."""

    def __init__(self, home: Path) -> None:
        self.content, self.posted, self.gone = ContentStore(home), list[AnchorRow](), list[AnchorRow]()

    def post(self, author: str, number: int, root: str) -> None:
        self.posted.append(AnchorRow(author, "", number, root, Place(len(self.posted), 0, "")))

    def notice(self, author: str, number: int, one: Notice = NOTICE) -> str:
        root = self.content.put(one.document())
        self.post(author, number, root)
        return root

    def withdraw(self, author: str, number: int, root: str) -> None:
        self.gone.append(AnchorRow(author, "", number, root, Place(99, 0, "")))

    def board(self, now: int = 0) -> Board:
        return Reader(self.content).board(self.posted, self.gone, SERVICES, now)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(tmp_path)


def test_a_notice_stands_until_it_expires_or_its_author_withdraws_it(chain: Chain) -> None:
    root = chain.notice(ANNA, 1)
    chain.notice(BERT, 1)
    assert [one.author for one in chain.board(999).posted] == [ANNA, BERT]
    assert chain.board(1_000).posted == ()
    chain.withdraw(ANNA, 1, root)
    assert [one.author for one in chain.board().posted] == [BERT]


def test_nobody_withdraws_anothers_notice(chain: Chain) -> None:
    root = chain.notice(ANNA, 1)
    chain.withdraw(BERT, 1, root)
    assert [one.author for one in chain.board().posted] == [ANNA]


def test_hashes_of_other_things_put_nothing_on_the_board(chain: Chain) -> None:
    """Nobody's file becomes a notice because somebody anchors its hash."""
    chain.post(BERT, 1, chain.content.put(b"%PDF-1.7 a secret"))
    chain.post(BERT, 2, "0x" + "ab" * 32)
    assert chain.board().posted == ()


def test_whoever_anchors_anothers_notice_stands_there_as_its_author(chain: Chain) -> None:
    """And so with its own reputation."""
    chain.notice(ANNA, 1)
    chain.notice(BERT, 7)
    found = chain.board().search("offered", chain.board().wish(NOTICE, 0), About({ANNA: 900_000}), 9)
    assert [one.author for one, _ in found] == [ANNA, BERT]


def test_nobody_fills_the_board(chain: Chain) -> None:
    for number in range(1, LIVE + 20):
        chain.notice(BERT, number, replace(NOTICE, title=f"offer {number}"))
    chain.notice(ANNA, 1)
    found = chain.board().posted
    assert len(found) == LIVE + 1
    assert found[0].notice.title == "offer 20"  # the oldest give way


def test_wanted_notices_suit_whoever_can_do_all_of_them(chain: Chain) -> None:
    chain.notice(ANNA, 1, replace(NOTICE, kind="wanted", services=("milling", "turning")))
    chain.notice(ANNA, 2, replace(NOTICE, kind="wanted", services=("a service nobody knows",)))
    board = chain.board()
    assert [one.number for one in board.suited(BERT, frozenset({0, 1}))] == [1]
    assert board.suited(BERT, frozenset({0})) == []
    assert board.suited(ANNA, frozenset({0, 1})) == []  # its own
