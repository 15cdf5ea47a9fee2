// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {GatewayClient, IGateway, Options, Proof, Status} from "../GatewayClient.sol";

/// @title SecretNote
/// @notice The smallest dApp: an author keeps encrypted notes and opens one when he likes. OPENING is enough,
/// since nobody but him gains from the order in which notes open.
contract SecretNote is GatewayClient {
    event NoteOpened(uint256 indexed requestId, bytes32 indexed handle, Status status, bytes note);

    error NoSuchNote();

    uint32 private constant CALLBACK_GAS = 100_000;
    uint64 private constant LIFETIME = 1 hours;

    /// @notice keccak256 of an opened note, by handle.
    mapping(bytes32 handle => bytes32) public digestOf;

    constructor(IGateway gateway_) GatewayClient(gateway_) {}

    /// @notice Keeps a note that msg.sender encrypted for this app under `salt`.
    function write(bytes32 salt, bytes32 keyId, bytes calldata ciphertext) external returns (bytes32 handle) {
        return _register(msg.sender, salt, keyId, ciphertext);
    }

    /// @notice Makes the note that msg.sender wrote under `salt` public. Send the fee along.
    function open(bytes32 salt) external payable returns (uint256 requestId) {
        bytes32[] memory handles = new bytes32[](1);
        handles[0] = _handleOf(msg.sender, salt);
        if (handles[0] == 0) revert NoSuchNote();
        Options memory options = _options(Proof.OPENING, CALLBACK_GAS, LIFETIME, msg.sender);
        return _request(handles, this.noteOpened.selector, options, msg.value);
    }

    /// @notice The gateway's callback.
    function noteOpened(
        uint256 requestId,
        bytes32[] calldata handles,
        Status[] calldata statuses,
        bytes[] calldata plaintexts
    ) external onlyGateway {
        if (statuses[0] == Status.OPENED) {
            digestOf[handles[0]] = keccak256(plaintexts[0]);
        }
        emit NoteOpened(requestId, handles[0], statuses[0], plaintexts[0]);
    }
}
