// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title IACL
/// @notice Who may see the plaintext of a handle. The app that registered it always may.
interface IACL {
    event Allowed(bytes32 indexed handle, address indexed caller, address indexed account);
    event AllowedForDecryption(bytes32 indexed handle, address indexed caller);
    event Revoked(bytes32 indexed handle, address indexed caller, address indexed account);
    event RevokedForDecryption(bytes32 indexed handle, address indexed caller);

    error GatewayNotAllowed(bytes32 handle, address caller);
    error GatewayNotRegistrant(bytes32 handle, address caller);

    /// @notice Lets `account` see the handle until revoked. The caller must be allowed itself.
    function allow(bytes32 handle, address account) external;

    /// @notice Lets `account` see the handle until this transaction ends (EIP-1153).
    function allowTransient(bytes32 handle, address account) external;

    /// @notice Lets anyone ask for the public decryption of the handle.
    function allowForDecryption(bytes32 handle) external;

    /// @notice Takes back what `allow` gave. Only the registering app, or the account for itself.
    /// What was released before stays known.
    function revoke(bytes32 handle, address account) external;

    /// @notice Takes back what `allowForDecryption` gave. Only the registering app.
    function revokeForDecryption(bytes32 handle) external;

    /// @notice Whether `account` may see the handle now, transient grants included.
    function isAllowed(bytes32 handle, address account) external view returns (bool);

    /// @notice Whether anyone may ask for the handle's public decryption.
    function isAllowedForDecryption(bytes32 handle) external view returns (bool);
}
