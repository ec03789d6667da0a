"""Other people's claims: fetched, recomputed from scratch, and refuted if they are false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hanse.app.rounds.question import Question
from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.conflicts import conflicts
from hanse.ledger.certificates.refute import refute
from hanse.ledger.certificates.witness import Witness
from hanse.ledger.content import ContentStore
from hanse.ledger.round_tables import ClaimRow, ConflictRow, RoundRow
from hanse.market.award import award
from hanse.market.competition import contenders


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of checking a claim: true (neither of the two), false (a witness), or silent: what it claims cannot be
    seen, for the reason given."""

    certificate: Certificate | None
    witness: Witness | None = None
    silent: str = ""

    @property
    def holds(self) -> bool:
        return self.witness is None and not self.silent


def judge(question: Question, row: ClaimRow, content: ContentStore) -> Verdict:
    """Check a revealed claim from scratch."""
    try:
        certificate = Certificate.decode(content.get(row.evidence))
        if certificate.claim.encode() != row.claim:
            raise InputError("the certificate is of another claim", where=row.evidence)
        return Verdict(certificate, refute(question.problem, certificate, question.targets))
    except (EnvironmentFault, EvidenceError, InputError) as error:
        return Verdict(None, silent=error.message)


def clashes(
    question: Question,
    round_: RoundRow,
    claims: Sequence[ClaimRow],
    known: Sequence[ConflictRow],
    certificates: dict[int, Certificate],
) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """Sets of claims about to be accepted that overbook a machine together, with what shows it. Not to be accepted in
    the first place are those whose conflicts are known."""
    rivals = contenders(claims)
    sets = [{row.last, *row.others} for row in known]
    chosen = sorted(award(rivals, sets, first_wins=round_.first_wins))
    held = [number for number in chosen if number in certificates]
    for places, shown in conflicts(question.problem.rows, [certificates[number] for number in held]):
        yield tuple(held[place] for place in places), shown.encode()
