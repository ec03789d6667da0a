"""A passport as one HTML file that prints on A4: what was made, by whom, on which machines, when, and how to check it.
Its QR code leads to the passport. No outside requests, no script."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from hanse.model.canonical import canonical, digest

Json = Mapping[str, Any]

STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}header{display:flex;gap:1.5rem;
align-items:flex-start;justify-content:space-between}header svg{width:8.5rem;height:8.5rem;background:#fff;flex:none}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;
border-bottom:1px solid #8886}small,code{font-size:.8rem;overflow-wrap:anywhere;opacity:.8}dl{display:grid;
grid-template-columns:auto 1fr;gap:.1rem 1rem}dt{opacity:.7}dd{margin:0}
@page{size:A4;margin:15mm}@media print{body{margin:0;max-width:none;font-size:11pt}tr{break-inside:avoid}}
"""


def page(passport: Json, url: str, source: str = "") -> str:
    """The whole page. url: where people read this passport, which its QR code says; source: where it is as JSON."""
    said, product = passport["statement"], passport["statement"]["product"]
    names = {one["member"]: one["name"] or _short(one["member"]) for one in said["credentials"]}
    title = f"{product['quantity']} × {product['name'] or 'product'}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Product passport: {escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<header><div><h1>{escape(title)}</h1><p>Product passport of order {int(passport['order'])}</p>"
        f"{_facts(passport, names)}</div>{qr(url)}</header>"
        + _section("Work", ("who", "what, on which machine", "begun", "delivered", "how it ended"), _steps(said, names))
        + _section("Members", ("member", "certified for", "since", "by"), _members(said))
        + _section("Readings of machines", ("member", "root of the readings", "anchored"), _readings(said, names))
        + _section("Designs", ("design", "author", "registered", "pieces"), _designs(said))
        + _section("After delivery", ("what", "by whom", "when", "materials", "in words"), _life(said, names))
        + f"<h2>Check it</h2><p>Save the passport{_link(source)} and run "
        "<code>hanse passport verify passport.json --known HASH</code> with the hash of a block of the chain that you "
        "know. It needs no network and believes nobody. What was revoked later it cannot know.</p>"
        f"<p><small>Signed by {escape(passport['signature']['by'])}; name "
        f"{digest(canonical(passport))}</small></p></body></html>"
    )


def qr(text: str) -> str:
    """A QR code as SVG, to be put into a page."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, border=2, scale=4, omitsize=True, title=text
    )
    return out.getvalue().decode()


def _link(source: str) -> str:
    return f' (<a href="{escape(source)}" download="passport.json">passport.json</a>)' if source else ""


def _facts(passport: Json, names: Mapping[str, str]) -> str:
    said = passport["statement"]
    rows = (
        ("ordered", _time(said["product"]["ordered"])),
        ("plan", f"block {said['plan']['block']}, {_short(said['plan']['plan'])}"),
        ("agreement", str(said["agreement"])),
        ("made by", ", ".join(names.values())),
        ("chain", str(passport["league"]["chain_id"])),
    )
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows) + "</dl>"


def _section(title: str, heads: Iterable[str], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _steps(said: Json, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (
            names.get(one["member"], _short(one["member"])),
            "; ".join(f"{job} {operation} on {machine}" for job, operation, machine in map(_three, one["work"])),
            _time(one["started"]),
            _time(one["delivered"]),
            _ending(one),
        )
        for one in said["steps"]
    ]


def _three(place: list[str]) -> tuple[str, str, str]:
    job, operation, machine = [*place, "", "", ""][:3]
    return job, operation, machine


def _ending(one: Json) -> str:
    if one["ended"] is None:
        return "not ended"
    words = [str(one["ending"])]
    if one["share"] not in (None, 1_000_000):
        words.append(f"{one['share'] / 10_000:g} % of it")
    if one["late"]:
        words.append(f"{one['late'] / 3600:.1f} h late")
    if one["disputed"]:
        words.append("disputed")
    return ", ".join(words) + f", {_time(one['ended'])}"


def _members(said: Json) -> list[tuple[str, ...]]:
    return [
        (
            one["name"] or _short(one["member"]),
            ", ".join(map(str, one["services"])) if one["revoked"] is None else f"withdrawn {_time(one['revoked'])}",
            _time(one["certified"]),
            _short(one["notary"] or ""),
        )
        for one in said["credentials"]
    ]


def _readings(said: Json, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(names.get(one["member"], ""), one["root"], _time(one["anchored"])) for one in said["readings"]]


def _designs(said: Json) -> list[tuple[str, ...]]:
    return [
        (one["design"], _short(one["author"]), _time(one["registered"]), str(one["pieces"])) for one in said["designs"]
    ]


def _life(said: Json, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (
            one["kind"] or one["document"],
            f"{names.get(one['by'], _short(one['by']))} ({one['as']})",
            _time(one["time"]),
            ", ".join(f"{name} {grams / 1000:g} kg" for name, grams in one["materials"].items()),
            one["words"],
        )
        for one in said.get("life", ())
    ]


def _time(seconds: int | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _short(name: str) -> str:
    return name[:10]
