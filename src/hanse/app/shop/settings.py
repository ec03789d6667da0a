"""The settings of a shop: a TOML file beside the problem, the plan and the gateway's settings it names."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hanse.app.gateway import Settings as GatewaySettings
from hanse.app.gateway import read_settings as read_gateway
from hanse.app.shop.day import MINUTE, Rows, Shop, Timeline, own_shop
from hanse.app.shop.hosting import Bench
from hanse.errors import EnvironmentFault, InputError
from hanse.planning.sharing.fitting import Terms

Publish = Literal["windows", "book", "nothing"]


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A misspelt setting is an error, not a surprise."""


class OfferSettings(_Strict, frozen=True):
    """What is offered. publish: each window by itself, all under one root, or nothing. price: cents a minute; prices:
    by machine where it is another. least, setup, horizon: units of the plan's time: the shortest window, what is kept
    free around a guest, how far ahead is offered. every: minutes between two books at least."""

    publish: Publish = "windows"
    price: int = 100
    prices: dict[str, int] = {}
    least: int = 15
    setup: int = 0
    horizon: int = 480
    every: int = 15


class TakeSettings(_Strict, frozen=True):
    """What is paid for late jobs. most: cents for one takeover; rate: cents for each unit of time less late; none: any.
    least: units it must save. accept_after: minutes after its time at which work is accepted that no reading tells of;
    none: wait for a reading, and let the host collect after the review."""

    active: bool = True
    most: int | None = None
    rate: int | None = None
    least: int = 1
    accept_after: int | None = None


class Settings(_Strict, frozen=True):
    """All of a shop. epoch: when the plan's time 0 was, with offset, on a full minute; unit: seconds of one of its
    units, whole minutes. gateway: settings of its gateway, none without telemetry. journal: where another process keeps
    that gateway's journal; none: this one listens by itself. purse: cents put down at once when some are needed.
    repair: minutes a machine that is down is expected to be. grace: minutes a guest may begin late. replan: seconds of
    a solver, 0 for never. anchor_every: minutes between seals on the chain, 0 for none. poll: seconds between turns."""

    member: str
    problem: str
    plan: str
    epoch: Annotated[datetime, msgspec.Meta(tz=True)]
    name: str = ""
    unit: int = 60
    gateway: str | None = None
    journal: str | None = None
    offer: OfferSettings = OfferSettings()
    take: TakeSettings = TakeSettings()
    purse: int = 10_000
    repair: int = 60
    grace: int = 15
    replan: float = 2.0
    anchor_every: int = 60
    poll: float = 2.0

    @property
    def line(self) -> Timeline:
        """Raises InputError for an epoch or a unit that are no whole minutes."""
        epoch = round(self.epoch.timestamp() * 1000)
        if epoch % MINUTE:
            said = self.epoch.isoformat()
            raise InputError(f"{said} is not on a full minute", where="epoch", hint="windows are counted in minutes")
        if self.unit < 60 or self.unit % 60:
            raise InputError(f"{self.unit} seconds are no whole minutes", where="unit", hint="use 60, or its multiples")
        return Timeline(epoch // MINUTE, self.unit // 60)

    @property
    def terms(self) -> Terms:
        return Terms(self.take.most, self.take.rate, self.take.least)


def read_settings(path: Path) -> Settings:
    """The settings of a file. Raises InputError that names the wrong key, EnvironmentFault if it cannot be read."""
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Settings)
        for what, value, least in (
            ("offer.price", settings.offer.price, 0), ("offer.least", settings.offer.least, 1),
            ("offer.setup", settings.offer.setup, 0), ("offer.horizon", settings.offer.horizon, 1),
            ("offer.every", settings.offer.every, 0), ("purse", settings.purse, 0), ("repair", settings.repair, 0),
            ("grace", settings.grace, 0), ("anchor_every", settings.anchor_every, 0), ("poll", settings.poll, 0.01),
        ):  # fmt: skip
            if value < least:
                raise InputError(f"{value} is less than {least}", where=f"{path}, {what}")
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"no settings of a shop: {error}", where=str(path), hint="see docs/shop.md") from None
    except OSError as failure:
        raise EnvironmentFault(f"the settings cannot be read ({failure.strerror})", where=str(path)) from None
    return settings


def open_shop(settings: Settings, folder: Path) -> tuple[Shop, Rows, GatewaySettings | None]:
    """The shop, the plan it begins with, and its gateway's settings. folder: where relative names begin."""
    import hanse

    problem, plan = hanse.read(folder / settings.problem), hanse.read_plan(folder / settings.plan)
    gateway = None if settings.gateway is None else read_gateway(folder / settings.gateway)
    if gateway is not None and gateway.member != settings.member:
        raise InputError(
            f"the gateway is {gateway.member}'s, the shop is {settings.member}'s",
            where=settings.gateway or "",
        )
    heard = set() if gateway is None else {machine for names in gateway.sources.values() for machine in names}
    shop, rows = own_shop(problem, plan, settings.member, settings.line, heard)
    bench_of(settings, shop, ())  # so that a wrong machine is named now
    return shop, rows, gateway


def bench_of(settings: Settings, shop: Shop, services: tuple[str, ...]) -> Bench:
    """What the shop has to offer. services: the league's list. Raises InputError for a price of no machine of its."""
    machines = tuple(machine.id for machine in shop.member.machines)
    unknown = sorted(set(settings.offer.prices) - set(machines))
    if unknown:
        raise InputError(f'{settings.member} has no machine "{unknown[0]}"', where="offer.prices")
    number = {name: i for i, name in enumerate(services)}
    return Bench(
        machines,
        {one.id: tuple(sorted(number[s] for s in one.services if s in number)) for one in shop.member.machines},
        {name: settings.offer.prices.get(name, settings.offer.price) for name in machines},
        shop.line,
        settings.offer.least,
        settings.offer.setup,
    )
