"""members.csv: who is in a league, who of them runs a validator and where, and whose account has gas money."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import InputError

COLUMNS = ("member", "host", "account")
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """A line of members.csv. host: where its validator is, if it runs one. account: what has gas money, if any."""

    name: str
    host: str | None
    account: str | None


def read_members(path: Path) -> tuple[Member, ...]:
    """The members of `members.csv`: columns member, host and account, the last two may be empty or left out.

    Raises InputError naming the line.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("this is too long for a list of members", where=str(path))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        raise InputError(f"the list of members cannot be read ({failure.strerror})", where=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("not text in UTF-8", where=str(path), hint="save the table as CSV in UTF-8") from None
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        names = [name.strip() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        if "member" not in names or not set(names) <= set(COLUMNS) or len(set(names)) < len(names):
            raise InputError(
                f"the columns are {', '.join(names) or 'missing'}", where=str(path), hint="member, host, account"
            )
        return _members(path, rows)
    except csv.Error as wrong:
        raise InputError(f"no table: {wrong}", where=f"{path}, line {rows.line_num}") from None


def _members(path: Path, rows: csv.DictReader[str]) -> tuple[Member, ...]:
    found: list[Member] = []
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        if None in row:
            raise InputError("more fields than columns", where=where)
        said = {name: (value or "").strip() for name, value in row.items()}
        if not any(said.values()):
            continue
        if not said["member"]:
            raise InputError("who is it?", where=where, hint="the column `member` names each")
        account = said.get("account") or None
        if account is not None:
            account = _account(account, where)
        found.append(Member(said["member"], said.get("host") or None, account))
    for what in ("name", "account"):
        told = [getattr(one, what) for one in found if getattr(one, what) is not None]
        twice = next((one for one in told if told.count(one) > 1), None)
        if twice is not None:
            raise InputError(f"{twice} is there twice", where=str(path))
    return tuple(found)


def _account(text: str, where: str) -> str:
    if not is_address(text) or not (text[2:].islower() or text[2:].isupper() or text == to_checksum_address(text)):
        raise InputError(f"{text!r} is no account", where=where, hint="0x and 40 hexadecimal digits, copied whole")
    return str(to_checksum_address(text))
