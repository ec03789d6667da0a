"""Feeds as the service sees them: which stand, what records say, and whether they hold; all from the read models and
the content store, so that nobody who asks waits for a chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.app import oracle
from hanse.errors import HanseError, InputError
from hanse.ledger.league import hash_text
from hanse.ledger.offer_tables import AnchorRow
from hanse.telemetry.feeds import Feed, Where

if TYPE_CHECKING:
    from hanse.app.api.service import Service

MOST_KEPT = 10_000
"""Documents that are remembered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest revision of a feed, by a notary of now. document: its hash."""

    notary: str
    revision: int
    document: str
    feed: Feed


@dataclass(frozen=True, slots=True)
class Told:
    """A record and whether it holds. feed: None if its document is not here; fault, cure: why not, empty if it does;
    revision: of the feed by which it was examined."""

    evidence: str
    said: oracle.Claimed
    feed: Feed | None
    revision: int
    fault: str
    cure: str


class Feeds:
    """The feeds of one service."""

    def __init__(self, service: Service) -> None:
        self._service, self._known = service, dict[str, Feed | None]()
        self.where = Where(service.ledger.chain_id, service.league.addresses.anchors)
        """What statements for this league are bound to."""
        self._anchors: tuple[tuple[int, str], dict[tuple[str, str, int], str]] = ((-2, ""), {})

    def is_notary(self, account: str) -> bool:
        return "notary" in self._service.offices(account)

    def root(self, account: str, topic: bytes, number: int) -> bytes:
        found = self._roots().get((account, hash_text(topic), number))
        return oracle.NOTHING if found is None else bytes.fromhex(found[2:])

    def standing(self) -> list[Standing]:
        """The newest of every feed that a notary of now has named, by name, then notary."""
        found: dict[tuple[str, str], Standing] = {}
        for (account, topic, number), root in sorted(self._roots().items()):
            feed = self._feed(root)
            if feed is not None and hash_text(oracle.topic(feed.name)) == topic and self.is_notary(account):
                found[feed.name, account] = Standing(account, number, root, feed)
        return [found[key] for key in sorted(found)]

    def of(self, name: str, notary: str | None) -> Standing:
        """The feed of that name. notary: None if one alone has named it. Raises InputError."""
        named = [one for one in self.standing() if one.feed.name == name and notary in (None, one.notary)]
        if not named:
            raise InputError("no notary has named such a feed", where=name[:80], hint="see GET /feeds")
        if len(named) > 1:
            raise InputError("several notaries have a feed of this name", where=name[:80], hint="say whose")
        return named[0]

    def is_record(self, evidence: str) -> bool:
        """Whether this is the hash of a record that is here, true or not."""
        return self._said(evidence) is not None

    def told(self, evidence: str) -> Told | None:
        """The record of that hash, recomputed; None if there is none."""
        said = self._said(evidence)
        if said is None:
            return None
        feed = self._feed(said.feed)
        try:
            found = oracle.examine(self._service.content.get(evidence), self._service.content, self)
        except HanseError as wrong:
            return Told(evidence, said, feed, 0, wrong.message, wrong.hint)
        return Told(evidence, said, feed, found.revision, "", "")

    def _said(self, evidence: str) -> oracle.Claimed | None:
        try:
            if self._service.content.has(evidence):
                return oracle.read_record(self._service.content.get(evidence))
        except HanseError:
            pass  # no hash, or of something else
        return None

    def _feed(self, root: str) -> Feed | None:
        if root not in self._known:
            if not self._service.content.has(root):
                return None  # it may come
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            try:
                self._known[root] = oracle.read_feed(self._service.content.get(root))
            except HanseError:
                self._known[root] = None
        return self._known[root]

    def _roots(self) -> dict[tuple[str, str, int], str]:
        at = self._service.lookup.head()
        if self._anchors[0] != at:
            rows: tuple[AnchorRow, ...] = self._service.index.anchors()
            self._anchors = at, {(row.account, row.topic, row.number): row.root for row in rows}
        return self._anchors[1]
