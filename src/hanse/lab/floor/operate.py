"""A league that shares while its floor plays: after whatever was not expected, late jobs look for idle time again.

At every tick at which something was not as expected the floor's outlook is made anew; guests whose host cannot keep its
word are put later; then late jobs take windows, and what they take is their place from then on. Operations that began,
and workpieces on the road, stay as agreed. Hosts' own operations are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from hanse.clock import Clock, ProcessorClock
from hanse.errors import InputError
from hanse.lab.floor.market import Market, Mode, Stay, Tally
from hanse.lab.floor.outlook import Outlook, completion, outlook, was
from hanse.lab.floor.peers import decide
from hanse.lab.floor.shop import Event, Shop
from hanse.lab.floor.trouble import Trouble
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing import fast
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.guests import cast
from hanse.planning.sharing.live import Sharing
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import Window, windows
from hanse.telemetry.reading import FINISHED, STARTED, STATE

Method = Literal["none", "greedy", "best"]
"""`greedy`: the paper's rule. `best`: ruin and recreate from there, so many steps at each decision."""

Rows = tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How a league operates. every: time units between two looks; day: time units of one, windows are offered until the
    end of the next; repair: how long a breakdown usually lasts; looks: thousands of steps of search of `best`; lag:
    time units from a decision until what was decided can begin (messages; blocks of the chain)."""

    method: Method = "greedy"
    mode: Mode = "central"
    every: int = 30
    day: int = 1440
    repair: int = 100
    looks: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        for name, kind in (("method", Method), ("mode", Mode)):
            if getattr(self, name) not in get_args(kind):
                raise InputError(
                    f'"{getattr(self, name)}" is not known', where=name, hint=f"use one of: {', '.join(get_args(kind))}"
                )
        for name in ("every", "day", "repair", "looks"):
            if getattr(self, name) < 1:
                raise InputError("at least one time unit is needed", where=name)
        if self.method == "best" and self.mode == "peer":
            raise InputError(
                "peers decide each for itself, so nobody can look for the best of all",
                where="sharing",
                hint="use --sharing greedy, or another mode",
            )

    @property
    def lag(self) -> int:
        return 1 if self.mode == "central" else 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a week came to. done: when each job was delivered. tardiness: weighted, millionths. moved: jobs that were
    made elsewhere, in part or whole, at least once. decisions: how often was decided; seconds: processor time of all of
    that, longest: of one."""

    done: Mapping[str, int]
    tardiness: int
    late: int
    moved: frozenset[str]
    tally: Tally
    decisions: int
    seconds: float
    longest: float
    shop: Shop


def operate(
    problem: Problem,
    rows: Iterable[Assignment],
    trouble: Trouble,
    way: Way,
    told: Callable[[list[Event]], None] = lambda _: None,
    clock: Clock | None = None,
) -> Outcome:
    """Play it to the end. told: hears all events, as they come. Raises InputError for rows that do not fit the
    problem."""
    shop = Shop(problem, rows, trouble)
    league = None if way.method == "none" else _League(shop, way, clock or ProcessorClock())
    if league is None:
        while shop.next is not None:
            told(shop.step())
    else:
        league.decide()
        while (upcoming := league.next) is not None:
            events = shop.until(upcoming)
            told(events)
            if league.surprised(events):
                league.decide()
    late = sum(1 for name, done in shop.done.items() if (due := shop.jobs[name].due) is not None and done > due)
    if league is None:
        return Outcome(shop.done, shop.tardiness(), late, frozenset(), Tally(), 0, 0.0, 0.0, shop)
    return Outcome(
        shop.done, shop.tardiness(), late, frozenset(league.moved), league.market.tally, len(league.taken),
        sum(league.taken), max(league.taken), shop,
    )  # fmt: skip


class _League:
    """Its members, and what they expect."""

    def __init__(self, shop: Shop, way: Way, clock: Clock) -> None:
        self.shop, self.way, self.clock = shop, way, clock
        self.host = {name: owner.id for name, owner in shop.problem.owner.items()}
        self.home = dict[str, str]()
        self.market = Market(way.mode, self.host, way.lag + way.every)
        self.moved, self.taken = set[str](), list[float]()
        self.chance = np.random.default_rng(way.seed)
        self._known, self._past = shop.problem, dict[str, Rows]()
        self._expected: dict[tuple[str, str], int] = {}
        self._doubt: int | None = None
        self._heard: set[str] = set(shop.number)
        self._ended: list[str] = []
        self._jobs = 0

    @property
    def next(self) -> int | None:
        """The next tick at which anything may have happened."""
        upcoming = self.shop.next
        if upcoming is None:
            return None
        return -(-max(upcoming, self.shop.now + 1) // self.way.every) * self.way.every

    def surprised(self, events: list[Event]) -> bool:
        """Whether anything is not as it was expected."""
        news = len(self.shop.tasks) > self._jobs or (self._doubt is not None and self._doubt <= self.shop.now)
        for event in events:
            if event.metric == FINISHED:
                self._ended.append(str(event.value))
            if event.metric in (STARTED, FINISHED):
                odd = self._expected.get((event.metric, str(event.value))) != event.moment
            else:
                odd = event.metric != STATE or event.value == "down"
            if odd:
                self._heard.add(event.machine)
                news = True
        for lane in self.shop.lanes:  # what should be over and is not
            for task in (*lane.running, *([] if lane.guest is None else [lane.guest])):
                if self._expected.get((FINISHED, task.name), 0) <= self.shop.now:
                    self._heard.add(lane.machine.id)
                    news = True
        return news

    def decide(self) -> None:
        """Look ahead, keep or put off what was agreed, let late jobs take windows."""
        begun = self.clock.elapsed()
        shop, way = self.shop, self.way
        self._meet()
        seen = outlook(shop, way.repair)
        for job in seen.displaced:
            self._send(job, seen.rows[job])
        self.market.over(self._ended)
        self._ended = []
        self.market.report((self.host[name] for name in self._heard), shop.now, way.day)
        self._heard = set()
        soonest = shop.now + way.lag
        rules = Rules(now=soonest, horizon=(soonest // way.day + 2) * way.day)
        staying = self._staying(seen)
        rows = tuple(at for own in (*self._over().values(), *seen.rows.values()) for at in own)
        idle = windows(self._known, rows, rules) if way.mode != "central" else ()
        self.market.offer(idle, shop.now)
        found = self._found(rows, rules, staying) if self._late(seen, staying) else {}
        for job, own in found.items():
            self.moved.add(job)
            changed = next(i for i, (a, b) in enumerate(zip(own, seen.rows[job], strict=True)) if a != b)
            shop.replan(job, own[changed:])
        self._agree(seen, idle)
        self._expect(seen.rows | found, seen)
        self.taken.append(self.clock.elapsed() - begun)

    def _meet(self) -> None:
        """Jobs that are new on the floor."""
        shop = self.shop
        if len(shop.tasks) == self._jobs:
            return
        for name, tasks in shop.tasks.items():
            if name not in self.home:
                customer = shop.jobs[name].customer
                members = set(self.host.values())
                self.home[name] = customer if customer in members else self.host[tasks[0].at.machine]
        self._jobs = len(shop.tasks)
        self._known = replace(shop.problem, jobs=tuple(shop.jobs[name] for name in shop.tasks))

    def _over(self) -> dict[str, Rows]:
        """Where jobs that are done lay."""
        for name in self.shop.done.keys() - self._past.keys():
            self._past[name] = tuple(was(task) for task in self.shop.tasks[name])
        return self._past

    def _staying(self, seen: Outlook) -> frozenset[str]:
        """Jobs that are as they are: done, or on the road."""
        shop = self.shop
        return frozenset((*shop.done, *(name for name in seen.rows if shop.under_way(name))))

    def _late(self, seen: Outlook, staying: frozenset[str]) -> bool:
        """Whether anybody could want a window."""
        for name, rows in seen.rows.items():
            due = self.shop.jobs[name].due
            if due is not None and name not in staying and completion(self.shop, rows) > due:
                return True
        return False

    def _found(self, rows: Rows, rules: Rules, staying: frozenset[str]) -> dict[str, Rows]:
        """The jobs that take windows, with all their rows."""
        problem = self._known
        if self.way.mode != "peer" and self.way.method == "greedy":
            return Sharing(problem, rows, rules, staying).moved
        floor, guests = Floor(problem, rows, rules), cast(problem, rows, rules, staying).guests
        if self.way.mode == "peer":
            moved, vain = decide(floor, guests, self.home, self.chance)
            self.market.vain(vain)
        else:
            moved = fast.improve(floor, guests, range(len(guests)), self.way.looks, self.way.seed, _Counting())
        return {guests[g].job.id: guests[g].assignments(places, floor.names) for g, places in moved.items()}

    def _send(self, job: str, rows: Rows) -> None:
        """The guests of a job lie elsewhere in time now, at the same hosts."""
        guests = {task.at.operation for task in self.shop.tasks[job] if task.guest}
        self.shop.replan(job, [at for at in rows if at.operation in guests])

    def _agree(self, seen: Outlook, idle: Iterable[Window]) -> None:
        """Tell the market which stays hold now."""
        stays, begun = dict[str, Stay](), set[str]()
        for job in self.moved - self.shop.done.keys():
            for task in self.shop.tasks[job]:
                if task.guest and task.finished is None and self.host[task.at.machine] != self.home[job]:
                    stays[task.name] = Stay(job, task.at.machine, task.at.start, task.at.end)
                    if task.started is not None:
                        begun.add(task.name)
        self.market.agree(stays, begun, seen.displaced, idle)

    def _expect(self, rows: Mapping[str, Rows], seen: Outlook) -> None:
        self._doubt = seen.due_back
        self._expected = {}
        for own in rows.values():
            for at in own:
                self._expected[STARTED, f"{at.job}/{at.operation}"] = at.start
                self._expected[FINISHED, f"{at.job}/{at.operation}"] = at.end


class _Counting:
    """A clock that moves when it is looked at, so that a search takes so many looks whatever the machine."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> float:
        return 0.0

    def elapsed(self) -> float:
        self._looks += 1
        return float(self._looks)
