"""Every route for everybody: whoever may use it is let in, and nobody else is. The routes are those of the OpenAPI
document, so a new one without an entry here fails."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest

from hanse.app.api.shapes.base import HASH
from tests.app.api.house import Town, until

PEOPLE = ("coordinator", "notary", "treasurer", "arbiter", "member", "customer", "stranger")
EVERYBODY = frozenset(("nobody", *PEOPLE))
SIGNED_IN = frozenset(PEOPLE)
STAFF = frozenset(("coordinator", "notary", "treasurer", "arbiter"))


def only(*who: str) -> frozenset[str]:
    return frozenset(who)


MATRIX: dict[str, frozenset[str]] = {
    "GET /health": EVERYBODY,
    "GET /ready": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /api/v1/chain": SIGNED_IN,
    "GET /api/v1/events": SIGNED_IN,
    # Signing in is for everybody; these fail for what is said, not for who says it.
    "POST /api/v1/session": only(),
    "POST /api/v1/session/recover": only(),
    "POST /api/v1/session/wallet/message": EVERYBODY,
    "POST /api/v1/session/wallet": only(),
    "POST /api/v1/accounts": only(),
    "GET /api/v1/accounts": SIGNED_IN,
    "GET /api/v1/accounts/{address}": SIGNED_IN,
    "GET /api/v1/session": SIGNED_IN,
    "DELETE /api/v1/session": SIGNED_IN,
    "GET /api/v1/account/keyfile": only(),  # these people have wallets
    "PUT /api/v1/account/passphrase": SIGNED_IN,
    "POST /api/v1/invitations": only("coordinator"),
    "DELETE /api/v1/offices/{office}/{address}": only("coordinator"),
    "GET /api/v1/actions": SIGNED_IN,
    "GET /api/v1/actions/{id}": only(),  # nobody's
    "POST /api/v1/actions/{id}/signed": only(),
    "GET /api/v1/league": SIGNED_IN,
    "PUT /api/v1/league/services": only("coordinator"),
    "GET /api/v1/members": SIGNED_IN,
    "GET /api/v1/members/{address}": SIGNED_IN,
    "GET /api/v1/members/{address}/reputation": SIGNED_IN,
    "GET /api/v1/resources": SIGNED_IN,
    "POST /api/v1/members": SIGNED_IN,
    "PUT /api/v1/members/me": only("member"),
    "POST /api/v1/members/{address}/certificate": only("notary"),
    "POST /api/v1/members/{address}/revocation": only("notary"),
    "GET /api/v1/members/{address}/machines": only("coordinator", "member"),
    "GET /api/v1/members/{address}/readings": only("coordinator", "member"),
    "POST /api/v1/readings": only(),  # by a gateway's signature, whoever brings it
    "GET /api/v1/feeds": SIGNED_IN,
    "POST /api/v1/feeds": only("notary"),
    "POST /api/v1/feeds/statements": SIGNED_IN,  # refused for a wallet, which signs by itself
    "POST /api/v1/feeds/records": SIGNED_IN,  # refused for what is said, not for who says it
    "GET /api/v1/feeds/records": SIGNED_IN,
    "GET /api/v1/feeds/records/{name}": only(),  # for everybody who has the hash of one; this is none
    "GET /api/v1/bridge": only(),  # this service looks at no other chain
    "GET /api/v1/bridge/statements/{number}": only(),
    "GET /api/v1/bridge/proof": only(),
    "POST /api/v1/bridge/verification": only(),
    "GET /api/v1/outlook": SIGNED_IN,
    "GET /api/v1/products": SIGNED_IN,
    "GET /api/v1/products/{number}": SIGNED_IN,
    "POST /api/v1/products": only("coordinator"),
    "DELETE /api/v1/products/{number}": only("coordinator"),
    "GET /api/v1/orders": SIGNED_IN,
    "POST /api/v1/orders": SIGNED_IN,
    "GET /api/v1/orders/{number}": STAFF | only("member", "customer"),
    "DELETE /api/v1/orders/{number}": only("customer"),
    "POST /api/v1/orders/{number}/refund": only("coordinator"),
    "POST /api/v1/orders/{number}/matching": only("coordinator", "customer"),
    "GET /api/v1/orders/{number}/quotes": only("coordinator", "customer"),
    "POST /api/v1/orders/{number}/quotes": only("coordinator", "customer"),
    "PUT /api/v1/orders/{number}/choice": only("customer"),
    "POST /api/v1/orders/{number}/plan": only("coordinator"),
    "GET /api/v1/orders/{number}/question": only("coordinator"),
    "GET /api/v1/choices": only("coordinator"),
    "GET /api/v1/figures": only("coordinator"),
    "POST /api/v1/figures": only("coordinator"),
    "GET /api/v1/problems/{root}": STAFF | only("member", "customer"),
    "GET /api/v1/plans/{root}": STAFF | only("member", "customer"),
    "GET /api/v1/contents/{name}": STAFF | only("customer", "member"),
    "POST /api/v1/contents": SIGNED_IN,
    "GET /api/v1/blocks": SIGNED_IN,
    "GET /api/v1/blocks/{number}": SIGNED_IN,
    "POST /api/v1/blocks": only("coordinator"),
    "POST /api/v1/rounds": only("coordinator"),
    "GET /api/v1/rounds/{number}/plan": only(),  # it is for coordinators; there is no such round
    "GET /api/v1/rounds": SIGNED_IN,
    "GET /api/v1/rounds/{number}": only(),  # there is none
    "POST /api/v1/files": SIGNED_IN,
    "GET /api/v1/files/draft": only("coordinator"),
    "GET /api/v1/studies": SIGNED_IN,
    "POST /api/v1/studies": SIGNED_IN,
    "GET /api/v1/studies/{id}": only(),  # nobody's
    "DELETE /api/v1/studies/{id}": only(),
    "POST /api/v1/studies/{id}/enough": only(),
    "GET /api/v1/studies/{id}/results/{result}": only(),
    "POST /api/v1/rounds/{number}/outcome": only(),  # there is none
    "POST /api/v1/laboratory": only("coordinator"),
    "POST /api/v1/studies/{id}/proposal": only(),
    "GET /api/v1/schedule": SIGNED_IN,
    "GET /api/v1/blocks/{number}/exports/{form}": STAFF | only("member", "customer"),
    "GET /api/v1/ledger": SIGNED_IN,
    "GET /api/v1/agreements": SIGNED_IN,
    "GET /api/v1/agreements/{number}": STAFF | only("member", "customer"),
    "POST /api/v1/agreements": only("coordinator"),
    "POST /api/v1/agreements/{number}/version": only(),  # it is another coordinator's
    "GET /api/v1/agreements/{number}/acceptance": only("member", "customer"),
    "POST /api/v1/agreements/{number}/signature": only("member", "customer"),
    "POST /api/v1/agreements/{number}/refusal": only("member", "customer"),
    "POST /api/v1/agreements/{number}/counter": only("member", "customer"),
    "POST /api/v1/signatures/withdrawal": SIGNED_IN,
    "POST /api/v1/agreements/{number}/milestones/{milestone}/start": only("member"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/delivery": only("member"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/surrender": only("member"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/dispute": only("customer"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/ruling": only("arbiter"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/waiver": only("member", "customer"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/appeal": only("member", "customer"),
    "POST /api/v1/agreements/{number}/acceptances": only("customer"),
    "POST /api/v1/agreements/{number}/instalments": only("customer"),
    "POST /api/v1/agreements/{number}/milestones/{milestone}/advance": only("member"),
    "DELETE /api/v1/agreements/{number}/milestones/{milestone}/advance": only("member"),
    "GET /api/v1/advances": SIGNED_IN,
    "POST /api/v1/advances/{number}/{milestone}": only(),  # nobody asks for one there
    "GET /api/v1/loyalty": SIGNED_IN,
    "PUT /api/v1/loyalty/policy": only("coordinator"),
    "GET /api/v1/keys/{address}": SIGNED_IN,
    "PUT /api/v1/keys/me": SIGNED_IN,  # refused for its signature, not for who asks
    "GET /api/v1/contents/{name}/key": only(),
    "GET /api/v1/contents/{name}/opened": only(),
    "GET /api/v1/contents/{name}/grants": only(),
    "POST /api/v1/contents/{name}/grants": only(),
    "DELETE /api/v1/contents/{name}/grants/{address}": only(),
    "GET /api/v1/designs": SIGNED_IN,
    "GET /api/v1/designs/{design}": SIGNED_IN,
    "POST /api/v1/designs/seals": SIGNED_IN,
    "POST /api/v1/designs": SIGNED_IN,
    "POST /api/v1/designs/{design}/transfer": only("customer"),
    "POST /api/v1/designs/{design}/contest": SIGNED_IN,
    "POST /api/v1/designs/{design}/decision": only("arbiter"),
    "GET /api/v1/licences": SIGNED_IN,
    "POST /api/v1/licences": only("customer"),
    "GET /api/v1/orders/{number}/designs": STAFF | only("member", "customer"),
    "POST /api/v1/orders/{number}/designs": only(),  # nobody has such a licence
    "DELETE /api/v1/orders/{number}/designs/{design}": only("customer"),
    "GET /api/v1/orders/{number}/contribution": STAFF | only("member", "customer"),
    "GET /api/v1/orders/{number}/passport": STAFF | only("member", "customer"),
    "POST /api/v1/orders/{number}/passport": only("customer"),
    "POST /api/v1/orders/{number}/life": only("member", "customer"),
    "GET /api/v1/passports/{name}": only(),  # for everybody who has the name of one; this is none
    "GET /api/v1/money": SIGNED_IN,
    "GET /api/v1/money/{address}": STAFF | only("member"),
    "POST /api/v1/money": only("treasurer"),
    "POST /api/v1/money/retirement": SIGNED_IN,
    "POST /api/v1/money/{purse}/deposit": SIGNED_IN,
    "POST /api/v1/money/{purse}/withdrawal": SIGNED_IN,
    "GET /api/v1/offers": SIGNED_IN,
    "GET /api/v1/offers/{host}/{number}": SIGNED_IN,
    "POST /api/v1/offers": only("member"),
    "POST /api/v1/offers/{host}/{number}/claim": only("member"),
    "POST /api/v1/offers/{host}/{number}/confirmation": only("member"),
    "POST /api/v1/offers/{host}/{number}/release": only(),  # it is nobody's guest
    "DELETE /api/v1/offers/{host}/{number}": only("member"),
    "POST /api/v1/offers/{host}/{number}/acceptance": only(),
    "POST /api/v1/offers/{host}/{number}/dispute": only(),
    "POST /api/v1/offers/{host}/{number}/collection": only("member"),
    "GET /api/v1/identities/{address}": SIGNED_IN,
    "POST /api/v1/identities/{address}/delegates": only("member"),
    "POST /api/v1/identities/{address}/mandates": only("member"),
    "POST /api/v1/identities/{address}/delegations": only("member"),
    "POST /api/v1/delegations": SIGNED_IN,  # refused for its signature, not for who brings it
    "POST /api/v1/identities/{address}/owner": only("member"),
    "POST /api/v1/identities/{address}/seat": only("member"),
    "PUT /api/v1/identities/{address}/guardians": only("member"),
    "POST /api/v1/identities/{address}/recovery": SIGNED_IN,  # and refused by the contract, which knows guardians
    "DELETE /api/v1/identities/{address}/recovery": only("member"),
    "POST /api/v1/identities/{address}/recovery/end": SIGNED_IN,  # there is none
    "POST /api/v1/credentials": only("notary"),
    "POST /api/v1/credentials/revocation": only("notary"),
    "POST /api/v1/presentations": SIGNED_IN,
    "POST /api/v1/presentations/questions": SIGNED_IN,
    "POST /api/v1/presentations/judgement": SIGNED_IN,
    "GET /api/v1/refusals": SIGNED_IN,
    "GET /api/v1/network": SIGNED_IN,
    "GET /api/v1/communities": SIGNED_IN,
    "GET /api/v1/communities/{number}": SIGNED_IN,
    "POST /api/v1/communities": SIGNED_IN,
    "POST /api/v1/communities/{number}/membership": SIGNED_IN,
    "DELETE /api/v1/communities/{number}/membership": SIGNED_IN,
    "POST /api/v1/communities/{number}/delegation": SIGNED_IN,
    "POST /api/v1/communities/{number}/contribution": SIGNED_IN,
    "POST /api/v1/communities/{number}/proposals": SIGNED_IN,
    "GET /api/v1/charter": SIGNED_IN,
    "GET /api/v1/proposals": SIGNED_IN,
    "GET /api/v1/proposals/{number}": only(),  # there is none
    "POST /api/v1/proposals/{number}/vote": only(),
    "POST /api/v1/proposals/{number}/queue": only(),
    "POST /api/v1/proposals/{number}/execution": only(),
    "DELETE /api/v1/proposals/{number}": only(),
    "GET /api/v1/quotations": SIGNED_IN,
    "GET /api/v1/quotations/{number}": SIGNED_IN,
    "POST /api/v1/quotations": SIGNED_IN,
    "DELETE /api/v1/quotations/{number}": only("customer"),
    "POST /api/v1/quotations/{number}/bids": SIGNED_IN - only("customer", "arbiter"),  # who asked, who decides
    "POST /api/v1/quotations/{number}/opening": SIGNED_IN,
    "POST /api/v1/quotations/{number}/delivery": only(),  # nobody has won it
    "POST /api/v1/quotations/{number}/surrender": only(),
    "POST /api/v1/quotations/{number}/report": only("customer"),
    "POST /api/v1/quotations/{number}/acceptance": only("customer"),
    "POST /api/v1/quotations/{number}/decision": only("arbiter"),
    "GET /api/v1/stances/{address}": SIGNED_IN,
    "POST /api/v1/stances": SIGNED_IN,
    "GET /api/v1/notices": SIGNED_IN,
    "POST /api/v1/notices": SIGNED_IN,
    "DELETE /api/v1/notices/{number}": only("member"),
    "GET /api/v1/notices/search": SIGNED_IN,
    "GET /api/v1/notices/suggested": SIGNED_IN,
    "POST /api/v1/audit": SIGNED_IN,
    "GET /api/v1/audit": SIGNED_IN,
    "POST /api/v1/audit/report": SIGNED_IN,
}

DENIED = (401, 403, 404, 429)

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/orders": {"product": 1, "quantity": 1, "deposit": 0},
    "POST /api/v1/agreements": {"order": 1},
    "POST /api/v1/agreements/{number}/signature": {"signature": "0x" + "1b" * 65},
    "POST /api/v1/identities/{address}/owner": {"owner": "0x" + "00" * 20},  # which the contract refuses
}
"""Where the example of the document is about something that is not here."""


@pytest.fixture(scope="module")
def document(town: Town) -> dict[str, Any]:
    """What the service says of itself."""
    told: dict[str, Any] = town["ada"]._http.get("/api/v1/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def filled(town: Town) -> dict[str, str]:
    """What paths are filled with: things that are there."""
    member = town["member"]
    order = town["ada"].order(1)
    assert order.block is not None
    minutes = 60_000_000
    member.publish_offer(1, machine=1, service=0, start=minutes, end=minutes + 99, price=1)
    town["customer"].rights.register(HASH)
    town["member"].rights.publish_key()
    ready = int(town["ada"].agreement(1).deadline) + 30 * 86_400
    for _ in range(4):  # so that nobody else has a notice of the last one's number
        member.post_notice("offered", "milling", ["milling"], price=9_000, ready=1, expires=2**31)
    notice = max(one.number for one in member.notices(own=True))
    asked = town["customer"].ask_quotations("shafts", budget=20_000, bond=500, latest=ready)
    return {
        "design": HASH,
        "number": "1", "milestone": "0", "address": town.address("member"), "host": town.address("member"),
        "purse": "settlement", "office": "notary", "id": "0" * 32, "root": order.block.plan,
        "name": town["ada"].agreement(1).document, "form": "json",
        "result": "plan.json", "request": str(asked.result["number"]),
        "notice": str(notice),
    }  # fmt: skip


def test_every_route_has_an_entry(document: dict[str, Any]) -> None:
    said = {f"{method.upper()} {path}" for path, one in document["paths"].items() for method in one}
    assert said == set(MATRIX)


@pytest.mark.parametrize("who", ["nobody", *PEOPLE])
def test_whoever_may_is_let_in_and_nobody_else(
    who: str, town: Town, document: dict[str, Any], filled: dict[str, str]
) -> None:
    wrong = []
    for route, allowed in MATRIX.items():
        status = _ask(town, who, route, document, filled)
        let_in = status not in DENIED
        if route == "DELETE /api/v1/offices/{office}/{address}":
            let_in = status == 404  # the member is no notary, which only a coordinator hears
        if let_in != (who in allowed):
            wrong.append((route, status))
    assert not wrong


def test_an_office_taken_from_somebody_is_taken_at_once(town: Town) -> None:
    """Rights are the contracts', not the session's."""
    brief = town.house.wallet(town["ada"], "Brief", "notary")
    address = brief.session().address
    town["ada"].take_office("notary", address)
    until(lambda: "notary" not in brief.session().offices)
    status = _status(brief, "POST", f"/api/v1/members/{town.address('member')}/revocation", {"reason": "none"})
    assert status == 403


def _ask(town: Town, who: str, route: str, document: dict[str, Any], filled: dict[str, str]) -> int:
    method, template = route.split(" ", 1)
    path, body = template, None
    for name, is_ in (("quotations", "request"), ("notices", "notice")):
        path = path.replace(name + "/{number}", f"{name}/{filled[is_]}")
    for name, value in filled.items():
        path = path.replace("{" + name + "}", value)
    if "/problems/" in path:
        block = town["ada"].order(1).block
        assert block is not None
        path = f"/api/v1/problems/{block.problem}"
    if route == "DELETE /api/v1/orders/{number}":
        path = "/api/v1/orders/2"
    asked = document["paths"][template][method.lower()]
    if "requestBody" in asked:
        body = BODIES.get(route) or next(iter(asked["requestBody"]["content"].values()))["example"]
    if route.endswith("/readings") and method == "GET":
        path += "?machine=M1&metric=State"
    if route.endswith("/events"):
        path += "?once=true"
    if who == "nobody":
        answer = httpx.request(method, town.house.url + path, json=body, headers=_key())
        return answer.status_code
    client = town[who]
    if route == "DELETE /api/v1/session":  # of a session that nobody needs
        with town.house.client() as other:
            other.sign_in_with_key(bytes(client._wallet.key).hex() if client._wallet else "")
            return _status(other, method, path, body)
    return _status(client, method, path, body)


def _status(client: Any, method: str, path: str, body: Any) -> int:
    headers = {**_key(), "X-Hanse-CSRF": client._csrf}
    return int(client._http.request(method, path, json=body, headers=headers).status_code)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(8)}
