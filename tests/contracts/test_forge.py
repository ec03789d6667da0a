"""The Solidity tests pass, as whole transactions, and the gas table is what they measure."""

from __future__ import annotations

import json

from tests.contracts.tools import CONTRACTS, needs_packages, run

# One worker for both: they share forge's build folder.
SUITES = {
    "AgreementsByClerksTest",
    "AgreementsOfSolversTest",
    "AgreementsTest",
    "AnchorsGasTest",
    "AnchorsTest",
    "BeaconGasTest",
    "BeaconInvariantsTest",
    "BeaconTest",
    "BlocksTest",
    "ChallengeGasTest",
    "ChallengeTest",
    "CharterOfDealsTest",
    "CharterTest",
    "ClimbTest",
    "CommunitiesInvariantsTest",
    "CommunitiesTest",
    "CouncilGasTest",
    "CouncilTest",
    "DecisionsInvariantsTest",
    "DesignsGasTest",
    "DesignsInvariantsTest",
    "DesignsTest",
    "FinancingTest",
    "GasTest",
    "IdentitiesGasTest",
    "IdentitiesGuardiansTest",
    "IdentitiesInvariantsTest",
    "IdentitiesTest",
    "InvariantsTest",
    "LeagueAddressBookTest",
    "LeagueTokenTest",
    "MatchingTest",
    "MemberRegistryTest",
    "OfficesTest",
    "OffersGasTest",
    "OffersInvariantsTest",
    "OffersTest",
    "OrderBookTest",
    "ProductCatalogueTest",
    "QuotationsGasTest",
    "QuotationsInvariantsTest",
    "QuotationsTest",
    "RewardCurveTest",
    "RoundsAwardTest",
    "RoundsGasTest",
    "RoundsInvariantsTest",
    "RoundsJudgeTest",
    "RoundsTest",
    "SettlementClausesTest",
    "SettlementDisputesTest",
    "SettlementGasTest",
    "SettlementInvariantsTest",
    "SettlementTest",
    "VersionsTest",
}
FEWEST_TESTS = 480
"""Today's number, rounded down: a suite that silently stops being found must not pass."""


def test_every_solidity_test_passes_as_whole_transactions() -> None:
    needs_packages()
    done = run(CONTRACTS / "bin" / "forge", "test", "--isolate", "--json", cwd=CONTRACTS)
    assert "{" in done.stdout, done.stdout + done.stderr
    suites = json.loads(done.stdout[done.stdout.index("{") :])
    results = {
        f"{suite.rpartition(':')[2]}.{name}": result["status"]
        for suite, found in suites.items()
        for name, result in found["test_results"].items()
    }
    assert {name: status for name, status in results.items() if status != "Success"} == {}
    assert {name.partition(".")[0] for name in results} == SUITES
    assert len(results) >= FEWEST_TESTS
    assert done.returncode == 0, done.stderr


def test_forge_is_called_so_that_a_failure_is_seen() -> None:
    needs_packages()
    done = run(CONTRACTS / "bin" / "forge", "no-such-command", cwd=CONTRACTS)
    assert done.returncode != 0


def test_the_gas_table_is_current() -> None:
    needs_packages()
    done = run("node", CONTRACTS / "gas.mjs", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GAS.md is current" in done.stdout
