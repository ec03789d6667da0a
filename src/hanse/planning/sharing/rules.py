"""What members agree on before they share idle time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from hanse.errors import InputError
from hanse.units import QUANTITY_LIMIT

Moves = Literal["job", "operation", "any"]
"""What may move of a late job. `job`: all that has not begun, to one member. `operation`: the last operation alone, the
others keep their places (moving an earlier one alone cannot make the job earlier). `any`: each operation that has not
begun stays or goes to any member."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Which idle time is offered and who may take it. The paper leaves all of it open but `least`; results depend on
    it.

    moves: see `Moves`. tails: whether the time after a machine's last operation is offered, too. least: shortest window
    offered, in time units (the paper: longer than 1, so 2). setup: time units kept free between a guest and every other
    operation on the machine. now: nothing is offered or moved before; operations that began before stay. horizon: end
    of what is offered (None: open). in_time: a job may only take windows that make it end by its due date, as in the
    paper; otherwise any that make it end earlier than at home.
    """

    moves: Moves = "any"
    tails: bool = True
    least: int = 1
    setup: int = 0
    now: int = 0
    horizon: int | None = None
    in_time: bool = False

    def __post_init__(self) -> None:
        if self.moves not in get_args(Moves):
            raise InputError(
                f'"{self.moves}" is not what can move', where="moves", hint=f"use one of: {', '.join(get_args(Moves))}"
            )
        for name, least in (("least", 1), ("setup", 0), ("now", 0), ("horizon", self.now + 1)):
            value = getattr(self, name)
            if value is not None and not least <= value <= QUANTITY_LIMIT:
                raise InputError(f"{value} is not between {least} and {QUANTITY_LIMIT}", where=name)


PAPER = Rules(least=2, in_time=True)
"""Ramakurthi 2023 as far as it says: windows longer than 1, moved jobs keep their due date. It moves whole jobs in one
place and single operations in another, and does not say whether tails count; here they do."""
