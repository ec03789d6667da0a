"""Published experiments done again, published numbers beside measured ones, and a plain verdict on every claim.

published.py  what the paper printed
study.py      the experiment: genetic algorithm and exact engine, whole and split
budgets.py    the same instances when members have only so many hours
verdict.py    each claim of the paper, and what the figures say of it
figures.py    convergence and maps as SVG; svg.py has the pieces
document.py   the findings as a sheet, and as JSON
sheet.py      a sheet as Markdown, as one offline HTML page and in the terminal, and its files
run.py        the order of work; first file to open
ramakurthi/, zhang/   the other papers, each in a folder of its own
rounds/       the same claims put to independent solvers who compete in rounds
zhang/ and ramakurthi2023/ are the studies of other papers, each with a map of its own.
"""

from hanse.app.reproduce.run import PAPERS, reproduce, write
from hanse.app.reproduce.sheet import Files

__all__ = ["PAPERS", "Files", "reproduce", "write"]
