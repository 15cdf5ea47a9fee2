// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Callback, Options, Outcome, Proof, Request, State, Status} from "../src/Messages.sol";
import {Digests} from "../src/lib/Digests.sol";
import {Base} from "./Base.sol";

contract IntakeTest is Base {
    /*//////////////////////////////////////////////////////////////
                                REQUESTS
    //////////////////////////////////////////////////////////////*/

    function test_aRequestNamesAllThatAPartyNeeds() public {
        (bytes32 handle,) = register("salt", 32);
        vm.roll(1234);
        (bytes32 second,) = register("second", 0);
        bytes32[] memory handles = new bytes32[](2);
        (handles[0], handles[1]) = (handle, second);
        uint64[] memory since = new uint64[](2);
        (since[0], since[1]) = (1000, 1234);
        Options memory o = options(Proof.QUORUM);
        bytes4 selector = app.onDecrypted.selector;
        bytes32 digest = keccak256(abi.encode(address(app), handles, selector, o));
        uint256 fee = gateway.estimateFee(handles, o);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.DecryptionRequested(1, address(app), KEY_ID, digest, handles, since, selector, o, fee);
        assertEq(app.request(handles, selector, o), 1, "first id");
        (State state, Status reason, Callback callback, uint64 deadline, uint256 paid) = gateway.statusOf(1);
        assertTrue(state == State.PENDING && reason == Status.NONE && callback == Callback.NONE, "pending");
        assertEq(deadline, o.deadline, "deadline");
        assertEq(paid, fee, "fee");
        assertTrue(stateOf(2) == State.NONE, "no second");
    }

    function test_idsAreSequentialAlsoWithinABlock() public {
        (bytes32 handle,) = register("salt", 1);
        for (uint256 i = 1; i <= 50; ++i) {
            assertEq(app.request(one(handle), 0, options(Proof.OPENING)), i, "id");
        }
        assertEq(gateway.requestCount(), 50, "count");
    }

    function test_refusesUnknownHandles() public {
        (bytes32 handle,) = register("salt", 1);
        bytes32[] memory handles = new bytes32[](2);
        (handles[0], handles[1]) = (handle, "unknown");
        refuse(
            handles,
            0,
            options(Proof.OPENING),
            abi.encodeWithSelector(IGateway.GatewayUnknownHandle.selector, handles[1])
        );
    }

    function test_refusesWhatTheAclDenies() public {
        (bytes32 handle,) = register("salt", 1);
        Options memory o = options(Proof.OPENING);
        uint256 fee = gateway.estimateFee(one(handle), o);
        vm.deal(OWNER, fee);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAclDenied.selector, handle, OWNER));
        gateway.requestDecryption{value: fee}(one(handle), 0, o);
    }

    function test_refusesNoneAndMoreThan16Handles() public {
        (bytes32 handle,) = register("salt", 1);
        bytes32[] memory handles = new bytes32[](17);
        for (uint256 i; i < 17; ++i) {
            handles[i] = handle;
        }
        Options memory o = options(Proof.OPENING);
        refuse(handles, 0, o, abi.encodeWithSelector(IGateway.GatewayHandleCount.selector, 17));
        refuse(new bytes32[](0), 0, o, abi.encodeWithSelector(IGateway.GatewayHandleCount.selector, 0));
    }

    function test_refusesMoreThan8KB() public {
        bytes32[] memory handles = new bytes32[](9);
        for (uint256 i; i < 9; ++i) {
            (handles[i],) = register(bytes32(i), 1024);
        }
        refuse(
            handles,
            0,
            options(Proof.OPENING),
            abi.encodeWithSelector(IGateway.GatewayTooLarge.selector, 9216)
        );
        assembly {
            mstore(handles, 8)
        }
        assertEq(app.request(handles, 0, options(Proof.OPENING)), 1, "8 KB");
    }

    function test_refusesHandlesOfTwoKeys() public {
        bytes32 second = keccak256("key two");
        stage(second);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        registry.activateKey(second);
        bytes32[] memory handles = new bytes32[](2);
        (handles[0],) = register("salt", 1);
        handles[1] = app.register(OWNER, "other", second, seal("seed", "m").ciphertext);
        refuse(
            handles,
            0,
            options(Proof.OPENING),
            abi.encodeWithSelector(IGateway.GatewayMixedKeys.selector, handles[1])
        );
    }

    function test_refusesOptionsThatAreNotChosen() public {
        (bytes32 handle,) = register("salt", 1);
        bytes4 selector = app.onDecrypted.selector;
        Options memory o = options(Proof.NONE);
        refuse(one(handle), selector, o, abi.encodeWithSelector(IGateway.GatewayProofMissing.selector));
        o = options(Proof.OPENING);
        o.callbackGasLimit = 0;
        refuse(
            one(handle), selector, o, abi.encodeWithSelector(IGateway.GatewayCallbackGasInvalid.selector, 0)
        );
        o.callbackGasLimit = 5_000_001;
        refuse(
            one(handle),
            selector,
            o,
            abi.encodeWithSelector(IGateway.GatewayCallbackGasInvalid.selector, 5_000_001)
        );
        o = options(Proof.OPENING);
        o.refundTo = address(0);
        refuse(
            one(handle), selector, o, abi.encodeWithSelector(IGateway.GatewayRefundAddressMissing.selector)
        );
        o = options(Proof.OPENING);
        o.deadline = clock();
        refuse(
            one(handle),
            selector,
            o,
            abi.encodeWithSelector(IGateway.GatewayDeadlineInvalid.selector, o.deadline)
        );
        o.deadline = clock() + 30 days + 1;
        refuse(
            one(handle),
            selector,
            o,
            abi.encodeWithSelector(IGateway.GatewayDeadlineInvalid.selector, o.deadline)
        );
    }

    /*//////////////////////////////////////////////////////////////
                             FEES AND EXPIRY
    //////////////////////////////////////////////////////////////*/

    function test_theFeeGrowsWithTheWorkAndMustBePaid() public {
        (bytes32 handle,) = register("salt", 100);
        Options memory o = options(Proof.OPENING);
        uint256 opening = gateway.estimateFee(one(handle), o);
        assertEq(opening, uint256(70_000 + 45_000 + 100 * 25 + 200_000) * FEE_RATE, "opening");
        assertEq(
            gateway.estimateFee(one(handle), options(Proof.QUORUM)),
            opening + 150_000 * uint256(FEE_RATE),
            "quorum"
        );
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayUnderpriced.selector, opening - 1, opening));
        app.requestPaying(one(handle), 0, o, opening - 1);
    }

    function test_anUnderpricedRequestIsBumped() public {
        (uint256 id,,) = pending("salt", 1, Proof.OPENING);
        (,,,, uint256 fee) = gateway.statusOf(id);
        vm.deal(OWNER, 1 ether);
        vm.prank(OWNER);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.FeeBumped(id, fee + 1 ether);
        gateway.bumpFee{value: 1 ether}(id);
        (,,,, uint256 bumped) = gateway.statusOf(id);
        assertEq(bumped, fee + 1 ether, "bumped");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNotPending.selector, 99, State.NONE));
        gateway.bumpFee(99);
    }

    function test_anUnansweredRequestExpiresAfterDeadlineAndGrace() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 1, Proof.OPENING);
        bytes32[] memory handles = handlesOf(outcomes);
        (,,,, uint256 fee) = gateway.statusOf(id);
        uint256 last = request.options.deadline + GRACE;
        vm.warp(last);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayTooEarly.selector, id, last + 1));
        gateway.expire(id, request, handles);
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayTooLate.selector, id));
        gateway.settle(id, request, outcomes, "");
        request.options.refundTo = address(this);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayRequestMismatch.selector, id));
        gateway.expire(id, request, handles);
        request.options.refundTo = address(0xbeef);
        bytes32 digest = Digests.request(request.app, handles, request.selector, request.options);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.DecryptionExpired(id, digest);
        gateway.expire(id, request, handles);
        assertTrue(stateOf(id) == State.EXPIRED, "expired");
        assertEq(gateway.creditOf(address(0xbeef)), fee, "refund");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNotPending.selector, id, State.EXPIRED));
        gateway.expire(id, request, handles);
    }

    function test_aSettlementIsTakenUntilTheGraceEnds() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 1, Proof.OPENING);
        vm.warp(request.options.deadline + GRACE);
        gateway.settle(id, request, outcomes, "");
        assertTrue(stateOf(id) == State.FULFILLED, "fulfilled");
    }

    function refuse(bytes32[] memory handles, bytes4 selector, Options memory o, bytes memory reason)
        internal
    {
        vm.expectRevert(reason);
        app.requestPaying(handles, selector, o, 1 ether);
    }
}
