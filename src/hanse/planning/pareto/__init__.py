"""Trade-offs: all good compromises between several objectives, each a checked plan. Start with `explore.py`.

objectives.py  what a trade-off is between               explore.py    the front door; front.py: what leaves it
arrays.py      a problem as arrays                       method.py     propose and absorb: the loop of all methods
decode.py      random keys to schedules, compiled        hybrid.py     moth-flame, climbing; flight.py: its moths
twin.py        the same in plain Python                  moth.py       the spiral of the paper alone
neighbour.py   one step away, compiled                   climb.py      local search for any method
space.py       a problem as a space of vectors           nsga.py       NSGA-II and NSGA-III by pymoo
archive.py     the best of all that was seen             staircase.py  two objectives exactly, with bound sets
indicators.py  how good a front is
"""

from hanse.planning.pareto.explore import METHODS, explore
from hanse.planning.pareto.front import Front, Point
from hanse.planning.pareto.objectives import NAMES, Extras

__all__ = ["METHODS", "NAMES", "Extras", "Front", "Point", "explore"]
