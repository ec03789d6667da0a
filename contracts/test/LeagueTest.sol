// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Agreements} from "../src/Agreements.sol";
import {Anchors} from "../src/Anchors.sol";
import {Blocks} from "../src/Blocks.sol";
import {Identities} from "../src/Identities.sol";
import {Charter} from "../src/Charter.sol";
import {Communities} from "../src/Communities.sol";
import {Council} from "../src/Council.sol";
import {IBlocks} from "../src/interfaces/IBlocks.sol";
import {Designs} from "../src/Designs.sol";
import {League} from "../src/League.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {Matching} from "../src/Matching.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {Offers} from "../src/Offers.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {ProductCatalogue} from "../src/ProductCatalogue.sol";
import {Quotations} from "../src/Quotations.sol";
import {Rounds} from "../src/Rounds.sol";
import {Settlement} from "../src/Settlement.sol";
import {Switchable} from "../src/Switchable.sol";
import {Versions} from "../src/Versions.sol";
import {Test} from "./Test.sol";

/// @notice A whole league with one actor per role, and the short sentences its stories are told in.
abstract contract LeagueTest is Test {
    uint256 internal constant CUSTOMER_KEY = 0xC0;

    address internal admin = vm.addr(0xAD);
    address internal pauser = vm.addr(0xA5);
    address internal minter = vm.addr(0x31);
    address internal notary = vm.addr(0x40);
    address internal coordinator = vm.addr(0xC1);
    address internal customer = vm.addr(CUSTOMER_KEY);
    address internal otherCustomer = vm.addr(0xC2);
    address internal member = vm.addr(0x3E);
    address internal otherMember = vm.addr(0x3F);
    address internal solver = vm.addr(0x50);
    address internal otherSolver = vm.addr(0x51);
    address internal judge = vm.addr(0x1D);
    address internal arbiter = vm.addr(0xA1);
    address internal secondArbiter = vm.addr(0xA2);
    address internal treasury = vm.addr(0x7E);
    address internal stranger = vm.addr(0x57);

    LeagueToken internal token;
    MemberRegistry internal registry;
    ProductCatalogue internal catalogue;
    OrderBook internal orders;
    Matching internal matching;
    Blocks internal blocks;
    Rounds internal rounds;
    Settlement internal settlement;
    Agreements internal agreements;
    Offers internal offers;
    Anchors internal anchors;
    Identities internal identities;
    Communities internal communities;
    Council internal council;
    Charter internal charter;
    Versions internal versions;
    Designs internal designs;
    Quotations internal quotations;
    League internal league;
    uint256 private _reasons;

    uint256 internal constant MILLING = 1 << 0;
    uint256 internal constant TURNING = 1 << 1;
    uint256 internal constant GRINDING = 1 << 2;
    bytes32 internal constant SPECIFICATION = keccak256("specification");
    bytes32 internal constant METADATA = keccak256("metadata");
    bytes32 internal constant PLANS = keccak256("plans");
    uint48 internal constant DUE = 2880;
    uint96 internal constant DEPOSIT = 50_00;
    uint256 internal constant PURSE = 1_000_000_00;

    function setUp() public virtual {
        token = new LeagueToken("Hanse cent", "HNS", admin);
        registry = new MemberRegistry(admin);
        orders = new OrderBook(admin, token);
        catalogue = new ProductCatalogue(admin, orders);
        matching = new Matching(admin, registry, catalogue, orders);
        blocks = new Blocks(admin, orders);
        rounds = new Rounds(admin, token);
        settlement = new Settlement(admin, token, orders, treasury);
        identities = new Identities();
        agreements = new Agreements(admin, settlement, rounds, identities);
        offers = new Offers(admin, token, registry);
        anchors = new Anchors();
        council = new Council(admin, token, registry);
        communities = Communities(address(council.communities()));
        charter = new Charter(admin, offers);
        versions = new Versions(admin);
        designs = new Designs(admin, token, orders, settlement);
        quotations = new Quotations(admin, token, registry);

        vm.startPrank(admin);
        token.grantRole(token.MINTER_ROLE(), minter);
        registry.grantRole(registry.NOTARY_ROLE(), notary);
        catalogue.grantRole(catalogue.COORDINATOR_ROLE(), coordinator);
        orders.grantRole(orders.COORDINATOR_ROLE(), coordinator);
        orders.grantRole(orders.CATALOGUE_ROLE(), address(catalogue));
        orders.grantRole(orders.SCHEDULER_ROLE(), address(blocks));
        blocks.grantRole(blocks.COORDINATOR_ROLE(), coordinator);
        token.grantRole(token.PAUSER_ROLE(), pauser);
        registry.grantRole(registry.PAUSER_ROLE(), pauser);
        catalogue.grantRole(catalogue.PAUSER_ROLE(), pauser);
        orders.grantRole(orders.PAUSER_ROLE(), pauser);
        matching.grantRole(matching.PAUSER_ROLE(), pauser);
        blocks.grantRole(blocks.PAUSER_ROLE(), pauser);
        rounds.grantRole(rounds.COORDINATOR_ROLE(), coordinator);
        rounds.appoint(judge);
        rounds.grantRole(rounds.PAUSER_ROLE(), pauser);
        orders.grantRole(orders.SETTLEMENT_ROLE(), address(settlement));
        settlement.grantRole(settlement.AGREEMENTS_ROLE(), address(agreements));
        settlement.grantRole(settlement.ARBITER_ROLE(), arbiter);
        settlement.grantRole(settlement.ARBITER_ROLE(), secondArbiter);
        settlement.grantRole(settlement.PAUSER_ROLE(), pauser);
        agreements.grantRole(agreements.COORDINATOR_ROLE(), coordinator);
        agreements.grantRole(agreements.PAUSER_ROLE(), pauser);
        offers.grantRole(offers.ARBITER_ROLE(), arbiter);
        offers.grantRole(offers.PAUSER_ROLE(), pauser);
        rounds.follow(charter);
        agreements.follow(charter);
        offers.follow(charter);
        Switchable[16] memory all = offices();
        for (uint256 i = 0; i < all.length; ++i) {
            all[i].recognise(identities);
        }
        designs.grantRole(designs.ARBITER_ROLE(), arbiter);
        designs.grantRole(designs.PAUSER_ROLE(), pauser);
        quotations.grantRole(quotations.ARBITER_ROLE(), arbiter);
        quotations.grantRole(quotations.PAUSER_ROLE(), pauser);
        vm.stopPrank();
        league = new League("Test league", parts());

        give(customer, PURSE);
        give(otherCustomer, PURSE);
    }

    function parts() internal view returns (League.Parts memory) {
        return League.Parts({
            token: token,
            registry: registry,
            catalogue: catalogue,
            orders: orders,
            matching: matching,
            blocks: blocks,
            rounds: rounds,
            challenge: judge,
            agreements: agreements,
            settlement: settlement,
            offers: offers,
            anchors: anchors,
            identities: identities,
            communities: communities,
            council: council,
            charter: charter,
            versions: versions,
            designs: designs,
            quotations: quotations
        });
    }

    /// @dev All that has roles.
    function offices() internal view returns (Switchable[16] memory) {
        return [
            Switchable(token), registry, catalogue, orders, matching, blocks, rounds, agreements, settlement, offers,
            communities, council, charter, versions, designs, quotations
        ];
    }

    function give(address to, uint256 amount) internal {
        bytes32 reason = aReason();
        vm.prank(minter);
        token.mint(to, amount, reason);
        vm.prank(to);
        token.approve(address(orders), type(uint256).max);
    }

    /// @dev Another each time: a record justifies one creation of money.
    function aReason() internal returns (bytes32) {
        return keccak256(abi.encode("deposit", ++_reasons));
    }

    function aProduct(uint256 required) internal returns (uint32) {
        vm.prank(coordinator);
        return catalogue.add(required, PLANS);
    }

    function aMember(address account, uint256 services) internal returns (uint32 number) {
        vm.prank(account);
        registry.register(services, METADATA);
        vm.prank(notary);
        registry.certify(account, services, METADATA);
        return registry.number(account);
    }

    function anOrder(uint32 product) internal returns (uint256) {
        return anOrderBy(customer, product, DEPOSIT);
    }

    function anOrderBy(address account, uint32 product, uint96 deposit) internal returns (uint256) {
        vm.prank(account);
        return orders.place(product, 3, SPECIFICATION, DUE, deposit);
    }

    function aPlan() internal view returns (IBlocks.AcceptedPlan memory) {
        return IBlocks.AcceptedPlan({
            previous: blocks.head(),
            problem: keccak256("problem"),
            plan: keccak256("plan"),
            evidence: keccak256("evidence"),
            objective: "cost",
            value: 4564,
            bound: 4500,
            boundKind: IBlocks.BoundKind.Certified,
            cost: 4564,
            makespan: 6,
            tardiness: 0,
            energy: 2200,
            solver: solver
        });
    }

    function planned(uint256 id) internal returns (uint64 number, bytes32 hash) {
        IBlocks.AcceptedPlan memory plan = aPlan();
        vm.prank(coordinator);
        return blocks.append(plan, list(id));
    }

    function list(uint256 one) internal pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = one;
    }

    function list(uint256 one, uint256 two) internal pure returns (uint256[] memory ids) {
        ids = new uint256[](2);
        (ids[0], ids[1]) = (one, two);
    }

    /// @dev As if so many had registered before that the next member's number is this.
    function nextNumber(uint32 number) internal {
        // The slot of the pause flag, in which the counter begins at the second byte.
        vm.store(address(registry), bytes32(uint256(2)), bytes32(uint256(number) << 8));
    }

    function numbers(uint32 one) internal pure returns (uint32[] memory all) {
        all = new uint32[](1);
        all[0] = one;
    }

    function numbers(uint32 one, uint32 two) internal pure returns (uint32[] memory all) {
        all = new uint32[](2);
        (all[0], all[1]) = (one, two);
    }

    function refusedWithout(bytes32 role, address caller) internal {
        refused(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role));
    }

    function refusedWhilePaused() internal {
        refused(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }
}
