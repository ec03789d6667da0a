"""Money: what an account has, and how it is put down, taken out and created."""

from __future__ import annotations

from typing import Annotated, Literal

from eth_utils.address import to_checksum_address
from fastapi import Path, Response

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller, Key, SignedIn, Treasurer
from hanse.app.api.problems import Conflict, NotAllowed
from hanse.app.api.routes.base import TAKEN, Addressed, taken
from hanse.app.api.routes.base import router as made
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes

router = made("money")

CONTRACTS = {
    "settlement": "Settlement",
    "rounds": "Rounds",
    "offers": "Offers",
    "communities": "Communities",
    "designs": "Designs",
    "quotations": "Quotations",
}
Purse = Annotated[
    Literal["settlement", "rounds", "offers", "communities", "designs", "quotations"], Path(examples=["settlement"])
]

DEPOSIT_GAS = 160_000
"""A first deposit takes at most 100,000; it cannot be asked before it is allowed."""


@router.get("/money", response_model=shapes.Money)
def own(who: SignedIn) -> shapes.Money:
    """Your money: in hand, free in each purse, and how it moved."""
    return reading.money.money(who.service, who.address)


@router.get("/money/{address}", response_model=shapes.Money)
def of(who: SignedIn, address: Addressed) -> shapes.Money:
    """Somebody's money; for the league's staff."""
    account = to_checksum_address(address)
    if account != who.address and not who.sees_all:
        raise NotAllowed("this is somebody else's money", where=address)
    return reading.money.money(who.service, account)


@router.post("/money", **TAKEN)
def mint(who: Treasurer, key: Key, body: shapes.Mint, response: Response) -> shapes.ActionNow:
    """Money that the league was paid outside the chain becomes an account's on it, against the record of that."""
    service, to = who.service, to_checksum_address(body.to)

    def build() -> list[Wanted]:
        record = documents.deposit(to, body.amount, body.reference or key)
        return [service.message("LeagueToken", "mint", to, body.amount, hash_bytes(who.put(record)))]

    return taken(who, response, key, "create money", None, body, build)


@router.post("/money/retirement", **TAKEN)
def retire(who: SignedIn, key: Key, body: shapes.Retire, response: Response) -> shapes.ActionNow:
    """Money in your hand that the league pays you outside the chain ceases to be on it, against the record of that."""
    service = who.service

    def build() -> list[Wanted]:
        _check_in_hand(who, body.amount)
        record = documents.payout(who.address, body.amount, body.reference or key)
        return [service.message("LeagueToken", "retire", body.amount, hash_bytes(who.put(record)))]

    return taken(who, response, key, "give money back", None, body, build)


@router.post("/money/{purse}/deposit", **TAKEN)
def deposit(who: SignedIn, key: Key, purse: Purse, body: shapes.Amount, response: Response) -> shapes.ActionNow:
    """Put money into a purse: for agreements, bonds of rounds, idle time, communities, royalties, or quotations."""
    return taken(who, response, key, "put money down", purse, body, lambda: put_down(who, purse, body.amount))


def put_down(who: Caller, purse: Purse, amount: int) -> list[Wanted]:
    """What puts so much of the caller's money into a purse; nothing for nothing. Raises Conflict if it has not."""
    if amount <= 0:
        return []
    service, contract = who.service, CONTRACTS[purse]
    _check_in_hand(who, amount)
    return [
        service.message("LeagueToken", "approve", service.league.addresses.by_contract()[contract], amount),
        service.message(contract, "deposit", amount, gas=DEPOSIT_GAS),
    ]


def _check_in_hand(who: Caller, amount: int) -> None:
    has = reading.money.purse(who.service, who.address, "account")
    if has < amount:
        raise Conflict(
            f"it takes {amount / 100:.2f} and you have {has / 100:.2f} in hand",
            where="amount",
            hint="a treasurer of the league gives you money against what you pay it",
        )


@router.post("/money/{purse}/withdrawal", **TAKEN)
def withdraw(who: SignedIn, key: Key, purse: Purse, body: shapes.Amount, response: Response) -> shapes.ActionNow:
    """Take free money out of a purse, into your hand."""
    service, contract = who.service, CONTRACTS[purse]

    def build() -> list[Wanted]:
        free = reading.money.purse(service, who.address, purse)
        if free < body.amount:
            raise Conflict(f"{free / 100:.2f} is free there", where="amount", hint="take out less")
        return [service.message(contract, "withdraw", body.amount)]

    return taken(who, response, key, "take money out", purse, body, build)
