"""A page: its path, who may see it, the frame round it, and how it stays up to date.

@screen("/orders", texts.Orders.title)
async def orders(at: Visit) -> None:
    await at.show(lambda: at.door.all("orders", shapes.OrderNow), drawn, "order")
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from nicegui import Client, ui
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

import hanse
from hanse.app.api import logs, shapes
from hanse.app.api.callers import COOKIE
from hanse.app.api.service import Service
from hanse.app.ui import browser, live, navigation, texts
from hanse.app.ui.door import Door
from hanse.app.ui.pieces import ask, complain
from hanse.app.ui.shown import Shown
from hanse.errors import HanseError

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")

Again = Callable[[], Awaitable[None]]

BUILD_SECONDS = 20.0
"""A page that takes longer to build is an error."""

STANDING_SECONDS = 5.0
"""So often a page asks how the chain is."""

TOGETHER = 20
"""From so many names on they are asked for together."""


@dataclass(slots=True)
class House:
    """What all pages stand in: the application they ask, and its service. One in a process, as NiceGUI has it."""

    app: FastAPI | None = None
    service: Service | None = None

    def open(self, app: FastAPI, service: Service) -> None:
        self.app, self.service = app, service
        assets = f"/static/{hanse.__version__}"
        ui.add_head_html(
            f'<link rel="stylesheet" href="{assets}/hanse.css"><script src="{assets}/hanse.js" defer></script>',
            shared=True,
        )


HOUSE = House()


@dataclass(slots=True)
class Visit:
    """One page in one browser. who: as signed in when it was opened; asked: the path's variables; search: of its
    address."""

    who: shapes.SessionNow
    door: Door
    league: str
    asked: Mapping[str, Any]
    search: Mapping[str, str]
    client: Client
    names: dict[str, str] = field(default_factory=dict)

    def is_(self, *offices: str) -> bool:
        """Whether the visitor holds one of them."""
        return bool(set(offices) & set(self.who.offices))

    def speaks_for(self, identity: str) -> bool:
        """Whether this is the visitor, or the identity in whose seat it acts in offices."""
        return identity in (self.who.address, self.who.seat)

    @property
    def staff(self) -> bool:
        """Whether it sees everybody's orders."""
        return self.is_("coordinator", "notary", "treasurer", "arbiter")

    async def show(
        self, load: Callable[[], Awaitable[T]], draw: Callable[[T], None], *watches: str, every: float = 0
    ) -> Again:
        """Draws what was loaded, and again whenever a thing of these kinds changed, or so many seconds are over, and
        something else is loaded then. draw: no questions in it; what is only half there would be seen. Nothing that
        people type belongs in it. Returns what does so at once, for what is not on the ledger: signatures that wait for
        others."""
        part = Shown(self.client, load, draw)
        if watches:  # before it is loaded, so that nothing is missed
            self.client.on_delete(live.listen(frozenset(watches), part.again))
        await part.first()
        if every:
            ui.timer(every, part.again, immediate=False)
        return part.now

    async def name(self, address: str) -> str:
        """What people call an account; its first signs if it has no name here."""
        if address not in self.names:
            found = await self.door.maybe(f"accounts/{address}", shapes.AccountNow)
            self.names[address] = f"{address[:8]}…" if found is None else found.name
        return self.names[address]

    async def known(self, addresses: Iterable[str]) -> dict[str, str]:
        """The names of many; asked for together if there are some dozens."""
        wanted = set(addresses)
        if len(wanted - set(self.names)) > TOGETHER:
            people = await self.door.all("accounts", shapes.AccountNow, most=100_000)
            self.names |= {one.address: one.name for one in people}
        return {one: await self.name(one) for one in sorted(wanted)}

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, done: str, key: str | None = None
    ) -> shapes.ActionNow | None:
        """A write, followed until the ledger has it; says how it went. done: the words if it went well. None if it did
        not."""
        # In the page, not in what is drawn again: the place the click came from may be gone when the answer comes.
        with self.client:
            return await self._write(method, path, body, done, key)

    async def _write(
        self, method: str, path: str, body: Mapping[str, Any] | None, done: str, key: str | None
    ) -> shapes.ActionNow | None:
        try:
            action = await self.door.write(method, path, body, key=key)
            if action.state == "to sign":
                action = await self._signed(action)
            note = ui.notification(texts.Common.stored, spinner=True, timeout=None)
            try:
                action = await self.door.settled(action)
            finally:
                note.dismiss()
        except HanseError as error:
            complain(error)
            return None
        if action.state == "done":
            ui.notify(done, type="positive")
            return action
        if action.state == "failed":
            complain(HanseError(action.reason, hint=texts.Common.unchanged))
            return None
        ui.notify(texts.Common.slow, type="warning")
        return action

    async def do(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, shape: type[S], done: str = ""
    ) -> S | None:
        """What is no write to the ledger; says how it went. None if it did not go well."""
        with self.client:
            try:
                told = await self.door.ask(method, path, shape, body)
            except HanseError as error:
                complain(error)
                return None
            if done:
                ui.notify(done, type="positive")
            return told

    async def sure(self, question: str, yes: str, *details: str) -> bool:
        """Asks before something is signed or paid. details: what exactly is promised."""
        with self.client:
            return await ask(question, yes, details)

    async def _signed(self, action: shapes.ActionNow) -> shapes.ActionNow:
        """Has the visitor's wallet sign what it was handed."""
        words = [one.model_dump(mode="json") for one in action.sign]
        code = f"hanse.wallet.sign({words!r}, '{self.who.address}')"
        told = await browser.asked(code, seconds=browser.WALLET_SECONDS)
        if not isinstance(told, list):
            raise HanseError(str(told), hint=texts.Common.wallet_hint)
        return await self.door.ask("POST", f"actions/{action.id}/signed", shapes.ActionNow, {"signed": told})


Built = Callable[[Visit], Awaitable[None]]


def screen(path: str, title: str, *, offices: tuple[str, ...] = ()) -> Callable[[Built], Built]:
    """A page for people who are signed in; everybody else is asked to sign in first. offices: one of them is needed
    to see it at all (what it shows is decided by the API anyhow)."""

    def made(build: Built) -> Built:
        @ui.page(path, title=title, response_timeout=BUILD_SECONDS)
        async def page(request: Request, client: Client) -> Response | None:
            assert HOUSE.app is not None
            service = HOUSE.service
            assert service is not None
            token = request.cookies.get(COOKIE, "")
            known = service.remembered(token) or (await run_in_threadpool(service.recall, token) if token else None)
            if known is None:
                return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
            request.state.account = known.session.address
            door = Door(HOUSE.app, service.settings.origin, token, request.state.client)
            who = await door.get("session", shapes.SessionNow)
            visit = Visit(who, door, service.league.name, request.path_params, dict(request.query_params), client)
            with Framed(visit, request, title) as frame:
                await frame.standing()
                await frame.navigation()
                if offices and not visit.is_(*offices):
                    ui.label(texts.Common.not_for_you)
                    return None
                try:
                    await build(visit)
                except HanseError as error:
                    complain(error, on_page=True)
                except Exception as error:  # noqa: BLE001 - a bug: the visitor hears that, and not what it was
                    logs.warn("a page failed", failure=error, request=request.state.request)
                    complain(HanseError(texts.Common.fault, hint=request.state.request), on_page=True)
            return None

        return build

    return made


def dark_of(request: Request) -> bool | None:
    """What the visitor chose; None: as its system says."""
    return {"dark": True, "light": False}.get(request.cookies.get("hanse-theme", ""))


class Framed:
    """Head, navigation and the place for the page's content, which the context is in."""

    def __init__(self, visit: Visit, request: Request, title: str) -> None:
        self._visit, self._path, self._title, self._dark = visit, request.url.path, title, dark_of(request)
        self._open = navigation.opened(request.cookies.get(navigation.COOKIE))

    def __enter__(self) -> Framed:
        theme = ui.dark_mode(self._dark)
        # Shut, and opened by the browser if it is wide enough, which says so. Without a value it would be asked for one
        # and have a second to answer, which a slow one needs longer for.
        drawer = ui.left_drawer(value=False, bordered=True).classes("side")
        drawer.props("show-if-above width=230 breakpoint=900")
        with drawer:
            self._navigation = ui.element("nav").props(f'id=pages aria-label="{texts.Common.navigation}"')
        with ui.header(elevated=False).classes("head"):
            ui.html(f'<a class="skip" href="#main">{texts.Common.skip}</a>', sanitize=False)
            menu = ui.button(icon="menu", on_click=drawer.toggle).classes("menu")
            menu.props(f'flat dense aria-label="{texts.Common.menu}" aria-controls=pages aria-expanded=false')
            drawer.on_value_change(lambda event: _turned(menu, bool(event.value)))
            ui.link(self._visit.league, "/").classes("league")
            ui.space()
            ui.button(icon="contrast", on_click=lambda: _switch(theme)).props(
                f'flat dense aria-label="{texts.Common.colours}"'
            )
            with ui.button(self._visit.who.name, icon="person").props("flat dense no-caps").classes("me"), ui.menu():
                ui.menu_item(texts.Account.title, on_click=lambda: ui.navigate.to("/account"))
                ui.menu_item(texts.Account.sign_out, on_click=lambda: ui.run_javascript("hanse.signOut()"))
        self._main = ui.element("div").props("id=main tabindex=-1").classes("page")
        self._main.__enter__()
        self._notice = ui.element("div")
        if self._visit.who.managed and not self._visit.who.unlocked:
            with ui.element("div").classes("banner").props("role=alert"):
                ui.label(texts.Common.locked)
                ui.link(texts.Common.unlock, f"/sign-in?next={quote(self._path)}")
        ui.element("h1").add_slot("default", self._title)
        return self

    def __exit__(self, *what: object) -> None:
        self._main.__exit__(*what)

    async def standing(self) -> None:
        """Above everything else, as long as the ledger does not go on: that it does not."""

        async def state() -> str:
            return (await self._visit.door.get("chain", shapes.ChainNow)).state

        def drawn(now: str) -> None:
            if now in texts.Chain.states:
                with ui.element("div").classes("banner").props("role=status"):
                    ui.label(texts.Chain.states[now])

        with self._notice:
            await self._visit.show(state, drawn, every=STANDING_SECONDS)

    async def navigation(self) -> None:
        """Where the visitor can go; more at once when it is given an office."""

        async def offices() -> list[str]:
            return (await self._visit.door.get("session", shapes.SessionNow)).offices

        with self._navigation:
            await self._visit.show(
                offices, lambda held: navigation.drawn(held, self._path, self._open), "right", "member"
            )


def _turned(menu: ui.button, open_: bool) -> None:
    """The drawer of pages was opened or closed: says so, and takes the keyboard along if the menu had it."""
    menu.props(f"aria-expanded={'true' if open_ else 'false'}")
    ui.run_javascript(f"hanse.drawer({'true' if open_ else 'false'})")


async def _switch(theme: ui.dark_mode) -> None:
    """Dark or light, from now on, in this browser."""
    try:
        dark = await browser.asked("hanse.isDark()")
    except HanseError as error:
        complain(error)
        return
    theme.set_value(not dark)
    ui.run_javascript(f"hanse.keepTheme('{'light' if dark else 'dark'}')")
