"""What an auditor finds: time promised twice, a book that is not the one on the chain, a journal changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.app import anchoring
from hanse.app.audit import AuditReport, audit
from hanse.errors import EvidenceError
from hanse.ledger.keys import KeyRing
from hanse.market.offers import Book, Need, Window
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from tests.app.shop.town import MEMBERS, RUNNING, Town, mill, town


def found(made: Town) -> list[str]:
    report: AuditReport = audit(made.home / "coordinator", made.chain.url, made.shared.directory)
    return [difference for check in report.checks for difference in check.differences]


def test_a_host_that_promises_one_hour_twice_is_named_and_so_is_a_book_that_was_changed(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        for one in agents.values():
            one._deeds.afford(200_000)
        host, now = agents["E2"].look.again(), made.minute(130)
        hour = [Window(host.me.number, 1, 0, now, now + 60, 300), Window(host.me.number, 1, 0, now + 30, now + 90, 300)]
        offers, book = agents["E2"].ledger.offers, Book(hour)
        agents["E2"].look.shelf.put(book)
        offers.publish_book("member/E2", 9, book, key="book").wait()
        for member, place in (("E1", 0), ("E3", 1)):
            need = Need(0, now - 60, now + 500)
            agents[member].ledger.offers.claim_from_book(
                f"member/{member}", host.me.address, 9, book, place, hour[place].start, 60, need, key="by hand"
            ).wait()
        assert found(made) == []

        for place in (0, 1):  # no agent would
            offers.confirm("member/E2", 9 << 32 | place, key=f"confirm {place}").wait()

        (twice,) = found(made)
        assert f"windows {9 << 32} and {9 << 32 | 1} of machine 1 of {host.me.address} apart" in twice

        path = made.shared.directory / "books" / book.root.hex()
        path.write_bytes(path.read_bytes()[::-1])
        assert sum("do not have this root" in one for one in found(made)) == 2


def test_a_journal_that_was_sealed_anew_is_not_the_one_on_the_chain(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents("E2") as agents:
        made.say("E2", *RUNNING)
        agents["E2"].turn()
        account, key = agents["E2"].look.address, KeyRing(tmp_path / "E2" / "secret").account("gateway:E2")

        def compared(path: Path) -> anchoring.Anchored:
            journal = Journal(path, member="E2", chain_id=0)
            try:
                journal.verify(key.address)
                return anchoring.compare(journal, made.chain.url, made.league, account)
            finally:
                journal.close()

        true = compared(tmp_path / "E2" / "telemetry.db")
        # The member itself leaves a reading out, and seals the rest with the right key.
        kept = Journal(tmp_path / "E2" / "telemetry.db", member="E2", chain_id=0)
        forged = Journal(tmp_path / "forged.db", member="E2", chain_id=0)
        machines = Gate({f"{member}/line": frozenset({mill(member)}) for member in MEMBERS}, ahead=1 << 40)
        sealed = kept.seals()[0].seal.sealed
        forged.add([reading for _, reading in kept.since()][:1], machines, sealed)
        kept.close()
        forged.seal(key, sealed)
        forged.close()
        Journal(tmp_path / "empty.db", member="E2", chain_id=0).close()

        assert (true.seals, true.readings) == (1, len(RUNNING))
        with pytest.raises(EvidenceError, match="not the one that was anchored"):
            compared(tmp_path / "forged.db")
        with pytest.raises(EvidenceError, match="on the chain and not in the journal"):
            compared(tmp_path / "empty.db")
