// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Identities} from "../src/Identities.sol";
import {IIdentities} from "../src/interfaces/IIdentities.sol";
import {Test} from "./Test.sol";

/// @notice The short sentences that stories about identities are told in: a firm, its machine, its clerk, and three guardians of it.
abstract contract IdentitiesStories is Test {
    uint256 internal constant FIRM_KEY = 0xF1;
    uint256 internal constant THIEF_KEY = 0x7F;
    uint40 internal constant DELAY = 2 days;
    uint256 internal constant START = 1_000_000;
    bytes32 internal constant READINGS = "hanse/readings";
    bytes32 internal constant DIGEST = keccak256("credential");

    address internal firm = vm.addr(FIRM_KEY);
    address internal newKey = vm.addr(0xF2);
    address internal machine = vm.addr(0x3A);
    address internal clerk = vm.addr(0xC7);
    address internal venue = vm.addr(0x7E);
    address internal thief = vm.addr(THIEF_KEY);
    address[] internal guardians;

    Identities internal identities;

    function setUp() public virtual {
        identities = new Identities();
        vm.warp(START);
        guardians = [vm.addr(0x61), vm.addr(0x62), vm.addr(0x63)];
        for (uint256 i = 1; i < guardians.length; ++i) {
            for (uint256 j = i; j > 0 && guardians[j] < guardians[j - 1]; --j) {
                (guardians[j], guardians[j - 1]) = (guardians[j - 1], guardians[j]);
            }
        }
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev What the owner signs, put together here from the words of EIP-712 alone.
    function toSign(Identities at, bytes32 struct_) internal view returns (bytes32) {
        bytes32 kind =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain =
            keccak256(abi.encode(kind, keccak256("Hanse identities"), keccak256("1"), block.chainid, address(at)));
        return keccak256(abi.encodePacked(hex"1901", domain, struct_));
    }

    function ownerChange(address newOwner, uint256 nonce, uint256 deadline) internal view returns (bytes32) {
        bytes32 kind = keccak256("ChangeOwner(address identity,address newOwner,uint256 nonce,uint256 deadline)");
        return keccak256(abi.encode(kind, firm, newOwner, nonce, deadline));
    }

    function notTheOwner(address identity, address caller) internal {
        refused(
            abi.encodeWithSelector(
                IIdentities.NotTheOwner.selector, identity, caller, identities.identityOwner(identity)
            )
        );
    }

    function outOfRange(string memory term, uint256 given, uint256 least, uint256 most) internal {
        refused(abi.encodeWithSelector(IIdentities.OutOfRange.selector, term, given, least, most));
    }

    function rotated(address to) internal {
        vm.prank(firm);
        identities.changeOwner(firm, to);
    }

    function mandated(uint96 perDeal, uint96 perPeriod) internal {
        vm.prank(firm);
        identities.mandate(
            firm, clerk, venue, IIdentities.Mandate(perDeal, perPeriod, 1 days, uint40(block.timestamp) + 30 days)
        );
    }

    function charged(uint256 amount) internal {
        vm.prank(venue);
        identities.charge(firm, clerk, amount);
    }

    function guarded(uint8 threshold) internal {
        vm.prank(firm);
        identities.guard(firm, guardians, threshold, DELAY);
    }

    function supported(uint256 which, address candidate) internal {
        vm.prank(guardians[which]);
        identities.support(firm, guardians[which], candidate);
    }
}
