"""Eight solvers on one chain, most of them dishonest: only the honest one gains, and every cent is where it must be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hanse.app.audit import audit
from hanse.app.rounds import coordinate
from hanse.app.rounds.question import ask
from hanse.ledger.certificates.witness import Lie
from hanse.ledger.league import COORDINATOR
from hanse.ledger.store import open_ledger
from hanse.model.check import check
from tests.app.rounds.arena import BOND, POT, PURSE, arena, worth
from tests.planning.composition.instances import budgeted

LIARS = {
    "cheaper-work": Lie.COST,
    "wrong-sum": Lie.SUM,
    "high-bound": Lie.CHEAPER,
    "other-baseline": Lie.TARGET,
    "over-budget": Lie.BUDGET,
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """The arena when the round is over, and the addresses by name."""
    with arena(tmp_path_factory.mktemp("competition")) as made:
        question = ask(budgeted(8, 10, 4, 0.3, seed=2), margin=0.5)
        made.open(question)
        names = ("honest", *LIARS, "silent", "copier")
        address = {name: made.purse(name) for name in names}
        made.start("honest", "solver", "--budget-seconds", "1")
        for name in names[1:]:
            made.start(name, "liar", name)
        made.until(lambda: len(made.claims()) == len(names))
        made.jump(lambda row: row.commit_end)
        made.until(lambda: sum(claim.status == "standing" for claim in made.claims()) == 1 + len(LIARS))
        made.until(lambda: "refused" in made.log("copier"))
        made.jump(lambda row: row.reveal_end)
        made.until(lambda: sum(claim.status == "struck" for claim in made.claims()) == len(LIARS))
        made.jump(lambda row: row.challenge_end)
        made.until(lambda: made.row().refund is not None)
        yield made, question, address


def test_every_lie_is_refuted_as_what_it_is_and_costs_its_author_the_bond(ended) -> None:  # type: ignore[no-untyped-def]
    made, _, address = ended
    by_solver = {claim.number: claim.solver for claim in made.claims()}
    found = {by_solver[strike.claim]: Lie(strike.lie) for strike in made.ledger.index.strikes(1)}
    assert found == {address[name]: lie for name, lie in LIARS.items()}
    for name in LIARS:
        assert worth(made, address[name]) == PURSE - BOND


def test_the_silent_and_the_copier_lose_their_bonds_and_gain_nothing(ended) -> None:  # type: ignore[no-untyped-def]
    made, _, address = ended
    for name in ("silent", "copier"):
        assert worth(made, address[name]) == PURSE - BOND


def test_the_honest_plan_wins_and_is_paid(ended) -> None:  # type: ignore[no-untyped-def]
    made, question, address = ended
    (accepted,) = [claim for claim in made.claims() if claim.status == "accepted"]
    assert accepted.solver == address["honest"]
    assert 0 < accepted.reward <= POT
    assert worth(made, address["honest"]) == PURSE + accepted.reward + len(LIARS) * (BOND // 2)
    brought = coordinate.outcome(made.claims(), made.shared, made.row(), question)
    assert brought.covered == len(question.problem.jobs)
    assert brought.plan is not None
    assert check(question.problem, brought.plan).valid


def test_money_is_conserved_to_the_unit(ended) -> None:  # type: ignore[no-untyped-def]
    made, _, address = ended
    sponsor = made.ledger.league.address(COORDINATOR)
    in_contract = made.ledger.league.balance(made.ledger.rounds.address)
    stakes = sum(made.ledger.rounds.stake(who) for who in (*address.values(), sponsor))
    assert in_contract == stakes
    assert sum(worth(made, who) for who in (*address.values(), sponsor)) == len(address) * PURSE + POT


def test_an_auditor_recomputes_everything_and_finds_nothing_wrong(ended, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made, _, _ = ended
    with open_ledger(tmp_path, made.chain.url, league=made.ledger.league.addresses.league):
        pass  # the auditor's own directory: all it has is the chain and the shared folder
    report = audit(tmp_path, made.chain.url, made.shared.directory)
    assert [difference for check in report.checks for difference in check.differences] == []
    counts = {check.what: check.count for check in report.checks}
    assert counts["questions of rounds and certificates"] == 2 + len(LIARS)
    assert counts["rounds, claims and awards"] > 10


def test_an_auditor_names_a_certificate_that_is_gone(ended, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made, _, _ = ended
    with open_ledger(tmp_path / "data", made.chain.url, league=made.ledger.league.addresses.league):
        pass
    shutil.copytree(made.shared.directory, tmp_path / "shared")
    evidence = next(claim.evidence for claim in made.claims() if claim.status == "accepted")
    (tmp_path / "shared" / evidence[2:4] / evidence[4:]).unlink()
    report = audit(tmp_path / "data", made.chain.url, tmp_path / "shared")
    (difference,) = [difference for check in report.checks for difference in check.differences]
    assert "not in the store" in difference
