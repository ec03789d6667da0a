"""Planning: schedule, rounds, problems and plans, studies, compromises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Schedule:
    title = "Schedule"
    empty = "Nothing is planned yet."
    plan = "Make a plan"
    show = "Show"
    all = "all plans together"
    one = "plan {}"
    export = "For other programs"
    export_lead = "One plan at a time: as a calendar, as a table, or for programs."
    which = "Plan"
    begins = "Work begins (for the calendar)"
    begins_wrong = "Say when the work begins; a calendar has dates."
    own = "only my work"
    ics = "Calendar"
    csv = "Table (CSV)"
    xlsx = "Workbook (Excel)"
    json = "For programs (JSON)"
    print = "Print"


class Rounds:
    title = "Rounds"
    empty = "No rounds yet. In a round, solvers compete for the best plan of a problem."
    open_one = "Open one from a problem"
    round = "Round"
    state = "State"
    open = "open"
    over = "over"
    baseline = "Cost so far"
    target = "Cannot cost less"
    pot = "Most that is paid"
    phase = "Round {}"
    phases: ClassVar[Mapping[str, str]] = {
        "sealed claims are taken": "Plans are handed in, sealed",
        "claims are opened": "Plans are opened",
        "claims are challenged": "Plans are checked by everybody",
        "waits for its award": "The award is being made",
        "over": "Over",
    }
    left = "left"
    gained = "Saved"
    of_most = "of at most {}"
    paid = "Rewards"
    claims = "Accepted"
    claims_note = "of all that were handed in"
    board = "Leaderboard"
    board_caption = "Costs and savings in the problem's money, rewards in the league's"
    no_claims = "Nobody has handed in a plan yet."
    rank = "Rank"
    solver = "Solver"
    jobs = "Jobs"
    cost = "Cost"
    bound = "Cannot cost less"
    gap = "Gap, proved"
    better = "Saves"
    reward = "Reward"
    fate = "State"
    fates: ClassVar[Mapping[str, str]] = {
        "would win": "leads",
        "would be skipped": "behind",
        "skipped": "not taken",
        "dismissed": "not readable",
    }
    picture = "How good each plan is"
    picture_lead = "Every bar is what a solver's part cost before; the solver saved the last piece of it."
    picture_row = "{}: cost {} before, {} now, and cannot cost less than {}"
    proved = "nothing costs less"
    unproved = "may still be saved"
    saved = "saved"
    terms = "Terms"
    sponsor = "Sponsor"
    bond = "At risk for each plan"
    seals = "Handed in until"
    opens = "Opened until"
    checks = "Checked until"
    problem = "Take part"
    problem_lead = "Everything a solver needs is in the problem's file."
    download = "Download the problem"
    how = "Take part as a solver"
    how_lead = "A solver is a program on a machine of your own. Ours plans, hands in, checks the others and collects:"
    how_note = (
        "The coordinator tells you where the league's chain and its shared folder are, and gives you the first money "
        "for what is at risk. The first command prints the account to give it to."
    )
    outcome = "What it brought"
    outcome_lead = (
        "When the round is over, its accepted plans are put together as one, which you can look at and record."
    )
    outcome_do = "Put the accepted plans together"


class Planning:
    title = "Planning"
    waiting = "Orders that are open and can be planned: {}."
    objective = "What the plan should be best in"
    objectives: ClassVar[Mapping[str, str]] = {
        "cost": "lowest cost",
        "makespan": "earliest finish",
        "tardiness": "least lateness",
        "energy": "least energy",
        "cost + 1000 tardiness": "lowest cost, but on time where it can be",
    }
    seconds = "Search for at most"
    found = "{}: found in {} s"
    a_plan = "A plan"
    cost = "Cost"
    finish = "Finished after"
    late = "Late"
    dear = "Above their limit"
    good = "How good"
    against = "Every order against its limit"
    job = "Order in the file"
    customer = "Customer"
    budget = "Limit"
    ready = "Ready after"
    due = "Due"
    keep_page = "Chart to forward"
    keep_plan = "Plan for programs"
    keep_problem = "Problem for programs"
    record_title = "Record it"
    record_lead = "Recorded, the plan can be read and checked by everybody in it, and agreements can be proposed on it."
    cannot_record = "This plan cannot be recorded: not each job in the file is an open order that was matched."
    why = "What is missing stands with the file."
    record = "Record the plan"
    record_ask = "Record this plan?"
    record_orders = "It plans the orders: {}."
    record_cost = "It costs {}; {}."
    record_means = (
        "Nobody is bound yet: customers and members sign their agreements afterwards. A recorded plan stays on record; "
        "an order that nobody agrees on can be refunded."
    )
    recorded = "The plan is recorded."
    next = "Next, propose the agreements:"
    propose = "order {}"
    round_lead = "Solvers of the league look for the best plan; the better it is, the more of the reward they earn."
    round_pot = "Most that all rewards can be"
    round_minutes = "Plans are handed in for"
    round_minutes_of: ClassVar[Mapping[int, str]] = {1: "1 min", 10: "10 min", 60: "1 h", 1440: "1 day"}
    round_open = "Open a round"
    round_ask = "Open a round with {}?"
    round_what = (
        "Up to {} are taken from your money now and locked until the round is over; what nobody earns comes back."
    )
    round_long = "Plans are handed in for {}, then opened and checked by everybody."
    round_opened = "The round is open."
    round_wrong = "An amount like 500.00"
    products = "Products"
    product = "Product"
    id = "Id"
    name = "Name"
    needs = "Needs"
    state = "State"
    offered = "can be ordered"
    retired = "no longer made"
    no_products = "No products yet. Customers order products; list the first below."
    no_services = "The league has no list of services yet; products are made of services."
    add = "List a product"
    add_do = "List it"
    added = "{} can be ordered now."
    id_wrong = "A short word, for example gearbox"
    name_wrong = "A name"
    needs_wrong = "Choose the services it needs."
    retire = "Retire"
    retire_ask = "Retire {}?"
    retire_what = "Nobody can order it any more; orders there are go on."
    retired_done = "{} is retired."


class Studies:
    """What the pages of plans and trade-offs say of files and calculations."""

    file = "The problem"
    file_lead = (
        "A file with members, machines and orders: a workbook, an archive of tables, or JSON. "
        "It is checked first; nothing is recorded by looking at it."
    )
    drop = "Drop a file here"
    choose = "Choose a file"
    draft = "No file yet? Begin with a workbook of the open orders"
    too_large = "The file is too large."
    too_large_hint = "At most 3 MB; the command line takes larger ones."
    busy = "A calculation is running."
    busy_hint = "Wait for it, or end it."
    name = "File"
    holds = "Holds"
    faults = "Wrong in the file: {}. Mend it and drop it again."
    where = "Where"
    wrong = "What is wrong"
    cure = "What to do"
    more = "… and {} more."
    all_orders = "All of its jobs are open orders ({})."
    some_orders = "Jobs that are open orders, as they were asked for: {} of {}."
    not_recordable = "These can be planned, but not recorded:"
    job = "Job"
    order = "Order"
    differs = "Why"
    no_order = "no open order has this name in its specification"
    compete = "Or let solvers compete"
    find_plan = "Find a plan"
    find_front = "Find the good compromises"
    begin = "Begin"
    going = "Calculating"
    after = "{} s of at most {} s. You can leave this page and come back."
    enough = "Take the best so far"
    end = "End it"
    ended = "Ended; nothing is kept of it."
    failed = "It did not work"


class Tradeoffs:
    title = "Trade-offs"
    lead = "Cheaper or sooner? Here are all good compromises between what matters; nothing is recorded."
    objectives = "What matters"
    seconds = "Search for at most"
    too_few = "A compromise is between two things or more."
    too_few_hint = "Choose at least two."
    found = "{}: the good compromises"
    a_problem = "The problem"
    picture = "All compromises as a picture; choose one to see its plan"
    plan = "Download the chosen plan"
    page = "Page to forward"
    json = "Front and plans for programs"
    csv = "Table (CSV)"
