"""A client whose service, or the proxy before it, is away for a moment asks again where that does nothing twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hanse.app.client import Client, Refused
from hanse.app.client import connection as asking
from hanse.errors import EnvironmentFault
from tests.app.api.house import PHRASE, House, house, until

CUT_OFF = 0
"""The connection ends before there is an answer."""


class Street:
    """A proxy in front of a service that says no more than whether it lives. away: what it answers next instead, as
    often as it stands there; asked: what reached it, with the keys of writes."""

    def __init__(self) -> None:
        self.away: list[int] = []
        self.asked: list[tuple[str, str]] = []
        street = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                street.asked.append((f"{self.command} {self.path}", self.headers.get("Idempotency-Key", "")))
                self.rfile.read(int(self.headers.get("content-length", 0)))
                status = street.away.pop(0) if street.away else 200
                if status == CUT_OFF:
                    self.close_connection = True
                    return
                problem = {
                    "type": "",
                    "title": "",
                    "status": 409,
                    "detail": "no",
                    "where": "",
                    "hint": "",
                    "request": "",
                }
                data = b"<html>Bad Gateway</html>" if status > 500 else json.dumps(problem).encode()
                self.send_response(status)
                self.send_header("content-type", "text/html" if status > 500 else "application/problem+json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def street() -> Iterator[Street]:
    made = Street()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client(street: Street) -> Iterator[Client]:
    """Somebody whom the service has answered before."""
    with Client(street.url) as made:
        made._ask("GET", "league")
        street.asked.clear()
        yield made


@pytest.mark.parametrize("away", [CUT_OFF, 502, 503, 504])
def test_a_question_is_asked_again_until_it_is_answered(street: Street, client: Client, away: int) -> None:
    street.away += [away, away]
    client._ask("GET", "orders")
    assert street.asked == [("GET /api/v1/orders", "")] * 3


@pytest.mark.parametrize("away", [CUT_OFF, 502, 503, 504])
def test_a_write_is_asked_again_under_the_same_key(street: Street, client: Client, away: int) -> None:
    street.away += [away]
    client._ask("POST", "orders", json={}, headers={"Idempotency-Key": "one"})
    assert street.asked == [("POST /api/v1/orders", "one")] * 2


@pytest.mark.parametrize("away", [CUT_OFF, 502])
def test_what_could_be_done_twice_is_not_asked_again(street: Street, client: Client, away: int) -> None:
    street.away += [away]
    with pytest.raises(EnvironmentFault):
        client._ask("POST", "invitations", json={})
    assert len(street.asked) == 1


def test_what_the_service_refuses_is_refused_at_once(street: Street, client: Client) -> None:
    street.away += [409]
    with pytest.raises(Refused):
        client._ask("GET", "orders")
    street.away += [500]  # of whoever it is: nobody is away
    with pytest.raises(Refused):
        client._ask("GET", "orders")
    assert len(street.asked) == 2


def test_whoever_was_never_answered_hears_at_once_that_nobody_is_there(street: Street) -> None:
    street.away += [502]
    with Client(street.url) as stranger, pytest.raises(EnvironmentFault, match=r"no Hanse service \(status 502\)"):
        stranger._ask("GET", "league")
    assert len(street.asked) == 1


def test_there_is_an_end_to_it(street: Street, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "AGAIN_SECONDS", 0.5)
    street.away += [502] * 1000
    with pytest.raises(EnvironmentFault, match="status 502"):
        client._ask("GET", "orders")
    assert 2 < len(street.asked) < 20


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("away")) as at:
        yield at


def test_a_write_while_the_service_is_killed_and_started_again_is_there_once(
    service: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AGAIN_SECONDS", 120.0)  # other tests keep the machine busy
    ada = service.coordinator()
    ada.set_services(["milling"])
    ada.add_product("gearbox", "Gearbox", ["milling"])
    ada.sign_out()
    customer, key = service.client(), "0x" + "5e" * 32  # a wallet: no restart locks it
    ada.sign_in("Ada", PHRASE)
    customer.sign_in_with_key(key, invitation=ada.invite("customer"), name="Customer")
    over = threading.Event()

    def fall_over() -> None:
        while not over.wait(1.0):
            service.kill()
            service.start()

    falling = threading.Thread(target=fall_over)
    falling.start()
    try:
        placed = [customer.place_order(product=1, quantity=1, deposit=0, job=f"J{i}") for i in range(5)]
    finally:
        over.set()
        falling.join()
    assert sorted(one.result["order"] for one in placed) == [1, 2, 3, 4, 5]
    until(lambda: sorted(one.number for one in customer.orders()) == [1, 2, 3, 4, 5])
