"""Rounds as people and machines take part in them. Start with `agent.py`.

agent.py        an independent solver             question.py   what a round asks
proposing.py    a part, its plan, its certificate   judging.py    other people's claims: true or not
drawer.py       what must not be lost             board.py      who stands where
coordinate.py   a round opened, and what it brought
league.py       coordinator and solver processes on one machine, on a chain of their own
"""
