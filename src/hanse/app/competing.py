"""A voyage's plan by competition: a round on the league's own chain, solver processes beside it, the best claims taken.

Windows are seconds of the clock. If the round brings no whole plan, because too little was claimed or a chain died in
the middle, the caller plans by itself; what was paid was paid for improvements that hold.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from hanse.app.rounds import coordinate
from hanse.app.rounds.agent import POLL_SECONDS, Agent, Duties
from hanse.app.rounds.board import Board, board
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.league import LocalLeague
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import ask
from hanse.clock import SystemClock
from hanse.governance.charter import at_least
from hanse.ledger.league import COORDINATOR
from hanse.ledger.pace import action_seconds
from hanse.ledger.rounds import chain_now
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger
from hanse.model.plan import Plan
from hanse.model.problem import Problem

START_SECONDS, REVEAL_SECONDS, CHALLENGE_SECONDS = 8, 8, 8
"""Windows on one machine: for processes to start, for their claims to be opened, and for all of them to be checked."""

SEALING, REVEALING, CHALLENGING = 3, 2, 4
"""Actions that wait for one another in each of them, for which a network needs some blocks each; claims are opened when
it is final that sealing is over, which takes as long as one."""

SECONDS = 5.0
"""A solver plans at most so long."""

Watched = Callable[[Board], None]


def compete(
    ledger: Ledger, problem: Problem, home: Path, solvers: int, seed: int, seconds: float, watched: Watched
) -> Plan | None:
    """The plan of a round with so many solver processes, None if it brings no whole one.

    The first plans everything, the others parts: halves, thirds … of the demands. home: their directories. seconds:
    most for one to plan. watched: hears of the round now and then. Called again it goes on with the round that is open,
    or reads what the finished one brought.
    """
    assert isinstance(ledger.chain, RpcChain), "solvers reach the chain by its address"
    charter, action = ledger.council.terms(), action_seconds(ledger.chain)
    question, limit = coordinate.lawful(ask(problem), charter), min(SECONDS, seconds)
    # Before a claim is sealed each solver gets its purse, allows and stakes it; a challenge may take several moves.
    starting = START_SECONDS + int(limit) + (solvers + SEALING) * action
    offer = coordinate.Offer(
        commit=at_least("round-window", charter, starting),
        reveal=at_least("round-window", charter, REVEAL_SECONDS + REVEALING * action),
        challenge=at_least("round-challenge", charter, CHALLENGE_SECONDS + CHALLENGING * action),
        most=max(2, solvers),
    )
    number = coordinate.open_round(ledger, ledger.content, question, offer, again=False)
    with ExitStack() as stack:
        league = LocalLeague(home, ledger.chain, ledger, ledger.content)
        stack.callback(league.dismiss)
        drawer = stack.enter_context(closing(Drawer(home / "drawer.sqlite3")))
        agent = Agent(ledger, ledger.content, drawer, Duties(COORDINATOR, sponsor=True), lambda _: None)
        row = league.row(number)
        if row.refund is None:
            for i, part in enumerate(_parts(solvers)):
                league.enlist(f"solver {i + 1}", Choice(part, seconds=limit, seed=seed + i), purse=10 * row.bond)
        while row.refund is None:
            agent.turn()
            row = league.row(number)
            shown = board(ledger.index, number, chain_now(ledger.chain, SystemClock()))
            if shown is not None:
                watched(shown)
            time.sleep(POLL_SECONDS)
        return coordinate.outcome(ledger.sync().claims(row.number), ledger.content, row, question, limit).plan


def _parts(solvers: int) -> list[str]:
    """Everything; both halves; all thirds; and so on, as many as are asked for."""
    parts, pieces = ["all"], 2
    while len(parts) < solvers:
        parts += [f"share:{i}/{pieces}" for i in range(1, pieces + 1)]
        pieces += 1
    return parts[:solvers]
