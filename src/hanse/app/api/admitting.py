"""Whom the charter lets certify: notaries, by what other notaries have stated of them. Members are let into agreements
by `hanse.app.admission`."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.app.api import governing, shapes
from hanse.app.api.acting import refuse, registry_of
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotAllowed
from hanse.governance.charter import term
from hanse.identity import presentation


def check_notary(who: Caller, shown: Sequence[shapes.Judge]) -> None:
    """A notary shows what other notaries state of it, as many as the charter asks for. Raises NotAllowed if they are
    too few, Refused for one that is not believed; each question counts once."""
    service = who.service
    needed = governing.terms(service)[term("notary-credentials").number]
    if needed == 0:
        return
    registry, now, issuers = registry_of(service), int(service.clock.now()), set[str]()
    own = {who.address, registry.notary_of(who.address) or who.address}
    for one in shown:
        try:
            if not service.questions.answered(who.address, one.nonce):
                raise presentation.Refused(presentation.Reason.WRONG_NONCE, "no open question of yours")
            found = presentation.verify(
                one.presentation, registry, audience=service.settings.origin, nonce=one.nonce, now=now
            ).credential
        except presentation.Refused as no:
            refuse(service, "notary", no.party, no.reason.name, no.where or no.message)
            raise
        # Nobody vouches for itself, nor lends another what was stated of it.
        if found.subject.address in own and found.issuer.address not in own:
            issuers.add(found.issuer.address)
    if len(issuers) < needed:
        raise NotAllowed(
            f"the league's charter asks a notary for what {needed} other notaries state of it; {len(issuers)} were"
            " shown",
            where="notary-credentials",
            hint="show credentials of your own with the request; other notaries issue them",
        )
