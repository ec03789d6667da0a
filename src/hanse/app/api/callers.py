"""Who is asking: the session's account, and what it may do by the contracts' word. Routes name who may use them:

who: SignedIn           anybody who is signed in
who: Coordinator        whoever holds that office on the chain; `Notary`, `Treasurer`, `Arbiter`, `Member` alike
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from hanse.app.api.actions import Action
from hanse.app.api.problems import NotAllowed, NotSignedIn, Sealed, TooOften
from hanse.app.api.service import Service
from hanse.app.api.sessions import Session, csrf_of
from hanse.ledger.desk import Wanted
from hanse.model.canonical import digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

COOKIE = "hanse-session"
CSRF_HEADER = "X-Hanse-CSRF"
SAFE = ("GET", "HEAD", "OPTIONS")
STAFF = frozenset(("coordinator", "notary", "treasurer", "arbiter"))
"""Offices whose holders see everything."""


async def service_of(request: Request) -> Service:
    """The open service."""
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(service_of)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is signed in. offices: on the chain, now; managed: its key is in our keystore; after: what is done when the
    contracts take its write, and not before, so that whoever is refused has changed nothing."""

    service: Service
    session: Session
    token: str
    name: str
    managed: bool
    offices: frozenset[str]
    after: list[Callable[[], object]] = field(default_factory=list, repr=False)

    @property
    def address(self) -> str:
        return self.session.address

    def is_(self, identity: str) -> bool:
        """Whether this is itself, or the identity in whose seat it acts in offices."""
        return self.service.key_of(identity) == self.address

    @property
    def sees_all(self) -> bool:
        return bool(self.offices & STAFF)

    @property
    def eyes(self) -> str | None:
        """The address whose things it sees, None if it sees all."""
        return None if self.sees_all else self.address

    def key(self) -> LocalAccount | None:
        """What signs for it here; None for a wallet, which signs by itself. Raises Sealed if it is locked."""
        if not self.managed:
            return None
        key = self.service.sessions.key(self.session)
        if key is None:
            raise Sealed(
                "your key was locked after a while without use",
                where=self.name,
                hint="sign in with your pass-phrase again",
            )
        return key

    def act(self, key: str, what: str, asked: object, build: Callable[[], Sequence[Wanted]]) -> Action:
        """Asks something of the ledger as this account (see `Actions.take`)."""
        return self.service.act(self.address, self.key(), key, what, asked, build, self._keep)

    def put(self, data: bytes) -> str:
        """The hash of what its write names, which is stored when the contracts take it."""
        self.after.append(lambda: self.service.content.put(data))
        return digest(data)

    def say(self, words: str, party: str | None = None) -> str:
        """The same for what it says in its own words (see `Uploads.say`). party: the identity as which, if not as
        itself."""
        self.after.append(lambda: self.service.uploads.say(self.service.content, party or self.address, words))
        return digest(words.encode())

    def _keep(self) -> None:
        for do in self.after:
            do()


async def signed_in(request: Request, service: TheService) -> Caller:
    """The caller. Raises NotSignedIn; NotAllowed for a write without the session's CSRF token; TooOften."""
    token = request.cookies.get(COOKIE, "")
    known = service.remembered(token)
    if known is None and token:
        known = await run_in_threadpool(service.recall, token)
    if known is None:
        raise NotSignedIn("nobody is signed in", where=request.url.path, hint="POST /api/v1/session")
    if request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
            raise NotAllowed(
                f"a write carries the session's token in {CSRF_HEADER}",
                where=CSRF_HEADER,
                hint="GET /api/v1/session has it",
            )
    address = known.session.address
    if not service.limiter.hit(service.settings.per_minute, "account", address):
        raise TooOften("too many requests of this account", where=address, hint="wait a minute")
    request.state.account = address
    return Caller(service, known.session, token, known.account.name, known.account.managed, known.offices)


SignedIn = Annotated[Caller, Depends(signed_in)]


def _holding(office: str) -> Callable[[Caller], Awaitable[Caller]]:
    async def holder(who: SignedIn) -> Caller:
        if office not in who.offices:
            raise NotAllowed(f"only a {office} may do this", where=who.name, hint=f"ask a {office} of the league")
        return who

    return holder


Coordinator = Annotated[Caller, Depends(_holding("coordinator"))]
Notary = Annotated[Caller, Depends(_holding("notary"))]
Treasurer = Annotated[Caller, Depends(_holding("treasurer"))]
Arbiter = Annotated[Caller, Depends(_holding("arbiter"))]
Member = Annotated[Caller, Depends(_holding("member"))]

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=64,
        pattern="^[A-Za-z0-9_.-]+$",
        description="Names this intention. The same key gives the same answer, and nothing happens twice.",
        examples=["order-2026-11-28-a"],
    ),
]
