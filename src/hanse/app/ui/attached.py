"""Puts the web application on the service's own: one process, one port, one gate."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from fastapi import FastAPI
from nicegui import app as pages_app
from nicegui import core, ui
from nicegui.staticfiles import CacheControlledStaticFiles
from starlette.routing import Match, Mount
from starlette.types import Scope

import hanse
from hanse.app.api.gate import MACHINES
from hanse.app.api.service import Service
from hanse.app.ui import charts, live, pages, screens, texts
from hanse.app.ui.pages import welcome
from hanse.app.ui.pieces import complain
from hanse.errors import HanseError

STATIC = Path(__file__).parent / "static"
ASSETS = f"/static/{hanse.__version__}"


class _Pages(Mount):
    """NiceGUI's application everywhere but under the API's paths: mounted plainly it would answer what the API does not
    know or does not allow there, with a page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if str(scope.get("path", "")).startswith(MACHINES):
            return Match.NONE, {}
        return super().matches(scope)


def attach(app: FastAPI, service: Service) -> None:
    """Puts the pages on `app`. Once in a process: NiceGUI has one application."""
    for module in iter_modules(pages.__path__):
        import_module(f"{pages.__name__}.{module.name}")  # its pages register themselves
    screens.HOUSE.open(app, service)
    ui.run_with(
        app,
        title=service.league.name,
        favicon=STATIC / "favicon.svg",
        dark=None,
        language="en-US",
        tailwind=False,  # it would be compiled in everybody's browser; ours is one small file
        show_welcome_message=False,
        reconnect_timeout=30,
        binding_refresh_interval=None,
        markdown=False,
    )
    core.app.add_route(f"{ASSETS}/chart.js", charts.served_script)
    core.app.add_route(f"{ASSETS}/chart.css", charts.served_style)
    core.app.mount(ASSETS, CacheControlledStaticFiles(directory=STATIC))
    mounted = app.router.routes.pop()
    assert isinstance(mounted, Mount)
    app.router.routes.append(_Pages("/", app=core.app))
    pages_app.on_startup(lambda: live.begin(service.hub))
    pages_app.on_exception(_failed)
    core.app.add_exception_handler(404, welcome.nowhere)


def _failed() -> None:
    """Something that was pressed failed by a fault of ours; NiceGUI has logged it."""
    if ui.context.slot_stack:
        complain(HanseError(texts.Common.fault))
