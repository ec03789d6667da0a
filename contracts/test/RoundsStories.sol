// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRounds} from "../src/interfaces/IRounds.sol";
import {LeagueTest} from "./LeagueTest.sol";

/// @notice The short sentences that stories about rounds are told in. A round here has eight demands, each with
/// baseline 100 and target 60, and a pot of 8000.
abstract contract RoundsStories is LeagueTest {
    uint96 internal constant POT = 8_000;
    uint96 internal constant BOND = 1_001;
    uint64 internal constant M = 100;
    uint64 internal constant B = 60;
    uint16 internal constant DEMANDS = 8;
    bytes32 internal constant PROBLEM = keccak256("problem");
    bytes32 internal constant TARGETS = keccak256("targets");
    bytes32 internal constant EVIDENCE = keccak256("evidence");
    bytes32 internal constant SALT = keccak256("salt");
    uint32 internal constant COMMIT = 100;
    uint32 internal constant REVEAL = 50;
    uint32 internal constant CHALLENGE = 70;

    /// @dev What a claim says, before it is bytes.
    struct Draft {
        uint8 version;
        bytes32 problem;
        bytes32 targets;
        bytes32 cover;
        uint64 work;
        uint64 transport;
        uint64 baseline;
        uint64 target;
        uint64 bounds;
        uint64 prices;
        uint32 scale;
        uint64 bound;
    }

    /// @dev Of the claims that were revealed: what the judge would say was shown to it.
    mapping(uint256 round => mapping(uint8 index => bytes32)) internal digests;

    function setUp() public virtual override {
        super.setUp();
        vm.warp(1_000_000);
        staked(coordinator, 100_000);
        staked(solver, 100_000);
        staked(otherSolver, 100_000);
    }

    function staked(address account, uint256 amount) internal {
        give(account, amount);
        vm.prank(account);
        token.approve(address(rounds), type(uint256).max);
        vm.prank(account);
        rounds.deposit(amount);
    }

    function terms() internal pure returns (IRounds.Terms memory) {
        return IRounds.Terms({
            problem: PROBLEM,
            targets: TARGETS,
            document: keccak256("document"),
            baseline: DEMANDS * M,
            target: DEMANDS * B,
            least: 0,
            pot: POT,
            bond: BOND,
            commitSeconds: COMMIT,
            revealSeconds: REVEAL,
            challengeSeconds: CHALLENGE,
            demands: DEMANDS,
            most: 64,
            firstWins: false
        });
    }

    function opened(IRounds.Terms memory some) internal returns (uint256) {
        vm.prank(coordinator);
        return rounds.open(some);
    }

    function aRound() internal returns (uint256) {
        return opened(terms());
    }

    function aFirstWinsRound() internal returns (uint256) {
        IRounds.Terms memory some = terms();
        some.firstWins = true;
        return opened(some);
    }

    function cover(uint256 word) internal pure returns (uint256[] memory words) {
        return list(word);
    }

    function hashOf(uint256[] memory words) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(words));
    }

    /// @dev A claim over the demands of a word that costs so much.
    function draft(uint256 word, uint64 value) internal pure returns (Draft memory) {
        uint64 size;
        for (uint256 rest = word; rest != 0; rest &= rest - 1) {
            ++size;
        }
        return Draft({
            version: 1,
            problem: PROBLEM,
            targets: TARGETS,
            cover: hashOf(cover(word)),
            work: value - value / 3,
            transport: value / 3,
            baseline: size * M,
            target: size * B,
            bounds: 2_000,
            prices: 500,
            scale: 1_000,
            bound: 2
        });
    }

    function bytesOf(Draft memory one) internal pure returns (bytes memory) {
        bytes memory plan = abi.encodePacked(keccak256("plan"), one.work, one.transport, uint64(7));
        bytes memory uses = abi.encodePacked(uint64(99), keccak256("uses"), uint32(3));
        bytes memory jobs = abi.encodePacked(keccak256("jobs"), one.bounds, one.baseline, one.target);
        bytes memory prices = abi.encodePacked(keccak256("prices"), one.prices, one.scale, one.bound);
        return abi.encodePacked(one.version, one.problem, one.targets, one.cover, plan, uses, jobs, prices);
    }

    function committed(uint256 id, address who, bytes memory claim) internal returns (uint8) {
        bytes32 sealed_ = rounds.seal(id, who, keccak256(claim), EVIDENCE, SALT);
        vm.prank(who);
        return rounds.commit(id, sealed_);
    }

    function committed(uint256 id, address who, uint256 word, uint64 value) internal returns (uint8) {
        return committed(id, who, bytesOf(draft(word, value)));
    }

    function revealed(uint256 id, uint8 index, address who, uint256 word, uint64 value) internal {
        revealed(id, index, who, bytesOf(draft(word, value)), cover(word));
    }

    function revealed(uint256 id, uint8 index, address who, bytes memory claim, uint256[] memory words) internal {
        digests[id][index] = keccak256(claim);
        vm.prank(who);
        rounds.reveal(id, index, SALT, claim, words, EVIDENCE);
    }

    function untilReveal(uint256 id) internal {
        vm.warp(rounds.roundOf(id).commitEnd);
    }

    function untilChallenge(uint256 id) internal {
        vm.warp(rounds.roundOf(id).revealEnd);
    }

    function untilAward(uint256 id) internal {
        vm.warp(rounds.roundOf(id).challengeEnd);
    }

    /// @dev A round in its challenge window, with claims of two solvers in turn.
    function challenged(uint256 id, uint256[] memory words, uint64[] memory values) internal {
        for (uint256 i = 0; i < words.length; ++i) {
            committed(id, turn(i), words[i], values[i]);
        }
        untilReveal(id);
        for (uint8 i = 0; i < words.length; ++i) {
            revealed(id, i, turn(i), words[i], values[i]);
        }
        untilChallenge(id);
    }

    function turn(uint256 index) internal view returns (address) {
        return index % 2 == 0 ? solver : otherSolver;
    }

    function awarded(uint256 id, uint8[] memory order) internal {
        vm.prank(stranger);
        rounds.award(id, order);
    }

    function struck(uint256 id, uint8 index, address challenger) internal {
        vm.prank(judge);
        rounds.strike(id, index, digests[id][index], challenger, 7);
    }

    function conflicting(uint256 id, uint8[] memory claims) internal {
        bytes32[] memory judged = digestsOf(id, claims);
        vm.prank(judge);
        rounds.conflict(id, claims, judged);
    }

    function digestsOf(uint256 id, uint8[] memory claims) internal view returns (bytes32[] memory judged) {
        judged = new bytes32[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            judged[i] = digests[id][claims[i]];
        }
    }

    function statusOf(uint256 id, uint8 index) internal view returns (IRounds.Status) {
        return rounds.claimOf(id, index).status;
    }

    function assertStatus(uint256 id, uint8 index, IRounds.Status status, string memory why) internal view {
        assertEq(uint256(statusOf(id, index)), uint256(status), why);
    }

    function words3(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory all) {
        all = new uint256[](3);
        (all[0], all[1], all[2]) = (a, b, c);
    }

    function values3(uint64 a, uint64 b, uint64 c) internal pure returns (uint64[] memory all) {
        all = new uint64[](3);
        (all[0], all[1], all[2]) = (a, b, c);
    }

    function set(uint8 a) internal pure returns (uint8[] memory all) {
        all = new uint8[](1);
        all[0] = a;
    }

    function set(uint8 a, uint8 b) internal pure returns (uint8[] memory all) {
        all = new uint8[](2);
        (all[0], all[1]) = (a, b);
    }

    function set(uint8 a, uint8 b, uint8 c) internal pure returns (uint8[] memory all) {
        all = new uint8[](3);
        (all[0], all[1], all[2]) = (a, b, c);
    }

    function tooEarlyOrLate(uint256 from, uint256 until) internal {
        refused(abi.encodeWithSelector(IRounds.NotNow.selector, block.timestamp, from, until));
    }

    function notStanding(uint8 index, IRounds.Status status) internal {
        refused(abi.encodeWithSelector(IRounds.NotStanding.selector, index, status));
    }
}
