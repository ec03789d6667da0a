"""Handing sealed readings on, whatever happens on the way: a service that is away, that refuses, or that forgot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest
from eth_account import Account

from hanse.app.forwarding import Forwarder
from hanse.app.gateway import ServiceSettings, Settings, seal
from hanse.errors import EnvironmentFault, HanseError
from hanse.telemetry.forward import MOST_READINGS
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading

KEY = Account.from_key(b"\7" * 32)
GATE = Gate({"line": frozenset({"M1"})})
ADDRESS = "0x" + "a1" * 20


class Hearer:
    """A server that hears parcels over a real socket, and answers as it is told to."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.refuses: tuple[int, str] | None = None
        hearer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = msgspec.json.decode(self.rfile.read(int(self.headers["content-length"])))
                if hearer.refuses is not None:
                    status, title = hearer.refuses
                    told = {"type": "", "title": title, "status": status, "detail": title, "where": "", "hint": "",
                            "request": ""}  # fmt: skip
                else:
                    status, number = 200, body["seal"]["number"]
                    hearer.heard.append(number)
                    told = {"gateway": KEY.address, "seal": number, "stored": len(body["readings"]), "known": 0,
                            "refused": 0, "newest": number}  # fmt: skip
                data = msgspec.json.encode(told)
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.send_header("content-type", "application/json" if status < 400 else "application/problem+json")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hearer() -> Iterator[Hearer]:
    made = Hearer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "t.db", member="E1", chain_id=7)
    yield made
    made.close()


def settings(url: str) -> Settings:
    return Settings("E1", {"line": ["M1"]}, 7, service=ServiceSettings(url, ADDRESS, ADDRESS))


def forwarder(journal: Journal, url: str) -> Forwarder:
    made = settings(url).service
    assert made is not None
    return Forwarder(made, journal, KEY)


def says(journal: Journal, first: int, count: int = 1) -> None:
    journal.add((Reading("line", "M1", "Power", at, at) for at in range(first, first + count)), GATE, 1 << 40)


def test_every_seal_is_handed_on_once_and_in_its_order(journal: Journal, hearer: Hearer) -> None:
    for first in range(3):
        says(journal, first)
        seal(settings(hearer.url), journal, KEY, 9)
    for _ in range(2):  # a process after the other
        one = forwarder(journal, hearer.url)
        one.forward()
        one.close()
    assert hearer.heard == [1, 2, 3]


def test_another_service_gets_all_from_the_beginning(journal: Journal, hearer: Hearer) -> None:
    says(journal, 0)
    seal(settings(hearer.url), journal, KEY, 9)
    forwarder(journal, hearer.url).forward()
    other = Hearer()
    forwarder(journal, other.url).forward()
    other.server.shutdown()
    other.server.server_close()
    assert (hearer.heard, other.heard) == ([1], [1])


def test_what_is_handed_on_is_sealed_in_parcels(journal: Journal, hearer: Hearer) -> None:
    says(journal, 0, MOST_READINGS + 1)
    assert [one.seal.count for one in seal(settings(hearer.url), journal, KEY, 9)] == [MOST_READINGS, 1]
    forwarder(journal, hearer.url).forward()
    assert hearer.heard == [1, 2]


def test_a_seal_from_before_that_is_too_large_is_left_out(journal: Journal, hearer: Hearer) -> None:
    says(journal, 0, MOST_READINGS + 1)
    journal.seal(KEY, 9)
    says(journal, 9_000)
    journal.seal(KEY, 9)
    one = forwarder(journal, hearer.url)
    one.forward()
    assert (hearer.heard, one.sent, one.skipped) == ([2], 1, 1)


@pytest.mark.parametrize("status", [403, 409, 429, 503])
def test_what_is_refused_now_is_tried_again(journal: Journal, hearer: Hearer, status: int) -> None:
    says(journal, 0)
    journal.seal(KEY, 9)
    hearer.refuses = status, "not now"
    one = forwarder(journal, hearer.url)
    with pytest.raises(HanseError, match="not now"):
        one.forward()
    hearer.refuses = None
    one.forward()
    assert (hearer.heard, one.sent) == ([1], 1)


def test_a_service_that_is_away_holds_nobody_up_and_gets_all_when_it_is_back(journal: Journal, hearer: Hearer) -> None:
    url = hearer.url
    hearer.server.shutdown()
    hearer.server.server_close()
    one, over = forwarder(journal, url), threading.Event()
    says(journal, 0)
    journal.seal(KEY, 9)
    with pytest.raises(EnvironmentFault, match="does not answer"):
        one.forward()
    thread = threading.Thread(target=one.run, args=[over.is_set])
    thread.start()
    until = time.monotonic() + 10
    while not one.trouble and time.monotonic() < until:
        time.sleep(0.02)
    assert "does not answer" in one.trouble
    over.set()
    begun = time.monotonic()
    thread.join(10)
    assert time.monotonic() - begun < 5
    assert journal.notes("forwarded/") == {}
