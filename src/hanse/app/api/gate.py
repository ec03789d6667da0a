"""The gate: what every request passes, whatever it is about. Plain ASGI, so that streams stay streams.

It gives the request a number, knows the host, limits size, time and frequency, adds the headers that browsers need to
be strict, counts, and writes one line. What it refuses it refuses as problem+json.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.exceptions import HTTPException

from hanse.app.api import logs, problems
from hanse.app.api.limits import Limiter
from hanse.app.api.settings import ServeSettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

STREAMS = ("/api/v1/events",)
"""Paths that may take for ever."""

MACHINES = ("/api/", "/health", "/ready", "/metrics")
"""Paths for programs begin so; all others are pages for people."""

ALIVE = "/health"
"""Answers to any name: proxies that watch several servers ask each by its own, and hear no more than that it lives."""

QUIET = (ALIVE, "/ready", "/metrics")
"""Paths whose requests are not counted against anybody."""

WORDLESS = (*QUIET, "/_nicegui", "/static/")
"""Paths whose requests are not worth a line."""

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

NOTHING = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""What a browser may do with an answer for programs."""

OURS = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    b"frame-ancestors 'none'; base-uri 'self'; form-action 'none'"
)
"""What it may do with a page: ask this service, and nobody else. NiceGUI's pages are built by scripts in the page and
compile their templates."""


class Gate:
    """In front of `app`. limiter: counts requests of network addresses; registry: gets the metrics; dated: headers that
    say of which block an answer is, at least."""

    def __init__(
        self,
        app: App,
        settings: ServeSettings,
        limiter: Limiter,
        registry: CollectorRegistry,
        dated: Callable[[], list[tuple[bytes, bytes]]] = list,
    ) -> None:
        self._app, self._settings, self._limiter, self.dated = app, settings, limiter, dated
        own = urlsplit(settings.origin)
        self._hosts = {own.netloc, *(f"{name}:{settings.port}" for name in ("localhost", "127.0.0.1", "[::1]"))}
        self._origins = {f"{own.scheme}://{host}" for host in self._hosts}
        self._requests = Counter(
            "hanse_requests", "Requests by route and status.", ["method", "route", "status"], registry=registry
        )
        buckets = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
        self._seconds = Histogram(
            "hanse_request_seconds", "How long they took.", ["method", "route"], registry=registry, buckets=buckets
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._welcome(scope):
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Passage(self, scope, receive, send).go()

    def _welcome(self, scope: Scope) -> bool:
        """Whether a socket is opened by a page of ours. Browsers let any page open one, and say only whose it is."""
        headers = _headers(scope)
        scope.setdefault("state", {})["client"] = client = self.client(scope, headers)
        own = headers.get("host", "") in self._hosts and headers.get("origin", "") in self._origins
        return own and self._limiter.hit(2 * self._settings.per_minute, "address", client)

    def refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, str] | None:
        """Status, title and detail, if this request is not even looked at."""
        host = headers.get("host", "")
        if host not in self._hosts and scope["path"] != ALIVE:
            return 421, "another host", "this service does not answer to that name; start it with --public"
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins and scope["method"] not in ("GET", "HEAD"):
            return 403, "not allowed", "another site may not send this"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._settings.body_bytes:
            return 413, "too much", f"a request has at most {self._settings.body_bytes} bytes"
        limit = 2 * self._settings.per_minute
        if scope["path"] not in QUIET and not self._limiter.hit(limit, "address", scope["state"]["client"]):
            return 429, "too often", "too many requests from this address; wait a minute"
        return None

    def client(self, scope: Scope, headers: dict[str, str]) -> str:
        """The network address a request comes from; by a proxy's word only if it is ours."""
        if self._settings.proxied and "x-forwarded-for" in headers:
            return headers["x-forwarded-for"].rsplit(",", 1)[-1].strip()
        client = scope.get("client")
        return str(client[0]) if client else "unknown"

    def count(self, scope: Scope, status: int, seconds: float, request: str) -> None:
        """One line, two metrics. By the route's template: a path may hold what is nobody's business."""
        route = getattr(scope.get("route"), "path", "nowhere")
        self._requests.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(scope["method"], route).observe(seconds)
        if not scope["path"].startswith(WORDLESS):
            account = scope.get("state", {}).get("account", "")
            logs.say(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(1000 * seconds, 1),
                account=account,
                request=request,
            )


class _Passage:
    """One request on its way."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._scope, self._receive, self._send = gate, scope, receive, send
        self._settings = gate._settings
        self._request, self._status, self._started, self._bytes = secrets.token_hex(8), 0, False, 0
        self._dated: list[tuple[bytes, bytes]] = []
        scope.setdefault("state", {}).update(request=self._request)

    async def go(self) -> None:
        begun = time.perf_counter()
        headers = _headers(self._scope)
        if self._scope["path"].startswith("/api/"):  # before anything is read: it is as of that block, or a later one
            self._dated = self._gate.dated()
        self._scope["state"]["client"] = self._gate.client(self._scope, headers)
        try:
            refusal = self._gate.refused(self._scope, headers)
            if refusal is not None:
                await self._refuse(*refusal)
                return
            seconds = None if self._scope["path"] in STREAMS else self._settings.seconds
            async with asyncio.timeout(seconds):
                await self._gate._app(self._scope, self._counted, self._dressed)
        except TimeoutError:
            await self._refuse(503, "not available now", "this took too long; ask again, with the same Idempotency-Key")
        except Exception as error:  # noqa: BLE001 - a bug: the caller hears that, and not what it was
            logs.warn("a request failed", failure=error, request=self._request)
            await self._refuse(500, "a fault of ours", "it is in the log, under the number of this request")
        finally:
            self._gate.count(self._scope, self._status, time.perf_counter() - begun, self._request)

    async def _counted(self) -> Message:
        """The body as it comes, up to the limit, whatever its header said."""
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._settings.body_bytes:
            raise HTTPException(413, f"a request has at most {self._settings.body_bytes} bytes")
        return message

    async def _dressed(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started, self._status = True, message["status"]
            policy = NOTHING if self._scope["path"].startswith(MACHINES) else OURS
            own = [
                *HEADERS,
                (b"content-security-policy", policy),
                (b"x-request-id", self._request.encode()),
                *self._dated,
            ]
            if self._settings.https:
                own.append((b"strict-transport-security", b"max-age=31536000"))
            given = list(message.get("headers", []))
            if not any(name.lower() == b"cache-control" for name, _ in given):
                # Kept by nobody but the browser that asked, and asked again each time: that is what the ETag is for.
                own.append((b"cache-control", b"private, no-cache"))
            message["headers"] = given + own
        await self._send(message)

    async def _refuse(self, status: int, title: str, detail: str) -> None:
        if self._started:
            return
        body = problems.encoded(problems.plain(status, title, detail, self._request))
        head = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        await self._dressed({"type": "http.response.start", "status": status, "headers": head})
        await self._send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, str]:
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
