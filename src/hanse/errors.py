"""The one tree of errors.

    HanseError                    anything Hanse refuses or cannot do       exit code
    ├── InputError                the caller's data is wrong                2
    ├── InfeasibleError           the data is right, but no plan exists     3
    ├── EnvironmentFault          disk, network, chain or a missing tool    4
    │   └── ChainFault            the chain refused, vanished or is another
    └── EvidenceError             recorded evidence does not agree          1

Every error answers three questions: what went wrong (`message`), where (`where`: file, row or item) and what to do
next (`hint`). The command line prints those three lines and exits with `exit_code`; nothing else decides exit codes.
"""

from __future__ import annotations


class HanseError(Exception):
    """Base of all errors Hanse raises on purpose."""

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return "\n".join(
            line
            for line in (
                self.message,
                f"  where: {self.where}" if self.where else "",
                f"  next:  {self.hint}" if self.hint else "",
            )
            if line
        )

    def at(self, where: str) -> HanseError:
        """The same error, located one level further out (used by readers that know the file)."""
        self.where = f"{where}: {self.where}" if self.where else where
        return self


class InputError(HanseError):
    """A file, argument or value given by the caller cannot be used."""

    exit_code = 2


class InfeasibleError(HanseError):
    """The problem is well formed but admits no plan."""

    exit_code = 3


class EnvironmentFault(HanseError):
    """The machine around Hanse failed: disk, port, process, permission or missing program."""

    exit_code = 4


class ChainFault(EnvironmentFault):
    """The chain is unreachable, is not the expected one, or refused a transaction."""


class EvidenceError(HanseError):
    """Recorded evidence contradicts itself: a plan, block, sum or root does not agree."""

    exit_code = 1
