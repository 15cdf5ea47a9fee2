// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BLS} from "./BLS.sol";

/// @title Opening
/// @notice The proof that a plaintext is what was encrypted: the Fujisaki-Okamoto transform makes c1 a
/// function of (seed, message), so anyone recomputes it. Costs one scalar multiplication whatever the
/// number of parties that released the key.
library Opening {
    /// @notice First 8 bytes of every ciphertext, and of the input to the mask hash: "IC IBE" 0 1.
    bytes8 internal constant HEADER = 0x4943204942450001;

    bytes internal constant DST = "ic-vetkd-bls12-381-ibe-hash-to-mask";

    /// @notice Whether c1 = xmd(header || seed || plaintext) * g2. The seed is a word, so that no other cut
    /// of seed || plaintext opens; the caller binds the plaintext's length (it is in the handle).
    /// @param c1 96 bytes, compressed; anything else is false
    function isValid(bytes32 seed, bytes memory plaintext, bytes memory c1) internal view returns (bool) {
        if (c1.length != BLS.G2_COMPRESSED) return false;
        uint256 scalar = BLS.hashToScalar(abi.encodePacked(HEADER, seed, plaintext), DST);
        if (scalar == 0) return false;
        (bytes32 w0, bytes32 w1, bytes32 w2) = BLS.compress(BLS.g2Times(scalar));
        bool same;
        assembly ("memory-safe") {
            same := and(
                eq(w0, mload(add(c1, 0x20))),
                and(eq(w1, mload(add(c1, 0x40))), eq(w2, mload(add(c1, 0x60))))
            )
        }
        return same;
    }
}
