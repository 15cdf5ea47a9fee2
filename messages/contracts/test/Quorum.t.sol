// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Outcome, Proof, Request, State, Status} from "../src/Messages.sol";
import {Base, Sealed} from "./Base.sol";
import {Vectors} from "./Vectors.sol";

contract QuorumTest is Base {
    /*//////////////////////////////////////////////////////////////
                                  QUORUM
    //////////////////////////////////////////////////////////////*/

    /// @dev Honest c1 with rotten c2: only the encryptor can open. OPENING lets him, QUORUM does not.
    function test_theEncryptorAloneCanOpenARottenCiphertextButNotUnderQuorum() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("free", 32, Proof.OPENING);
        gateway.settle(id, request, outcomes, "");
        assertTrue(stateOf(id) == State.FULFILLED, "OPENING takes the encryptor's word");
        (id, request, outcomes) = pending("bound", 32, Proof.QUORUM);
        refuseAttestation(id, request, outcomes, "");
        refuseAttestation(id, request, outcomes, sign("anything else"));
        // The quorum finds that it does not open, and says so.
        outcomes[0] = rejected(outcomes[0].handle, Status.MALFORMED);
        gateway.settle(id, request, outcomes, attest(id, request, outcomes));
        assertTrue(stateOf(id) == State.REJECTED, "rejected");
    }

    function test_quorumDeliversWithItsAttestation() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.QUORUM);
        bytes memory attestation = attest(id, request, outcomes);
        outcomes[0].seed = ~outcomes[0].seed;
        vm.expectPartialRevert(IGateway.GatewayOpeningInvalid.selector);
        gateway.settle(id, request, outcomes, attestation);
        outcomes[0].seed = ~outcomes[0].seed;
        gateway.settle(id, request, outcomes, attestation);
        (, bytes memory plaintext) = app.seen(0);
        assertEq(plaintext, text("salt", 32), "plaintext");
    }

    function test_anAttestationIsForOneRequest() public {
        (bytes32 handle, Sealed memory s) = register("salt", 32);
        Request memory request = asked(options(Proof.QUORUM));
        uint256 first = app.request(one(handle), request.selector, request.options);
        uint256 second = app.request(one(handle), request.selector, request.options);
        Outcome[] memory outcomes = one(opened(handle, "salt", s));
        refuseAttestation(second, request, outcomes, attest(first, request, outcomes));
        bytes memory attestation = attest(first, request, outcomes);
        vm.chainId(Vectors.CHAIN_ID + 1);
        refuseAttestation(first, request, outcomes, attestation);
        vm.chainId(Vectors.CHAIN_ID);
        gateway.settle(first, request, outcomes, attestation);
    }

    function test_attestationIdIsWhatThePartiesCompute() public view {
        bytes32 want = keccak256(
            abi.encode(
                keccak256("kmsgateway/outcomes/v1"),
                block.chainid,
                address(gateway),
                uint256(7),
                bytes32("request"),
                KEY_ID,
                bytes32("outcomes")
            )
        );
        assertEq(gateway.attestationId(7, "request", KEY_ID, "outcomes"), want, "id");
    }

    /*//////////////////////////////////////////////////////////////
                               REJECTIONS
    //////////////////////////////////////////////////////////////*/

    function test_aRejectionNeedsTheQuorumWhateverTheProof() public {
        Status[2] memory reasons = [Status.MALFORMED, Status.POLICY];
        for (uint256 i; i < 2; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                pending(bytes32(i), 32, Proof.OPENING);
            outcomes[0] = rejected(outcomes[0].handle, reasons[i]);
            refuseAttestation(id, request, outcomes, "");
            bytes memory attestation = attest(id, request, outcomes);
            vm.expectEmit(true, true, true, true, address(gateway));
            emit IGateway.DecryptionRejected(
                id, digestOf(request, outcomes), digestOf(outcomes), reasons[i], true
            );
            gateway.settle(id, request, outcomes, attestation);
            (State state, Status reason,,,) = gateway.statusOf(id);
            assertTrue(state == State.REJECTED && reason == reasons[i], "reason");
            (Status seen, bytes memory plaintext) = app.seen(0);
            assertTrue(seen == reasons[i] && plaintext.length == 0, "the app learns it");
            assertEq(gateway.creditOf(request.options.refundTo), 0, "no refund");
        }
    }

    /// @dev keyId is then tied to the request by its index: another key's quorum cannot reject it.
    function test_anotherKeyCannotReject() public {
        bytes32 second = keccak256("key two");
        stage(second);
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        outcomes[0] = rejected(outcomes[0].handle, Status.MALFORMED);
        request.keyId = second;
        refuseAttestation(id, request, outcomes, attest(id, request, outcomes));
    }

    function test_aRejectionCarriesNoData() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        outcomes[0].status = Status.MALFORMED;
        bytes memory refusal =
            abi.encodeWithSelector(IGateway.GatewayOutcomeInvalid.selector, outcomes[0].handle);
        bytes memory attestation = attest(id, request, outcomes);
        vm.expectRevert(refusal);
        gateway.settle(id, request, outcomes, attestation);
        outcomes[0].status = Status.NONE;
        vm.expectRevert(refusal);
        gateway.settle(id, request, outcomes, "");
    }

    function test_oneMalformedCiphertextDoesNotSpoilFifteen() public {
        bytes32[] memory handles = new bytes32[](16);
        Outcome[] memory outcomes = new Outcome[](16);
        for (uint256 i; i < 16; ++i) {
            Sealed memory s;
            (handles[i], s) = register(bytes32(i), i);
            outcomes[i] = i == 7 ? rejected(handles[i], Status.MALFORMED) : opened(handles[i], bytes32(i), s);
        }
        Request memory request = asked(options(Proof.OPENING));
        request.options.callbackGasLimit = 4_000_000;
        uint256 id = app.request(handles, request.selector, request.options);
        gateway.settle(id, request, outcomes, attest(id, request, outcomes));
        assertTrue(stateOf(id) == State.FULFILLED, "fulfilled");
        for (uint256 i; i < 16; ++i) {
            (Status status, bytes memory plaintext) = app.seen(i);
            assertTrue(status == (i == 7 ? Status.MALFORMED : Status.OPENED), "status");
            assertEq(plaintext, i == 7 ? bytes("") : text(bytes32(i), i), "plaintext");
        }
    }

    function refuseAttestation(
        uint256 id,
        Request memory request,
        Outcome[] memory outcomes,
        bytes memory attestation
    ) internal {
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAttestationInvalid.selector, id));
        gateway.settle(id, request, outcomes, attestation);
    }
}
