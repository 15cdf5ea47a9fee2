// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Options, Verdict} from "../Messages.sol";

/// @title Digests
/// @notice The hashes that bind identities, handles, requests and outcomes; the gateway's nodes and the
/// quorum's parties compute the same.
library Digests {
    /// @notice Domain of what the quorum signs.
    bytes32 internal constant OUTCOMES_TAG = keccak256("kmsgateway/outcomes/v1");

    /// @notice The identity that a ciphertext is encrypted to. Another chain, gateway, app, owner or salt is
    /// another identity, under which a copied ciphertext does not open.
    function inputId(address gateway, address app, address owner, bytes32 salt)
        internal
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, gateway, app, owner, salt));
    }

    /// @notice Names a ciphertext: `restHash` is keccak256(c2 || c3), `length` that of the plaintext.
    function handle(bytes32 id, bytes32 keyId, bytes32 c1Hash, bytes32 restHash, uint256 length)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(id, keyId, c1Hash, restHash, length));
    }

    /// @notice What a request is, beyond its number, which a reorg may give to another.
    function request(address app, bytes32[] memory handles, bytes4 selector, Options memory options)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(app, handles, selector, options));
    }

    /// @notice How all handles of a request ended, in request order.
    function outcomes(Verdict[] memory verdicts) internal pure returns (bytes32) {
        return keccak256(abi.encode(verdicts));
    }

    /// @notice The message that a quorum signs.
    function attestation(
        address gateway,
        uint256 requestId,
        bytes32 requestDigest,
        bytes32 keyId,
        bytes32 outcomesDigest
    ) internal view returns (bytes32) {
        return keccak256(
            abi.encode(OUTCOMES_TAG, block.chainid, gateway, requestId, requestDigest, keyId, outcomesDigest)
        );
    }
}
