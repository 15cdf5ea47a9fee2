// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {ACL} from "./ACL.sol";
import {Treasury} from "./Treasury.sol";
import {IKMSRegistry} from "./IKMSRegistry.sol";
import {IGateway} from "./IGateway.sol";
import {Callback, Options, Proof, Request, State, Status} from "./Messages.sol";
import {Ciphertexts} from "./lib/Ciphertexts.sol";
import {Digests} from "./lib/Digests.sol";

/// @title Intake
/// @notice Registers ciphertexts and takes decryption requests.
abstract contract Intake is ACL, Treasury {
    /*//////////////////////////////////////////////////////////////
                                 LIMITS
    //////////////////////////////////////////////////////////////*/

    uint256 internal constant MAX_HANDLES = 16;
    uint256 internal constant MAX_PLAINTEXT_BYTES = 8192;
    /// @dev With 16 openings and 8 KB it stays well under a transaction's 2^24 gas (EIP-7825).
    uint256 internal constant MAX_CALLBACK_GAS = 5_000_000;
    uint256 internal constant MAX_LIFETIME = 30 days;

    /// @dev Gas that a request is charged for, times the key's price; measured in test/Gas.t.sol.
    uint256 internal constant SETTLE_GAS = 70_000;
    uint256 internal constant HANDLE_GAS = 45_000;
    uint256 internal constant QUORUM_GAS = 150_000;
    uint256 internal constant BYTE_GAS = 25;

    /*//////////////////////////////////////////////////////////////
                                 STORAGE
    //////////////////////////////////////////////////////////////*/

    /// @dev `digest` becomes keccak256(request digest, outcomes digest) where the callback failed, and zero
    /// where nothing can follow.
    struct Pending {
        bytes32 digest;
        State state;
        Status reason;
        Callback callback;
        uint32 keyIndex;
        uint64 deadline;
        uint128 fee;
    }

    /// @inheritdoc IGateway
    uint64 public immutable grace;

    /// @inheritdoc IGateway
    uint256 public requestCount;

    /// @inheritdoc IGateway
    mapping(bytes32 inputId => bytes32) public handleOf;

    /// @dev app (160 bits) | key index (32) | block (48) | plaintext length (16), packed by hand: the compiler
    /// would write the slot once a field.
    mapping(bytes32 handle => uint256) private _infos;
    mapping(uint256 requestId => Pending) internal _requests;

    constructor(IKMSRegistry registry_, uint64 grace_) Treasury(registry_) {
        grace = grace_;
    }

    /*//////////////////////////////////////////////////////////////
                               CIPHERTEXTS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function register(address owner, bytes32 salt, bytes32 keyId, bytes calldata ciphertext)
        external
        returns (bytes32 handle)
    {
        if (!Ciphertexts.isWellFormed(ciphertext)) revert GatewayMalformedCiphertext();
        uint32 keyIndex = registry.activeIndexOf(keyId);
        bytes32 inputId = inputIdOf(msg.sender, owner, salt);
        if (handleOf[inputId] != 0) revert GatewayAlreadyRegistered(inputId);
        handle = Ciphertexts.handleOf(inputId, keyId, ciphertext);
        handleOf[inputId] = handle;
        uint256 length = ciphertext.length - Ciphertexts.OVERHEAD;
        _infos[handle] =
            uint256(uint160(msg.sender)) | uint256(keyIndex) << 160 | block.number << 192 | length << 240;
        emit CiphertextRegistered(handle, msg.sender, owner, inputId, salt, keyId, ciphertext);
    }

    /// @inheritdoc IGateway
    function inputIdOf(address app, address owner, bytes32 salt) public view returns (bytes32) {
        return Digests.inputId(address(this), app, owner, salt);
    }

    /// @inheritdoc IGateway
    function infoOf(bytes32 handle) external view returns (address, bytes32, uint64, uint256) {
        (address app, uint32 keyIndex, uint64 registeredAt, uint256 length) = _unpack(_infos[handle]);
        return (app, registry.keyIdAt(keyIndex), registeredAt, length);
    }

    function _registrantOf(bytes32 handle) internal view override returns (address) {
        return address(uint160(_infos[handle]));
    }

    /*//////////////////////////////////////////////////////////////
                                REQUESTS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function requestDecryption(bytes32[] calldata handles, bytes4 selector, Options calldata options)
        external
        payable
        returns (uint256 requestId)
    {
        _checkOptions(selector, options);
        (uint32 keyIndex, uint256 size, uint64[] memory registeredAt) = _inspect(handles);
        _checkAccess(handles);
        (bytes32 keyId, uint256 price) = _price(keyIndex, handles.length, size, options);
        if (msg.value < price) revert GatewayUnderpriced(msg.value, price);
        requestId = ++requestCount;
        bytes32 digest = Digests.request(msg.sender, handles, selector, options);
        // No supply of any coin reaches 2^128 wei.
        _requests[requestId] = Pending({
            digest: digest,
            state: State.PENDING,
            reason: Status.NONE,
            callback: Callback.NONE,
            keyIndex: keyIndex,
            deadline: options.deadline,
            fee: uint128(msg.value)
        });
        emit DecryptionRequested(
            requestId, msg.sender, keyId, digest, handles, registeredAt, selector, options, msg.value
        );
    }

    /// @inheritdoc IGateway
    function bumpFee(uint256 requestId) external payable {
        Pending storage pending = _requests[requestId];
        if (pending.state != State.PENDING) revert GatewayNotPending(requestId, pending.state);
        pending.fee += uint128(msg.value);
        emit FeeBumped(requestId, pending.fee);
    }

    /// @inheritdoc IGateway
    function expire(uint256 requestId, Request calldata request, bytes32[] calldata handles) external {
        Pending storage pending = _requests[requestId];
        if (pending.state != State.PENDING) revert GatewayNotPending(requestId, pending.state);
        if (!_isOver(pending)) revert GatewayTooEarly(requestId, uint256(pending.deadline) + grace + 1);
        bytes32 digest = _digestOf(request, handles);
        if (digest != pending.digest) revert GatewayRequestMismatch(requestId);
        pending.state = State.EXPIRED;
        delete pending.digest;
        _credit(request.options.refundTo, pending.fee);
        emit DecryptionExpired(requestId, digest);
    }

    /// @inheritdoc IGateway
    function estimateFee(bytes32[] calldata handles, Options calldata options)
        external
        view
        returns (uint256 price)
    {
        (uint32 keyIndex, uint256 size,) = _inspect(handles);
        (, price) = _price(keyIndex, handles.length, size, options);
    }

    /// @inheritdoc IGateway
    function statusOf(uint256 requestId) external view returns (State, Status, Callback, uint64, uint256) {
        Pending memory pending = _requests[requestId];
        return (pending.state, pending.reason, pending.callback, pending.deadline, pending.fee);
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    /// @dev Whether the time for a settlement has passed, and that of `expire` has come.
    function _isOver(Pending storage pending) internal view returns (bool) {
        return block.timestamp > uint256(pending.deadline) + grace;
    }

    function _digestOf(Request calldata request, bytes32[] memory handles) internal pure returns (bytes32) {
        return Digests.request(request.app, handles, request.selector, request.options);
    }

    function _checkOptions(bytes4 selector, Options calldata options) private view {
        if (options.proof == Proof.NONE) revert GatewayProofMissing();
        uint256 limit = options.callbackGasLimit;
        if (limit > MAX_CALLBACK_GAS || (selector != 0 && limit == 0)) {
            revert GatewayCallbackGasInvalid(limit);
        }
        uint256 deadline = options.deadline;
        if (deadline <= block.timestamp || deadline > block.timestamp + MAX_LIFETIME) {
            revert GatewayDeadlineInvalid(deadline);
        }
        if (options.refundTo == address(0)) revert GatewayRefundAddressMissing();
    }

    function _inspect(bytes32[] calldata handles)
        private
        view
        returns (uint32 keyIndex, uint256 size, uint64[] memory registeredAt)
    {
        uint256 count = handles.length;
        if (count == 0 || count > MAX_HANDLES) revert GatewayHandleCount(count);
        registeredAt = new uint64[](count);
        for (uint256 i; i < count; ++i) {
            (address app, uint32 index, uint64 since, uint256 length) = _unpack(_infos[handles[i]]);
            if (app == address(0)) revert GatewayUnknownHandle(handles[i]);
            if (i == 0) keyIndex = index;
            else if (index != keyIndex) revert GatewayMixedKeys(handles[i]);
            size += length;
            registeredAt[i] = since;
        }
        if (size > MAX_PLAINTEXT_BYTES) revert GatewayTooLarge(size);
    }

    function _unpack(uint256 info) private pure returns (address, uint32, uint64, uint256) {
        return (address(uint160(info)), uint32(info >> 160), uint48(info >> 192), info >> 240);
    }

    function _checkAccess(bytes32[] calldata handles) private view {
        for (uint256 i; i < handles.length; ++i) {
            bytes32 handle = handles[i];
            if (!isAllowed(handle, msg.sender) && !isAllowedForDecryption(handle)) {
                revert GatewayAclDenied(handle, msg.sender);
            }
        }
    }

    function _price(uint32 keyIndex, uint256 count, uint256 size, Options calldata options)
        private
        view
        returns (bytes32 keyId, uint256 price)
    {
        uint256 units = SETTLE_GAS + count * HANDLE_GAS + size * BYTE_GAS + options.callbackGasLimit;
        if (options.proof == Proof.QUORUM) units += QUORUM_GAS;
        uint128 feeRate;
        (keyId, feeRate) = registry.priceAt(keyIndex);
        price = units * feeRate;
    }
}
