"""The search: noisy dispatches, then tabu walks from the best, from between two good ones and from shaken ones.

The loop is that of memetic searches for flexible job shops (González, Vela, Varela 2015, EJOR 245; Peng, Lü, Cheng
2015, Computers & OR 53): a small pool of good schedules, a walk from each start, the better of old and new kept. What a
way costs more at the prices of the workload relaxation is part of every choice, with a weight that is drawn anew for
each leg of a walk, and drawn more often where it led to better schedules; so is the tabu tenure.

It works in slices of some hundredths of a second, so that whoever runs it can look at the clock, tell of progress and
hand in plans found elsewhere. Where the slices are cut makes no difference: the same seed makes the same search.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import numpy as np

from hanse.planning.jobshop.dispatch import Draft
from hanse.planning.jobshop.search import draft as drafting
from hanse.planning.jobshop.search.graph import fold, unfold
from hanse.planning.jobshop.search.moves import BEST, PRESENT, STEP, new_memory
from hanse.planning.jobshop.search.plant import Plant, plant_of, two_operations
from hanse.planning.jobshop.search.prices import Workload
from hanse.planning.jobshop.search.schedule import Sketch, copied, empty_schedule, empty_sketch
from hanse.planning.jobshop.search.walk import begin, shake, walk
from hanse.planning.jobshop.shop import Shop, build

SLICE = 0.03
"""Seconds of work between two looks at the clock, about."""

DISPATCHES = 100
"""List schedules to begin with."""

POOL = 8
"""Good schedules that are kept."""

RELINKED = 0.6
"""Share of the walks that begin between two of the pool; the others begin from the better of two, shaken."""

WEIGHTS = (0.0, 10.0, 100.0, 1000.0)
"""Of the prices of the workload relaxation."""

TENURES = (0.5, 1.0, 1.5, 3.0)
"""Steps for which a move is tabu, per task of the critical path."""

LEG = 3000
"""Steps of a walk between two turns of the dials."""

MODERATE = 250
"""Up to so many tasks, many short walks are better than few long ones (`benchmarks/results/jobshop.md`)."""

NO_ROOM = 1e300


def warm() -> None:
    """Have all kernels compiled (or loaded) by planning two operations once. Takes some tenths of a second at most, but
    after an installation a quarter of a minute."""
    shop = build(two_operations())
    plant = plant_of(shop)
    extra = np.zeros(len(plant.machine))
    s, m, sketch = empty_schedule(plant), new_memory(plant, extra, 0), empty_sketch(plant)
    value = int(drafting.dispatch(plant, s, m, 0.5, 0.5, 1.0, extra))
    fold(s, sketch)
    begin(s, m, value)
    walk(plant, s, m, 1, 1, 0, 1.0, 1.0, NO_ROOM)
    shake(plant, s, m, 1, NO_ROOM)
    drafting.reinsert(plant, s, m, 0, 0, 1.0)
    drafting.relink(plant, s, m, sketch, sketch, 0.5, empty_sketch(plant))
    unfold(plant, sketch, s)


class Dial:
    """A parameter that is set anew for each leg of a walk: the more often to a value, the larger the share of its legs
    that brought something, squared. at: number of the value to begin with."""

    def __init__(self, values: tuple[float, ...], at: int, chance: random.Random) -> None:
        self._values, self._chance = values, chance
        self._legs, self._brought = [2] * len(values), [1] * len(values)
        self._at = at

    @property
    def value(self) -> float:
        return self._values[self._at]

    def turn(self, *, brought: bool) -> None:
        """Say whether the leg that ends brought something, and choose for the next one."""
        self._legs[self._at] += 1
        self._brought[self._at] += brought
        shares = [(brought / legs) ** 2 for brought, legs in zip(self._brought, self._legs, strict=True)]
        self._at = self._chance.choices(range(len(shares)), shares)[0]


class Pool:
    """Good schedules with their makespans, for all searches of a run: each relinks what any of them has found. Nobody
    changes a sketch that is in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[tuple[int, Sketch]] = []

    def two(self, chance: random.Random) -> tuple[tuple[int, Sketch], tuple[int, Sketch]] | None:
        """Two of them by chance; None while there are fewer than three."""
        with self._lock:
            if len(self._known) < 3:
                return None
            here, there = chance.sample(self._known, 2)
            return here, there

    def keep(self, value: int, sketch: Sketch) -> None:
        """In the place of one just like it or of the worst, once there are `POOL`."""
        with self._lock:
            for i, (known, other) in enumerate(self._known):
                if known == value and np.array_equal(other.way, sketch.way):
                    self._known[i] = (value, sketch)
                    return
            self._known.append((value, sketch))
            if len(self._known) > POOL:
                worst = max(range(len(self._known)), key=lambda i: self._known[i][0])
                del self._known[worst]


class Search:
    """One search on one thread. `value` and `draft()` are the best plan so far (None: none yet); `rounds` counts the
    walks that have ended. pool: shared with other searches of the same problem, if there are any."""

    def __init__(self, shop: Shop, plant: Plant, workload: Workload, seed: int, pool: Pool | None = None) -> None:
        self._shop, self._plant, self._workload = shop, plant, workload
        self._chance = random.Random(seed)
        self._schedule, self._memory = empty_schedule(plant), new_memory(plant, workload.extra, seed)
        self._best = empty_sketch(plant)
        self._pool = Pool() if pool is None else pool
        self._given: list[Draft] = []
        self._lock = threading.Lock()
        self._weights, self._tenures = Dial(WEIGHTS, 2, self._chance), Dial(TENURES, 2, self._chance)
        self._flexible = bool(workload.extra.any())
        self._many_lines = [j for j, count in enumerate(np.diff(plant.lines)) if count > 1]
        self._steps = 200
        self.rounds = 0
        self._rounds = self._work()
        self.value: int | None = None

    @property
    def done(self) -> bool:
        """Whether the best plan meets the bound of the workload relaxation."""
        return self.value is not None and self.value <= self._workload.bound

    def offer(self, draft: Draft) -> None:
        """A plan found elsewhere, to be taken up at the next round. Safe from any thread."""
        with self._lock:
            self._given.append(draft)

    def slice(self) -> bool:
        """Work a little; whether the best plan is a better one than before."""
        before = self.value
        if not self.done:
            next(self._rounds)
        return self.value != before

    def draft(self) -> Draft:
        """The best plan so far, as the other parts of the engine know plans."""
        s, plant = empty_schedule(self._plant), self._plant
        unfold(plant, self._best, s)
        used = [int(task) for task in s.order[: int(s.size[0])]]
        runs = {task: (int(s.way[task] - plant.ways[task]), int(s.head[task])) for task in used}
        return Draft([int(line) for line in s.line], runs)

    # --- the rounds: each `yield` ends a slice ------------------------------------------------------------------

    def _work(self) -> Iterator[None]:
        yield from self._dispatches()
        yield from self._round(copied(self._best))
        while True:
            for given in self._taken():
                yield from self._round(self._sketch(given))
            yield from self._round(None)

    def _dispatches(self) -> Iterator[None]:
        """List schedules with all kinds of parameters; the best is where the first walk begins."""
        until = time.perf_counter() + SLICE
        for number in range(DISPATCHES):
            self._dispatch(plain=number == 0)
            if time.perf_counter() > until:
                yield
                until = time.perf_counter() + SLICE
            if number >= 8 and number * len(self._plant.machine) > 400_000:
                break  # very large: the walk brings more
        for given in self._taken():
            self._note(unfold(self._plant, self._sketch(given), self._schedule))

    def _dispatch(self, *, plain: bool = False) -> int:
        chance, s = self._chance, self._schedule
        for job in self._many_lines:
            first, last = self._plant.lines[job], self._plant.lines[job + 1]
            share = self._workload.share[first:last] + (1e-9 if plain else 0.02)
            s.line[job] = int(np.argmax(share)) if plain else chance.choices(range(len(share)), share.tolist())[0]
        greed = 0.3 if plain else chance.choice((0.02, 0.05, 0.1, 0.2, 0.3, 0.6, 1.0))
        noise = 0.0 if plain else chance.choice((0.0, 0.1, 0.3))
        # The higher the weight, the closer to what the relaxation would do; `astray` keeps to its very ways.
        astray = self._flexible and chance.random() < 0.3
        weight = chance.choice((1e2, 1e9) if astray else (0.0, 1.0, 5.0, 20.0, 200.0)) if self._flexible else 0.0
        extra = self._workload.astray if astray else self._workload.extra
        value = int(drafting.dispatch(self._plant, s, self._memory, greed, noise, weight, extra))
        self._note(value)
        return value

    def _dispatched(self, count: int) -> int:
        """The best of so many list schedules, as the present one."""
        least, sketch = 0, empty_sketch(self._plant)
        for number in range(count):
            value = self._dispatch()
            if number == 0 or value < least:
                least = value
                fold(self._schedule, sketch)
        return int(unfold(self._plant, sketch, self._schedule))

    def _started(self, start: Sketch | None) -> int:
        """Make the schedule a walk begins with the present one: the one given, or one made of the pool."""
        plant, s, m, chance = self._plant, self._schedule, self._memory, self._chance
        if start is not None:
            return int(unfold(plant, start, s))
        pair = self._pool.two(chance)
        if pair is None:
            return self._dispatched(10)
        if chance.random() < RELINKED:
            (_, here), (_, there) = pair
            return int(drafting.relink(plant, s, m, here, there, chance.uniform(0.2, 0.8), empty_sketch(plant)))
        return self._shaken(min(pair, key=lambda known: known[0])[1])

    def _round(self, start: Sketch | None) -> Iterator[None]:
        """One walk, in legs of `LEG` steps, and its best schedule into the pool."""
        s, m = self._schedule, self._memory
        value = self._started(start)
        self._note(value)
        begin(s, m, value)
        going, end, room, reached = True, 0, 0.0, value
        while going:
            if m.totals[STEP] == end:  # a leg has ended, or the first begins
                if end:
                    for dial in (self._weights, self._tenures):
                        dial.turn(brought=bool(m.totals[BEST] < reached))
                end, room, reached = end + LEG, self._room, int(m.totals[BEST])
            going = self._slice_of_walk(end, room)
            found = int(m.totals[BEST])
            if self.value is None or found < self.value:
                self.value = found
                for kept, new in zip(self._best, m.best, strict=True):
                    kept[:] = new
            yield
        self._pool.keep(int(m.totals[BEST]), copied(m.best))
        self.rounds += 1
        yield  # whoever counts rounds can stop here, and not somewhere in the next one

    def _slice_of_walk(self, end: int, room: float) -> bool:
        """Walk for about `SLICE` seconds, not beyond step `end`; whether the walk goes on."""
        plant, s, m, bound = self._plant, self._schedule, self._memory, self._workload.bound
        weight, tenure = self._weights.value if self._flexible else 0.0, self._tenures.value
        begun, before = time.perf_counter(), int(m.totals[STEP])
        going = walk(plant, s, m, min(self._steps, end - before), self._patience, bound, tenure, weight, room)
        rate = (int(m.totals[STEP]) - before) / max(time.perf_counter() - begun, 1e-6)
        self._steps = max(10, min(2 * self._steps, int(rate * SLICE)))
        return bool(going)

    def _shaken(self, start: Sketch) -> int:
        """A schedule changed at random: single tasks moved, or whole jobs put in anew, along other lines too."""
        plant, s, m, chance = self._plant, self._schedule, self._memory, self._chance
        value = int(unfold(plant, start, s))
        if self._many_lines or chance.random() < 0.3:
            for _ in range(chance.randint(1, 3)):
                job = chance.choice(self._many_lines or range(len(s.line)))
                line = chance.randrange(int(plant.lines[job + 1] - plant.lines[job]))
                value = int(drafting.reinsert(plant, s, m, job, line, 1.0))
            return value
        begin(s, m, value)
        shake(plant, s, m, 5 + int(chance.random() * len(plant.job) / 10), self._room)
        return int(m.totals[PRESENT])

    @property
    def _room(self) -> float:
        """No better plan pays more for a single way than what the best one is above the bound."""
        return NO_ROOM if self.value is None else float(self.value - self._workload.bound)

    @property
    def _patience(self) -> int:
        """Steps without a better schedule that end a walk. Fewer where a walk soon knows its surroundings, and fewer
        where jobs have several lines, because only between walks are lines changed."""
        tasks = len(self._plant.job)
        long = 4_000 + 20 * tasks if tasks <= MODERATE else min(40_000, 12_000 + 60 * tasks)
        return long // 6 if self._many_lines else long

    def _note(self, value: int) -> None:
        """Remember the present schedule if it is the best."""
        if self.value is None or value < self.value:
            self.value = value
            fold(self._schedule, self._best)

    def _taken(self) -> list[Draft]:
        with self._lock:
            given, self._given = self._given, []
        return given

    def _sketch(self, draft: Draft) -> Sketch:
        """A plan's sketch: its tasks by start, instants and predecessors first."""
        tasks = self._shop.tasks
        result = empty_sketch(self._plant)
        result.line[:] = draft.lines
        position = {task: i for number, chosen in enumerate(draft.lines)
                    for i, task in enumerate(self._shop.lines[number][chosen].tasks)}  # fmt: skip

        def key(task: int) -> tuple[int, int, int]:
            way, start = draft.runs[task]
            return start, start + tasks[task].ways[way].duration, position[task]

        for place, task in enumerate(sorted(draft.runs, key=key)):
            result.way[task] = self._plant.ways[task] + draft.runs[task][0]
            result.place[task] = place
        return result
