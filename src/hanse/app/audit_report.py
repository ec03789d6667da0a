"""The report of an audit: what was recomputed, up to which block, what happened in a period, signed by whoever vouches
for it. As JSON for programs and as one page to read; either is verified without a chain or a network.

A report says who signed it, not that it is true: that is recomputed by another audit. Everything was recomputed from
the first block on; a period only chooses what is listed. Contract wallets cannot sign reports: their word needs a
chain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from hanse.errors import ChainFault, EvidenceError, InputError
from hanse.ledger.signing import sign_typed
from hanse.model.canonical import canonical, digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.ledger.chain import Chain
    from hanse.ledger.index import Index

FORMAT, FILE = "hanse-audit-report/1", "hanse-signed-report/1"
NOBODY = "0x" + "00" * 20
LARGEST = 50_000_000
"""Bytes of a report that is read."""

MOST_SIGNATURES = 16

MONEY = ("paid to members", "back to customers", "to solvers, league and proposers", "minted")
HAPPENED = ("plans", "answers", "works settled", *MONEY, "transfers")
"""What is listed of a period, in the order in which it is read."""

TYPES = {
    "AuditReport": [
        {"name": name, "type": kind}
        for name, kind in (
            ("report", "bytes32"),
            ("firstBlock", "uint64"),
            ("lastBlock", "uint64"),
            ("agrees", "bool"),
            ("made", "uint64"),
        )
    ]
}
"""What a wallet shows when somebody signs a report (EIP-712). report: Keccak-256 of its canonical JSON."""

_DOMAIN = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]


class Period(NamedTuple):
    """Blocks of the chain, both included. Everything up to `audited` was recomputed."""

    first: int
    last: int
    audited: int


def block_at(chain: Chain, moment: int, newest: int) -> int:
    """The last block that was made at a moment (seconds since 1970) or before, at most `newest`; -1 if the chain began
    later. Asks for as many blocks as their number has binary digits."""
    low, high = -1, newest
    while low < high:
        middle = (low + high + 1) // 2
        if time_of(chain, middle) <= moment:
            low = middle
        else:
            high = middle - 1
    return low


def time_of(chain: Chain, number: int) -> int:
    """When a block was made. Raises ChainFault if the node does not know it."""
    found = chain.block(number)
    if found is None:
        raise ChainFault(f"the node does not know block {number}", where="chain")
    return found.timestamp


def period(
    chain: Chain, audited: int, blocks: tuple[int | None, int | None], moments: tuple[int | None, int | None]
) -> Period:
    """What is to be listed: from … to, as blocks or as moments, None for the beginning and for what was audited. Raises
    InputError for both, or for what is no period that was audited."""
    if any(one is not None for one in blocks) and any(one is not None for one in moments):
        raise InputError("a period is of blocks or of dates", where="period", hint="give one of them")
    since, until = moments
    first = blocks[0] if since is None else block_at(chain, since - 1, audited) + 1
    last = blocks[1] if until is None else block_at(chain, until, audited)
    found = Period(first or 0, audited if last is None else last, audited)
    if not 0 <= found.first <= found.last <= audited:
        raise InputError(
            f"blocks {found.first} to {found.last} are no part of what was audited, 0 to {audited}",
            where="period",
            hint="audit again, or choose an earlier period",
        )
    return found


def happened(index: Index, of: Period) -> dict[str, Any]:
    """What the ledger recorded in a period, of what never changes afterwards. Money in cents."""

    def within(rows: Sequence[Any]) -> list[Any]:
        return [row for row in rows if of.first <= row.place.block <= of.last]

    settled, moved = within(index.settled()), within(index.transfers())
    minted = [row for row in moved if row.payer == NOBODY]
    return {
        "plans": [{"number": row.number, "hash": row.hash} for row in within(index.blocks())],
        "answers": len(within(index.matches())),
        "works settled": len(settled),
        "paid to members": sum(row.to_member for row in settled),
        "back to customers": sum(row.to_customer for row in settled),
        "to solvers, league and proposers": sum(row.to_solver + row.to_treasury + row.to_proposer for row in settled),
        "transfers": len(moved),
        "minted": sum(row.amount for row in minted),
    }


def report(
    *, league: str, chain_id: int, contract: str, version: str, chain: Chain, of: Period, made: int, by: str,
    checks: Sequence[Mapping[str, Any]], listed: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The report, unsigned. contract: address of the league's blocks, which tells it from other leagues; by: who had it
    made, in words; checks: what, count, ok and differences of each."""
    head = chain.block(of.audited)
    if head is None:
        raise ChainFault(f"the node does not know block {of.audited}", where="chain")
    return {
        "format": FORMAT,
        "league": league,
        "chain": chain_id,
        "contract": contract,
        "version": version,
        "made": made,
        "by": by,
        "audited": {"block": of.audited, "hash": head.hash, "time": head.timestamp},
        "first": {"block": of.first, "time": time_of(chain, of.first)},
        "last": {"block": of.last, "time": time_of(chain, of.last)},
        "agrees": all(one["ok"] for one in checks),
        "checks": [{name: one[name] for name in ("what", "count", "ok", "differences")} for one in checks],
        "happened": dict(listed),
    }


# --- signatures -------------------------------------------------------------------------------------------------


def to_sign(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is signed, as `eth_signTypedData_v4` takes it."""
    return {
        "types": {"EIP712Domain": [{"name": name, "type": kind} for name, kind in _DOMAIN], **TYPES},
        "primaryType": "AuditReport",
        "domain": {
            "name": "Hanse audit report", "version": "1",
            "chainId": said["chain"], "verifyingContract": said["contract"],
        },
        "message": {
            "report": digest(canonical(said)), "firstBlock": said["first"]["block"], "lastBlock": said["last"]["block"],
            "agrees": said["agrees"], "made": said["made"],
        },
    }  # fmt: skip


def signature(said: Mapping[str, Any], key: LocalAccount, role: str) -> dict[str, str]:
    """Signed by a key that is here. role: as what it signs, `service` or `auditor`; the signature does not cover it."""
    asked = to_sign(said)
    message = {**asked["message"], "report": bytes.fromhex(asked["message"]["report"][2:])}
    return {"role": role, "by": key.address, "signature": "0x" + sign_typed(key, asked["domain"], TYPES, message).hex()}


def signed(said: Mapping[str, Any], signatures: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The file."""
    return {"format": FILE, "report": dict(said), "signatures": [dict(one) for one in signatures]}


@dataclass(frozen=True, slots=True)
class Verified:
    """A report whose signatures are right. signers: address and role of each."""

    report: dict[str, Any]
    signers: tuple[tuple[str, str], ...]


def verify(data: bytes, signers: Sequence[str] = ()) -> Verified:
    """Reads a report, JSON or page, and recovers who signed it. signers: addresses that must be among them.

    Raises InputError for what is no report, EvidenceError if it is not signed, was changed, or is signed by others.
    """
    if len(data) > LARGEST:
        raise InputError(f"a report has at most {LARGEST:,} bytes", where="report")
    text = data.decode(errors="replace")
    given = _given(text)
    said, signatures = given["report"], given["signatures"]
    try:
        if text.lstrip().startswith("<") and as_html(given) != text:
            raise EvidenceError("what the page shows is not what was signed", where="report", hint="ask for it again")
        found = tuple((_signer(said, one), str(one.get("role", ""))) for one in signatures)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError):  # a moment no calendar has
        raise InputError("the report lacks something", where="report", hint="is it whole?") from None
    known = {address.lower() for address, _ in found}
    for wanted in signers:
        if wanted.lower() not in known:
            who = ", ".join(address for address, _ in found)
            raise EvidenceError(f"{wanted} did not sign this report", where="signatures", hint=f"it is signed by {who}")
    return Verified(said, found)


def _given(text: str) -> dict[str, Any]:
    if text.lstrip().startswith("<"):
        inside = re.search(r'<pre id="signed">(.*?)</pre>', text, re.DOTALL)
        text = unescape(inside[1]) if inside else ""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or given.get("format") != FILE or not isinstance(given.get("report"), dict):
        raise InputError("this is no signed report of an audit", where="report", hint=f"its format is {FILE}")
    if given["report"].get("format") != FORMAT:
        raise InputError("the report is of a form this version does not know", where="report", hint="update Hanse")
    signatures = given.get("signatures")
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= MOST_SIGNATURES:
        raise EvidenceError("nobody signed this report", where="signatures", hint="ask for a signed one")
    return given


def _signer(said: Mapping[str, Any], one: Mapping[str, str]) -> str:
    """Who made a signature. Raises EvidenceError if it is not whoever it names."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    asked, by = to_sign(said), str(one["by"])
    message = {**asked["message"], "report": bytes.fromhex(asked["message"]["report"][2:])}
    try:
        signable = encode_typed_data(asked["domain"], TYPES, message)
        found = str(Account.recover_message(signable, signature=bytes.fromhex(one["signature"].removeprefix("0x"))))
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
        found = ""
    if found != by:
        raise EvidenceError(
            f"this is not what {by} signed", where="signatures", hint="it was changed afterwards; ask for it again"
        )
    return found


# --- to read ----------------------------------------------------------------------------------------------------

STYLE = """body{font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.4rem}h2{font-size:1.1rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ccc}
.n{text-align:right}li,code,pre{font-family:monospace;font-size:.85rem;overflow-wrap:anywhere;white-space:pre-wrap}
.bad{color:#b3001b}.good{color:#00694c}"""


def as_html(file: Mapping[str, Any]) -> str:
    """A signed report as one page to read, print and keep; the same report gives the same page."""
    said = file["report"]
    title, count = f"Audit of {said['league']}", sum(one["count"] for one in said["checks"])
    differ = sum(len(one["differences"]) for one in said["checks"])
    block = said["audited"]["block"]
    result = (
        f"Everything agrees: {count} pieces were recomputed, up to block {block} of the chain."
        if said["agrees"]
        else f"{differ} pieces differ from what is recorded, up to block {block} of the chain."
    )
    span = f"{_moment(said['first']['time'])} (block {said['first']['block']}) to {_moment(said['last']['time'])}"
    rows = "".join(map(_row, said["checks"]))
    happened_rows = "".join(_happened(name, said["happened"][name]) for name in HAPPENED if name in said["happened"])
    signers = "".join(f"<li>{escape(one['by'])} ({escape(one['role'])})</li>" for one in file["signatures"])
    inside = escape(json.dumps(file, sort_keys=True, ensure_ascii=False), quote=False)
    parts = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>",
        f'<p class="{_tone(said["agrees"])}">{escape(result)}</p>',
        f"<p>Made {_moment(said['made'])} by {escape(said['by'])}. Hanse {escape(said['version'])}. "
        f"Chain {said['chain']}, contract <code>{escape(said['contract'])}</code>.</p>",
        f"<h2>What happened from {span} (block {said['last']['block']})</h2>",
        f"<table><tbody>{happened_rows}</tbody></table>",
        "<h2>What was recomputed, from the first block on</h2>",
        '<table><thead><tr><th>What</th><th class="n">Pieces</th><th>Result</th></tr></thead>',
        f"<tbody>{rows}</tbody></table><h2>Signed by</h2><ul>{signers}</ul>",
        "<p>Verify it at home: <code>hanse audit --verify-report FILE</code></p>",
        f'<details><summary>What was signed</summary><pre id="signed">{inside}</pre></details></body></html>',
    )
    return "\n".join(parts) + "\n"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _tone(ok: bool) -> str:
    return "good" if ok else "bad"


def _happened(name: str, value: Any) -> str:
    shown = ", ".join(f"{one['number']} ({one['hash'][:10]}…)" for one in value) if isinstance(value, list) else value
    if name in MONEY:
        shown = f"{value / 100:,.2f}"
    return f'<tr><td>{escape(name)}</td><td class="n">{escape(str(shown) or "–")}</td></tr>'


def _row(one: Mapping[str, Any]) -> str:
    words = "✓ agrees" if one["ok"] else f"✗ {len(one['differences'])} differ"
    listed = "".join(f"<li>{escape(each)}</li>" for each in one["differences"])
    return (
        f'<tr><td>{escape(one["what"])}</td><td class="n">{one["count"]}</td>'
        f'<td class="{_tone(one["ok"])}">{escape(words)}{f"<ul>{listed}</ul>" if listed else ""}</td></tr>'
    )
