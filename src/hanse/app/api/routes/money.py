"""Money: what an account has, and how it is put down, taken out and created."""

from __future__ import annotations

from typing import Annotated, Literal

from eth_utils.address import to_checksum_address
from fastapi import Path, Response

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Key, SignedIn, Treasurer
from hanse.app.api.problems import Conflict, NotAllowed
from hanse.app.api.routes.base import TAKEN, Addressed, taken
from hanse.app.api.routes.base import router as made
from hanse.ledger.desk import Wanted

router = made("money")

CONTRACTS = {"settlement": "Settlement", "rounds": "Rounds", "offers": "Offers"}
Purse = Annotated[Literal["settlement", "rounds", "offers"], Path(examples=["settlement"])]

DEPOSIT_GAS = 160_000
"""A first deposit takes at most 100,000; it cannot be asked before it is allowed."""


@router.get("/money", response_model=shapes.Money)
def own(who: SignedIn) -> shapes.Money:
    """Your money: in hand, free in each purse, and how it moved."""
    return reading.money(who.service, who.address)


@router.get("/money/{address}", response_model=shapes.Money)
def of(who: SignedIn, address: Addressed) -> shapes.Money:
    """Somebody's money; for the league's staff."""
    account = to_checksum_address(address)
    if account != who.address and not who.sees_all:
        raise NotAllowed("this is somebody else's money", where=address)
    return reading.money(who.service, account)


@router.post("/money", **TAKEN)
def mint(who: Treasurer, key: Key, body: shapes.Mint, response: Response) -> shapes.ActionNow:
    """Money that the league was paid outside the chain becomes an account's on it."""
    message, to = who.service.message, to_checksum_address(body.to)
    return taken(
        who, response, key, "create money", None, body, lambda: [message("LeagueToken", "mint", to, body.amount)]
    )


@router.post("/money/{purse}/deposit", **TAKEN)
def deposit(who: SignedIn, key: Key, purse: Purse, body: shapes.Amount, response: Response) -> shapes.ActionNow:
    """Put money into a purse: for agreements, for the bonds of rounds, or for idle time."""
    service, contract = who.service, CONTRACTS[purse]

    def build() -> list[Wanted]:
        has = reading.purse(service, who.address, "account")
        if has < body.amount:
            raise Conflict(f"you have {has / 100:.2f} in hand", where="amount", hint="put down less")
        address = service.league.addresses.by_contract()[contract]
        return [
            service.message("LeagueToken", "approve", address, body.amount),
            service.message(contract, "deposit", body.amount, gas=DEPOSIT_GAS),
        ]

    return taken(who, response, key, "put money down", purse, body, build)


@router.post("/money/{purse}/withdrawal", **TAKEN)
def withdraw(who: SignedIn, key: Key, purse: Purse, body: shapes.Amount, response: Response) -> shapes.ActionNow:
    """Take free money out of a purse, into your hand."""
    service, contract = who.service, CONTRACTS[purse]

    def build() -> list[Wanted]:
        free = reading.purse(service, who.address, purse)
        if free < body.amount:
            raise Conflict(f"{free / 100:.2f} is free there", where="amount", hint="take out less")
        return [service.message(contract, "withdraw", body.amount)]

    return taken(who, response, key, "take money out", purse, body, build)
