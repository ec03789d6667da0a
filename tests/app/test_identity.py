"""`hanse identity` as people type it: from a notary's signature to a reader's judgement, and what is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from eth_account import Account

from hanse.app.api.people import People
from hanse.clock import SystemClock
from hanse.ledger.keys import KeyRing
from hanse.ledger.store import open_ledger
from tests.app.cli import hanse

QUESTION = ("--audience", "https://league.example", "--nonce", "n-0S6_WzA2Mj")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A league in which the mill is a certified member."""
    home = tmp_path_factory.mktemp("league")
    with open_ledger(home) as ledger:
        league, mill = ledger.league, ledger.league.address("mill")
        league.register("mill", 1, f"0x{7:064x}", key="register").wait()
        league.certify(mill, 1, f"0x{7:064x}", key="certify").wait()
    return home


def test_a_credential_is_issued_shown_believed_and_taken_back_with_the_members_certificate(
    data: Path, tmp_path: Path
) -> None:
    kept, shown, league = tmp_path / "mill.sdjwt", tmp_path / "shown.txt", ("--data", str(data))
    claims = ("--claim", "name=Müller GmbH", "--claim", "employees=12")
    issued = hanse("identity", "issue", "organisation", "mill", "--out", str(kept), *claims, *league, "--json").json
    assert issued["believed"] is True
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600, "claims are nobody else's business"
    hanse("identity", "present", str(kept), "--show", "name", "--as", "mill", *QUESTION, "--out", str(shown), *league)
    found = hanse("identity", "verify", str(shown), *QUESTION, *league, "--json").json
    assert found["claims"] == {"name": "Müller GmbH"}
    assert found["subject"] == issued["subject"]

    # Somebody else with the file.
    hanse("identity", "present", str(kept), "--show", "name", "--as", "thief", *QUESTION, "--out", str(shown), *league)
    stolen = hanse("identity", "verify", str(shown), *QUESTION, *league)
    assert stolen.code == 1
    assert "who shows it is not whom it is about" in stolen.err

    gone = hanse("identity", "revoke", str(kept), "--reason", "it moved away", *league, "--json").json
    assert gone["member_revoked"] is True
    hanse("identity", "present", str(kept), "--as", "mill", *QUESTION, "--out", str(shown), *league)
    assert hanse("identity", "verify", str(shown), *QUESTION, *league).code == 1
    listed = hanse("identity", "refusals", *league, "--json").json["refusals"]
    assert [one["reason"] for one in listed] == ["REVOKED", "STOLEN"]
    assert {one["party"] for one in listed} == {issued["subject"]}
    with open_ledger(data) as ledger:
        assert ledger.league.offered(ledger.league.address("mill")) == 0, "nobody is matched with it any more"


def test_keys_are_changed_lent_and_guarded_from_the_command_line(data: Path) -> None:
    keys, league = KeyRing(data / "secret"), ("--data", str(data), "--json")
    lathe, fresh = keys.address("lathe"), keys.address("fresh")
    hanse("identity", "delegate", "gateway", "--as", "lathe", "--machine", "M1", "--days", "30", *league)
    hanse("identity", "mandate", "buyer", "--as", "lathe", "--per-deal", "500", "--per-period", "900", *league)
    guards = ("--guardian", "bank", "--guardian", "chamber", "--threshold", "2")
    hanse("identity", "guard", "--as", "lathe", *guards, *league)
    hanse("identity", "recover", lathe, "--as", "bank", "--to", "fresh", *league)
    begun = hanse("identity", "recover", lathe, "--as", "chamber", "--to", "fresh", *league).json
    assert begun["candidate"] == fresh
    early = hanse("identity", "recover", lathe, "--as", "stranger", "--finish", "--data", str(data))
    assert early.code == 4
    assert "NotRecoverable" in early.err
    assert hanse("identity", "recover", lathe, "--as", "lathe", "--cancel", *league).json["candidate"] is None
    assert hanse("identity", "rotate", "fresh", "--as", "lathe", *league).json["owner"] == fresh
    thief = hanse("identity", "rotate", "lathe", "--as", "lathe", "--data", str(data))
    assert (thief.code, "NotTheOwner" in thief.err) == (4, True)
    seen = hanse("identity", "show", lathe, *league).json
    (method,) = seen["document"]["verificationMethod"]
    assert method["blockchainAccountId"].endswith(fresh)
    assert [one["clerk"] for one in seen["mandates"]] == [keys.address("buyer")]
    assert len(seen["delegates"]) == 1
    plain = f"did:pkh:eip155:{method['blockchainAccountId'].split(':')[1]}:{lathe}"
    assert hanse("identity", "show", plain, *league).json["metadata"]["deactivated"] is True


def test_a_delegation_is_signed_on_paper_and_sent_once_by_somebody_else(data: Path, tmp_path: Path) -> None:
    league = ("--data", str(data))
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    keys = KeyRing(data / "secret")
    for paper, machine in ((first, "M1"), (second, "M2")):  # the same number: only one of them can ever count
        hanse("identity", "delegate", "gate", "--as", "mill", "--machine", machine, "--paper", str(paper), *league)
    before = hanse("identity", "show", "mill", *league, "--json").json
    assert before["delegates"] == [], "a signature alone changes nothing"
    sent = hanse("identity", "bring", str(first), "--as", "postman", *league, "--json").json
    assert (sent["identity"], sent["delegate"]) == (keys.address("mill"), keys.address("gate"))
    again = hanse("identity", "bring", str(first), "--as", "postman", *league, "--json").json
    assert again == sent, "sent twice, done once"
    other = hanse("identity", "bring", str(second), "--as", "postman", *league)
    assert (other.code, "NotSignedByOwner" in other.err) == (4, True)
    forged = tmp_path / "forged.json"
    forged.write_text(first.read_text().replace(keys.address("gate"), keys.address("thief")))
    assert hanse("identity", "bring", str(forged), "--as", "thief", *league).code == 4
    seen = hanse("identity", "show", "mill", *league, "--json").json
    assert [one["delegate"] for one in seen["delegates"]] == [keys.address("gate")]
    ended = tmp_path / "end.json"
    hanse("identity", "delegate", "gate", "--as", "mill", "--machine", "M1", "--end", "--paper", str(ended), *league)
    hanse("identity", "bring", str(ended), "--as", "postman", *league)
    with open_ledger(data) as ledger:
        assert not ledger.identities.is_delegate(keys.address("mill"), sent["kind"], keys.address("gate"))
    stranger = hanse("identity", "delegate", "gate", "--as", "bank", "--of", "mill", "--paper", str(ended), *league)
    assert (stranger.code, "does not decide" in stranger.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "mil"),
        ("issue", "organisation", "mil", "--out", "x", "--claim", "a=1"),
        ("recover", "mil", "--as", "bank", "--to", "fresh"),
    ],
)
def test_a_misspelt_name_is_nobody_and_the_refusal_says_who_is_there(data: Path, words: tuple[str, ...]) -> None:
    done = hanse("identity", *words, "--data", str(data))
    assert done.code == 2
    assert "nobody here is called 'mil'" in done.err
    assert all(office in done.err for office in ("admin", "notary", "coordinator", "second arbiter"))
    assert not Path("x").exists()


def test_whoever_is_there_is_found_by_name(data: Path) -> None:
    keys = KeyRing(data / "secret")
    anna = Account.create().address
    with open_ledger(data) as ledger:
        people = People(ledger.database, SystemClock(), 2)
        people.join(people.invite(anna, ["customer"], ""), "Anna", anna, None, lambda: None)
    seen = hanse("identity", "show", "Anna", "--data", str(data), "--json").json
    assert seen["document"]["id"].lower().endswith(anna.lower()), "an account of the service"
    for name in ("mill", "notary", "treasury"):
        seen = hanse("identity", "show", name, "--data", str(data), "--json").json
        assert seen["document"]["id"].lower().endswith(keys.address(name).lower())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "cat", "mill", "--out", "x", "--claim", "a=1"), "there are no credentials of 'cat'"),
        (("show", "did:web:example.org"), "no identifier that can be resolved here"),
        (("recover", "mill", "--as", "mill"), "one of --to, --finish and --cancel"),
        (("revoke", f"0x{1:064x}"), "whom is it about?"),
    ],
)
def test_what_cannot_be_is_said_in_words(data: Path, words: tuple[str, ...], said: str) -> None:
    done = hanse("identity", *words, "--data", str(data))
    assert done.code == 2
    assert said in done.err
