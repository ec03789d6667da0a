"""From a problem to a judged plan."""

from pathlib import Path

import hanse

problem = hanse.read(Path(__file__).with_name("two_shops.json"))
result = hanse.solve(problem, objective="cost + 100 tardiness", time_limit=5, seed=0)
print(problem)
print(result)
assert result.plan is not None
for run in result.plan.assignments:
    print(f"{run.job} {run.operation:10} on {run.machine:8} from {run.start:3} to {run.end:3}")
print("valid:", hanse.check(problem, result.plan).valid)
