"""The market: requests, bids, wanted and offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Market:
    title = "Market"
    empty = "Nobody asks for work now."
    untitled = "work without a title"
    number = "No."
    work = "Work"
    state = "State"
    bids = "Bids"
    bids_caption = "The best first; what is sealed is not known to anybody but its bidder."
    no_bids = "Nobody has bid yet."
    budget = "At most"
    bond = "Each bidder puts down"
    price = "Price"
    ready = "Ready"
    quality = "Promised quality, %"
    value = "Counts as"
    misfit = "does not fit"
    bidder = "Bidder"
    asked_by = "Asked for by"
    sealed_until = "Bids are sealed until"
    opened_until = "and opened until"
    latest = "Ready by"
    services = "Certified for"
    leads = "Leads"
    won = "Won by"
    won_for = "{}, for {}, ready {}"
    ended = "Ended"
    divided = "{} to who did it, {} back to who asked (both with the bond)."
    arbiter = "Decides disputes"
    rule = "How it is decided"
    lowest = "The lowest price wins; of equal ones the bid that was sealed first."
    weighed = "A bid counts as its price, {} more for each later day, and {} more if it promised no quality at all."
    chain = "Who answers to whom"
    chain_lead = "Whoever hands work on stays liable for it to who asked."
    part_of = "It is a part of request {}"
    part = "Request {} is a part of it"
    phases: ClassVar[Mapping[str, str]] = {
        "bidding": "bids are taken",
        "opening": "bids are opened",
        "deciding": "being decided",
        "void": "came to nothing",
        "awarded": "being worked on",
        "delivered": "delivered",
        "disputed": "disputed",
        "done": "over",
    }
    bid_states: ClassVar[Mapping[str, str]] = {
        "sealed": "sealed",
        "opened": "opened",
        "released": "never opened",
    }
    causes: ClassVar[Mapping[str, str]] = {
        "none": "nothing was wrong",
        "quality": "quality",
        "breakdown": "breakdown of a machine",
        "transport": "lost or damaged on the way",
    }
    ends: ClassVar[Mapping[str, str]] = {
        "accepted": "accepted",
        "silent": "accepted by silence",
        "decided": "decided by the arbiter",
        "undecided": "the arbiter was silent",
        "given up": "given up",
        "overdue": "never delivered",
    }
    ask = "Ask for quotations"
    ask_ask = "What work do you ask for?"
    ask_what = (
        "Your highest price is held now. Bids stay sealed until all are in; then the rule decides, not you: "
        "the best bid has the work."
    )
    asked = "Asked."
    title_field = "In a few words"
    needed = "Say what it is"
    words = "All that a bidder has to know"
    commit = "Hours to bid"
    reveal = "Hours to open"
    per_day = "A later day counts as"
    per_quality = "No quality at all counts as"
    least_quality = "Least quality, %"
    who_bears = "What the other bears of price and bond if it goes wrong, in % (the rest is yours):"
    late_day = "each day late, of the price"
    late_cap = "lateness at most"
    hand_on = "Hand a part on"
    hand_on_ask = "Hand on a part of: {}"
    hand_on_what = "You stay liable for all of it to who asked you."
    cancel = "Take it back"
    cancel_ask = "Take this request back?"
    cancel_what = "{} are free again, and bidders have their money back."
    cancelled = "Taken back."
    bid = "Bid"
    bid_ask = "Bid for: {}"
    bid_what = "{} are held until you have opened your bid; if you never do, they are the other's."
    bid_keep = (
        "Nobody sees your bid until you open it. A file is saved now, and this browser remembers it: without either, "
        "it cannot be opened."
    )
    sealed = "Sealed. Come back to open it in time."
    open = "Open your bid"
    open_ask = "Open your bid?"
    open_what = "Then all can see it. The {} you put down are free again unless yours is the best."
    opened = "Opened."
    slip = "Your bid, as it was saved"
    deliver = "It is done"
    deliver_ask = "Is the work done?"
    deliver_what = "If who asked says nothing for {}, you are paid."
    delivered = "Said so."
    said = "In words"
    report = "Something went wrong"
    report_ask = "What went wrong?"
    report_what = "An arbiter finds out what happened; who pays was agreed: {}"
    reported = "The arbiter is told."
    cause = "What it was"
    accept = "Accept and pay"
    accept_ask = "Accept the work?"
    accept_what = "{} are paid at once, less what lateness costs. This cannot be taken back."
    rating = "How good it was"
    paid = "Accepted and paid."
    give_up = "Give it up"
    give_up_ask = "Give this work up?"
    give_up_what = "You lose {} and the {} you put down."
    given_up = "Given up."
    decide = "Decide"
    decide_ask = "What happened?"
    decide_what = "You say what happened; who pays was agreed: {}"
    decided = "Decided."

    @staticmethod
    def bears(table: object) -> str:
        """Who bears what, of a table of millionths, in a sentence."""

        def part(name: str) -> str:
            return f"{getattr(table, name) / 10_000:g} %"

        return (
            f"whoever does the work bears {part('quality')} of bad quality, {part('breakdown')} of a breakdown, "
            f"{part('transport')} of transport, and {part('per_day')} of the price for each day late, at most "
            f"{part('cap')}."
        )


class Notices:
    title = "Notices"
    find = "Find"
    search = "Search"
    results = "The best first"
    nothing_found = "Nothing suits. Ask for less, or post what you want."
    what = "What"
    who = "Who"
    price = "Price"
    why = "Why it stands here"
    services = "Services"
    kind = "Offered or wanted"
    budget = "Not above"
    by = "Ready by"
    suits = "Suits you"
    nothing_suits = "Nothing yet. Post what you want, and offers that answer it are shown here."
    for_you = "Offers that answer what you want"
    you_can = "Wanted by others, and you can do it"
    request = "Request {} for quotations"
    own = "Your notices"
    none_own = "You have none."
    post = "Post a notice"
    post_ask = "What do you offer or want?"
    post_what = "Everybody in the league sees it, with your name, until it expires or you withdraw it."
    posted = "Posted."
    needed = "Say what it is"
    price_field = "Price: at least, or at most"
    quality = "Quality, %"
    ready = "From when, or by when"
    expires = "Shown until"
    words = "More about it"
    withdraw = "Withdraw it"
    withdraw_ask = "Withdraw this notice?"
    withdrawn = "Withdrawn."
    kinds: ClassVar[Mapping[str, str]] = {"offered": "offered", "wanted": "wanted"}
    criteria: ClassVar[Mapping[str, str]] = {
        "price": "price",
        "place": "place",
        "time": "time",
        "quality": "quality",
        "reputation": "reputation",
        "ties": "who you know",
        "habit": "what you order",
    }
