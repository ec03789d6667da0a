"""The gate in front of a small application: what it lets through, and what it answers instead."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from hanse.app.api.gate import Gate
from hanse.app.api.limits import Limiter
from hanse.app.api.settings import ServeSettings
from hanse.clock import SystemClock

SECRET = "what a bug would say"


async def small(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body; slow and broken where the path says so."""
    if scope["path"] == "/slow":
        await asyncio.sleep(60)
    if scope["path"] == "/broken":
        raise ValueError(SECRET)
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def ask(path: str, *, method: str = "GET", times: int = 1, content: bytes = b"", **headers: str) -> httpx.Response:
    """The last of so many answers, from a gate that is strict."""
    settings = ServeSettings(
        Path(), public="https://league.example", seconds=0.2, body_bytes=100, per_minute=5, proxied=True
    )
    gate = Gate(small, settings, Limiter(SystemClock()), CollectorRegistry())

    async def all_of_them() -> httpx.Response:
        transport = httpx.ASGITransport(gate)
        async with httpx.AsyncClient(transport=transport, base_url="https://league.example") as client:
            for _ in range(times - 1):
                await client.request(method, path, content=content, headers=headers)
            return await client.request(method, path, content=content, headers=headers)

    return asyncio.run(all_of_them())


def test_what_is_in_order_passes_and_is_dressed() -> None:
    answer = ask("/", method="POST", content=b"x" * 100)
    assert (answer.status_code, answer.text) == (200, "100")
    assert answer.headers["strict-transport-security"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("status", "path", "how"),
    [
        (503, "/slow", {}),
        (500, "/broken", {}),
        (413, "/", {"method": "POST", "content": b"x" * 101}),
        (421, "/", {"Host": "elsewhere.example"}),
        (403, "/", {"method": "POST", "Origin": "https://evil.example"}),
        (403, "/", {"method": "POST", "Origin": "null"}),
        (429, "/", {"times": 11}),
    ],
)
def test_what_is_not_is_answered_in_one_form(status: int, path: str, how: dict[str, Any]) -> None:
    answer = ask(path, **how)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["request"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text


def test_whether_it_lives_is_told_under_any_name_and_nothing_else_is() -> None:
    assert ask("/health", Host="10.0.0.7:8080").status_code == 200
    assert ask("/health/more", Host="10.0.0.7:8080").status_code == 421
    assert ask("/ready", Host="10.0.0.7:8080").status_code == 421


def test_a_proxy_of_ours_says_who_asks_by_the_last_name_in_its_list() -> None:
    """What stands before it a client may have written itself."""
    settings = ServeSettings(Path(), proxied=True)
    gate = Gate(small, settings, Limiter(SystemClock()), CollectorRegistry())
    scope = {"client": ("9.9.9.9", 1)}
    assert gate.client(scope, {"x-forwarded-for": "1.1.1.1, 2.2.2.2"}) == "2.2.2.2"
    assert gate.client(scope, {}) == "9.9.9.9"
    plain = Gate(small, ServeSettings(Path()), Limiter(SystemClock()), CollectorRegistry())
    assert plain.client(scope, {"x-forwarded-for": "2.2.2.2"}) == "9.9.9.9"
