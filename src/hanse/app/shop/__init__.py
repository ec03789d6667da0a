"""`hanse shop`: a member's agent that follows its plan all day, offers idle time and takes others' for its late jobs.

agent.py     the loop: one turn after the other    settings.py  the TOML file
day.py       what readings mean for the plan       replan.py    the rest of the day anew, what runs stays
market.py    what the chain offers, as values      members.py   who is who, and joining the league
hosting.py   what to offer, confirm, take back     taking.py    which windows to take, and what becomes of them
memory.py    what must survive a crash             telling.py   sentences for people, lines for programs

Decisions (day, replan but for its solver, hosting, taking) are pure functions of values; `agent.py` alone acts.
"""
