"""Whose keys a data directory has. A key ring gives every name a key, a misspelt one too: a role is there once its
account has signed something here, or the ledger tells of it."""

from __future__ import annotations

from difflib import get_close_matches

from hanse.app.shop.members import Directory, role_of
from hanse.errors import InputError
from hanse.ledger.league import ADMIN, ARBITER, COORDINATOR, NOTARY, SECOND_ARBITER, TREASURY
from hanse.ledger.store import Ledger

MOST_NAMED = 20
"""Of those who are there, in the hint of a refusal."""

OFFICES = (ADMIN, TREASURY, NOTARY, COORDINATOR, ARBITER, SECOND_ARBITER)
"""Roles that every league is founded with."""


def address(ledger: Ledger, name: str) -> str:
    """The account of a role that is there, or else of a person whom the service knows by that name. Makes no key that
    was not there before. Raises InputError naming who is."""
    own = ledger.keys.address(name) if name else ""
    if own and _stands(ledger, own):
        return own
    people = _people(ledger)
    if name in people:
        return people[name]
    names = [*OFFICES, *_members(ledger), *people]
    near = get_close_matches(name, names, MOST_NAMED, 0.6)
    listed = list(dict.fromkeys([*near, *names]))
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    raise InputError(
        f"nobody here is called {name[:80]!r}",
        where=str(ledger.data),
        hint=f"an address, did:…, or one of: {', '.join(listed[:MOST_NAMED])}{more}",
    )


def _stands(ledger: Ledger, own: str) -> bool:
    if ledger.database.row("SELECT 1 FROM outbox WHERE sender = ? LIMIT 1", (own,)) is not None:
        return True
    index = ledger.index
    return (
        any(row.account == own for row in index.rights())
        or any(row.address == own for row in index.members())
        or any(own in (row.identity, row.owner) for row in index.owners())
        or any(own in (row.identity, row.delegate) for row in index.delegates())
        or any(own in (row.identity, row.clerk) for row in index.mandates())
        or any(own == row.identity or own in row.guardians for row in index.guards())
        or any(own in (row.payer, row.payee) for row in index.transfers())
    )


def _members(ledger: Ledger) -> list[str]:
    """The roles of members whose agents sign with this directory's keys."""
    known = Directory(ledger.content).known(ledger.index.members()).values()
    return [role_of(one.id) for one in known if ledger.keys.address(role_of(one.id)) == one.address]


def _people(ledger: Ledger) -> dict[str, str]:
    """Accounts of the service on the same data, by name."""
    return dict(ledger.database.rows("SELECT name, address FROM api_accounts ORDER BY name"))
