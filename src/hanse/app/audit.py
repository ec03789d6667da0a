"""The audit: recompute everything a league recorded, from the chain and the content store alone.

Each check is a list of differences in words; nothing is repaired. What a check needs and is missing or does
not match its hash is itself a difference.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hanse.app import documents
from hanse.app.audit_communities import audit_communities, audit_decisions
from hanse.app.audit_designs import audit_designs
from hanse.app.audit_divisions import audit_divisions
from hanse.app.audit_identities import audit_identities
from hanse.app.audit_loyalty import audit_loyalty
from hanse.app.audit_offers import audit_offers, audit_promises
from hanse.app.audit_oracle import audit_oracle
from hanse.app.audit_quotations import audit_quotations
from hanse.app.audit_reasons import audit_reasons
from hanse.app.audit_rounds import audit_certificates, audit_rounds, audit_stakes
from hanse.app.audit_settlement import audit_agreements, audit_purses, audit_settlement
from hanse.app.audit_supply import audit_supply
from hanse.app.oracle import OfLeague
from hanse.app.wiring import check_url
from hanse.errors import HanseError
from hanse.instances import hanse_json
from hanse.ledger.content import ContentStore
from hanse.ledger.shelf import Shelf
from hanse.market.matching import answer, service_set
from hanse.model.check import check
from hanse.model.plan import Plan
from hanse.model.problem import Problem

if TYPE_CHECKING:
    from hanse.ledger.index import Index
    from hanse.ledger.store import Ledger
    from hanse.ledger.tables import BlockRow, MemberRow, OrderRow

NOBODY = "0x" + "00" * 20

WAIT_SECONDS = 0.05
"""Until one looks again whether another server has read a block."""


@dataclass(slots=True)
class Check:
    """One check: what was recomputed, how many pieces, and what differs."""

    what: str
    count: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.differences

    def expect(self, where: str, said: object, true: object) -> None:
        """Count one piece; note it if what was said is not what is true."""
        self.count += 1
        if said != true:
            self.differences.append(f"{where}: recorded {said}, recomputed {true}")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """All checks."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def audit(
    data: Path,
    chain: str | None = None,
    content: Path | None = None,
    then: Callable[[Ledger, AuditReport, int], None] = lambda *_: None,
) -> AuditReport:
    """Audit the league of a data directory. content: the folder all members share, if it is not there; then: gets the
    ledger while it is open, what was found, and the block up to which.

    Raises EnvironmentFault, ChainFault if it cannot be opened at all.
    """
    from hanse.ledger.store import open_ledger

    check_url(chain)
    with (
        open_ledger(data, chain, create=False) as ledger,
        tempfile.TemporaryDirectory(prefix="hanse-audit-") as scratch,
    ):
        shared = ledger.content if content is None else ContentStore(content)
        report, block = audit_open(ledger, shared, Path(scratch))
        if not report.checks[0].ok:
            ledger.index.rebuild()  # read models are no evidence: what was told of them is in the report
        then(ledger, report, block)
        return report


def _kept(ledger: Ledger, anew: Index) -> tuple[dict[str, tuple[Any, ...]], int]:
    """The read models as they are kept, and the block that they and those made anew are of. Of several servers another
    one may bring them up to date meanwhile: then they are read again."""
    while True:
        block, at = anew.sync(), ledger.index.sync() if ledger.leads else ledger.index.height()
        if block != at:  # a block came in between
            time.sleep(0 if ledger.leads else WAIT_SECONDS)
            continue
        before = ledger.index.head()
        kept = _tables(ledger.index)
        if ledger.index.head() == before and before[0] == block:
            return kept, block


def audit_open(
    ledger: Ledger, shared: ContentStore, scratch: Path, told: Callable[[Check], None] = lambda _: None
) -> tuple[AuditReport, int]:
    """Audit an open ledger, which is left as it is; also the number of the block up to which it was. shared: where the
    certificates of rounds are; scratch: a directory for read models made anew; told: hears of each check when it is
    done."""
    from hanse.ledger.index import Index
    from hanse.ledger.sqlite import SqliteDatabase

    database = SqliteDatabase(scratch / "anew.sqlite3", what="the audit's own database")
    try:
        anew = Index(database, ledger.chain, ledger.league.addresses)
        anew.sync()
        with ledger.index.standing():
            kept, block = _kept(ledger, anew)
        # What people do meanwhile is for the next audit: contracts are asked as they were after that block.
        then = replace(ledger, league=ledger.league.after(block))
        done: list[Check] = []
        for check_ in _Auditor(then, anew, kept, shared).run():
            done.append(check_)
            told(check_)
        return AuditReport(tuple(done)), block
    finally:
        database.close()


def _tables(index: Index) -> dict[str, tuple[Any, ...]]:
    """All rows of the read models, by table."""
    i = index
    return {
        "members": i.members(), "products": i.products(), "orders": i.orders(), "matches": i.matches(),
        "blocks": i.blocks(), "transfers": i.transfers(), "rounds": i.rounds(), "claims": i.claims(),
        "strikes": i.strikes(), "conflicts": i.conflicts(), "stakes": i.stake_moves(),
        "agreements": i.agreements(), "involved": i.involved(), "answers": i.answers(), "milestones": i.milestones(),
        "settled": i.settled(), "purses": i.purse_moves(), "rights": i.rights(),
        "instalments": i.instalments(), "advances": i.advances(),
        "windows": i.windows(), "books": i.books(), "offer moves": i.offer_moves(), "anchors": i.anchors(),
        "owners": i.owners(), "seats": i.seats(), "delegates": i.delegates(), "mandates": i.mandates(),
        "charges": i.charges(), "guards": i.guards(), "revocations": i.revocations(),
        "communities": i.communities(), "belongs": i.belongs(), "community moves": i.community_moves(),
        "proposals": i.proposals(), "votes": i.votes(), "versions": i.versions(),
        "designs": i.designs(), "contests": i.contests(), "licences": i.licences(), "uses": i.uses(),
        "design moves": i.design_moves(),
        "supply": i.supply(),
        "requests": i.requests(), "bids": i.bids(), "quotation moves": i.quotation_moves(),
    }  # fmt: skip


class _Auditor:
    """index: read models made anew from the chain's events, from which all is recomputed; kept: those of the ledger."""

    def __init__(self, ledger: Ledger, index: Index, kept: dict[str, tuple[Any, ...]], shared: ContentStore) -> None:
        self.ledger, self.league, self.index, self.kept, self.shared = ledger, ledger.league, index, kept, shared

    def run(self) -> Iterator[Check]:
        steps: tuple[tuple[str, Callable[[Check], None]], ...] = (
            ("read models against the chain's events", self._index),
            ("members and their profiles", self._members),
            ("products", self._products),
            ("orders and their specifications", self._orders),
            ("answers of the matching", self._answers),
            ("blocks, problems and plans", self._blocks),
            ("money", self._money),
            ("every movement has its reason", self._reasons),
            ("rounds, claims and awards", self._rounds),
            ("stakes, bonds and pots", self._stakes),
            ("questions of rounds and certificates", self._certificates),
            ("agreements and what was signed", self._agreements),
            ("settled work and its payments", self._settlement),
            ("money of the settlement", self._purses),
            ("keys, delegates and clerks", self._identities),
            ("idle windows and their money", self._offers),
            ("promised time and its books", self._promises),
            ("communities and their treasuries", self._communities),
            ("what communities decided", self._decisions),
            ("designs, licences and royalties", self._designs),
            ("requests for quotation and their money", self._quotations),
        )
        for what, step in steps:
            check_ = Check(what)
            step(check_)
            yield check_

    def _index(self, check_: Check) -> None:
        """What the ledger's tables say against the same tables projected from nothing."""
        for name, true in _tables(self.index).items():
            check_.expect(f"number of {name}", len(self.kept[name]), len(true))
            for said, is_ in zip(self.kept[name], true, strict=False):
                check_.expect(f"a row of {name}", said, is_)

    def _members(self, check_: Check) -> None:
        for row in self.index.members():
            where = f"member {row.address}"
            profile = self._document(check_, where, row.metadata, "hanse-member/1")
            if profile is None:
                continue
            catalogue = self._document(check_, where, profile["catalogue"], "hanse-services/1")
            if catalogue is not None:
                check_.expect(where, row.claimed, service_set(profile["services"], catalogue["services"]))
            check_.expect(f"{where}, certified services", row.offered, self.league.offered(row.address))

    def _products(self, check_: Check) -> None:
        for row in self.index.products():
            where = f"product {row.number}"
            self._document(check_, where, row.plans, "hanse-product/1")
            check_.expect(where, (row.required, row.plans, row.active), self.league.product(row.number))

    def _orders(self, check_: Check) -> None:
        products = {row.number: row for row in self.index.products()}
        for row in self.index.orders():
            where = f"order {row.number}"
            asked = self._document(check_, where, row.specification, "hanse-order/1")
            if asked is not None:
                check_.expect(
                    f"{where}, quantity and due date", (row.quantity, row.due), (asked["quantity"], asked["due"] or 0)
                )
                listed = self._document(check_, where, products[row.product].plans, "hanse-product/1")
                check_.expect(f"{where}, product", asked["product"], (listed or {}).get("id"))
            check_.expect(f"{where}, status", row.status, self.league.order_status(row.number))

    def _answers(self, check_: Check) -> None:
        """The rule, recomputed from the sets; an answer older than the member's last change cannot be."""
        members = {row.address: row for row in self.index.members()}
        required = {row.number: row.required for row in self.index.products()}
        orders = {row.number: row for row in self.index.orders()}
        for match in self.index.matches():
            member = members[match.member]
            if _earlier(match.place, member.place):
                continue
            needs = required[orders[match.order].product]
            said = (match.answer, match.required, match.offered)
            true = (answer(needs, member.offered), needs.bit_count(), (needs & member.offered).bit_count())
            check_.expect(f"order {match.order}, member {match.member}", said, true)

    def _blocks(self, check_: Check) -> None:
        previous = "0x" + "00" * 32
        for row in self.index.blocks():
            where = f"block {row.number}"
            check_.expect(f"{where}, block before", row.previous, previous)
            check_.expect(f"{where}, hash", row.hash, self._hash(row))
            check_.expect(f"{where}, hash on the chain", row.hash, self.league.block_hash(row.number))
            previous = row.hash
            try:
                self._evidence(check_, where, row)
            except HanseError as error:
                check_.count += 1
                check_.differences.append(f"{where}: {error.message}")
        check_.expect("head of the chain of blocks", self.league.head(), previous)

    def _hash(self, row: BlockRow) -> str:
        from hanse.ledger.league import AcceptedPlan

        accepted = AcceptedPlan(
            row.previous, row.problem, row.plan, row.evidence, row.objective, row.value, row.bound, row.bound_kind,
            row.cost, row.makespan, row.tardiness, row.energy, row.solver,
        )  # fmt: skip
        return self.league.plan_hash(row.number, accepted, row.orders)

    def _evidence(self, check_: Check, where: str, row: BlockRow) -> None:
        evidence = self._document(check_, where, row.evidence, "hanse-evidence/1")
        if evidence is None:
            return
        problem = hanse_json.read_problem(self.ledger.content.get(evidence["problem"]))
        plan = hanse_json.read_plan(self.ledger.content.get(evidence["plan"]))
        check_.expect(f"{where}, problem", row.problem, problem.root)
        check_.expect(f"{where}, plan", row.plan, plan.root)
        verdict = check(problem, plan)
        check_.count += 1
        check_.differences += [f"{where}, plan: {violation}" for violation in verdict.violations]
        m = plan.measures
        said = (row.cost, row.makespan, row.tardiness, row.energy, row.value, row.bound, row.bound_kind, row.objective)
        true = (
            m.cost, m.makespan, m.tardiness, m.energy, plan.value, plan.lower_bound or 0, plan.bound_kind,
            plan.objective,
        )  # fmt: skip
        check_.expect(f"{where}, sums and bound", said, true)
        check_.expect(f"{where}, orders", sorted(row.orders), sorted(evidence["orders"].values()))
        self._asked(check_, where, problem, plan, evidence)

    def _asked(self, check_: Check, where: str, problem: Problem, plan: Plan, evidence: dict[str, Any]) -> None:
        """What was planned is what was ordered, and nobody works who was not matched."""
        orders: dict[int, OrderRow] = {row.number: row for row in self.index.orders()}
        members: dict[str, MemberRow] = {row.address: row for row in self.index.members()}
        matched = {
            (match.order, self._name(members[match.member]))
            for match in self.index.matches()
            if match.answer in ("ACCEPT", "PARTIAL")
        }
        numbers = evidence["orders"]
        for job in problem.jobs:
            asked = self._document(check_, where, orders[numbers[job.id]].specification, "hanse-order/1")
            if asked is None:
                continue
            wanted = [
                asked[name] for name in ("customer", "release", "due", "weight", "budget", "min_quality", "origin")
            ]
            planned = [job.customer, job.release, job.due, job.weight, job.budget, job.min_quality, job.origin]
            check_.expect(f"{where}, order {numbers[job.id]} as planned", planned, wanted)
        for a in plan.assignments:
            pair = numbers[a.job], problem.owner[a.machine].id
            check_.expect(f"{where}, order {pair[0]} made by {pair[1]}: matched", True, pair in matched)

    def _name(self, row: MemberRow) -> str:
        profile = documents.parse(self.ledger.content.get(row.metadata), "hanse-member/1")
        return str(profile["id"])

    def _money(self, check_: Check) -> None:
        """Transfers add up to the chain's balances, and the deposits held are those of live orders."""
        balances: dict[str, int] = {}
        for row in self.index.transfers():
            balances[row.payer] = balances.get(row.payer, 0) - row.amount
            balances[row.payee] = balances.get(row.payee, 0) + row.amount
        check_.expect("sum of all transfers", sum(balances.values()), 0)
        audit_supply(check_, self.index, self.league)
        for address, amount in balances.items():
            if address != NOBODY:
                check_.expect(f"balance of {address}", amount, self.league.balance(address))
        held = sum(row.deposit for row in self.index.orders() if row.status in ("open", "planned"))
        check_.expect("deposits held", self.league.held(), held)
        check_.expect("money of the order book", balances.get(self.league.addresses.orders, 0), held)

    def _reasons(self, check_: Check) -> None:
        audit_reasons(check_, self.index, self.league)

    def _rounds(self, check_: Check) -> None:
        audit_rounds(check_, self.index, self.ledger.rounds)

    def _certificates(self, check_: Check) -> None:
        audit_certificates(check_, self.index, self.shared)

    def _stakes(self, check_: Check) -> None:
        audit_stakes(check_, self.index, self.ledger.rounds, self.league)

    def _agreements(self, check_: Check) -> None:
        audit_agreements(check_, self.index, self.ledger.agreements, self.ledger.settlement)
        audit_divisions(check_, self.index, self.ledger.content)
        audit_loyalty(check_, self.index, self.ledger.content)

    def _settlement(self, check_: Check) -> None:
        audit_settlement(check_, self.index, self.ledger.settlement)
        audit_oracle(check_, self.index, self.ledger.content, OfLeague(self.league, self.ledger.chain_id))

    def _purses(self, check_: Check) -> None:
        audit_purses(check_, self.index, self.ledger.settlement, self.league)

    def _offers(self, check_: Check) -> None:
        audit_offers(check_, self.ledger)

    def _designs(self, check_: Check) -> None:
        audit_designs(check_, self.index, self.ledger.designs, self.league)

    def _promises(self, check_: Check) -> None:
        audit_promises(check_, self.ledger, Shelf(self.shared.directory / "books"))

    def _identities(self, check_: Check) -> None:
        audit_identities(check_, self.ledger)

    def _communities(self, check_: Check) -> None:
        audit_communities(check_, self.ledger)

    def _decisions(self, check_: Check) -> None:
        audit_decisions(check_, self.ledger, self.index)

    def _quotations(self, check_: Check) -> None:
        audit_quotations(check_, self.ledger)

    def _document(self, check_: Check, where: str, name: str, expected: str) -> dict[str, Any] | None:
        check_.count += 1
        try:
            store = self.ledger.content if self.ledger.content.has(name) else self.shared
            return documents.parse(store.get(name), expected)
        except HanseError as error:
            check_.differences.append(f"{where}: {error.message} ({name})")
            return None


def _earlier(a: Any, b: Any) -> bool:
    return bool((a.block, a.index) < (b.block, b.index))
