"""Published experiments done again, published numbers beside measured ones, and a plain verdict on every claim.

published.py  what the paper printed
study.py      the experiment: genetic algorithm and exact engine, whole and split
budgets.py    the same instances when members have only so many hours
verdict.py    each claim of the paper, and what the figures say of it
figures.py    convergence and maps as SVG
document.py   the whole as Markdown, as one offline HTML page, and as JSON
run.py        the order of work; first file to open
"""

from hanse.app.reproduce.run import PAPERS, Files, reproduce, write

__all__ = ["PAPERS", "Files", "reproduce", "write"]
