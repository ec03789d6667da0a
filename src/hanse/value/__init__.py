"""Value interconnection. Start with `settlement.py` and `contribution.py`.

settlement.py    how money is divided when work is settled     reputation.py    what settled orders say of their parties
shapley.py       contributions to any game                     coalitions.py    the league as a game, and its kernels
contribution.py  contributions to orders                       surplus.py       what proceeds leave, divided by them
"""
