"""Two honest solvers whose plans overbook a machine together: one stands back, and nobody loses money."""

from __future__ import annotations

from pathlib import Path

from hanse.app.rounds import coordinate
from hanse.app.rounds.question import ask
from hanse.model.check import check
from tests.app.rounds.arena import PURSE, arena, worth
from tests.planning.composition.instances import budgeted

PARTS = ("region:1/2", "region:2/2")


def test_parts_that_overbook_a_machine_together_are_not_accepted_together(tmp_path: Path) -> None:
    # A half's share of the hours is too small to improve on the baseline, so both plan with all of them.
    question = ask(budgeted(8, 10, 4, 0.3, seed=2), margin=0.5)
    with arena(tmp_path) as made:
        made.open(question)
        address = {part: made.purse(part.replace("/", " of ")) for part in PARTS}
        for part in PARTS:
            made.start(part.replace("/", " of "), "solver", "--part", part, "--budget-seconds", "2")
        made.until(lambda: len(made.claims()) == len(PARTS))
        made.jump(lambda row: row.commit_end)
        made.until(lambda: all(claim.status == "standing" for claim in made.claims()))
        made.jump(lambda row: row.reveal_end)
        made.until(lambda: len(made.ledger.sync().conflicts(1)) > 0)
        made.jump(lambda row: row.challenge_end)
        made.until(lambda: made.row().refund is not None)
        assert sorted(claim.status for claim in made.claims()) == ["accepted", "skipped"]
        assert made.ledger.index.strikes(1) == ()
        earned = {claim.solver: claim.reward or 0 for claim in made.claims()}
        assert all(worth(made, who) == PURSE + earned[who] for who in address.values())
        brought = coordinate.outcome(made.claims(), made.shared, made.row(), question)
        assert len(brought.claims) == 1
        assert brought.plan is None or check(question.problem, brought.plan).valid
