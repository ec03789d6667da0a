"""The paper's claims put to independent solvers: processes of their own, who compete in rounds on one chain.

contest.py    line-ups of solvers against one central solver, on problems whose demands compete for hours
arrivals.py   demands that arrive and change while solvers work
verdict.py    what the figures say of each claim
document.py   tables, one figure, and the findings as JSON
run.py        the order of work; first file to open
"""

from hanse.app.reproduce.rounds.run import compete, write

__all__ = ["compete", "write"]
