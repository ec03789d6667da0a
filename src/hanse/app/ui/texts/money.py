"""Money: accounts, what work was worth, advances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Money:
    title = "Money"
    account = "In hand"
    settlement = "For agreements"
    rounds = "For rounds"
    offers = "For free time"
    settlement_note = "held back until work is accepted, or free to take out"
    rounds_note = "bonds of solvers"
    offers_note = "for windows of others"
    communities = "For communities"
    communities_note = "paid or shared to you, or to be contributed"
    purse = "Purse"
    amount = "Amount"
    why = "What for"
    moves = "How it moved"
    empty = "No money has moved yet."
    put = "Put down"
    take = "Take out"
    put_ask = "Put {} into {}?"
    take_ask = "Take {} out of {}?"
    put_done = "It is there."
    take_done = "It is in your hand."
    mint = "Pay in for somebody"
    mint_lead = "What the league was paid outside becomes that account's money here."
    mint_to = "Account"
    mint_ask = "Give {} to {}?"
    mint_done = "Paid in."
    wrong = "An amount like 1 250.00"
    names: ClassVar[Mapping[str, str]] = {
        "account": "in hand",
        "settlement": "for agreements",
        "rounds": "for rounds",
        "offers": "for free time",
        "communities": "for communities",
        "designs": "for royalties",
        "quotations": "for quotations",
    }
    paid_in = "paid in"


class Value:
    """What is said of value: who contributed what, and how it is divided."""

    added = "Who added what"
    added_lead = (
        "What a member adds is counted over all orders in which members can come together: every cent that the work "
        "costs less because of it."
    )
    show = "Count it"
    member_added = "{} added {}"
    margin = "± {} with 95 % confidence"
    exact = "counted exactly"
    stable = "Nobody would get more by leaving together."
    unstable = "{} would get {} more by leaving together."

    propose = "Propose, dividing what is left"
    propose_what = (
        "Everybody gets what its work costs, and what the customer's budget leaves over costs, reward and fee is "
        "divided by what each has added. Everybody who works for it and its customer are asked to sign, within 30 days."
    )


class Financing:
    """Instalments, advances and loyalty."""

    title = "Advances"
    pay = "Pay the instalment: {}"
    pay_ask = "Pay the instalment of agreement {}?"
    pay_what = (
        "{} is then held until the work is accepted, disputed or given back. It is taken from what you have with the "
        "settlement, and then from your hand."
    )
    paid_in = "Paid in."
    due = "An instalment, to be paid in by {}. If it is not, this work ends, and that is your fault in the records."
    waits = "It can be begun when the customer has paid {} in, by {}."
    ask = "Have money before it is done"
    ask_ask = "What do you ask for?"
    ask_what = (
        "Somebody gives you money at once, and gets a part of your pay first. If the work fails, the financier bears "
        "that. It is given once, before you deliver."
    )
    amount = "Money at once"
    repay = "Of my pay, to the financier first"
    until = "To be given by"
    asked = "Asked."
    goes_first = "{} of the pay goes to a financier first."
    lead = (
        "Members ask for a part of their pay before the work is done. Whoever gives it is repaid first, out of that "
        "pay."
    )
    empty = "Nobody asks for an advance now. A member asks for one on the page of its agreement."
    work = "Work"
    who = "Who asks"
    most = "Can pay at most"
    state = "State"
    give = "Give it"
    give_ask = "Give {} now?"
    give_what = (
        "You get {} first of what this work pays {}, which can be {} at most. If the work fails, you get less, or "
        "nothing."
    )
    given = "Given."
    back = "Ask no more"
    back_ask = "Ask for this advance no more?"
    taken_back = "Taken back."
    order = "order {}"
    loyalty = "Points for good conduct"
    rule_earned = (
        "Work accepted in time, with a partner one has worked with before, brings both {} of the league's fee, at most "
        "{} from one partner; after {} a point is half a point."
    )
    rule_set = "Set how they are earned"
    rule_ask = "How does good conduct earn points?"
    rule_what = "Points are counted anew by it at once. Agreements keep what they took."
    rule_done = "The rule is set."
    rule_rate = "Of the fee, in percent (at most 50)"
    rule_cap = "From one partner, at most"
    rule_days = "Half is left after so many days"
    rule_most = "They take off the fee at most, in percent"
    points = "Points"
    points_note = "they take up to {} off the league's fee when an agreement of yours is proposed with them"
    works = "From pieces of work"
    states: ClassVar[Mapping[str, str]] = {
        "asked": "asked",
        "taken back": "taken back",
        "given": "given",
        "repaid": "repaid: {}",
    }
    in_instalments = "Propose, paid in instalments"
    in_instalments_what = (
        "What begins first is paid in with the agreement, the rest a day before it has to be begun. Everybody who "
        "works for it and its customer are asked to sign, within 30 days."
    )
    with_points = "Propose, with the customer's points"
    with_points_what = (
        "The customer's points for good conduct lower the league's fee. Everybody who works for it and its customer "
        "are asked to sign, within 30 days."
    )
