"""Planning: every solver behind one sentence. Start with `solve.py`; the words are in `result.py`.

    >>> from hanse.planning import solve
    >>> result = solve(problem, objective="makespan", time_limit=10)

Importing this package loads no solver; `solve` fetches the one it needs.
"""

from hanse.planning.result import Result
from hanse.planning.solve import solve

__all__ = ["Result", "solve"]
