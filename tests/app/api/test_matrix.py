"""Every route for everybody: whoever may use it is let in, and nobody else is. The routes are those of the OpenAPI
document, so a new one without an entry here fails."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest

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
    "GET /api/v1/events": SIGNED_IN,
    # Signing in is for everybody; these fail for what is said, not for who says it.
    "POST /api/v1/session": only(),
    "POST /api/v1/session/recover": only(),
    "POST /api/v1/session/wallet/message": EVERYBODY,
    "POST /api/v1/session/wallet": only(),
    "POST /api/v1/accounts": only(),
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
    "POST /api/v1/members": SIGNED_IN,
    "PUT /api/v1/members/me": only("member"),
    "POST /api/v1/members/{address}/certificate": only("notary"),
    "POST /api/v1/members/{address}/revocation": only("notary"),
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
    "GET /api/v1/problems/{root}": STAFF | only("member", "customer"),
    "GET /api/v1/plans/{root}": STAFF | only("member", "customer"),
    "GET /api/v1/contents/{name}": STAFF | only("customer", "member"),
    "GET /api/v1/blocks": SIGNED_IN,
    "GET /api/v1/blocks/{number}": SIGNED_IN,
    "POST /api/v1/blocks": only("coordinator"),
    "GET /api/v1/rounds": SIGNED_IN,
    "GET /api/v1/rounds/{number}": only(),  # there is none
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
    "POST /api/v1/agreements/{number}/milestones/{milestone}/appeal": only("member", "customer"),
    "POST /api/v1/agreements/{number}/acceptances": only("customer"),
    "GET /api/v1/money": SIGNED_IN,
    "GET /api/v1/money/{address}": STAFF | only("member"),
    "POST /api/v1/money": only("treasurer"),
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
    "POST /api/v1/audit": SIGNED_IN,
    "GET /api/v1/audit": SIGNED_IN,
}

DENIED = (401, 403, 404, 429)

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/orders": {"product": 1, "quantity": 1, "deposit": 0},
    "POST /api/v1/agreements": {"order": 1},
}
"""Where the example of the document is about something that is not here."""


@pytest.fixture(scope="module")
def document(town: Town) -> dict[str, Any]:
    """What the service says of itself."""
    told: dict[str, Any] = httpx.get(f"{town.house.url}/api/v1/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def filled(town: Town) -> dict[str, str]:
    """What paths are filled with: things that are there."""
    member = town["member"]
    order = town["ada"].order(1)
    assert order.block is not None
    minutes = 60_000_000
    member._write(
        "POST", "offers", {"number": 1, "machine": 1, "service": 0, "start": minutes, "end": minutes + 99, "price": 1}
    )
    return {
        "number": "1", "milestone": "0", "address": town.address("member"), "host": town.address("member"),
        "purse": "settlement", "office": "notary", "id": "0" * 32, "root": order.block.plan,
        "name": town["ada"].agreement(1).document,
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
    town["ada"]._ask("DELETE", f"offices/notary/{address}")
    until(lambda: "notary" not in brief.session().offices)
    status = _status(brief, "POST", f"/api/v1/members/{town.address('member')}/revocation", {"reason": "none"})
    assert status == 403


def _ask(town: Town, who: str, route: str, document: dict[str, Any], filled: dict[str, str]) -> int:
    method, template = route.split(" ", 1)
    path, body = template, None
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
        body = BODIES.get(route) or asked["requestBody"]["content"]["application/json"]["example"]
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
