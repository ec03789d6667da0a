"""From rows of communities and proposals to what the API shows."""

from __future__ import annotations

from dataclasses import asdict

from hanse.app.api import shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere
from hanse.app.api.service import Service
from hanse.errors import ChainFault
from hanse.governance.charter import TERMS, said
from hanse.governance.rules import WAITING
from hanse.governance.wording import Wording, told
from hanse.ledger.community_tables import CommunityRow, ProposalRow
from hanse.ledger.rounds import chain_now
from hanse.ledger.succession import Successor
from hanse.market.offers import Rules, idle_time


def community_row(who: Caller, number: int) -> CommunityRow:
    """A community. Raises NotThere."""
    row = who.service.lookup.community(number)
    if row is None:
        raise NotThere("there is no such community", where=f"community {number}")
    return row


def proposal_row(who: Caller, number: int) -> ProposalRow:
    """A proposal. Raises NotThere."""
    row = who.service.lookup.proposal(number)
    if row is None:
        raise NotThere("there is no such proposal", where=f"proposal {number}")
    return row


def community(who: Caller, row: CommunityRow) -> shapes.CommunityNow:
    members = who.service.lookup.belongs(row.number)
    return shapes.CommunityNow(
        number=row.number,
        name=row.name,
        hand=row.hand,
        parent=row.parent or None,
        rules=shapes.RulesNow(**asdict(row.rules)),
        said=told(row.rules),
        treasury=row.treasury,
        members=len(members),
        yours=any(one.member == who.address for one in members),
        invited=row.number in who.service.lookup.invited(who.address),
    )


def story(who: Caller, row: CommunityRow) -> shapes.CommunityStory:
    members = [
        shapes.BelongsNow(
            member=one.member, community=one.child or None, contributed=one.contributed, delegate=one.delegate
        )
        for one in who.service.lookup.belongs(row.number)
    ]
    return shapes.CommunityStory(now=community(who, row), belongs=members)


def moment(service: Service) -> int:
    """Seconds since 1970, as the next block will have them at the earliest; by our clock while the chain is away."""
    try:
        return chain_now(service.quick(), service.clock)
    except ChainFault:
        return int(service.clock.now())


def proposal(who: Caller, row: ProposalRow, now: int) -> shapes.ProposalNow:
    """A proposal at a moment."""
    service, count = who.service, row.count
    its = service.lookup.community(row.community)
    votes = service.lookup.votes(row.number)
    own = next((one for one in votes if one.voter == who.address), None)
    state = count.state(now)
    assert state != "none"
    return shapes.ProposalNow(
        number=row.number,
        community=row.community,
        community_name="" if its is None else its.name,
        proposer=row.proposer,
        state=state,
        does=words(service).sentences(row.actions),
        why=row.description,
        digest=row.digest,
        made=row.made,
        votes_from=count.start,
        votes_until=count.end,
        executable_from=count.eta or None,
        lapses=count.lapses if state in WAITING else None,
        yes=count.yes,
        no=count.no,
        abstained=count.abstained,
        quorum=count.quorum,
        your_vote=None if own is None else own.support,
        you_may_vote=own is None and state == "active" and _may_vote(who, row),
    )


def proposal_story(who: Caller, row: ProposalRow) -> shapes.ProposalStory:
    votes = [
        shapes.VoteNow(voter=one.voter, vote=one.support, weight=one.weight)
        for one in who.service.lookup.votes(row.number)
    ]
    return shapes.ProposalStory(now=proposal(who, row, moment(who.service)), votes=votes)


def charter(service: Service) -> shapes.CharterNow:
    values, moved = terms(service), successor(service)
    shown = [
        shapes.TermNow(
            name=one.name,
            words=one.words,
            unit=one.unit,
            value=values[one.number],
            said=said(one, values[one.number]),
            least=one.least,
            most=one.most,
            by=one.by,
        )
        for one in TERMS
    ]
    height = service.lookup.height()
    goes_on = None
    if moved is not None:
        goes_on = shapes.SuccessorNow(book=moved.book, start=moved.start, hard=moved.hard, said=moved.said(height))
    return shapes.CharterNow(terms=shown, successor=goes_on)


def terms(service: Service) -> list[int]:
    """The values of all parameters now, in order."""
    changed = service.lookup.terms()
    return [changed.get(one.number, one.value) for one in TERMS]


def idle_rules(service: Service) -> Rules:
    """What the charter says of idle time now."""
    return idle_time(terms(service))


def successor(service: Service) -> Successor | None:
    """Where the league goes on, as far as the read models know."""
    row = service.lookup.version()
    return None if row is None else Successor(row.book, row.start, row.hard)


def words(service: Service) -> Wording:
    """Words for calls, with people's names and what the charter says now."""

    def name(address: str) -> str:
        account = service.people.account(address)
        if account is not None:
            return account.name
        its = service.lookup.community_of(address)
        return address if its is None else its.name

    return Wording(service.league.addresses, terms(service), name)


def _may_vote(who: Caller, row: ProposalRow) -> bool:
    """Whether the caller has weight in a proposal and is still a member; as the contract will look at it."""
    if not any(one.community == row.community for one in who.service.lookup.memberships(who.address)):
        return False
    try:
        return int(who.service.ask("Communities", "weightAt", row.community, who.address, row.made - 1)) > 0
    except ChainFault:
        return True  # what it is not, the contract will say
