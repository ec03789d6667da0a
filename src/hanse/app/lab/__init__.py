"""`hanse lab`: what would happen, played on a copy of the league (docs/lab.md).

contest.py   a round with honest, false and silent solvers      work.py       agreements, the floor, settlement
season.py    one run: all of it, and what came of it            journal.py    finished runs, on disk
playing.py   many runs, in processes of their own               comparing.py  variants against the present rules
document.py  findings for people and programs                   advising.py   the best variant as a proposal
"""
