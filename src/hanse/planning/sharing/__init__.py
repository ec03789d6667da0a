"""Idle time: late jobs take windows elsewhere, and nobody else's work moves (Ramakurthi 2023). Start with `rules.py`.

share.py     the front door: plan in, plan out    live.py      single changes, all day
local.py     every member's schedule of its own   explain.py   where each late job went, or why it stays
windows.py   idle windows of a schedule           takeover.py  earliest takeover of one job
guests.py    late jobs, where each step could go  greedy.py    the paper's rule
floor.py     what every machine does, plain       kernels.py   the same compiled; fast.py, tables.py, replay.py
optimal.py   the best takeovers, or a bound: exact.py (CP-SAT), recreate.py (search), scarce.py (bound)
generate.py  drawn leagues with a present plan    fitting.py   priced windows for one late job
"""

from hanse.planning.sharing.rules import PAPER, Rules
from hanse.planning.sharing.share import Shared, share

__all__ = ["PAPER", "Rules", "Shared", "share"]
