"""The board: which notices stand, and what can be found among them; from the anchors that the read models tell and the
documents behind them. Whoever has both has the same board.

A notice counts if its author anchored exactly its hash, and its bytes are a notice. It stands until it expires or its
author anchors that it is withdrawn; of each author its newest hundred, so that nobody fills the board.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hanse.errors import HanseError
from hanse.ledger.content import ContentStore
from hanse.ledger.offer_tables import AnchorRow
from hanse.market import notice as rules
from hanse.market.notice import Kind, Notice
from hanse.market.search import About, Catalogue, Found, Offer, Wish

MOST_KEPT = 50_000
"""Notices whose documents are remembered."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice that stands. id: its place on the board, from 1; number: its author's own; hash: of its document;
    block: of the chain."""

    id: int
    author: str
    number: int
    hash: str
    block: int
    notice: Notice


class Board:
    """Notices that stand at a moment. services: the league's list, by which they are found; what a notice names beside
    it is shown, and found by nothing."""

    def __init__(self, posted: Sequence[Posted], services: Sequence[str]) -> None:
        self.posted = tuple(posted)
        self._by_id = {one.id: one for one in self.posted}
        self._place = {name: i for i, name in enumerate(services)}
        self._catalogues = {kind: self._catalogue(kind) for kind in rules.KINDS}

    def search(self, kind: Kind, wish: Wish, about: About, limit: int) -> list[tuple[Posted, Found]]:
        """The best of one kind for a wish."""
        return [(self._by_id[one.offer.number], one) for one in self._catalogues[kind].search(wish, about, limit)]

    def places(self, services: Iterable[str]) -> frozenset[int]:
        """Services by their places in the league's list; those that are not in it are left out."""
        return frozenset(self._place[one] for one in services if one in self._place)

    def wish(self, wanted: Notice, now: int) -> Wish:
        """What a wanted notice looks for."""
        return Wish(
            self.places(wanted.services), wanted.price, wanted.position, None, now, wanted.ready, wanted.quality
        )

    def suited(self, author: str, able: frozenset[int]) -> list[Posted]:
        """Wanted notices of others that somebody with these services can answer whole."""
        wanted = (one for one in self.posted if one.notice.kind == "wanted" and one.author != author)
        return [one for one in wanted if (needs := self.places(one.notice.services)) and needs <= able]

    def _catalogue(self, kind: Kind) -> Catalogue:
        return Catalogue([
            Offer(
                one.id, one.author, self.places(one.notice.services), one.notice.price, one.notice.ready,
                one.notice.quality, one.notice.position,
            )
            for one in self.posted
            if one.notice.kind == kind
        ])  # fmt: skip


class Reader:
    """Reads boards; remembers documents, which never change under their hashes."""

    def __init__(self, content: ContentStore) -> None:
        self._content, self._known = content, dict[str, Notice | None]()

    def board(
        self, posted: Sequence[AnchorRow], withdrawn: Sequence[AnchorRow], services: Sequence[str], now: int
    ) -> Board:
        """posted, withdrawn: all anchors of the two topics, in chain order; now: by the clock of the chain."""
        gone = {(row.account, row.number) for row in withdrawn}
        alive: dict[str, list[Posted]] = defaultdict(list)
        for i, row in enumerate(posted, start=1):
            found = None if (row.account, row.number) in gone else self._notice(row.root)
            if found is not None and found.expires > now:
                one = Posted(i, row.account, row.number, row.root, row.place.block, found)
                alive[row.account].append(one)
        newest = (one for own in alive.values() for one in own[-rules.LIVE :])
        return Board(sorted(newest, key=lambda one: one.id), services)

    def _notice(self, root: str) -> Notice | None:
        if root not in self._known:
            if not self._content.has(root):
                return None  # it may come
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            try:
                self._known[root] = rules.parse(self._content.get(root))
            except HanseError:
                self._known[root] = None
        return self._known[root]
