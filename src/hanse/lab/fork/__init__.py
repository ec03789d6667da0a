"""A league copied into a laboratory: its chain under another number, read models and contents, and none of its keys.

fork.py    making the copy, and what it says of itself
chain.py   its chain: thrown away in the end, with a hand on the clock
rows.py    the read models out of either kind of database, only read
bench.py   a copy put to use: the laboratory holds the league's offices there
"""

from hanse.lab.fork.bench import Bench, bench
from hanse.lab.fork.chain import CHAIN_ID, ForkChain
from hanse.lab.fork.fork import Fork, fork, read_fork

__all__ = ["CHAIN_ID", "Bench", "Fork", "ForkChain", "bench", "fork", "read_fork"]
