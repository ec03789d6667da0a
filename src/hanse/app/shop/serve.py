"""A shop as a process: opens settings, journal, ledger and memory, listens to the machines, and lets the agent run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hanse.app import anchoring, gateway
from hanse.app.shop.agent import LONGEST_PAUSE, Agent, Senses
from hanse.app.shop.day import Rows, Shop
from hanse.app.shop.hearing import Hearing, nothing
from hanse.app.shop.memory import Memory
from hanse.app.shop.settings import Settings, open_shop
from hanse.app.shop.telling import Tell, Told
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.ledger.chain import Unreachable
from hanse.ledger.content import ContentStore
from hanse.ledger.keys import KeyRing
from hanse.ledger.store import open_ledger
from hanse.model.problem import Problem
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shop runs. data: its own keys and memory. content: the folder all members share. chain, league: as for
    every command; league is needed once."""

    config: Path
    data: Path
    content: Path
    chain: str | None = None
    league: str | None = None


def serve(place: Place, settings: Settings, tell: Tell, over: Callable[[], bool], *, once: bool = False) -> None:
    """Runs a shop until it is `over`, or for one turn. A chain that does not answer yet is waited for, unless once.

    Raises InputError for settings that cannot be used, EnvironmentFault, ChainFault.
    """
    shop, rows, listens = open_shop(settings, place.config.parent)
    pause = 1.0
    while True:
        try:
            with opened(place, settings, shop, rows, listens, tell) as agent:
                pause = 1.0
                if once:
                    agent.turn()
                else:
                    agent.run(over)
            return
        except Unreachable as fault:
            if once or over():
                raise
            tell(Told("waiting", f"waiting for the chain: {fault.message}", {}))
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)


@contextmanager
def opened(
    place: Place, settings: Settings, shop: Shop, rows: Rows, listens: gateway.Settings | None, tell: Tell
) -> Iterator[Agent]:
    """An agent with everything it needs; all is closed on leaving."""
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(place.data, place.chain, league=place.league, create=False))
        memory = Memory(place.data / "shop.sqlite3")
        stack.callback(memory.close)
        senses = Senses(nothing, None, _solver(settings))
        if listens is not None:
            senses = stack.enter_context(_senses(place, settings, listens, ledger.keys, ledger.chain_id))
        yield Agent(ledger, ContentStore(place.content), memory, shop, rows, settings, senses, tell)


@contextmanager
def _senses(
    place: Place, settings: Settings, listens: gateway.Settings, keys: KeyRing, chain_id: int
) -> Iterator[Senses]:
    """What the journal tells. Another process keeps it where `journal` says so; otherwise this one listens."""
    if listens.chain_id not in (0, chain_id):
        raise InputError(
            f"the gateway signs for chain {listens.chain_id}, the league is on {chain_id}", where="chain_id"
        )
    elsewhere = settings.journal is not None
    folder = place.config.parent / settings.journal if settings.journal is not None else place.data
    journal = Journal(folder / "telemetry.db", member=settings.member, chain_id=listens.chain_id)
    key = keys.account(f"gateway:{settings.member}")
    stop, failures = threading.Event(), list[HanseError]()

    def seal() -> anchoring.Newest | None:
        if not elsewhere:
            gateway.seal(listens, journal, key, int(time.time() * 1000))
        return anchoring.newest(journal)

    def listening() -> None:
        try:
            gateway.listen(listens, journal, key, stop.is_set)
        except HanseError as failure:
            failures.append(failure)

    hearing = Hearing(journal)

    def readings() -> tuple[Reading, ...]:
        if failures:
            raise failures[0]
        return hearing.readings()

    thread = None
    if not elsewhere and (listens.mqtt is not None or listens.opcua):
        thread = threading.Thread(target=listening, daemon=True)
        thread.start()
    try:
        yield Senses(readings, seal, _solver(settings))
    finally:
        stop.set()
        if thread is not None:
            thread.join(15)
        journal.close()


def _solver(settings: Settings) -> Callable[[Problem], Rows | None] | None:
    if not settings.replan:
        return None

    def solver(problem: Problem) -> Rows | None:
        from hanse.planning import solve

        try:
            found = solve(problem, "tardiness", "auto", settings.replan, 1)
        except (InfeasibleError, InputError):
            return None
        return None if found.plan is None else found.plan.assignments

    return solver
