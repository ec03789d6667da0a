"""`Agent`: a member's agent. Each turn it looks at machines and chain anew and does what the moment asks for.

    as a host     confirm or decline claims, take back what cannot be kept, collect
    as a guest    bring takeovers to their end, plan late jobs anew, claim windows for those that stay late
    as both       offer what is idle now, anchor seals

All it has to remember is in its memory and its outbox, which are on disk before anything is sent; so it may be killed
at any moment and started again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hanse.app.anchoring import Newest
from hanse.app.shop.day import Rows, Seen, Shop, see
from hanse.app.shop.deeds import Deeds
from hanse.app.shop.guest import Guest
from hanse.app.shop.host import Host
from hanse.app.shop.members import join, role_of
from hanse.app.shop.memory import Memory
from hanse.app.shop.replan import Solver
from hanse.app.shop.settings import Settings
from hanse.app.shop.taking import named
from hanse.app.shop.telling import Tell, Told
from hanse.app.shop.world import Look, Readings, World
from hanse.clock import Clock, SystemClock
from hanse.errors import ChainFault
from hanse.ledger.anchors import topic_of
from hanse.ledger.chain import Reverted
from hanse.ledger.content import ContentStore
from hanse.ledger.league import hash_text
from hanse.ledger.store import Ledger

LONGEST_PAUSE = 10.0
"""Seconds between two attempts to reach the chain."""

MOST_STEPS = 50
"""Things done in one turn before the world is let go on without us."""

Seal = Callable[[], Newest | None]
"""The newest seal of the journal, after sealing what came in; None for nothing."""


@dataclass(frozen=True, slots=True)
class Senses:
    """Where an agent hears machines and what it thinks with. seal: None without a journal; solver: None to keep the
    plan's order whatever happens."""

    readings: Readings
    seal: Seal | None = None
    solver: Solver | None = None


class Agent:
    """Over an open ledger. shared: the folder of contents that all members share. rows: the plan it begins with, if its
    memory has none."""

    def __init__(
        self,
        ledger: Ledger,
        shared: ContentStore,
        memory: Memory,
        shop: Shop,
        rows: Rows,
        settings: Settings,
        senses: Senses,
        tell: Tell,
        clock: Clock | None = None,
    ) -> None:
        self.ledger, self.shared, self.memory, self.shop, self.settings = ledger, shared, memory, shop, settings
        self._senses, self._tell, self._clock = senses, tell, clock or SystemClock()
        if memory.plan(shop.problem.root) is None:
            memory.follow(shop.problem.root, rows)
        self.look = Look(ledger, shared, memory, shop, settings, senses.readings, self._clock)
        self._deeds = Deeds(ledger, role_of(shop.member.id), settings.purse, self._refused)
        self._host = Host(ledger, memory, self._deeds, self.look, tell)
        self._guest = Guest(ledger, memory, self._deeds, self.look, senses.solver, tell)
        self._joined = False
        self._told: set[str] = set()

    def run(self, over: Callable[[], bool]) -> None:
        """Turn after turn until it is `over`. A chain out of reach is waited for."""
        pause = self.settings.poll
        while not over():
            try:
                if pause > self.settings.poll:
                    self.ledger.outbox.replay()  # the chain may have lost its last blocks
                self.turn()
                pause = self.settings.poll
            except Reverted as refusal:
                self._refused("a step", refusal.message)
            except ChainFault as fault:
                self._once("waiting", f"waiting for the chain: {fault.message}")
                pause = min(LONGEST_PAUSE, 2 * pause)
            time.sleep(pause)

    def turn(self) -> bool:
        """What the moment asks for. False while the member is not certified yet."""
        if not self._joined:
            name = self.settings.name or self.shop.member.id
            self._joined = join(self.ledger, self.shared, self.shop, name)
            if not self._joined:
                self._once("waiting", f"waiting for the coordinator: hanse admit {self.look.address}")
                return False
            self._tell(
                Told("joined", f"{name} is a member of {self.ledger.league.name}", {"address": self.look.address})
            )
        for _ in range(MOST_STEPS):
            if not self._step(self.look.again()):
                break
        self._host.offer(self.look.again())
        self._anchor()
        return True

    def _step(self, world: World) -> bool:
        """The next thing to do, promises to others first. Whether there was one."""
        return (
            self._host.answer(world)
            or self._guest.follow(world)
            or self._guest.replan(world, lambda rows: self._seen_with(world, rows))
            or (self.settings.take.active and self._guest.look_for(world))
        )

    def _seen_with(self, world: World, rows: Rows) -> Seen:
        """The day as the world has it, under another plan."""
        readings = named(self._senses.readings(), world.takeovers)
        now, settings = world.minute * 60_000, self.settings
        return see(self.shop, rows, world.seen.promises, readings, now, repair=settings.repair, grace=settings.grace)

    def _anchor(self) -> None:
        """The newest seal's digest, which stands for all before it, once a period."""
        if not self.settings.anchor_every or self._senses.seal is None:
            return
        topic = topic_of(self.shop.member.id)
        mine = [
            row
            for row in self.ledger.index.anchors()
            if (row.account, row.topic) == (self.look.address, hash_text(topic))
        ]
        if mine:
            newest = self.ledger.chain.block(max(row.place.block for row in mine))
            head = self.ledger.chain.block(self.ledger.chain.height())
            now = max(self._clock.now(), 0 if head is None else head.timestamp)
            if newest is not None and now - newest.timestamp < 60 * self.settings.anchor_every:
                return
        seal = self._senses.seal()
        if seal is None or any(row.number == seal.number for row in mine):
            return
        if self._deeds.anchor(topic, seal.number, seal.digest):
            words = f"seal {seal.number} is on the chain and stands for {seal.readings} readings"
            self._tell(Told("anchored", words, {"seal": seal.number, "readings": seal.readings}))

    def _refused(self, what: str, why: str) -> None:
        self._tell(Told("refused", f"{what}: {why}", {"why": why}))

    def _once(self, what: str, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(Told(what, sentence, {}))
