"""Ramakurthi 2022 done again: its ten matching cases on a chain, and its comparison of algorithms on instances of ours.

published.py  what the paper printed               verdict.py   each claim, and what the figures say of it
instances.py  seeded instances of its sizes        document.py  tables, figures, JSON
study.py      the experiments                      run.py       the order of work; first file to open
"""

from hanse.app.reproduce.ramakurthi.document import as_json, sheet
from hanse.app.reproduce.ramakurthi.run import PAPER, reproduce, write

__all__ = ["PAPER", "as_json", "reproduce", "sheet", "write"]
