"""Agreements about work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Agreements:
    title = "Agreements"
    number = "Agreement"
    customer = "Customer"
    one = "Agreement {}"
    order = "order {}"
    order_of = "order {} ({} × {})"
    task = "{} on {}, {}"
    work = "the work planned for it"
    worth = "Worth"
    your_part = "Your part"
    state = "State"
    deadline = "To be signed by"
    empty = "No agreements yet. They are proposed when an order has been planned."
    to_orders = "To the orders"
    waits = "waits for you"
    waiting = "Waits for your answer"
    as_clerk = "Waits for those you sign for"
    one_for = "Agreement {}, for {}"
    sign_for = "Sign for {}"
    sign_for_what = "You sign as a clerk of {}, whom it binds, up to what your mandate allows."
    needs = "What is missing"
    needs_sign = "The signature of {}."
    needs_money = "{} has to put down {} more."
    expired = "The time to sign is over. Nothing was locked; it can be proposed again."
    needs_nothing = "Nothing: everybody has signed. It comes into force in a moment."
    promised = "What is promised"
    who = "Who"
    what = "What"
    begin = "Begun by"
    due = "Delivered by"
    price = "Price"
    compensation = "On top"
    subsidy = "Of it, paid by us"
    hourly = "{} an hour of machine time"
    signed = "Signed"
    yes = "yes"
    not_yet = "not yet"
    pays = "pays {} at most: {} for work, {} on top, {} to solver and league"
    held = "Held now"
    paid = "Paid to the member"
    back = "Back to the customer"
    shared = "Solver, league, proposer"
    money = "Where the money is"
    money_lead = (
        "Everything is held until work is accepted, disputed or given back. Each piece of work is settled on its own."
    )
    total = "Together"
    conditions = "What holds if something goes wrong"
    silent = "If the customer says nothing for {} after a delivery, it is accepted."
    late = "Later than {} after it was due costs {} of the price for each {}, {} at most."
    never = "What is not begun in time, or not delivered {} after it was due, is given back, unpaid."
    disputes = "Disputes are decided by {} within {}, appeals within {} by {}; if nobody decides, the member gets {}."
    said = "What was said"
    said_declined = "declined: {}"
    said_asks = "asks for {} and {} on top, begun by {}, delivered by {}"
    version = "version {} of {}"
    progress = "Work"
    evidence = "What was said of it"
    no_evidence = "Nothing was written."
    evidence_lead = "As it was written, word for word. Its fingerprint on the ledger:"
    ended = "Ended"
    rated = "rated {}"
    ruled = "The ruling gives the member {}."
    ruled_by = "The arbiter found: {}."
    waived = "{} lets the arbiter decide freely."
    clause = "Where something went wrong, {} The arbiter says what happened; the share follows from that."
    late_by = "{} late"
    endings: ClassVar[Mapping[str, str]] = {
        "accepted": "accepted",
        "silent": "accepted by silence",
        "ruled": "decided",
        "never started": "never begun, given back",
        "never delivered": "never delivered, given back",
        "given up": "given back by the member",
        "undecided": "nobody decided",
        "unfunded": "not paid in by the customer, ended",
    }
    reasons: ClassVar[Mapping[str, str]] = {
        "unsaid": "I would rather not say",
        "price": "it pays too little",
        "time": "the time does not suit me",
        "capacity": "I have no room",
        "quality": "I cannot reach the quality",
        "conditions": "I do not like the conditions",
        "withdrawn": "it is withdrawn",
    }
    ratings: ClassVar[Mapping[int | None, str]] = {
        None: "no rating",
        1_000_000: "excellent (100 %)",
        900_000: "good (90 %)",
        750_000: "acceptable (75 %)",
        400_000: "poor (40 %)",
        0: "useless (0 %)",
    }
    sign = "Accept"
    sign_ask = "Accept agreement {}?"
    sign_done = "Signed. It comes into force when everybody has signed and the money is there."
    promise_pay = "You pay {1} at most for {0}: {2} for the work, {3} on top of it, {4} to solver and league."
    promise_held = (
        "It is held: each piece is paid when you accept it, or when you say nothing for {} after its delivery."
    )
    promise_customer_missed = (
        "What is late is cheaper, what never comes costs nothing. If the money is not there by {}, nothing comes of it."
    )
    promise_work = "You do {} for {}: begun by {}, delivered by {}. It pays {}."
    promise_extra = " and {} on top"
    promise_paid = "You are paid when the customer accepts, or when it says nothing for {} after you delivered."
    promise_late = (
        "If you miss it: later than {} costs {} of the price for each {}, {} at most. "
        "If you never begin, or deliver more than {} late, you are paid nothing."
    )
    decline = "Decline"
    decline_ask = "Decline agreement {}?"
    decline_what = "Nobody pays or owes anything. The order can be proposed otherwise, to others."
    decline_done = "Declined."
    reason = "Why"
    counter = "Ask for other terms"
    counter_ask = "What would you sign instead? Agreement {}"
    counter_what = "The proposer sees it and can propose a version with other compensations. It binds nobody."
    counter_send = "Ask for it"
    counter_done = "Asked."
    piece = "Which work"
    start_by = "Begun by"
    why = "In your words"
    revise = "Propose other compensations"
    revise_ask = "A new version of agreement {}"
    revise_what = "Everybody signs anew. {} more versions are possible. The customer pays what you do not."
    revise_member = "{}: price {}, so far {} on top"
    revise_send = "Propose it"
    revise_done = "Proposed."
    put_down = "Put down {}"
    put_down_ask = "Put down the {} that are missing?"
    put_down_what = "They are taken from your money in hand. You can take them out until everybody has signed."
    put_down_done = "It is there."
    start = "I have begun"
    start_ask = "Report that work for order {} has begun?"
    start_what = "{}. It has to be delivered by {}."
    start_done = "Reported."
    deliver = "I have delivered"
    deliver_ask = "Report that work for order {} is delivered?"
    deliver_what = "{0}. The customer accepts or disputes it; if it says nothing for {review}, you are paid."
    deliver_words = "What shows it: crates, measurements, consignment"
    deliver_done = "Reported. The customer was told."
    give_up = "Give it back"
    give_up_ask = "Give work for order {} back?"
    give_up_what = "{}: you are paid nothing of {}, and it counts against you as not delivered."
    give_up_done = "Given back."
    accept = "Accept it"
    accept_all = "Accept all {} deliveries"
    accept_ask = "Accept what was delivered?"
    accept_what = "{} are paid at once. This cannot be taken back."
    accept_done = "Accepted and paid."
    rating = "How good was {}: {}?"
    dispute = "Dispute it"
    dispute_ask = "Dispute a delivery for order {}?"
    dispute_what = "{0}, by {1}. An arbiter hears both sides and decides within {ruling}; until then nothing is paid."
    dispute_words = "What is wrong"
    dispute_done = "Disputed. An arbiter was asked."
    appeal = "Appeal"
    appeal_ask = "Appeal the ruling on order {}?"
    appeal_what = "{0}, by {1}. The second arbiter decides, within {ruling}, for the last time."
    appeal_words = "Why the ruling is wrong"
    appeal_done = "Appealed."
    rule = "Decide"
    rule_ask = "Decide the dispute on order {}"
    rule_what = "You divide {1}: what {0} does not get goes back to the customer. Both can appeal for {2}."
    rule_by_cause = "You say what happened; who bears it all have signed: {3} Of {1}, for {0}. Both can appeal for {2}."
    share = "Share of the member, in percent"
    cause = "What happened"
    causes: ClassVar[Mapping[str, str]] = {
        "none": "nothing was wrong",
        "quality": "bad quality",
        "breakdown": "breakdown of a machine of the member",
        "transport": "lost or damaged on the way",
    }
    waive = "Let the arbiter decide freely"
    waive_ask = "Let the arbiter divide the money of order {} freely?"
    waive_what = (
        "What was signed about who bears what no longer binds the arbiter, if the other side agrees too. "
        "This cannot be taken back."
    )
    waived_done = "Said so."
    rule_words = "Your reasons"
    rule_done = "Decided."

    @staticmethod
    def bears(table: object) -> str:
        """Who bears what, of a clause in millionths, in a sentence."""
        quality, breakdown, transport = (
            f"{getattr(table, name) / 10_000:g} %" for name in ("quality", "breakdown", "transport")
        )
        return f"the member bears {quality} of bad quality, {breakdown} of a breakdown, {transport} of transport."
