"""Tables and a figure of what growth costs. Pure: the same costs give the same bytes."""

from __future__ import annotations

import math

from scaling_model import (
    BLOBS,
    CONSORTIUM,
    DAY,
    MILESTONES,
    NEXT,
    PEAK,
    READINGS,
    ROLLUP,
    SIZES,
    TODAY,
    WORK_A_DAY,
    Chain,
    Costs,
    Design,
    breaks_at,
    flows,
    load_of,
    solving,
    stations,
)
from scaling_queues import simulate

from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text


def number(value: float) -> str:
    """With commas, and as many digits as say something."""
    if value >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}"


def share(value: float) -> str:
    return f"**{value:,.1f} ×**" if value > 1 else "< 0.1 %" if value < 0.001 else f"{100 * value:.2g} %"


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def costs_table(costs: Costs) -> str:
    """What was measured."""
    orders, service, readings, solver = (costs[name] for name in ("orders", "service", "readings", "solver"))

    taken = readings["seconds"] + readings["seal_seconds"]

    def ms(seconds: float) -> str:
        return f"{number(1000 * seconds)} ms"

    rows = [
        ["a transaction: signed, simulated, stored, sent", ms(orders["outbox_seconds_a_transaction"])],
        ["a transaction: the embedded chain", ms(orders["chain_seconds_a_transaction"])],
        ["a transaction: its events in the index", ms(orders["index_seconds_a_transaction"])],
        ["a transaction: bytes as signed, and packed with its like",
         f"{number(orders['raw_bytes_a_transaction'])} and {number(orders['packed_bytes_a_transaction'])}"],
        ["an order of two members: database", f"{number(orders['database_bytes_an_order'])} bytes"],
        ["the service: a request that looks", ms(service["read_seconds"])],
        ["the service: an order, from asking to the read model", ms(service["write_seconds"])],
        ["a reading: decoded, checked, on disk, sealed", f"{number(1e6 * taken)} µs"],
        ["a reading: bytes on the member's disk, and in a parcel",
         f"{number(readings['bytes'])} and {number(readings['parcel_bytes'])}"],
        *([f"a plan of {name} orders of five operations, and its judge",
           f"{number(one['plan_seconds'])} s and {ms(one['check_seconds'])}"] for name, one in solver.items()),
    ]  # fmt: skip
    return table(["", "processor, or bytes"], rows)


def flows_table(costs: Costs) -> str:
    """Gas by kind, for each size."""
    by_size = [flows(costs, members) for members in SIZES]
    rows = [
        [kinds[0].name, number(kinds[-1].gas),
         *(f"{number(one.a_day)} / {number(one.a_day * one.gas / 1e6)}" for one in kinds)]
        for kinds in zip(*by_size, strict=True)
    ]  # fmt: skip
    total = [
        f"{number(sum(f.a_day for f in some))} / {number(sum(f.a_day * f.gas for f in some) / 1e6)}" for some in by_size
    ]
    heads = ["a day", "gas of one", *(f"{size:,} members" for size in SIZES)]
    return table(heads, [*rows, ["together", "", *total]])


def needs_table(costs: Costs) -> str:
    """What each size needs."""
    columns = [_needs(costs, members) for members in SIZES]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    return table(["", *(f"{size:,} members" for size in SIZES)], rows)


def _needs(costs: Costs, members: int) -> dict[str, str]:
    some = flows(costs, members)
    sent, orders = sum(one.a_day for one in some), members * WORK_A_DAY / MILESTONES
    gas = sum(one.a_day * one.gas for one in some)
    ledger, readings = costs["orders"], costs["readings"]
    packed = sent * ledger["packed_bytes_a_transaction"]
    wide = MILESTONES / 2  # measured with two members of an order
    found = {
        "orders a day": number(orders),
        "transactions a second, busiest hour": number(sent * PEAK / DAY),
        "gas a second, busiest hour": f"{number(gas * PEAK / DAY / 1e6)} M",
        f"of the {CONSORTIUM.name}": share(gas * PEAK / DAY / CONSORTIUM.a_second),
        f"of the {ROLLUP.name}": share(gas * PEAK / DAY / ROLLUP.a_second),
        "of six blobs in every block of Ethereum": share(packed * PEAK / DAY / BLOBS),
        "chain, signed transactions": f"{number(365 * sent * ledger['raw_bytes_a_transaction'] / 1e9)} GB a year",
        "database of the service": f"{number(365 * orders * wide * ledger['database_bytes_an_order'] / 1e9)} GB a year",
        "readings on each member's own disk": f"{number(365 * DAY * READINGS * readings['bytes'] / 1e9)} GB a year",
        "database rows written a second, busiest hour": number(3 * sent * PEAK / DAY),
        "cores of each solver, busiest hour": number(solving(costs, members) * PEAK / DAY),
    }
    loads = {one.name: share(one.load) for one in stations(costs, members, CONSORTIUM)}
    return found | {f"load of the {name}": loads[name] for name in ("service", "outbox", "index")}


def breaks_table(costs: Costs) -> str:
    """Which station is full first, as it is today and after the next step."""
    ways = [(design, chain) for design in (TODAY, NEXT) for chain in (CONSORTIUM, ROLLUP)]
    names = [one.name for one in stations(costs, 1, CONSORTIUM)]
    found = {name: [breaks_at(costs, name, chain, design) for design, chain in ways] for name in names}
    rows = [[name, *(f"{members:,}" for members in found[name])] for name in sorted(names, key=found.__getitem__)]
    return table(["full at", *(f"{design.name}, {chain.name.split(',')[0]}" for design, chain in ways)], rows)


def first_full(costs: Costs, chain: Chain, design: Design) -> int:
    """Members at which the first station is full."""
    return min(breaks_at(costs, one.name, chain, design) for one in stations(costs, 1, chain))


def simulated_table(costs: Costs) -> str:
    """The queues at each size, and on both sides of where the first station is full."""
    rows = []
    for design, chain in ((TODAY, CONSORTIUM), (NEXT, CONSORTIUM), (NEXT, ROLLUP)):
        full = first_full(costs, chain, design)
        for members in sorted({*SIZES, round(full * 0.8), round(full * 1.25)}):
            one = simulate(costs, members, chain, design)
            longest = max(one.queues, key=lambda name: one.queues[name])
            rows.append([
                f"{members:,}, {design.name}, {chain.name.split(',')[0]}", number(one.transactions),
                _seconds(one.median), _seconds(one.late), f"{longest}: {one.queues[longest]:,}",
                ", ".join(one.growing) or "none",
            ])  # fmt: skip
    return table(["members", "transactions", "median", "95 of 100", "longest queue", "queues that only grow"], rows)


def _seconds(value: float) -> str:
    return "never" if math.isinf(value) else f"{value:.1f} s"


def page(costs: Costs) -> str:
    """benchmarks/results/scaling.md."""
    return f"""# What growth costs

`python benchmarks/scaling.py measure`, {costs["date"]}, {costs["machine"]}, shared with other work (load
{costs["load"]}): times of the processor, which other work changes little. The tables below are
`python benchmarks/scaling.py report`; what they mean is in [docs/scaling.md](../../docs/scaling.md).

## Measured

{costs_table(costs)}
## What a league sends in a day, and its gas in millions

{flows_table(costs)}
## What it needs

{needs_table(costs)}
## Where it is full

{breaks_table(costs)}
## Simulated queues

{simulated_table(costs)}"""


def figure(costs: Costs) -> str:
    """Loads of the stations by the number of members, both in powers of ten; the line is where a station is full."""
    wide, high, left, top, right, foot = 760, 380, 70, 48, 190, 46
    sizes = [10 ** (1 + step / 4) for step in range(21)]
    names = [one.name for one in stations(costs, 10, CONSORTIUM)]

    def x(members: float) -> float:
        return left + (wide - left - right) * (math.log10(members) - 1) / 5

    def y(load: float) -> float:
        return high - foot - (high - foot - top) * (math.log10(max(load, 1e-5)) + 5) / 8

    parts = [text(left, 20, "Load of each part in the busiest hour", 15, INK, weight=600)]
    parts.append(text(left, 36, "today, on the consortium chain; one process, one core of a solver", 12, QUIET))
    for power in range(-5, 4):
        at = y(10.0**power)
        parts.append(f'<path d="M{left} {at:.1f}H{wide - right}" stroke="{INK if power == 0 else LINE}"/>')
        said = "full" if power == 0 else f"{10.0 ** (power + 2):g} %" if power < 0 else f"{10**power:,} ×"
        parts.append(text(left - 8, at + 4, said, 12, QUIET, anchor="end"))
    for power in range(1, 7):
        parts.append(text(x(10.0**power), high - foot + 18, f"{10**power:,}", 12, QUIET, anchor="middle"))
    parts.append(text((left + wide - right) / 2, high - 8, "members", 12, QUIET, anchor="middle"))
    ends = []
    for colour, name in zip(COLOURS, names, strict=False):
        points = " ".join(f"{x(m):.1f},{y(load_of(costs, round(m), name, CONSORTIUM)):.1f}" for m in sizes)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        ends.append((y(load_of(costs, round(sizes[-1]), name, CONSORTIUM)), name, colour))
    below = 0.0
    for place, name, colour in sorted(ends):
        below = max(place, below + 15)
        parts.append(text(wide - right + 8, below + 4, name, 12, colour))
    return svg(wide, high, parts, "Load of each part of a league by its number of members")
