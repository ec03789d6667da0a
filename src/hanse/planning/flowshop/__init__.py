"""Distributed permutation flow shops: which factory makes which jobs, and in which order. Start with `engine.py`.

factories.py   the problem as durations by factory, job and machine; what is declined; a bound; a plan back
kernels.py     compiled: heads and tails of sequences, the best place of a job, construction, descent, the greedy loop
engine.py      the loop around them: threads, the clock, what is told
"""
