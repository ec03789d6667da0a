"""A claim whose certificate nobody can fetch: the sponsor waits, then dismisses it, and the bond goes back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hanse.app.rounds.agent import Agent, Duties
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.league import WINDOW
from hanse.app.rounds.question import ask
from hanse.ledger.league import COORDINATOR
from tests.app.rounds.arena import PURSE, arena, worth
from tests.planning.composition.instances import budgeted


def test_a_claim_that_is_never_published_is_dismissed_and_earns_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made, closing(Drawer(tmp_path / "drawer.sqlite3")) as drawer:
        made.open(ask(budgeted(8, 10, 4, 0.3, seed=2), margin=0.5))
        address = made.purse("unpublished")
        made.start("unpublished", "liar", "unpublished")
        made.until(lambda: len(made.claims()) == 1)
        made.jump(lambda row: row.commit_end)
        made.until(lambda: made.claims()[0].status == "standing")
        said: list[str] = []
        sponsor = Agent(made.ledger, made.shared, drawer, Duties(COORDINATOR, sponsor=True), said.append)
        made.jump(lambda row: row.reveal_end)
        sponsor.turn()
        assert made.claims()[0].status == "standing", "it may be on its way"
        assert "cannot be seen yet" in said[-1]
        made.jump(lambda row: row.reveal_end + WINDOW // 2 + 60)
        sponsor.turn()
        assert made.claims()[0].status == "dismissed"
        assert b"not in the store" in made.shared.get(made.claims()[0].reason)
        made.jump(lambda row: row.challenge_end)
        sponsor.turn()
        assert made.row().refund == made.row().pot
        assert worth(made, address) == PURSE
