"""Searching 10,000 notices: Hanse's catalogue beside pandas and SQLite, which compute the same scores over all rows.

    pip install pandas; python benchmarks/market.py > benchmarks/results/market.md

The peers are given their best form: pandas the columns as arrays with a column a service, SQLite an index on the most
selective one. All three must find the same notices in the same order, or it ends with an error.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from hanse.market.search import CRITERIA, About, Catalogue, Offer, Wish
from hanse.units import MILLION

NOTICES, AUTHORS, SERVICES, LIMIT, QUESTIONS = 10_000, 400, 40, 20, 200


def drawn(seed: int) -> tuple[list[Offer], About]:
    """Notices of many authors; services follow Zipf's law, as trades do."""
    chance = random.Random(seed)
    weights = [1 / (i + 1) for i in range(SERVICES)]
    authors = [f"0x{i:040x}" for i in range(AUTHORS)]
    offers = [
        Offer(
            number, chance.choice(authors), frozenset(chance.choices(range(SERVICES), weights, k=3)),
            chance.randrange(1_000, 500_000), chance.randrange(30 * 86_400), chance.randrange(500_000, MILLION),
            (chance.randrange(-300_000, 300_000), chance.randrange(-300_000, 300_000)),
        )
        for number in range(1, NOTICES + 1)
    ]  # fmt: skip
    known = {one: chance.randrange(MILLION) for one in authors}
    return offers, About(known, {one: chance.randrange(MILLION) for one in authors[:20]})


def asked(chance: random.Random) -> Wish:
    services = frozenset(
        chance.choices(range(SERVICES), [1 / (i + 1) for i in range(SERVICES)], k=chance.choice((1, 2)))
    )
    return Wish(
        services, chance.randrange(100_000, 600_000), (chance.randrange(-300_000, 300_000), 0), None, 0,
        chance.randrange(10, 40) * 86_400, 600_000,
    )  # fmt: skip


class Pandas:
    """One frame, one mask, one column of scores."""

    def __init__(self, offers: list[Offer], about: About) -> None:
        self.frame = pd.DataFrame(
            {
                "number": [one.number for one in offers],
                "price": [one.price for one in offers],
                "ready": [one.ready for one in offers],
                "quality": [one.quality for one in offers],
                "x": [one.position[0] if one.position else 0 for one in offers],
                "y": [one.position[1] if one.position else 0 for one in offers],
                "reputation": [about.reputation.get(one.author, about.stranger) for one in offers],
                "ties": [about.ties.get(one.author, 0) for one in offers],
                **{f"s{i}": [i in one.services for one in offers] for i in range(SERVICES)},
            }
        )

    def search(self, wish: Wish) -> list[int]:
        frame = self.frame
        keep = (frame.price <= wish.budget) & (frame.ready <= wish.by) & (frame.quality >= wish.least_quality)
        for one in wish.services:
            keep &= frame[f"s{one}"]
        left = frame[keep]
        assert wish.position is not None
        way = np.floor(np.sqrt((left.x - wish.position[0]) ** 2 + (left.y - wish.position[1]) ** 2)).astype("int64")
        merits = {
            "price": MILLION * wish.price_scale // (wish.price_scale + left.price),
            "place": MILLION * wish.place_scale // (wish.place_scale + way),
            "time": MILLION * wish.time_scale // (wish.time_scale + left.ready),
            "quality": left.quality, "reputation": left.reputation, "ties": left.ties,
        }  # fmt: skip
        score = sum(wish.weights.get(name, 0) * merits[name] for name in CRITERIA if name in merits)
        best = left.assign(score=score).sort_values(["score", "number"], ascending=[False, True])
        return [int(one) for one in best.number.head(LIMIT)]


class Sqlite:
    """One table of notices, one of their services with an index."""

    def __init__(self, offers: list[Offer], about: About) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            "CREATE TABLE notices (number INTEGER PRIMARY KEY, price, ready, quality, x, y, reputation, ties)"
        )
        self.database.execute("CREATE TABLE able (service, number, PRIMARY KEY (service, number)) WITHOUT ROWID")
        for one in offers:
            x, y = one.position or (0, 0)
            known = about.reputation.get(one.author, about.stranger), about.ties.get(one.author, 0)
            row = (one.number, one.price, one.ready, one.quality, x, y, *known)
            self.database.execute("INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            self.database.executemany("INSERT INTO able VALUES (?, ?)", [(s, one.number) for s in one.services])

    def search(self, wish: Wish) -> list[int]:
        assert wish.position is not None
        able = "".join(
            f" AND number IN (SELECT number FROM able WHERE service = {one})" for one in sorted(wish.services)
        )
        way = f"CAST(floor(sqrt((x - {wish.position[0]}) * (x - {wish.position[0]}) + y * y)) AS INTEGER)"
        w = wish.weights
        score = (
            f"{w['price']} * (1000000 * {wish.price_scale} / ({wish.price_scale} + price))"
            f" + {w['place']} * (1000000 * {wish.place_scale} / ({wish.place_scale} + {way}))"
            f" + {w['time']} * (1000000 * {wish.time_scale} / ({wish.time_scale} + ready))"
            f" + {w['quality']} * quality + {w['reputation']} * reputation + {w['ties']} * ties"
        )
        rows = self.database.execute(
            f"SELECT number FROM notices WHERE price <= ? AND ready <= ? AND quality >= ?{able}"
            f" ORDER BY {score} DESC, number LIMIT {LIMIT}",
            (wish.budget, wish.by, wish.least_quality),
        )
        return [int(row[0]) for row in rows]


def main() -> None:
    offers, about = drawn(0)
    chance = random.Random(1)
    wishes = [asked(chance) for _ in range(QUESTIONS)]
    begun = time.perf_counter()
    catalogue = Catalogue(offers)
    made = time.perf_counter() - begun
    pandas, sqlite = Pandas(offers, about), Sqlite(offers, about)
    ways: dict[str, Callable[[Wish], list[int]]] = {
        "hanse": lambda wish: [one.offer.number for one in catalogue.search(wish, about, LIMIT)],
        f"pandas {pd.__version__}": pandas.search,
        f"SQLite {sqlite3.sqlite_version}": sqlite.search,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for wish in wishes:
        answers = []
        for name, search in ways.items():
            begun = time.perf_counter()
            answers.append(search(wish))
            times[name].append(1_000 * (time.perf_counter() - begun))
        if any(one != answers[0] for one in answers):
            sys.exit(f"they find different notices for {wish}")
    about_it = f"{QUESTIONS} questions to {NOTICES:,} notices of {AUTHORS} authors and {SERVICES} services"
    print(f"# Searching notices\n\n{about_it}, the best {LIMIT} with reasons (the peers")
    print(
        "give numbers alone). All three find the same notices in the same order. Made by `benchmarks/market.py`, on a"
    )
    print(
        f"machine with other work, Python {sys.version.split()[0]}, numpy {np.__version__}. Making the catalogue takes"
    )
    print(f"{1_000 * made:.0f} ms, once a block. Ratios are what to look at.\n")
    print("| | median, ms | 95 %, ms | slower than Hanse |\n|---|---:|---:|---:|")
    base = statistics.median(times["hanse"])
    for name, its in times.items():
        middle = statistics.median(its)
        print(f"| {name} | {middle:.2f} | {sorted(its)[int(0.95 * len(its))]:.2f} | {middle / base:.1f} × |")


if __name__ == "__main__":
    main()
