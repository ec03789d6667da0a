"""The parts of the service by themselves: errors, accounts, sessions, wallets, keystores, limits."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from siwe import SiweMessage

import hanse
from hanse.app.api import keystore, problems
from hanse.app.api.limits import Limiter, Limits, SharedLimiter
from hanse.app.api.live import Hub
from hanse.app.api.once import Once
from hanse.app.api.people import People
from hanse.app.api.problems import Conflict, NotAllowed, NotSignedIn
from hanse.app.api.questions import Questions
from hanse.app.api.sessions import SESSION_SECONDS, Sessions, csrf_of
from hanse.app.api.settings import ServeSettings
from hanse.app.api.unlocked import KEY_SECONDS, InDatabase, InMemory
from hanse.app.api.wallets import SECONDS, Wallets
from hanse.app.client import Refused
from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.database import Database
from hanse.ledger.lookup.changes import Change
from hanse.ledger.opening import open_database

WORK = 2**10
PHRASE = "four words are easy to keep"
SECRET = b"what no database holds"


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
def database(tmp_path: Path, address: str | None) -> Iterator[Database]:
    made = open_database(tmp_path, address)
    yield made
    made.close()


@pytest.fixture
def people(database: Database, clock: Still) -> People:
    return People(database, clock, WORK)


# --- the stream of changes ----------------------------------------------------------------------------------------


def test_a_stream_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.app.api.live.HEARTBEAT_SECONDS", 0.01)
    heights: list[int | EnvironmentFault] = [EnvironmentFault("away"), EnvironmentFault("away"), 6]

    def height() -> int:
        now = heights.pop(0)
        if isinstance(now, EnvironmentFault):
            raise now
        return now

    async def read() -> list[bytes]:
        stream = Hub(lambda since: (Change("order", str(since)),), height).stream(4)
        return [await anext(stream) for _ in range(4)]

    hello, *silence, change = asyncio.run(read())
    assert b"id: 4\n" in hello
    assert b"id: 6\n" in change
    assert b"/api/v1/orders/4" in change
    assert silence == [b": still here\n\n"] * 2


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
        if kind not in (HanseError, Refused):
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


def wallets(clock: Still, database: Database) -> Wallets:
    chain: Any = EmptyChain
    once = Once(database, clock, SECRET)
    return Wallets("league.example", "https://league.example", "Hanse", 4219, clock, chain, once)


class EmptyChain:
    """On which no account is a contract."""

    def code(self, address: str) -> bytes:
        del address
        return b""


def test_what_a_wallet_signs_is_eip_4361_by_another_implementations_word(clock: Still, database: Database) -> None:
    wallet = Account.create()
    message = wallets(clock, database).message(wallet.address)
    read = SiweMessage.from_message(message)
    assert (read.domain, read.address, read.chain_id) == ("league.example", wallet.address, 4219)
    assert str(read.uri).rstrip("/") == "https://league.example"
    assert read.prepare_message() == message
    signature = wallet.sign_message(encode_defunct(text=message)).signature.hex()
    read.verify("0x" + signature.removeprefix("0x"), domain="league.example", nonce=read.nonce)


def signed_by(wallet: Any, message: str) -> str:
    return "0x" + bytes(wallet.sign_message(encode_defunct(text=message)).signature).hex()


def test_a_message_is_good_once_and_for_a_while(clock: Still, database: Database) -> None:
    made, wallet = wallets(clock, database), Account.create()

    def signed(message: str) -> str:
        return signed_by(wallet, message)

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


def test_a_message_is_taken_back_once_by_whichever_server_of_the_league(clock: Still, database: Database) -> None:
    wallet = Account.create()
    message = wallets(clock, database).message(wallet.address)
    assert wallets(clock, database).signed_in(message, signed_by(wallet, message)) == wallet.address
    with pytest.raises(NotSignedIn, match="used before"):
        wallets(clock, database).signed_in(message, signed_by(wallet, message))
    assert database.rows("SELECT count(*) FROM api_spent") == [(1,)]
    clock.time += SECONDS
    other = wallets(clock, database).message(wallet.address)
    wallets(clock, database).signed_in(other, signed_by(wallet, other))
    assert database.rows("SELECT count(*) FROM api_spent") == [(1,)]  # what is over is forgotten


def test_strangers_who_ask_for_thousands_of_messages_push_nobodys_out(clock: Still, database: Database) -> None:
    made, wallet = wallets(clock, database), Account.create()
    message = made.message(wallet.address)
    for _ in range(1_000):
        made.message(Account.create().address if _ == 0 else wallet.address)
    assert database.rows("SELECT count(*) FROM api_spent") == [(0,)]
    assert made.signed_in(message, signed_by(wallet, message)) == wallet.address


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("league.example wants", "thief.example wants"),
        ("Chain ID: 4219", "Chain ID: 1"),
        ("URI: https://league", "URI: https://thief"),
        ("Nonce: 1", "Nonce: 2"),
        ("This costs nothing", "This costs all\nYou"),
        ("x", "x0"),
    ],
)
def test_a_message_that_was_changed_is_not_ours(clock: Still, database: Database, before: str, after: str) -> None:
    made, wallet = wallets(clock, database), Account.create()
    message = made.message(wallet.address)
    changed = message.replace(before, after, 1)
    assert changed != message
    with pytest.raises(NotSignedIn, match="not handed out here"):
        made.signed_in(changed, signed_by(wallet, changed))


def test_a_message_for_one_account_signs_nobody_else_in(clock: Still, database: Database) -> None:
    made, thief, victim = wallets(clock, database), Account.create(), Account.create()
    message = made.message(thief.address).replace(thief.address, victim.address, 1)
    with pytest.raises(NotSignedIn, match="not handed out here"):
        made.signed_in(message, signed_by(thief, message))


def test_a_message_of_another_league_is_not_ours(clock: Still, database: Database) -> None:
    wallet, chain = Account.create(), EmptyChain
    theirs: Any = Wallets(
        "league.example", "https://league.example", "Hanse", 4219, clock, chain,  # type: ignore[arg-type]
        Once(database, clock, b"another secret"),
    )  # fmt: skip
    message = theirs.message(wallet.address)
    with pytest.raises(NotSignedIn, match="not handed out here"):
        wallets(clock, database).signed_in(message, signed_by(wallet, message))


def test_a_question_is_answered_once_by_its_reader_and_in_time(clock: Still, database: Database) -> None:
    first, second = (Questions(clock, Once(database, clock, SECRET)) for _ in range(2))
    nonce, until = first.ask("0xA")
    assert until == clock.time + SECONDS
    assert not second.answered("0xB", nonce)  # which uses nothing up
    assert second.answered("0xA", nonce)
    assert not first.answered("0xA", nonce)
    late, _ = first.ask("0xA")
    longer = late.replace(str(until), str(until + 1), 1)
    assert not first.answered("0xA", longer)
    clock.time += SECONDS
    assert not first.answered("0xA", late)
    assert not first.answered("0xA", "rubbish")


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


@pytest.fixture(params=["memory", "database"])
def sessions(request: pytest.FixtureRequest, database: Database, clock: Still) -> Sessions:
    """As one server has them, and as several share them."""
    return Sessions(database, clock, InMemory(clock) if request.param == "memory" else shared(database, clock))


def shared(database: Database, clock: Still) -> InDatabase:
    return InDatabase(database, clock, SECRET)


def test_a_session_ends_by_itself_and_its_key_before(sessions: Sessions, database: Database, clock: Still) -> None:
    key = keystore.create()
    token = sessions.open(key.address, key)
    assert token not in repr(database.rows("SELECT * FROM api_sessions"))
    session = sessions.find(token)
    assert session is not None
    assert sessions.key(session) == key
    clock.time += KEY_SECONDS - 1
    assert sessions.key(session) == key  # used, so it stays
    clock.time += KEY_SECONDS - 1
    assert sessions.key(session) == key
    clock.time += KEY_SECONDS + 1
    assert sessions.key(session) is None
    assert sessions.find(token) == session
    clock.time += SESSION_SECONDS
    assert sessions.find(token) is None


def test_a_key_ends_with_its_session(sessions: Sessions, database: Database) -> None:
    key = keystore.create()
    session = sessions.find(sessions.open(key.address, key))
    assert session is not None
    sessions.close(session)
    assert sessions.key(session) is None
    assert database.rows("SELECT * FROM api_unlocked") == []


def test_another_process_finds_the_session_and_not_the_key(database: Database, clock: Still) -> None:
    key = keystore.create()
    token = Sessions(database, clock, InMemory(clock)).open(key.address, key)
    after = Sessions(database, clock, InMemory(clock))
    session = after.find(token)
    assert session is not None
    assert after.key(session) is None


def test_of_several_servers_each_finds_session_and_key(database: Database, clock: Still) -> None:
    key, made = keystore.create(), [Sessions(database, clock, shared(database, clock)) for _ in range(2)]
    session = made[1].find(made[0].open(key.address, key))
    assert session is not None
    assert made[1].key(session) == key
    made[1].close(session)
    assert made[0].key(session) is None


def test_a_key_in_the_database_opens_for_its_own_session_and_league_only(database: Database, clock: Still) -> None:
    ada, eve = keystore.create(), keystore.create()
    made = Sessions(database, clock, shared(database, clock))
    hers, mine = (made.find(made.open(one.address, one)) for one in (ada, eve))
    assert hers is not None
    assert mine is not None
    stolen = repr(database.rows("SELECT * FROM api_unlocked")) + repr(database.rows("SELECT * FROM api_sessions"))
    for text in (bytes(ada.key).hex(), str(bytes(ada.key))[2:-1], hers.token):
        assert text not in stolen
    assert InDatabase(database, clock, b"of another league").get(hers.id, hers.token) is None
    # Whoever can write the database puts her sealed key into a session of its own.
    database.write(
        "UPDATE api_unlocked SET sealed = (SELECT sealed FROM api_unlocked WHERE session = ?) WHERE session = ?",
        (hers.id, mine.id),
    )
    assert made.key(mine) is None
    assert made.key(replace(hers, token=mine.token)) is None
    assert made.key(hers) == ada


def test_a_csrf_token_is_of_one_session(database: Database, clock: Still) -> None:
    sessions = Sessions(database, clock, InMemory(clock))
    one, other = sessions.open("0xA", None), sessions.open("0xA", None)
    assert csrf_of(one) != csrf_of(other)
    assert one not in csrf_of(one)


# --- limits and settings ----------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "database"])
def limiter(request: pytest.FixtureRequest, database: Database, clock: Still) -> Limits:
    return Limiter(clock) if request.param == "memory" else SharedLimiter(database, clock)


def test_a_bucket_empties_fills_again_and_is_its_owners(limiter: Limits, clock: Still) -> None:
    assert [limiter.hit(3, "a") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(3, "b")
    assert limiter.hit(3, "a", "b")
    clock.time += 20  # a third of a minute
    assert [limiter.hit(3, "a") for _ in range(2)] == [True, False]


def test_several_servers_empty_one_bucket_and_forget_full_ones(database: Database, clock: Still) -> None:
    first, second = SharedLimiter(database, clock), SharedLimiter(database, clock)
    assert [one.hit(2, "a") for one in (first, second, first, second)] == [True, True, False, False]
    clock.time += 61
    assert second.hit(2, "b")
    assert database.rows("SELECT count(*) FROM api_buckets") == [(1,)]


@pytest.mark.parametrize("public", ["league.example", "ftp://league.example", "https://league.example/path"])
def test_an_address_nobody_could_type_is_refused(tmp_path: Path, public: str) -> None:
    with pytest.raises(InputError):
        ServeSettings(tmp_path, public=public)


def test_cookies_are_secure_where_the_address_is() -> None:
    assert ServeSettings(Path(), public="https://league.example/").https
    assert ServeSettings(Path(), public="https://league.example/").domain == "league.example"
    assert not ServeSettings(Path()).https
    assert ServeSettings(Path(), host="::1").origin == "http://[::1]:8080"
