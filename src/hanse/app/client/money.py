"""Money: in hand and in the purses of the contracts, created against what was paid in, and retired again."""

from __future__ import annotations

from typing import Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How

Purse = Literal["settlement", "rounds", "offers", "communities", "designs", "quotations"]


class Money(Connection):
    def money(self, address: str | None = None) -> shapes.Money:
        """Yours; for holders of an office also another account's."""
        return self._get("money" if address is None else f"money/{address}", shapes.Money)

    def mint(self, to: str, amount: int, reference: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        """reference: of what was received; it creates money once."""
        return self._write("POST", "money", {"to": to, "amount": amount, "reference": reference}, **how)

    def retire(self, amount: int, reference: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        """reference: of what was paid out to you."""
        return self._write("POST", "money/retirement", {"amount": amount, "reference": reference}, **how)

    def deposit(self, purse: Purse, amount: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"money/{purse}/deposit", {"amount": amount}, **how)

    def withdraw(self, purse: Purse, amount: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"money/{purse}/withdrawal", {"amount": amount}, **how)
