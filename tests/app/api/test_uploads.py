"""Drawings beside orders and words about work: what is taken, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanse.app import documents
from hanse.app.api import reading
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere, TooMuch, TooOften
from hanse.app.api.service import Service, open_service
from hanse.app.api.sessions import Session
from hanse.app.api.settings import ServeSettings
from hanse.app.api.uploads import DAY, DAY_BYTES, MOST_BYTES, Uploads, kind_of
from hanse.app.client import Client, Refused
from hanse.errors import InputError
from hanse.ledger.content import ContentStore
from hanse.ledger.opening import open_database
from hanse.model.canonical import canonical, digest
from tests.app.api.house import Town

STEP = b"ISO-10303-21;\nHEADER;\n"
TRIANGLE = b"\0" * 80 + (1).to_bytes(4, "little") + b"\0" * 50

GOOD = {
    "a.pdf": b"%PDF-1.7\n",
    "a.step": STEP,
    "A.STP": b"\xef\xbb\xbf" + STEP,
    "a.dxf": b"999\r\nmade by hand\r\n  0\r\nSECTION\r\n",
    "b.dxf": b"AutoCAD Binary DXF\r\n\x1a\x00",
    "a.stl": b"solid part\n facet normal 0 0 1\n",
    "b.stl": TRIANGLE,
    "a.png": b"\x89PNG\r\n\x1a\n",
    "a.jpg": b"\xff\xd8\xff\xe0",
    "a.jpeg": b"\xff\xd8\xff\xe0",
    "a.svg": b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg">',
}

BAD = {
    "a.zip": b"PK\x03\x04",
    "a": STEP,
    "a.exe": b"MZ",
    "a.html": b"<html><script>alert(1)</script>",
    "page.svg": b"<html><svg>",
    "a.pdf": b"MZ\x90\0 %PDF-1.7",
    "a.step": b"<html>",
    "a.stl": TRIANGLE + b"\0",
    "a.png": b"\xff\xd8\xff\xe0",
    "a.pdf.exe": b"%PDF-1.7\n",
    "empty.pdf": b"",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_drawing_is_known_by_its_name_and_its_bytes(name: str) -> None:
    assert kind_of(name, GOOD[name]) in ("pdf", "step", "dxf", "stl", "png", "jpg", "svg")


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_drawing_is_refused_whatever_it_says(name: str) -> None:
    with pytest.raises(InputError):
        kind_of(name, BAD[name])


def test_a_file_has_a_largest_size() -> None:
    assert kind_of("a.pdf", b"%PDF-".ljust(MOST_BYTES)) == "pdf"
    with pytest.raises(TooMuch):
        kind_of("a.pdf", b"%PDF-".ljust(MOST_BYTES + 1))


class Still:
    """A clock that is turned by hand."""

    time = 1_800_000_000.0

    def now(self) -> float:
        return self.time

    def elapsed(self) -> float:
        return self.time


@pytest.fixture
def uploads(tmp_path: Path) -> Iterator[tuple[Uploads, ContentStore, Still]]:
    database, clock = open_database(tmp_path), Still()
    yield Uploads(database, clock), ContentStore(tmp_path / "contents"), clock
    database.close()


def test_an_account_sends_so_much_a_day_and_goes_on_the_next(uploads: tuple[Uploads, ContentStore, Still]) -> None:
    sent, store, clock = uploads
    for i in range(DAY_BYTES // MOST_BYTES):
        sent.take(store, "0xA", f"{i}.pdf", f"%PDF-{i}".encode().ljust(MOST_BYTES))
    with pytest.raises(TooOften):
        sent.take(store, "0xA", "more.pdf", b"%PDF-more")
    with pytest.raises(TooOften):
        sent.say(store, "0xA", "and words count as files do")
    sent.take(store, "0xB", "other.pdf", b"%PDF-more")
    clock.time += DAY + 1
    sent.take(store, "0xA", "more.pdf", b"%PDF-more")
    assert len(list((store.directory).rglob("*"))) > 25


def test_only_a_file_is_named_in_an_order(uploads: tuple[Uploads, ContentStore, Still]) -> None:
    sent, store, _ = uploads
    content = sent.take(store, "0xA", "a.pdf", b"%PDF-1").content
    assert sent.of("0xA", content) == (content, "a.pdf", 6)
    words = sent.say(store, "0xA", "crate 12")
    for account, name in (("0xB", content), ("0xA", words)):
        with pytest.raises(NotThere):
            sent.of(account, name)
    assert sent.by(words) == {"0xA"}


# --- on a service -----------------------------------------------------------------------------------------------


def test_a_drawing_is_read_by_whoever_sees_its_order(town: Town) -> None:
    customer = town["customer"]
    drawing = customer.upload("gear box.step", STEP + b"1")
    told = customer.place_order(product=1, quantity=1, deposit=0, drawing=drawing.content)
    number = int(told.result["order"])
    named = customer.order(number).asked["drawing"]
    assert named == {
        "content": drawing.content, "design": digest(STEP + b"1"), "file": "gear box.step", "bytes": len(STEP) + 1,
    }  # fmt: skip
    assert customer.rights.open(drawing.content) == STEP + b"1"
    for who in ("member", "stranger", "ada"):  # nobody was asked yet, and staff reads no drawings
        assert _status(town, who, drawing.content) == 404
    town["member"].rights.publish_key()
    customer.match(number)
    assert town["member"].rights.open(drawing.content) == STEP + b"1"
    assert _status(town, "stranger", drawing.content) == 404
    assert town["ada"].audit().ok


def test_a_drawing_is_given_out_as_a_file_that_no_browser_runs(town: Town) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    content = town["customer"].upload("evil.svg", svg).content
    answer = town["customer"]._http.get(f"/api/v1/contents/{content}")
    assert b"script" not in answer.content  # it is sealed
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_whoever_names_what_others_sent_reads_nothing(town: Town) -> None:
    """A hash is no secret: orders and deliveries of everybody are on the ledger."""
    secret = town["customer"].upload("secret.pdf", b"%PDF-secret").content
    stranger = town["stranger"]
    with pytest.raises(Refused) as refused:
        stranger.place_order(product=1, quantity=1, deposit=0, drawing=secret)
    assert refused.value.status == 404
    # By an order document of its own making, which it says as words, and would record past the service.
    asked = {**town["customer"].order(1).asked, "drawing": {"content": secret, "file": "x.pdf", "bytes": 1}}
    with pytest.raises(InputError, match="no pdf file"):
        stranger.upload("order.pdf", canonical(asked))
    assert _status(town, "stranger", secret) == 404


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [("a.zip", b"PK", 422), ("a.pdf", b"MZ", 422), ("../a.pdf", b"%PDF-", 422), ("a.pdf", b"", 422)],
)
def test_what_is_refused_changes_nothing(town: Town, name: str, data: bytes, status: int) -> None:
    with pytest.raises(Refused) as refused:
        town["lathe"]._send_file(name, data)
    assert refused.value.status == status


def test_a_file_beyond_the_limit_is_refused_with_the_limit(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town["lathe"]._send_file("a.pdf", b"%PDF-".ljust(MOST_BYTES + 1))
    assert refused.value.status == 413
    assert "4,000,000" in str(refused.value)


def test_files_are_sent_so_often_a_minute(town: Town) -> None:
    with town.house.client() as other:
        wallet = town["stranger"]._wallet
        assert wallet is not None
        other.sign_in_with_key(bytes(wallet.key).hex())
        headers = {"X-Hanse-CSRF": other._csrf}
        told = [other._http.post("/api/v1/contents?name=a.zip", content=b"PK", headers=headers) for _ in range(22)]
        assert {answer.status_code for answer in told} == {422, 429}
        assert other._http.post("/api/v1/contents?name=a.pdf", content=b"%PDF-").status_code == 403  # without its token


def test_what_is_said_is_read_by_the_parties_and_nobody_else(town: Town) -> None:
    evidence = town["ada"].agreement(1).milestones[0].evidence
    for who in ("customer", "lathe", "arbiter"):
        assert town[who].content(evidence) == b"done"
    assert _status(town, "stranger", evidence) == 404


REFUSED: dict[str, tuple[str, Callable[[Client, str], object]]] = {
    "a dispute of what was not delivered": ("customer", lambda one, words: one.dispute(1, 1, words)),
    "an appeal against no ruling": (
        "customer", lambda one, words: one._write("POST", "agreements/1/milestones/0/appeal", {"words": words}),
    ),
    "a second delivery": ("member", lambda one, words: one.deliver(1, 0, words)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_said_with_a_write_that_the_contract_refuses_is_not_kept(town: Town, what: str) -> None:
    name, write = REFUSED[what]
    before, words = _contents(town), f"said with {what}"
    with pytest.raises(Refused) as refused:
        write(town[name], words)
    assert (refused.value.status, "the contract refused" in str(refused.value)) == (409, True)
    assert _status(town, name, digest(words.encode())) == 404  # of what it said it would read it
    assert _contents(town) == before


def test_what_a_member_says_of_itself_is_not_kept_if_the_contract_refuses_it(town: Town) -> None:
    before = _contents(town)
    with pytest.raises(Refused, match="the contract refused"):  # it is registered, and changes what it offers otherwise
        town["member"].register("E9", "Another name", ["milling"])
    assert _contents(town) == before


def _contents(town: Town) -> set[str]:
    return {one.name for one in (town.house.data / "content").glob("*/*")}


def _status(town: Town, who: str, content: str) -> int:
    return int(town[who]._http.get(f"/api/v1/contents/{content}").status_code)


def test_an_order_that_was_recorded_past_the_service_shows_its_maker_nothing_of_others(tmp_path: Path) -> None:
    """Anybody can write any hash on the ledger with a wallet; a document that names another's drawing may lie here."""
    with open_service(ServeSettings(tmp_path / "league", scrypt=2**12)) as service:
        league, store = service.ledger.league, service.content
        secret = service.uploads.take(store, league.address("customer/honest"), "a.pdf", b"%PDF-secret").content
        league.add_product(1, store.put(b"product"), key="product").wait()
        for who in ("honest", "evil"):
            asked = documents.specification(
                job=who, customer=who, product="p", quantity=1, release=0, due=None, weight=1, budget=None,
                min_quality=None, origin=None, destination=None, drawing={"content": secret, "file": "a.pdf"},
            )  # fmt: skip
            league.place(f"customer/{who}", 1, 1, store.put(asked), 0, 0, key=who).wait()
        service.ledger.sync()
        assert reading.sight.may_read(_caller(service, "honest"), secret)
        assert not reading.sight.may_read(_caller(service, "evil"), secret)


def _caller(service: Service, who: str) -> Caller:
    address = service.league.address(f"customer/{who}")
    return Caller(service, Session("", address), "", who, False, frozenset())
