// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {GatewayClient, IGateway, Options, Status} from "../../src/GatewayClient.sol";

/// @title RecordingApp
/// @notice A dApp that does what a test tells it and remembers its callbacks.
contract RecordingApp is GatewayClient {
    enum Mood {
        GLAD,
        REVERTS,
        REVERTS_HUGELY,
        BURNS
    }

    error Sulking();

    uint256 public calls;
    uint256 public lastId;
    uint256 public gasSeen;
    Mood public mood;
    bytes[] private _plaintexts;
    Status[] private _statuses;

    constructor(IGateway gateway_) GatewayClient(gateway_) {}

    receive() external payable {}

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function register(address owner, bytes32 salt, bytes32 keyId, bytes calldata ciphertext)
        external
        returns (bytes32)
    {
        return _register(owner, salt, keyId, ciphertext);
    }

    /// @notice Pays the estimate.
    function request(bytes32[] calldata handles, bytes4 selector, Options calldata options)
        external
        returns (uint256)
    {
        return _request(handles, selector, options, gateway.estimateFee(handles, options));
    }

    function requestPaying(
        bytes32[] calldata handles,
        bytes4 selector,
        Options calldata options,
        uint256 value
    ) external returns (uint256) {
        return _request(handles, selector, options, value);
    }

    function allow(bytes32 handle, address account) external {
        gateway.allow(handle, account);
    }

    function allowForDecryption(bytes32 handle) external {
        gateway.allowForDecryption(handle);
    }

    function revoke(bytes32 handle, address account) external {
        gateway.revoke(handle, account);
    }

    function revokeForDecryption(bytes32 handle) external {
        gateway.revokeForDecryption(handle);
    }

    /// @notice Grants for this transaction and has `other` use it within.
    function lend(RecordingApp other, bytes32[] calldata handles, Options calldata options)
        external
        returns (uint256)
    {
        gateway.allowTransient(handles[0], address(other));
        return other.request(handles, this.onDecrypted.selector, options);
    }

    function lendNothing(RecordingApp other, bytes32 handle) external {
        gateway.allowTransient(handle, address(other));
        gateway.revoke(handle, address(other));
        require(!gateway.isAllowed(handle, address(other)), "still lent");
    }

    function onDecrypted(
        uint256 requestId,
        bytes32[] calldata,
        Status[] calldata statuses,
        bytes[] calldata plaintexts
    ) external onlyGateway {
        uint256 available = gasleft();
        if (mood == Mood.REVERTS) revert Sulking();
        if (mood == Mood.REVERTS_HUGELY) {
            assembly {
                revert(0, 10000)
            }
        }
        if (mood == Mood.BURNS) {
            assembly {
                invalid()
            }
        }
        ++calls;
        lastId = requestId;
        gasSeen = available;
        delete _plaintexts;
        delete _statuses;
        for (uint256 i; i < statuses.length; ++i) {
            _plaintexts.push(plaintexts[i]);
            _statuses.push(statuses[i]);
        }
    }

    function seen(uint256 i) external view returns (Status, bytes memory) {
        return (_statuses[i], _plaintexts[i]);
    }
}
