"""What binds a signature or a seal to its place is missed by the Solidity tests if it is taken away: a copy of the
sources with one thing left out must fail in the test that is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.contracts.tools import CONTRACTS, PACKAGES, needs_packages, run

MUTATIONS = {
    "the contract in the seal of a bid": (
        "Quotations.sol",
        "abi.encode(block.chainid, address(this), number, bidder, shown)",
        "abi.encode(block.chainid, number, bidder, shown)",
        "QuotationsTest.test_a_seal_is_for_one_request_one_contract_and_one_chain()",
    ),
    "the contract in the seal of a claim": (
        "RoundBook.sol",
        "abi.encode(address(this), block.chainid, id, solver, digest, evidence, salt)",
        "abi.encode(block.chainid, id, solver, digest, evidence, salt)",
        "RoundsTest.test_a_seal_is_for_one_contract_and_one_chain()",
    ),
    "the nonce of a ballot": (
        "Council.sol",
        "_useNonce(voter), deadline",
        "nonces(voter), deadline",
        "CouncilTest.test_a_signed_vote_counts_once_for_one_proposal_on_one_chain()",
    ),
    "the domain of a signed change of an identity": (
        "Identities.sol",
        "bytes32 digest = _hashTypedDataV4(said);",
        "bytes32 digest = said;",
        "IdentitiesTest.test_what_was_signed_by_another_for_another_chain_contract_or_key_is_worth_nothing()",
    ),
    "whose key uses a role": (
        "Offices.sol",
        "(own, seat) = keys().seatsOf(account);",
        "seat = address(0);",
        "OfficesTest.test_a_key_that_gave_its_identity_up_certifies_and_revokes_nobody()",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", sorted(MUTATIONS))
def test_a_test_fails_without(what: str, tmp_path: Path) -> None:
    needs_packages()
    file, there, instead, expected = MUTATIONS[what]
    copy = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, copy, ignore=shutil.ignore_patterns("out", "cache"))
    suite = expected.partition(".")[0]
    for other in (copy / "test").glob("*.t.sol"):  # which would be compiled in vain
        if f"contract {suite} is" not in other.read_text(encoding="utf-8"):
            other.unlink()
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    source = copy / "src" / file
    text = source.read_text(encoding="utf-8")
    assert text.count(there) == 1, f"{file} says it otherwise now"
    source.write_text(text.replace(there, instead), encoding="utf-8")

    done = run(copy / "bin" / "forge", "test", "--isolate", "--json", "--match-contract", f"^{suite}$", cwd=copy)

    assert "{" in done.stdout, done.stdout + done.stderr
    found = json.loads(done.stdout[done.stdout.index("{") :])
    results = {
        f"{name.rpartition(':')[2]}.{test}": result["status"]
        for name, tests in found.items()
        for test, result in tests["test_results"].items()
    }
    assert results[expected] == "Failure"
