"""`hanse.Client`: a service's API as Python, typed and synchronous. Answers are the shapes of `hanse.app.api.shapes`.

    with hanse.Client("https://league.example") as league:
        league.sign_in("Mueller", "four words are easy to keep")
        number = league.place_order(product=1, quantity=20, deposit=5_000).result["order"]
        print(league.order(number).order.status)

Writes come back when the ledger has them; `wait=False` comes back as soon as nothing can lose them. Whatever the
service refuses is raised as the error of `hanse.errors` that it stands for, with what, where and what to do.

A module a subject, named as in `hanse.app.api.routes`; `connection` is what all of them stand on.
"""

from __future__ import annotations

from types import TracebackType

import httpx

from hanse.app.client.accounts import Accounts
from hanse.app.client.agreements import Agreements
from hanse.app.client.audit import Audit
from hanse.app.client.bridge import Bridge
from hanse.app.client.communities import Communities
from hanse.app.client.connection import Dated, Refused
from hanse.app.client.credentials import Credentials
from hanse.app.client.feeds import Feeds
from hanse.app.client.financing import Financing
from hanse.app.client.identities import Identities
from hanse.app.client.league import League
from hanse.app.client.machines import Machines
from hanse.app.client.members import Members
from hanse.app.client.money import Money
from hanse.app.client.notices import Notices
from hanse.app.client.offers import Offers
from hanse.app.client.orders import Orders
from hanse.app.client.planning import Planning
from hanse.app.client.quotations import Quotations
from hanse.app.client.quotes import Quotes
from hanse.app.client.rights import Rights
from hanse.app.client.settlement import Settlement
from hanse.app.client.studies import Studies

__all__ = ["Client", "Dated", "Refused"]


class Client(
    Agreements,
    Audit,
    Bridge,
    Communities,
    Credentials,
    Feeds,
    Financing,
    Identities,
    Machines,
    Members,
    Money,
    Notices,
    Offers,
    Orders,
    Planning,
    Quotations,
    Quotes,
    Settlement,
    Accounts,  # these come after those that stand on them
    League,
    Studies,
):
    """A connection to the service at `url`. Use it as a context manager, or `close()` it. seconds: longest wait for an
    answer; transport: for tests."""

    def __init__(self, url: str, *, seconds: float = 40.0, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(url, seconds=seconds, transport=transport)
        self.rights = Rights(self)
        """Designs, licences, sealed files and passports."""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
