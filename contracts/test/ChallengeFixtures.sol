// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Challenge} from "../src/Challenge.sol";
import {ClaimsHost} from "./ClaimsHost.sol";
import {Test} from "./Test.sol";

/// @notice A judge, its host, and what fixtures/make.py has written.
abstract contract ChallengeFixtures is Test {
    uint256 internal constant ROUND = 3;
    uint8 internal constant INDEX = 7;
    address internal challenger = vm.addr(0xCA);

    ClaimsHost internal host;
    Challenge internal challenge;
    string internal fixtures;
    string[] internal names;

    function setUp() public virtual {
        host = new ClaimsHost();
        challenge = new Challenge(host);
        host.appoint(address(challenge));
        fixtures = vm.readFile("test/fixtures/witnesses.json");
        names = vm.parseJsonKeys(fixtures, "$.lies");
    }

    function lie(string memory name) internal view returns (bytes memory claim, bytes memory covered, bytes memory witness) {
        string memory key = string.concat("$.lies.", name);
        claim = vm.parseJsonBytes(fixtures, string.concat(key, ".claim"));
        covered = vm.parseJsonBytes(fixtures, string.concat(key, ".covered"));
        witness = vm.parseJsonBytes(fixtures, string.concat(key, ".witness"));
    }

    function clash(string memory name) internal view returns (bytes[] memory claims, bytes memory witness) {
        string memory key = string.concat("$.conflicts.", name);
        claims = new bytes[](2);
        claims[0] = vm.parseJsonBytes(fixtures, string.concat(key, ".first"));
        claims[1] = vm.parseJsonBytes(fixtures, string.concat(key, ".second"));
        witness = vm.parseJsonBytes(fixtures, string.concat(key, ".witness"));
    }

    function keep(bytes[] memory claims) internal {
        host.keep(ROUND, 1, slice(claims[0], 305), "");
        host.keep(ROUND, 4, slice(claims[1], 305), "");
    }

    function indices(uint8 first, uint8 second) internal pure returns (uint8[] memory list) {
        list = new uint8[](2);
        (list[0], list[1]) = (first, second);
    }

    function slice(bytes memory data, uint256 length) internal pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[i];
        }
    }
}
