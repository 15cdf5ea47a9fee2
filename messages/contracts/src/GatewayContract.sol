// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IGateway} from "./IGateway.sol";
import {IKMSRegistry} from "./IKMSRegistry.sol";
import {Intake} from "./Intake.sol";
import {Callback, Outcome, Proof, Request, Settlement, State, Status} from "./Messages.sol";
import {Callbacks} from "./lib/Callbacks.sol";
import {Digests} from "./lib/Digests.sol";
import {KnownAnswers} from "./lib/KnownAnswers.sol";
import {Checked, Outcomes} from "./lib/Outcomes.sol";

/// @title GatewayContract
/// @notice Settles decryption requests: checks the proofs itself, then calls the app. No owner, no proxy.
contract GatewayContract is Intake, ReentrancyGuardTransient {
    /// @param registry_ a registry that was deployed for this very address
    /// @param grace_ seconds after a deadline during which a settlement is still taken
    constructor(IKMSRegistry registry_, uint64 grace_) Intake(registry_, grace_) {
        if (registry_.gateway() != address(this)) revert GatewayRegistryMismatch(address(registry_));
        KnownAnswers.checkOpening();
    }

    /*//////////////////////////////////////////////////////////////
                               SETTLEMENT
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function settle(
        uint256 requestId,
        Request calldata request,
        Outcome[] calldata outcomes,
        bytes calldata attestation
    ) external nonReentrant {
        Pending storage pending = _requests[requestId];
        if (pending.state != State.PENDING) revert GatewayNotPending(requestId, pending.state);
        if (_isOver(pending)) revert GatewayTooLate(requestId);
        bytes32[] memory handles = Outcomes.handlesOf(outcomes);
        if (_digestOf(request, handles) != pending.digest) revert GatewayRequestMismatch(requestId);
        _settle(requestId, request, handles, outcomes, attestation);
    }

    /// @inheritdoc IGateway
    function settleMany(Settlement[] calldata settlements) external nonReentrant {
        for (uint256 i; i < settlements.length; ++i) {
            Settlement calldata entry = settlements[i];
            Pending storage pending = _requests[entry.requestId];
            bytes32[] memory handles = Outcomes.handlesOf(entry.outcomes);
            if (
                pending.state != State.PENDING || _isOver(pending)
                    || _digestOf(entry.request, handles) != pending.digest
            ) {
                emit SettlementSkipped(entry.requestId, pending.state);
                continue;
            }
            _settle(entry.requestId, entry.request, handles, entry.outcomes, entry.attestation);
        }
    }

    /// @inheritdoc IGateway
    function retryCallback(
        uint256 requestId,
        Request calldata request,
        bytes32[] calldata handles,
        Status[] calldata statuses,
        bytes[] calldata plaintexts
    ) external nonReentrant {
        Pending storage pending = _requests[requestId];
        if (pending.callback != Callback.FAILED) revert GatewayNothingToRetry(requestId);
        if (statuses.length != handles.length || plaintexts.length != handles.length) {
            revert GatewayRequestMismatch(requestId);
        }
        bytes32 outcomesDigest = Outcomes.digestOf(handles, statuses, plaintexts);
        if (_retryDigest(_digestOf(request, handles), outcomesDigest) != pending.digest) {
            revert GatewayRequestMismatch(requestId);
        }
        pending.callback = Callback.SUCCEEDED;
        delete pending.digest;
        emit CallbackRetried(requestId);
        bytes memory data = abi.encodeWithSelector(request.selector, requestId, handles, statuses, plaintexts);
        if (!Callbacks.callAtLeast(request.app, request.options.callbackGasLimit, data)) {
            revert GatewayCallbackFailed(requestId);
        }
    }

    /*//////////////////////////////////////////////////////////////
                                  VIEWS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IGateway
    function verifyOpening(bytes32 keyId, Outcome calldata outcome) external view returns (bool) {
        return outcome.status == Status.OPENED && Outcomes.opens(keyId, outcome, outcome.plaintext);
    }

    /// @inheritdoc IGateway
    function attestationId(uint256 requestId, bytes32 requestDigest, bytes32 keyId, bytes32 outcomesDigest)
        public
        view
        returns (bytes32)
    {
        return Digests.attestation(address(this), requestId, requestDigest, keyId, outcomesDigest);
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    /// @dev The caller has matched the request; state is written before the app is called.
    function _settle(
        uint256 requestId,
        Request calldata request,
        bytes32[] memory handles,
        Outcome[] calldata outcomes,
        bytes calldata attestation
    ) private {
        Pending storage pending = _requests[requestId];
        bytes32 requestDigest = pending.digest;
        Checked memory checked = Outcomes.check(request.keyId, handles, outcomes);
        if (request.options.proof == Proof.QUORUM || checked.opened != handles.length) {
            bytes32 id = attestationId(requestId, requestDigest, request.keyId, checked.digest);
            // With no opening nothing else has tied keyId to the request.
            if (
                registry.indexOf(request.keyId) != pending.keyIndex
                    || !registry.verifyQuorum(request.keyId, id, attestation)
            ) revert GatewayAttestationInvalid(requestId);
        }
        pending.state = checked.opened == 0 ? State.REJECTED : State.FULFILLED;
        pending.reason = checked.statuses[0];
        delete pending.digest;
        _creditKey(pending.keyIndex, pending.fee);
        _finish(requestId, request, requestDigest, checked);
    }

    function _finish(
        uint256 requestId,
        Request calldata request,
        bytes32 requestDigest,
        Checked memory checked
    ) private {
        Pending storage pending = _requests[requestId];
        bool ok = true;
        Callback callback = Callback.SKIPPED;
        if (request.selector != 0) {
            bytes memory data = abi.encodeWithSelector(
                request.selector, requestId, checked.handles, checked.statuses, checked.plaintexts
            );
            ok = Callbacks.callExactly(request.app, request.options.callbackGasLimit, data);
            callback = ok ? Callback.SUCCEEDED : Callback.FAILED;
        }
        pending.callback = callback;
        if (!ok) pending.digest = _retryDigest(requestDigest, checked.digest);
        if (checked.opened == 0) {
            emit DecryptionRejected(requestId, requestDigest, checked.digest, checked.statuses[0], ok);
        } else {
            emit DecryptionFulfilled(requestId, requestDigest, checked.digest, ok);
        }
    }

    function _retryDigest(bytes32 requestDigest, bytes32 outcomesDigest) private pure returns (bytes32) {
        return keccak256(abi.encode(requestDigest, outcomesDigest));
    }
}
