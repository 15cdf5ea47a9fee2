// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Where a key is. STAGED: announced, not yet usable. RETIRED: registers nothing new; what was
/// registered may still be requested, and opens while the parties hold their shares.
enum KeyStatus {
    NONE,
    STAGED,
    ACTIVE,
    RETIRED
}

/// @notice What governance announces.
/// @param keyId names the key for ever
/// @param mpk master public key, compressed G2, 96 bytes
/// @param mpkPoint the same point as EIP-2537 encodes it, 256 bytes
/// @param epoch the key epoch of the shares behind it
/// @param threshold t, 1 <= t <= n, n < 2t
/// @param parties the n parties' addresses, distinct, in share order (party i is index i-1)
/// @param treasury who receives the key's fees
/// @param feeRate wei per unit of gas that a request is charged for
struct KeyConfig {
    bytes32 keyId;
    bytes mpk;
    bytes mpkPoint;
    uint64 epoch;
    uint16 threshold;
    address[] parties;
    address treasury;
    uint128 feeRate;
}

/// @notice A key as the registry knows it.
/// @param index the key's number from 1; gateways store it instead of the 32-byte id
/// @param activatableAt unix seconds from which governance may activate it
/// @param mpk master public key, compressed, 96 bytes
/// @param mpkPoint the same in EIP-2537 form, 256 bytes
/// @param attestKey derived key of the gateway's attestations, compressed, 96 bytes
/// @param attestPoint the same in EIP-2537 form, 256 bytes
struct Key {
    bytes32 keyId;
    uint32 index;
    KeyStatus status;
    uint64 epoch;
    uint16 n;
    uint16 threshold;
    uint64 activatableAt;
    address treasury;
    uint128 feeRate;
    address[] parties;
    bytes mpk;
    bytes mpkPoint;
    bytes attestKey;
    bytes attestPoint;
}

/// @title IKMSRegistry
/// @notice The keys, their parties, and the check of what a quorum signed.
interface IKMSRegistry {
    event KeyStaged(
        bytes32 indexed keyId,
        uint64 epoch,
        uint16 n,
        uint16 threshold,
        bytes mpk,
        address[] parties,
        uint64 activatableAt
    );
    event KeyActivated(bytes32 indexed keyId, uint64 epoch);
    event KeyRetired(bytes32 indexed keyId);
    event PairingGasChanged(uint64 pairingGas);
    event FeeChanged(bytes32 indexed keyId, address treasury, uint128 feeRate);

    error GatewayKeyTooEarly(uint256 activatableAt);
    error GatewayKeyExists(bytes32 keyId);
    error GatewayKeyStatus(bytes32 keyId, KeyStatus status);
    error GatewayKeyInvalid();
    error GatewayThresholdInvalid(uint256 n, uint256 t);
    error GatewayPartyInvalid(address party);
    error GatewayPairingGasTooLow(uint256 pairingGas);

    /// @notice The key's index; reverts unless it is active.
    function activeIndexOf(bytes32 keyId) external view returns (uint32);

    /// @notice The key's index from 1, or zero where it is unknown.
    function indexOf(bytes32 keyId) external view returns (uint32);

    /// @notice The id behind an index, or zero.
    function keyIdAt(uint32 index) external view returns (bytes32);

    /// @notice The key's id and its price, wei per gas, for a gateway that stored the index.
    function priceAt(uint32 index) external view returns (bytes32 keyId, uint128 feeRate);

    /// @notice Who receives the key's fees.
    function treasuryOf(bytes32 keyId) external view returns (address);

    /// @notice All that is known of a key; status NONE where it is unknown.
    function keyOf(bytes32 keyId) external view returns (Key memory);

    /// @notice Whether `attestation` (EIP-2537 G1, 128 bytes) is the quorum's signature on `id` under
    /// the key's attestation key. False also where less than `pairingGas` could be forwarded.
    function verifyQuorum(bytes32 keyId, bytes32 id, bytes calldata attestation) external view returns (bool);

    /// @notice The only gateway whose attestations this registry knows.
    function gateway() external view returns (address);
}
