"""Judges what happened on a floor by nothing but the physics of it."""

from __future__ import annotations

from collections import defaultdict

from hanse.lab.floor.pace import FULL
from hanse.lab.floor.shop import Shop
from hanse.lab.floor.trouble import Trouble


def impossible(shop: Shop, trouble: Trouble) -> list[str]:
    """What of a floor's history cannot be."""
    found = []
    worked = defaultdict[str, int](int)
    on = defaultdict[str, list[tuple[int, int, str]]](list)
    for name, machine, start, end in shop.stretches:
        pace = trouble.pace(machine)
        worked[name] += pace.done(start, end)
        on[machine].append((start, end, name))
    for lane in shop.lanes:
        spans = sorted(on[lane.machine.id])
        for moment, _, _ in spans:
            together = sum(a <= moment < b for a, b, _ in spans)
            if lane.machine.capacity is not None and together > lane.machine.capacity:
                found.append(f"{together} operations at once on {lane.machine.id} at {moment}")
    site = shop.problem.machine_site
    for job, tasks in shop.tasks.items():
        named = {task.at.operation: task for task in tasks}
        plan = next(plan for plan in shop.jobs[job].plans if plan.id == tasks[0].at.plan)
        for operation in plan.operations:
            task = named[operation.id]
            assert task.started is not None
            assert task.finished is not None
            duration = next(m.duration for m in operation.modes if m.machine == task.at.machine)
            pace = trouble.pace(task.at.machine)
            if duration and not worked[task.name] >= FULL * duration > worked[task.name] - FULL:
                found.append(f"{task.name} took {worked[task.name]} hundredths of {FULL * duration}")
            if task.started < task.at.start or pace.stands(task.started):
                found.append(f"{task.name} began at {task.started}, agreed {task.at.start}")
            for before in operation.after:
                other = named[before]
                leg = shop.problem.transport_time(site[other.at.machine], site[task.at.machine])
                if task.started < (other.finished or 0) + leg:
                    found.append(f"{task.name} began before its workpiece was there")
    return found
