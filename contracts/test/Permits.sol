// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LeagueToken} from "../src/LeagueToken.sol";

/// @notice What a holder signs to approve `amount` (ERC-2612), built here independently of the token's own code.
function permitDigest(LeagueToken token, address holder, address spender, uint256 amount, uint256 deadline)
    view
    returns (bytes32)
{
    bytes32 domain = keccak256(
        abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256(bytes(token.name())),
            keccak256("1"),
            block.chainid,
            address(token)
        )
    );
    bytes32 message = keccak256(
        abi.encode(
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
            holder,
            spender,
            amount,
            token.nonces(holder),
            deadline
        )
    );
    return keccak256(abi.encodePacked(hex"1901", domain, message));
}
