"""Orders are agreed and settled on a chain: with members that ask for more, that decline, and voyages that are cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hanse.app import journal
from hanse.app.audit import audit
from hanse.app.record import Agreement, Voyage
from hanse.app.report import render
from hanse.app.report.data import data
from hanse.app.voyage import agreeing, dividing, settling
from hanse.app.voyage.aboard import Aboard
from hanse.app.voyage.terms import SIGNING, Extra, Piece
from hanse.errors import HanseError
from hanse.ledger.agreements import Agreements
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.settlement import Settlement
from hanse.ledger.store import open_ledger
from hanse.model.problem import Problem
from tests.app.voyage.leagues import DEPOSIT, PRICE, SCANS, league, sail, scanner, settings


def by_job(record: Voyage) -> dict[str, Agreement]:
    jobs = {order.number: order.job for order in record.orders}
    return {jobs[one.order]: one for part in record.parts for one in part.agreements}


def conserved(agreement: Agreement) -> None:
    came = agreement.deposit + agreement.added + agreement.subsidies
    went = agreement.paid + agreement.reward + agreement.fee + agreement.back + agreement.back_to_operator
    assert came == went + agreement.locked


def everything_agrees(record: Voyage, home: Path) -> None:
    for agreement in by_job(record).values():
        conserved(agreement)
    assert all(left == right for _, _, left, right, _ in data(record)["sums"]["checks"])
    assert audit(settings(home).data).ok


def test_work_that_pleases_too_little_is_compensated_and_everybody_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    agreements = by_job(record)
    assert {one.state for one in agreements.values()} == {"settled"}
    asked = {one.member: one for one in agreements["J3"].asked}["S"]
    assert asked.satisfaction is not None
    assert asked.satisfaction.before < 800_000 <= asked.satisfaction.after  # rounded down
    assert asked.said == (f"asked for {asked.compensation / 100:.2f} more", "signed")
    assert asked.paid == PRICE + asked.compensation
    assert asked.paid_by_operator == asked.subsidy == asked.compensation - asked.compensation // 2
    assert [one.versions for one in agreements.values()] == [1, 1, 2]
    everything_agrees(record, tmp_path)
    again = sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    assert (again.parts, again.flows, again.ledger) == (record.parts, record.flows, record.ledger)


def test_reputation_rises_by_what_was_settled_on_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    steps = [one.reputation for agreement in by_job(record).values() for one in agreement.asked if one.member == "P"]
    assert steps[0] is not None
    assert steps[0].before == 500_000, "a newcomer"
    for earlier, later in pairwise(steps):
        assert earlier is not None
        assert later is not None
        assert earlier.before < earlier.after <= later.before < later.after


def test_a_member_nobody_can_pay_declines_and_that_order_alone_is_refunded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Budgets leave nothing beyond the work, and the operator has no fund.
    record = sail(league(scanner(), fund=0, budget=2 * PRICE), tmp_path, monkeypatch)
    agreements = by_job(record)
    assert {job: one.state for job, one in agreements.items()} == {"J1": "settled", "J2": "settled", "J3": "declined"}
    lost = agreements["J3"]
    assert (lost.back, lost.paid, lost.locked) == (DEPOSIT, 0, 0)
    assert {one.member: one.said for one in lost.asked} == {"S": ("declined: price",), "P": ("did not sign",)}
    assert not [flow for flow in record.flows if flow.reason.endswith("order 3")]
    first = data(record)["summary"]
    assert "2 orders agreed" in first["agreed"]
    assert first["cards"][-1]["value"] == "2 settled and 1 declined"
    assert "declined" in render(record)
    everything_agrees(record, tmp_path)


def test_its_customer_has_the_whole_deposit_in_hand_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = sail(league(scanner(), fund=0, budget=2 * PRICE), tmp_path, monkeypatch)
    purses = {order.job: order.address for order in record.orders}
    with open_ledger(settings(tmp_path).data, create=False) as ledger:
        assert ledger.league.balance(purses["J3"]) == DEPOSIT
        assert ledger.league.balance(purses["J1"]) == 0
        assert ledger.league.order_status(3) == "refunded"


def test_where_no_payment_makes_up_for_it_nothing_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = sail(league(scanner(threshold=950_000, cost_rate=0), fund=10**9), tmp_path, monkeypatch)
    lost = by_job(record)["J3"]
    assert (lost.state, lost.versions, lost.subsidies) == ("declined", 1, 0)
    everything_agrees(record, tmp_path)


class Cut(Exception):
    """The voyage ends here."""


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Agreements, "propose"), (Agreements, "counter"), (Agreements, "revise"), (Settlement, "deposit"),
        (Agreements, "activate"), (Settlement, "start"), (Settlement, "deliver"), (Settlement, "accept"),
        (Settlement, "withdraw"),
    ],
)  # fmt: skip
def test_a_voyage_cut_off_in_the_middle_of_any_step_goes_on_and_nothing_is_paid_twice(
    where: type, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, real, calls = league(scanner(), fund=100_000), getattr(where, name), []

    def once(*arguments: Any, **words: Any) -> Any:
        calls.append(arguments)
        if len(calls) > 1 or name in ("counter", "revise"):
            raise Cut
        return real(*arguments, **words)

    with monkeypatch.context() as patched:
        patched.setattr(where, name, once)
        with pytest.raises(Cut):
            sail(case, tmp_path, patched)
    record = sail(case, tmp_path, monkeypatch)
    assert {one.state for one in by_job(record).values()} == {"settled"}
    everything_agrees(record, tmp_path)
    with open_ledger(settings(tmp_path).data, create=False) as ledger:
        assert len(ledger.sync().settled()) == 2 * len(SCANS)
        assert ledger.sync().purses() == dict.fromkeys(ledger.sync().purses(), 0)


def test_a_voyage_that_comes_back_after_the_time_to_sign_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise Cut

    case = league(scanner(), fund=100_000)
    with monkeypatch.context() as patched:
        patched.setattr(Agreements, "propose", cut)
        with pytest.raises(Cut):
            sail(case, tmp_path, patched)
    home = settings(tmp_path).data
    known = journal.load(home)
    assert known is not None
    chosen = known.plan_of(0)
    assert chosen is not None
    known.with_chosen(0, replace(chosen, agreeing=chosen.agreeing - SIGNING)).save(home)
    with pytest.raises(HanseError, match="time to sign is over for 3 orders") as caught:
        sail(case, tmp_path, monkeypatch)
    assert "--data" in caught.value.hint
    known.with_chosen(0, replace(chosen, agreeing=chosen.agreeing - SIGNING + 3_600)).save(home)
    assert {one.state for one in by_job(sail(case, tmp_path, monkeypatch)).values()} == {"settled"}


def test_work_that_can_no_longer_begin_goes_back_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After all have signed the voyage waits until the time to begin is over."""
    real = settling._start

    def late(aboard: Aboard, *arguments: Any) -> None:
        chain = aboard.ledger.chain
        assert isinstance(chain, EmbeddedChain)
        chain._ask("evm_increaseTime", [SIGNING + 3_600])
        chain._ask("evm_mine", [])
        real(aboard, *arguments)

    monkeypatch.setattr(settling, "_start", late)
    record = sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    for agreement in by_job(record).values():
        assert agreement.state == "undone"
        assert {one.ending for one in agreement.asked} == {"never started"}
        assert (agreement.paid, agreement.reward, agreement.fee) == (0, 0, 0)
        assert (agreement.back, agreement.back_to_operator) == (
            agreement.deposit + agreement.added,
            agreement.subsidies,
        )
        for one in agreement.asked:
            assert one.reputation is not None
            assert one.reputation.after < one.reputation.before
    assert record.flows == ()
    assert data(record)["summary"]["cards"][-1]["value"] == "3 undone"
    everything_agrees(record, tmp_path)


def test_an_order_with_more_members_than_one_agreement_holds_stays_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreeing, "MOST_MILESTONES", 1)
    record = sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    for agreement in by_job(record).values():
        assert (agreement.state, agreement.locked, agreement.asked) == ("not proposed", DEPOSIT, ())
    assert sum(flow.amount for flow in record.flows if flow.settled) == len(SCANS) * DEPOSIT
    assert sum(flow.amount for flow in record.flows if not flow.settled) == 2 * PRICE * len(SCANS)
    everything_agrees(record, tmp_path)


def test_what_budgets_leave_is_divided_by_contribution_signed_by_all_and_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = league(scanner(), fund=100_000, budget=5 * PRICE)
    record = sail(case, tmp_path, monkeypatch, by_contribution=True)
    agreements = by_job(record)
    assert {one.state for one in agreements.values()} == {"settled"}
    for one in agreements.values():
        # Nobody can do the other's work, so both added the same: what is left is halved.
        first, second = sorted(asked.price for asked in one.asked)
        assert second - first <= 1
        assert first > PRICE
        assert one.divided == first + second - 2 * PRICE
        assert one.paid + one.reward + one.fee - one.subsidies <= 5 * PRICE
        assert one.back <= 2  # what rounding leaves goes back to the customer
    everything_agrees(record, tmp_path)
    again = sail(case, tmp_path, monkeypatch)  # what was agreed stays, whatever is asked for now
    assert by_job(again) == agreements


def test_prices_that_move_a_cent_from_one_member_to_another_are_found_by_the_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = dividing.shared

    def skimmed(problem: Problem, job: str, work: tuple[Piece, ...], extra: dict[str, Extra]) -> Any:
        (first, *others, last), said = honest(problem, job, work, extra)
        return (replace(first, price=first.price + 1), *others, replace(last, price=last.price - 1)), said

    monkeypatch.setattr(agreeing, "shared", skimmed)
    sail(league(scanner(), fund=100_000, budget=5 * PRICE), tmp_path, monkeypatch, by_contribution=True)
    report = audit(settings(tmp_path).data)
    wrong = [line for check in report.checks for line in check.differences]
    assert len(wrong) == len(SCANS)
    assert all("division, prices" in line for line in wrong)
