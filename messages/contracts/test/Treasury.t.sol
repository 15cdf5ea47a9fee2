// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {Outcome, Proof, Request} from "../src/Messages.sol";
import {Base} from "./Base.sol";

/// @notice Refuses money, or takes it and comes back for more.
contract Taker {
    IGateway internal immutable gateway;
    bool internal greedy;
    bool public stole;

    constructor(IGateway gateway_, bool greedy_) {
        (gateway, greedy) = (gateway_, greedy_);
    }

    receive() external payable {
        require(greedy, "no, thank you");
        try gateway.withdraw() {
            stole = true;
        } catch {}
    }

    function take() external {
        gateway.withdraw();
    }
}

contract TreasuryTest is Base {
    function test_feesGoToTheKeysTreasuryAndNotToWhoSettles() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 1, Proof.OPENING);
        (,,,, uint256 fee) = gateway.statusOf(id);
        vm.prank(address(0xdead));
        gateway.settle(id, request, outcomes, "");
        assertEq(gateway.creditOf(address(0xdead)), 0, "who settled");
        assertEq(gateway.feesOf(KEY_ID), fee, "key's fees");
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.FeesWithdrawn(KEY_ID, TREASURY, fee);
        gateway.withdrawFees(KEY_ID);
        assertEq(TREASURY.balance, fee, "treasury");
        assertEq(gateway.feesOf(KEY_ID), 0, "drained");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNothingToWithdraw.selector, TREASURY));
        gateway.withdrawFees(KEY_ID);
    }

    function test_theTreasuryIsTheOneOfTheDayOfThePull() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = pending("salt", 1, Proof.OPENING);
        gateway.settle(id, request, outcomes, "");
        bytes memory action = abi.encodeCall(registry.setFee, (KEY_ID, address(0xfee), 1));
        vm.prank(GOVERNOR);
        registry.schedule(action);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        registry.execute(action);
        gateway.withdrawFees(KEY_ID);
        assertTrue(address(0xfee).balance > 0 && TREASURY.balance == 0, "the new one");
    }

    function test_refundsArePulledByTheirReceiverOnce() public {
        uint256 fee = expired(address(0xbeef));
        vm.prank(address(0xbeef));
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IGateway.Withdrawn(address(0xbeef), fee);
        gateway.withdraw();
        assertEq(address(0xbeef).balance, fee, "refund");
        vm.prank(address(0xbeef));
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayNothingToWithdraw.selector, address(0xbeef)));
        gateway.withdraw();
    }

    function test_aReceiverThatRefusesHarmsNobody() public {
        Taker taker = new Taker(gateway, false);
        uint256 fee = expired(address(taker));
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayTransferFailed.selector, address(taker)));
        taker.take();
        assertEq(gateway.creditOf(address(taker)), fee, "still its own");
    }

    function test_aReceiverCannotWithdrawTwice() public {
        Taker taker = new Taker(gateway, true);
        uint256 fee = expired(address(taker));
        expired(address(0xbeef));
        taker.take();
        assertFalse(taker.stole(), "second withdrawal");
        assertEq(address(taker).balance, fee, "its refund");
        assertEq(address(gateway).balance, gateway.creditOf(address(0xbeef)), "the other's is there");
    }

    /// @dev A request by `app` that nobody answered, refunded to `receiver`.
    function expired(address receiver) internal returns (uint256 fee) {
        bytes32 salt = bytes32(uint256(uint160(receiver)));
        (bytes32 handle,) = register(salt, 1);
        Request memory request = asked(options(Proof.OPENING));
        request.options.refundTo = receiver;
        uint256 id = app.request(one(handle), request.selector, request.options);
        (,,,, fee) = gateway.statusOf(id);
        vm.warp(request.options.deadline + GRACE + 1);
        gateway.expire(id, request, one(handle));
    }
}
