"""Identities: whose key speaks for whom; credentials issued, shown, judged and taken back; what was refused."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from eth_utils.address import to_checksum_address
from fastapi import Query, Response

from hanse.app.api import reading, shapes
from hanse.app.api.acting import check_owner, refuse, registry_of
from hanse.app.api.callers import Key, Notary, SignedIn
from hanse.app.api.problems import NotAllowed
from hanse.app.api.routes.base import TAKEN, Addressed, Limit, taken
from hanse.app.api.routes.base import router as made
from hanse.errors import InputError
from hanse.identity import credential, presentation
from hanse.identity.did import did_of
from hanse.identity.document import resolve
from hanse.identity.mandates import left
from hanse.identity.network import network as woven
from hanse.ledger.desk import Wanted
from hanse.ledger.identities import READINGS, kind_text, kind_word, kinds_of
from hanse.ledger.identity_tables import GuardRow, kinds_to_end
from hanse.ledger.league import NOTHING, hash_bytes

router = made("identities")

DAY = 86_400

Most = Annotated[int, Query(ge=1, le=1_000, description="At most so many of each kind.")]
Around = Annotated[
    str | None,
    Query(pattern="^0x[0-9a-fA-F]{40}$", description="Only what ties this account.", examples=[shapes.ADDRESS]),
]
Before = Annotated[int | None, Query(ge=1, le=2**62, description="Only those with smaller numbers.")]


@router.get("/identities/{address}", response_model=shapes.IdentityNow)
def identity(who: SignedIn, address: Addressed) -> shapes.IdentityNow:
    """Who decides about an account and acts for it, as the chain says now."""
    service, at = who.service, to_checksum_address(address)
    registry = registry_of(service)
    found = resolve(did_of(at, registry.chain_id), registry)
    lookup, now = service.lookup, registry.time
    mandates = []
    for row in lookup.mandates(at):
        if row.valid_to > now:
            terms, used = registry.mandate(at, row.clerk)
            mandates.append(
                shapes.MandateNow(
                    clerk=row.clerk,
                    per_deal=row.per_deal,
                    per_period=row.per_period,
                    period=row.period,
                    spent=terms.per_period - left(terms, used, now),
                    until=row.valid_to,
                )
            )
    return shapes.IdentityNow(
        did=str(found.did),
        owner=registry.owner(at),
        block=registry.at.number,
        block_hash=registry.at.hash,
        document=found.document,
        delegates=[
            shapes.DelegateNow(delegate=row.delegate, kind=kind_text(hash_bytes(row.kind)), until=row.valid_to)
            for row in lookup.delegates(at)
            if row.valid_to > now
        ],
        mandates=mandates,
        guard=None if (guard := lookup.guard(at)) is None else _guard(guard),
        revoked=[
            shapes.RevokedNow(issuer=row.issuer, digest=row.digest, block=row.place.block)
            for row in lookup.revocations(at)
        ],
    )


def _guard(row: GuardRow) -> shapes.GuardNow:
    begun = bool(row.candidate)
    return shapes.GuardNow(
        guardians=list(row.guardians),
        threshold=row.threshold,
        delay=row.delay,
        candidate=row.candidate if begun else None,
        ready=row.ready_at if begun else None,
    )


@router.post("/identities/{address}/delegates", **TAKEN)
def delegate(
    who: SignedIn, key: Key, address: Addressed, body: shapes.Delegate, response: Response
) -> shapes.ActionNow:
    """Let another key do one thing for an identity of yours, or end that."""
    at = to_checksum_address(address)
    check_owner(who, at)
    if body.machines and body.kind != READINGS:
        raise InputError("only readings are of machines", where="machines", hint="leave them out")
    service, to = who.service, to_checksum_address(body.delegate)

    def build() -> list[Wanted]:
        now = int(service.clock.now())
        if body.days == 0:
            words = kinds_to_end(service.lookup.delegates(at), to, body.kind, body.machines, now)
            return [service.message("Identities", "revokeDelegate", at, kind_word(word), to) for word in words]
        words = kinds_of(body.kind, body.machines)
        return [
            service.message("Identities", "addDelegate", at, kind_word(word), to, body.days * DAY) for word in words
        ]

    return taken(who, response, key, "name a delegate", at, body, build)


@router.post("/identities/{address}/mandates", **TAKEN)
def mandate(who: SignedIn, key: Key, address: Addressed, body: shapes.Mandate, response: Response) -> shapes.ActionNow:
    """Let a clerk sign agreements for an identity of yours up to an amount, or end that."""
    service, at = who.service, to_checksum_address(address)
    check_owner(who, at)

    def build() -> list[Wanted]:
        until = int(service.clock.now()) + body.days * DAY
        period = body.period_days * DAY
        terms = (body.per_deal, body.per_period, period, until) if body.days else (0, 0, 0, 0)
        clerk, venue = to_checksum_address(body.clerk), service.league.addresses.agreements
        return [service.message("Identities", "mandate", at, clerk, venue, terms)]

    return taken(who, response, key, "give a clerk a mandate", at, body, build)


@router.post("/identities/{address}/owner", **TAKEN)
def rotate(who: SignedIn, key: Key, address: Addressed, body: shapes.Rotate, response: Response) -> shapes.ActionNow:
    """Give an identity of yours to another key. What this one signed and nobody has used is worth nothing from then on,
    and it is not let in here any more."""
    at = to_checksum_address(address)
    check_owner(who, at)

    def build() -> list[Wanted]:
        return [who.service.message("Identities", "changeOwner", at, to_checksum_address(body.owner))]

    return taken(who, response, key, "give an identity to another key", at, body, build)


@router.post("/identities/{address}/seat", **TAKEN)
def sit(who: SignedIn, key: Key, address: Addressed, response: Response) -> shapes.ActionNow:
    """Act for an identity that was given to you wherever it holds an office, from the next block on; for your own, to
    end that."""
    at = to_checksum_address(address)
    check_owner(who, at)
    return taken(
        who, response, key, "act in an identity's offices", at, None,
        lambda: [who.service.message("Identities", "sit", at)],
    )  # fmt: skip


@router.post("/credentials", status_code=201, response_model=shapes.CredentialNow)
def issue(who: Notary, body: shapes.Issue) -> shapes.CredentialNow:
    """Sign a credential. Nothing of it is kept here: give it to its holder."""
    key = who.key()
    if key is None:
        raise InputError("wallets do not sign credentials", where=who.name, hint="hanse identity issue, with your key")
    service, now = who.service, int(who.service.clock.now())
    chain_id = service.ledger.chain_id
    text = credential.issue(
        key,
        did_of(service.holder("notary", who.address) or who.address, chain_id),
        body.kind,
        did_of(body.subject, chain_id),
        body.claims,
        valid_from=now,
        seconds=body.days * DAY,
        contract=service.league.addresses.identities,
    )
    found = credential.read(text)
    return shapes.CredentialNow(
        credential=text,
        digest=found.digest,
        issuer=str(found.issuer),
        subject=str(found.subject),
        until=found.valid_until,
    )


@router.post("/credentials/revocation", **TAKEN)
def revoke(who: Notary, key: Key, body: shapes.RevokeCredential, response: Response) -> shapes.ActionNow:
    """Take a credential of yours back, at once and for ever. If it is a certified member's as an organisation, its
    certificate is withdrawn with it."""
    service = who.service
    digest, subject, kind = body.digest, body.subject, ""
    issuer = service.holder("notary", who.address) or who.address
    if body.credential is not None:
        found = credential.read(body.credential)
        if not who.is_(found.issuer.address):
            raise NotAllowed("only its issuer takes a credential back", where=str(found.issuer))
        issuer = found.issuer.address
        digest, subject, kind = found.digest, found.subject.address, found.kind
    if digest is None or subject is None:
        raise InputError("which credential, about whom?", where="body", hint="its text, or digest and subject")
    about = to_checksum_address(subject)

    def build() -> list[Wanted]:
        reason = hash_bytes(who.put(body.reason.encode()) if body.reason else NOTHING)
        words = issuer, hash_bytes(digest), about, reason
        wanted = [service.message("Identities", "revokeCredential", *words)]
        row = service.lookup.member(about)
        if kind == "organisation" and row is not None and row.certified:
            wanted.append(service.message("MemberRegistry", "revoke", about, reason))
        return wanted

    return taken(who, response, key, "take a credential back", [digest, about], body, build)


@router.post("/presentations", response_model=shapes.Presented)
def present(who: SignedIn, body: shapes.Present) -> shapes.Presented:
    """Show claims of a credential of yours to a reader. Nothing of it is kept here."""
    key = who.key()
    if key is None:
        raise InputError(
            "wallets do not show credentials", where=who.name, hint="hanse identity present, with your key"
        )
    now = int(who.service.clock.now())
    text = presentation.present(key, body.credential, body.show, audience=body.audience, nonce=body.nonce, now=now)
    return shapes.Presented(presentation=text)


@router.post("/presentations/questions", status_code=201, response_model=shapes.QuestionNow)
def question(who: SignedIn) -> shapes.QuestionNow:
    """What to tell somebody who is to show you something."""
    nonce, expires = who.service.questions.ask(who.address)
    return shapes.QuestionNow(audience=who.service.settings.origin, nonce=nonce, expires=expires)


@router.post("/presentations/judgement", response_model=shapes.VerifiedNow)
def judge(who: SignedIn, body: shapes.Judge) -> shapes.VerifiedNow:
    """Whether what is shown to you is believed; a no is put on the list, with its reason."""
    service = who.service
    registry = registry_of(service)
    try:
        if not service.questions.answered(who.address, body.nonce):
            raise presentation.Refused(presentation.Reason.WRONG_NONCE, "no open question of yours")
        found = presentation.verify(
            body.presentation,
            registry,
            audience=service.settings.origin,
            nonce=body.nonce,
            now=int(service.clock.now()),
        )
    except presentation.Refused as no:
        refuse(service, "presentation", no.party, no.reason.name, no.where or no.message)
        raise
    return shapes.VerifiedNow(
        kind=found.credential.kind,
        issuer=str(found.credential.issuer),
        subject=str(found.credential.subject),
        claims=found.claims,
        until=found.credential.valid_until,
        digest=found.credential.digest,
        block=found.block,
        block_hash=found.block_hash,
    )


@router.get("/refusals", response_model=list[shapes.RefusalNow])
def refusals(who: SignedIn, before: Before = None, limit: Limit = 50) -> list[shapes.RefusalNow]:
    """What was refused and why, the newest first: for the league's staff all, for others what is about them."""
    party = None if who.sees_all else who.address
    found = who.service.refusals.newest(before, limit, party)
    return [shapes.RefusalNow(**asdict(one)) for one in found]


@router.get("/network", response_model=shapes.NetworkNow)
def network(who: SignedIn, around: Around = None, limit: Most = 200) -> shapes.NetworkNow:
    """Enterprises, people and devices, and who does what for whom: the newest ties of each kind, of all or of one
    account."""
    service, now = who.service, int(who.service.clock.now())
    one = None if around is None else to_checksum_address(around)
    found = service.lookup.ties(now, one or "", limit)
    ends = {end for link in woven({}, {}, *found[:4], now).links for end in (link.source, link.target)}
    ends |= set() if one is None else {one}
    rows, people = service.lookup.members_at([*ends]), service.people.names([*ends])
    more = found.more
    if one is None:  # those that nothing ties as well
        some, accounts = service.lookup.members(0, limit + 1), service.people.accounts(0, limit + 1)
        more = more or len(some) > limit or len(accounts) > limit
        rows += some[:limit]
        people |= {account.address: account.name for _, account in accounts[:limit]}
    members = {row.address: reading.members.member(service, row).name for row in rows}
    made = woven(members, people if one is None else people | {one: people.get(one, "")}, *found[:4], now)
    return shapes.NetworkNow(
        nodes=[shapes.NodeNow(**asdict(node)) for node in made.nodes],
        links=[shapes.LinkNow(**asdict(link)) for link in made.links],
        more=more,
    )
