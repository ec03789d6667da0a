"""What a hostile visitor, customer or neighbour tries, each beside what works."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from hanse.app.client import Client, Refused
from hanse.errors import HanseError
from tests.app.api.house import PHRASE, Town, until


def sent(client: Client, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """A request with exactly these headers."""
    return client._http.request(method, f"/api/v1/{path}", json=body, headers=headers)


def writing(client: Client, key: str) -> dict[str, str]:
    return {"X-Hanse-CSRF": client._csrf, "Idempotency-Key": key}


# --- signing in -------------------------------------------------------------------------------------------------


def test_a_signed_message_signs_in_once(town: Town) -> None:
    wallet = Account.from_key(os.urandom(32))
    code = town["ada"].invite("customer")
    with town.house.client() as client:
        message = sent(client, "POST", "session/wallet/message", {"address": wallet.address}).json()["message"]
        signature = "0x" + wallet.sign_message(encode_defunct(text=message)).signature.hex()
        body = {"message": message, "signature": signature, "invitation": code, "name": "Once"}
        assert sent(client, "POST", "session/wallet", body).status_code == 200
        replayed = sent(client, "POST", "session/wallet", body)
        assert replayed.status_code == 401
        assert "used before" in replayed.json()["detail"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("127.0.0.1", "127.0.0.2"),
        ("Chain ID: 4219", "Chain ID: 1"),
        ("Version: 1", "Version: 2"),
        ("Nonce: ", "Nonce: a"),
    ],
)
def test_a_message_that_we_did_not_write_signs_nobody_in(town: Town, old: str, new: str) -> None:
    """Another domain, chain, version or nonce: what a page that deceives a wallet would have it sign."""
    wallet = Account.from_key(os.urandom(32))
    with town.house.client() as client:
        message = sent(client, "POST", "session/wallet/message", {"address": wallet.address}).json()["message"]
        assert old in message
        other = message.replace(old, new)
        signature = "0x" + wallet.sign_message(encode_defunct(text=other)).signature.hex()
        body = {"message": other, "signature": signature, "invitation": town["ada"].invite("customer"), "name": "Other"}
        assert sent(client, "POST", "session/wallet", body).status_code == 401


def test_a_signature_of_another_account_signs_nobody_in(town: Town) -> None:
    victim, thief = town["coordinator"], Account.from_key(os.urandom(32))
    with town.house.client() as client:
        body = {"address": victim.session().address}
        message = sent(client, "POST", "session/wallet/message", body).json()["message"]
        signature = "0x" + thief.sign_message(encode_defunct(text=message)).signature.hex()
        answer = sent(client, "POST", "session/wallet", {"message": message, "signature": signature})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_a_wallet_nobody_invited_stays_outside(town: Town) -> None:
    with town.house.client() as client, pytest.raises(Refused) as refused:
        client.sign_in_with_key(os.urandom(32).hex())
    assert refused.value.status == 403


def test_an_invitation_works_once_and_only_as_it_was_told(town: Town) -> None:
    code = town["ada"].invite("customer")
    with town.house.client() as client:
        with pytest.raises(Refused):
            client.join(code[:-1] + ("A" if code[-1] != "A" else "B"), "Nearly", PHRASE)
        client.join(code, "First", PHRASE)
        with pytest.raises(Refused) as refused:
            client.join(code, "Second", PHRASE)
    assert refused.value.status == 403


def test_a_wrong_pass_phrase_and_an_unknown_name_sound_alike_and_are_slowed_down(town: Town) -> None:
    with town.house.client() as client:
        client.join(town["ada"].invite("customer"), "Guessed", PHRASE)
        wrong = sent(client, "POST", "session", {"name": "Guessed", "passphrase": "password password"})
        nobody = sent(client, "POST", "session", {"name": "Nobody Here", "passphrase": "password password"})
        assert wrong.status_code == nobody.status_code == 401
        assert wrong.json()["detail"] == nobody.json()["detail"]
        tries = [
            sent(client, "POST", "session", {"name": "Guessed", "passphrase": "x" * 12}).status_code for _ in range(12)
        ]
    assert tries[-1] == 429


def test_the_recovery_code_sets_a_new_pass_phrase_and_ends_all_sessions(town: Town) -> None:
    with town.house.client() as client, town.house.client() as thief:
        sheet = client.join(town["ada"].invite("customer"), "Forgetful", PHRASE)
        thief.sign_in("Forgetful", PHRASE)  # knows the pass-phrase
        with pytest.raises(Refused):
            client.recover("Forgetful", "AAAA-" * 8, "another pass-phrase")
        client.recover("Forgetful", sheet.recovery.lower().replace("-", " "), "another pass-phrase")
        with pytest.raises(Refused) as refused:
            thief.session()
        assert refused.value.status == 401
        keyfile = client.keyfile()
        assert Account.from_key(Account.decrypt(keyfile, "another pass-phrase")).address == sheet.address


def test_a_session_left_open_does_not_change_the_pass_phrase(town: Town) -> None:
    with town.house.client() as client:
        client.join(town["ada"].invite("customer"), "Away", PHRASE)
        client.sign_in("Away", PHRASE)
        body = {"current": "somebody guesses", "passphrase": "mine from now on"}
        assert sent(client, "PUT", "account/passphrase", body, **writing(client, "x" * 8)).status_code == 401
        body["current"] = PHRASE
        assert sent(client, "PUT", "account/passphrase", body, **writing(client, "x" * 8)).status_code == 204
        assert sent(client, "GET", "session").status_code == 401  # all sessions end
        client.sign_in("Away", "mine from now on")


# --- sessions and browsers --------------------------------------------------------------------------------------


def test_a_write_needs_the_token_of_its_own_session(town: Town) -> None:
    victim, thief = town["customer"], town["stranger"]
    key = {"Idempotency-Key": "csrf-attack-1"}
    assert sent(victim, "POST", "signatures/withdrawal", **key).status_code == 403
    stolen = sent(victim, "POST", "signatures/withdrawal", **{**key, "X-Hanse-CSRF": thief._csrf})
    assert stolen.status_code == 403
    assert sent(victim, "POST", "signatures/withdrawal", **writing(victim, "csrf-attack-2")).status_code == 202


def test_another_site_cannot_write_and_another_name_is_not_answered(town: Town) -> None:
    client, headers = town["customer"], writing(town["customer"], "other-site-1")
    other = sent(client, "POST", "signatures/withdrawal", **{**headers, "Origin": "https://evil.example"})
    assert other.status_code == 403
    own = sent(client, "POST", "signatures/withdrawal", **{**headers, "Origin": town.house.url})
    assert own.status_code == 202
    assert "access-control-allow-origin" not in own.headers
    assert sent(client, "GET", "league", Host="evil.example").status_code == 421


def test_cookies_and_headers_are_strict(town: Town) -> None:
    with town.house.client() as client:
        key = town["stranger"]._wallet
        assert key is not None
        client.sign_in_with_key(bytes(key.key).hex())
        answer = sent(client, "GET", "league")
        jar = next(iter(client._http.cookies.jar))
        rest = {name.lower(): value for name, value in jar._rest.items()}  # type: ignore[attr-defined]
        assert "httponly" in rest
        assert str(rest["samesite"]).lower() == "strict"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-cache"


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(town: Town) -> None:
    wallet = town["stranger"]._wallet
    assert wallet is not None
    with town.house.client() as client:
        client.sign_in_with_key(bytes(wallet.key).hex())
        kept = dict(client._http.cookies)
        client.sign_out()
        answer = httpx.get(f"{town.house.url}/api/v1/session", cookies=kept)
    assert answer.status_code == 401


# --- writes -----------------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_answer_and_nothing_happens_twice(town: Town) -> None:
    customer = town["customer"]
    before = len(list(customer.orders()))
    body = {"product": 1, "quantity": 1, "deposit": 100}
    first = customer._write("POST", "orders", body, key="same-key-1")
    again = customer._write("POST", "orders", body, key="same-key-1")
    assert (first.id, first.result) == (again.id, again.result)
    assert len(list(customer.orders())) == before + 1
    with pytest.raises(Refused) as refused:
        customer._write("POST", "orders", {**body, "quantity": 2}, key="same-key-1")
    assert refused.value.status == 409


def test_a_key_is_its_callers_alone(town: Town) -> None:
    """Somebody who knows another's key reaches neither its action nor its place."""
    customer, stranger = town["customer"], town["stranger"]
    body = {"product": 1, "quantity": 1, "deposit": 0}
    own = customer._write("POST", "orders", body, key="whose-key-1")
    other = stranger._write("POST", "orders", body, key="whose-key-1")
    assert own.id != other.id
    assert own.result["order"] != other.result["order"]
    for path in (f"actions/{own.id}", f"orders/{own.result['order']}"):
        assert sent(stranger, "GET", path).status_code == 404
    signed = sent(stranger, "POST", f"actions/{own.id}/signed", {"signed": ["0x02"]}, **writing(stranger, "x" * 8))
    assert signed.status_code == 404


def test_nobody_cancels_works_or_accepts_for_another(town: Town) -> None:
    stranger, member, customer = town["stranger"], town["member"], town["customer"]
    assert sent(stranger, "DELETE", "orders/2", **writing(stranger, "steal-order")).status_code == 404
    assert sent(member, "DELETE", "orders/2", **writing(member, "steal-order")).status_code == 403
    accept = {"milestones": [0], "ratings": [1_000_000]}
    assert sent(member, "POST", "agreements/1/acceptances", accept, **writing(member, "own-praise")).status_code == 403
    work = sent(customer, "POST", "agreements/1/milestones/0/start", **writing(customer, "not-mine"))
    assert work.status_code == 403


def test_a_wallet_signs_what_it_was_handed_or_nothing_is_sent(town: Town) -> None:
    """Another receiver, another sender, another chain, or bytes that are no transaction."""
    from hanse.app.client.signing import transaction

    customer, thief = town["customer"], Account.from_key(os.urandom(32))
    wallet = customer._wallet
    assert wallet is not None
    asked = sent(customer, "POST", "signatures/withdrawal", **writing(customer, "hand-out-1")).json()
    from hanse.app.api.shapes import ToSign

    draft = ToSign(**asked["sign"][0])
    lies = {
        "another receiver": transaction(wallet, draft.model_copy(update={"to": thief.address})),
        "another sender": transaction(thief, draft),
        "another chain": transaction(wallet, draft.model_copy(update={"chain_id": 1})),
        "a nonce of the future": transaction(wallet, draft.model_copy(update={"nonce": draft.nonce + 5})),
        "less gas": transaction(wallet, draft.model_copy(update={"gas": 21_000})),
        "rubbish": "0x02f8",
    }
    for lie, raw in lies.items():
        answer = sent(
            customer, "POST", f"actions/{asked['id']}/signed", {"signed": [raw]}, **writing(customer, "bring-1")
        )
        assert answer.status_code == 422, lie
    true = sent(
        customer,
        "POST",
        f"actions/{asked['id']}/signed",
        {"signed": [transaction(wallet, draft)]},
        **writing(customer, "bring-2"),
    )
    assert true.status_code == 202
    until(lambda: customer.action(asked["id"]).state == "done")


def test_what_a_contract_would_refuse_is_refused_at_once_in_words(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town["member"].start(1, 0)  # it was delivered
    assert refused.value.status == 409
    assert "WrongStage" in str(refused.value)


def test_an_order_beyond_ones_means_is_refused_before_anything_is_taken(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town["stranger"].place_order(product=1, quantity=1, deposit=10**9)
    assert refused.value.status == 409
    assert "you have 0.00" in refused.value.message


def test_a_plan_that_is_not_what_was_ordered_is_not_recorded(town: Town) -> None:
    from tests.app.api.house import planned, question

    problem, plan = planned(question({"J2": ("Somebody", None)}))
    with pytest.raises(Refused) as refused:
        town["ada"].append_block(problem, plan, {"J2": 2})
    assert "asks for customer Customer" in refused.value.message
    problem, plan = planned(question({"J2": ("Customer", None)}))
    plan["measures"]["cost"] -= 1
    with pytest.raises(Refused) as refused:
        town["ada"].append_block(problem, plan, {"J2": 2})
    assert "does not hold" in refused.value.message


# --- bytes ------------------------------------------------------------------------------------------------------


def test_a_body_beyond_the_limit_is_refused_whatever_its_header_says(town: Town) -> None:
    client = town["customer"]
    large = b'{"reason": "' + b"x" * (5 * 1024 * 1024) + b'"}'
    headers = {**writing(client, "too-large-1"), "content-type": "application/json"}
    said = client._http.post("/api/v1/agreements/1/refusal", content=large, headers=headers)
    assert said.status_code == 413

    def trickle() -> Any:
        yield from (large[i : i + 65536] for i in range(0, len(large), 65536))

    unsaid = client._http.post("/api/v1/agreements/1/refusal", content=trickle(), headers=headers)
    assert unsaid.status_code == 413
    assert unsaid.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "name",
    [
        "../../secret",
        "..%2f..%2fsecret",
        "%2e%2e/%2e%2e/secret",
        "0x" + "0" * 63,
        "0x" + "G" * 64,
        "0x" + "AB" * 32,
        "/etc/passwd",
    ],
)
def test_a_name_that_is_no_hash_leads_nowhere(town: Town, name: str) -> None:
    answer = town["ada"]._http.get(f"/api/v1/contents/{name}")
    assert answer.status_code in (404, 405, 422)
    assert town.house.data.joinpath("secret").read_text().strip() not in answer.text


def test_a_slow_sender_is_not_waited_for_for_ever_and_others_are_served(town: Town) -> None:
    with socket.create_connection(("127.0.0.1", town.house.port)) as slow:
        slow.sendall(
            b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 100\r\n" % town.house.port
        )
        slow.sendall(b"Content-Type: application/json\r\n\r\n{")
        assert town["ada"]._http.get("/health").status_code == 200


def test_rubbish_gets_one_form_of_answer(town: Town) -> None:
    client = town["customer"]
    headers = {**writing(client, "rubbish-1"), "content-type": "application/json"}
    answers = [
        client._http.post("/api/v1/orders", content=b"{", headers=headers),
        client._http.post("/api/v1/orders", content=b"\xff\xfe", headers=headers),
        client._http.post("/api/v1/orders", content=b"[" * 100_000, headers=headers),
        client._http.get("/api/v1/orders", params={"cursor": "!!!"}),
        client._http.get("/api/v1/nowhere"),
        client._http.patch("/api/v1/orders"),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "where", "hint", "request"} <= set(answer.json())


def test_what_somebody_sent_is_never_in_the_log(town: Town) -> None:
    secret = "correct horse battery staple"
    with town.house.client() as client:
        sent(client, "POST", "session", {"name": "Ada", "passphrase": secret})
        sent(client, "POST", "session", {"name": "Ada", "passphrase": secret, "unknown": secret})
        client._http.get("/api/v1/orders", params={"cursor": secret})
        client._http.get(f"/api/v1/contents/{secret}", headers={"Authorization": secret})
    log = Path(town.house.log).read_text()
    assert secret not in log
    assert town["ada"]._csrf not in log
    for line in log.splitlines():
        if line.startswith("{"):
            assert {"time", "level", "what"} <= set(json.loads(line))


# --- reads ------------------------------------------------------------------------------------------------------


def test_an_unchanged_answer_is_not_sent_again(town: Town) -> None:
    client = town["customer"]
    first = client._http.get("/api/v1/products")
    again = client._http.get("/api/v1/products", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_hold_everything_once(town: Town) -> None:
    client, found, cursor = town["customer"], [], None
    while True:
        page = client._http.get("/api/v1/orders", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        found += [one["number"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == sorted(set(found))
    assert found == [one.number for one in client.orders()]


def test_a_stream_tells_what_changed_and_one_that_was_away_misses_nothing(town: Town) -> None:
    customer, lines = town["customer"], []
    with customer._http.stream("GET", "/api/v1/events") as stream:
        reading = stream.iter_lines()
        for line in reading:
            if line.startswith("id: "):
                seen = int(line[4:])
                break
        order = customer.place_order(product=1, quantity=1, deposit=0).result["order"]
        for line in reading:
            lines.append(line)
            if f"/api/v1/orders/{order}" in line:
                break
    with customer._http.stream("GET", "/api/v1/events", headers={"Last-Event-ID": str(seen)}) as stream:
        later = next(line for line in stream.iter_lines() if f"/api/v1/orders/{order}" in line)
    assert json.loads(later[6:])["block"] > seen


def test_the_metrics_count_and_name_nobody(town: Town) -> None:
    told = httpx.get(f"{town.house.url}/metrics").text
    assert 'hanse_requests_total{method="POST",route="/api/v1/orders",status="202"}' in told
    assert "hanse_outbox_waiting" in told
    for who in ("customer", "member"):
        assert town.address(who) not in told


def test_a_client_says_in_words_what_went_wrong() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(HanseError, match="does not answer"):
        client.league()
