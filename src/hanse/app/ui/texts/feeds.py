"""Feeds: what several sources say of the world, and who said it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Feeds:
    title = "Measurements"
    lead = (
        "What several sources say of one thing, signed: which value counts, and who said it. A minority moves nothing; "
        "if most are wrong, it shows whose word it was."
    )
    feeds = "Who is asked"
    no_feeds = "No notary has named sources for anything yet."
    name = "Name"
    rule = "What counts"
    number_rule = "the middle of at least {} of {} numbers, in {}"
    state_rule = "what at least {} of {} say alike"
    sources = "Sources"
    fresh = "No older than"
    notary = "Named by"
    revision = "{}, version {}"
    withdraw = "Withdraw a source"
    withdraw_ask = "Which source is not to be believed any more?"
    withdraw_what = "It counts in no record from then on, old ones included. What was paid stays paid."
    withdrawn = "It counts nowhere any more."
    told = "Given as evidence"
    none_told = "No measurement was given as evidence in agreements that you see."
    check = "Look at one"
    check_lead = (
        "With the fingerprint of a record anybody sees who said what; it is computed again from the signatures."
    )
    evidence = "Fingerprint of the record"
    no_fingerprint = "A fingerprint is 0x and 64 signs, 0 to 9 and a to f."
    look = "Compute again"
    holds = "holds"
    fails = "does not hold"
    value = "{}: {} {}"
    counted = "{} of {} sources count, {} were needed"
    at = "As of"
    where = "Agreement {}, work {}"
    by_feed = "{} of {}, version {}"
    unknown = "a feed whose document is not here"
    copy = "Copy the fingerprint"
    copied = "Copied"
    use = "Put the fingerprint, and nothing else, where a delivery, dispute, ruling or appeal asks what you say."
    record = "Put down what counts"
    record_lead = (
        "Drop the signed words of the sources here; what too few say, or say too late, is refused with the reason."
    )
    feed = "Of what"
    subject = "About, such as: agreement 4, milestone 0"
    drop = "Signed words, as files"
    held = "{} signed words are here."
    wrong_file = "This is no signed word of a source."
    wrong_hint = "It is the file that a source gets under Say what you saw, or from hanse oracle say."
    record_do = "Put it down"
    say = "Say what you saw"
    say_lead = "If you are one of the sources. You get a file with your signature, for whoever puts down what counts."
    say_value = "What you saw: a whole number, or a word"
    say_do = "Sign it"
    say_ask = "Sign that {} of {} is {}?"
    say_what = "Everybody who gets the file can show that you said it."
    name_one = "Name sources"
    name_ask = "Who is asked, and how many must agree?"
    name_do = "Name them"
    name_what = "The same name again is its next version: whoever is missing in it is not believed any more."
    named = "The sources are named."
    kind = "They say"
    kinds: ClassVar[Mapping[str, str]] = {"number": "numbers: the middle one counts", "state": "words: they must agree"}
    unit = "Unit, such as seconds late"
    threshold = "So many must count"
    minutes = "Words are fresh for so many minutes"
    who = "Sources"
    needed = "Needed"
    too_few = "{} of {} is not more than half of them."
    too_few_hint = "More than half of the sources, and no more than all."
