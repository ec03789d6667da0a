"""Who makes what, at what price, if time hardly matters. Start with `exact.py`, then `lagrangian.py`.

exact.py        the engine without limits             lagrangian.py  the engine under budgets of machine time
routes.py       shortest paths with numpy             dual.py        prices and the bound they prove (columns.py: HiGHS)
fast.py         the same by compiled code             thin.py        a smaller forest to search in
dense.py        the same for arrays of any size       search.py      one chain of the search (anneal.py drives it)
forest.py       a problem as arrays       shortage.py    why budgets cannot be kept
kernels.py      the compiled dynamic programme        limits.py, tree.py, schedule.py, jit.py: shared
"""
