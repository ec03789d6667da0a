"""Every word on a screen, one module an area. To translate the application, translate this package.

Words of the league's people, not of its machinery: no transaction, gas, nonce, hash or address; those live on the page
Evidence.
"""

from __future__ import annotations

from hanse.app.ui.texts.agreements import Agreements
from hanse.app.ui.texts.bridge import Bridge
from hanse.app.ui.texts.chain import Chain
from hanse.app.ui.texts.common import OFFICES, STATES, Charts, Common, Navigation, Times
from hanse.app.ui.texts.designs import Designs, Lives
from hanse.app.ui.texts.evidence import Evidence
from hanse.app.ui.texts.feeds import Feeds
from hanse.app.ui.texts.governing import Communities, Decisions
from hanse.app.ui.texts.laboratory import Laboratory
from hanse.app.ui.texts.market import Market, Notices
from hanse.app.ui.texts.members import Credentials, Lending, Members
from hanse.app.ui.texts.money import Financing, Money, Value
from hanse.app.ui.texts.offers import Offers
from hanse.app.ui.texts.orders import Orders, Quotes
from hanse.app.ui.texts.overview import Map, Overview
from hanse.app.ui.texts.planning import Planning, Rounds, Schedule, Studies, Tradeoffs
from hanse.app.ui.texts.resources import Resources
from hanse.app.ui.texts.shop import Floor, Shop
from hanse.app.ui.texts.welcome import Account, Guarding, Seat, Welcome

__all__ = [
    "OFFICES",
    "STATES",
    "Account",
    "Agreements",
    "Bridge",
    "Chain",
    "Charts",
    "Common",
    "Communities",
    "Credentials",
    "Decisions",
    "Designs",
    "Evidence",
    "Feeds",
    "Financing",
    "Floor",
    "Guarding",
    "Laboratory",
    "Lending",
    "Lives",
    "Map",
    "Market",
    "Members",
    "Money",
    "Navigation",
    "Notices",
    "Offers",
    "Orders",
    "Overview",
    "Planning",
    "Quotes",
    "Resources",
    "Rounds",
    "Schedule",
    "Seat",
    "Shop",
    "Studies",
    "Times",
    "Tradeoffs",
    "Value",
    "Welcome",
]
