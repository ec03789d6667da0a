"""Sealed files: the keys they are sealed for, who may open which, and who has (`vault.py`)."""

from __future__ import annotations

from dataclasses import asdict

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app.api import shapes
from hanse.app.api.callers import SignedIn
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.routes.base import Addressed, Hashed
from hanse.app.api.routes.base import router as made
from hanse.rights.sealing import ReaderKey

router = made("sealed files")


@router.get("/keys/{address}", response_model=shapes.ReadingKeyNow)
def key_of(who: SignedIn, address: Addressed) -> shapes.ReadingKeyNow:
    """The key that files are sealed for when somebody is to read them."""
    vault = who.service.vault
    found = vault.key(to_checksum_address(address))
    if found is None:
        raise NotThere("this account has published no key", where=address, hint="hanse rights key publishes one")
    return shapes.ReadingKeyNow(
        account=found.account,
        key="0x" + found.key.hex(),
        number=found.number,
        signature="0x" + found.signature.hex(),
        chain_id=vault.realm.chain_id,
        contract=vault.realm.contract,
    )


@router.put("/keys/me", status_code=204)
def publish_key(who: SignedIn, body: shapes.PublishKey) -> None:
    """Publish the key that files are sealed for when you are to read them."""
    words = bytes.fromhex(body.key[2:]), body.number, bytes.fromhex(body.signature[2:])
    who.service.vault.publish(ReaderKey(who.address, *words))


@router.get("/contents/{name}/key", response_model=shapes.WrappedKey)
def fetch(who: SignedIn, name: Hashed) -> shapes.WrappedKey:
    """The key of a sealed file, wrapped for you. Its owner can read that you have fetched it."""
    return shapes.WrappedKey(content=name, wrapped="0x" + who.service.vault.fetch(name, who.address).hex())


@router.get(
    "/contents/{name}/opened",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"example": "{}"}}}},
)
def opened(who: SignedIn, name: Hashed) -> Response:
    """The file itself, opened with your unlocked key. Whoever has a wallet fetches the key and opens it at home."""
    vault = who.service.vault
    if not vault.may_read(name, who.address):
        raise NotThere("this file is not here, or not sealed for you", where=name)
    key = who.key()
    if key is None:
        raise Conflict("your key is in your wallet", where=name, hint="hanse rights open opens it where your key is")
    return Response(
        vault.opened(name, key),
        media_type="application/octet-stream",
        headers={"content-disposition": "attachment", "cache-control": "no-store"},
    )


@router.get("/contents/{name}/grants", response_model=shapes.ReadersNow)
def readers(who: SignedIn, name: Hashed) -> shapes.ReadersNow:
    """Who may read a file of yours, and everything that happened to its key."""
    vault = who.service.vault
    return shapes.ReadersNow(
        content=name,
        grants=[shapes.GrantNow(**asdict(one)) for one in vault.grants(name, who.address)],
        log=[shapes.ReadNow(**asdict(one)) for one in vault.log(name, who.address)],
    )


@router.post("/contents/{name}/grants", status_code=204)
def let_read(who: SignedIn, name: Hashed, body: shapes.LetRead) -> None:
    """Let somebody read a file of yours."""
    vault, reader = who.service.vault, to_checksum_address(body.reader)
    if body.wrapped is not None:
        vault.let(name, who.address, reader, bytes.fromhex(body.wrapped[2:]))
        return
    if vault.owner(name) != who.address:
        raise NotThere("you have no such sealed file", where=name)
    key = who.key()
    if key is None:
        raise Conflict("your key is in your wallet", where="wrapped", hint="wrap it there: hanse rights grant")
    if not vault.share(name, key, [reader]) and not vault.may_read(name, reader):
        raise NotThere("this account has published no key", where=body.reader, hint="it signs in once, or: rights key")


@router.delete("/contents/{name}/grants/{address}", status_code=204)
def withdraw(who: SignedIn, name: Hashed, address: Addressed) -> None:
    """Somebody reads a file of yours no more. What it has fetched, it has; a new version has a new key."""
    who.service.vault.withdraw(name, who.address, to_checksum_address(address))
