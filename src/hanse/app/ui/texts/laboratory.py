"""The laboratory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Laboratory:
    title = "Laboratory"
    lead = (
        "Try a rule before living under it. The league is copied, and small seasons are played on the copy, under its "
        "rules and under others. Nothing there can act here."
    )
    ask = "What if …"
    study = "What to try"
    studies: ClassVar[Mapping[str, str]] = {
        "fees": "another fee of the league",
        "windows": "another time to look at plans, with a liar among the solvers",
    }
    by = "What is to get better"
    measures: ClassVar[Mapping[str, str]] = {
        "cost": "what an order costs",
        "on_time": "orders on time",
        "lateness": "lateness",
        "energy": "energy",
        "income": "income of members",
        "spread": "how evenly it is spread",
        "utility": "what customers have of it",
        "rewards": "what solvers get",
        "gas": "what it costs to write down",
    }
    begin = "Try it"
    going = "The laboratory is at work"
    copying = "Copying the league …"
    played = "{} % played"
    end = "End it"
    ended = "Ended; nothing is kept of it."
    failed = "It came to nothing"
    found = "What it showed: {}"
    caption = "Against the present rules, over all scenarios; in brackets the 95 % interval"
    variant = "Rules"
    measure = "Measure"
    before = "Present"
    after = "Then"
    difference = "Difference"
    sure = "Is it sure?"
    judged: ClassVar[Mapping[int, str]] = {1: "better", -1: "worse", 0: "unsure"}
    nothing = "Nothing tried here is surely better by this: {}."
    give = "Whoever is in the league's community can propose it: give it both files."
    change = "{}: {} becomes {}"
    propose = "Propose this"
    propose_ask = "Put this to the league's members?"
    propose_what = "They read what gets better and what gets worse, and can check it by the evidence."
    proposed = "Proposed. Members can vote on it."
    files: ClassVar[Mapping[str, str]] = {
        "lab.html": "Report",
        "lab.json": "Figures",
        "evidence.json": "Evidence",
        "proposal.json": "Proposal",
    }
