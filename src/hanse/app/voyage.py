"""The voyage: a league's orders become a checked, recorded plan on a real chain.

Every step is an intention with a name in the outbox, so running the same voyage again does what is missing and nothing
twice. The order of steps is the order of the design's *What flows through*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hanse import __version__
from hanse.app import cases, documents, journal
from hanse.app.cases.case import Case, CaseOrder, CasePart
from hanse.app.money import flows
from hanse.app.phrases import distance, many
from hanse.app.record import Block, Match, Member, Order, Outcome, Part, Product, Voyage
from hanse.app.record import Ledger as LedgerRecord
from hanse.app.report import words
from hanse.app.story import Chapter, SolveProgress, Story
from hanse.app.wiring import Settings
from hanse.errors import EvidenceError, HanseError
from hanse.instances import hanse_json, write_bytes
from hanse.ledger.league import NOTHING, AcceptedPlan, Sent
from hanse.ledger.outbox import Progress
from hanse.ledger.store import open_ledger
from hanse.market.matching import restrict, service_set
from hanse.model.check import check, outcomes
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.units import money_text, time_text

if TYPE_CHECKING:
    from hanse.ledger.store import Ledger


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
        record = _Sailing(case, settings, story, ledger).sail()
    return record, _write(record, settings, story)


class _Sailing:
    """One run over an open ledger; its fields fill as the stages pass."""

    def __init__(self, case: Case, settings: Settings, story: Story, ledger: Ledger) -> None:
        self.case, self.settings, self.story, self.ledger = case, settings, story, ledger
        self.league = ledger.league
        self.jobs = {job.id: job for part in case.parts for job in part.problem.jobs}
        self.journal = self._journal()

    def _journal(self) -> journal.Journal:
        known = journal.load(self.settings.data)
        if known is None:
            now = datetime.fromtimestamp(int(self.story.clock.now()), UTC).isoformat()
            known = journal.Journal(self.case.id, self.settings.seed, now)
            known.save(self.settings.data)
        known.belongs(self.case.id, self.settings.seed, self.settings.data)
        return known

    def sail(self) -> Voyage:
        """All stages in order."""
        members, numbers = self._members()
        products = self._products()
        orders = self._orders(products)
        matches = self._matches(members, numbers, orders)
        parts = tuple(self._part(i, part, orders, matches) for i, part in enumerate(self.case.parts))
        self.ledger.sync()
        ledger = LedgerRecord(
            self.ledger.chain_id,
            dict(self.league.addresses.by_contract()),
            self.ledger.transactions,
            self.ledger.gas,
        )
        return Voyage(
            case=self.case.id,
            title=self.case.title,
            source=self.case.source,
            notes=self.case.notes,
            created=self.journal.created,
            version=__version__,
            services=self.case.services,
            members=members,
            products=tuple(products.values()),
            orders=orders,
            matches=matches,
            parts=parts,
            flows=flows(orders, parts),
            stages=tuple(self.story.stages),
            ledger=ledger,
        )

    # --- stages -------------------------------------------------------------------------------------------------

    def _members(self) -> tuple[tuple[Member, ...], tuple[int, ...]]:
        """Members register what they offer; the notary certifies exactly that. Returns them and their numbers."""
        who = self.case.members
        with self.story.stage(f"register {len(who)} members") as chapter:
            catalogue = self.ledger.content.put(documents.services(self.case.services))
            sets = {m.id: service_set(m.services, self.case.services) for m in who}
            profiles = {m.id: self.ledger.content.put(documents.member(m, catalogue)) for m in who}
            roles = {m.id: f"member/{m.id}" for m in who}
            with self.ledger.batch(_upto(chapter, 0, 2), len(who)):
                sent = {
                    m.id: self.league.register(roles[m.id], sets[m.id], profiles[m.id], key=f"register/{m.id}")
                    for m in who
                }
            with self.ledger.batch(_upto(chapter, 1, 2), len(who)):
                for m in who:
                    address = self.league.address(roles[m.id])
                    self.league.certify(address, sets[m.id], profiles[m.id], key=f"certify/{m.id}")
            chapter.done(f"registered and certified {many(len(who), 'member')}, {len(self.case.services)} services")
            members = tuple(
                Member(m.id, m.name, self.league.address(roles[m.id]), m.services, profiles[m.id], sent[m.id].gas)
                for m in who
            )
            return members, tuple(int(sent[m.id].value("number")) for m in who)

    def _products(self) -> dict[str, Product]:
        """The coordinator lists the products; by the case's own ids."""
        with self.story.stage(f"list {many(len(self.case.products), 'product')}") as chapter:
            hashes = {p.id: self.ledger.content.put(documents.product(p)) for p in self.case.products}
            with self.ledger.batch(chapter.step, len(hashes)):
                sent = {
                    p.id: self.league.add_product(
                        service_set(p.required, self.case.services), hashes[p.id], key=f"product/{p.id}"
                    )
                    for p in self.case.products
                }
            numbers = {name: int(one.value("product")) for name, one in sent.items()}
            chapter.done(f"listed {many(len(numbers), 'product')}")
        return {p.id: Product(numbers[p.id], p.name, p.required, hashes[p.id]) for p in self.case.products}

    def _orders(self, products: dict[str, Product]) -> tuple[Order, ...]:
        """Customers get their money, allow the deposit, and order."""
        asked = self.case.orders
        with self.story.stage(f"place {many(len(asked), 'order')}") as chapter:
            roles = {o.job: f"customer/{self.jobs[o.job].customer}" for o in asked}
            specifications = {o.job: self.ledger.content.put(documents.order(o, self.jobs[o.job])) for o in asked}
            sent: dict[str, Sent] = {}
            for turn in _turns(asked, roles):
                # Exactly the deposit is allowed, turn by turn: nothing stays allowed, and placing is cheapest.
                with self.ledger.batch(None, 2 * len(turn)):
                    for o in turn:
                        customer = self.league.address(roles[o.job])
                        self.league.mint(customer, o.deposit, key=f"mint/{o.job}")
                        self.league.approve(roles[o.job], o.deposit, key=f"approve/{o.job}")
                with self.ledger.batch(None, len(turn)):
                    for o in turn:
                        sent[o.job] = self.league.place(
                            roles[o.job],
                            products[o.product].number,
                            o.quantity,
                            specifications[o.job],
                            self.jobs[o.job].due or 0,
                            o.deposit,
                            key=f"order/{o.job}",
                        )
                        chapter.step(len(sent), len(asked))
            held = sum(o.deposit for o in asked)
            chapter.done(f"placed {many(len(asked), 'order')}, payment held {money_text(held, words.LEAGUE)}")
            return tuple(
                Order(
                    int(sent[o.job].value("order")),
                    o.job,
                    self.jobs[o.job].customer,
                    self.league.address(roles[o.job]),
                    products[o.product].number,
                    o.quantity,
                    specifications[o.job],
                    o.deposit,
                    sent[o.job].gas,
                )
                for o in asked
            )

    def _matches(
        self, members: tuple[Member, ...], numbers: tuple[int, ...], orders: tuple[Order, ...]
    ) -> tuple[Match, ...]:
        """The contract answers for every order and member."""
        with self.story.stage(f"match {many(len(orders), 'order')} with {many(len(members), 'member')}") as chapter:
            with self.ledger.batch(chapter.step, len(orders)):
                for order in orders:
                    self.league.match_many(order.number, numbers, key=f"match/{order.job}")
            index, ids = self.ledger.sync(), {member.address: member.id for member in members}
            ours = {order.number for order in orders}
            matches = tuple(
                Match(row.order, ids[row.member], row.answer, row.required, row.offered)
                for row in index.matches()
                if row.order in ours and row.member in ids and row.answer != "NONE"
            )
            count = {name: sum(m.answer == name for m in matches) for name in ("ACCEPT", "PARTIAL", "REJECT")}
            chapter.done(
                f"matched: {count['ACCEPT']} accept, {count['PARTIAL']} partially accept, {count['REJECT']} reject"
            )
        return matches

    def _part(self, i: int, part: CasePart, orders: tuple[Order, ...], matches: tuple[Match, ...]) -> Part:
        """One question: the frozen problem, a plan for it, the judge's word, and the block."""
        numbers = {order.job: order.number for order in orders if order.job in {j.id for j in part.problem.jobs}}
        jobs = {number: job for job, number in numbers.items()}
        candidates: dict[str, list[str]] = {job: [] for job in numbers}
        for match in matches:
            if match.order in jobs and match.answer != "REJECT":
                candidates[jobs[match.order]].append(match.member)
        problem = restrict(part.problem, candidates, numbers)
        chosen = self.journal.plan_of(i)
        if chosen is None or self.ledger.outbox.entry(f"block/{i}") is None:
            chosen = self._choose(i, part, problem, numbers, candidates, chosen)
        plan = hanse_json.read_plan(self.ledger.content.get(chosen.plan))
        with self.story.stage("check the plan") as chapter:
            verdict = check(problem, plan)
            if not verdict.valid:
                raise EvidenceError(
                    f"the recorded plan does not hold: {verdict.violations[0]}",
                    where=f"{self.settings.data}, part {i}",
                    hint="hanse audit tells what else differs",
                )
            results = tuple(
                Outcome(numbers[o.job], o.job, o.cost, o.completion, o.quality, o.within_limits)
                for o in outcomes(problem, plan.assignments)
            )
            kept = sum(outcome.ok for outcome in results)
            chapter.done(f"checked by the independent judge: {kept} of {len(results)} orders within all limits")
        return Part(problem, plan, results, self._append(i, plan, chosen, tuple(numbers.values())))

    def _choose(
        self,
        i: int,
        part: CasePart,
        problem: Problem,
        numbers: dict[str, int],
        candidates: dict[str, list[str]],
        before: journal.Chosen | None,
    ) -> journal.Chosen:
        """Plan, and write the plan down before anything is sent. A plan written down earlier is kept; only the block it
        follows is looked up anew, as nothing was sent for it."""
        previous = self.league.head() if self.league.block_count() else NOTHING
        if before is None:
            competed = self._compete(i, problem, part) if self.settings.solvers and part.objective == "cost" else None
            with self.story.stage(f"plan {many(len(problem.jobs), 'order')}") as chapter:
                plan = competed or self._solve(problem, part)
                cost = money_text(plan.measures.cost, problem.units)
                until = time_text(plan.measures.makespan, problem.units)
                operations = many(len(plan.assignments), "operation")
                chapter.done(f"planned {operations}: cost {cost}, done by {until}, {distance(plan)}")
            put = self.ledger.content.put
            files = put(hanse_json.write_problem(problem)), put(hanse_json.write_plan(plan))
            evidence = put(documents.evidence(problem=files[0], plan=files[1], orders=numbers, candidates=candidates))
            before = journal.Chosen(*files, evidence, previous)
        chosen = journal.Chosen(before.problem, before.plan, before.evidence, previous)
        self.journal = self.journal.with_chosen(i, chosen)
        self.journal.save(self.settings.data)
        return chosen

    def _compete(self, i: int, problem: Problem, part: CasePart) -> Plan | None:
        """What solvers make of it in a round; None if that is no whole plan."""
        from hanse.app.competing import compete
        from hanse.app.rounds.board import Leaderboard

        count, home = self.settings.solvers, self.settings.data / "solvers" / str(i)
        with self.story.stage(f"{many(count, 'solver')} compete") as chapter:
            shown = Leaderboard(self.story.console)
            try:
                plan = compete(self.ledger, problem, home, count, self.settings.seed, part.time_limit, shown.see)
            finally:
                chapter.done(shown.close())
        return plan

    def _solve(self, problem: Problem, part: CasePart) -> Plan:
        with SolveProgress(self.story.console, part.time_limit) as progress:
            result = solve(
                problem,
                objective=part.objective,
                time_limit=part.time_limit,
                threads=self.settings.threads,
                seed=self.settings.seed,
                progress=progress,
            )
        if result.plan is None:
            raise HanseError(
                f"no plan found in {part.time_limit:g} s", where=problem.name, hint="run again on a quieter machine"
            )
        return result.plan

    def _append(self, i: int, plan: Plan, chosen: journal.Chosen, orders: tuple[int, ...]) -> Block:
        with self.story.stage("record the block") as chapter:
            m = plan.measures
            solver = self.league.address("solver")
            accepted = AcceptedPlan(
                previous=chosen.previous,
                problem=plan.problem,
                plan=plan.root,
                evidence=chosen.evidence,
                objective=plan.objective,
                value=plan.value,
                bound=plan.lower_bound or 0,
                bound_kind=plan.bound_kind,
                cost=m.cost,
                makespan=m.makespan,
                tardiness=m.tardiness,
                energy=m.energy,
                solver=solver,
            )
            sent = self.league.append_block(accepted, orders, key=f"block/{i}")
            number, name = int(sent.value("number")), _hash(sent.value("hash"))
            chapter.done(f"recorded block {number} for {many(len(orders), 'order')}")
            return Block(number, name, chosen.previous, chosen.evidence, solver, orders, sent.hash, sent.gas)


# --- files -------------------------------------------------------------------------------------------------------


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


def _turns(orders: Sequence[CaseOrder], roles: Mapping[str, str]) -> list[list[CaseOrder]]:
    """The orders in turns, each with at most one order of any customer."""
    turns: list[list[CaseOrder]] = []
    seen: dict[str, int] = {}
    for order in orders:
        turn = seen.get(roles[order.job], 0)
        seen[roles[order.job]] = turn + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(order)
    return turns


def _upto(chapter: Chapter, done: int, rounds: int) -> Progress:
    """Progress of round `done` of `rounds` equal rounds."""

    def step(count: int, total: int) -> None:
        chapter.step(done * total + count, rounds * total)

    return step


def _hash(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
