"""Feeds: what several sources say of one thing, and which value counts (docs/oracles.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import How
from hanse.app.client.league import League
from hanse.clock import SystemClock


class Feeds(League):
    def feeds(self) -> list[shapes.FeedNow]:
        """Of the league's notaries, the newest revision of each, by name."""
        return self._list("feeds", shapes.FeedNow)

    def publish_feed(self, feed: shapes.PublishFeed, **how: Unpack[How]) -> shapes.ActionNow:
        """As a notary: names a feed, or gives the next revision of one of yours."""
        return self._write("POST", "feeds", feed.model_dump(mode="json"), **how)

    def say(self, feed: str, subject: str, value: str, measured: int | None = None) -> shapes.StatementFile:
        """As a source: signs what you saw, for whoever makes the record. With a wallet it is signed here. measured:
        when, seconds since 1970; left out, now."""
        if self._wallet is None:
            body = {"feed": feed, "subject": subject, "value": value, "measured": measured}
            return self._post("feeds/statements", body, shapes.StatementFile)
        from hanse.app.oracle import statement_document
        from hanse.telemetry.feeds import Signed, Statement, Where

        league = self.league()
        said = Statement(feed, subject, value, int(SystemClock().now()) if measured is None else measured)
        signed = Signed.of(said, Where(league.chain_id, league.contracts["Anchors"]), self._wallet)
        return shapes.StatementFile.model_validate(statement_document(signed))

    def make_record(
        self, feed: str, subject: str, statements: Sequence[shapes.StatementFile], *, notary: str | None = None
    ) -> shapes.RecordNow:
        """Puts down which value counts now, and who said it; its `evidence` goes into the words of a delivery, dispute,
        ruling or appeal. notary: whose feed, where several have one of this name."""
        said = [one.model_dump(mode="json") for one in statements]
        body = {"feed": feed, "notary": notary, "subject": subject, "statements": said}
        return self._post("feeds/records", body, shapes.RecordNow)

    def records(self, limit: int = 50) -> list[shapes.RecordNow]:
        """Given as evidence in agreements you see, the newest first, each recomputed."""
        return self._list("feeds/records", shapes.RecordNow, {"limit": limit})

    def record(self, evidence: str) -> shapes.RecordNow:
        """One by its hash, recomputed."""
        return self._get(f"feeds/records/{evidence}", shapes.RecordNow)
