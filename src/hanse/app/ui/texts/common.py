"""Words that every page shares: states, offices, the frame, times and the charts."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "open": "open",
    "planned": "planned",
    "agreed": "agreed",
    "cancelled": "taken back",
    "refunded": "refunded",
    "active": "in force",
    "declined": "declined",
    "proposed": "to be agreed",
    "started": "in work",
    "delivered": "delivered",
    "disputed": "disputed",
    "ruled": "ruled",
    "appealed": "appealed",
    "settled": "settled",
    "ACCEPT": "can make it",
    "PARTIALLY ACCEPT": "can make a part",
    "REJECT": "cannot make it",
    "free": "free",
    "claimed": "asked for",
    "confirmed": "promised",
    "withdrawn": "withdrawn",
    "held": "asked for",
    "over": "over",
    "PARTIAL": "can make a part",
}
"""States of things, as people call them; a state that is not here is said as the ledger says it."""


OFFICES: Mapping[str, str] = {
    "coordinator": "coordinator",
    "notary": "notary",
    "treasurer": "treasurer",
    "arbiter": "arbiter",
    "member": "member",
    "certified": "certified member",
    "customer": "customer",
    "solver": "solver",
}


class Common:
    skip = "To the content"
    navigation = "Pages"
    menu = "Menu"
    colours = "Light or dark colours"
    locked = "Your key was locked after a while without use. You can look at everything; to sign or pay, unlock it."
    unlock = "Unlock"
    not_for_you = "This page is for others in the league."
    stored = "Stored safely; the ledger is writing it down …"
    slow = "The ledger takes long. Nothing is lost; look again later."
    unchanged = "Nothing was changed."
    wallet_hint = "Nothing was changed. Use a wallet that signs transactions, or the Python client."
    silent = "Your browser did not answer in time."
    silent_hint = "Nothing was changed. Load the page anew, and try again."
    nothing = "Nothing here yet."
    search = "Search"
    back = "Back"
    save = "Save"
    evidence = "Evidence"
    fault = "Something went wrong here, by a fault of ours. It is in the log of the service."
    nowhere = "There is no such page"
    nowhere_lead = "Perhaps it was mistyped, or it is not for you."


class Navigation:
    work = "Work"
    market = "Market"
    planning = "Planning"
    league = "League"
    ledger = "Money and proof"


class Times:
    each_day = "day"
    each_hour = "hour"
    day = "1 day"
    days = "{} days"
    whole = "A whole number from {} to {}"
    moment = "A day and a time"


class Charts:
    """What pictures say beside what the report's chart says itself."""

    plan = "Plan"
    value = "best so far"
    bound = "no plan is better than"
    new = "new"
    moved = "moved"
    gone = "gone"
    since = "Since you looked, {}:"
    same = "nothing changed."
    seen = "I have seen it"
    first = "From now on this browser marks what changes between your visits."
    failed = "The chart could not be drawn:"
    units = "Plans counted in"
    older = "{} older plans are left out; choose one above to see it."
    empty = "Nothing is planned for orders that you can see."
