// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// A wallet of three owners, two of whom sign together (ERC-1271); any of them sends what all agreed on elsewhere.
contract SharedWallet {
    mapping(address => bool) public isOwner;

    constructor(address a, address b, address c) {
        isOwner[a] = isOwner[b] = isOwner[c] = true;
    }

    /// signatures: two of 65 bytes, of different owners, in the order of their addresses.
    function isValidSignature(bytes32 digest, bytes calldata signatures) external view returns (bytes4) {
        if (signatures.length != 130) return 0xffffffff;
        address first = recovered(digest, signatures[:65]);
        address second = recovered(digest, signatures[65:]);
        bool good = first < second && isOwner[first] && isOwner[second];
        return good ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }

    function execute(address to, bytes calldata data) external {
        require(isOwner[msg.sender], "not an owner");
        (bool done, ) = to.call(data);
        require(done, "refused");
    }

    function recovered(bytes32 digest, bytes calldata signature) private pure returns (address) {
        return ecrecover(digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
    }
}
