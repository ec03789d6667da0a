"""Mutated requests to every route of a running service: never a 500, never without end, and whoever is refused has
changed nothing: not the database, not the content store, not the chain."""

from __future__ import annotations

import hashlib
import json
import os
import random
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from hanse.app.api.application import described
from hanse.app.client import Client
from tests.app.api.conftest import settle_in
from tests.app.api.house import Town, house, until
from tests.campaign.mutate import NUMBERS, WORDS, mutated, strange
from tests.campaign.trial import Found, Trial, shares

AT_ONCE = 100
"""Requests for each route of one service, which is new each time: what was really done must not get in the way."""

BUSY = 0.2
"""In this part of a service's requests its people are at work: many bodies are true, and much of it is really done. It
takes most of the time, since every write is waited for. The rest meets what they have left, with something wrong."""

TRUE_BODIES = (0.35, 0.01)
"""How often a body stays as it is, while people are at work and after."""

LOOKED_AT = (0.25, 0.05)
"""How often a request waits until what was accepted before has come to rest, while people are at work and after; a
refusal that comes meanwhile is not looked at."""

SECONDS = 60.0
"""A request that takes longer hangs. The service itself gives up after thirty."""

FAILURES = 10

REST = 0.3
"""Seconds without a write after which a service has come to rest."""

SKIPPED = {("GET", "/api/v1/events"), ("DELETE", "/api/v1/session")}
"""A stream without end, and the end of the session that asks; the suite has tests of both."""

SEARCHES = ("/api/v1/studies", "/api/v1/laboratory")
"""They would calculate for minutes. What a request for them does is done when it is answered."""

QUOTES, QUOTES_SECONDS = "api_quotes", 120.0
"""They are calculated after the request for them was accepted, and written down when they are there."""

PASSING = ("api_sessions", "identity_refusals", "sqlite_sequence")
"""Tables that a refusal may write to: it ends sessions that are over, and is itself written down."""


@dataclass(frozen=True)
class Route:
    """method, path: as in the document; told: what the document says of it."""

    method: str
    path: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Asked:
    """A request that can be asked again. who: name of a person, empty for nobody."""

    route: Route
    who: str
    url: str
    headers: dict[str, str]
    body: bytes | None

    def __str__(self) -> str:
        body = (self.body or b"")[:2000]
        return f"{self.route.name} by {self.who or 'nobody'}: {self.url[:500]} {self.headers} {body!r}"


def routes() -> list[Route]:
    """Every route of the service's own document."""
    document = described().openapi()
    found = [Route(m.upper(), path, told) for path, some in document["paths"].items() for m, told in some.items()]
    return [one for one in found if (one.method, one.path) not in SKIPPED]


def trials(count: int) -> list[Trial]:
    """So many requests to each route."""
    known = len(routes())
    return [
        Trial("requests to all routes", number, each * known, partial(ask_all, each, ""))
        for number, each in enumerate(shares(count, AT_ONCE))
    ]


def ask_all(each: int, only: str, draw: random.Random, home: Path) -> Found:
    """A new service with people at work, and so many requests to each of its routes in any order. only: to those whose
    name has these words."""
    with house(home, per_minute=10**9, patience=600.0) as at:
        town = Town(at)
        settle_in(town, "coordinator", "notary", "treasurer", "arbiter")
        return ask_town(town, [one for one in routes() if only in one.name], each, draw)


def ask_town(town: Town, some: Sequence[Route], each: int, draw: random.Random) -> Found:
    """The same in a town that is there."""
    failures, done = [], 0
    order = [one for one in some for _ in range(each)]
    draw.shuffle(order)
    with Asking(town, draw) as asking:
        for route in order:
            asking.busy = done < BUSY * len(order)
            failures += [f"request {done}, {said}" for said in asking.once(route)]
            done += 1
            if len(failures) >= FAILURES:
                break
    return Found(done, tuple(failures))


class Asking(AbstractContextManager["Asking"]):
    """Draws requests, asks them and looks at what became of them. busy: whether people are at work; answers: how many
    there were of each status."""

    def __init__(self, town: Town, draw: random.Random) -> None:
        self.town, self.draw = town, draw
        self.known = Known.of(town)
        self.seen = Seen(town.house.data)
        self.answers: dict[int, int] = {}
        self.busy = True

    def __exit__(self, *_: object) -> None:
        self.seen.close()

    def once(self, route: Route) -> list[str]:
        """What is wrong with the answer to one request."""
        asked = self.made(route)
        looked = self.draw.random() < LOOKED_AT[not self.busy]
        before = self.seen.now() if looked or self.seen.known else ""
        try:
            answer = self.send(asked)
        except TimeoutError:
            return [f"no answer in {SECONDS:g} s: {asked}"]
        except (OSError, HTTPException) as error:
            if self.town.house.process is not None and self.town.house.process.poll() is not None:
                return [f"the service died ({error}): {asked}"]
            return [f"{type(error).__name__}: {error}: {asked}"]
        if answer.status_code == 202 and route.path in SEARCHES:
            self.end(asked, answer.json()["id"])
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        return [f"{said}\n{asked}\nanswer {answer.status_code}: {answer.text[:1000]}" for said in self.judged(
            asked, answer, before
        )]  # fmt: skip

    def end(self, asked: Asked, study: str) -> None:
        """Ends what was begun: it would take the time of others."""
        path = f"/api/v1/studies/{study}"
        headers = {"X-Hanse-CSRF": self.town[asked.who]._csrf}
        self.send(Asked(Route("DELETE", path, {}), asked.who, path, headers, None))

    def judged(self, asked: Asked, answer: httpx.Response, before: str) -> list[str]:
        """Its faults."""
        wrong, status = [], answer.status_code
        if status >= 500 and status != 503:
            wrong.append(f"a {status}")
        if str(status) not in asked.route.told["responses"]:
            wrong.append(f"{status} is not among the documented answers")
        if status >= 400:
            if not answer.headers.get("content-type", "").startswith("application/problem+json"):
                wrong.append("a refusal that is no problem+json")
            if before and self.seen.differs(before):
                wrong.append(f"a refusal that changed {self.seen.what}")
        elif asked.route.method != "GET":
            self.seen.forget()
            if asked.route.method == "POST" and asked.route.path.endswith("/quotes"):
                self.seen.quoting = time.monotonic()
        return wrong

    # --- asking -------------------------------------------------------------------------------------------------------

    def send(self, asked: Asked) -> httpx.Response:
        """The answer, by the barest client there is: there are millions. Nobody keeps what an answer sets: they are the
        people they were."""
        cookies = self.town[asked.who]._http.cookies.items() if asked.who else ()
        carried = {**asked.headers, **({"Cookie": "; ".join(f"{n}={v}" for n, v in cookies)} if cookies else {})}
        http = HTTPConnection("127.0.0.1", self.town.house.port, timeout=SECONDS)
        try:
            http.request(asked.route.method, asked.url, asked.body, carried)
            told = http.getresponse()
            return httpx.Response(told.status, headers=told.getheaders(), content=told.read())
        finally:
            http.close()

    def made(self, route: Route) -> Asked:
        draw = self.draw
        who = draw.choice((*self.town.people, *("ada", "member", "customer") * 2, ""))
        path, query = route.path, []
        for parameter in route.told.get("parameters", []):
            name, schema = parameter["name"], parameter["schema"]
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", quote(self.value(name, schema, 0.85), safe=""))
            elif parameter["in"] == "query" and (parameter.get("required") or draw.random() < 0.4):
                query.append(f"{quote(name)}={quote(self.value(name, schema, 0.5))}")
        headers = {"Idempotency-Key": draw.choice((secrets.token_hex(8),) * 8 + ("1", "k" * 200))}
        if who and draw.random() < 0.95:
            headers["X-Hanse-CSRF"] = self.town[who]._csrf
        body = None
        if "requestBody" in route.told:
            kind, told = next(iter(route.told["requestBody"]["content"].items()))
            headers["Content-Type"] = draw.choice((kind,) * 30 + ("text/plain", "application/octet-stream", "x"))
            body = self.body(told.get("example"))
        return Asked(route, who, path + ("?" + "&".join(query) if query else ""), headers, body)

    def value(self, name: str, schema: dict[str, Any], true: float) -> str:
        """Of a parameter; a true one so often."""
        draw = self.draw
        if draw.random() > true:
            return draw.choice((*NUMBERS, *WORDS))[:3000] or "x"
        if "enum" in schema:
            return str(draw.choice(schema["enum"]))
        pattern = str(schema.get("pattern", ""))
        if "40" in pattern or name == "address":
            return draw.choice(self.known.accounts)
        if "64" in pattern or name in ("name", "root"):
            return draw.choice(self.known.hashes)
        if schema.get("type") == "integer":
            return str(draw.choice((1, 1, 2, 3, schema.get("maximum", 9))))
        examples = schema.get("examples") or [schema.get("default", "1")]
        return str(draw.choice(examples))

    def body(self, example: Any) -> bytes:
        """The example with true numbers and names in it, and then with something wrong, or not."""
        data = json.dumps(self.known.put_in(example, self.draw)).encode()
        if self.draw.random() < TRUE_BODIES[not self.busy]:
            return data
        if self.draw.random() < 0.05:
            return json.dumps(strange(self.draw, example)).encode("utf-8", "surrogatepass")
        return mutated(self.draw, [data], "json")


@dataclass(frozen=True)
class Known:
    """What is true in a town: accounts of its people, hashes of its contents."""

    accounts: list[str]
    hashes: list[str]

    @classmethod
    def of(cls, town: Town) -> Known:
        ada: Client = town["ada"]
        block = ada._http.get("/api/v1/blocks").json()["items"][0]
        hashes = [value for value in block.values() if isinstance(value, str) and len(value) == 66]
        stored = (town.house.data / "content").glob("*/*")
        return cls(
            [town.address(who) for who in town.people], [*hashes, *("0x" + f.parent.name + f.name for f in stored)]
        )

    def put_in(self, value: Any, draw: random.Random) -> Any:
        """An example in which accounts and hashes are some that are known, half of the time."""
        if isinstance(value, dict):
            return {name: self.put_in(one, draw) for name, one in value.items()}
        if isinstance(value, list):
            return [self.put_in(one, draw) for one in value]
        if isinstance(value, str) and value.startswith("0x") and draw.random() < 0.5:
            some = {42: self.accounts, 66: self.hashes}.get(len(value), [value])
            return draw.choice(some)
        return value


@dataclass
class Seen:
    """What a service keeps, looked at from outside. what: differed when it was last asked; quoting: when quotes were
    last asked for."""

    data: Path
    what: str = ""
    quoting: float = float("-inf")
    _version: int = -1
    _digest: str = ""
    _parts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._database = sqlite3.connect(f"file:{self.data / 'ledger.sqlite3'}?mode=ro", uri=True)

    def close(self) -> None:
        self._database.close()

    @property
    def known(self) -> bool:
        """Whether nothing was written since it was last looked at."""
        return bool(self._digest) and self._changes() == self._version

    def now(self) -> str:
        """A digest of everything, once what was accepted before has come to rest; cheap while nothing is written."""
        if self.known:
            return self._digest
        until(self._rests, 60)
        self._version, self._parts = self._changes(), self._read()
        self._digest = hashlib.sha256(json.dumps(self._parts, sort_keys=True).encode()).hexdigest()
        return self._digest

    def forget(self) -> None:
        """What is kept may change now."""
        self._digest = ""

    def differs(self, before: str) -> bool:
        """Whether anything is not as it was."""
        files = self._files()
        if self._changes() == self._version and files == self._parts["content store"]:
            return False
        old, self._digest = self._parts, ""
        if self.now() == before:
            return False
        changed = sorted(n for n in old.keys() | self._parts.keys() if old.get(n) != self._parts.get(n))
        self.what = ", ".join(changed)
        return changed != [QUOTES] or time.monotonic() - self.quoting > QUOTES_SECONDS

    def _changes(self) -> int:
        """Grows whenever somebody else has written to the database."""
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])

    def _rests(self) -> bool:
        """Whether all transactions are done and read, and nothing has been written for a moment."""
        before = self._changes()
        time.sleep(REST)
        query = (
            "SELECT count(*) FROM outbox WHERE block IS NULL AND NOT displaced AND NOT failed"
            " OR block > (SELECT block FROM index_cursor)"
        )
        return before == self._changes() and self._database.execute(query).fetchone()[0] == 0

    def _read(self) -> dict[str, str]:
        tables = [name for (name,) in self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {"content store": self._files()}
        for table in sorted(set(tables) - set(PASSING)):
            rows = sorted(map(repr, self._database.execute(f"SELECT * FROM {table}")))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found

    def _files(self) -> str:
        shelves = [shelf.path for shelf in os.scandir(self.data / "content") if shelf.is_dir()]
        return "\n".join(sorted(one.path for shelf in shelves for one in os.scandir(shelf)))
