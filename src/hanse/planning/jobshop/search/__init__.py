"""Compiled search. Start with `run.py`, the loop for makespans, or `orders.py`, for all else; `plant.py` has the words.

    plant.py      the problem as arrays, and what this search declines
    schedule.py   one complete schedule as arrays: machine sequences, a topological order, heads and tails
    graph.py      kernels on it: sweeps of heads and tails, taking an operation out, putting it in, keeping the order
    moves.py      kernels: the critical path, what a move would lead to, the choice among moves
    walk.py       kernel: the tabu walk itself
    draft.py      kernels: whole schedules from priorities, from two parents, from removal and reinsertion of jobs
    prices.py     the workload relaxation: a lower bound, and what each mode costs at its prices

    orders.py     annealing over orders: calendars, several at once, any objective
    terms.py      what that needs beyond the plant, and what it declines
    decode.py     kernel: the schedule an order stands for, and its value
    anneal.py     kernels: moves, and what is accepted

Only `prices.py` (HiGHS) and the kernels (numba) need more than numpy; nothing here is imported before it is used.
"""
