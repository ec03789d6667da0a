// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Blocks} from "../src/Blocks.sol";
import {IBlocks} from "../src/interfaces/IBlocks.sol";
import {IOrderBook} from "../src/interfaces/IOrderBook.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {LeagueToken} from "../src/LeagueToken.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrderBook} from "../src/OrderBook.sol";
import {ProductCatalogue} from "../src/ProductCatalogue.sol";
import {LeagueTest} from "./LeagueTest.sol";
import {Test} from "./Test.sol";

/// @notice Everything that may happen to orders and money, in any order, and a memory of what must stay true.
contract Handler is Test {
    LeagueToken private immutable token;
    ProductCatalogue private immutable catalogue;
    OrderBook private immutable orders;
    Blocks private immutable blocks;
    address private immutable minter;
    address private immutable coordinator;
    address[3] public customers;

    uint256 public minted;
    uint256 public retired;
    uint256 public stolen;
    mapping(uint8 reason => uint256) private _used;
    uint256 public given;
    bytes32[] public hashes;
    bytes32[] public previous;
    mapping(uint256 id => bool) public wasPlanned;
    mapping(uint256 id => bool) public leftOpen;

    constructor(
        LeagueToken token_,
        ProductCatalogue catalogue_,
        OrderBook orders_,
        Blocks blocks_,
        address minter_,
        address coordinator_
    ) {
        (token, catalogue, orders, blocks) = (token_, catalogue_, orders_, blocks_);
        (minter, coordinator) = (minter_, coordinator_);
        for (uint256 i = 0; i < customers.length; ++i) {
            customers[i] = vm.addr(0x1000 + i);
            vm.prank(customers[i]);
            token_.approve(address(orders_), type(uint256).max);
        }
    }

    /// @dev A record that was used before creates nothing, whoever it is for.
    function mint(uint256 who, uint96 amount, uint8 reason) external {
        vm.prank(minter);
        try token.mint(customers[who % 3], amount, keccak256(abi.encode(reason))) {
            if (_used[reason]++ != 0) ++stolen;
            minted += amount;
        } catch {}
    }

    function retire(uint256 who, uint96 amount, uint8 reason) external {
        address customer = customers[who % 3];
        uint256 own = token.balanceOf(customer);
        vm.prank(customer);
        try token.retire(amount, keccak256(abi.encode(reason))) {
            if (amount > own) ++stolen;
            retired += amount;
        } catch {}
    }

    function place(uint256 who, uint256 product, uint32 quantity, uint96 deposit) external {
        address customer = customers[who % 3];
        product = bound(product, 1, catalogue.count());
        deposit = uint96(bound(deposit, 0, token.balanceOf(customer)));
        if (!catalogue.active(uint32(product)) || quantity == 0) return;
        vm.prank(customer);
        orders.place(uint32(product), quantity, "specification", 0, deposit);
    }

    function retireAndAdd(uint256 product, uint256 required) external {
        product = bound(product, 1, catalogue.count());
        if (!catalogue.active(uint32(product)) || required == 0) return;
        vm.prank(coordinator);
        catalogue.retire(uint32(product));
        vm.prank(coordinator);
        catalogue.add(required, "plans");
    }

    function cancel(uint256 which) external {
        if (orders.count() == 0) return;
        uint256 id = bound(which, 1, orders.count());
        IOrderBook.Order memory one = orders.order(id);
        if (one.status != IOrderBook.Status.Open) {
            vm.expectRevert();
            vm.prank(one.customer);
            orders.cancel(id);
            return;
        }
        vm.prank(one.customer);
        orders.cancel(id);
        leftOpen[id] = true;
    }

    function append(uint256 which, uint256 howMany, int128 value, uint256 pairSeed) external {
        uint256[] memory open = openFrom(which, 1 + howMany % 4);
        if (open.length == 0) return;
        IBlocks.AcceptedPlan memory plan;
        plan.previous = blocks.head();
        plan.problem = keccak256(abi.encode(pairSeed));
        plan.plan = keccak256(abi.encode(pairSeed, value));
        plan.evidence = "evidence";
        plan.value = value;
        plan.bound = value;
        plan.boundKind = IBlocks.BoundKind.Attested;
        vm.prank(coordinator);
        (, bytes32 hash) = blocks.append(plan, open);
        hashes.push(hash);
        previous.push(plan.previous);
        for (uint256 i = 0; i < open.length; ++i) {
            wasPlanned[open[i]] = true;
            leftOpen[open[i]] = true;
        }
    }

    function refund(uint256 which) external {
        if (orders.count() == 0) return;
        uint256 id = bound(which, 1, orders.count());
        if (orders.order(id).status != IOrderBook.Status.Planned) return;
        vm.prank(coordinator);
        orders.refund(id);
    }

    /// @dev Someone sends money to the book outside any order: it must not be taken for a deposit.
    function give(uint256 who, uint96 amount) external {
        address customer = customers[who % 3];
        amount = uint96(bound(amount, 0, token.balanceOf(customer) / 100));
        given += amount;
        vm.prank(customer);
        token.transfer(address(orders), amount);
    }

    function blockCount() external view returns (uint256) {
        return hashes.length;
    }

    function openFrom(uint256 which, uint256 most) private view returns (uint256[] memory open) {
        uint256 count = orders.count();
        uint256[] memory found = new uint256[](most);
        uint256 length;
        for (uint256 i = 0; i < count && length < most; ++i) {
            uint256 id = 1 + (which % count + i) % count;
            if (orders.order(id).status == IOrderBook.Status.Open) found[length++] = id;
        }
        open = new uint256[](length);
        for (uint256 i = 0; i < length; ++i) {
            open[i] = found[i];
        }
    }
}

/// @notice Everything that may happen to members, in any order, and a memory of what each claims and has certified.
contract Members is Test {
    MemberRegistry private immutable registry;
    address private immutable notary;
    address[5] public accounts;

    uint32 public registered;
    mapping(address account => uint32) public numberOf;
    mapping(address account => uint256) public claimed;
    mapping(address account => bytes32) public described;
    mapping(address account => uint256) public certified;

    constructor(MemberRegistry registry_, address notary_) {
        (registry, notary) = (registry_, notary_);
        for (uint256 i = 0; i < accounts.length; ++i) {
            accounts[i] = vm.addr(0x2000 + i);
        }
    }

    function register(uint256 who, uint256 services, bytes32 metadata) external {
        address account = accounts[who % 5];
        if (services == 0) return;
        if (claimed[account] != 0) vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.AlreadyRegistered.selector, account));
        vm.prank(account);
        registry.register(services, metadata);
        if (claimed[account] != 0) return;
        numberOf[account] = ++registered;
        (claimed[account], described[account]) = (services, metadata);
    }

    function update(uint256 who, uint256 services, bytes32 metadata) external {
        address account = accounts[who % 5];
        if (services == 0 || claimed[account] == 0) return;
        vm.prank(account);
        registry.update(services, metadata);
        (claimed[account], described[account], certified[account]) = (services, metadata, 0);
    }

    function certify(uint256 who) external {
        address account = accounts[who % 5];
        if (claimed[account] == 0 || certified[account] != 0) return;
        vm.prank(notary);
        registry.certify(account, claimed[account], described[account]);
        certified[account] = claimed[account];
    }

    function certifyUnseen(uint256 who, uint256 services, bytes32 metadata) external {
        address account = accounts[who % 5];
        if (services == claimed[account] && metadata == described[account]) return;
        vm.expectRevert();
        vm.prank(notary);
        registry.certify(account, services, metadata);
    }

    function revoke(uint256 who) external {
        address account = accounts[who % 5];
        if (certified[account] == 0) return;
        vm.prank(notary);
        registry.revoke(account, "reason");
        certified[account] = 0;
    }
}

contract InvariantsTest is LeagueTest {
    Handler private handler;
    Members private members;
    uint256 private before;

    function setUp() public override {
        super.setUp();
        aProduct(MILLING);
        aProduct(MILLING | TURNING);
        handler = new Handler(token, catalogue, orders, blocks, minter, coordinator);
        members = new Members(registry, notary);
        before = token.totalSupply();
        for (uint256 i = 0; i < 3; ++i) {
            // forge-lint: disable-next-line(unsafe-typecast)
            handler.mint(i, 10_000_00, uint8(i));
        }
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](2);
        (targets[0], targets[1]) = (address(handler), address(members));
    }

    function invariant_deposits_of_open_and_planned_orders_are_held_and_there() public view {
        uint256 sum;
        for (uint256 id = 1; id <= orders.count(); ++id) {
            IOrderBook.Order memory one = orders.order(id);
            bool here = one.status == IOrderBook.Status.Open || one.status == IOrderBook.Status.Planned;
            if (here) sum += one.deposit;
        }
        assertEq(orders.held(), sum, "held");
        assertEq(token.balanceOf(address(orders)), sum + handler.given(), "balance of the book");
    }

    function invariant_no_money_appears_or_disappears() public view {
        uint256 sum = token.balanceOf(address(orders)) + token.balanceOf(customer) + token.balanceOf(otherCustomer);
        for (uint256 i = 0; i < 3; ++i) {
            sum += token.balanceOf(handler.customers(i));
        }
        assertEq(token.totalSupply(), before + handler.minted() - handler.retired(), "supply");
        assertEq(handler.stolen(), 0, "each record once, each its own");
        assertEq(sum, token.totalSupply(), "sum of all balances");
    }

    function invariant_members_keep_their_numbers_and_offer_what_was_certified() public view {
        uint32[] memory all = new uint32[](members.registered() + 2);
        for (uint32 number = 0; number < all.length; ++number) {
            all[number] = number;
        }
        uint256[] memory each = registry.offeredByEach(all);
        assertEq(each[0], 0, "nobody has number zero");
        assertEq(each[all.length - 1], 0, "nor one that was not given");
        for (uint256 i = 0; i < 5; ++i) {
            address account = members.accounts(i);
            (uint32 number, uint256 services, bool certified, bytes32 metadata) = registry.member(account);
            assertEq(number, members.numberOf(account), "number");
            assertEq(services, members.claimed(account), "claimed");
            assertEq(metadata, members.described(account), "described");
            assertTrue(certified == (members.certified(account) != 0), "certified");
            assertEq(registry.offered(account), members.certified(account), "offered");
            assertEq(each[number], members.certified(account), "offered, by number");
        }
    }

    function invariant_blocks_are_one_chain() public view {
        uint256 count = handler.blockCount();
        assertEq(blocks.count(), count, "count");
        bytes32 last;
        for (uint256 i = 0; i < count; ++i) {
            assertEq(handler.previous(i), last, "stands on the one before");
            last = handler.hashes(i);
            assertEq(blocks.hashOf(uint64(i + 1)), last, "never changed");
        }
        assertEq(blocks.head(), last, "head");
    }

    function invariant_planned_orders_are_never_cancelled_and_nothing_opens_again() public view {
        for (uint256 id = 1; id <= orders.count(); ++id) {
            IOrderBook.Order memory one = orders.order(id);
            bool inABlock = one.status == IOrderBook.Status.Planned || one.status == IOrderBook.Status.Refunded;
            assertTrue(inABlock == handler.wasPlanned(id), "planned once, planned or refunded for ever");
            assertTrue(inABlock == (one.block_ != 0), "and it knows its block");
            assertTrue((one.status == IOrderBook.Status.Open) != handler.leftOpen(id), "no order opens again");
        }
    }
}
