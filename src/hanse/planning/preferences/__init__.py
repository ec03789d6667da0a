"""Preferences: nobody works for less than it is worth to them (Zhang 2019). Start with `solve.py`.

utility.py    utilities of consumer and provider, exact             kernels.py   compiled decoder and one generation
member.py     a member, its parameters private, its answers         memetic.py   memetic algorithm, GA, GA with climbing
question.py   what is asked: problem, consumers, refusals           recreate.py  ruin and recreate, for hundreds of jobs
judge.py      the independent judge                                 exact.py     time-indexed programme, proves optima
bound.py      a bound anyone can recompute                          agree.py     providers who agree, by CP-SAT
tables.py     a question as arrays                                  prices.py    a tighter one, by prices
promotion.py  the least compensation, and who pays it               estimate.py  λ and η from history
solve.py      the front door
"""

from hanse.model.utility import Consumer, Provider
from hanse.planning.preferences.member import Member
from hanse.planning.preferences.promotion import promote
from hanse.planning.preferences.question import Question, ask
from hanse.planning.preferences.solve import Found, solve

__all__ = ["Consumer", "Found", "Member", "Provider", "Question", "ask", "promote", "solve"]
