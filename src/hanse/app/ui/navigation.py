"""Where a visitor can go: all pages, in groups that fold. Every page is two presses away, and the group of the page one
is on is open. Which others are open is the browser's to remember (static/hanse.js), as light and dark are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from nicegui import ui

from hanse.app.ui import texts
from hanse.app.ui.texts import Navigation as say

COOKIE = "hanse-groups"
AT_FIRST = frozenset({"work"})
"""Groups that are open for whoever has never opened or closed one."""


class Way(NamedTuple):
    """A page. sign: of the icons; offices: that have a use for it, none: everybody."""

    path: str
    words: str
    sign: str
    offices: tuple[str, ...] = ()

    def of(self, held: Collection[str]) -> bool:
        """Whether it is for somebody who holds these offices."""
        return not self.offices or not set(self.offices).isdisjoint(held)

    def leads_to(self, path: str) -> bool:
        """Whether a path is this page or below it."""
        return path == self.path or (self.path != "/" and path.startswith(self.path + "/"))


class Group(NamedTuple):
    """Pages under one heading. id: in the cookie."""

    id: str
    words: str
    ways: tuple[Way, ...]


HOME = Way("/", texts.Overview.title, "space_dashboard")

GROUPS = (
    Group("work", say.work, (
        Way("/shop", texts.Shop.title, "precision_manufacturing", ("member",)),
        Way("/orders", texts.Orders.title, "inventory_2"),
        Way("/agreements", texts.Agreements.title, "handshake"),
        Way("/schedule", texts.Schedule.title, "calendar_view_week"),
        Way("/designs", texts.Designs.title, "draw"),
    )),
    Group("market", say.market, (
        Way("/market", texts.Market.title, "storefront"),
        Way("/notices", texts.Notices.title, "campaign"),
        Way("/free-time", texts.Offers.title, "hourglass_empty"),
        Way("/resources", texts.Resources.title, "dns"),
    )),
    Group("planning", say.planning, (
        Way("/rounds", texts.Rounds.title, "emoji_events"),
        Way("/planning", texts.Planning.title, "account_tree", ("coordinator",)),
        Way("/trade-offs", texts.Tradeoffs.title, "tune"),
        Way("/laboratory", texts.Laboratory.title, "science", ("coordinator",)),
    )),
    Group("league", say.league, (
        Way("/members", texts.Members.title, "groups"),
        Way("/credentials", texts.Credentials.title, "badge"),
        Way("/communities", texts.Communities.title, "diversity_3"),
        Way("/decisions", texts.Decisions.title, "how_to_vote"),
    )),
    Group("ledger", say.ledger, (
        Way("/money", texts.Money.title, "payments"),
        Way("/advances", texts.Financing.title, "savings"),
        Way("/evidence", texts.Evidence.title, "verified"),
        Way("/feeds", texts.Feeds.title, "sensors"),
        Way("/bridge", texts.Bridge.title, "swap_horiz"),
    )),
)  # fmt: skip

NAVIGATION = (HOME, *(way for group in GROUPS for way in group.ways))
"""All pages, in their order."""


def opened(cookie: str | None) -> frozenset[str]:
    """Groups that a browser remembers as open."""
    return AT_FIRST if cookie is None else frozenset(cookie.split("."))


def drawn(held: Collection[str], path: str, open_ones: Collection[str]) -> None:
    """The pages of somebody with these offices, who is at `path`."""
    _link(HOME, path)
    for group in GROUPS:
        ways = [way for way in group.ways if way.of(held)]
        if not ways:
            continue
        here = any(way.leads_to(path) for way in ways)
        with ui.element("details").classes("group").props(f"data-group={group.id}") as folded:
            if here or group.id in open_ones:
                folded.props("open")
            with ui.element("summary"):
                ui.icon("expand_more").props('aria-hidden="true"')
                ui.label(group.words)
            for way in ways:
                _link(way, path)


def _link(way: Way, path: str) -> None:
    here = way.leads_to(path)
    with ui.link(target=way.path).classes("nav" + (" here" if here else "")) as link:
        if here:
            link.props('aria-current="page"')
        ui.icon(way.sign).props('aria-hidden="true"')
        ui.label(way.words)
