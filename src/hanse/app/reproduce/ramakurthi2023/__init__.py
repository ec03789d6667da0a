"""Ramakurthi 2023 done again: five shops, their idle windows, who takes them, and what pooling could do.

published.py  what the paper printed            study.py        shops, sharing under every reading, pooled optimum
league.py     Table 2 and leagues like it       constructed.py  a worked example with windows between operations
exact.py      references, proved                small.py        the sizes of Table 3 by two exact solvers
gantt.py      plans as pictures                 verdict.py      each claim, and what the figures say of it
document.py   tables, figures, JSON             run.py          the order of work; first file to open
"""

from hanse.app.reproduce.ramakurthi2023.document import as_json, sheet
from hanse.app.reproduce.ramakurthi2023.run import PAPER, reproduce, write

__all__ = ["PAPER", "as_json", "reproduce", "sheet", "write"]
