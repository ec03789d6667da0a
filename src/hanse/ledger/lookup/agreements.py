"""Agreements, the work they promise, and how it was settled, paid in and advanced."""

from __future__ import annotations

from hanse.ledger import finance_tables, settlement_tables
from hanse.ledger.finance_tables import AdvanceRow
from hanse.ledger.lookup.base import Reads
from hanse.ledger.settlement_tables import AgreementRow, AnswerRow, MilestoneRow, SettledRow

_INVOLVED = "EXISTS (SELECT 1 FROM involved WHERE account = ?1 AND agreement = number)"
_RUNNING = (
    "(status = 'open' OR EXISTS"
    " (SELECT 1 FROM milestones AS work WHERE work.agreement = agreements.number AND work.stage != 'settled'))"
)


class Agreements(Reads):
    def agreement(self, number: int, party: str | None = None) -> AgreementRow | None:
        """An agreement. party: only if this address is its proposer or one of its parties."""
        clause = "" if party is None else f" AND {_INVOLVED}"
        values = (number,) if party is None else (party, number)
        return self._one("agreements", settlement_tables.read_agreement, f"number = ?{len(values)}{clause}", *values)

    def agreements(
        self, after: int, limit: int, party: str | None = None, status: str = "", *, running: bool = False
    ) -> list[AgreementRow]:
        """Agreements, of one status or of all; party as in `agreement`. running: only what has not ended."""
        clause = (f" AND {_INVOLVED}" if party is not None else "") + (" AND status = ?4" if status else "")
        clause += f" AND {_RUNNING}" if running else ""
        values = (party, after, limit, status) if status else (party, after, limit)
        rows = self._database.rows(
            f"SELECT * FROM agreements WHERE number > ?2{clause} ORDER BY number LIMIT ?3", values
        )
        return list(map(settlement_tables.read_agreement, rows))

    def agreements_of(self, order: int) -> list[AgreementRow]:
        """All that was proposed for an order."""
        clause = "order_number = ? ORDER BY number"
        return self._all("agreements", settlement_tables.read_agreement, clause, order)

    def said(self, agreement: int) -> list[AnswerRow]:
        """What parties said of an agreement instead of signing it."""
        clause = "agreement = ? ORDER BY chain_block, log_index"
        return self._all("answers", settlement_tables.read_answer, clause, agreement)

    def milestones(self, agreement: int) -> list[MilestoneRow]:
        return self._all("milestones", settlement_tables.read_milestone, "agreement = ? ORDER BY number", agreement)

    def running(self) -> list[MilestoneRow]:
        """Milestones that have not ended, of all agreements."""
        clause = "stage != 'settled' ORDER BY agreement, number"
        return self._all("milestones", settlement_tables.read_milestone, clause)

    def settled(self, agreement: int) -> list[SettledRow]:
        return self._all("settled", settlement_tables.read_settled, "agreement = ? ORDER BY number", agreement)

    def settled_with(self, party: str) -> list[SettledRow]:
        """All settled work of a member or a customer, in chain order."""
        clause = "?1 IN (customer, member) ORDER BY chain_block, log_index"
        return self._all("settled", settlement_tables.read_settled, clause, party)

    def all_settled(self) -> list[SettledRow]:
        """The same of everybody."""
        return self._all("settled", settlement_tables.read_settled, "TRUE ORDER BY chain_block, log_index")

    def instalments(self, agreement: int) -> set[int]:
        """Milestones of an agreement whose instalments were paid in."""
        rows = self._all("instalments", finance_tables.read_instalment, "agreement = ?", agreement)
        return {one.milestone for one in rows}

    def advances_of(self, agreement: int) -> list[AdvanceRow]:
        """Advances on the milestones of an agreement."""
        return self._all("advances", finance_tables.read_advance, "agreement = ? ORDER BY milestone", agreement)

    def advances_for(self, account: str) -> list[AdvanceRow]:
        """Advances an account may give, has given, or has asked itself, those of the newest agreements first."""
        clause = "?1 IN (member, financier) OR (financier = '' AND state = 'asked') ORDER BY agreement DESC, milestone"
        return self._all("advances", finance_tables.read_advance, clause, account)
