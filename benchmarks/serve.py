"""200 people at once: how long a service takes to answer reads, and to acknowledge writes.

    python benchmarks/serve.py [--people 200] [--seconds 30] [--pause 1.0] [--postgres]

Starts a real service with its chain in a directory of its own, lets wallets sign in, and then each person does one
thing, rests `pause` seconds (drawn from an exponential distribution), and does the next: nine reads to one write. A
write is an order, signed here as a wallet does: asked for, signed, brought. The bringing is acknowledged when it is
stored in the outbox; the asking is timed apart from it. People and service share the machine. Prints percentiles,
errors, and what the service itself used of a processor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from tests.app.api.house import SERVICES, House, house
from tests.postgres import server

from hanse.app.api.shapes import ToSign
from hanse.app.client import Client
from hanse.app.client.signing import transaction

READS = ("orders?limit=50", "products", "money", "agreements?waiting=true", "members", "session", "orders/{order}")


def prepared(at: House, people: int) -> list[tuple[Client, int]]:
    """So many wallets, signed in, each with an order; and its number."""
    ada = at.coordinator()
    ada.set_services(SERVICES)
    ada.add_product("gearbox", "Gearbox", ["milling"])
    clients = []
    for i in range(people):
        client = at.client()
        client.sign_in_with_key(os.urandom(32).hex(), invitation=ada.invite("customer"), name=f"Person {i}")
        clients.append(client)
    return [(one, int(one.place_order(product=1, quantity=1, deposit=0).result["order"])) for one in clients]


class Wire:
    """One person's connection, with as little around it as can be: what is timed is the service."""

    def __init__(self, client: Client, at: House) -> None:
        cookies = "; ".join(f"{one.name}={one.value}" for one in client._http.cookies.jar)
        self._at = at
        self._head = f"Host: 127.0.0.1:{at.port}\r\nCookie: {cookies}\r\nX-Hanse-CSRF: {client._csrf}\r\n"
        self._to: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of an answer."""
        if self._to is None:
            self._from, self._to = await asyncio.open_connection("127.0.0.1", self._at.port)
        content = b"" if body is None else json.dumps(body).encode()
        lines = f"{method} /api/v1/{path} HTTP/1.1\r\n{self._head}Idempotency-Key: {secrets.token_hex(8)}\r\n"
        lines += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        self._to.write(lines.encode() + content)
        head = (await self._from.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await self._from.readexactly(length)


async def person(
    client: Client, order: int, at: House, until: float, pause: float, seen: dict[str, list[float]], seed: int
) -> None:
    """One of them."""
    rng, wire = random.Random(seed), Wire(client, at)
    await asyncio.sleep(rng.uniform(0, pause))
    while time.monotonic() < until:
        if rng.random() < 0.1:
            await write(client, wire, seen)
        else:
            await timed("read", seen, wire.ask("GET", rng.choice(READS).format(order=order)))
        await asyncio.sleep(rng.expovariate(1 / pause))


async def write(client: Client, wire: Wire, seen: dict[str, list[float]]) -> None:
    """An order: asked for, signed, brought."""
    body = {"product": 1, "quantity": 1, "deposit": 0}
    asked = await timed("ask", seen, wire.ask("POST", "orders", body))
    if asked is None:
        return
    assert client._wallet is not None
    signed = {"signed": [transaction(client._wallet, ToSign(**one)) for one in asked["sign"]]}
    await timed("write", seen, wire.ask("POST", f"actions/{asked['id']}/signed", signed))


async def timed(kind: str, seen: dict[str, list[float]], request: Coroutine[Any, Any, tuple[int, bytes]]) -> Any:
    """Its answer, None if it failed."""
    begun = time.perf_counter()
    status, body = await request
    seconds = time.perf_counter() - begun
    if status >= 400:
        seen["error"].append(status)
        return None
    seen[kind].append(seconds)
    return json.loads(body)


def main() -> None:
    """Prints one line for each kind of request."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--pause", type=float, default=1.0)
    asked.add_argument("--postgres", action="store_true", help="with its database in PostgreSQL")
    given = asked.parse_args()
    seen: dict[str, list[float]] = {"read": [], "ask": [], "write": [], "error": []}
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        db = stack.enter_context(server(durable=True)).database() if given.postgres else None
        at = stack.enter_context(house(Path(home), per_minute=10**6, db=db))
        clients = prepared(at, given.people)
        assert at.process is not None
        used = processor(at.process.pid)

        async def all_of_them() -> None:
            end = time.monotonic() + given.seconds
            everybody = (person(*one, at, end, given.pause, seen, seed) for seed, one in enumerate(clients))
            await asyncio.gather(*everybody)

        own = time.process_time()
        asyncio.run(all_of_them())
        own = time.process_time() - own
        used = processor(at.process.pid) - used
        print(f"{given.people} people, {given.seconds:g} s, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        for kind in ("read", "ask", "write"):
            times = sorted(seen[kind]) or [float("nan")]
            p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
            print(f"{kind:>6}: {len(times)} requests, median {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms")
        kinds = Counter(seen["error"])
        print(f"errors: {dict(kinds)}; the service used {used / given.seconds:.0%} of a core")
        print(f"these people themselves used {own / given.seconds:.0%}; {seen_inside(at)}")
        print(f"memory: {memory(at.process.pid)} MB")


def seen_inside(at: House) -> str:
    """How long requests took by the service's own count."""
    lines = httpx.get(f"{at.url}/metrics").text.splitlines()
    total, count = (
        sum(float(line.split()[-1]) for line in lines if line.startswith(f"hanse_request_seconds_{word}{{"))
        for word in ("sum", "count")
    )
    return f"inside, {count:.0f} requests took {1000 * total / count:.1f} ms each"


def processor(process: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> int:
    """Resident, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
