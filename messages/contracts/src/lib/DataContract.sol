// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title DataContract
/// @notice Bytes kept as a contract's code: 704 bytes of points are read for one account access instead of
/// 22 slots. The code begins with STOP, so that it can never run.
library DataContract {
    error GatewayDataNotWritten();

    /// @notice Stores `data` and returns where.
    function write(bytes memory data) internal returns (address pointer) {
        // Init code: PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN, then STOP and the data.
        uint16 size = uint16(data.length + 1);
        bytes memory code = abi.encodePacked(hex"61", size, hex"80600a5f395ff300", data);
        assembly ("memory-safe") {
            pointer := create(0, add(code, 0x20), mload(code))
        }
        if (pointer == address(0)) revert GatewayDataNotWritten();
    }

    /// @notice `size` bytes from `offset` of what was stored.
    function read(address pointer, uint256 offset, uint256 size) internal view returns (bytes memory data) {
        data = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(pointer, add(data, 0x20), add(offset, 1), size)
        }
    }
}
