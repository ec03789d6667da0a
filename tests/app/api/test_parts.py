"""The parts of the service by themselves: errors, accounts, sessions, wallets, keystores, limits."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from siwe import SiweMessage

import hanse
from hanse.app.api import keystore, problems
from hanse.app.api.limits import Limiter
from hanse.app.api.people import People
from hanse.app.api.problems import Conflict, NotAllowed, NotSignedIn
from hanse.app.api.sessions import KEY_SECONDS, SESSION_SECONDS, Sessions, csrf_of
from hanse.app.api.settings import ServeSettings
from hanse.app.api.wallets import SECONDS, Wallets
from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.database import Database

WORK = 2**10
PHRASE = "four words are easy to keep"


class Still:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def now(self) -> float:
        return self.time

    def elapsed(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "ledger.sqlite3")
    yield made
    made.close()


@pytest.fixture
def people(database: Database, clock: Still) -> People:
    return People(database, clock, WORK)


# --- errors -----------------------------------------------------------------------------------------------------


def test_every_error_of_hanse_has_a_status_and_none_is_a_fault_of_ours() -> None:
    """The whole tree, wherever in the package a leaf grows."""
    for module in pkgutil.walk_packages(hanse.__path__, "hanse."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    left, kinds = [HanseError], set()
    while left:
        kind = left.pop()
        kinds.add(kind)
        left += kind.__subclasses__()
    assert len(kinds) > 12
    for kind in kinds:
        if kind is not HanseError and kind.__module__ != "hanse.app.client":
            nearest = next(one for one in kind.__mro__ if one in problems.STATUSES)
            assert nearest is not HanseError, f"{kind.__name__} is of no kind that has a status"
        error = kind.__new__(kind)
        status, title = problems.status_of(error)
        assert 400 <= status < 500 or status == 503
        assert title


def test_a_problem_says_what_where_and_what_to_do_but_not_where_on_this_machine() -> None:
    told = problems.problem(InputError("too long", where="name", hint="shorten it"), "42")
    assert (told["detail"], told["where"], told["hint"], told["request"]) == ("too long", "name", "shorten it", "42")
    assert problems.problem(EnvironmentFault("the disk is full", where="/srv/hanse/ledger"), "42")["where"] == ""
    assert problems.problem(Reverted("refused", b"", where="order 7"), "42")["where"] == "order 7"


# --- wallets ----------------------------------------------------------------------------------------------------


def wallets(clock: Still) -> Wallets:
    return Wallets("league.example", "https://league.example", "Hanse", 4219, clock)


def test_what_a_wallet_signs_is_eip_4361_by_another_implementations_word(clock: Still) -> None:
    wallet = Account.create()
    message = wallets(clock).message(wallet.address)
    read = SiweMessage.from_message(message)
    assert (read.domain, read.address, read.chain_id) == ("league.example", wallet.address, 4219)
    assert str(read.uri).rstrip("/") == "https://league.example"
    assert read.prepare_message() == message
    signature = wallet.sign_message(encode_defunct(text=message)).signature.hex()
    read.verify("0x" + signature.removeprefix("0x"), domain="league.example", nonce=read.nonce)


def test_a_message_is_good_once_and_for_a_while(clock: Still) -> None:
    made, wallet = wallets(clock), Account.create()

    def signed(message: str) -> str:
        return "0x" + bytes(wallet.sign_message(encode_defunct(text=message)).signature).hex()

    message = made.message(wallet.address)
    assert made.signed_in(message, signed(message)) == wallet.address
    with pytest.raises(NotSignedIn, match="used before"):
        made.signed_in(message, signed(message))
    late = made.message(wallet.address)
    clock.time += SECONDS
    with pytest.raises(NotSignedIn, match="time"):
        made.signed_in(late, signed(late))
    wrong = made.message(wallet.address)
    for signature in ("0x" + "00" * 65, "0x", "0x1234", "rubbish"):
        with pytest.raises(NotSignedIn):
            made.signed_in(wrong, signature)
    with pytest.raises(NotSignedIn, match="used before"):  # one try each
        made.signed_in(wrong, signed(wrong))


# --- managed keys -----------------------------------------------------------------------------------------------


def test_a_keyfile_opens_with_its_pass_phrase_here_and_in_any_wallet() -> None:
    key = keystore.create()
    file = keystore.lock(key, PHRASE, WORK)
    assert key.key.hex().removeprefix("0x") not in file
    assert keystore.unlock(file, PHRASE) == key
    assert keystore.unlock(file, PHRASE + "!") is None
    assert Account.from_key(Account.decrypt(file, PHRASE)) == key
    with pytest.raises(InputError, match="at least 12"):
        keystore.lock(key, "too short", WORK)


def test_a_recovery_code_is_read_as_people_type_it() -> None:
    key, code = keystore.create(), keystore.new_code()
    file = keystore.lock_with_code(key, code)
    assert keystore.unlock(file, keystore.plain_code(f" {code.lower().replace('-', ' ')} ")) == key
    assert code in keystore.sheet("Hanse", "https://x", "Ada", key.address, code)


# --- accounts ---------------------------------------------------------------------------------------------------


def test_an_invitation_is_kept_as_a_hash_works_once_and_ends(people: People, database: Database, clock: Still) -> None:
    code = people.invite("", ["coordinator"], "", 100)
    assert code not in repr(database.rows("SELECT * FROM api_invitations"))
    assert people.offices(code) == ("coordinator",)
    joined: list[str] = []
    people.join(code, "Ada", "0xA", ("file", "other"), lambda: joined.append("granted"))
    assert joined == ["granted"]
    with pytest.raises(NotAllowed):
        people.join(code, "Bob", "0xB", None, lambda: None)
    late = people.invite("", [], "", 100)
    clock.time += 100
    with pytest.raises(NotAllowed):
        people.offices(late)


def test_who_cannot_be_granted_has_not_joined(people: People) -> None:
    code = people.invite("", ["notary"], "", 100)

    def refuse() -> None:
        raise EnvironmentFault("the disk is full")

    with pytest.raises(EnvironmentFault):
        people.join(code, "Ada", "0xA", None, refuse)
    assert people.account("0xA") is None
    people.join(code, "Ada", "0xA", None, lambda: None)


def test_names_are_unique_whatever_their_case(people: People) -> None:
    people.join(people.invite("", [], "", 9), "Ada", "0xA", None, lambda: None)
    with pytest.raises(Conflict):
        people.join(people.invite("", [], "", 9), "ADA", "0xB", None, lambda: None)


# --- sessions ---------------------------------------------------------------------------------------------------


def test_a_session_ends_by_itself_and_its_key_before(database: Database, clock: Still) -> None:
    sessions, key = Sessions(database, clock), keystore.create()
    token = sessions.open(key.address, key)
    assert token not in repr(database.rows("SELECT * FROM api_sessions"))
    session = sessions.find(token)
    assert session is not None
    assert sessions.key(session) == key
    clock.time += KEY_SECONDS - 1
    assert sessions.key(session) == key  # used, so it stays
    clock.time += KEY_SECONDS + 1
    assert sessions.key(session) is None
    assert sessions.find(token) == session
    clock.time += SESSION_SECONDS
    assert sessions.find(token) is None


def test_another_process_finds_the_session_and_not_the_key(database: Database, clock: Still) -> None:
    key = keystore.create()
    token = Sessions(database, clock).open(key.address, key)
    after = Sessions(database, clock)
    session = after.find(token)
    assert session is not None
    assert after.key(session) is None


def test_a_csrf_token_is_of_one_session(database: Database, clock: Still) -> None:
    sessions = Sessions(database, clock)
    one, other = sessions.open("0xA", None), sessions.open("0xA", None)
    assert csrf_of(one) != csrf_of(other)
    assert one not in csrf_of(one)


# --- limits and settings ----------------------------------------------------------------------------------------


def test_a_bucket_empties_fills_again_and_is_its_owners(clock: Still) -> None:
    limiter = Limiter(clock)
    assert [limiter.hit(3, "a") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(3, "b")
    clock.time += 20  # a third of a minute
    assert [limiter.hit(3, "a") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("public", ["league.example", "ftp://league.example", "https://league.example/path"])
def test_an_address_nobody_could_type_is_refused(tmp_path: Path, public: str) -> None:
    with pytest.raises(InputError):
        ServeSettings(tmp_path, public=public)


def test_cookies_are_secure_where_the_address_is() -> None:
    assert ServeSettings(Path(), public="https://league.example/").https
    assert ServeSettings(Path(), public="https://league.example/").domain == "league.example"
    assert not ServeSettings(Path()).https
    assert ServeSettings(Path(), host="::1").origin == "http://[::1]:8080"
