"""What is shown is believed from whom it is about, by whom it was shown to, now, and while its issuer stands by it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from eth_keys.constants import SECPK1_N

from hanse.errors import InputError
from hanse.identity import credential, keys
from hanse.identity.credential import CONTEXT
from hanse.identity.did import Did
from hanse.identity.presentation import AHEAD, FRESH, Reason
from hanse.ledger.league import ADMIN, NOTARY
from hanse.ledger.store import open_ledger
from tests.identity.firm import CLAIMS, DAY, Firm


def test_the_reader_learns_what_was_chosen_and_nothing_else(firm: Firm) -> None:
    text = firm.issued("mill")
    shown = firm.shown(text, "mill", ("name",))
    found = firm.judged(shown)
    assert found.claims == {"name": "Müller GmbH"}
    assert (found.credential.kind, found.credential.subject) == ("organisation", firm.did("mill"))
    assert (found.block, found.block_hash) == (firm.registry().at.number, firm.registry().at.hash)
    for part in shown.split("~")[1:-1]:
        assert b"DE136695976" not in base64.urlsafe_b64decode(part + "==")
    assert firm.judged(firm.shown(text, "mill", tuple(CLAIMS))).claims == CLAIMS
    assert firm.judged(firm.shown(text, "mill", ())).claims == {}


def test_a_credential_is_one_of_the_w3c(firm: Firm) -> None:
    signed = keys.read(firm.issued("mill").split("~")[0])
    said = signed.payload
    assert said["@context"] == list(CONTEXT)
    assert said["type"][0] == "VerifiableCredential"
    assert said["issuer"] == str(firm.did(NOTARY))
    assert said["credentialSubject"]["id"] == str(firm.did("mill"))
    assert signed.kid == f"{firm.did(NOTARY)}#controller"
    assert "Müller" not in json.dumps(said, ensure_ascii=False)


def test_equal_claims_have_other_hashes_in_each_credential(firm: Firm) -> None:
    first, second = (credential.read(firm.issued("mill")) for _ in range(2))
    assert not set(first.hashes) & set(second.hashes)


def test_a_stolen_credential_is_worth_nothing_to_the_thief(firm: Firm) -> None:
    text = firm.issued("mill")
    assert firm.refusal(firm.shown(text, "thief")) is Reason.STOLEN
    assert firm.refusal(text) is Reason.UNBOUND
    # The thief binds what it saw to itself with the firm's own, older signature.
    seen = firm.shown(text, "mill", nonce="earlier")
    assert firm.refusal(seen) is Reason.WRONG_NONCE


def test_what_was_shown_counts_there_and_once_and_for_a_while(firm: Firm) -> None:
    begun = firm.now
    shown = firm.shown(firm.issued("mill", valid_from=begun - 1_000), "mill", now=begun)
    assert firm.refusal(shown, audience="https://other.example") is Reason.WRONG_AUDIENCE
    assert firm.refusal(shown, nonce="another") is Reason.WRONG_NONCE
    assert firm.judged(shown, now=begun + FRESH - 1).claims
    assert firm.refusal(shown, now=begun + FRESH) is Reason.STALE
    assert firm.judged(shown, now=begun - AHEAD).claims
    assert firm.refusal(shown, now=begun - AHEAD - 1) is Reason.STALE


def test_more_less_or_other_than_was_signed_is_refused(firm: Firm) -> None:
    text = firm.issued("mill")
    signed, *claims = firm.shown(text, "mill", ("name", "vat")).split("~")
    assert firm.refusal("~".join([signed, claims[0], claims[-1]])) is Reason.ANOTHER_SHOWING
    third = firm.shown(text, "mill", ("employees",)).split("~")[1]
    assert firm.refusal("~".join([signed, *claims[:-1], third, claims[-1]])) is Reason.ANOTHER_SHOWING
    salt = base64.urlsafe_b64encode(json.dumps(["salt", "name", "Meyer GmbH"]).encode()).rstrip(b"=").decode()
    assert firm.refusal("~".join([signed, salt, claims[1], claims[-1]])) is Reason.TAMPERED
    assert firm.refusal("~".join([signed, claims[0], claims[0], claims[-1]])) is Reason.TAMPERED


def test_only_a_notary_is_believed_and_only_while_it_is_one(firm: Firm) -> None:
    assert firm.refusal(firm.shown(firm.issued("mill", by="mill"), "mill")) is Reason.UNKNOWN_ISSUER
    # In the notary's name, by another key.
    assert firm.refusal(firm.shown(firm.issued("mill", by="thief", identity=firm.did(NOTARY)), "mill")) is Reason.FORGED
    league, office = firm.ledger.league, bytes(firm.ledger.league.read("MemberRegistry", "NOTARY_ROLE"))
    league.send("second/in", ADMIN, "MemberRegistry", "grantRole", office, firm.address("second")).wait()
    shown = firm.shown(firm.issued("mill", by="second"), "mill")
    before = firm.registry().at.number
    assert firm.judged(shown).claims
    league.send("second/out", ADMIN, "MemberRegistry", "revokeRole", office, firm.address("second")).wait()
    assert firm.refusal(shown) is Reason.UNKNOWN_ISSUER
    assert firm.judged(shown, block=before).claims, "as of the block before it still was one"


def test_a_revoked_credential_is_dead_at_once_and_so_is_every_way_to_write_it(firm: Firm) -> None:
    text = firm.issued("mill")
    shown, before = firm.shown(text, "mill"), firm.registry().at.number
    found = credential.read(text)
    # Somebody else's word about it changes nothing.
    firm.identities.revoke_credential(
        "thief", firm.address("thief"), found.digest, firm.address("mill"), key="t"
    ).wait()
    assert firm.judged(shown).claims
    firm.identities.revoke_credential(NOTARY, firm.address(NOTARY), found.digest, firm.address("mill"), key="r").wait()
    assert firm.refusal(shown) is Reason.REVOKED
    assert firm.judged(shown, block=before).claims, "status is of a named block"
    # ECDSA: (r, n - s) signs the same words. It is another text, and the same credential.
    head, _, signature = text.split("~")[0].rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    other = raw[:32] + (SECPK1_N - int.from_bytes(raw[32:])).to_bytes(32)
    twin = "~".join([f"{head}.{base64.urlsafe_b64encode(other).rstrip(b'=').decode()}", *text.split("~")[1:]])
    assert twin != text
    assert credential.read(twin).digest == found.digest
    assert firm.refusal(firm.shown(twin, "mill")) is Reason.REVOKED


def test_time_begins_and_ends_to_the_second(firm: Firm) -> None:
    start = firm.now + 1_000
    text = firm.issued("mill", valid_from=start, seconds=100)

    def at(now: int) -> str:
        return firm.shown(text, "mill", now=now)

    assert firm.refusal(at(start - AHEAD - 1), now=start - AHEAD - 1) is Reason.NOT_YET
    assert firm.judged(at(start - AHEAD), now=start - AHEAD).claims
    assert firm.judged(at(start + 99), now=start + 99).claims
    assert firm.refusal(at(start + 100), now=start + 100) is Reason.EXPIRED


def test_credentials_of_another_league_or_chain_are_worth_nothing_here(firm: Firm, tmp_path: Path) -> None:
    assert firm.refusal(firm.shown(firm.issued("mill", contract=firm.address("thief")), "mill")) is Reason.ELSEWHERE
    there = {one: Did("ethr", firm.chain_id + 1, firm.address(one)) for one in (NOTARY, "mill")}
    text = firm.issued("mill", identity=there[NOTARY], about=there["mill"])
    assert firm.refusal(firm.shown(text, "mill")) is Reason.ELSEWHERE
    with open_ledger(tmp_path) as other:
        theirs = Firm(other)
        assert firm.refusal(theirs.shown(theirs.issued("mill"), "mill")) in (Reason.ELSEWHERE, Reason.FORGED)


def test_a_changed_key_takes_its_owner_along_and_leaves_the_thief_behind(firm: Firm) -> None:
    text = firm.issued("rotating")
    firm.identities.change_owner("rotating", firm.address("rotating"), firm.address("fresh"), key="rotate").wait()
    assert firm.refusal(firm.shown(text, "rotating")) is Reason.STOLEN
    assert firm.judged(firm.shown(text, "fresh")).claims


def test_a_delegate_shows_for_its_firm_until_it_is_dismissed_and_its_own_delegate_never(firm: Firm) -> None:
    text, desk = firm.issued("mill"), firm.address("desk")
    firm.identities.add_delegate("mill", firm.address("mill"), "sigAuth", desk, DAY, key="desk").wait()
    firm.identities.add_delegate("desk", desk, "sigAuth", firm.address("helper"), DAY, key="helper").wait()
    assert firm.judged(firm.shown(text, "desk")).claims
    assert firm.refusal(firm.shown(text, "helper")) is Reason.STOLEN
    firm.identities.revoke_delegate("mill", firm.address("mill"), "sigAuth", desk, key="desk out").wait()
    assert firm.refusal(firm.shown(text, "desk")) is Reason.STOLEN


@pytest.mark.parametrize("nonsense", ["", "~", "a.b.c~", "~~~", "é" * 100 + "~", "." * 70_000])
def test_nonsense_is_refused_in_words(firm: Firm, nonsense: str) -> None:
    assert firm.refusal(nonsense) is Reason.UNREADABLE


def test_a_proof_is_no_credential_and_a_credential_no_proof(firm: Firm) -> None:
    text = firm.issued("mill")
    shown = firm.shown(text, "mill")
    proof = shown.rpartition("~")[2]
    assert firm.refusal(f"{proof}~{proof}") is Reason.UNREADABLE
    assert firm.refusal(f"{text}{text.split('~')[0]}") is Reason.UNBOUND


def test_an_unsigned_credential_is_none(firm: Firm) -> None:
    head, body, _ = firm.issued("mill").split("~")[0].split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | {"alg": "none"}
    unsigned = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    assert firm.refusal(f"{unsigned}.{body}.~") is Reason.UNREADABLE


def test_what_cannot_be_signed_or_shown_is_said_before_anything_is_made(firm: Firm) -> None:
    with pytest.raises(InputError, match="cannot name a claim"):
        firm.issued("mill", claims={"_sd": 1})
    with pytest.raises(InputError, match="at most 64 claims"):
        firm.issued("mill", claims={f"c{i}": i for i in range(65)})
    with pytest.raises(InputError, match="ten years"):
        firm.issued("mill", seconds=0)
    with pytest.raises(InputError, match="has no claim salary"):
        firm.shown(firm.issued("mill"), "mill", ("salary",))
    assert firm.issued("mill", claims={f"c{i}": "x" * 100 for i in range(64)})
