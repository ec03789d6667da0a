// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Charter} from "../src/Charter.sol";
import {Communities} from "../src/Communities.sol";
import {ICharter} from "../src/interfaces/ICharter.sol";
import {ICouncil} from "../src/interfaces/ICouncil.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {Ruled} from "../src/Ruled.sol";
import {Versions} from "../src/Versions.sol";
import {CouncilStories} from "./CouncilStories.sol";

/// @notice A league that is governed by its members' hand alone, and everything that anyone may try with its decisions: propose, vote by
/// transaction or by signature, vote again, come and go, queue, execute, cancel, and do without a decision what takes one.
contract DecisionsHandler is CouncilStories {
    uint256[4] private _keys = [VOTER_KEY, 0x702, 0x703, 0x57];
    uint32 public community;
    uint256 public wrong;
    uint256 public fee;
    uint256 public limit;
    uint256 public announced;
    uint256 public executed;
    uint256 public kept = 1_000;
    bool public followed = true;

    mapping(uint256 number => bytes) private _actions;
    mapping(uint256 number => mapping(address account => bool)) private _mayVote;
    mapping(uint256 number => mapping(address account => bool)) private _voted;
    mapping(uint256 number => int256[3]) private _counted;
    mapping(uint256 number => uint256) private _queuedAt;
    /// @dev Who was a member in the second before this one.
    mapping(address account => bool) private _was;

    struct Ballot {
        uint256 number;
        bytes32 digest;
        ICouncil.Support support;
        address voter;
        uint256 deadline;
        bytes signature;
    }

    Ballot private _last;

    function setUp() public override {
        super.setUp();
        community = ofThree();
        contributes(founder, community, 1_000);
        for (uint256 i = 0; i < 3; ++i) {
            _was[person(i)] = true;
        }
        (fee, limit) = (charter.valueOf(ICharter.Term.DealFeeMost), token.limit());
        address its = hand(community);
        bytes32 admins = charter.DEFAULT_ADMIN_ROLE();
        vm.startPrank(admin);
        charter.grantRole(admins, its);
        charter.renounceRole(admins, admin);
        versions.grantRole(admins, its);
        versions.renounceRole(admins, admin);
        rounds.grantRole(admins, its);
        rounds.renounceRole(admins, admin);
        token.grantRole(admins, its);
        token.renounceRole(admins, admin);
        vm.stopPrank();
    }

    function person(uint256 which) public view returns (address) {
        return vm.addr(_keys[which % 4]);
    }

    function later_(uint256 time) public {
        for (uint256 i = 0; i < 4; ++i) {
            _was[person(i)] = communities.isMember(community, person(i));
        }
        // Now and then weeks, so that what was decided lapses.
        vm.warp(block.timestamp + 1 + time % (time % 8 == 0 ? 20 days : 2 days + 1));
        vm.roll(block.number + 1);
    }

    function comeOrGo(uint256 who) external {
        address account = person(who);
        bool inside = communities.isMember(community, account);
        vm.prank(account);
        if (inside) communities.leave(community);
        else communities.join(community);
    }

    function propose(uint256 who, uint256 what, uint64 value) public {
        ICouncil.Action[] memory actions = wished(what, value);
        vm.prank(person(who));
        try council.propose(community, actions, "why not") returns (uint256 number) {
            _actions[number] = abi.encode(what % 6, value, actions);
            for (uint256 i = 0; i < 4; ++i) {
                _mayVote[number][person(i)] = _was[person(i)];
            }
            if (!_was[person(who)] || !communities.isMember(community, person(who))) ++wrong;
        } catch {}
    }

    function vote(uint256 who, uint256 which, uint256 support, bool bySignature) public {
        if (council.count() == 0) return;
        uint256 number = 1 + which % council.count();
        ICouncil.Support its = ICouncil.Support(support % 3);
        (bytes32 digest, address voter) = (digestOf(number), person(who));
        if (bySignature) {
            _last = Ballot(number, digest, its, voter, block.timestamp, signed(who, digest, its));
            bring();
            return;
        }
        vm.prank(voter);
        try council.vote(number, digest, its) {
            count(number, voter, its);
        } catch {}
    }

    /// @dev The last signed ballot, once more.
    function bring() public {
        Ballot memory one = _last;
        if (one.number == 0) return;
        try council.voteBySig(one.number, one.digest, one.support, one.voter, one.deadline, one.signature) {
            count(one.number, one.voter, one.support);
        } catch {}
    }

    function go(uint256 which, uint256 how, uint256 who) public {
        if (council.count() == 0) return;
        uint256 number = 1 + which % council.count();
        (uint256 what, uint64 value, ICouncil.Action[] memory actions) =
            abi.decode(_actions[number], (uint256, uint64, ICouncil.Action[]));
        ICouncil.Proposal memory one = council.proposalOf(number);
        address account = person(who);
        vm.prank(account);
        if (how % 5 < 2) {
            try council.queue(number, actions) {
                int256[3] storage counted = _counted[number];
                bool decided_ = counted[1] > counted[0] && uint256(counted[1] + counted[2]) >= one.quorum;
                if (!decided_ || block.timestamp < one.end || one.cancelled) ++wrong;
                if (block.timestamp >= one.end + council.GRACE()) ++wrong;
                _queuedAt[number] = block.timestamp;
            } catch {}
        } else if (how % 5 < 4) {
            try council.execute(number, actions) {
                if (_queuedAt[number] == 0 || block.timestamp < _queuedAt[number] + TIMELOCK) ++wrong;
                if (block.timestamp >= _queuedAt[number] + TIMELOCK + council.GRACE()) ++wrong;
                if (one.cancelled || one.executed) ++wrong;
                done(what, value);
                ++executed;
            } catch {}
        } else {
            try council.cancel(number) {
                if (account != one.proposer || block.timestamp >= one.start) ++wrong;
            } catch {}
        }
    }

    /// @dev The newest proposal goes its way, now and then too early.
    function carry(uint256 support, uint256 early) external {
        uint256 newest = council.count();
        if (newest == 0) return;
        later_(early % 5 == 0 ? 0 : DELAY);
        for (uint256 i = 0; i < 4; ++i) {
            vote(i, newest - 1, support % 2 == 0 ? 1 : support >> i, (support >> i) % 3 == 0);
        }
        later_(early % 5 == 1 ? 1 days : PERIOD - 1 days);
        later_(1 days);
        go(newest - 1, 0, early);
        later_(early % 5 == 2 ? 0 : 1 days);
        later_(early % 5 == 3 ? 0 : 1 days);
        go(newest - 1, 2, early);
    }

    /// @dev What takes a decision, without one.
    function seize(uint256 who, uint256 what, uint64 value) external {
        ICouncil.Action memory one = wished(what, value)[0];
        address its = hand(community);
        vm.startPrank(person(who));
        (bool ok,) = one.target.call(one.data);
        if (ok) ++wrong;
        (ok,) = its.call(
            abi.encodeWithSignature(
                "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
                one.target, 0, one.data, bytes32(0), bytes32(uint256(value)), TIMELOCK
            )
        );
        if (ok) ++wrong;
        vm.stopPrank();
    }

    // ── Inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    function wished(uint256 what, uint64 value) private view returns (ICouncil.Action[] memory) {
        if (what % 6 == 0) {
            return does(address(charter), abi.encodeCall(Charter.set, (ICharter.Term.DealFeeMost, value % 1_100_000)));
        }
        if (what % 6 == 1) return does(address(token), abi.encodeCall(LeagueToken.setLimit, (value)));
        if (what % 6 == 2) return pays(community, stranger, value % 400);
        if (what % 6 == 3) return does(address(versions), abi.encodeCall(Versions.takeBack, ()));
        if (what % 6 == 4) {
            address law = value % 2 == 0 ? address(0) : address(charter);
            return does(address(rounds), abi.encodeCall(Ruled.follow, (ICharter(law))));
        }
        return does(address(versions), abi.encodeCall(Versions.announce, (address(token), value, false, METADATA)));
    }

    function done(uint256 what, uint64 value) private {
        if (what == 0) fee = value % 1_100_000;
        if (what == 1) limit = value;
        if (what == 2) kept -= value % 400;
        if (what == 3) --announced;
        if (what == 4) followed = value % 2 != 0;
        if (what == 5) ++announced;
    }

    function count(uint256 number, address voter, ICouncil.Support support) private {
        if (_voted[number][voter] || !_mayVote[number][voter] || !communities.isMember(community, voter)) ++wrong;
        _voted[number][voter] = true;
        ++_counted[number][uint256(support)];
    }

    function signed(uint256 who, bytes32 digest, ICouncil.Support support) private view returns (bytes memory) {
        bytes32 kind =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain =
            keccak256(abi.encode(kind, keccak256("Hanse council"), keccak256("1"), block.chainid, address(council)));
        bytes32 ballot = keccak256("Ballot(bytes32 digest,uint8 support,address voter,uint256 nonce,uint256 deadline)");
        bytes32 its = keccak256(
            abi.encode(ballot, digest, support, person(who), council.nonces(person(who)), block.timestamp)
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(_keys[who % 4], keccak256(abi.encodePacked(hex"1901", domain, its)));
        return abi.encodePacked(r, s, v);
    }

    function differs() external view returns (string memory) {
        if (charter.valueOf(ICharter.Term.DealFeeMost) != fee || fee > 1_000_000) return "charter";
        if (token.limit() != limit) return "limit of supply";
        if (versions.count() != announced) return "versions";
        if ((address(rounds.charter()) != address(0)) != followed) return "who follows the charter";
        if (treasuryOf(community) != kept) return "treasury";
        return "";
    }
}

/// @notice Whatever is tried, what a hand holds changes by decisions of its members alone, each once, after its time.
contract DecisionsInvariantsTest is CouncilStories {
    DecisionsHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public override {
        handler = new DecisionsHandler();
        handler.setUp();
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = DecisionsHandler.later_.selector;
        selectors[1] = DecisionsHandler.comeOrGo.selector;
        selectors[2] = DecisionsHandler.propose.selector;
        selectors[3] = DecisionsHandler.vote.selector;
        selectors[4] = DecisionsHandler.bring.selector;
        selectors[5] = DecisionsHandler.go.selector;
        selectors[6] = DecisionsHandler.seize.selector;
        selectors[7] = DecisionsHandler.carry.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_only_decisions_of_members_change_anything() public view {
        assertEq(handler.wrong(), 0, "nothing out of turn, nothing twice");
        assertEq(keccak256(bytes(handler.differs())), keccak256(""), handler.differs());
    }
}
