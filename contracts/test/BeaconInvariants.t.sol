// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IBeacon} from "../src/interfaces/IBeacon.sol";
import {BeaconStories} from "./Beacon.t.sol";

/// @notice Everything that anyone may try with a beacon on another chain: bring statements with any signatures, take them back, expose
/// attestors, name and dismiss them.
contract BeaconHandler is BeaconStories {
    uint256 private constant FOURTH = 0xA4;
    uint256[5] private _keys = [FIRST, SECOND, THIRD, FOURTH, STRANGER];
    uint256 public wrong;
    /// @dev How often something came about.
    uint256 public postings;
    uint256 public exposed;
    mapping(uint64 number => bytes32 digest) public believed;
    mapping(address attestor => bool) public caught;

    /// @dev A statement with the signatures of some, each of its own, an old one's or nothing's.
    function post(uint256 who, uint64 at, bool again) external {
        IBeacon.Statement memory statement = next();
        if (at % 4 == 0) statement.number = at % 5;
        if (at % 7 == 0) statement.revision += 1;
        if (again) statement.root = keccak256(abi.encode(at));
        bytes32 digest = beacon.digestOf(statement);
        (bytes[] memory all, uint256 counted) = signedBy(who, who % 11 == 0 ? keccak256("something else") : digest);
        if (who % 11 == 0) counted = 0;
        (uint64 head, uint256 needed) = (beacon.head(), beacon.threshold());
        IBeacon.Statement memory right = next();
        try beacon.post(statement, all) {
            if (counted < needed || statement.number != head + 1) ++wrong;
            if (statement.revision != right.revision || statement.previous != right.previous) ++wrong;
            believed[statement.number] = digest;
            ++postings;
        } catch {}
    }

    function retract(uint256 who, uint64 number, bytes32 reason) external {
        number = number % (beacon.head() + 3);
        (bytes[] memory all, uint256 counted) = signedBy(who, beacon.retractionOf(number, reason));
        (uint64 head, uint64 revision, uint256 needed) = (beacon.head(), beacon.revision(), beacon.threshold());
        try beacon.retract(number, reason, all) {
            if (counted < needed || number == 0 || number > head + 1) ++wrong;
            if (beacon.head() != number - 1 || beacon.revision() != revision + 1) ++wrong;
        } catch {}
    }

    /// @dev Two statements of one attestor, which contradict each other or not.
    function expose(uint256 who, uint64 other) external {
        uint256 key = _keys[who % 5];
        IBeacon.Statement memory one = next();
        IBeacon.Statement memory two = next();
        bool contradicts = other % 3 == 0;
        if (contradicts) two.root = keccak256("another");
        else if (other % 3 == 1) two.number += 1;
        (bytes memory left, bytes memory right) =
            (signed(key, beacon.digestOf(one)), signed(other % 8 == 0 ? STRANGER : key, beacon.digestOf(two)));
        bool its = beacon.isAttestor(vm.addr(key)) && contradicts && (other % 8 != 0 || key == STRANGER);
        try beacon.expose(one, left, two, right) {
            if (!its) ++wrong;
            caught[vm.addr(key)] = true;
            ++exposed;
        } catch {}
    }

    function staff(uint256 who, uint256 by, uint256 threshold, bool out) external {
        address account = vm.addr(_keys[who % 5]);
        address caller = by % 4 == 0 ? vm.addr(_keys[by % 5]) : admin;
        vm.prank(caller);
        if (out) {
            try beacon.dismiss(account, threshold % 6) {
                if (caller != admin) ++wrong;
            } catch {}
        } else {
            try beacon.name(account, threshold % 6) {
                if (caller != admin || caught[account]) ++wrong;
            } catch {}
        }
    }

    function prove(uint64 number, uint256 position, bool forged) external {
        IBeacon.Record memory record = aRecord(0);
        if (forged) record.data = abi.encode("another plan", number);
        number = number % (beacon.head() + 2);
        try beacon.prove(number, record, position % 3, siblingOfFirst()) {
            if (forged || position % 3 != 0 || number == 0 || number > beacon.head()) ++wrong;
        } catch {}
    }

    /// @dev What stands is what enough attestors had signed when it was posted, and a liar never signs again.
    function differs() external view returns (string memory) {
        for (uint64 number = 1; number <= beacon.head(); ++number) {
            (bytes32 digest,,,) = beacon.kept(number);
            if (digest != believed[number]) return "statements";
        }
        uint256 attestors = 0;
        for (uint256 i = 0; i < 5; ++i) {
            address one = vm.addr(_keys[i]);
            if (beacon.isAttestor(one)) ++attestors;
            if (caught[one] && (beacon.isAttestor(one) || !beacon.struck(one))) return "a liar";
        }
        if (attestors != beacon.attestors()) return "attestors";
        return 2 * beacon.threshold() > attestors ? "" : "less than half is enough";
    }

    /// @dev The signatures of some of the five, by the bits of `who`, in the order of their addresses; how many of them count.
    function signedBy(uint256 who, bytes32 digest) private view returns (bytes[] memory all, uint256 counted) {
        uint256[5] memory keys = _keys;
        uint256 some = 0;
        for (uint256 i = 0; i < 5; ++i) {
            for (uint256 j = i; j > 0 && vm.addr(keys[j]) < vm.addr(keys[j - 1]); --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
            }
        }
        all = new bytes[](5);
        for (uint256 i = 0; i < 5; ++i) {
            if (who >> i & 1 == 0) continue;
            all[some++] = signed(keys[i], digest);
            if (beacon.isAttestor(vm.addr(keys[i]))) ++counted;
        }
        assembly ("memory-safe") {
            mstore(all, some)
        }
    }
}

/// @notice Whatever is tried, a beacon believes what enough of its attestors have signed, in its place, and nothing else.
contract BeaconInvariantsTest is BeaconStories {
    BeaconHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        handler = new BeaconHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = BeaconHandler.post.selector;
        selectors[1] = BeaconHandler.retract.selector;
        selectors[2] = BeaconHandler.expose.selector;
        selectors[3] = BeaconHandler.staff.selector;
        selectors[4] = BeaconHandler.prove.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_a_beacon_believes_enough_attestors_and_nobody_else() public view {
        assertEq(handler.wrong(), 0, "nothing without enough of them, nothing out of its place");
        assertEq(keccak256(bytes(handler.differs())), keccak256(""), handler.differs());
    }
}
