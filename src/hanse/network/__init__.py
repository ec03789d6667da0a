"""A league's own chain: several validators, of which none is needed for the others to go on.

sites.py     who runs a validator where, and whose accounts have gas money from the first block on
members.py   members.csv, in which the league says that
genesis.py   the first block, for each engine
files.py     what a validator's files are made of, and its keys
besu.py      a validator's files for Hyperledger Besu (QBFT)
geth.py      a validator's files for go-ethereum (Clique)
units.py     a validator as a service of its machine
compose.py   all validators in containers
init.py      makes the keys and writes it all
probe.py     asks validators how they are
rules.py     which rules a node's machine follows, found by running a few bytes on it
sealers.py   who made a block
judge.py     what the answers mean, and what to do (pure)

How to use it: docs/network.md.
"""

from hanse.network.init import init, read_network
from hanse.network.judge import Expected, Finding, expected_of, guessed, judge
from hanse.network.members import read_members
from hanse.network.probe import Node, probe
from hanse.network.sites import ENGINES, Network, Site, place

__all__ = [
    "ENGINES",
    "Expected",
    "Finding",
    "Network",
    "Node",
    "Site",
    "expected_of",
    "guessed",
    "init",
    "judge",
    "place",
    "probe",
    "read_members",
    "read_network",
]
