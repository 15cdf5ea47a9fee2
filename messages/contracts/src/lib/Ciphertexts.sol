// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Opening} from "./Opening.sol";
import {Digests} from "./Digests.sol";

/// @title Ciphertexts
/// @notice The layout header (8) || c1 (96) || c2 (32) || c3 (the plaintext's length), and what of it a
/// contract can check without the key.
library Ciphertexts {
    uint256 internal constant HEADER_END = 8;
    uint256 internal constant C1_END = 104;

    /// @notice All but the message.
    uint256 internal constant OVERHEAD = 136;

    /// @notice Longest plaintext: larger data encrypts a 32-byte key. Keeps a settlement under EIP-7825.
    uint256 internal constant MAX_PLAINTEXT = 1024;

    /// @notice Whether length, header and c1's flags are right: compressed, and not infinity, whose mask is
    /// public.
    function isWellFormed(bytes calldata ciphertext) internal pure returns (bool) {
        uint256 length = ciphertext.length;
        if (length < OVERHEAD || length > OVERHEAD + MAX_PLAINTEXT) return false;
        return bytes8(ciphertext[:HEADER_END]) == Opening.HEADER && ciphertext[HEADER_END] & 0xc0 == 0x80;
    }

    /// @notice The handle of a well-formed ciphertext under an identity and a key.
    function handleOf(bytes32 inputId, bytes32 keyId, bytes calldata ciphertext)
        internal
        pure
        returns (bytes32)
    {
        bytes32 c1Hash;
        bytes32 restHash;
        uint256 restSize = ciphertext.length - C1_END;
        // In scratch memory that is not kept: 640 gas less at 1 KB than two copies of slices.
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, add(ciphertext.offset, HEADER_END), sub(C1_END, HEADER_END))
            c1Hash := keccak256(free, sub(C1_END, HEADER_END))
            calldatacopy(free, add(ciphertext.offset, C1_END), restSize)
            restHash := keccak256(free, restSize)
        }
        return Digests.handle(inputId, keyId, c1Hash, restHash, ciphertext.length - OVERHEAD);
    }
}
