// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Callback, Outcome, Proof, Request, Settlement, State, Status} from "../src/Messages.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {Base} from "./Base.sol";

contract CallbacksTest is Base {
    /*//////////////////////////////////////////////////////////////
                                 GRIEFING
    //////////////////////////////////////////////////////////////*/

    /// @dev Whoever settles chooses the gas. Either it reverts, or the callback had all it was promised.
    function testFuzz_atAnyGasLimitItRevertsOrTheCallbackGetsAllItsGas(uint256 supplied) public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        supplied = bound(supplied, 30_000, 600_000);
        (bool ok,) =
            address(gateway).call{gas: supplied}(abi.encodeCall(gateway.settle, (id, request, outcomes, "")));
        check(id, ok, request.options.callbackGasLimit);
    }

    /// @dev The same at every limit around the one where it begins to succeed.
    function test_atEveryGasLimitAroundTheThreshold() public {
        sweep();
    }

    /// @dev Where a 64th of the limit is more than the reserve.
    function test_atEveryGasLimitAroundTheThresholdOfTheLargestCallback() public {
        callbackGas = 5_000_000;
        sweep();
    }

    function sweep() internal {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        bytes memory data = abi.encodeCall(gateway.settle, (id, request, outcomes, ""));
        uint256 enough = leastGas(data);
        for (uint256 supplied = enough - 600; supplied < enough + 600; ++supplied) {
            uint256 snapshot = vm.snapshotState();
            (bool ok,) = address(gateway).call{gas: supplied}(data);
            check(id, ok, request.options.callbackGasLimit);
            vm.revertToState(snapshot);
        }
    }

    function test_theSameHoldsForARetry() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        app.setMood(RecordingApp.Mood.REVERTS);
        gateway.settle(id, request, outcomes, "");
        app.setMood(RecordingApp.Mood.GLAD);
        bytes memory data = retryData(id, request, outcomes);
        uint256 enough = leastGas(data);
        for (uint256 supplied = enough - 300; supplied < enough + 300; ++supplied) {
            uint256 snapshot = vm.snapshotState();
            (bool ok,) = address(gateway).call{gas: supplied}(data);
            if (ok) assertTrue(app.gasSeen() + 2000 >= request.options.callbackGasLimit, "starved");
            vm.revertToState(snapshot);
        }
    }

    function test_aBatchChecksTheGasOfEachCallback() public {
        Settlement[] memory batch = new Settlement[](3);
        for (uint256 i; i < 3; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                pending(bytes32(i), 32, Proof.OPENING);
            batch[i] = Settlement(id, request, outcomes, "");
        }
        bytes memory data = abi.encodeCall(gateway.settleMany, (batch));
        uint256 enough = leastGas(data);
        for (uint256 supplied = enough - 100_000; supplied < enough + 100_000; supplied += 997) {
            uint256 snapshot = vm.snapshotState();
            (bool ok,) = address(gateway).call{gas: supplied}(data);
            assertEq(app.calls(), ok ? 3 : 0, "all or none");
            vm.revertToState(snapshot);
        }
    }

    /*//////////////////////////////////////////////////////////////
                             FAILING CALLBACKS
    //////////////////////////////////////////////////////////////*/

    function test_aFailingCallbackIsRecordedAndDoesNotRevertTheSettlement() public {
        for (uint8 mood = 1; mood < 4; ++mood) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                pending(bytes32(uint256(mood)), 32, Proof.OPENING);
            app.setMood(RecordingApp.Mood(mood));
            gateway.settle(id, request, outcomes, "");
            (State state,, Callback callback,,) = gateway.statusOf(id);
            assertTrue(state == State.FULFILLED && callback == Callback.FAILED, "recorded");
            assertEq(app.calls(), 0, "nothing happened");
        }
    }

    function test_itCanBeRetriedUntilItSucceedsOnce() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        bytes memory data = retryData(id, request, outcomes);
        expectNothingToRetry(id, data);
        app.setMood(RecordingApp.Mood.BURNS);
        gateway.settle(id, request, outcomes, "");
        (bool ok, bytes memory reason) = address(gateway).call{gas: 1_000_000}(data);
        assertFalse(ok, "still sulking");
        assertEq(reason, abi.encodeWithSelector(IGateway.GatewayCallbackFailed.selector, id), "why");
        app.setMood(RecordingApp.Mood.GLAD);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.CallbackRetried(id);
        (ok,) = address(gateway).call(data);
        assertTrue(ok, "retried");
        (, bytes memory plaintext) = app.seen(0);
        assertEq(plaintext, text("salt", 32), "plaintext");
        (,, Callback callback,,) = gateway.statusOf(id);
        assertTrue(callback == Callback.SUCCEEDED, "succeeded");
        expectNothingToRetry(id, data);
        assertEq(app.calls(), 1, "once");
    }

    function test_aRetryCannotChangeWhatWasSettled() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 32, Proof.OPENING);
        app.setMood(RecordingApp.Mood.REVERTS);
        gateway.settle(id, request, outcomes, "");
        app.setMood(RecordingApp.Mood.GLAD);
        bytes memory refusal = abi.encodeWithSelector(IGateway.GatewayRequestMismatch.selector, id);
        bytes memory plaintext = outcomes[0].plaintext;
        outcomes[0].plaintext = text("forged", 32);
        refuse(retryData(id, request, outcomes), refusal);
        (outcomes[0].plaintext, outcomes[0].status) = (plaintext, Status.MALFORMED);
        refuse(retryData(id, request, outcomes), refusal);
        (outcomes[0].status, outcomes[0].handle) = (Status.OPENED, "other");
        refuse(retryData(id, request, outcomes), refusal);
        request.selector = app.setMood.selector;
        refuse(retryData(id, request, outcomes), refusal);
        bytes32[] memory handles = handlesOf(outcomes);
        refuse(
            abi.encodeCall(gateway.retryCallback, (id, request, handles, new Status[](0), new bytes[](0))),
            refusal
        );
        refuse(
            abi.encodeCall(gateway.retryCallback, (id, request, handles, new Status[](1), new bytes[](2))),
            refusal
        );
    }

    /// @dev To an account without code the call succeeds and does nothing.
    function test_anAccountWithoutCodeMayRequest() public {
        (bytes32 handle,) = register("salt", 32);
        app.allow(handle, OWNER);
        Request memory request = asked(options(Proof.OPENING));
        request.app = OWNER;
        vm.deal(OWNER, 1 ether);
        vm.prank(OWNER);
        uint256 id = gateway.requestDecryption{value: 1 ether}(one(handle), request.selector, request.options);
        gateway.settle(
            id,
            request,
            one(opened(handle, "salt", seal(keccak256(abi.encode(bytes32("salt"))), text("salt", 32)))),
            ""
        );
        (State state,, Callback callback,,) = gateway.statusOf(id);
        assertTrue(state == State.FULFILLED && callback == Callback.SUCCEEDED, "fulfilled");
    }

    /*//////////////////////////////////////////////////////////////
                                 HELPERS
    //////////////////////////////////////////////////////////////*/

    /// @dev A few hundred gas go to dispatch and decoding before the callback looks at its gas.
    function check(uint256 id, bool ok, uint256 promised) internal view {
        (State state,, Callback callback,,) = gateway.statusOf(id);
        if (ok) {
            assertTrue(callback == Callback.SUCCEEDED, "succeeded");
            assertTrue(app.gasSeen() + 2000 >= promised && app.gasSeen() <= promised, "all its gas");
        } else {
            assertTrue(state == State.PENDING, "as before");
        }
    }

    /// @dev The least gas with which the call succeeds, by bisection.
    function leastGas(bytes memory data) internal returns (uint256 high) {
        uint256 low = 30_000;
        high = 8_000_000;
        while (high - low > 1) {
            uint256 middle = (high + low) / 2;
            uint256 snapshot = vm.snapshotState();
            (bool ok,) = address(gateway).call{gas: middle}(data);
            vm.revertToState(snapshot);
            if (ok) high = middle;
            else low = middle;
        }
    }

    function retryData(uint256 id, Request memory request, Outcome[] memory outcomes)
        internal
        view
        returns (bytes memory)
    {
        Status[] memory statuses = new Status[](outcomes.length);
        bytes[] memory plaintexts = new bytes[](outcomes.length);
        for (uint256 i; i < outcomes.length; ++i) {
            (statuses[i], plaintexts[i]) = (outcomes[i].status, outcomes[i].plaintext);
        }
        return abi.encodeCall(gateway.retryCallback, (id, request, handlesOf(outcomes), statuses, plaintexts));
    }

    function expectNothingToRetry(uint256 id, bytes memory data) internal {
        refuse(data, abi.encodeWithSelector(IGateway.GatewayNothingToRetry.selector, id));
    }

    function refuse(bytes memory data, bytes memory reason) internal {
        (bool ok, bytes memory got) = address(gateway).call(data);
        assertFalse(ok, "refused");
        assertEq(got, reason, "why");
    }
}
