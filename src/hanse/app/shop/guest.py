"""The guest's half of a turn: late jobs are planned anew or look for windows; takeovers are brought to an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hanse.app.shop import taking, telling
from hanse.app.shop.day import Rows, Seen, tardiness
from hanse.app.shop.deeds import Deeds
from hanse.app.shop.market import Lot, free_elsewhere
from hanse.app.shop.memory import Memory
from hanse.app.shop.replan import Solver, replanned
from hanse.app.shop.taking import Act, Claim, Fate, Stage, Takeover
from hanse.app.shop.telling import Tell, Told, money, span
from hanse.app.shop.world import Look, World
from hanse.ledger.store import Ledger
from hanse.market.offers import Book
from hanse.model.plan import Assignment
from hanse.planning.sharing.guests import chain_of
from hanse.telemetry.forecast import Outlook

AVOIDED = 60
"""Minutes in which a host that declined twice is not asked again."""

See = Callable[[Rows], Seen]
"""The day as it is known now, if the plan were this one."""


class Guest:
    """Over what the agent shares with it."""

    def __init__(
        self, ledger: Ledger, memory: Memory, deeds: Deeds, look: Look, solver: Solver | None, tell: Tell
    ) -> None:
        self._ledger, self._memory, self._deeds, self._look, self._tell = ledger, memory, deeds, look, tell
        self._solver = solver
        self._asked: object = None
        self._waiting: set[str] = set()
        self._root = look.shop.problem.root

    # --- what was begun ---------------------------------------------------------------------------------------------

    def follow(self, world: World) -> bool:
        """Brings takeovers on their way. Whether anything was done."""
        done = False
        for one in world.takeovers:
            done = self._follow(world, one) or done
        return done

    def _follow(self, world: World, one: Takeover) -> bool:
        fates = [self._fate(world, one, i) for i in range(len(one.claims))]
        stage = taking.next_stage(one.stage, fates)
        if stage is not one.stage:
            self._enter(world, one, stage, fates)
            return True
        done = False
        for i, (claim, fate) in enumerate(zip(one.claims, fates, strict=True)):
            done = self._act(world, one, i, claim, fate) or done
        return done

    def _act(self, world: World, one: Takeover, i: int, claim: Claim, fate: Fate) -> bool:
        finished, begun = self._finished(world, claim), world.minute >= claim.start
        wanted = self._wanted(world, one, i)
        todo = taking.act(one.stage, fate, wanted=wanted, finished=finished, begun=begun)
        lot = world.lots.get((claim.host, claim.number))
        where = self._where(world, claim)
        if todo is Act.CLAIM and lot is not None:
            return self._claim(world, one, i, lot)
        if todo is Act.EXPIRE and lot is not None:
            return self._deeds.expire(lot)
        if todo is Act.RELEASE and self._deeds.release(self._key(one, i, "release"), claim):
            cost = "" if fate is Fate.HELD else f", for {money(-(-claim.price * 20 // 100))}"
            self._say("given up", one, claim, f"gives {where} back{cost}")
            return True
        if todo is Act.ACCEPT and self._deeds.accept(self._key(one, i, "accept"), claim):
            self._say("paid", one, claim, f"{where} is done; {money(claim.price)} paid")
            return True
        if todo is Act.NOTHING and one.stage is Stage.OPEN and fate is Fate.UNSENT:
            self._memory.keep(replace(one, stage=Stage.GIVEN_UP))
            return True
        return False

    def _claim(self, world: World, one: Takeover, i: int, lot: Lot) -> bool:
        claim = one.claims[i]
        lacks = self._deeds.afford(claim.price)
        if lacks:
            why: str | None = f"{money(lacks)} are lacking"
        else:
            why = self._deeds.claim(self._key(one, i, "claim"), claim, lot, self._book(lot))
        if why is not None:
            with self._memory.database.transaction():
                self._memory.shun(claim.host, claim.number)
                self._memory.keep(replace(one, stage=Stage.GIVEN_UP))
            where = self._where(world, claim)
            self._say("refused", one, claim, f"{where} cannot be had: {telling.plain(why)}; looks for the next best")
        return True

    def _enter(self, world: World, one: Takeover, stage: Stage, fates: list[Fate]) -> None:
        """A takeover reaches its next stage; the plan with it, in one step."""
        rows = world.rows
        if stage is Stage.AGREED:
            rows = taking.moved(rows, one.away)
        elif one.stage is Stage.AGREED and stage is Stage.GIVEN_UP:
            rows = taking.moved(rows, self._home_again(world, one))
        with self._memory.database.transaction():
            if rows != world.rows:
                self._memory.follow(self._root, rows)
            if stage is Stage.GIVEN_UP:
                for claim, fate in zip(one.claims, fates, strict=True):
                    if fate in (Fate.LOST, Fate.STALE, Fate.WITHDRAWN):
                        self._memory.shun(claim.host, claim.number)
                    if one.stage is Stage.OPEN and fate in (Fate.STALE, Fate.WITHDRAWN):
                        self._memory.declined(claim.host, world.minute)
            self._memory.keep(replace(one, stage=stage))
        saved = telling.duration(world.shop.line, one.saved)
        for claim, fate in zip(one.claims, fates, strict=True):
            where = self._where(world, claim)
            if stage is Stage.AGREED:
                self._say("agreed", one, claim, f"agreed: {where}; {saved} less late")
            elif stage is Stage.GIVEN_UP and fate not in (Fate.HELD, Fate.CONFIRMED):
                self._say("lost", one, claim, f"{where}: {fate}; looks for the next best")

    def _fate(self, world: World, one: Takeover, i: int) -> Fate:
        claim = one.claims[i]
        lot = world.lots.get((claim.host, claim.number))
        entry = self._ledger.outbox.entry(self._key(one, i, "claim"))
        accepted = self._ledger.outbox.entry(self._key(one, i, "accept"))
        sent = entry is not None and not entry.pending
        content = accepted is not None and not accepted.failed
        return taking.fate(claim, lot, world.me.address, content, sent, world.minute)

    def _wanted(self, world: World, one: Takeover, i: int) -> bool:
        """Whether the workpiece can be there in time and, while it is not agreed, the job is late at home."""
        row = one.claims[i].row
        steps = [at for at in world.seen.rows if at.job == one.job]
        if one.stage is Stage.OPEN and not any(job.job == one.job for job in world.seen.forecast.late):
            return False
        if one.stage is Stage.OPEN:
            away = {at.operation: at for at in one.away}
            steps = [away.get(at.operation, at) for at in steps]
        at = next(step for step in steps if step.operation == row.operation)
        before = _before(world, at, steps)
        if before is None:
            return True
        leg = world.shop.problem.transport_time(
            world.shop.problem.machine_site[before.machine], world.shop.problem.machine_site[row.machine]
        )
        return before.end + leg <= row.start

    def _finished(self, world: World, claim: Claim) -> bool:
        """Whether a reading tells that the work is done: its end, or that a later step has begun."""
        known = world.seen.progress.get(f"{claim.row.job}/{claim.row.operation}")
        if known is not None and known.finished is not None:
            return True
        job = next(job for job in world.shop.problem.jobs if job.id == claim.row.job)
        chain = chain_of(next(plan for plan in job.plans if plan.id == claim.row.plan)) or ()
        names = [operation.id for operation in chain]
        later = names[names.index(claim.row.operation) + 1 :]
        progress = [world.seen.progress.get(f"{job.id}/{name}") for name in later]
        if any(one is not None and one.started is not None for one in progress):
            return True
        patience = self._look.settings.take.accept_after
        return patience is not None and world.minute >= claim.start + claim.length + patience

    def _home_again(self, world: World, one: Takeover) -> Rows:
        """Rows of the steps that are not done, in idle time at home. What was believed of a host that withdrew is not
        believed any more."""
        undone = {(one.job, claim.row.operation) for claim in one.claims if not self._finished(world, claim)}
        begun = world.seen.forecast.frozen - undone
        left = tuple(at for at in one.home if (at.job, at.operation) not in begun)
        stays = [at for at in world.seen.rows if at.job == one.job and (at.job, at.operation) in begun]
        here = world.shop.problem.site_index[world.shop.member.site]
        ends = [
            at.end + world.shop.problem.transport_time(world.shop.problem.machine_site[at.machine], here)
            for at in stays
        ]
        ready = max([world.seen.now, *ends])
        lifted = [at for at in one.away if (at.job, at.operation) not in begun]
        return taking.come_home(left, world.own_time(lifted), ready)

    # --- late jobs --------------------------------------------------------------------------------------------------

    def replan(self, world: World, see: See) -> bool:
        """Plans the rest of the day anew if a job will be late, and follows that if it is better. Whether it does."""
        if self._solver is None or not tardiness(world.shop, world.seen.forecast):
            return False
        asked = (world.rows, world.seen.forecast.frozen, world.seen.down, world.seen.promises)
        if asked == self._asked:
            return False
        self._asked = asked
        rows = replanned(world.shop, world.rows, world.seen, self._solver)
        if rows is None:
            return False
        before, after = tardiness(world.shop, world.seen.forecast), tardiness(world.shop, see(rows).forecast)
        if after >= before or see(rows).broken - world.seen.broken:
            return False
        self._memory.follow(self._root, rows)
        late = len(see(rows).forecast.late)
        words = "no job is late any more" if not late else f"{late} jobs stay late"
        self._tell(Told("replanned", f"plans the rest of the day anew: {words}", {"before": before, "after": after}))
        return True

    def look_for(self, world: World) -> bool:
        """Claims windows for the late job that is due first. Whether it found any; then ask again, the world is not
        what it was."""
        going = {one.job for one in world.takeovers if one.stage is not Stage.GIVEN_UP}
        for outlook in sorted(world.seen.forecast.late, key=lambda job: (job.due or 0, job.job)):
            if outlook.done or outlook.job in going:
                continue
            found = self._find(world, outlook)
            if found is None:
                self._stays_late(world, outlook)
                continue
            self._memory.keep(found)
            late = telling.duration(world.shop.line, outlook.late)
            places = " and ".join(f"{self._where(world, claim)} for {money(claim.price)}" for claim in found.claims)
            facts = {"job": outlook.job, "late": outlook.late, "saved": found.saved, "takeover": found.number}
            self._tell(Told("takes", f"{outlook.job} will be {late} late; takes {places}", facts))
            self._waiting.discard(outlook.job)
            return True
        return False

    def _find(self, world: World, outlook: Outlook) -> Takeover | None:
        shop, frozen = world.shop, world.seen.forecast.frozen
        rows = tuple(at for at in world.seen.rows if at.job == outlook.job)
        job = next((job for job in shop.problem.jobs if job.id == outlook.job), None)
        if job is None or not rows:
            return None
        chain = chain_of(next(plan for plan in job.plans if plan.id == rows[0].plan))
        if chain is None:
            return None
        begun = [(job.id, operation.id) in frozen for operation in chain]
        first = sum(begun)
        if not all(begun[:first]) or any(at.machine not in shop.own for at in rows[first:]):
            return None
        left = tuple(at for at in rows if (at.job, at.operation) not in frozen)
        shunned, avoided = self._memory.shunned(), self._memory.avoided(world.minute - AVOIDED)
        numbers = {address: known.number for address, known in world.members.items()}
        free = [
            lot
            for lot in free_elsewhere(world.lots.values(), world.me.address, numbers)
            if (lot.host, lot.number) not in shunned and lot.host not in avoided
        ]
        ids = {address: known.id for address, known in world.members.items()}
        there = taking.market(shop, free, ids, lambda host, number: _service(world, host, number), world.minute)
        own = world.own_time(left)
        choice = taking.wanted(shop, rows, first, there, own, world.seen.now, self._look.settings.terms)
        if choice is None:
            return None
        home = tuple(at for at in world.rows if at.job == job.id and (at.job, at.operation) not in frozen)
        return taking.takeover(shop, self._memory.next_takeover(), home, choice, outlook.late, there)

    def _book(self, lot: Lot) -> Book | None:
        row = next((r for r in self._ledger.index.books() if (r.host, r.number) == (lot.host, lot.book)), None)
        return None if row is None else self._look.library.book(row.root)

    # --- words ------------------------------------------------------------------------------------------------------

    def _stays_late(self, world: World, outlook: Outlook) -> None:
        """Once, until it finds a window."""
        if outlook.job not in self._waiting:
            self._waiting.add(outlook.job)
            late = telling.duration(world.shop.line, outlook.late)
            words = f"{outlook.job} will be {late} late; nothing that fits is offered"
            self._tell(Told("late", words, {"job": outlook.job, "late": outlook.late}))

    def _key(self, one: Takeover, i: int, what: str) -> str:
        return f"shop/takeover/{one.number}/{i}/{what}"

    def _where(self, world: World, claim: Claim) -> str:
        return f"{span(claim.start, claim.start + claim.length)} on {claim.row.machine} at {world.name(claim.host)}"

    def _say(self, what: str, one: Takeover, claim: Claim, words: str) -> None:
        facts = {
            "job": one.job, "operation": claim.row.operation, "takeover": one.number, "host": claim.host,
            "window": claim.number, "start": claim.start, "length": claim.length, "price": claim.price,
        }  # fmt: skip
        self._tell(Told(what, f"{one.job}: {words}", facts))


def _service(world: World, host: str, number: int) -> str | None:
    known = world.members.get(host)
    return known.services[number] if known is not None and number < len(known.services) else None


def _before(world: World, at: Assignment, steps: list[Assignment]) -> Assignment | None:
    """The step before this one in its chain."""
    job = next(job for job in world.shop.problem.jobs if job.id == at.job)
    operation = next(o for plan in job.plans if plan.id == at.plan for o in plan.operations if o.id == at.operation)
    found = [step for step in steps if step.operation in operation.after]
    return max(found, key=lambda step: step.end, default=None)
