// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Callback, Options, Proof, Request, State, Status} from "../src/Messages.sol";
import {MockGateway} from "../src/MockGateway.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {Test} from "./Test.sol";

contract MockGatewayTest is Test {
    MockGateway internal mock = new MockGateway();
    RecordingApp internal app = new RecordingApp(mock);

    function test_fulfilDeliversTheClearTextOfItsCiphertexts() public {
        uint256 id = ask("hello");
        assertTrue(mock.fulfil(id), "callback");
        (Status status, bytes memory plaintext) = app.seen(0);
        assertTrue(status == Status.OPENED, "status");
        assertEq(plaintext, "hello", "plaintext");
        (State state,, Callback callback,,) = mock.statusOf(id);
        assertTrue(state == State.FULFILLED && callback == Callback.SUCCEEDED, "state");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNotPending.selector, id, State.FULFILLED));
        mock.fulfil(id);
    }

    function test_tellsOfRequestsAsTheRealOneDoes() public {
        bytes32[] memory handles = new bytes32[](1);
        handles[0] = app.register(address(1), "salt", "key", mock.encrypt("hello"));
        Options memory o = Options(Proof.OPENING, 1, clock() + 1 hours, address(1));
        uint64[] memory since = new uint64[](1);
        since[0] = uint64(block.number);
        bytes32 digest = keccak256(abi.encode(address(app), handles, bytes4(0), o));
        vm.expectEmit(true, true, true, true, address(mock));
        emit IGateway.DecryptionRequested(1, address(app), "key", digest, handles, since, 0, o, 0);
        app.request(handles, 0, o);
    }

    function test_rejectAndAFailingCallbackAreReported() public {
        uint256 id = ask("hello");
        app.setMood(RecordingApp.Mood.REVERTS);
        assertFalse(mock.reject(id, Status.POLICY), "callback failed");
        (State state, Status reason, Callback callback,,) = mock.statusOf(id);
        assertTrue(state == State.REJECTED && reason == Status.POLICY && callback == Callback.FAILED, "state");
    }

    function test_expiryRefunds() public {
        mock.setPrice(1 ether);
        vm.deal(address(app), 1 ether);
        bytes32 handle = app.register(address(1), "salt", "key", mock.encrypt("hello"));
        Options memory o = Options(Proof.QUORUM, 100_000, clock() + 1, address(0xbeef));
        bytes32[] memory handles = new bytes32[](1);
        handles[0] = handle;
        assertEq(mock.estimateFee(handles, o), 1 ether, "price");
        uint256 id = app.request(handles, app.onDecrypted.selector, o);
        Request memory unused;
        vm.expectPartialRevert(IGateway.GatewayTooEarly.selector);
        mock.expire(id, unused, handles);
        vm.warp(clock() + 2 + mock.grace());
        mock.expire(id, unused, handles);
        vm.prank(address(0xbeef));
        mock.withdraw();
        assertEq(address(0xbeef).balance, 1 ether, "refund");
    }

    function test_refusesAsTheRealOneDoes() public {
        bytes32 handle = app.register(address(1), "salt", "key", mock.encrypt("hello"));
        bytes32[] memory handles = new bytes32[](1);
        handles[0] = handle;
        Options memory o = Options(Proof.OPENING, 1, clock() + 1, address(1));
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAclDenied.selector, handle, address(this)));
        mock.requestDecryption(handles, 0, o);
        mock.setPrice(1);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayUnderpriced.selector, 0, 1));
        app.requestPaying(handles, 0, o, 0);
        o.proof = Proof.NONE;
        vm.expectRevert(IGateway.GatewayProofMissing.selector);
        app.requestPaying(handles, 0, o, 0);
        handles[0] = "unknown";
        o.proof = Proof.OPENING;
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayUnknownHandle.selector, handles[0]));
        app.requestPaying(handles, 0, o, 0);
        vm.expectRevert(IGateway.GatewayMalformedCiphertext.selector);
        app.register(address(1), "other", "key", "hello");
        (address who,, uint64 since, uint256 length) = mock.infoOf(handle);
        assertTrue(who == address(app) && since == block.number && length == 5, "info");
    }

    function ask(bytes memory text) internal returns (uint256) {
        bytes32[] memory handles = new bytes32[](1);
        handles[0] = app.register(address(1), "salt", "key", mock.encrypt(text));
        Options memory o = Options(Proof.OPENING, 500_000, clock() + 1 hours, address(1));
        return app.request(handles, app.onDecrypted.selector, o);
    }
}
