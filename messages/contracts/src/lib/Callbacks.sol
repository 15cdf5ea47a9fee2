// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IGateway} from "../IGateway.sol";

/// @title Callbacks
/// @notice Calls a dApp so that it can neither be starved of gas by whoever settles nor harm him.
library Callbacks {
    /// @notice Gas kept back for what the gateway does after the callback: the cold account, one slot, one
    /// event, the guard.
    uint256 internal constant RESERVE = 20_000;

    /// @notice Calls `target` with exactly `gasLimit`; reverts if that much could not be forwarded, since a
    /// call is silently given only 63/64 of what is left (EIP-150). Return data is never copied.
    function callExactly(address target, uint256 gasLimit, bytes memory data) internal returns (bool ok) {
        _requireGas(gasLimit);
        assembly ("memory-safe") {
            ok := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }

    /// @notice Calls `target` with 63/64 of all that is left, at least `gasLimit`.
    function callAtLeast(address target, uint256 gasLimit, bytes memory data) internal returns (bool ok) {
        _requireGas(gasLimit);
        assembly ("memory-safe") {
            ok := call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }

    function _requireGas(uint256 gasLimit) private view {
        uint256 left = gasleft();
        uint256 available = left > RESERVE ? (left - RESERVE) * 63 / 64 : 0;
        if (available < gasLimit) revert IGateway.GatewayCallbackGasMissing(available, gasLimit);
    }
}
