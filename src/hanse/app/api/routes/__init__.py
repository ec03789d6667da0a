"""Routes, a module a subject. A route checks form and right by its parameters, asks `reading` or takes a write, and is
done."""

from hanse.app.api.routes import (
    accounts,
    actions,
    agreements,
    audit,
    league,
    members,
    money,
    offers,
    orders,
    planning,
    running,
    settlement,
)

ROUTERS = (
    running.router,
    accounts.router,
    actions.router,
    league.router,
    members.router,
    orders.router,
    planning.router,
    agreements.router,
    settlement.router,
    money.router,
    offers.router,
    audit.router,
)
