"""`run`: all stages of a voyage in order, and the files it leaves behind."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hanse import __version__
from hanse.app import cases, journal
from hanse.app.money import flows
from hanse.app.record import Ledger, Voyage
from hanse.app.story import Story
from hanse.app.voyage import placing
from hanse.app.voyage.aboard import Aboard
from hanse.app.voyage.agreeing import agree
from hanse.app.voyage.planning import plan_part
from hanse.app.voyage.settling import settle
from hanse.app.voyage.telling import tell
from hanse.app.wiring import Settings
from hanse.instances import hanse_json, write_bytes
from hanse.ledger.store import open_ledger


@dataclass(frozen=True, slots=True)
class Files:
    """What a voyage leaves behind. data: where the league lives, for `hanse audit`."""

    data: Path
    report: Path
    problems: tuple[Path, ...]
    plans: tuple[Path, ...]


def run(settings: Settings, story: Story) -> tuple[Voyage, Files]:
    """Sail the voyage of `settings`, or what is left of it. Raises HanseError; what was acknowledged before stays."""
    known = journal.load(settings.data)
    if known is not None:
        known.belongs(settings.case, settings.seed, settings.data)
    case = cases.load(settings.case, seed=settings.seed)
    with ExitStack() as stack:
        with story.stage("open the ledger") as chapter:
            name = f"Hanse {case.id}"
            opening = open_ledger(settings.data, settings.chain, league=settings.league, name=name)
            ledger = stack.enter_context(opening)
            chapter.done(f"opened the ledger on chain {ledger.chain_id}")
        record = _sail(Aboard(case, settings, story, ledger))
    return record, _write(record, settings, story)


def _sail(aboard: Aboard) -> Voyage:
    """All stages in order."""
    case, ledger = aboard.case, aboard.ledger
    members, numbers = placing.members(aboard)
    products = placing.products(aboard)
    orders = placing.orders(aboard, products)
    matches = placing.matches(aboard, members, numbers, orders)
    parts = []
    for i, asked in enumerate(case.parts):
        part = plan_part(aboard, i, asked, orders, matches)
        offers = agree(aboard, i, part, orders)
        settle(aboard, i, offers)
        parts.append(tell(part, offers, ledger.sync()))
    done = tuple(parts)
    return Voyage(
        case=case.id,
        title=case.title,
        source=case.source,
        notes=case.notes,
        created=aboard.journal.created,
        version=__version__,
        services=case.services,
        members=members,
        products=tuple(products.values()),
        orders=orders,
        matches=matches,
        parts=done,
        flows=flows(orders, done),
        stages=tuple(aboard.story.stages),
        ledger=Ledger(ledger.chain_id, dict(aboard.league.addresses.by_contract()), ledger.transactions, ledger.gas),
        grid=aboard.settings.grid,
    )


def _write(record: Voyage, settings: Settings, story: Story) -> Files:
    from hanse.app import report

    with story.stage("write the report") as chapter:
        suffixes = [""] if len(record.parts) == 1 else [f"-{i}" for i in range(1, len(record.parts) + 1)]
        problems = tuple(settings.out / f"problem{suffix}.json" for suffix in suffixes)
        plans = tuple(settings.out / f"plan{suffix}.json" for suffix in suffixes)
        for part, problem, plan in zip(record.parts, problems, plans, strict=True):
            write_bytes(problem, hanse_json.write_problem(part.problem))
            write_bytes(plan, hanse_json.write_plan(part.plan))
        target = settings.out / "report.html"
        report.write(record, target)
        chapter.done(f"wrote {target}")
    return Files(settings.data, target, problems, plans)
