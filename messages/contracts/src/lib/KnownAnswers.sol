// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BLS} from "./BLS.sol";
import {Opening} from "./Opening.sol";

/// @title KnownAnswers
/// @notice Run by constructors, so that nothing is deployed on a chain whose precompiles are absent or answer
/// otherwise. Values: the public test vectors of dfinity/vetkeys.
library KnownAnswers {
    /// @notice This chain cannot do the arithmetic of BLS12-381 (EIP-2537).
    error GatewayChainUnfit();

    bytes private constant C1 =
        hex"a9937528bda5826cf5c7da77a5f5e46719a9748f4ea0aa491c8fba92081e5d55457ab36ec4f6335954c6d87987d0b28301bd8da166493bb537c842d20396da5a68cc9e9672fadedf1e311e0057fc906dfd37d1077ca027954c45336405e66e5e";

    bytes private constant KEY =
        hex"972c4c6cc184b56121a1d27ef1ca3a2334d1a51be93573bd18e168f78f8fe15ce44fb029ffe8e9c3ee6bea2660f4f35e0774a35a80d6236c050fd8f831475b5e145116d3e83d26c533545f64b08464e4bcc755f990a381efa89804212d4eef5f";

    bytes private constant KEY_POINT = hex"000000000000000000000000000000000774a35a80d6236c050fd8f831475b5e145116d3e83d26c533545f64b08464e4bcc755f990a381efa89804212d4eef5f"
        hex"00000000000000000000000000000000172c4c6cc184b56121a1d27ef1ca3a2334d1a51be93573bd18e168f78f8fe15ce44fb029ffe8e9c3ee6bea2660f4f35e"
        hex"0000000000000000000000000000000012be02b1ade17a748ff0f4d7a4cc942a47d99b448edb94ef827d8a8387848c285c579d498b07661f00231e0d73afa208"
        hex"000000000000000000000000000000000087a0f5176416976c1e71eaa7849816b455617088dbf140e949b40f953aca08faf1576391f577e27a85dabcdee2a420";

    bytes private constant SIGNATURE = hex"00000000000000000000000000000000187db5406ce297e729c8564a106dc896943b00216a095fe9c5d32a16a330c02eb80e6f468ede83cde5462b5145b58f65"
        hex"0000000000000000000000000000000005d54e9b2fdec1d1137313d7f3c33c570654127b0cfa8af6f5ab4f693c8e7a0c83092f842f71c16ab34716bdae19c3ba";

    /// @notice A true opening must pass and a false one must not.
    function checkOpening() internal view {
        bytes memory message = hex"f00f11";
        if (!Opening.isValid(bytes32(0), message, C1)) revert GatewayChainUnfit();
        if (Opening.isValid(bytes32(uint256(1)), message, C1)) revert GatewayChainUnfit();
    }

    /// @notice A true signature must pass and one on another message must not.
    function checkSignature() internal view {
        uint256 cap = gasleft();
        if (!BLS.verify(SIGNATURE, KEY, KEY_POINT, "message", cap)) revert GatewayChainUnfit();
        if (BLS.verify(SIGNATURE, KEY, KEY_POINT, "wrong message", cap)) revert GatewayChainUnfit();
    }
}
