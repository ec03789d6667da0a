"""What the service finds on the board of notices, and for whom: the newest board, what is known of its authors, and
what suits an account. All of it is made anew when there is a new block, and kept until the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.app.evidencing import evidence
from hanse.app.noticing import Board, Posted, Reader
from hanse.ledger.communities import LEAGUE_COMMUNITY
from hanse.ledger.league import hash_text
from hanse.market import notice as rules
from hanse.market.notice import Kind
from hanse.market.search import About, Found, Wish, habits
from hanse.market.ties import direct, tie
from hanse.value.reputation import Settlement, reputation

if TYPE_CHECKING:
    from hanse.app.api.service import Service

EACH = 20
"""Finds for each of one's own wanted notices."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known after a block. standing: whole reputation by author; known: what each customer knows of each."""

    block: tuple[int, str]
    board: Board
    standing: Mapping[str, int]
    known: Mapping[str, Mapping[str, int]]


class Finder:
    """Finds for the accounts of one service."""

    def __init__(self, service: Service) -> None:
        self._service, self._reader = service, Reader(service.content)
        self._moment: Moment | None = None

    def board(self) -> Board:
        """The board after the newest block."""
        return self._now().board

    def search(self, who: str, kind: Kind, wish: Wish, limit: int) -> list[tuple[Posted, Found]]:
        """The best notices of a kind for an account's wish, others' only."""
        now = self._now()
        found = now.board.search(kind, wish, self._about(who, now), limit + rules.LIVE)
        return [(one, why) for one, why in found if one.author != who][:limit]

    def suggested(self, who: str) -> tuple[list[tuple[Posted, Found]], list[Posted]]:
        """What others offer that answers what `who` wants, each once, the best first; and what others want that it is
        certified to do."""
        now, best = self._now(), dict[int, tuple[Posted, Found]]()
        about = self._about(who, now)
        for own in now.board.posted:
            if own.author == who and own.notice.kind == "wanted":
                for one, why in now.board.search("offered", now.board.wish(own.notice, self._time()), about, EACH):
                    if one.author != who and (one.id not in best or why.score > best[one.id][1].score):
                        best[one.id] = one, why
        able = self._service.lookup.member(who)
        bits = 0 if able is None else able.offered
        places = frozenset(i for i in range(256) if bits >> i & 1)
        return sorted(best.values(), key=lambda pair: (-pair[1].score, pair[0].id)), now.board.suited(who, places)

    def own(self, who: str) -> int:
        """The number after the newest that an account ever posted."""
        rows = self._service.lookup.anchors(hash_text(rules.POSTED), who)
        return 1 + max((row.number for row in rows), default=0)

    def _about(self, who: str, now: Moment) -> About:
        authors = dict.fromkeys(one.author for one in now.board.posted)
        company = self._company(who)
        ties = {one: tie(now.known, who, one, company) for one in authors} if company or who in now.known else {}
        return About(now.standing, ties, self._habit(who))

    def _company(self, who: str) -> dict[str, frozenset[str]]:
        """The communities of an account, and who is in them with it, by address. The league itself ties nobody: it is
        everybody's."""
        lookup, found = self._service.lookup, defaultdict[str, set[str]](set)
        for own in lookup.memberships(who):
            if own.community != LEAGUE_COMMUNITY:
                for row in lookup.belongs(own.community):
                    found[row.member].add(str(own.community))
        return {member: frozenset(its) for member, its in found.items()}

    def _habit(self, who: str) -> dict[int, int]:
        """What an account ordered before, by the services it took."""
        lookup = self._service.lookup
        needed = [row.required for order in lookup.orders_of(who) if (row := lookup.product(order.product)) is not None]
        needed += [row.terms.services for row in lookup.requests(0, 2**31, who) if row.requester == who]
        sets = [frozenset(i for i in range(256) if bits >> i & 1) for bits in needed if bits]
        return habits(sets) if sets else {}

    def _time(self) -> int:
        return int(self._service.clock.now())

    def _now(self) -> Moment:
        block = self._service.lookup.head()
        if self._moment is None or self._moment.block != block:
            self._moment = self._made(block)
        return self._moment

    def _made(self, block: tuple[int, str]) -> Moment:
        from hanse.app.api.reading.members import services  # it reads standing, and this module is asked by the service

        lookup = self._service.lookup
        posted, gone = (lookup.anchors(hash_text(topic)) for topic in (rules.POSTED, rules.WITHDRAWN))
        board = self._reader.board(posted, gone, services(self._service), self._time())
        settled = evidence(lookup.all_settled(), lookup.all_worked())
        now = max([self._time(), *(one.time for one in settled)])
        by_member: dict[str, list[Settlement]] = defaultdict(list)
        for one in settled:
            by_member[one.member].append(one)
        standing = {one: reputation(its, one, now).whole for one, its in by_member.items()}
        return Moment(block, board, standing, direct(settled))
