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

LONGEST = 800
"""Letters of what, where and what next. An error must not repeat to people the file that it refuses."""


def _line(text: str) -> str:
    """One line of bounded length, in which nothing of somebody else's moves a cursor or turns the reading order."""
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class HanseError(Exception):
    """Base of all errors Hanse raises on purpose. Each of its three texts is one line of at most LONGEST letters."""

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.message, self.where, self.hint = _line(message), _line(where), _line(hint)
        super().__init__(self.message)

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
        self.where = _line(f"{where}: {self.where}" if self.where else where)
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
