"""Money that moved."""

from __future__ import annotations

from hanse.ledger.lookup.base import Reads


class Money(Reads):
    def moved(self, address: str) -> list[tuple[str, int, str, int]]:
        """Every change of an account's money, in chain order: of which purse, cents, why, in which block."""
        rows = self._database.rows(
            "SELECT 'account', amount, payer, chain_block, log_index FROM transfers WHERE payee = ?1 UNION ALL"
            " SELECT 'account', '-' || amount, payee, chain_block, log_index FROM transfers WHERE payer = ?1 UNION ALL"
            " SELECT 'settlement', amount, why, chain_block, log_index FROM purse_moves WHERE account = ?1 UNION ALL"
            " SELECT 'rounds', amount, why, chain_block, log_index FROM stake_moves WHERE account = ?1 UNION ALL"
            " SELECT 'offers', amount, why, chain_block, log_index FROM offer_moves WHERE account = ?1 UNION ALL"
            " SELECT 'communities', amount, why, chain_block, log_index FROM community_moves WHERE account = ?1"
            " UNION ALL"
            " SELECT 'designs', amount, why, chain_block, log_index FROM design_moves WHERE account = ?1 UNION ALL"
            " SELECT 'quotations', amount, why, chain_block, log_index FROM quotation_moves WHERE account = ?1"
            " ORDER BY 4, 5",
            (address,),
        )
        return [(str(purse), int(amount), str(why), int(block)) for purse, amount, why, block, _ in rows]
