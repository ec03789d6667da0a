"""The audit of identities: whose key, which delegates, clerks, guardians and revocations, against the contract; and
what clerks signed for, played again by the twin of its rule. Each charge goes with an agreement that became active in
that transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.app.audit_events import events
from hanse.identity.mandates import charged
from hanse.ledger.identities import NO_MANDATE, Mandate, Used, kind_text
from hanse.ledger.league import hash_bytes

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.store import Ledger

NOTHING_USED = Used(0, 0)
NOBODY = "0x" + "00" * 20


def audit_identities(check: Check, ledger: Ledger) -> None:
    """Read models against the contract, and every charge against the mandate of its time."""
    index, identities, league = ledger.index, ledger.identities, ledger.league
    for one in index.owners():
        check.expect(f"key of {one.identity}", one.owner, identities.owner(one.identity))
    owners = {one.identity: one.owner for one in index.owners()}
    for seat in index.seats():
        sits = owners.get(seat.identity, seat.identity) == seat.key
        check.expect(f"seat of {seat.key}", seat.identity if sits else NOBODY, identities.seats(seat.key)[1])
    for delegate in index.delegates():
        kind = hash_bytes(delegate.kind)
        true = league.read("Identities", "delegates", delegate.identity, kind, delegate.delegate)
        check.expect(f"{delegate.delegate}, {kind_text(kind)} of {delegate.identity}", delegate.valid_to, true)
    for guard in index.guards():
        guardians, how = identities.guardians(guard.identity)
        said = (guard.guardians, guard.threshold, guard.delay, guard.ready_at)
        check.expect(f"guardians of {guard.identity}", said, (guardians, how.threshold, how.delay, how.ready_at))
    for revoked in index.revocations():
        true = identities.revoked_in(revoked.issuer, revoked.digest)
        check.expect(f"credential {revoked.digest} of {revoked.issuer}, taken back in", revoked.place.block, true)
    _charges(check, ledger)


def _charges(check: Check, ledger: Ledger) -> None:
    venue = ledger.league.addresses.agreements
    active = {row.place.transaction: row.deal for row in ledger.index.agreements() if row.status == "active"}
    mandates: dict[tuple[str, str, str], tuple[Mandate, Used]] = {}
    for event, now in events(ledger, "Identities", ledger.index.height()):
        if event.name not in ("Mandated", "Charged"):
            continue
        told = event.values
        key = told["identity"], told["clerk"], told["venue"]
        if event.name == "Mandated":
            mandates[key] = Mandate(*told["mandate"]), NOTHING_USED
            check.count += 1
            continue
        terms, used = mandates.get(key, (NO_MANDATE, NOTHING_USED))
        where = f"what {key[1]} signed for {key[0]}"
        after = charged(terms, used, told["amount"], now)
        check.expect(f"{where}, in its period", told["spent"], None if after is None else after.spent)
        mandates[key] = terms, after or used
        if key[2] == venue:
            deal = active.get(event.log.transaction)
            share = deal.share(key[0]) if deal is not None and key[0] in deal.parties() else None
            check.expect(where, told["amount"], None if share is None else share.price + share.compensation)
    for (identity, clerk, at), (terms, used) in mandates.items():
        kept, spent = ledger.league.read("Identities", "mandateOf", identity, clerk, at)
        check.expect(f"mandate of {clerk} for {identity}", (terms, used), (Mandate(*kept), Used(*spent)))
