"""The voyage: a league's orders become a checked, recorded, agreed, settled plan on a real chain.

sailing.py      `run`: all stages in order, and the files left behind
aboard.py       what every stage needs: case, settings, story, ledger, journal
placing.py      members register, products are listed, orders placed, and the contract matches them
planning.py     the frozen problem, a plan for it, the judge's word, the block
terms.py        what is proposed of an order: who does what, for how much, until when (pure)
weighing.py     what members and customers think of it, and what compensation it takes (pure)
dividing.py     prices that divide what a budget leaves by contribution
agreeing.py     proposed, weighed, signed, funded, activated; or declined, and the order refunded
settling.py     started, delivered, accepted, paid, taken out
telling.py      the record of it, from the index alone (pure)

Every step is an intention with a name in the outbox, so running the same voyage again does what is missing and nothing
twice. The order of steps is the order of the design's *What flows through*.
"""

from hanse.app.voyage.sailing import Files, run

__all__ = ["Files", "run"]
