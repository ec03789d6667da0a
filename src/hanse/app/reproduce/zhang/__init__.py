"""Zhang 2019 done again: its plan checked, the best plan proved, three algorithms raced, the promotion recomputed.

published.py  what the paper printed            verdict.py   each claim, and what the figures say of it
study.py      the experiment                    document.py  tables, figures, JSON
run.py        the order of work; first file to open
"""

from hanse.app.reproduce.zhang.document import as_json, sheet
from hanse.app.reproduce.zhang.run import PAPER, reproduce, write

__all__ = ["PAPER", "as_json", "reproduce", "sheet", "write"]
