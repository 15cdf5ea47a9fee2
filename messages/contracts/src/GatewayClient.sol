// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IGateway} from "./IGateway.sol";
import {Options, Proof, State, Status} from "./Messages.sol";

/// @title GatewayClient
/// @notice Base of a dApp that keeps encrypted values: registers, requests, and reads what comes back.
/// A callback has the signature
/// `f(uint256 requestId, bytes32[] calldata handles, Status[] calldata statuses, bytes[] calldata plaintexts)`
/// and the modifier `onlyGateway`. Whoever encrypted chose the plaintext: decode it with the functions below,
/// which never revert, or one poisoned value blocks the others of its request.
abstract contract GatewayClient {
    /// @notice The only caller of callbacks.
    IGateway public immutable gateway;

    /// @notice Someone else called a callback.
    error GatewayClientOnlyGateway(address caller);

    /// @param gateway_ the gateway of this chain
    constructor(IGateway gateway_) {
        gateway = gateway_;
    }

    /// @dev Every callback needs it: anyone else could bring any plaintext.
    modifier onlyGateway() {
        if (msg.sender != address(gateway)) revert GatewayClientOnlyGateway(msg.sender);
        _;
    }

    /*//////////////////////////////////////////////////////////////
                                REQUESTING
    //////////////////////////////////////////////////////////////*/

    /// @dev Registers a ciphertext that `owner` made for this app and `salt`. Authenticate him first: usually
    /// he is msg.sender.
    function _register(address owner, bytes32 salt, bytes32 keyId, bytes calldata ciphertext)
        internal
        returns (bytes32 handle)
    {
        return gateway.register(owner, salt, keyId, ciphertext);
    }

    /// @dev Asks for plaintexts. Close whatever they decide first: they are public soon after. A value under
    /// `gateway.estimateFee(handles, options)` reverts and names the amount.
    function _request(bytes32[] memory handles, bytes4 selector, Options memory options, uint256 value)
        internal
        returns (uint256 requestId)
    {
        return gateway.requestDecryption{value: value}(handles, selector, options);
    }

    /// @dev Options with a deadline `lifetime` seconds from now; an expired request's fee goes to `refundTo`.
    function _options(Proof proof, uint32 callbackGasLimit, uint64 lifetime, address refundTo)
        internal
        view
        returns (Options memory)
    {
        return Options(proof, callbackGasLimit, uint64(block.timestamp) + lifetime, refundTo);
    }

    /// @dev The handle that `owner` registered through this app under `salt`, or zero.
    function _handleOf(address owner, bytes32 salt) internal view returns (bytes32) {
        return gateway.handleOf(gateway.inputIdOf(address(this), owner, salt));
    }

    /*//////////////////////////////////////////////////////////////
                              SAFE DECODING
    //////////////////////////////////////////////////////////////*/

    /// @dev A plaintext of exactly 32 bytes as a word; `ok` is false for all others and for what did not open.
    function _asBytes32(Status status, bytes calldata plaintext)
        internal
        pure
        returns (bool ok, bytes32 value)
    {
        if (status != Status.OPENED || plaintext.length != 32) return (false, 0);
        return (true, bytes32(plaintext));
    }

    /// @dev As `_asBytes32`, read as a number.
    function _asUint256(Status status, bytes calldata plaintext)
        internal
        pure
        returns (bool ok, uint256 value)
    {
        bytes32 word;
        (ok, word) = _asBytes32(status, plaintext);
        value = uint256(word);
    }

    /// @dev As `_asBytes32`, false also where the upper 12 bytes are not zero.
    function _asAddress(Status status, bytes calldata plaintext)
        internal
        pure
        returns (bool ok, address value)
    {
        (bool isWord, uint256 word) = _asUint256(status, plaintext);
        if (!isWord || word > type(uint160).max) return (false, address(0));
        return (true, address(uint160(word)));
    }

    /// @dev As `_asBytes32`, false also where the number is neither 0 nor 1.
    function _asBool(Status status, bytes calldata plaintext) internal pure returns (bool ok, bool value) {
        (bool isWord, uint256 word) = _asUint256(status, plaintext);
        if (!isWord || word > 1) return (false, false);
        return (true, word == 1);
    }
}
