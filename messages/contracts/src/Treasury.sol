// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "./IGateway.sol";
import {IKMSRegistry} from "./IKMSRegistry.sol";

/// @title Treasury
/// @notice Money is only ever pulled: fees by a key's treasury, refunds by their receiver. Each pull clears
/// the account before it sends.
abstract contract Treasury is IGateway {
    /*//////////////////////////////////////////////////////////////
                                 STORAGE
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    IKMSRegistry public immutable registry;

    mapping(address account => uint256 amount) private _credits;
    mapping(uint32 keyIndex => uint256 amount) private _fees;

    constructor(IKMSRegistry registry_) {
        registry = registry_;
    }

    /*//////////////////////////////////////////////////////////////
                                  PULLS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function withdraw() external {
        uint256 amount = _credits[msg.sender];
        if (amount == 0) revert GatewayNothingToWithdraw(msg.sender);
        delete _credits[msg.sender];
        emit Withdrawn(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IGateway
    function withdrawFees(bytes32 keyId) external {
        address treasury = registry.treasuryOf(keyId);
        uint32 index = registry.indexOf(keyId);
        uint256 amount = _fees[index];
        if (amount == 0) revert GatewayNothingToWithdraw(treasury);
        delete _fees[index];
        emit FeesWithdrawn(keyId, treasury, amount);
        _send(treasury, amount);
    }

    /// @inheritdoc IGateway
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc IGateway
    function feesOf(bytes32 keyId) external view returns (uint256) {
        return _fees[registry.indexOf(keyId)];
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    function _credit(address account, uint256 amount) internal {
        if (amount != 0) _credits[account] += amount;
    }

    function _creditKey(uint32 keyIndex, uint256 amount) internal {
        if (amount != 0) _fees[keyIndex] += amount;
    }

    function _send(address to, uint256 amount) private {
        (bool ok,) = to.call{value: amount}("");
        if (!ok) revert GatewayTransferFailed(to);
    }
}
