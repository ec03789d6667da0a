"""The FastAPI application of a service: routes, one form of errors, ETags, and a document that describes them with
examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

import hanse
from hanse.app.api import examples, problems
from hanse.app.api.gate import Gate
from hanse.app.api.outlook import Papers
from hanse.app.api.routes import ROUTERS
from hanse.app.api.scheduling import Drawings
from hanse.app.api.service import Service
from hanse.errors import HanseError

ABOUT = """One league's ledger. Sign in (`/api/v1/session`), read, and ask for writes with an `Idempotency-Key`: they
are
acknowledged with 202 when nothing can lose them any more, and are followed under `/api/v1/actions/{id}`."""


def application(service: Service) -> FastAPI:
    """The application over an open service."""
    app = described()
    app.state.service = service
    app.state.registry = CollectorRegistry()
    app.state.drawings = Drawings()
    app.state.papers = Papers()
    app.add_exception_handler(HanseError, _refused)
    app.add_exception_handler(RequestValidationError, _wrong_form)
    app.add_exception_handler(HTTPException, _nowhere)
    app.add_middleware(
        Gate,
        settings=service.settings,
        limiter=service.limiter,
        registry=app.state.registry,
        dated=service.dated,
    )
    return app


def described() -> FastAPI:
    """Its routes and their document, with nothing behind them that could answer."""
    app = FastAPI(
        title="Hanse",
        version=hanse.__version__,
        description=ABOUT,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the usual page loads its script from elsewhere; the web application brings its own
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        # Their paths are whole. What is included instead is looked for router by router, for twice as long.
        app.router.routes.extend(router.routes)
    app.openapi = examples.documented(app)  # type: ignore[method-assign]
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HanseError)
    return _answer(problems.problem(error, request.state.request))


async def _wrong_form(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Without what was sent: it may be a pass-phrase.
    faults = [{"at": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors()[:20]]
    first = f"{faults[0]['at']}: {faults[0]['what']}" if faults else "the request is not of the described form"
    refusal = problems.WrongForm(first, faults, where=request.url.path, hint="see /api/v1/openapi.json")
    return _answer(problems.problem(refusal, request.state.request))


async def _nowhere(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    titles = {404: "not there", 405: "not possible here", 413: "too much"}
    title = titles.get(error.status_code, "bad input")
    response = _answer(problems.plain(error.status_code, title, str(error.detail), request.state.request))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _answer(document: dict[str, Any]) -> Response:
    headers = {"retry-after": "60"} if document["status"] == 429 else {}
    return Response(problems.encoded(document), document["status"], headers, problems.MEDIA_TYPE)
