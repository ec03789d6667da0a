"""Idle time: late jobs take windows elsewhere, and nobody else's work moves (Ramakurthi 2023). Start with `rules.py`.

windows.py   idle windows of a schedule, vectorised      greedy.py    the paper's rule
guests.py    late jobs, and where each step could go     kernels.py   the same, compiled; fast.py calls it
floor.py     what every machine does, plain              optimal.py   the best takeovers, or a bound: exact.py (CP-SAT)
takeover.py  earliest takeover of one job                             and recreate.py (compiled search)
tables.py    a question as arrays                        generate.py  drawn leagues with a present plan
"""
