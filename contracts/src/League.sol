// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Agreements} from "./Agreements.sol";
import {Anchors} from "./Anchors.sol";
import {Blocks} from "./Blocks.sol";
import {Identities} from "./Identities.sol";
import {Charter} from "./Charter.sol";
import {Communities} from "./Communities.sol";
import {Council} from "./Council.sol";
import {Designs} from "./Designs.sol";
import {LeagueToken} from "./LeagueToken.sol";
import {Matching} from "./Matching.sol";
import {MemberRegistry} from "./MemberRegistry.sol";
import {Offers} from "./Offers.sol";
import {OrderBook} from "./OrderBook.sol";
import {ProductCatalogue} from "./ProductCatalogue.sol";
import {Quotations} from "./Quotations.sol";
import {Rounds} from "./Rounds.sol";
import {Settlement} from "./Settlement.sol";
import {Switchable} from "./Switchable.sol";
import {Versions} from "./Versions.sol";

/// @title League: the address book of a league
/// @notice What it is: the one address a client needs. It names the parts and has checked, when it was made, that they know each other.
///
/// Who may do what: anyone reads. Nobody writes: nothing in it can change.
///
/// How it is switched off: it does nothing, so there is nothing to switch off. The parts have their own switches; a league that moves
/// to other parts gets another address book.
contract League {
    /// @notice What a league consists of.
    /// @param token The league's money.
    /// @param registry Who the members are.
    /// @param catalogue What can be ordered, by these orders.
    /// @param orders What is ordered, in this money.
    /// @param matching Who can make it, over these members, products and orders.
    /// @param blocks What was planned for these orders.
    /// @param rounds Where solvers compete, for this money.
    /// @param challenge Who judges what they claim, appointed by the rounds; zero for nobody.
    /// @param agreements What was signed by all, to be settled there, also by solvers of these rounds.
    /// @param settlement How these orders are paid, in this money.
    /// @param offers Idle time of these members, in this money.
    /// @param anchors Roots of what is kept elsewhere.
    /// @param identities Whose key speaks for whom, by whom the agreements go, and the offices of all.
    /// @param communities Who decides and owns together, over these members and in this money. @param council How they decide.
    /// @param charter The parameters that these rounds, agreements and offers go by. @param versions Where the league goes on.
    /// @param designs Whose the designs of these orders are, and what their owners get, in this money.
    /// @param quotations Work that is bid for by these members, in this money.
    struct Parts {
        LeagueToken token;
        MemberRegistry registry;
        ProductCatalogue catalogue;
        OrderBook orders;
        Matching matching;
        Blocks blocks;
        Rounds rounds;
        address challenge;
        Agreements agreements;
        Settlement settlement;
        Offers offers;
        Anchors anchors;
        Identities identities;
        Communities communities;
        Council council;
        Charter charter;
        Versions versions;
        Designs designs;
        Quotations quotations;
    }

    /// @notice The league was founded with these parts.
    event Founded(string name, Parts parts);

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
    /// @notice What was signed.
    Agreements public immutable agreements;
    /// @notice Who is paid for it.
    Settlement public immutable settlement;
    /// @notice Idle time of machines.
    Offers public immutable offers;
    /// @notice Roots of what is kept elsewhere.
    Anchors public immutable anchors;
    /// @notice Whose key speaks for whom.
    Identities public immutable identities;
    /// @notice Who decides and owns together.
    Communities public immutable communities;
    /// @notice How they decide.
    Council public immutable council;
    /// @notice The league's parameters.
    Charter public immutable charter;
    /// @notice Where the league goes on.
    Versions public immutable versions;
    /// @notice Designs, licences, royalties.
    Designs public immutable designs;
    /// @notice Work that is bid for.
    Quotations public immutable quotations;

    /// @param name_ Name shown to people.
    /// @param parts What it consists of.
    constructor(string memory name_, Parts memory parts) {
        if (!_fit(parts)) revert PartsDoNotFit();
        name = name_;
        token = parts.token;
        registry = parts.registry;
        catalogue = parts.catalogue;
        orders = parts.orders;
        matching = parts.matching;
        blocks = parts.blocks;
        rounds = parts.rounds;
        // Zero is allowed, and means nobody.
        challenge = parts.challenge;
        agreements = parts.agreements;
        settlement = parts.settlement;
        offers = parts.offers;
        anchors = parts.anchors;
        identities = parts.identities;
        communities = parts.communities;
        council = parts.council;
        charter = parts.charter;
        versions = parts.versions;
        designs = parts.designs;
        quotations = parts.quotations;
        emit Founded(name_, parts);
    }

    function _fit(Parts memory parts) private view returns (bool) {
        OrderBook book = parts.orders;
        address money = address(parts.token);
        bool plans = address(book.token()) == money && parts.catalogue.orders() == book
            && parts.matching.registry() == parts.registry && parts.matching.catalogue() == parts.catalogue
            && parts.matching.orders() == book && parts.blocks.orders() == book;
        bool solvers = address(parts.rounds.token()) == money
            && (parts.challenge == address(0) || parts.rounds.judge() == parts.challenge);
        bool ends = address(parts.settlement.token()) == money && address(parts.settlement.orders()) == address(book)
            && address(parts.agreements.settlement()) == address(parts.settlement)
            && address(parts.agreements.rounds()) == address(parts.rounds);
        bool idle = address(parts.offers.token()) == money && parts.offers.registry() == parts.registry;
        bool keys = address(parts.agreements.identities()) == address(parts.identities);
        bool rules = address(parts.council.communities()) == address(parts.communities)
            && address(parts.communities.token()) == money && parts.communities.registry() == parts.registry
            && address(parts.rounds.charter()) == address(parts.charter)
            && address(parts.agreements.charter()) == address(parts.charter)
            && address(parts.offers.charter()) == address(parts.charter)
            && address(parts.charter.offers()) == address(parts.offers);
        bool rights = address(parts.designs.token()) == money && address(parts.designs.orders()) == address(book)
            && address(parts.designs.settlement()) == address(parts.settlement);
        bool market = address(parts.quotations.token()) == money && parts.quotations.registry() == parts.registry;
        return plans && solvers && ends && idle && keys && rules && rights && market && _recognised(parts);
    }

    /// @dev Whether a key that was given up holds no office in any part.
    function _recognised(Parts memory parts) private view returns (bool) {
        Switchable[16] memory all = [
            Switchable(parts.token),
            parts.registry,
            parts.catalogue,
            parts.orders,
            parts.matching,
            parts.blocks,
            parts.rounds,
            parts.agreements,
            parts.settlement,
            parts.offers,
            parts.communities,
            parts.council,
            parts.charter,
            parts.versions,
            parts.designs,
            parts.quotations
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            // Sixteen parts, once, when the league is founded.
            // slither-disable-next-line calls-loop
            if (address(all[i].keys()) != address(parts.identities)) return false;
        }
        return true;
    }
}
