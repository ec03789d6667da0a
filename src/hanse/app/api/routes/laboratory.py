"""The laboratory: rules tried on a copy of the league, as a study, and what is found put to the members."""

from __future__ import annotations

from fastapi import Request, Response

from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Coordinator, Key, SignedIn
from hanse.app.api.routes.base import TAKEN, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.studies import Id, studies_of
from hanse.app.lab import chartering
from hanse.governance.wishes import Wishes
from hanse.ledger.communities import LEAGUE_COMMUNITY
from hanse.ledger.council import check
from hanse.ledger.desk import Wanted

router = made("laboratory")

SECONDS = 600
"""A study of the laboratory may take."""


@router.post("/laboratory", status_code=202, response_model=shapes.StudyNow)
def begin(request: Request, who: Coordinator, body: shapes.AskLaboratory, response: Response) -> shapes.StudyNow:
    """Copy the league, and play a small season under its rules and under others. The league itself is only read."""
    service = who.service
    asked = {
        "what": "lab",
        "study": body.study,
        "data": str(service.settings.data.resolve()),
        "chain": service.settings.chain,
    }
    study = studies_of(request).begin(
        who.address, "lab", None, body.by, SECONDS, name=body.study, staff=True, more=asked
    )
    response.headers["location"] = f"/api/v1/studies/{study.id}"
    return reading.studies.study(study)


@router.post("/studies/{id}/proposal", **TAKEN)
def propose(
    request: Request, who: SignedIn, key: Key, id: Id, body: shapes.ProposeFound, response: Response
) -> shapes.ActionNow:
    """Propose to the league's community what a study of yours found surely better, with its evidence."""
    service, studies = who.service, studies_of(request)
    study = studies.get(id, who.address)
    advice = chartering.read_advice(studies.result(study, "proposal.json"), id)
    evidence = studies.result(study, "evidence.json")
    chartering.check_evidence(advice, evidence, id)
    chartering.check_league(advice, service.league.addresses.league, service.ledger.chain_id)
    row = governing.community_row(who, LEAGUE_COMMUNITY)
    do = chartering.news(advice, governing.terms(service))
    actions = Wishes(service.league.addresses, row.number, row.hand, row.rules).actions(do)
    why = chartering.description(advice, body.why)
    check(actions, why)
    words = row.number, tuple(one.words() for one in actions), why

    def build() -> list[Wanted]:
        who.put(evidence)
        return [service.message("Council", "propose", *words)]

    return taken(who, response, key, "propose what the laboratory found", id, body, build)
