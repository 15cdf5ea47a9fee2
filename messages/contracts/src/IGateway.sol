// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IACL} from "./IACL.sol";
import {IKMSRegistry} from "./IKMSRegistry.sol";
import {Callback, Options, Outcome, Request, Settlement, State, Status} from "./Messages.sol";

/// @title IGateway
/// @notice Registers ciphertexts, takes decryption requests and settles them.
interface IGateway is IACL {
    /*//////////////////////////////////////////////////////////////
                                 EVENTS
    //////////////////////////////////////////////////////////////*/

    event CiphertextRegistered(
        bytes32 indexed handle,
        address indexed app,
        address indexed owner,
        bytes32 inputId,
        bytes32 salt,
        bytes32 keyId,
        bytes ciphertext
    );
    event DecryptionRequested(
        uint256 indexed requestId,
        address indexed app,
        bytes32 indexed keyId,
        bytes32 requestDigest,
        bytes32[] handles,
        uint64[] registeredAt,
        bytes4 selector,
        Options options,
        uint256 fee
    );
    event DecryptionFulfilled(
        uint256 indexed requestId, bytes32 requestDigest, bytes32 outcomesDigest, bool callbackSucceeded
    );
    event DecryptionRejected(
        uint256 indexed requestId,
        bytes32 requestDigest,
        bytes32 outcomesDigest,
        Status reason,
        bool callbackSucceeded
    );
    event DecryptionExpired(uint256 indexed requestId, bytes32 requestDigest);
    event SettlementSkipped(uint256 indexed requestId, State state);
    event CallbackRetried(uint256 indexed requestId);
    event FeeBumped(uint256 indexed requestId, uint256 fee);
    event Withdrawn(address indexed account, uint256 amount);
    event FeesWithdrawn(bytes32 indexed keyId, address indexed treasury, uint256 amount);

    /*//////////////////////////////////////////////////////////////
                                 ERRORS
    //////////////////////////////////////////////////////////////*/

    error GatewayMalformedCiphertext();
    error GatewayAlreadyRegistered(bytes32 inputId);
    error GatewayUnknownHandle(bytes32 handle);
    error GatewayAclDenied(bytes32 handle, address account);
    error GatewayHandleCount(uint256 count);
    error GatewayTooLarge(uint256 plaintextBytes);
    error GatewayMixedKeys(bytes32 handle);
    error GatewayProofMissing();
    error GatewayCallbackGasInvalid(uint256 limit);
    error GatewayDeadlineInvalid(uint256 deadline);
    error GatewayRefundAddressMissing();
    error GatewayUnderpriced(uint256 paid, uint256 needed);
    error GatewayNotPending(uint256 requestId, State state);
    error GatewayRequestMismatch(uint256 requestId);
    error GatewayTooLate(uint256 requestId);
    error GatewayTooEarly(uint256 requestId, uint256 notBefore);
    error GatewayOpeningInvalid(bytes32 handle);
    error GatewayOutcomeInvalid(bytes32 handle);
    error GatewayAttestationInvalid(uint256 requestId);
    error GatewayCallbackGasMissing(uint256 available, uint256 needed);
    error GatewayNothingToRetry(uint256 requestId);
    error GatewayCallbackFailed(uint256 requestId);
    error GatewayNothingToWithdraw(address account);
    error GatewayTransferFailed(address account);
    error GatewayRegistryMismatch(address registry);

    /*//////////////////////////////////////////////////////////////
                               CIPHERTEXTS
    //////////////////////////////////////////////////////////////*/

    /// @notice Registers a ciphertext; msg.sender becomes its app and must have authenticated `owner`.
    /// @param owner the user that the ciphertext's identity names
    /// @param salt 32 fresh random bytes, one per encryption
    /// @param keyId an active key of the registry
    /// @param ciphertext header, c1, c2, c3: 136 to 1160 bytes
    /// @return handle names the ciphertext from now on
    function register(address owner, bytes32 salt, bytes32 keyId, bytes calldata ciphertext)
        external
        returns (bytes32 handle);

    /// @notice The identity to encrypt to, known before anything is on chain.
    function inputIdOf(address app, address owner, bytes32 salt) external view returns (bytes32);

    /// @notice The handle registered under an identity, or zero.
    function handleOf(bytes32 inputId) external view returns (bytes32);

    /// @notice What is known of a handle; app is zero where it is unknown.
    function infoOf(bytes32 handle)
        external
        view
        returns (address app, bytes32 keyId, uint64 registeredAt, uint256 plaintextBytes);

    /*//////////////////////////////////////////////////////////////
                                REQUESTS
    //////////////////////////////////////////////////////////////*/

    /// @notice Asks for the plaintexts of 1 to 16 handles of one key, at most 8 KB together.
    /// @param handles each allowed to msg.sender, or for decryption
    /// @param selector msg.sender's function (uint256 requestId, bytes32[] handles, Status[] statuses,
    /// bytes[] plaintexts), or zero for no callback
    /// @return requestId sequential from 1
    function requestDecryption(bytes32[] calldata handles, bytes4 selector, Options calldata options)
        external
        payable
        returns (uint256 requestId);

    /// @notice Wei that `requestDecryption` wants for these arguments now.
    function estimateFee(bytes32[] calldata handles, Options calldata options) external view returns (uint256);

    /// @notice Adds msg.value to a pending request's fee, for one that is reported UNDERPRICED.
    function bumpFee(uint256 requestId) external payable;

    /// @notice Where a request is and why. `reason` is the first handle's status once settled.
    function statusOf(uint256 requestId)
        external
        view
        returns (State state, Status reason, Callback callback, uint64 deadline, uint256 fee);

    /// @notice Ends a request that nobody settled by deadline + grace; its fee goes to refundTo's credit.
    function expire(uint256 requestId, Request calldata request, bytes32[] calldata handles) external;

    /// @notice The number of requests so far, which is the last one's id.
    function requestCount() external view returns (uint256);

    /*//////////////////////////////////////////////////////////////
                               SETTLEMENT
    //////////////////////////////////////////////////////////////*/

    /// @notice Checks the proofs of one request, then calls the app. Anyone may.
    /// @param attestation a G1 point as EIP-2537 encodes it (128 bytes), or empty where none is needed
    function settle(
        uint256 requestId,
        Request calldata request,
        Outcome[] calldata outcomes,
        bytes calldata attestation
    ) external;

    /// @notice Settles many; skips those no longer pending, too late or replaced; reverts on a false proof.
    function settleMany(Settlement[] calldata settlements) external;

    /// @notice Repeats a failed callback with all gas that the caller sends; succeeds once.
    function retryCallback(
        uint256 requestId,
        Request calldata request,
        bytes32[] calldata handles,
        Status[] calldata statuses,
        bytes[] calldata plaintexts
    ) external;

    /// @notice Whether an outcome is the true opening of its handle under `keyId`: a check for dApps that pull.
    function verifyOpening(bytes32 keyId, Outcome calldata outcome) external view returns (bool);

    /// @notice The message that the quorum signs for these outcomes.
    function attestationId(uint256 requestId, bytes32 requestDigest, bytes32 keyId, bytes32 outcomesDigest)
        external
        view
        returns (bytes32);

    /*//////////////////////////////////////////////////////////////
                                  MONEY
    //////////////////////////////////////////////////////////////*/

    /// @notice Wei that `account` may withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice Wei of fees that a key's treasury may be sent.
    function feesOf(bytes32 keyId) external view returns (uint256);

    /// @notice Sends msg.sender its credit.
    function withdraw() external;

    /// @notice Sends a key's fees to its treasury. Anyone may.
    function withdrawFees(bytes32 keyId) external;

    /// @notice The registry of keys.
    function registry() external view returns (IKMSRegistry);

    /// @notice Seconds after the deadline during which a settlement is still taken.
    function grace() external view returns (uint64);
}
