"""Who belongs to the league, and their credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Members:
    title = "Members"
    number = "No."
    id = "Id"
    name = "Name"
    services = "Offers"
    certified = "Certified"
    yes = "yes"
    no = "not yet"
    certify = "Certify"
    certify_ask = "Certify {}?"
    certify_own = "Credentials of yours by {} other notaries, as the league's charter asks for"
    certify_what = "You confirm that you have seen that {} offers: {}."
    certify_done = "{} is certified."
    revoke = "Withdraw the certificate"
    revoke_ask = "Withdraw the certificate of {}?"
    revoke_what = "It gets no new work until it is certified again."
    revoke_done = "Withdrawn."
    reason = "Reason"
    invite = "Invite somebody"
    invite_as = "To be"
    invite_note = "Note for yourself"
    invite_do = "Make an invitation"
    invite_done = "Send this link to the one person it is for. It works once, for {} days, and is not shown again."
    copy = "Copy"
    copied = "Copied."
    services_title = "Services of the league"
    services_lead = "What members can offer and products can need, one a line. The list only grows."
    services_done = "The list is set."
    empty = "No members yet."
    reputation = "Standing"
    quality = "Quality"
    punctuality = "On time"
    fairness = "Without dispute"
    settled = "Settled orders"
    join = "Offer your shop's services"
    join_lead = (
        "What plans call you (short, for example E1), your shop's name, and what it can do. "
        "A notary of the league looks at it and certifies it."
    )
    join_done = "Written down. A notary certifies it next."
    place = "Place"
    place_lead = "Where your shop is, for the map of the league. All members see it; leave it empty to say nothing."
    town = "Town"
    latitude = "Latitude, degrees north"
    longitude = "Longitude, degrees east"
    place_wrong = "Town, latitude (-90 to 90) and longitude (-180 to 180), or nothing at all"
    change = "Change what you offer"
    none_yet = "no settled order yet"


class Credentials:
    title = "Credentials"
    check = "Check what somebody shows you"
    check_lead = (
        "Ask first: whoever shows something signs that it is for you, and answers your number. Both count once."
    )
    ask = "Make a number"
    ask_first = "Make a number first, and have it shown again."
    audience = "For whom"
    nonce = "Number"
    shown = "What was shown"
    judge = "Check"
    believed = "✓ believed"
    not_believed = "✗ not believed"
    kind = "Kind"
    about = "About"
    by = "Says who"
    until = "Valid until"
    block = "Not taken back as of block"
    show = "Show one of yours"
    show_lead = "Only the claims you name are shown; the others stay hidden. It is for one reader and five minutes."
    credential = "Your credential"
    names = "Claims to show, with commas between"
    show_do = "Show"
    give_shown = "Give this to whoever asked:"
    issue = "Sign a credential"
    issue_lead = (
        "You state this as a notary. It is kept nowhere here: give it to its holder, who shows what it wants of it."
    )
    claims = "Claims, one a line: name=value"
    days = "Days"
    issue_ask = "State this of {}?"
    issue_do = "Sign"
    give_issued = "Give this to its holder, and to nobody else:"
    copy = "Copy"
    refused = "What was refused, and why"
    nothing_refused = "Nothing was refused that you can see."
    nobody_known = "nobody known"
    when = "When"
    what = "What"
    who = "Who, it said"
    why = "Why"
    network = "Who does what for whom"
    more_network = "There is more than is shown here: the newest of each kind are."
    name = "Name"
    does = "Does"
    limit = " (up to {} each)"
    keys = "Keys and who acts for it"
    owner = "Decides"
    itself = "its own key"
    other_key = "another key: {}"
    gateways = "Seal readings"
    others = "Act otherwise"
    clerks = "Sign agreements"
    clerk = "{}: up to {} each, {} of {} used of this period"
    guards = "Can recover a lost key"
    guard = "{} of {} together, {} hours after they agree"
    recovering = "A recovery was begun; the owner can object."
    revoked = "Credentials taken back"
    act = "Let others act for you"
    act_done = "Written down."
    clerk_lead = "A clerk signs agreements for you up to an amount. The contract holds it to that."
    clerk_who = "Who"
    clerk_each = "Of one agreement, at most"
    clerk_month = "In 30 days, at most"
    clerk_days = "For so many days (0 ends it now)"
    clerk_do = "Let it sign"
    clerk_ask = "Let {} sign agreements for you?"
    clerk_what = "Up to {} each and {} in 30 days, for {} days. What it signs binds you."
    clerk_ends = "What it could sign ends now; what it has signed and is in force stays."
    clerk_wrong = "Choose somebody, and amounts like 1 250.00"
    gateway_lead = "Gateways, which seal what your machines say, are named on My shop."
    none = "nobody"
    kinds: ClassVar[Mapping[str, str]] = {"organisation": "organisation", "person": "person", "device": "device"}
    nodes: ClassVar[Mapping[str, str]] = {"enterprise": "enterprise", "person": "person", "device": "device"}
    ties: ClassVar[Mapping[str, str]] = {
        "decides": "is the key of {}",
        "reads": "seals readings for {}",
        "shows": "shows credentials for {}",
        "signs": "signs statements for {}",
        "acts": "acts for {}",
        "commits": "signs agreements for {}",
        "guards": "guards {}",
    }
    reasons: ClassVar[Mapping[str, str]] = {
        "UNREADABLE": "not readable",
        "FORGED": "forged",
        "UNKNOWN_ISSUER": "its issuer is no notary",
        "ELSEWHERE": "of another league",
        "TAMPERED": "a claim was changed",
        "NOT_YET": "not valid yet",
        "EXPIRED": "expired",
        "REVOKED": "taken back",
        "UNBOUND": "its holder did not sign",
        "STOLEN": "shown by somebody else",
        "ANOTHER_SHOWING": "more or less than was signed",
        "WRONG_AUDIENCE": "shown to somebody else",
        "WRONG_NONCE": "another number, or a used one",
        "STALE": "too long ago",
        "KEY_CHANGED": "its key was changed",
        "NOT_SIGNED_IN": "signed by another key",
        "NOT_SIGNED": "not its signature",
        "NOT_THE_OWNER": "not its identity",
        "NO_MANDATE": "no mandate",
        "ABOVE_MANDATE": "above its mandate",
    }


class Lending:
    lead = (
        "Or sign a paper that says who acts for you, and let somebody else send it: with a wallet never online, "
        "or for a shop that is closed. It is true once it is sent, and counts once."
    )
    who = "Whose key acts for you"
    what = "What it may do"
    kinds: ClassVar[Mapping[str, str]] = {
        "hanse/readings": "seal what your machines say",
        "sigAuth": "show your credentials",
        "veriKey": "sign statements for you",
    }
    machine = "Of one machine only (empty: all)"
    every = "all machines"
    days = "For so many days from when it is sent (0 ends it)"
    wait = "It can be sent for so many days"
    nobody = "Choose whose key it is."
    sign = "Sign a paper"
    sign_ask = "Sign that {} acts for you?"
    sign_what = "It may {} ({}), for {} days."
    ends = "What it may do ends when the paper is sent."
    once = "Whoever has the paper can send it, once. To make it void, sign and send another before."
    bring_title = "Send a paper that somebody has signed"
    bring_lead = "The owner of an identity signed who acts for it; you only bring it. It says what the owner said."
    paper = "The paper, as text"
    wrong = "This is no such paper."
    wrong_hint = "It is the whole file from Sign a paper, or from hanse identity delegate --paper."
    look = "Read and send it"
    bring = "Send it"
    bring_ask = "{} lets {} act for it. Send that?"
    acts = "It may {}{}, for {} days from now."
    one_machine = ", of one machine"
    ends_it = "It may no longer {}."
    until = "The paper can be sent until {}."
    sent = "Written down."
