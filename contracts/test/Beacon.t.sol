// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Beacon} from "../src/Beacon.sol";
import {IBeacon} from "../src/interfaces/IBeacon.sol";
import {Measured} from "./Measured.sol";

/// @notice Three attestors of whom two must sign, and a stretch of two records.
abstract contract BeaconStories is Measured {
    uint256 internal constant FIRST = 0xA1;
    uint256 internal constant SECOND = 0xA2;
    uint256 internal constant THIRD = 0xA3;
    uint256 internal constant STRANGER = 0x57;
    uint256 internal constant SOURCE = 4219;

    address internal admin = vm.addr(0xAD);
    address internal league = vm.addr(0x1E);
    Beacon internal beacon;

    function setUp() public virtual {
        beacon = aBeacon();
    }

    function aBeacon() internal returns (Beacon) {
        return new Beacon(admin, SOURCE, league, three(), 2);
    }

    function three() internal pure returns (address[] memory who) {
        who = new address[](3);
        (who[0], who[1], who[2]) = (vm.addr(FIRST), vm.addr(SECOND), vm.addr(THIRD));
    }

    function aRecord(uint64 index) internal view returns (IBeacon.Record memory) {
        bytes32[] memory topics = new bytes32[](1);
        topics[0] = keccak256("Appended");
        return IBeacon.Record({height: 7, index: index, emitter: league, topics: topics, data: abi.encode("plan", index)});
    }

    function leaf(IBeacon.Record memory record) internal pure returns (bytes32) {
        return keccak256(bytes.concat(hex"00", abi.encode(record)));
    }

    function aRoot() internal view returns (bytes32) {
        return keccak256(bytes.concat(hex"01", leaf(aRecord(0)), leaf(aRecord(1))));
    }

    function siblingOfFirst() internal view returns (bytes32[] memory path) {
        path = new bytes32[](1);
        path[0] = leaf(aRecord(1));
    }

    function next() internal view returns (IBeacon.Statement memory) {
        (bytes32 digest,, uint64 last,) = beacon.kept(beacon.head());
        return IBeacon.Statement({
            number: beacon.head() + 1,
            revision: beacon.revision(),
            previous: beacon.head() == 0 ? bytes32(0) : digest,
            first: beacon.head() == 0 ? 0 : last + 1,
            last: last + 10,
            blockHash: keccak256("block"),
            root: aRoot()
        });
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev In ascending order of the signers' addresses, as the contract takes them.
    function both(uint256 one, uint256 other, bytes32 digest) internal pure returns (bytes[] memory signatures) {
        if (vm.addr(one) > vm.addr(other)) (one, other) = (other, one);
        signatures = new bytes[](2);
        (signatures[0], signatures[1]) = (signed(one, digest), signed(other, digest));
    }

    function single(uint256 key, bytes32 digest) internal pure returns (bytes[] memory signatures) {
        signatures = new bytes[](1);
        signatures[0] = signed(key, digest);
    }

    function posted() internal {
        IBeacon.Statement memory statement = next();
        beacon.post(statement, both(FIRST, SECOND, beacon.digestOf(statement)));
    }
}

/// @notice A root is believed for enough signatures in its one place, and for nothing else.
contract BeaconTest is BeaconStories {
    function test_a_record_holds_under_a_statement_that_enough_attestors_signed() public {
        posted();
        assertTrue(beacon.holds(1, aRecord(0), 0, siblingOfFirst()), "holds");
        beacon.prove(1, aRecord(0), 0, siblingOfFirst());
    }

    function test_a_forged_record_or_path_or_place_does_not_hold() public {
        posted();
        IBeacon.Record memory forged = aRecord(0);
        forged.data = abi.encode("another plan");
        assertTrue(!beacon.holds(1, forged, 0, siblingOfFirst()), "record");
        assertTrue(!beacon.holds(1, aRecord(0), 1, siblingOfFirst()), "place");
        assertTrue(!beacon.holds(1, aRecord(0), 2, siblingOfFirst()), "beyond the tree");
        bytes32[] memory path = siblingOfFirst();
        path[0] = keccak256("forged");
        assertTrue(!beacon.holds(1, aRecord(0), 0, path), "path");
        assertTrue(!beacon.holds(2, aRecord(0), 0, siblingOfFirst()), "no statement");
        assertTrue(!beacon.holds(0, aRecord(0), 0, siblingOfFirst()), "none at all");
        refused(abi.encodeWithSelector(IBeacon.NotProven.selector));
        beacon.prove(1, forged, 0, siblingOfFirst());
    }

    function test_a_minority_is_not_believed_however_it_signs() public {
        IBeacon.Statement memory statement = next();
        bytes32 digest = beacon.digestOf(statement);
        refused(abi.encodeWithSelector(IBeacon.TooFew.selector, 1, 2));
        beacon.post(statement, single(FIRST, digest));
        bytes[] memory twice = new bytes[](2);
        (twice[0], twice[1]) = (signed(FIRST, digest), signed(FIRST, digest));
        refused(abi.encodeWithSelector(IBeacon.SignersNotAscending.selector));
        beacon.post(statement, twice);
        refused(abi.encodeWithSelector(IBeacon.TooFew.selector, 1, 2));
        beacon.post(statement, both(FIRST, STRANGER, digest));
    }

    function test_a_signature_counts_for_one_contract_and_one_league_alone() public {
        IBeacon.Statement memory statement = next();
        bytes[] memory signatures = both(FIRST, SECOND, beacon.digestOf(statement));
        Beacon other = aBeacon();
        assertTrue(other.digestOf(statement) != beacon.digestOf(statement), "another contract");
        Beacon ofOthers = new Beacon(admin, SOURCE + 1, league, three(), 2);
        assertTrue(ofOthers.digestOf(statement) != other.digestOf(statement), "another chain's league");
        (bool done,) = address(other).call(abi.encodeCall(IBeacon.post, (statement, signatures)));
        assertTrue(!done, "replayed at another contract");
    }

    function test_a_statement_counts_once_and_in_its_place() public {
        IBeacon.Statement memory first = next();
        posted();
        IBeacon.Statement memory second = next();
        bytes[] memory again = both(FIRST, SECOND, beacon.digestOf(first));
        refused(abi.encodeWithSelector(IBeacon.NotNext.selector, 2, 0, second.previous, second.first));
        beacon.post(first, again);
        IBeacon.Statement memory gap = second;
        gap.first += 1;
        again = both(FIRST, SECOND, beacon.digestOf(gap));
        refused(abi.encodeWithSelector(IBeacon.NotNext.selector, 2, 0, second.previous, second.first - 1));
        beacon.post(gap, again);
    }

    function test_a_turned_chain_is_taken_back_and_told_anew() public {
        posted();
        IBeacon.Statement memory old = next();
        old.number = 1;
        bytes32 reason = keccak256("the block that is there now");
        bytes[] memory signatures = both(SECOND, THIRD, beacon.retractionOf(1, reason));
        beacon.retract(1, reason, signatures);
        assertTrue(!beacon.holds(1, aRecord(0), 0, siblingOfFirst()), "taken back");
        assertEq(uint256(beacon.revision()), 1, "revision");
        bytes[] memory stale = both(FIRST, SECOND, beacon.digestOf(old));
        refused(abi.encodeWithSelector(IBeacon.NotNext.selector, 1, 1, bytes32(0), old.first));
        beacon.post(old, stale);
        posted();
        assertTrue(beacon.holds(1, aRecord(0), 0, siblingOfFirst()), "told anew");
        (bool done,) = address(beacon).call(abi.encodeCall(IBeacon.retract, (1, reason, signatures)));
        assertTrue(!done, "a retraction counts once");
    }

    function test_a_place_that_attestors_disagree_about_is_begun_anew() public {
        bytes32 reason = keccak256("turned before it was posted");
        beacon.retract(1, reason, both(FIRST, SECOND, beacon.retractionOf(1, reason)));
        assertEq(uint256(beacon.head()), 0, "head");
        posted();
        bytes[] memory none = new bytes[](0);
        refused(abi.encodeWithSelector(IBeacon.NoStatement.selector, 3));
        beacon.retract(3, reason, none);
        refused(abi.encodeWithSelector(IBeacon.TooFew.selector, 0, 2));
        beacon.retract(1, reason, none);
    }

    function test_who_signs_two_statements_for_one_place_is_struck_for_ever() public {
        IBeacon.Statement memory one = next();
        IBeacon.Statement memory other = next();
        other.root = keccak256("another");
        bytes memory left = signed(THIRD, beacon.digestOf(one));
        bytes memory right = signed(THIRD, beacon.digestOf(other));
        beacon.expose(one, left, other, right);
        assertTrue(!beacon.isAttestor(vm.addr(THIRD)), "struck");
        vm.prank(admin);
        refused(abi.encodeWithSelector(IBeacon.Struck.selector, vm.addr(THIRD)));
        beacon.name(vm.addr(THIRD), 2);
        refused(abi.encodeWithSelector(IBeacon.NoAttestor.selector, vm.addr(THIRD)));
        beacon.expose(one, left, other, right);
    }

    function test_nobody_is_struck_for_what_is_no_contradiction() public {
        IBeacon.Statement memory one = next();
        IBeacon.Statement memory later = next();
        later.revision = 1;
        bytes memory left = signed(FIRST, beacon.digestOf(one));
        bytes memory after_ = signed(FIRST, beacon.digestOf(later));
        refused(abi.encodeWithSelector(IBeacon.NoContradiction.selector));
        beacon.expose(one, left, one, left);
        refused(abi.encodeWithSelector(IBeacon.NoContradiction.selector));
        beacon.expose(one, left, later, after_);
        IBeacon.Statement memory other = next();
        other.root = keccak256("another");
        bytes memory ofSecond = signed(SECOND, beacon.digestOf(other));
        refused(abi.encodeWithSelector(IBeacon.NoContradiction.selector));
        beacon.expose(one, left, other, ofSecond);
    }

    function test_more_than_half_must_sign_always() public {
        refused(abi.encodeWithSelector(IBeacon.BadThreshold.selector, 1, 3));
        new Beacon(admin, SOURCE, league, three(), 1);
        vm.prank(admin);
        refused(abi.encodeWithSelector(IBeacon.BadThreshold.selector, 2, 4));
        beacon.name(vm.addr(STRANGER), 2);
        vm.prank(admin);
        beacon.name(vm.addr(STRANGER), 3);
        vm.prank(admin);
        beacon.dismiss(vm.addr(FIRST), 2);
        assertEq(beacon.attestors(), 3, "three again");
        IBeacon.Statement memory statement = next();
        bytes[] memory signatures = both(FIRST, SECOND, beacon.digestOf(statement));
        refused(abi.encodeWithSelector(IBeacon.TooFew.selector, 1, 2));
        beacon.post(statement, signatures);
    }

    function test_only_the_admin_names_and_a_pause_stops_posting_alone() public {
        refused(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, address(this), bytes32(0))
        );
        beacon.name(vm.addr(STRANGER), 3);
        posted();
        vm.prank(admin);
        beacon.pause();
        IBeacon.Statement memory statement = next();
        bytes[] memory signatures = both(FIRST, SECOND, beacon.digestOf(statement));
        refused(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        beacon.post(statement, signatures);
        assertTrue(beacon.holds(1, aRecord(0), 0, siblingOfFirst()), "still readable");
        bytes32 reason = keccak256("turned");
        beacon.retract(1, reason, both(FIRST, SECOND, beacon.retractionOf(1, reason)));
    }

    function test_an_empty_stretch_and_an_empty_source_are_none() public {
        IBeacon.Statement memory statement = next();
        statement.root = 0;
        bytes[] memory signatures = both(FIRST, SECOND, beacon.digestOf(statement));
        refused(abi.encodeWithSelector(IBeacon.NoStretch.selector));
        beacon.post(statement, signatures);
        refused(abi.encodeWithSelector(IBeacon.NoSource.selector));
        new Beacon(admin, 0, league, three(), 2);
    }

    /// @dev Whoever the signers are, a statement is believed exactly if two different attestors are among them.
    function testFuzz_no_set_of_others_is_believed(uint256 one, uint256 other) public {
        (one, other) = (bound(one, 0xA0, 0xA4), bound(other, 0xA0, 0xA4));
        if (one == other) other += 1;
        IBeacon.Statement memory statement = next();
        uint256 attesting = (beacon.isAttestor(vm.addr(one)) ? 1 : 0) + (beacon.isAttestor(vm.addr(other)) ? 1 : 0);
        bytes[] memory signatures = both(one, other, beacon.digestOf(statement));
        (bool done,) = address(beacon).call(abi.encodeCall(IBeacon.post, (statement, signatures)));
        assertTrue(done == (attesting == 2), "two attestors and nobody else");
    }
}

/// @notice Gas, for the table.
contract BeaconGasTest is BeaconStories {
    function test_posting_and_proving() public {
        posted();
        measured("post a statement of another chain, 2 of 3 attestors", 0);
        beacon.prove(1, aRecord(0), 0, siblingOfFirst());
        measured("prove a record of another chain", 0);
    }
}
