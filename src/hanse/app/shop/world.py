"""Everything a turn decides from, looked at in one moment: the chain, the machines, the plan, the takeovers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hanse.app.shop import hosting
from hanse.app.shop.day import MINUTE, Rows, Seen, Shop, idle, see
from hanse.app.shop.hosting import Bench
from hanse.app.shop.market import Library, Lot, lots, of_host
from hanse.app.shop.members import Directory, Known, role_of
from hanse.app.shop.memory import Memory
from hanse.app.shop.settings import Settings, bench_of
from hanse.app.shop.taking import Takeover, named, reserved
from hanse.clock import Clock
from hanse.ledger.content import ContentStore
from hanse.ledger.rounds import chain_now
from hanse.ledger.shelf import Shelf
from hanse.ledger.store import Ledger
from hanse.model.plan import Assignment
from hanse.planning.sharing.rules import Rules
from hanse.telemetry.reading import Reading
from hanse.units import QUANTITY_LIMIT

Readings = Callable[[], Iterable[Reading]]
"""What the machines have said so far."""


@dataclass(frozen=True, slots=True)
class World:
    """minute: of the next block, at the earliest. members: the certified ones, by address; me: this one. lots: all
    windows, by host and number; own: those of this host, as they came about."""

    minute: int
    shop: Shop
    rows: Rows
    takeovers: tuple[Takeover, ...]
    members: Mapping[str, Known]
    me: Known
    lots: Mapping[tuple[str, int], Lot]
    own: tuple[Lot, ...]
    seen: Seen
    bench: Bench

    @property
    def busy(self) -> Rows:
        """All that own machines have before them, what open takeovers will need included."""
        return (*self.seen.busy, *reserved(self.takeovers, self.shop.own))

    def to_offer(self, horizon: int) -> dict[str, tuple[tuple[int, int], ...]]:
        """Idle time that guests may have. horizon: units ahead, at least; it moves in steps of its own length, so that
        the end of what is offered does not creep."""
        ends = (self.seen.now // horizon + 2) * horizon
        rules = Rules(least=1, setup=self.bench.setup, now=self.seen.now, horizon=ends)
        return idle(self.shop, self.busy, rules, but=self.seen.down)

    def own_time(self, but: Iterable[Assignment]) -> dict[str, tuple[tuple[int, int], ...]]:
        """Idle time for own work, for ever, with these rows lifted; machines that are down are so until they are
        thought to run again."""
        lifted = {(at.job, at.operation) for at in but}
        busy = [at for at in self.busy if (at.job, at.operation) not in lifted]
        busy += [Assignment("down", "down", "down", name, 0, over) for name, over in self.seen.back.items()]
        return idle(self.shop, busy, Rules(now=self.seen.now, horizon=QUANTITY_LIMIT))

    def name(self, address: str) -> str:
        """What a member is called."""
        known = self.members.get(address)
        return f"{address[:10]}…" if known is None else known.name


class Look:
    """Looks again whenever asked."""

    def __init__(
        self,
        ledger: Ledger,
        shared: ContentStore,
        memory: Memory,
        shop: Shop,
        settings: Settings,
        readings: Readings,
        clock: Clock,
    ) -> None:
        self.ledger, self.memory, self.shop, self.settings = ledger, memory, shop, settings
        self.shelf = Shelf(shared.directory / "books")
        self.library, self._directory = Library(self.shelf), Directory(shared)
        self._readings, self._clock = readings, clock
        self.address = ledger.league.address(role_of(shop.member.id))

    def again(self) -> World:
        """The world now. Raises KeyError before this member is certified; ChainFault."""
        index = self.ledger.sync()
        second = chain_now(self.ledger.chain, self._clock)
        members = self._directory.known(index.members())
        me = members[self.address]
        found = lots(index, self.library)
        own = of_host(found, self.address)
        bench = bench_of(self.settings, self.shop, me.services)
        rows = self.memory.plan(self.shop.problem.root)
        assert rows is not None, "the plan is written down before the first turn"
        takeovers = self.memory.takeovers()
        promises = hosting.promises(bench, own, second * 1000 // MINUTE)
        seen = see(
            self.shop, rows, promises, named(self._readings(), takeovers), second * 1000,
            repair=self.settings.repair, grace=self.settings.grace,
        )  # fmt: skip
        by_name = {(lot.host, lot.number): lot for lot in found}
        return World(second // 60, self.shop, rows, takeovers, members, me, by_name, own, seen, bench)
