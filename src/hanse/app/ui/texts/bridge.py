"""The other ledger on which this league is shown. As on Evidence, the words of the machinery are allowed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Bridge:
    title = "On another ledger"
    lead = (
        "What this league has recorded is shown on another ledger, by attestors who each look for themselves. Whoever "
        "trusts that ledger need not trust us."
    )
    none = "This league is shown on no other ledger."
    none_how = "A coordinator can have it shown: hanse bridge found, then hanse serve with --other and --beacon."
    shown = "What counts there"
    here = "This league"
    there = "The other ledger"
    on_chain = "{} on chain {}"
    must_sign = "Attestors who must sign"
    covered = "Shown so far"
    covered_to = "up to block {} of {}"
    covered_none = "nothing yet"
    statement = "Statement"
    blocks = "Blocks"
    stretch = "{} to {}"
    signed_by = "Signed by"
    again = "Compute again"
    count = "{} events computed again from this league's own chain"
    agrees = "agrees"
    differs = "differs"
    root = "Root there {}, here {}"
    hash = "Block there {}, here {}"
    missing = "no such block"
    take = "Take a proof away"
    take_lead = (
        "A file by which anybody can verify what this league has recorded: here, on the other ledger, or offline."
    )
    plan = "A recorded plan"
    plan_number = "plan {}"
    member = "The certificate of a member"
    take_plan = "Proof of the plan"
    take_member = "Proof of the certificate"
    bring = "Look at a proof"
    bring_lead = "Drop it here: it is verified in front of you, step by step, and kept nowhere."
    drop = "A proof, as a file"
    wrong_file = "This is no proof."
    wrong_hint = "It is a file that this page gave, or hanse bridge prove."
    home = "At home, without asking anybody:"
    steps: ClassVar[Mapping[str, str]] = {
        "path": "Its path leads to the root that was signed",
        "signed": "Enough attestors of now have signed that root",
        "there": "The contract on the other ledger finds the record, now",
        "here": "This league's own chain has exactly this record",
    }
    holds = "holds"
    fails = "does not hold"
    silent = "could not be asked now"
    all_hold = "All of it holds: the league has recorded this"
    not_all = "This is no proof of anything here"
    says = "What the record says"
    told = "{} told {} in block {}"
