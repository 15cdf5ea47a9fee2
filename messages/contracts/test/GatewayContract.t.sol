// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Callback, Options, Outcome, Proof, Request, Settlement, State, Status} from "../src/Messages.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {ReentrantApp} from "./apps/ReentrantApp.sol";
import {Base, Sealed} from "./Base.sol";
import {Vector, Vectors} from "./Vectors.sol";

contract GatewayContractTest is Base {
    /*//////////////////////////////////////////////////////////////
                                 OPENING
    //////////////////////////////////////////////////////////////*/

    function testFuzz_deliversWhatWasSealed(bytes32 salt, uint256 length) public {
        length = bound(length, 0, 1024);
        callbackGas = 1_500_000;
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending(salt, length, Proof.OPENING);
        gateway.settle(id, request, outcomes, "");
        assertEq(app.calls(), 1, "one callback");
        assertEq(app.lastId(), id, "its id");
        (Status status, bytes memory plaintext) = app.seen(0);
        assertTrue(status == Status.OPENED, "status");
        assertEq(plaintext, text(salt, length), "plaintext");
        (State state, Status reason, Callback callback,,) = gateway.statusOf(id);
        assertTrue(
            state == State.FULFILLED && reason == Status.OPENED && callback == Callback.SUCCEEDED, "status of"
        );
    }

    function test_opensTheCiphertextsOfThePackage() public {
        for (uint256 i; i < Vectors.COUNT; ++i) {
            Vector memory v = Vectors.get(i);
            bytes32 handle = app.register(OWNER, bytes32(i), KEY_ID, v.ciphertext);
            Request memory request = asked(options(Proof.OPENING));
            request.options.callbackGasLimit = 2_000_000;
            uint256 id = app.request(one(handle), request.selector, request.options);
            Outcome memory outcome = opened(handle, bytes32(i), Sealed(v.seed, v.message, v.ciphertext));
            gateway.settle(id, request, one(outcome), "");
            (, bytes memory plaintext) = app.seen(0);
            assertEq(plaintext, v.message, "plaintext");
        }
    }

    function test_tellsTheWorldWhatWasSettled() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.DecryptionFulfilled(id, digestOf(request, outcomes), digestOf(outcomes), true);
        gateway.settle(id, request, outcomes, "");
    }

    function testFuzz_refusesAForgedPlaintext(bytes32 salt, uint256 bit) public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending(salt, 32, Proof.OPENING);
        bit = bit % 256;
        bytes memory forged = outcomes[0].plaintext;
        forged[bit / 8] = forged[bit / 8] ^ bytes1(uint8(1 << (bit % 8)));
        refuse(id, request, outcomes);
        assertTrue(stateOf(id) == State.PENDING, "still pending");
    }

    /// @dev All cuts of seed || message: the seed is a word, and the handle binds the message's length.
    function test_refusesEveryWrongCutOfSeedAndMessage() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 40, Proof.OPENING);
        Outcome memory outcome = outcomes[0];
        bytes memory joined = bytes.concat(outcome.seed, outcome.plaintext);
        for (uint256 cut; cut <= joined.length; ++cut) {
            if (cut == 32) continue;
            bytes memory head = slice(joined, 0, cut);
            outcome.plaintext = slice(joined, cut, joined.length);
            outcome.seed = bytes32(head);
            refuse(id, request, outcomes);
            outcome.seed = cut < 32 ? bytes32(head) >> (8 * (32 - cut)) : bytes32(slice(head, cut - 32, cut));
            refuse(id, request, outcomes);
        }
        (outcome.seed, outcome.plaintext) = (bytes32(joined), slice(joined, 32, 72));
        gateway.settle(id, request, outcomes, "");
    }

    function test_refusesAnyOtherPartOfTheOpening() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        (, Sealed memory foreign) = register("foreign", 32);
        Outcome memory outcome = outcomes[0];
        (bytes32 inputId, bytes32 seed, bytes memory c1, bytes32 rest) =
            (outcome.inputId, outcome.seed, outcome.c1, outcome.restHash);
        outcome.inputId = ~inputId;
        refuse(id, request, outcomes);
        (outcome.inputId, outcome.seed) = (inputId, ~seed);
        refuse(id, request, outcomes);
        (outcome.seed, outcome.restHash) = (seed, ~rest);
        refuse(id, request, outcomes);
        (outcome.restHash, outcome.c1) = (rest, "");
        refuse(id, request, outcomes);
        // A true opening, but of another ciphertext.
        (outcome.c1, outcome.seed) = (slice(foreign.ciphertext, 8, 104), foreign.seed);
        outcome.plaintext = foreign.message;
        refuse(id, request, outcomes);
        (outcome.c1, outcome.seed, outcome.plaintext) = (c1, seed, text("salt", 32));
        request.keyId = "another key";
        refuse(id, request, outcomes);
    }

    /// @dev A copied ciphertext has another identity and so another handle: the original's opening is not its
    /// opening, and under its own identity the key does not open it.
    function test_aCopiedCiphertextUnderAnotherOwnerIsAnotherHandle() public {
        (bytes32 handle, Sealed memory s) = register("salt", 32);
        address thief = address(0x7417);
        bytes32 copied = app.register(thief, "salt", KEY_ID, s.ciphertext);
        assertTrue(copied != handle, "another handle");
        Request memory request = asked(options(Proof.OPENING));
        uint256 id = app.request(one(copied), request.selector, request.options);
        Outcome[] memory outcomes = one(opened(copied, "salt", s));
        refuse(id, request, outcomes);
        RecordingApp clone = newApp();
        assertTrue(clone.register(OWNER, "salt", KEY_ID, s.ciphertext) != handle, "another app");
    }

    /*//////////////////////////////////////////////////////////////
                           ONCE, AND IN BATCHES
    //////////////////////////////////////////////////////////////*/

    function test_settlesOnce() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        gateway.settle(id, request, outcomes, "");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNotPending.selector, id, State.FULFILLED));
        gateway.settle(id, request, outcomes, "");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNotPending.selector, 99, State.NONE));
        gateway.settle(99, request, outcomes, "");
        assertEq(app.calls(), 1, "one callback");
    }

    function test_refusesARequestThatIsNotTheStoredOne() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        bytes memory refusal = abi.encodeWithSelector(IGateway.GatewayRequestMismatch.selector, id);
        request.app = address(this);
        vm.expectRevert(refusal);
        gateway.settle(id, request, outcomes, "");
        (request.app, request.selector) = (address(app), app.setMood.selector);
        vm.expectRevert(refusal);
        gateway.settle(id, request, outcomes, "");
        (request.selector, request.options.proof) = (app.onDecrypted.selector, Proof.QUORUM);
        vm.expectRevert(refusal);
        gateway.settle(id, request, outcomes, "");
        request.options.proof = Proof.OPENING;
        vm.expectRevert(refusal);
        gateway.settle(id, request, new Outcome[](0), "");
    }

    function test_aBatchSkipsWhatIsNoLongerPending() public {
        Settlement[] memory batch = new Settlement[](4);
        for (uint256 i; i < 3; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                pending(bytes32(i), 32, Proof.OPENING);
            batch[i] = Settlement(id, request, outcomes, "");
        }
        batch[3] = batch[2];
        gateway.settle(batch[1].requestId, batch[1].request, batch[1].outcomes, "");
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.SettlementSkipped(batch[1].requestId, State.FULFILLED);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.SettlementSkipped(batch[2].requestId, State.FULFILLED);
        gateway.settleMany(batch);
        for (uint256 i; i < 3; ++i) {
            assertTrue(stateOf(batch[i].requestId) == State.FULFILLED, "fulfilled");
        }
        assertEq(app.calls(), 3, "each once");
    }

    function test_aBatchSkipsAReplacedRequestAndRevertsOnAFalseProof() public {
        Settlement[] memory batch = new Settlement[](2);
        for (uint256 i; i < 2; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                pending(bytes32(i), 32, Proof.OPENING);
            batch[i] = Settlement(id, request, outcomes, "");
        }
        batch[0].request.selector = 0x12345678;
        gateway.settleMany(batch);
        assertTrue(
            stateOf(1) == State.PENDING && stateOf(2) == State.FULFILLED, "the replaced one is skipped"
        );
        batch[0].request.selector = app.onDecrypted.selector;
        batch[0].outcomes[0].seed = "false";
        vm.expectPartialRevert(IGateway.GatewayOpeningInvalid.selector);
        gateway.settleMany(batch);
    }

    function test_anAppMayPullInsteadOfBeingCalled() public {
        (bytes32 handle, Sealed memory s) = register("salt", 32);
        Request memory request = Request(address(app), KEY_ID, 0, options(Proof.OPENING));
        uint256 id = app.request(one(handle), 0, request.options);
        Outcome[] memory outcomes = one(opened(handle, "salt", s));
        assertTrue(gateway.verifyOpening(KEY_ID, outcomes[0]), "a view tells");
        gateway.settle(id, request, outcomes, "");
        (State state,, Callback callback,,) = gateway.statusOf(id);
        assertTrue(state == State.FULFILLED && callback == Callback.SKIPPED, "no callback");
        assertEq(app.calls(), 0, "not called");
        outcomes[0].plaintext = text("other", 32);
        assertFalse(gateway.verifyOpening(KEY_ID, outcomes[0]), "a false one");
        outcomes[0] = rejected(handle, Status.POLICY);
        assertFalse(gateway.verifyOpening(KEY_ID, outcomes[0]), "no opening");
    }

    /*//////////////////////////////////////////////////////////////
                               RE-ENTRANCY
    //////////////////////////////////////////////////////////////*/

    function test_aCallbackCannotReenterButMayRequestAgain() public {
        ReentrantApp evil = ReentrantApp(payable(create("ReentrantApp.sol", abi.encode(gateway))));
        vm.deal(address(evil), 10 ether);
        Sealed memory s = seal("seed", "message");
        bytes32 handle = evil.register(KEY_ID, s.ciphertext);
        Options memory o = options(Proof.OPENING);
        o.callbackGasLimit = 1_500_000;
        Request memory request = Request(address(evil), KEY_ID, evil.onDecrypted.selector, o);
        uint256 id = evil.request(one(handle), o);
        Outcome[] memory outcomes = one(opened(handle, "salt", s));
        outcomes[0].inputId = gateway.inputIdOf(address(evil), address(evil), "salt");
        evil.arm(abi.encodeCall(gateway.settle, (id, request, outcomes, "")));
        gateway.settle(id, request, outcomes, "");
        assertTrue(evil.called(), "called");
        assertEq(evil.refusals(), 4, "settle, settleMany, retryCallback, settled twice");
        assertEq(evil.next(), id + 1, "a new request within a callback");
        assertTrue(stateOf(id) == State.FULFILLED, "once");
    }

    function refuse(uint256 id, Request memory request, Outcome[] memory outcomes) internal {
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayOpeningInvalid.selector, outcomes[0].handle));
        gateway.settle(id, request, outcomes, "");
    }
}
