"""Evidence: what anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Evidence:
    title = "Evidence"
    lead = "Nothing here has to be believed: every recorded plan and every sum can be computed again, here or at home."
    blocks = "Recorded plans"
    no_blocks = "No plan is recorded yet."
    number = "Plan"
    orders = "Orders"
    value = "Value"
    bound = "Cannot be better than"
    kind = "Bound"
    solver = "Solved by"
    kinds: ClassVar[Mapping[str, str]] = {
        "certified": "certified: anyone can recompute it",
        "attested": "attested: the solver's word",
        "none": "none",
    }
    one = "Plan {}"
    names: ClassVar[Mapping[str, str]] = {
        "hash": "Seal (hash of the block)",
        "previous": "Seal of the plan before",
        "problem": "Root of the problem",
        "plan": "Root of the plan",
        "evidence": "Hash of the evidence",
        "transaction": "Transaction",
    }
    sums = "Sums"
    sums_of = "cost {}, finish {}, lateness {}, energy {}"
    files = "Files"
    problem_file = "Problem"
    plan_file = "Plan"
    chart = "Chart"
    not_yours = "You can see that this plan is recorded; its files are for those it concerns."
    verify = "Verify in front of me"
    verify_lead = (
        "Fetches the files and computes everything again, one step after the other, from what the ledger keeps."
    )
    again = "Verify again"
    waiting = "waiting"
    found: ClassVar[Mapping[str, str]] = {"shown": "✓ shown", "wrong": "✗ wrong", "word": "○ somebody's word"}
    steps: ClassVar[Mapping[str, str]] = {
        "seal": "The block says what was sealed",
        "chain": "It follows the plan before it",
        "problem": "The problem is the one that was recorded",
        "plan": "The plan is the one that was recorded",
        "rules": "The plan keeps every rule of the problem",
        "sums": "The sums are right",
        "bound": "No plan can be better than is said",
        "orders": "It plans what was ordered",
    }
    both = "recorded and recomputed: {}"
    recorded = "recorded: {}; recomputed: {}"
    whole: ClassVar[Mapping[str, str]] = {
        "shown": "All of it was shown, by calculation alone.",
        "wrong": "Something is wrong. Tell the coordinator, and keep the files.",
        "word": "Nothing contradicts it; what is marked with ○ is somebody's word and was not recomputed.",
    }
    home = "At home, with the two files:"
    audit = "Audit everything"
    audit_lead = (
        "Recomputes the whole ledger: members, orders, plans, rounds, agreements, work and every cent. "
        "It takes seconds to minutes and disturbs nobody."
    )
    audit_do = "Begin the audit"
    audit_states: ClassVar[Mapping[str, str]] = {
        "none": "No audit was made since the service started.",
        "running": "Recomputing …",
        "failed": "It could not be finished.",
    }
    audit_ok = "Everything agrees, up to block {} of the chain; {} pieces in {} s."
    audit_bad = "{} pieces differ from what is recorded, up to block {} of the chain."
    check = "What was recomputed"
    pieces = "Pieces"
    differs = "Result"
    fine = "✓ agrees"
    bad = "✗ {} differ"
    report_json = "Report for programs (JSON)"
    report_html = "Report to read and print"
    report_lead = (
        "A report to keep and to forward: what happened in a period, and what was recomputed. The service signs it; "
        "whose key that is stands below. Everything is recomputed from the first day on, whatever the period."
    )
    report_since = "From"
    report_until = "To"
    report_wrong = "A day"
    report_sign = "Sign it myself as well"
    offline = "The same at home, from a backup or against this service:"
    ledger = "What the ledger told last"
    ledger_lead = "The newest word on each thing, the newest first."
    nothing_told = "The ledger is empty."
    what = "What"
    block = "Block"
    transaction = "Transaction"
    more = "Older ones"
    things: ClassVar[Mapping[str, str]] = {
        "member": "a member registered, changed or was certified",
        "product": "product {} was listed or retired",
        "order": "order {}",
        "answer": "order {}: who can make it",
        "block": "plan {} was recorded",
        "round": "round {}",
        "claim": "round {}: a plan was handed in or decided",
        "agreement": "agreement {}",
        "milestone": "agreement {}: work went on",
        "offer": "free time was offered, asked for or promised",
        "community": "community {}",
        "proposal": "decision {}",
        "term": "a parameter of the league was changed",
        "version": "the league announced where it goes on",
        "design": "design {}",
        "licence": "licence {}",
        "request": "request {} for quotations",
        "anchor": "a notice or seal was anchored",
        "delegate": "an account let somebody act for it, or ended that",
    }
    places: ClassVar[Mapping[str, str]] = {
        "member": "/members/{}",
        "order": "/orders/{}",
        "answer": "/orders/{}",
        "block": "/evidence/{}",
        "round": "/rounds/{}",
        "claim": "/rounds/{}",
        "agreement": "/agreements/{}",
        "milestone": "/agreements/{}",
        "offer": "/free-time",
        "community": "/communities/{}",
        "proposal": "/decisions/{}",
        "term": "/decisions",
        "version": "/decisions",
        "design": "/designs",
        "licence": "/designs",
        "request": "/market/{}",
    }
