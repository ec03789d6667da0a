"""What the league can be asked for besides machines: computing, storage, software, data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Resources:
    title = "Resources"
    lead = "Computing, storage, software and data that members let others use. Machines and what they do: Members."
    agree = "Whoever wants one asks for it on the market, or posts a notice."
    ask = "Ask for it on the market"
    find = "Find"
    kind = "Kind"
    any = "any"
    kinds: ClassVar[Mapping[str, str]] = {
        "computing": "computing",
        "storage": "storage",
        "software": "software",
        "data": "data",
    }
    name = "Name"
    part = "A part of its name"
    whose = "Of"
    capacity = "Capacity"
    at_least = "At least so many units"
    price = "Price"
    at_most = "At most, of a unit"
    price_of = "{} per {} and {}"
    free = "free of charge"
    when = "When"
    always = "always"
    since = "from {}"
    till = "until {}"
    uncertified = "Show those that no notary has seen, too"
    not_certified = "not certified"
    cheapest = "What fits, the cheapest first"
    nothing = "Nobody offers such a resource."
    own = "What you let others use"
    none_own = "You let others use nothing yet."
    offer = "Offer something"
    offer_ask = "What do others get to use?"
    offer_what = "It stands in your description. A notary certifies that anew; until then your shop is not matched."
    offered = "Written down; a notary has to certify it."
    unit = "Unit, such as core or GB"
    unit_price = "Price of a unit"
    per = "For each"
    pers: ClassVar[Mapping[str, str]] = {"use": "use", "hour": "hour", "day": "day", "month": "month"}
    from_ = "Available from (empty: now)"
    until = "Available until (empty: for good)"
    order_wrong = "It ends before it begins."
    order_hint = "Choose a later end, or none."
    needed = "Up to 64 letters, digits, spaces and . , & ' + -"
    withdraw = "Withdraw"
    withdraw_ask = "Withdraw {}?"
    withdrawn = "It is not offered any more; a notary has to certify the rest."
    members_only = "Members can offer something here. To become one: Members."
