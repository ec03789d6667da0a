"""Trade-offs: all good compromises between several objectives, each a checked plan. Start with `explore.py`.

objectives.py  what a trade-off is between               explore.py    the front door; front.py: what leaves it
arrays.py      a problem as arrays                       method.py     propose and absorb: the loop of all methods
decode.py      random keys to schedules, compiled        moth.py       moth-flame; climb.py: local search for any method
twin.py        the same in plain Python                  nsga.py       NSGA-II and NSGA-III by pymoo
neighbour.py   one step away, compiled                   staircase.py  two objectives exactly, with bound sets
space.py       a problem as a space of vectors           archive.py    the best of all that was seen
indicators.py  how good a front is
"""

from hanse.planning.pareto.explore import METHODS, explore
from hanse.planning.pareto.front import Front, Point
from hanse.planning.pareto.objectives import NAMES, Extras

__all__ = ["METHODS", "NAMES", "Extras", "Front", "Point", "explore"]
