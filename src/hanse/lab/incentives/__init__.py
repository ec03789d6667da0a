"""Can anybody gain by lying? Each role's lies, played against honest others under the real rules (docs/lab.md).

solver.py     a round of solvers           game.py     what a lie brought, over many seeds, and the verdict
provider.py   a member among members       customer.py an order among orders
"""

from hanse.lab.incentives.game import ROLES, Lie, Role, judged, played

__all__ = ["ROLES", "Lie", "Role", "judged", "played"]
