"""What Hanse packages is what the sources compile to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.contracts.tools import ARTIFACTS, CONTRACTS, ROOT, needs_packages, run

CONTRACT_NAMES = {
    "League",
    "LeagueToken",
    "MemberRegistry",
    "ProductCatalogue",
    "OrderBook",
    "Matching",
    "Blocks",
    "Rounds",
    "Challenge",
    "Agreements",
    "Settlement",
    "Offers",
    "Anchors",
    "Beacon",
    "Identities",
    "Communities",
    "Council",
    "Charter",
    "Versions",
    "Designs",
    "Quotations",
    "Hands",
}


def check(folder: Path) -> tuple[int, str]:
    needs_packages()
    done = run("node", CONTRACTS / "build.mjs", "--check", "--artifacts", folder)
    return done.returncode, done.stdout + done.stderr


def test_the_packaged_artefacts_are_what_the_sources_compile_to() -> None:
    status, said = check(ARTIFACTS)
    assert status == 0, said
    assert "22 artefacts" in said


def test_a_tampered_a_missing_and_a_foreign_artefact_are_found(tmp_path: Path) -> None:
    copy = tmp_path / "artifacts"
    shutil.copytree(ARTIFACTS, copy)
    tampered = copy / "OrderBook.json"
    text = tampered.read_text(encoding="utf-8")
    middle = text.index('"bytecode": "0x') + 2_000
    tampered.write_text(text[:middle] + ("0" if text[middle] != "0" else "1") + text[middle + 1 :], encoding="utf-8")
    (copy / "Blocks.json").unlink()
    (copy / "Backdoor.json").write_text("{}", encoding="utf-8")

    status, said = check(copy)

    assert status == 1
    assert "OrderBook.json is not what its source compiles to" in said
    assert "Blocks.json is missing" in said
    assert "Backdoor.json is not made from any source" in said
    assert "League.json" not in said


def test_every_contract_has_an_artefact_and_nothing_else_does() -> None:
    assert {path.stem for path in ARTIFACTS.glob("*.json")} == CONTRACT_NAMES


@pytest.mark.parametrize("name", sorted(CONTRACT_NAMES))
def test_an_artefact_says_what_it_is_and_nothing_of_the_machine_that_made_it(name: str) -> None:
    text = (ARTIFACTS / f"{name}.json").read_text(encoding="utf-8")
    artefact = json.loads(text)
    assert artefact["contractName"] == name
    assert artefact["sourceName"] == f"src/{name}.sol"
    assert artefact["compiler"].startswith("0.8.30+")
    assert artefact["settings"]["evmVersion"] == "paris"
    assert artefact["settings"]["optimizer"] == {"enabled": True, "runs": 10_000}
    assert len(bytes.fromhex(artefact["bytecode"].removeprefix("0x"))) > 500
    assert len(artefact["sourceHash"]) == 66
    assert str(ROOT) not in text


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"], "an empty lock would prove nothing"
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
