"""Slither, an analyser that others wrote, has nothing to say that contracts/slither.md does not answer."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.contracts.tools import CONTRACTS, PACKAGES, needs_packages, run

SLITHER = Path(sys.executable).with_name("slither")

PLANTED = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

contract Planted {
    mapping(address holder => uint256) private _owed;

    function pay() external payable {
        _owed[msg.sender] += msg.value;
    }

    function take() external {
        (bool sent,) = msg.sender.call{value: _owed[msg.sender]}("");
        require(sent);
        _owed[msg.sender] = 0;
    }
}
"""


@pytest.mark.skipif(not SLITHER.exists(), reason="slither-analyzer is not installed")
def test_slither_finds_a_planted_flaw_and_nothing_else(tmp_path: Path) -> None:
    needs_packages()
    # A copy, because slither begins with `forge clean`.
    copy = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, copy, ignore=shutil.ignore_patterns("out", "cache", "test"))
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    (copy / "src" / "Planted.sol").write_text(PLANTED, encoding="utf-8")
    report = tmp_path / "report.json"

    done = run(SLITHER, ".", "--json", report, cwd=copy)

    assert report.exists(), done.stdout + done.stderr
    said = json.loads(report.read_text(encoding="utf-8"))
    assert said["success"], said["error"]
    findings = said["results"]["detectors"]
    planted = [one for one in findings if "Planted" in one["description"]]
    assert "reentrancy-eth" in {one["check"] for one in planted}
    assert [one["description"] for one in findings if one not in planted] == []
