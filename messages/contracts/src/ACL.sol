// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IACL} from "./IACL.sol";

/// @title ACL
/// @notice Who may see a handle. A grant outlives its transaction unless transient; the registering app
/// needs none and cannot lose its own.
abstract contract ACL is IACL {
    /*//////////////////////////////////////////////////////////////
                                 STORAGE
    //////////////////////////////////////////////////////////////*/

    mapping(bytes32 handle => mapping(address account => bool)) private _grants;
    mapping(bytes32 handle => bool) private _public;

    /// @dev Separates the transient grants from every other user of transient storage.
    bytes32 private constant TRANSIENT_TAG = keccak256("kmsgateway/acl-transient/v1");

    /*//////////////////////////////////////////////////////////////
                                 GRANTS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IACL
    function allow(bytes32 handle, address account) external {
        _onlyAllowed(handle);
        _grants[handle][account] = true;
        emit Allowed(handle, msg.sender, account);
    }

    /// @inheritdoc IACL
    function allowTransient(bytes32 handle, address account) external {
        _onlyAllowed(handle);
        bytes32 slot = _transientSlot(handle, account);
        assembly ("memory-safe") {
            tstore(slot, 1)
        }
    }

    /// @inheritdoc IACL
    function allowForDecryption(bytes32 handle) external {
        _onlyAllowed(handle);
        _public[handle] = true;
        emit AllowedForDecryption(handle, msg.sender);
    }

    /*//////////////////////////////////////////////////////////////
                                REVOCATION
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IACL
    function revoke(bytes32 handle, address account) external {
        if (msg.sender != account) _onlyRegistrant(handle);
        delete _grants[handle][account];
        bytes32 slot = _transientSlot(handle, account);
        assembly ("memory-safe") {
            tstore(slot, 0)
        }
        emit Revoked(handle, msg.sender, account);
    }

    /// @inheritdoc IACL
    function revokeForDecryption(bytes32 handle) external {
        _onlyRegistrant(handle);
        delete _public[handle];
        emit RevokedForDecryption(handle, msg.sender);
    }

    /*//////////////////////////////////////////////////////////////
                                  VIEWS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IACL
    function isAllowed(bytes32 handle, address account) public view returns (bool) {
        if (account == address(0)) return false;
        if (_registrantOf(handle) == account || _grants[handle][account]) return true;
        bytes32 slot = _transientSlot(handle, account);
        uint256 granted;
        assembly ("memory-safe") {
            granted := tload(slot)
        }
        return granted != 0;
    }

    /// @inheritdoc IACL
    function isAllowedForDecryption(bytes32 handle) public view returns (bool) {
        return _public[handle];
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    /// @dev The app that registered the handle, zero where it is unknown.
    function _registrantOf(bytes32 handle) internal view virtual returns (address);

    function _onlyAllowed(bytes32 handle) private view {
        if (!isAllowed(handle, msg.sender)) revert GatewayNotAllowed(handle, msg.sender);
    }

    function _onlyRegistrant(bytes32 handle) private view {
        if (_registrantOf(handle) != msg.sender) revert GatewayNotRegistrant(handle, msg.sender);
    }

    function _transientSlot(bytes32 handle, address account) private pure returns (bytes32) {
        return keccak256(abi.encode(TRANSIENT_TAG, handle, account));
    }
}
