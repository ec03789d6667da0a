"""What every stage of a voyage needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hanse.app import journal as journals
from hanse.app.cases.case import Case
from hanse.app.story import Chapter, Story
from hanse.app.wiring import Settings
from hanse.ledger.league import League
from hanse.ledger.outbox import Progress
from hanse.ledger.rounds import chain_now
from hanse.model.problem import Job

if TYPE_CHECKING:
    from hanse.ledger.store import Ledger


@dataclass(slots=True)
class Aboard:
    """One run over an open ledger. jobs: of all problems of the case, by id; journal: as it is on disk."""

    case: Case
    settings: Settings
    story: Story
    ledger: Ledger
    jobs: dict[str, Job] = field(init=False)
    journal: journals.Journal = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = {job.id: job for part in self.case.parts for job in part.problem.jobs}
        known = journals.load(self.settings.data)
        if known is None:
            now = datetime.fromtimestamp(int(self.story.clock.now()), UTC).isoformat()
            known = journals.Journal(self.case.id, self.settings.seed, now)
            known.save(self.settings.data)
        known.belongs(self.case.id, self.settings.seed, self.settings.data)
        self.journal = known

    @property
    def league(self) -> League:
        return self.ledger.league

    def now(self) -> int:
        """Seconds since 1970 by the clock of the chain."""
        return chain_now(self.ledger.chain, self.story.clock)

    def write_down(self, changed: journals.Journal) -> None:
        """Replace the journal, here and on disk."""
        self.journal = changed
        changed.save(self.settings.data)


def customer(job: Job) -> str:
    """The role of a job's customer; `member` that of an enterprise."""
    return f"customer/{job.customer}"


def member(id_: str) -> str:
    """The role of an enterprise."""
    return f"member/{id_}"


def phase(chapter: Chapter, done: int, rounds: int) -> Progress:
    """Progress of round `done` of `rounds` equal rounds."""

    def step(count: int, total: int) -> None:
        chapter.step(done * total + count, rounds * total)

    return step
