// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Blocks} from "./Blocks.sol";
import {LeagueToken} from "./LeagueToken.sol";
import {Matching} from "./Matching.sol";
import {MemberRegistry} from "./MemberRegistry.sol";
import {OrderBook} from "./OrderBook.sol";
import {ProductCatalogue} from "./ProductCatalogue.sol";
import {Rounds} from "./Rounds.sol";

/// @title League: the address book of a league
/// @notice What it is: the one address a client needs. It names the parts and has checked, when it was made, that they know each other.
///
/// Who may do what: anyone reads. Nobody writes: nothing in it can change.
///
/// How it is switched off: it does nothing, so there is nothing to switch off. The parts have their own switches; a league that moves
/// to other parts gets another address book.
contract League {
    /// @notice The league was founded with these parts.
    event Founded(
        string name,
        address token,
        address registry,
        address catalogue,
        address orders,
        address matching,
        address blocks,
        address rounds,
        address challenge
    );

    /// @notice Two parts do not belong to the same league.
    error PartsDoNotFit();

    /// @notice Name shown to people.
    string public name;
    /// @notice The league's money.
    LeagueToken public immutable token;
    /// @notice Who the members are.
    MemberRegistry public immutable registry;
    /// @notice What can be ordered.
    ProductCatalogue public immutable catalogue;
    /// @notice What is ordered.
    OrderBook public immutable orders;
    /// @notice Who can make it.
    Matching public immutable matching;
    /// @notice What was agreed.
    Blocks public immutable blocks;
    /// @notice Where solvers compete.
    Rounds public immutable rounds;
    /// @notice Who judges what they claim; zero if nobody does.
    address public immutable challenge;

    /// @param name_ Name shown to people.
    /// @param token_ The league's money.
    /// @param registry_ Who the members are.
    /// @param catalogue_ What can be ordered, by these orders.
    /// @param orders_ What is ordered, in this money.
    /// @param matching_ Who can make it, over these members, products and orders.
    /// @param blocks_ What was agreed about these orders.
    /// @param rounds_ Where solvers compete, for this money.
    /// @param challenge_ Who judges what they claim, appointed by the rounds; zero for nobody.
    constructor(
        string memory name_,
        LeagueToken token_,
        MemberRegistry registry_,
        ProductCatalogue catalogue_,
        OrderBook orders_,
        Matching matching_,
        Blocks blocks_,
        Rounds rounds_,
        address challenge_
    ) {
        bool fit = address(orders_.token()) == address(token_) && catalogue_.orders() == orders_
            && matching_.registry() == registry_ && matching_.catalogue() == catalogue_ && matching_.orders() == orders_
            && blocks_.orders() == orders_ && address(rounds_.token()) == address(token_)
            && (challenge_ == address(0) || rounds_.judge() == challenge_);
        if (!fit) revert PartsDoNotFit();
        name = name_;
        token = token_;
        registry = registry_;
        catalogue = catalogue_;
        orders = orders_;
        matching = matching_;
        blocks = blocks_;
        rounds = rounds_;
        // Zero is allowed, and means nobody.
        // slither-disable-next-line missing-zero-check
        challenge = challenge_;
        emit Founded(
            name_,
            address(token_),
            address(registry_),
            address(catalogue_),
            address(orders_),
            address(matching_),
            address(blocks_),
            address(rounds_),
            challenge_
        );
    }
}
