"""Accounts' money, by purse and by move."""

from __future__ import annotations

from hanse.app.api import shapes
from hanse.app.api.service import Service


def purse(service: Service, address: str, name: str) -> int:
    """What an account has in one purse, by the read models."""
    return sum(amount for one, amount, _, _ in service.lookup.moved(address) if one == name)


def money(service: Service, address: str, newest: int = 100) -> shapes.Money:
    moves = service.lookup.moved(address)
    sums = dict.fromkeys(("account", "settlement", "rounds", "offers", "communities", "designs", "quotations"), 0)
    for name, amount, _, _ in moves:
        sums[name] += amount
    told = [shapes.Moved(purse=p, amount=a, why=w, block=b) for p, a, w, b in reversed(moves[-newest:])]
    return shapes.Money(address=address, **sums, moves=told)
