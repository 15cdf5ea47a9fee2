// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ACL} from "./ACL.sol";
import {IGateway} from "./IGateway.sol";
import {IKMSRegistry} from "./IKMSRegistry.sol";
import {Callback, Options, Outcome, Proof, Request, Settlement, State, Status} from "./Messages.sol";
import {Ciphertexts} from "./lib/Ciphertexts.sol";
import {Digests} from "./lib/Digests.sol";
import {Opening} from "./lib/Opening.sol";

/// @title MockGateway
/// @notice For a dApp's own tests: no cryptography, no KMS, any chain. `encrypt` makes ciphertexts that hold
/// the plaintext in clear, and the test decides with `fulfil`, `reject`, `answer` or `expireNow` what comes back.
/// Handles, ACL, limits, fees and the callback's shape are those of the real gateway.
contract MockGateway is ACL, IGateway {
    struct Info {
        address app;
        bytes32 keyId;
        uint64 registeredAt;
        bytes ciphertext;
    }

    struct Taken {
        address app;
        bytes4 selector;
        Options options;
        bytes32[] handles;
        State state;
        Status reason;
        Callback callback;
        uint256 fee;
    }

    error MockUnsupported();

    uint64 public constant grace = 10 minutes;
    uint256 public requestCount;
    /// @notice Wei per request that `requestDecryption` wants.
    uint256 public price;
    mapping(bytes32 inputId => bytes32) public handleOf;
    mapping(address account => uint256) public creditOf;
    mapping(bytes32 keyId => uint256) public feesOf;
    mapping(bytes32 handle => Info) private _infos;
    mapping(uint256 requestId => Taken) private _requests;

    /*//////////////////////////////////////////////////////////////
                            WHAT A TEST DRIVES
    //////////////////////////////////////////////////////////////*/

    /// @notice A well-formed ciphertext of `plaintext`.
    function encrypt(bytes calldata plaintext) external pure returns (bytes memory) {
        return abi.encodePacked(
            Opening.HEADER, bytes1(0x80), bytes32(0), bytes32(0), bytes31(0), bytes32(0), plaintext
        );
    }

    /// @notice Sets the fee.
    function setPrice(uint256 price_) external {
        price = price_;
    }

    /// @notice All handles open. Returns whether the callback succeeded.
    function fulfil(uint256 requestId) external returns (bool) {
        return answer(requestId, _all(requestId, Status.OPENED));
    }

    /// @notice No handle opens, all for `reason` (MALFORMED or POLICY).
    function reject(uint256 requestId, Status reason) external returns (bool) {
        return answer(requestId, _all(requestId, reason));
    }

    /// @notice Each handle ends as told.
    function answer(uint256 requestId, Status[] memory statuses) public returns (bool ok) {
        Taken storage taken = _pending(requestId);
        bytes32[] memory handles = taken.handles;
        bytes[] memory plaintexts = new bytes[](handles.length);
        bool opened;
        for (uint256 i; i < handles.length; ++i) {
            if (statuses[i] != Status.OPENED) continue;
            plaintexts[i] = plaintextOf(handles[i]);
            opened = true;
        }
        taken.state = opened ? State.FULFILLED : State.REJECTED;
        taken.reason = statuses[0];
        feesOf[_infos[handles[0]].keyId] += taken.fee;
        bytes memory data = abi.encodeWithSelector(taken.selector, requestId, handles, statuses, plaintexts);
        ok = true;
        if (taken.selector != 0) (ok,) = taken.app.call{gas: taken.options.callbackGasLimit}(data);
        taken.callback = taken.selector == 0 ? Callback.SKIPPED : ok ? Callback.SUCCEEDED : Callback.FAILED;
        bytes32 digest = _digestOf(taken);
        if (opened) emit DecryptionFulfilled(requestId, digest, 0, ok);
        else emit DecryptionRejected(requestId, digest, 0, statuses[0], ok);
    }

    /// @notice The request ends unanswered, whatever the time.
    function expireNow(uint256 requestId) public {
        Taken storage taken = _pending(requestId);
        taken.state = State.EXPIRED;
        creditOf[taken.options.refundTo] += taken.fee;
        emit DecryptionExpired(requestId, _digestOf(taken));
    }

    /// @notice What a registered mock ciphertext holds.
    function plaintextOf(bytes32 handle) public view returns (bytes memory plaintext) {
        bytes storage ciphertext = _infos[handle].ciphertext;
        plaintext = new bytes(ciphertext.length - Ciphertexts.OVERHEAD);
        for (uint256 i; i < plaintext.length; ++i) {
            plaintext[i] = ciphertext[Ciphertexts.OVERHEAD + i];
        }
    }

    /*//////////////////////////////////////////////////////////////
                          WHAT A DAPP CALLS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function register(address owner, bytes32 salt, bytes32 keyId, bytes calldata ciphertext)
        external
        returns (bytes32 handle)
    {
        if (!Ciphertexts.isWellFormed(ciphertext)) revert GatewayMalformedCiphertext();
        bytes32 inputId = inputIdOf(msg.sender, owner, salt);
        if (handleOf[inputId] != 0) revert GatewayAlreadyRegistered(inputId);
        handle = Ciphertexts.handleOf(inputId, keyId, ciphertext);
        handleOf[inputId] = handle;
        _infos[handle] = Info(msg.sender, keyId, uint64(block.number), ciphertext);
        emit CiphertextRegistered(handle, msg.sender, owner, inputId, salt, keyId, ciphertext);
    }

    /// @inheritdoc IGateway
    function inputIdOf(address app, address owner, bytes32 salt) public view returns (bytes32) {
        return Digests.inputId(address(this), app, owner, salt);
    }

    /// @inheritdoc IGateway
    function infoOf(bytes32 handle) external view returns (address, bytes32, uint64, uint256) {
        Info storage info = _infos[handle];
        return (info.app, info.keyId, info.registeredAt, info.ciphertext.length - Ciphertexts.OVERHEAD);
    }

    /// @inheritdoc IGateway
    function requestDecryption(bytes32[] calldata handles, bytes4 selector, Options calldata options)
        external
        payable
        returns (uint256 requestId)
    {
        if (options.proof == Proof.NONE) revert GatewayProofMissing();
        if (options.deadline <= block.timestamp) revert GatewayDeadlineInvalid(options.deadline);
        if (options.refundTo == address(0)) revert GatewayRefundAddressMissing();
        if (handles.length == 0 || handles.length > 16) revert GatewayHandleCount(handles.length);
        uint64[] memory since = new uint64[](handles.length);
        for (uint256 i; i < handles.length; ++i) {
            bytes32 handle = handles[i];
            since[i] = _infos[handle].registeredAt;
            if (_infos[handle].app == address(0)) revert GatewayUnknownHandle(handle);
            if (!isAllowed(handle, msg.sender) && !isAllowedForDecryption(handle)) {
                revert GatewayAclDenied(handle, msg.sender);
            }
        }
        if (msg.value < price) revert GatewayUnderpriced(msg.value, price);
        requestId = ++requestCount;
        Taken storage taken = _requests[requestId];
        (taken.app, taken.selector, taken.options) = (msg.sender, selector, options);
        (taken.handles, taken.state, taken.fee) = (handles, State.PENDING, msg.value);
        bytes32 keyId = _infos[handles[0]].keyId;
        emit DecryptionRequested(
            requestId, msg.sender, keyId, _digestOf(taken), handles, since, selector, options, msg.value
        );
    }

    /// @inheritdoc IGateway
    function estimateFee(bytes32[] calldata, Options calldata) external view returns (uint256) {
        return price;
    }

    /// @inheritdoc IGateway
    function bumpFee(uint256 requestId) external payable {
        _pending(requestId).fee += msg.value;
        emit FeeBumped(requestId, _requests[requestId].fee);
    }

    /// @inheritdoc IGateway
    function statusOf(uint256 requestId) external view returns (State, Status, Callback, uint64, uint256) {
        Taken storage taken = _requests[requestId];
        return (taken.state, taken.reason, taken.callback, taken.options.deadline, taken.fee);
    }

    /// @inheritdoc IGateway
    function expire(uint256 requestId, Request calldata, bytes32[] calldata) external {
        uint256 over = uint256(_pending(requestId).options.deadline) + grace;
        if (block.timestamp <= over) revert GatewayTooEarly(requestId, over + 1);
        expireNow(requestId);
    }

    /// @inheritdoc IGateway
    function withdraw() external {
        uint256 amount = creditOf[msg.sender];
        if (amount == 0) revert GatewayNothingToWithdraw(msg.sender);
        delete creditOf[msg.sender];
        (bool ok,) = msg.sender.call{value: amount}("");
        if (!ok) revert GatewayTransferFailed(msg.sender);
    }

    /*//////////////////////////////////////////////////////////////
                            NOT IN THE MOCK
    //////////////////////////////////////////////////////////////*/

    function settle(uint256, Request calldata, Outcome[] calldata, bytes calldata) external pure {
        revert MockUnsupported();
    }

    function settleMany(Settlement[] calldata) external pure {
        revert MockUnsupported();
    }

    function retryCallback(uint256, Request calldata, bytes32[] calldata, Status[] calldata, bytes[] calldata)
        external
        pure
    {
        revert MockUnsupported();
    }

    function verifyOpening(bytes32, Outcome calldata) external pure returns (bool) {
        revert MockUnsupported();
    }

    function attestationId(uint256, bytes32, bytes32, bytes32) external pure returns (bytes32) {
        revert MockUnsupported();
    }

    function withdrawFees(bytes32) external pure {
        revert MockUnsupported();
    }

    function registry() external pure returns (IKMSRegistry) {
        revert MockUnsupported();
    }

    function _registrantOf(bytes32 handle) internal view override returns (address) {
        return _infos[handle].app;
    }

    function _pending(uint256 requestId) private view returns (Taken storage taken) {
        taken = _requests[requestId];
        if (taken.state != State.PENDING) revert GatewayNotPending(requestId, taken.state);
    }

    function _digestOf(Taken storage taken) private view returns (bytes32) {
        return Digests.request(taken.app, taken.handles, taken.selector, taken.options);
    }

    function _all(uint256 requestId, Status status) private view returns (Status[] memory statuses) {
        statuses = new Status[](_requests[requestId].handles.length);
        for (uint256 i; i < statuses.length; ++i) {
            statuses[i] = status;
        }
    }
}
