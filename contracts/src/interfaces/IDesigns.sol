// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Deal} from "./Deal.sol";
import {IStakes} from "./IStakes.sol";

/// @title IDesigns: whose a design is, who may make how many pieces of it, and what its owner gets for them
/// @notice A design is known by the hash of its file. Its life: sealed -> registered -> licensed -> used by orders -> paid, with
/// transfers and contests at any time.
interface IDesigns is IStakes {
    /// @notice A registered design.
    /// @param author Who registered it first; stays for ever.
    /// @param owner Whose it is now; zero if nobody registered it.
    /// @param registered Seconds since 1970.
    struct Design {
        address author;
        address owner;
        uint40 registered;
    }

    /// @notice A promise of a design's owner, which only its end takes back, or an arbiter who finds that the design was another's.
    /// @param design Hash of the file.
    /// @param licensee Who may order pieces of it.
    /// @param left Pieces that may still be ordered.
    /// @param order The only order it is for; zero for any of the licensee.
    /// @param until Seconds since 1970: from then on no order uses it; zero if who gave it was found not to be the owner.
    /// @param royalty Cents for each piece.
    struct Licence {
        bytes32 design;
        address licensee;
        uint32 left;
        uint64 order;
        uint40 until;
        uint96 royalty;
    }

    /// @notice An order that uses a design under a licence.
    /// @param owner Who is paid: the design's owner of the time.
    /// @param licensee Who pays, the order's customer.
    /// @param licence Its number; zero if the order does not use the design.
    /// @param pieces What it took of the licence.
    /// @param amount Cents held until the order ends.
    /// @param paid Whether it has ended.
    struct Use {
        address owner;
        address licensee;
        uint64 licence;
        uint32 pieces;
        uint128 amount;
        bool paid;
    }

    /// @notice An account has sealed what it will register.
    event Sealed(address indexed account, bytes32 seal);
    /// @notice A design has an author. parents: designs it was made from, as its author says.
    event Registered(bytes32 indexed design, address indexed author, bytes32[] parents, uint40 time);
    /// @notice A design is another's now.
    event Transferred(bytes32 indexed design, address indexed from, address indexed to);
    /// @notice Somebody says that a design is its own. evidence: content hash.
    event Contested(bytes32 indexed design, address indexed claimant, bytes32 evidence);
    /// @notice An arbiter has decided a contest. reason: content hash.
    event Decided(bytes32 indexed design, address indexed claimant, bool upheld, bytes32 reason);
    /// @notice An owner has given a licence.
    event Licensed(uint64 indexed licence, address indexed owner, Licence terms);
    /// @notice An order uses a design; its royalty is held.
    event Used(uint64 indexed order, bytes32 indexed design, uint64 indexed licence, Use its);
    /// @notice An order has ended, and its royalty with it. returned: pieces that the licence has again.
    event Paid(uint64 indexed order, bytes32 indexed design, uint256 toOwner, uint256 toLicensee, uint32 returned);

    /// @notice The file is registered already.
    error AlreadyRegistered(bytes32 design, address author, uint40 registered);
    /// @notice Nobody has registered this.
    error NotRegistered(bytes32 design);
    /// @notice A registration needs a seal of an earlier block, by the same account.
    error NotSealed(bytes32 seal);
    /// @notice More parents than a design has.
    error TooManyParents(uint256 given, uint256 most);
    /// @notice This is for the owner to do.
    error NotTheOwner(bytes32 design, address caller);
    /// @notice A design, or a licence, is somebody's.
    error Nobody();
    /// @notice This account does not contest the design.
    error NotContested(bytes32 design, address claimant);
    /// @notice This arbiter owns the design, or claims it.
    error NotImpartial(bytes32 design, address arbiter);
    /// @notice A licence is for pieces, and ends after it begins.
    error EmptyLicence(uint32 pieces, uint40 until);
    /// @notice The licence is another's, or there is none of this number.
    error NotYourLicence(uint64 licence, address caller);
    /// @notice The licence is for another order.
    error AnotherOrder(uint64 licence, uint64 order, uint64 only);
    /// @notice The licence is over.
    error Expired(uint64 licence, uint40 until);
    /// @notice The licence has fewer pieces left.
    error Exhausted(uint64 licence, uint32 asked, uint32 left);
    /// @notice The order is another's.
    error NotYourOrder(uint64 order, address caller);
    /// @notice The order has gone too far, or not far enough, for this.
    error WrongOrder(uint64 order);
    /// @notice The order uses this design already.
    error AlreadyUsed(uint64 order, bytes32 design);
    /// @notice The order does not use this design, or its royalty has ended.
    error NothingHeld(uint64 order, bytes32 design);
    /// @notice This is not the deal under which orders are settled.
    error WrongDeal(uint256 agreement);
    /// @notice A milestone has not ended yet.
    error NotSettled(uint256 agreement, uint8 milestone);

    /// @notice Says that the caller will register something. Whoever only sees a registration pass by has no seal in time.
    /// @param seal_ `sealOf` what will be registered.
    function seal(bytes32 seal_) external;

    /// @notice Registers a design of the caller. First come, first served: what is registered stays registered.
    /// @param design Hash of the file.
    /// @param parents Designs it was made from, all registered.
    /// @param salt What its seal was made with.
    function register(bytes32 design, bytes32[] calldata parents, bytes32 salt) external;

    /// @notice Gives a design to another. Royalties of orders that use it already stay with the owner of the time.
    function transfer(bytes32 design, address to) external;

    /// @notice Says, with evidence, that a design is the caller's. Changes nothing until an arbiter decides.
    /// @param evidence Content hash.
    function contest(bytes32 design, bytes32 evidence) external;

    /// @notice Decides a contest; if it is upheld, the design is the claimant's, and licences that were given before are over.
    /// ARBITER_ROLE, of somebody whom it does not concern.
    /// @param reason Content hash.
    function decide(bytes32 design, address claimant, bool upheld, bytes32 reason) external;

    /// @notice Gives a licence. The owner.
    /// @param terms All of it; `left` is how many pieces it begins with.
    /// @return licence Its number, from one.
    function license(Licence calldata terms) external returns (uint64 licence);

    /// @notice Uses a licence for an order, for all its pieces, and holds the royalty from what the caller has free. The order's
    /// customer, until the order is agreed.
    function use(uint64 licence, uint64 order) external;

    /// @notice Ends the royalty of an order that was settled: the owner gets of it the part of the work that was paid, the customer the
    /// rest. Anyone.
    function collect(uint256 agreement, Deal calldata deal, bytes32 design) external;

    /// @notice Ends the royalty of an order that was cancelled or refunded, by anyone; or of an open one, by its customer. All goes back.
    function giveBack(uint64 order, bytes32 design) external;

    /// @notice A design; all zero if there is none.
    function designOf(bytes32 design) external view returns (Design memory);

    /// @notice A licence; all zero if there is none.
    function licenceOf(uint64 licence) external view returns (Licence memory);

    /// @notice How an order uses a design; all zero if it does not.
    function useOf(uint64 order, bytes32 design) external view returns (Use memory);

    /// @notice What an account that contests a design has shown; zero if it does not.
    function contestOf(bytes32 design, address claimant) external view returns (bytes32);

    /// @notice What to seal, so that `account` can register `design` later.
    function sealOf(bytes32 design, address account, bytes32 salt) external view returns (bytes32);
}
