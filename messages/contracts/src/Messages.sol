// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What must accompany the result of a request. There is no default: NONE is refused.
/// OPENING: the chain recomputes the ciphertext from the plaintext. QUORUM: also one signature of the
/// key's quorum over all outcomes, so that only the quorum can have released them.
enum Proof {
    NONE,
    OPENING,
    QUORUM
}

/// @notice How one handle ended. MALFORMED: it does not open under the right key. POLICY: the quorum
/// refuses it. Both need the quorum's attestation whatever `Proof` the request named.
enum Status {
    NONE,
    OPENED,
    MALFORMED,
    POLICY
}

/// @notice Where a request is. REJECTED: settled, and no handle opened.
enum State {
    NONE,
    PENDING,
    FULFILLED,
    REJECTED,
    EXPIRED
}

/// @notice What became of the callback. SKIPPED: the request named no selector.
enum Callback {
    NONE,
    SUCCEEDED,
    FAILED,
    SKIPPED
}

/// @notice The requester's choices; part of the request digest.
/// @param proof what the chain wants to see
/// @param callbackGasLimit gas the callback is sure to get
/// @param deadline unix seconds; after it and the gateway's grace anyone may expire the request
/// @param refundTo who may pull the fee of an expired request
struct Options {
    Proof proof;
    uint32 callbackGasLimit;
    uint64 deadline;
    address refundTo;
}

/// @notice What whoever settles repeats from the event DecryptionRequested; checked against the digest
/// (the handles come with the outcomes, in request order; keyId is checked through the handles).
struct Request {
    address app;
    bytes32 keyId;
    bytes4 selector;
    Options options;
}

/// @notice How one handle ended, and if it opened the proof.
/// @param handle the handle, in request order
/// @param status OPENED, MALFORMED or POLICY; for the last two all other fields are empty
/// @param inputId the identity that the ciphertext was made for
/// @param seed the encryption's seed, exactly 32 bytes
/// @param plaintext the message
/// @param c1 the ciphertext's first part, 96 bytes, compressed G2
/// @param restHash keccak256(c2 || c3)
struct Outcome {
    bytes32 handle;
    Status status;
    bytes32 inputId;
    bytes32 seed;
    bytes plaintext;
    bytes c1;
    bytes32 restHash;
}

/// @notice One entry of a batch.
struct Settlement {
    uint256 requestId;
    Request request;
    Outcome[] outcomes;
    bytes attestation;
}

/// @notice The signed part of an outcome; the outcomes digest is keccak256(abi.encode(Verdict[])).
struct Verdict {
    bytes32 handle;
    Status status;
    bytes32 plaintextHash;
}
