"""Signing in and out, invitations, one's own key, and who holds which office."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from eth_utils.address import to_checksum_address
from fastapi import Path, Request, Response

from hanse.app.api import keystore, reading, shapes
from hanse.app.api.acting import given_up, refuse
from hanse.app.api.callers import COOKIE, Caller, Coordinator, SignedIn, TheService
from hanse.app.api.people import INVITED, Account
from hanse.app.api.problems import Conflict, NotAllowed, NotSignedIn, NotThere, TooOften
from hanse.app.api.routes.base import Addressed, Cursor, Limit
from hanse.app.api.routes.base import router as made
from hanse.app.api.service import Service
from hanse.app.api.sessions import SESSION_SECONDS, csrf_of

router = made("accounts")

TRIES_FOR_ONE, TRIES_FOR_ALL = 10, 100
"""Pass-phrases, codes and signatures tried a minute for one name, from one network address and from all of them. From
all there are more, so that a stranger cannot keep somebody out. One address has a twentieth of its requests for all
names."""

Office = Annotated[Literal["coordinator", "notary", "treasurer", "arbiter"], Path(examples=["notary"])]


@router.post("/session", response_model=shapes.SessionNow)
def sign_in(request: Request, response: Response, service: TheService, body: shapes.SignIn) -> shapes.SessionNow:
    """Sign in with name and pass-phrase."""
    _try(request, body.name)
    key = service.people.unlock(body.name, body.passphrase)
    return _begin(service, response, key.address, key)


@router.post("/session/recover", response_model=shapes.SessionNow)
def recover(request: Request, response: Response, service: TheService, body: shapes.Recover) -> shapes.SessionNow:
    """Choose a new pass-phrase with the code on the recovery sheet. All other sessions end."""
    _try(request, body.name)
    key = service.people.recover(body.name, body.code, body.passphrase)
    service.sessions.close_all(key.address)
    return _begin(service, response, key.address, key)


@router.post("/session/wallet/message", response_model=shapes.WalletMessage)
def wallet_message(request: Request, service: TheService, body: shapes.WalletAsk) -> shapes.WalletMessage:
    """What a wallet signs to sign in (EIP-4361)."""
    _try(request, body.address.lower())
    return shapes.WalletMessage(message=service.wallets.message(to_checksum_address(body.address)))


@router.post("/session/wallet", response_model=shapes.SessionNow)
def wallet_sign_in(
    request: Request, response: Response, service: TheService, body: shapes.WalletSignIn
) -> shapes.SessionNow:
    """Sign in with a wallet. At the first time with an invitation, unless the contracts know the account."""
    _try(request, "")
    try:
        address = service.wallets.signed_in(body.message, body.signature)
    except NotSignedIn as no:
        refuse(service, "session", "", "NOT_SIGNED_IN", no.message)
        raise
    if service.people.account(address) is None:
        _first_time(service, address, body)
    return _begin(service, response, address, None)


@router.get("/session", response_model=shapes.SessionNow)
def session(who: SignedIn) -> shapes.SessionNow:
    """Who is signed in, and the token that its writes carry."""
    return _told(who.service, who.session.address, who.token)


@router.delete("/session", status_code=204)
def sign_out(who: SignedIn, response: Response) -> None:
    """Sign out; the key is locked."""
    who.service.sessions.close(who.session)
    response.delete_cookie(COOKIE, path="/")


@router.get("/accounts", response_model=shapes.Page[shapes.AccountNow])
def accounts(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.AccountNow]:
    """Who is in the league, by name."""
    people = who.service.people
    return reading.pages.page(people.accounts, lambda row: row[0], lambda row: _shown(who, row[1]), cursor, limit)


@router.get("/accounts/{address}", response_model=shapes.AccountNow)
def account(who: SignedIn, address: Addressed) -> shapes.AccountNow:
    """What somebody is called, and its offices."""
    found = who.service.people.account(to_checksum_address(address))
    if found is None:
        raise NotThere("nobody here has this account", where=address)
    return _shown(who, found)


@router.post("/accounts", status_code=201, response_model=shapes.Joined)
def join(request: Request, service: TheService, body: shapes.Join) -> shapes.Joined:
    """Accept an invitation without a wallet. Print the sheet: it is shown once."""
    _try(request, "")
    offices = service.people.offices(body.invitation)
    if service.people.named(body.name) is not None:
        raise Conflict("somebody else has this name", where="name", hint="choose another")
    key, code = keystore.create(), keystore.new_code()
    files = service.people.lock(key, body.passphrase), keystore.lock_with_code(key, code)
    service.people.join(body.invitation, body.name, key.address, files, service.granting(key.address, offices))
    service.wake()
    sheet = keystore.sheet(service.league.name, service.settings.origin, body.name, key.address, code)
    return shapes.Joined(address=key.address, name=body.name, recovery=code, sheet=sheet)


@router.get("/account/keyfile", response_model=shapes.Keyfile)
def keyfile(who: SignedIn) -> shapes.Keyfile:
    """One's own key to take away, locked with the pass-phrase."""
    text = who.service.people.keyfile(who.address)
    if text is None:
        raise NotThere("a wallet keeps its own key", where=who.name)
    return shapes.Keyfile(keyfile=json.loads(text))


@router.put("/account/passphrase", status_code=204)
def new_phrase(request: Request, who: SignedIn, body: shapes.NewPhrase) -> None:
    """A new pass-phrase. All sessions end; sign in with it."""
    if not who.managed:
        raise Conflict("a wallet has no pass-phrase here", where=who.name)
    _try(request, who.name)
    key = who.service.people.unlock(who.name, body.current)
    who.service.people.set_phrase(key, body.passphrase)
    who.service.sessions.close_all(who.address)


@router.post("/invitations", status_code=201, response_model=shapes.Invitation)
def invite(who: Coordinator, body: shapes.Invite) -> shapes.Invitation:
    """Invite somebody. The code works once; give it to nobody else."""
    offices = [office for office in INVITED if office in body.offices]
    seconds = body.days * 86_400
    code = who.service.people.invite(who.address, offices, body.note, seconds)
    return shapes.Invitation(code=code, offices=offices, expires=int(who.service.clock.now()) + seconds)


@router.delete("/offices/{office}/{address}", status_code=204)
def take_office(who: Coordinator, office: Office, address: Addressed) -> None:
    """Take an office from an account. Not from oneself, so that there is always a coordinator left."""
    holder = to_checksum_address(address)
    if holder == who.address:
        raise NotAllowed("nobody takes an office from itself", where=office, hint="ask another coordinator")
    identity = who.service.holder(office, holder)
    if identity is None:
        raise NotThere(f"this account is no {office}", where=address)
    take = who.service.granting(identity, [office], take=True)
    with who.service.desk.database.transaction():
        take()
    who.service.wake()


def _shown(who: Caller, account: Account) -> shapes.AccountNow:
    return shapes.AccountNow(
        address=account.address, name=account.name, offices=sorted(who.service.offices(account.address))
    )


def _first_time(service: Service, address: str, body: shapes.WalletSignIn) -> None:
    """An account for a wallet that was never here."""
    name = body.name or address
    if body.invitation is not None:
        offices = service.people.offices(body.invitation)
        service.people.join(body.invitation, name, address, None, service.granting(address, offices))
        service.wake()
        return
    if not service.offices(address):
        raise NotAllowed(
            "this wallet is not known here", where=address, hint="come with an invitation of a coordinator"
        )
    # The contracts know it: that is invitation enough, for what it already is.
    service.people.join(
        service.people.invite(address, [], "known to the contracts", 60), name, address, None, lambda: None
    )


def _begin(service: Service, response: Response, address: str, key: Any) -> shapes.SessionNow:
    if given_up(service, address):
        refuse(service, "session", address, "KEY_CHANGED", "its identity was given to another key")
        raise NotAllowed("this account was given to another key", where=address, hint="sign in with that one")
    token = service.sessions.open(address, key)
    if key is not None:
        service.vault.introduce(key)
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=service.settings.https,
    )
    return _told(service, address, token)


def _told(service: Service, address: str, token: str) -> shapes.SessionNow:
    account, found = service.people.account(address), service.sessions.find(token)
    if account is None or found is None:
        raise NotSignedIn("this session is over", where=address, hint="sign in again")
    return shapes.SessionNow(
        address=address,
        name=account.name,
        managed=account.managed,
        unlocked=service.sessions.key(found) is not None,
        offices=sorted(service.offices(address)),
        seat=service.seat_of(address),
        csrf=csrf_of(token),
    )


def _try(request: Request, name: str) -> None:
    """Guessing is slow: so many tries a minute from one address, and for one name."""
    client = request.state.client
    service: Service = request.app.state.service
    limiter, settings = service.tries, service.settings
    tries: list[tuple[int, tuple[str, ...]]] = [(max(1, settings.per_minute // 20), ("from", client))]
    if name:
        tries += [(TRIES_FOR_ONE, ("for", name.lower(), client)), (TRIES_FOR_ALL, ("for", name.lower()))]
    if not all(limiter.hit(most, "try", *of) for most, of in tries):
        raise TooOften("too many tries", where=request.url.path, hint="wait a minute")
