"""The contracts, from their ABI and what their authors wrote about each part (NatSpec, by the compiler itself)."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from handbook.outside import ROOT
from hanse.ledger import contracts

INTRODUCTION = """# Contracts

What can be called, heard and refused, by contract; how they belong together is told in
[contracts](../contracts.md), what calls cost in [GAS.md](../../contracts/GAS.md). Amounts are cents.

"""

Doc = dict[str, Any]


def page() -> str:
    """All contracts that are packaged."""
    docs = natspec()
    return INTRODUCTION + "\n".join(_contract(name, docs[name]) for name in names())


def names() -> list[str]:
    """Of the packaged contracts."""
    return sorted(path.stem for path in (ROOT / "src" / "hanse" / "ledger" / "artifacts").glob("*.json"))


def natspec() -> dict[str, Doc]:
    """`userdoc` and `devdoc` by contract. Raises RuntimeError if node or the compiler is missing."""
    done = subprocess.run(
        ["node", ROOT / "contracts" / "natspec.mjs"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode != 0:
        raise RuntimeError(f"contracts/natspec.mjs failed; `make docs` installs what it needs:\n{done.stderr}")
    found: dict[str, Doc] = json.loads(done.stdout)
    return found


def _contract(name: str, docs: Doc) -> str:
    user, dev = docs["userdoc"], docs["devdoc"]
    parts = [f"## {name}", "", dev.get("title", ""), "", user.get("notice", ""), "", dev.get("details", ""), ""]
    abi = [dict(item) for item in contracts.contract(name).abi]
    for kind, title in (
        ("constructor", "Made with"),
        ("function", "Calls"),
        ("event", "Events"),
        ("error", "Refusals"),
    ):
        items = sorted((one for one in abi if one["type"] == kind), key=lambda one: str(one.get("name", "")))
        if items:
            parts += [f"**{title}**", ""]
            parts += [_item(kind, one, user, dev) for one in items]
            parts.append("")
    return "\n".join(parts)


def _item(kind: str, item: Doc, user: Doc, dev: Doc) -> str:
    key = "constructor" if kind == "constructor" else _signature(item)
    group = {"event": "events", "error": "errors"}.get(kind, "methods")
    told = _of(user, group, key) | _of(dev, group, key)
    words = " ".join(f"{told.get('notice', '')} {told.get('details', '')}".split())
    mark = {"view": " *reads*", "pure": " *computes*", "payable": " *takes coins*"}.get(
        item.get("stateMutability", ""), ""
    )
    lines = [f"* `{_shown(kind, item)}`{mark}" + (f"  \n    {words}" if words else "")]
    given = told.get("params", {})
    lines += [f"    * `{one}`: {' '.join(str(given[one]).split())}" for one in given]
    answers = told.get("returns", {})
    lines += [f"    * answers: {' '.join(str(answers[one]).split())}" for one in answers]
    return "\n".join(lines)


def _of(docs: Doc, group: str, key: str) -> Doc:
    """What is told of one part; of errors the compiler keeps a list, as several may share a signature."""
    found = docs.get(group, {}).get(key, {})
    if isinstance(found, list):
        found = found[0] if found else {}
    return {"notice": found} if isinstance(found, str) else dict(found)


def _signature(item: Doc) -> str:
    return f"{item['name']}({','.join(_type(one) for one in item['inputs'])})"


def _type(one: Doc) -> str:
    kind = str(one["type"])
    if kind.startswith("tuple"):
        return f"({','.join(_type(part) for part in one['components'])}){kind.removeprefix('tuple')}"
    return kind


def _shown(kind: str, item: Doc) -> str:
    """As in Solidity, with structs by their names."""

    def named(one: Doc) -> str:
        inner = str(one.get("internalType", one["type"])).removeprefix("struct ").removeprefix("enum ")
        inner = inner.removeprefix("contract ").rpartition(".")[2] if " " in str(one.get("internalType", "")) else inner
        index = " indexed" if one.get("indexed") else ""
        return f"{inner}{index} {one['name']}".strip()

    name = "constructor" if kind == "constructor" else item["name"]
    shown = f"{name}({', '.join(named(one) for one in item.get('inputs', []))})"
    answers = ", ".join(named(one) for one in item.get("outputs", []))
    return f"{shown} → {answers}" if answers else shown
