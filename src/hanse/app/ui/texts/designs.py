"""Design files and who may open them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Designs:
    """Designs, licences and who may read drawings."""

    title = "My designs"
    lead = (
        "A design is known by the fingerprint of its file. Register yours before you show it: the first one counts,"
        " with its time."
        " The file itself is sealed for you alone."
    )
    register = "Register a design"
    file_first = "Choose the file first."
    sealed = "Sealed; now it is registered."
    registered = "The design is registered as yours."
    own = "Designs"
    since = "Registered"
    contested = "Contested"
    contest = "It is mine: contest it"
    contest_ask = "Contest this design?"
    contest_what = "Somebody else has registered this file. An arbiter of the league reads your evidence and decides."
    contest_done = "It is contested; an arbiter decides."
    evidence = "Evidence"
    contests = "Contests to decide"
    owner, claimant = "Owner", "Who says it is its own"
    decide = "Decide"
    decide_ask = "Whose design is it?"
    upheld, refused = "It is the claimant's", "It stays its owner's"
    reason = "Why"
    decided = "It is decided."
    yes, no = "yes", "no"
    none = "You have registered no design yet."
    licences = "Licences"
    no_licences = "Nobody has licensed anything to you, nor you to others."
    licence = "Licence"
    from_, to = "From", "To"
    left = "Pieces left"
    of = "{} of {}"
    until = "Until"
    royalty = "Royalty a piece"
    give = "Give a licence"
    licensee = "To whom"
    pieces = "How many pieces"
    given = "The licence is given."
    give_ask = "License this design?"
    give_what = "A licence cannot be taken back before it ends."
    days = "For how many days"
    ask_owner = "Ask the design's owner for a licence."
    design = "Design"
    use = "Use a licence"
    use_ask = "Use a licence for order {}?"
    use_what = "Its pieces are counted, and the royalty is held for the design's owner until the order ends."
    used = "The licence is used; its royalty is held."
    uses = "Licence {}: {} held for the design's owner"
    paid = "Licence {}: {} paid to the design's owner"
    readers = "Who may read the drawing"
    reader = "Reader"
    since_when = "When"
    what = "What"
    let_asked = "Let the members asked read it"
    let_done = "{} more may read the drawing."
    shut = "Withdraw"
    shut_ask = "Let {} read the drawing no more?"
    shut_what = "What was read before stays read. A new version of the drawing has a new key."
    shut_done = "It may read the drawing no more."
    log = "What happened to its key"
    logged: ClassVar[Mapping[str, str]] = {
        "granted": "was let read", "withdrawn": "was shut out", "key": "fetched the key", "opened": "opened it",
    }  # fmt: skip
    passport = "Make the passport"
    passport_ask = "Publish the passport of order {}?"
    passport_what = (
        "Anyone who has its address or scans its code reads what was made by whom and when, and, in its evidence, what"
        " the ledger holds of this order, amounts included."
    )
    passport_done = "The passport is published."


class Lives:
    title = "What became of a product"
    lead = (
        "Used, serviced, repaired, passed on, taken back, recycled: its passport lists it from then on, with who said "
        "so. Its customer, whoever made it, and certified members say such things."
    )
    order = "Number of its order"
    kind = "What became of it"
    kinds: ClassVar[Mapping[str, str]] = {
        "used": "used",
        "serviced": "serviced",
        "repaired": "repaired",
        "passed on": "passed on",
        "taken back": "taken back",
        "recycled": "recycled",
        "disposed of": "disposed of",
    }
    materials = "Materials, a line each: steel = 1.2 (kg)"
    words = "In words"
    wrong = "A line is no material."
    wrong_hint = "Each once, with its weight in kilograms: steel = 1.2"
    ask = "Record that the product of order {} was {}?"
    do = "Record it"
    done = "Recorded; passports that are made from now on list it."
