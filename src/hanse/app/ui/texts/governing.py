"""Decisions and communities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Decisions:
    title = "Decisions"
    one = "Decision {}, {}"
    to = "To {}."
    empty = "Nothing is to be decided. Whoever is in a community can propose something."
    before = "Decided before"
    number = "Decision"
    what = "What"
    community = "Community"
    state = "State"
    proposer = "Proposed by"
    made = "Proposed"
    opens = "Votes from"
    closes = "Votes until"
    done_from = "Done from"
    lapses = "Lapses, if nobody does it, at"
    count = "{} for, {} against, {} abstain"
    quorum = "{} of {} needed take part"
    own = "You voted: {}"
    votes = "Votes"
    voter = "Who"
    vote = "Vote"
    weight = "Weight"
    states: ClassVar[Mapping[str, str]] = {
        "pending": "to be read",
        "active": "votes are taken",
        "succeeded": "decided",
        "queued": "decided, waits",
        "executed": "done",
        "defeated": "not decided",
        "cancelled": "taken back",
        "lapsed": "decided, and not done in time",
    }
    supports: ClassVar[Mapping[str, str]] = {"for": "for", "against": "against", "abstain": "abstain"}
    vote_for = "Vote for"
    vote_against = "Vote against"
    vote_abstain = "Abstain"
    vote_ask = "Vote {} on decision {}?"
    vote_once = "A vote counts once and cannot be changed."
    vote_done = "Your vote is counted."
    queue = "Start the waiting time"
    queue_done = "It waits now, where everybody sees it."
    execute = "Do it now"
    execute_ask = "Do what was decided?"
    execute_done = "It is done."
    cancel = "Take back"
    cancel_ask = "Take your proposal {} back?"
    cancel_done = "Taken back."
    propose = "Propose something"
    propose_what = "Members vote on it by the weight they have now; nobody can join for this vote any more."
    propose_done = "It is proposed."
    why = "Why"
    why_missing = "One sentence why"
    kind = "What is to be done"
    kinds: ClassVar[Mapping[str, str]] = {
        "set": "change a parameter of the league",
        "pay": "pay somebody from the treasury",
        "share": "share a part of the treasury",
        "invite": "let somebody join",
        "expel": "exclude a member",
        "words": "something else, in the words of the handbook",
    }
    parameter = "Parameter"
    value = "New value (3d, 12h, 30m for times; cents for money; millionths for parts)"
    person = "Who"
    amount = "Amount"
    sentences = "A line each, like: grant MemberRegistry NOTARY_ROLE 0x…"
    charter = "What the league has decided"
    charter_term = "Rule"
    charter_value = "Now"
    charter_by = "Held to by"
    by: ClassVar[Mapping[str, str]] = {"chain": "the ledger", "service": "this service"}


class Communities:
    title = "Communities"
    lead = "Whoever likes works alone; whoever likes founds or joins a community, which owns and decides together."
    empty = "There is no community yet."
    treasury = "Treasury"
    members = "Members"
    rules = "Rules"
    parent = "Part of"
    acts = "Acts as"
    yours = "you are a member"
    invited = "it lets you join"
    member = "Member"
    contributed = "Contributed"
    votes_for_it = "Votes for it"
    itself = "itself"
    join = "Join"
    join_ask = "Join {}?"
    join_done = "You are a member."
    leave = "Leave"
    leave_ask = "Leave {}?"
    leave_what = "What you contributed stays there; what you were given is yours."
    leave_done = "You are alone again."
    give = "Contribute"
    give_ask = "Contribute to {}"
    give_what = "It is the community's then; it decides what becomes of it."
    give_done = "Contributed."
    amount = "Amount"
    delegate = "Let somebody vote for you"
    delegate_ask = "Who votes for you in {}?"
    delegate_what = "On proposals made from now on. You can take it back at any time."
    delegate_to = "Member"
    delegate_done = "From now on."
    found = "Found a community"
    found_what = "You are its first member. How votes weigh is for good; all else its members can change."
    found_done = "Founded."
    name = "Name"
    joining = "Who may join"
    joinings: ClassVar[Mapping[str, str]] = {
        "open": "anyone",
        "certified": "certified members of the league",
        "invited": "whom it invites",
    }
    weight = "What a vote weighs"
    weights: ClassVar[Mapping[str, str]] = {"equal": "one member, one vote", "contribution": "what was contributed"}
    sharing = "How it shares"
    sharings: ClassVar[Mapping[str, str]] = {"equal": "alike", "contribution": "by contribution"}
    quorum = "How many must take part (per cent)"
    days_delay = "Days to read a proposal"
    days_period = "Days to vote"
    days_timelock = "Days between a decision and what it does"
