"""A workbook to begin a problem with: what the league knows is filled in, what only planners know is left to them."""

from __future__ import annotations

from hanse.app.api import reading
from hanse.app.api.callers import Caller
from hanse.instances import tables
from hanse.instances.tables.sheets import SHEETS, Raw, Row, Sheets
from hanse.units import decimal

MOST_ORDERS = 4096


def workbook(who: Caller) -> bytes:
    """Open orders as they were asked for, what making each takes, and certified members with a machine each; hours,
    durations and costs are missing. Raises EnvironmentFault without openpyxl."""
    rows: dict[str, list[dict[str, Raw]]] = {sheet: [] for sheet in SHEETS}
    rows["league"] = [{"setting": "time", "value": "minute"}, {"setting": "money", "value": "cent"}]
    for one in who.service.lookup.members(0, 2**31):
        said = reading.members.profile(who.service, one)
        if one.certified and said["id"]:
            rows["members"].append({"member": said["id"]})
            machine = {"machine": f"{said['id']}-1", "member": said["id"], "services": ";".join(said["services"])}
            rows["machines"].append(machine)
    products = {one.number: reading.orders.product(who.service, one) for one in who.service.lookup.products(0, 2**31)}
    for order in who.service.lookup.orders(0, MOST_ORDERS, who.eyes, "open"):
        asked = reading.orders.specification(who.service, order)
        if asked is None:
            continue
        job, quality = asked["job"], asked["min_quality"]
        rows["orders"].append(
            {
                "order": job,
                "least_quality": None if quality is None else decimal(quality),
                "weight": decimal(asked["weight"]),
                **{name: asked[name] for name in ("customer", "release", "due", "budget", "origin", "destination")},
            }
        )
        for number, service in enumerate(products[order.product].required, 1):
            step = {"order": job, "operation": f"O{number}", "service": service}
            rows["operations"].append(step)
            rows["modes"].append({"order": job, "operation": f"O{number}"})
    return tables.pack(_sheets(rows))


def _sheets(rows: dict[str, list[dict[str, Raw]]]) -> Sheets:
    return {
        sheet: (
            columns,
            tuple(
                Row(sheet, number, {column: value for column, value in row.items() if value not in (None, "")})
                for number, row in enumerate(rows[sheet], 2)
            ),
        )
        for sheet, columns in SHEETS.items()
    }
